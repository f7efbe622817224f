"""Sizes and seed come from the environment; the long form (`make chaos`) sets larger ones.

    CHAOS_SEED    of every random choice; printed, and another one each time when not set
    CHAOS_KILLS   kills of workers on PostgreSQL, and half as many on SQLite
    CHAOS_ROUNDS  how often each of the other faults is applied
    CHAOS_REPORT  file that the results are written to
"""

import os
import pathlib
import platform
import shutil
import tempfile
import time

import psycopg2
import pytest

from servers import Nats, Postgres
from world import World

KILLS = int(os.environ.get("CHAOS_KILLS", "24"))
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "2"))
SEED = int(os.environ.get("CHAOS_SEED", time.time_ns() % 1_000_000))


class Report:
    """One row a scenario, printed as it comes."""

    COLUMNS = {"kills": "workers lost", "runs": "runs", "effects": "steps executed", "interrupted": "attempts interrupted",
               "retried": "calls retried", "taken": "runs taken over", "slowest": "slowest takeover, ms", "problems": "problems"}

    def __init__(self):
        self.rows = []
        self.began = time.monotonic()

    def add(self, title, **figures):
        row = {"scenario": title, **figures, "seconds": round(time.monotonic() - self.began)}
        self.rows.append(row)
        print("\n" + ", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        self.began = time.monotonic()

    def write(self, file: pathlib.Path):
        cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
        memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) // 1024
        total = {name: sum(row.get(name, 0) for row in self.rows) for name in ("kills", "runs", "effects")}
        names = ["scenario", *self.COLUMNS, "seconds"]
        lines = [
            "# Chaos", "",
            f"{os.cpu_count()} cores of {cpu}, {memory} MiB, Linux {platform.release()}, {time.strftime('%Y-%m-%d')}, "
            f"seed {SEED}. `make chaos CHAOS_SEED={SEED}`.", "",
            f"{total['kills']} workers killed, frozen or cut off, {total['runs']} runs, {total['effects']} steps executed. Every scenario ends with the "
            "check of the invariants, of each acknowledged run and of each effect (tests/chaos/verdict.py).", "",
            "| " + " | ".join(self.COLUMNS.get(name, name) for name in names) + " |",
            "|---" * len(names) + "|",
            *("| " + " | ".join(str(row.get(name, "")) for name in names) + " |" for row in self.rows)]
        file.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def report():
    print("\nseed", SEED)
    report = Report()
    yield report
    if "CHAOS_REPORT" in os.environ:
        report.write(pathlib.Path(os.environ["CHAOS_REPORT"]))


@pytest.fixture
def directory():
    """Open to the user that PostgreSQL runs as; with a short name, for its socket."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="chaos-"))
    path.chmod(0o755)
    yield path
    if not os.environ.get("CHAOS_KEEP"):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def server():
    path = pathlib.Path(tempfile.mkdtemp(prefix="chaos-pg-"))
    path.chmod(0o755)
    postgres = Postgres(path / "server")
    yield postgres
    postgres.process.kill()
    postgres.process.wait()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def nats(directory):
    server = Nats(directory)
    yield server
    server.process.kill()
    server.process.wait()


@pytest.fixture
def postgres(server, request):
    """The server with an empty database named for the test."""
    server.database = request.node.name.replace("test_", "", 1)[:60]
    server.execute(f'CREATE DATABASE "{server.database}"')
    yield server
    try:
        server.execute(f'DROP DATABASE "{server.database}" WITH (FORCE)')
    except psycopg2.Error:
        pass  # it lies in a directory that is removed at the end


@pytest.fixture
def world(directory):
    """Makes worlds; their processes are gone when the test is."""
    made = []

    def make(url, **options):
        made.append(World(directory, url, SEED, **options))
        return made[-1]

    yield make
    for one in made:
        for process in [*one.workers, *([one.feeder] if one.feeder else [])]:
            process.process.kill()
            process.process.wait()
