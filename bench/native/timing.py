"""Times commands in turns, so that what disturbs one disturbs the others too."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Command:
    name: str
    arguments: list
    directory: str | None = None
    prepare: object = None  # called before each run, untimed
    input: str | None = None  # path of the file that is its standard input
    accepted: tuple = (0,)  # exit codes
    seconds: list = field(default_factory=list)
    peak_bytes: int = 0
    processor_seconds: float = 0  # of the last run

    def run(self):
        if self.prepare:
            self.prepare()
        standard_input = open(self.input, "rb") if self.input else subprocess.DEVNULL
        started = time.perf_counter()
        process = subprocess.Popen(self.arguments, cwd=self.directory, stdin=standard_input, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if self.input:
            standard_input.close()
        if process.returncode not in self.accepted:
            raise SystemExit(f"{self.name}: {' '.join(map(str, self.arguments))} ended with {process.returncode}")
        self.processor_seconds = usage.ru_utime + usage.ru_stime
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * 1024)
        return seconds

    @property
    def median(self):
        return statistics.median(self.seconds)


def in_turns(commands, repetitions):
    """Each command once to warm up, then all of them so often, one after the other. Returns them with their times."""
    for command in commands:
        command.run()
    for _ in range(repetitions):
        for command in commands:
            command.seconds.append(command.run())
    return commands


def output(arguments, directory=None, accepted=(0,)):
    done = subprocess.run(arguments, cwd=directory, capture_output=True, check=False)
    if done.returncode not in accepted:
        raise SystemExit(f"{' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr.decode()[:400]}")
    return done.stdout


def best(commands):
    return min(commands, key=lambda command: command.median)
