from django.urls import path

from guests import views

urlpatterns = [
    path("", views.index),
    path("entries/", views.write),
    path("health/", views.health),
]
