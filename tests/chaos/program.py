"""One process of chaos_worker: commands go in, answers come out in any order."""

import json
import os
import pathlib
import subprocess
import threading

WORKER = pathlib.Path(os.environ["CHAOS_WORKER"])


class Gone(Exception):
    """The process ended before it answered: what was asked for may have happened."""


class Refused(Exception):
    def __init__(self, failure):
        super().__init__(f"{failure['code']}: {failure['message']}")
        self.code = failure["code"]


class Program:
    def __init__(self, arguments, errors: pathlib.Path, prefix=(), environment=None):
        self.name = arguments["worker"]
        self._lock = threading.Lock()
        self._pending = {}
        self._last = 0
        self._ready = threading.Event()
        with open(errors, "a") as log:
            self.process = subprocess.Popen(
                [*prefix, str(WORKER), "work", json.dumps(arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, env={**os.environ, **(environment or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            if "ready" in answer:
                self._ready.set()
                continue
            with self._lock:
                waiting = self._pending.pop(answer["id"], None)
            if waiting:
                waiting[1] = answer
                waiting[0].set()
        with self._lock:
            pending, self._pending = self._pending, None
        for waiting in pending.values():
            waiting[0].set()
        self._ready.set()

    def wait_ready(self, timeout=30):
        return self._ready.wait(timeout) and self.process.poll() is None

    def call(self, operation, timeout=30, **fields):
        waiting = [threading.Event(), None]
        with self._lock:
            if self._pending is None:
                raise Gone(self.name)
            self._last += 1
            number = self._last
            self._pending[number] = waiting
            try:
                self.process.stdin.write(json.dumps({"id": number, "operation": operation, **fields}).encode() + b"\n")
                self.process.stdin.flush()
            except OSError as error:
                raise Gone(self.name) from error
        if not waiting[0].wait(timeout):
            raise TimeoutError(f"{self.name} did not answer '{operation}' within {timeout} s")
        if waiting[1] is None:
            raise Gone(self.name)
        if "failure" in waiting[1]:
            raise Refused(waiting[1]["failure"])
        return waiting[1]

    def send_signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=30):
        """The exit code; negative when a signal ended it. Its last answers have been read then."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code


def create(arguments):
    subprocess.run([WORKER, "create", json.dumps(arguments)], check=True)


def inspect(arguments):
    """What is in the database, as verdict.py reads it."""
    result = subprocess.run([WORKER, "inspect", json.dumps(arguments)], capture_output=True, text=True)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    if result.returncode != 0:
        lines.append({"violation": {"invariant": "the tables can be read", "subject": result.stderr.strip()}})
    return lines
