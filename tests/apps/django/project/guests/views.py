import json

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from guests.models import Entry


def index(request):
    return render(request, "guests/index.html", {"entries": Entry.objects.all()[:50]})


@csrf_exempt
@require_POST
def write(request):
    entry = Entry.objects.create(**json.loads(request.body))
    return JsonResponse({"id": entry.pk}, status=201)


def health(request):
    connection.ensure_connection()
    return HttpResponse("ok")
