import os

from celery import Celery

queue = Celery("tasks", broker=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


@queue.task
def double(number):
    return 2 * number
