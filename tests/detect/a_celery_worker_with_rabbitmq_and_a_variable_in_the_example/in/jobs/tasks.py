import os

from celery import Celery

queue = Celery("jobs", broker=os.environ["RABBITMQ_URL"])
