"""The feeder: starts runs of all kinds without end and does to them what their workflows wait for. A call that fails is made
again with the same key until it is acknowledged; what was acknowledged is a promise that the verdict holds us to."""

import itertools
import random
import threading
import time

from program import Gone, Refused
from verdict import FINISHED, Promise

TENANTS = ["ten_a", "ten_b", "ten_c"]
WORKFLOWS = {"plain": 6, "branches": 2, "approval": 3, "timers": 2, "family": 2, "ledger": 2, "modern": 2, "flaky": 2}
TRANSIENT = {"unavailable", "busy", "deadline_exceeded", "storage_full", "cancelled"}
BATCH = 10
THREADS = 6
CONFLICT_EVERY = 40
LONGEST_PAUSE = 1.0


class Load:
    """`port()` is the program to ask, now; it may be another one after a crash. `unfinished`: how many runs may be ready or
    running at a time, so that a run that is taken from a dead worker finds a free one."""

    def __init__(self, port, seed, unfinished=40, pace=10, workflows=None, patience=120):
        self.port = port
        self.unfinished = unfinished
        self.pace = pace
        self.workflows = workflows or WORKFLOWS
        self.patience = patience
        self.promises = []
        self.problems = []
        self.retried = 0
        self._chance = random.Random(seed)
        self._numbers = itertools.count(1)
        self._lock = threading.Condition()
        self._permits = 0
        self._stopping = False
        self._threads = [threading.Thread(target=self._feed, daemon=True) for _ in range(THREADS)]
        self._threads.append(threading.Thread(target=self._admit, daemon=True))

    def begin(self):
        for thread in self._threads:
            thread.start()
        return self

    def end(self):
        """No more starts; what was begun is told to its end."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(self.patience + 30)
            if thread.is_alive():
                self.problems.append("the feeder hangs")

    def insist(self, operation, accept=(), **fields):
        """Until it is acknowledged. A refusal that is not transient ends the story; None when its code is in `accept`."""
        end = time.monotonic() + self.patience
        while True:
            try:
                return self.port().call(operation, **fields)
            except Refused as refused:
                if refused.code in accept:
                    return None
                failure = refused
                if refused.code not in TRANSIENT:
                    raise
            except (Gone, TimeoutError) as gone:
                failure = gone
            if time.monotonic() > end:
                raise failure
            self.retried += 1
            time.sleep(0.05)

    def counts(self):
        return self.insist("counts")["counts"]

    def _admit(self):
        while not self._stopping:
            try:
                counts = self.port().call("counts", timeout=5)["counts"]
                busy = counts["ready"] + counts["running"]
            except (Gone, Refused, TimeoutError):
                busy = self.unfinished - 1  # starts go on, whether they succeed or not
            with self._lock:
                self._permits = max(0, self.unfinished - busy)
                self._lock.notify_all()
            time.sleep(0.1)

    def _feed(self):
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._stopping or self._permits > 0)
                if self._stopping:
                    return
                self._permits -= 1
                number = next(self._numbers)
                workflow = self._chance.choices(list(self.workflows), self.workflows.values())[0]
                chance = random.Random(self._chance.random())
            try:
                self._story(workflow, number, chance)
            except (Refused, Gone, TimeoutError) as failure:
                self.problems.append(f"{workflow} {number}: {failure!r}")

    def _start(self, workflow, number, chance):
        return {"tenant": chance.choice(TENANTS), "key": f"key-{number}", "workflow": workflow,
                "work": {"number": number, "pace": chance.randrange(self.pace + 1)}}

    def _promise(self, run, workflow, number, *ends):
        promise = Promise(run, workflow, number, ends or ("completed",))
        with self._lock:
            self.promises.append(promise)
        return promise

    def _story(self, workflow, number, chance):
        if workflow == "ledger" and chance.random() < 0.3:
            return self._many(number, chance)
        start = self._start(workflow, number, chance)
        run = self.insist("start", starts=[start])["runs"][0]
        promise = self._promise(run, workflow, number)
        if number % CONFLICT_EVERY == 0:
            self._same_key(start, run)
        if workflow == "approval":
            return self._approve(promise, chance)
        if chance.random() < 0.06:
            promise.ends = ("completed", "cancelled", "failed")
            self.insist("cancel", run=run)
        elif chance.random() < 0.1:
            self._pause(run, chance)

    def _many(self, number, chance):
        starts = [{**self._start("ledger", number, chance), "key": f"key-{number}-{i}"} for i in range(BATCH)]
        for run in self.insist("start", starts=starts)["runs"]:
            self._promise(run, "ledger", number)

    def _same_key(self, start, run):
        again = self.insist("start", starts=[start])["runs"][0]
        if again != run:
            self.problems.append(f"{start['key']} was acknowledged as {run} and as {again}")
        other = {**start, "work": {"number": -1, "pace": 0}}
        if self.insist("start", accept={"conflict"}, starts=[other]) is not None:
            self.problems.append(f"{start['key']} was taken twice, with different payloads")

    def _approve(self, promise, chance):
        run = promise.run
        if chance.random() < 0.15:  # nobody ever answers
            promise.ends = ("cancelled",)
            return self.insist("cancel", run=run)
        for payload in (1, 2):
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.3)
            # A repeated call may find the run ended: then the first one was stored, and the output says so.
            self.insist("signal", accept={"conflict"}, run=run, name="go", payload=payload, signal_id=f"{run}-{payload}")

    def _pause(self, run, chance):
        if self.insist("pause", accept={"conflict"}, run=run) is None:
            return
        time.sleep(chance.random() * LONGEST_PAUSE)
        self.insist("resume", accept={"conflict"}, run=run)

    def settle(self, tend, seconds=90):
        """Until nothing is unfinished; `tend` keeps workers alive meanwhile."""
        end = time.monotonic() + seconds
        counts = {}
        while time.monotonic() < end:
            tend()
            counts = self.counts()
            if not any(counts.values()):
                return
            time.sleep(0.1)
        self.problems.append(f"after {seconds} s not everything has finished: {counts}")

    def reach(self, run, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            view = self.insist("describe", run=run)["view"]
            if view["state"] in FINISHED:
                return view
            time.sleep(0.05)
        raise AssertionError(f"{run} does not end: {view}")
