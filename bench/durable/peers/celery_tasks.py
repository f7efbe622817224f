"""The tasks and settings of the Celery peer. Each start of a task is a record in a file that all worker processes append to."""

import json
import os
import struct
import time

from celery import Celery

RECORD = struct.Struct("=qd")  # job, when it started

settings = json.loads(os.environ["BENCH_SETTINGS"])
app = Celery("bench", broker=os.environ["BENCH_URL"])
app.conf.update(
    broker_pool_limit=settings.get("connections", 10),
    task_acks_late=settings.get("acks_late", False),
    task_reject_on_worker_lost=settings.get("acks_late", False),
    task_ignore_result=True,
    worker_prefetch_multiplier=settings.get("prefetch", 4),
)
starts = os.open(os.environ["BENCH_STARTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


@app.task(name="job")
def job(data):
    os.write(starts, RECORD.pack(data["job"], time.time()))
    if "sleep" in settings:
        time.sleep(settings["sleep"])
