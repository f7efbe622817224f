"""A database, its workers, a feeder and a witness; what happens to them, and what they are found to have done."""

import contextlib
import os
import pathlib
import random
import signal
import time

import program
import verdict
from load import Load

NO_DATABASE = 3
ENDED_BY_US = {-signal.SIGKILL, 0}


def milliseconds():
    return time.time_ns() // 1_000_000


class World:
    """`url` of an empty database. On SQLite the one worker is the feeder's port as well: it owns the file."""

    def __init__(self, directory: pathlib.Path, url, seed, workers=3, nats=None, **arguments):
        self.directory = directory
        self.chance = random.Random(seed)
        self.seed = seed
        self.size = workers
        self.alone = url.startswith("sqlite:")
        self.witness = directory / "witness"
        self.witness.touch()
        self.logs = directory / "logs"
        self.logs.mkdir()
        self.arguments = {"database": url, "witness": str(self.witness), "sole_owner": self.alone, **arguments}
        if nats:
            self.arguments["nats"] = nats
        self.workers = []
        self.problems = []
        self.losses = []  # (worker, when it was killed, frozen or cut off)
        self.suspended = set()
        self.lease = self.arguments.setdefault("lease", 2000)
        self._number = 0
        self.load = None
        program.create({**self.arguments, "worker": "creation"})
        self.feeder = None if self.alone else self.spawn(works=False, name="feeder")
        self.tend()

    # ---- workers

    def spawn(self, name=None, prefix=(), environment=None, **arguments):
        self._number += 1
        name = name or f"worker-{self._number}"
        started = program.Program({**self.arguments, **arguments, "worker": name, "logs": str(self.logs / name)},
                                  self.directory / "errors", prefix, environment)
        return started

    def port(self):
        """The program that answers the feeder."""
        if self.feeder:
            return self.feeder
        workers = self.workers
        if not workers:
            raise program.Gone("the owner")
        return workers[0]

    def tend(self):
        """Replaces the workers that have ended. One that ended by itself is a problem, unless there was no database."""
        if self.feeder and self.feeder.process.poll() is not None:
            raise AssertionError(f"the feeder ended by itself with {self.feeder.process.returncode}")
        for worker in list(self.workers):
            code = worker.process.poll()
            if code is not None:
                self.workers.remove(worker)
                if code not in ENDED_BY_US | {NO_DATABASE}:
                    self.problems.append(f"{worker.name} ended by itself with {code}")
        while len(self.workers) < self.size:
            self.workers.append(self.spawn())

    def tended(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend()
            time.sleep(min(0.1, max(0.0, end - time.monotonic())))

    def kill(self, worker):
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.losses.append((worker.name, milliseconds()))
        self.workers.remove(worker)
        self.tend()

    def kill_somebody(self):
        """Now and then one that has just begun to drain; and sometimes the feeder as well, with all that it has asked for."""
        if self.feeder and self.chance.random() < 0.1:
            self.feeder.send_signal(signal.SIGKILL)
            self.feeder.wait()
            self.feeder = self.spawn(works=False, name="feeder")
        worker = self.chance.choice(self.workers)
        if self.chance.random() < 0.2:
            worker.send_signal(signal.SIGTERM)
            time.sleep(self.chance.random() * 0.1)
        self.kill(worker)

    def watched(self, seconds):
        """As tended(); returns the runs that were seen to have lost a worker."""
        seen = set()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tended(0.1)
            seen |= {run["run_id"] for run in self.unfinished() if run["rescues"] > 0}
        return seen

    def unfinished(self):
        return self.port().call("unfinished")["views"]

    def busy(self, worker, seconds=20):
        """Until the worker holds runs."""
        end = time.monotonic() + seconds
        while not any(run.get("worker_id") == worker for run in self.unfinished()):
            assert time.monotonic() < end, f"{worker} takes no runs"
            self.tended(0.05)

    def logged(self, worker, event):
        return sum(text.count(event) for text in (file.read_text() for file in (self.logs / worker).glob("*.jsonl")))

    # ---- load and verdict

    @contextlib.contextmanager
    def under_load(self, **options):
        """The faults are the body; afterwards all runs end, and the verdict is reached."""
        self.load = Load(self.port, self.seed, **options)
        self.load.begin()
        yield self.load
        self.finish()

    def finish(self):
        self.load.end()
        self.load.settle(self.tend)
        self.close()

    def close(self):
        """All drain: each ends with 0 within its deadline."""
        for one in [*self.workers, *([self.feeder] if self.feeder else [])]:
            one.send_signal(signal.SIGTERM)
        for one in [*self.workers, *([self.feeder] if self.feeder else [])]:
            code = one.wait(self.arguments.get("drain", 5000) / 1000 + 10)
            if code != 0:
                self.problems.append(f"{one.name} was asked to drain and ended with {code}")
        self.workers = []

    def evidence(self):
        lines = program.inspect({**self.arguments, "worker": "inspection"})
        return verdict.Evidence.collect(lines, self.witness.read_text(), self.suspended)

    def judge(self, report, title):
        """Fails the test on any problem; returns the evidence and tells the report what happened."""
        evidence = self.evidence()
        problems = self.problems + self.load.problems + verdict.judge(evidence, self.load.promises)
        taken = verdict.takeovers(evidence, self.losses)
        report.add(title, kills=len(self.losses), runs=len(evidence.runs), effects=len(evidence.sights),
                   interrupted=verdict.interrupted(evidence), retried=self.load.retried,
                   taken=len(taken), slowest=max(taken, default=0), problems=len(problems))
        if problems and os.environ.get("CHAOS_KEEP"):
            print("kept:", self.directory)
        assert not problems, f"seed {self.seed}, {len(problems)} problems:\n" + "\n".join(problems[:20])
        return evidence
