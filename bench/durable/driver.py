"""Runs drivers, the programs that speak the protocol of README.md, and keeps what they print."""

import contextlib
import json
import os
import signal
import subprocess
import threading

import servers


class DriverFailed(Exception):
    pass


class Drivers:
    """All drivers of a benchmark. `stop` ends the running ones, from any thread, and lets no new one start."""

    def __init__(self, logs):
        self.logs = logs
        self.lock = threading.Lock()
        self.groups = set()
        self.stopped = False

    def stop(self):
        with self.lock:
            self.stopped = True
            for group in self.groups:
                kill(group)

    @contextlib.contextmanager
    def start(self, command, log, allowed, directory=None, **flags):
        """Gives a running driver, which is killed with its children when the context is left or the seconds allowed are over."""
        arguments = [str(part) for key, value in flags.items() for part in (f"--{key}", value)]
        with open(self.logs / f"{log}.jsonl", "a") as raw, open(self.logs / f"{log}.stderr", "a") as errors:
            raw.write(json.dumps({"command": [*map(str, command), *arguments]}) + "\n")
            with self.lock:
                if self.stopped:
                    raise DriverFailed("interrupted")
                process = subprocess.Popen(servers.bound_to_us([*command, *arguments]), cwd=directory, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=errors, text=True, process_group=0)
                self.groups.add(process.pid)
            alarm = threading.Timer(allowed, kill, [process.pid])
            alarm.start()
            try:
                yield Driver(process, raw, alarm)
            finally:
                alarm.cancel()
                with self.lock:
                    kill(process.pid)
                    self.groups.discard(process.pid)
                process.wait()
                process.stdout.close()

    def measure(self, command, log, allowed, **options):
        """The records of a driver that ends by itself."""
        with self.start(command, log, allowed, **options) as driver:
            records = list(driver.records())
            if driver.process.wait() != 0:
                raise DriverFailed(f"exit code {driver.process.returncode}, see {log}.stderr")
            return records


class Driver:
    def __init__(self, process, raw, alarm):
        self.process = process
        self.raw = raw
        self.alarm = alarm

    def records(self):
        for line in self.process.stdout:
            self.raw.write(line)
            if line.startswith("{"):
                yield json.loads(line)

    def await_event(self, event, seen=lambda record: True):
        for record in self.records():
            if record.get("event") == event and seen(record):
                return record
        raise DriverFailed(f"no event {event!r} before it ended")


def kill(group):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
