"""Celery on Redis, speaking the protocol of ../README.md.

Celery has no bulk call: the fastest documented way is one producer that is kept for all messages. Completion is when the
last task has run; what the worker does after that (the late acknowledgement) is not waited for, in Celery's favour.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

PEERS = pathlib.Path(__file__).parent
DAY = 86_400


def payload(job):
    return {"job": job, "kind": "bench", "customer": "c-1042", "note": "0123456789"}


def say(**record):
    print(json.dumps(record), flush=True)


def quantiles(values):
    values.sort()
    last = len(values) - 1
    return {"p50_ms": values[min(last, len(values) // 2)], "p99_ms": values[min(last, len(values) * 99 // 100)]}


def rate(count, seconds, **extra):
    return {"count": count, "seconds": seconds, "per_second": count / seconds, **extra}


class Bench:
    def __init__(self, options):
        self.options = options
        self.settings = json.loads(options.settings)
        self.settings["connections"] = max(10, options.producers)
        if options.workload == "work":
            self.settings["sleep"] = 1
        # Beside the server's socket, where it is removed with it: this process ends by SIGKILL in some workloads.
        self.starts = pathlib.Path(tempfile.mkstemp(prefix="starts-", dir=pathlib.Path(options.url).parent)[1])
        os.environ.update(BENCH_URL="redis+socket://" + options.url, BENCH_STARTS=str(self.starts),
                          BENCH_SETTINGS=json.dumps(self.settings))
        sys.path.insert(0, str(PEERS))
        import celery_tasks

        self.tasks = celery_tasks
        self.worker = None

    def start_worker(self):
        pool = self.settings.get("pool", "prefork")
        command = [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "-P", pool, "-l", "WARNING",
                   "--without-gossip", "--without-mingle", "--without-heartbeat"]
        command += [] if pool == "solo" else ["-c", str(self.settings.get("concurrency", 2))]
        self.worker = subprocess.Popen(command, cwd=PEERS, stdout=sys.stderr)

    def await_worker(self):
        if not self.worker:
            self.start_worker()
        # A task that has run is the proof that the worker consumes.
        self.tasks.job.delay(payload(0))
        self.await_starts(1)
        os.truncate(self.starts, 0)

    def stop_worker(self):
        if self.worker:
            self.worker.terminate()
            self.worker.wait()
            self.worker = None

    def records(self):
        return list(self.tasks.RECORD.iter_unpack(self.starts.read_bytes()))

    def await_starts(self, count):
        while self.starts.stat().st_size < count * self.tasks.RECORD.size:
            time.sleep(0.001)

    def reset(self):
        os.truncate(self.starts, 0)
        with self.tasks.app.connection_for_write() as connection:
            connection.default_channel.client.delete("celery", "unacked", "unacked_index")

    def fill(self, count, **options):
        with self.tasks.app.producer_pool.acquire(block=True) as producer:
            for job in range(count):
                self.tasks.job.apply_async((payload(job),), producer=producer, **options)

    def enqueue(self):
        count, latencies = self.options.count, []
        jobs, end = iter(range(count)), time.monotonic() + self.options.seconds
        lock = threading.Lock()

        def producer():
            while time.monotonic() < end:
                with lock:
                    job = next(jobs, None)
                if job is None:
                    return
                asked = time.monotonic()
                self.tasks.job.delay(payload(job))
                latencies.append(1000 * (time.monotonic() - asked))

        threads = [threading.Thread(target=producer) for _ in range(self.options.producers)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return rate(len(latencies), time.monotonic() - started, **quantiles(latencies))

    def enqueue_bulk(self):
        started = time.monotonic()
        self.fill(self.options.count)
        return rate(self.options.count, time.monotonic() - started)

    def noop(self):
        self.await_worker()
        started = time.time()
        self.fill(self.options.count)
        self.await_starts(self.options.count)
        return rate(self.options.count, max(when for _, when in self.records()) - started)

    def drain(self):
        # From the first start to the last, so that the start of the worker process is not counted.
        self.fill(self.options.count)
        self.start_worker()
        self.await_starts(self.options.count)
        self.stop_worker()
        times = [when for _, when in self.records()]
        return rate(self.options.count, max(times) - min(times))

    def latency(self):
        self.await_worker()
        sent = []
        for job in range(self.options.count):
            sent.append(time.time())
            self.tasks.job.delay(payload(job))
            time.sleep(random.uniform(0.005, 0.015))
        self.await_starts(self.options.count)
        return {"count": self.options.count, **quantiles([1000 * (when - sent[job]) for job, when in self.records()])}

    def work(self):
        self.start_worker()
        say(event="ready")
        seen = 0
        while True:
            records = self.records()
            for job, _ in records[seen:]:
                say(event="start", job=job)
            seen = len(records)
            time.sleep(0.005)

    def memory(self):
        self.await_worker()
        say(event="ready")
        self.fill(self.options.count, countdown=DAY)
        # The worker takes delayed tasks out of the queue and keeps them itself.
        with self.tasks.app.connection_for_write() as connection:
            while connection.default_channel.client.llen("celery"):
                time.sleep(0.1)
        say(event="parked", count=self.options.count)
        self.worker.wait()

    def run(self):
        measure = getattr(self, self.options.workload)
        if self.options.workload in ("work", "memory"):
            return measure()
        for run in range(self.options.runs + 1):
            self.reset()
            say(workload=self.options.workload, store=self.options.store, warmup=run == 0, **measure())


def main():
    parser = argparse.ArgumentParser()
    for name in ("store", "url", "workload"):
        parser.add_argument("--" + name, required=True)
    for name in ("producers", "count", "runs"):
        parser.add_argument("--" + name, type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--settings", default="{}")
    bench = Bench(parser.parse_args())
    try:
        bench.run()
    finally:
        bench.stop_worker()
        bench.starts.unlink()


if __name__ == "__main__":
    main()
