"""What is compared: the peers with the settings that are tried, and our program with its counts.

Of the settings tried for a workload the fastest one is measured; the first is the default of the library where that
works at all. `scale` is about how many jobs a second to expect: it decides how long a measurement takes, nothing else.
"""

import dataclasses
import pathlib
import sys

PEERS = pathlib.Path(__file__).parent / "peers"


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    server: str
    command: list
    directory: pathlib.Path
    scale: int
    noop: list
    drain: list
    bulk: list
    latency: dict
    recovery: dict
    memory: dict = dataclasses.field(default_factory=dict)
    steps: dict | None = None
    steps_note: str = ""
    most_durable: dict = dataclasses.field(default_factory=dict)  # in addition, with the server's most durable setting


def bullmq(name, server, scale, command, directory):
    concurrent = [{"concurrency": n} for n in (1, 8, 32, 100)]
    return Peer(
        name=name, server=server, scale=scale, command=command, directory=directory,
        noop=[*concurrent, {"concurrency": 100, "processes": 2}], drain=concurrent,
        bulk=[{"bulk": 1000}, {"bulk": 1000, "producers": 4}, {"bulk": 5000}],
        latency={"concurrency": 32}, recovery={"concurrency": 2}, memory={"concurrency": 32}, steps={"concurrency": 100},
        steps_note="pattern \"process step jobs\": the job's data is updated after each step",
    )


def pg_boss(command, directory):
    loops = [{"loops": n, "batchSize": size} for n, size in ((1, 100), (4, 100), (4, 1000), (2, 500))]
    return Peer(
        name="pg-boss", server="postgresql", scale=20000, command=command, directory=directory,
        noop=[*loops, {"loops": 4, "batchSize": 1000, "bulk": 5000}], drain=loops,
        bulk=[{"bulk": 1000}, {"bulk": 1000, "producers": 4}, {"bulk": 5000}],
        latency={"polling": True, "batchSize": 100}, recovery={"polling": True, "batchSize": 2}, memory={"polling": True},
    )


def celery(directory):
    pools = [{"pool": "prefork", "concurrency": 2}, {"pool": "prefork", "concurrency": 2, "prefetch": 128},
             {"pool": "threads", "concurrency": 8, "prefetch": 128}, {"pool": "solo", "prefetch": 128}]
    return Peer(
        name="Celery + Redis", server="redis", scale=1500, command=[sys.executable, PEERS / "celery_driver.py"], directory=directory,
        noop=pools, drain=pools[1::2], bulk=[{}], latency=pools[0], recovery={"acks_late": True, **pools[0]}, memory=pools[0],
        most_durable={"acks_late": True},
    )


def river(command, directory):
    fast = {"fetch_cooldown_ms": 2, "fetch_poll_ms": 20}
    workers = [{"max_workers": n, **fast} for n in (100, 500, 2000)]
    filled = lambda settings: {"bulk": 1000, **settings}
    return Peer(
        name="River", server="postgresql", scale=15000, command=command, directory=directory,
        noop=[filled(s) for s in ({"max_workers": 100}, *workers, {"max_workers": 2000, "producers": 2, **fast})],
        drain=[filled(s) for s in workers],
        bulk=[{"bulk": 1000}, {"bulk": 1000, "producers": 4}, {"bulk": 5000}],
        latency={"max_workers": 100, **fast}, recovery={"max_workers": 2, "bulk": 1000}, memory={"max_workers": 100, "bulk": 1000},
        steps=filled(workers[1]), steps_note="resumable steps, each stored with ResumableSetStepTx",
    )


@dataclasses.dataclass(frozen=True)
class Ours:
    """One process is one run of our program. Counts: (workload, producers, full, quick)."""
    store: str
    counts = [
        ("enqueue", 1, 1_000, 200), ("enqueue", 16, 10_000, 1_000), ("enqueue", 256, 60_000, 5_000),
        ("enqueue_bulk", 1, 200_000, 10_000), ("noop", 1, 200_000, 10_000), ("drain", 1, 200_000, 10_000),
        ("steps", 1, 20_000, 1_000), ("latency", 1, 300, 50), ("memory", 1, 100_000, 5_000), ("replay", 1, 10_000, 1_000),
        ("fairness", 1, 100_000, 10_000),
    ]

    @property
    def name(self):
        return "Tenon, " + {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.store]

    @property
    def setting(self):
        return {"sqlite": "full", "postgresql": "on"}[self.store]


def peers(node_directory, river_program, scratch, why_not):
    """The peers that are installed; `node_directory` and `river_program` are None when they are not."""
    found = []
    if node_directory:
        node = lambda file: ["node", PEERS / file]
        found += [bullmq("BullMQ + Redis", "redis", 8000, node("bullmq.mjs"), node_directory),
                  bullmq("BullMQ on PostgreSQL", "postgresql", 1000, node("bullmq.mjs"), node_directory),
                  pg_boss(node("pg_boss.mjs"), node_directory)]
    if "Celery + Redis" not in why_not:
        found.append(celery(scratch))
    if river_program:
        found.append(river([river_program], scratch))
    return found
