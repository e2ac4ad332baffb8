from django.test import TestCase

from guests.models import Entry


class Pages(TestCase):
    def test_an_entry_shows(self):
        Entry.objects.create(name="Ada", text="hello")
        self.assertContains(self.client.get("/"), "hello")
