"""What is measured of a peer and of our program, and how much of it."""

import contextlib
import dataclasses
import json
import re
import time

import driver
import memory
import servers

PRODUCERS = (1, 16, 256)
STEPS = 10
IN_FLIGHT = 2      # jobs that are running when a worker is killed
RECOVERY_JOBS = 20


@dataclasses.dataclass(frozen=True)
class Size:
    runs: int
    seconds: float          # about how long one measured run takes
    enqueue_seconds: float
    bulk: int
    latency: int
    parked: int
    recovery_cap: int
    recovery_runs: int
    candidates: int         # settings tried for a workload, the last ones


FULL = Size(runs=5, seconds=0.8, enqueue_seconds=0.5, bulk=10_000, latency=120, parked=100_000,
            recovery_cap=90, recovery_runs=5, candidates=9)
QUICK = Size(runs=1, seconds=0.2, enqueue_seconds=0.15, bulk=2_000, latency=30, parked=5_000,
             recovery_cap=25, recovery_runs=1, candidates=2)


@dataclasses.dataclass
class Row:
    workload: str
    system: str
    ours: bool = False
    store: str = ""
    setting: str = ""       # of the server
    settings: dict = dataclasses.field(default_factory=dict)
    tried: list = dataclasses.field(default_factory=list)
    records: list = dataclasses.field(default_factory=list)
    note: str = ""
    failed: str = ""

    def values(self, key):
        return [record[key] for record in self.records if record.get(key) is not None]


def slug(*parts):
    return re.sub(r"[^a-z0-9]+", "-", " ".join(map(str, parts)).lower()).strip("-")


class Plan:
    def __init__(self, drivers, size, progress):
        self.drivers = drivers
        self.size = size
        self.progress = progress
        self.rows = []

    @contextlib.contextmanager
    def row(self, workload, system, **fields):
        """What fails is a row with its reason, and the next measurement follows."""
        row = Row(workload, system, **fields)
        try:
            yield row
        except (driver.DriverFailed, servers.ServerFailed) as error:
            row.failed = str(error)
        self.rows.append(row)
        self.progress(row)

    # A peer with one setting of its server; `place` gives the URL of an empty store.
    def peer(self, peer, setting, durable, place):
        extra = peer.most_durable if durable else {}

        def measure(workload, settings, runs=self.size.runs, **flags):
            with place() as url:
                records = self.drivers.measure(
                    peer.command, slug(peer.name, setting, workload), 180, directory=peer.directory, store=peer.server, url=url,
                    workload=workload, runs=runs, settings=json.dumps({**extra, **settings}), **flags)
            return [record for record in records if not record["warmup"]]

        def fastest(row, workload, candidates, count):
            """Tries each candidate once and keeps the fastest."""
            candidates = candidates[-self.size.candidates:]
            for settings in candidates if len(candidates) > 1 else []:
                rate = measure(workload, settings, runs=1, count=count)[0]["per_second"]
                row.tried.append({"settings": {**extra, **settings}, "per_second": rate})
            best = max(row.tried, key=lambda tried: tried["per_second"], default={"settings": {**extra, **candidates[0]}})
            row.settings = best["settings"]

        fields = {"store": peer.server, "setting": setting}
        count = int(peer.scale * self.size.seconds)
        for producers in PRODUCERS:
            with self.row(f"enqueue {producers}", peer.name, **fields) as row:
                row.settings = dict(extra)
                row.records = measure("enqueue", {}, producers=producers, count=10 ** 9, seconds=self.size.enqueue_seconds)
        with self.row("enqueue_bulk", peer.name, **fields) as row:
            bulk = min(self.size.bulk, 4 * count)
            fastest(row, "enqueue_bulk", peer.bulk, bulk)
            row.records = measure("enqueue_bulk", row.settings, count=bulk)
        for workload, candidates in (("noop", peer.noop), ("drain", peer.drain)):
            with self.row(workload, peer.name, **fields) as row:
                fastest(row, workload, candidates, count // 2)
                row.records = measure(workload, row.settings, count=count)
        if peer.steps:
            with self.row("steps", peer.name, note=peer.steps_note, **fields) as row:
                row.settings = peer.steps
                row.records = measure("steps", peer.steps, count=max(20, count // STEPS))
        with self.row("latency", peer.name, **fields) as row:
            row.settings = {**extra, **peer.latency}
            row.records = measure("latency", peer.latency, count=self.size.latency)

    def memory(self, peer, setting, place, server_pid):
        with self.row("memory", peer.name, store=peer.server, setting=setting, settings=peer.memory) as row, place() as url:
            flags = {"store": peer.server, "url": url, "count": self.size.parked, "settings": json.dumps(peer.memory)}
            with self.drivers.start(peer.command, slug(peer.name, "memory"), 240, directory=peer.directory, workload="memory",
                                    **flags) as worker:
                worker.await_event("ready")
                before = memory.resident_megabytes(server_pid)
                worker.await_event("parked")
                row.records = [{"server_before_mb": before, "server_mb": memory.resident_megabytes(server_pid),
                                "worker_mb": memory.resident_megabytes(worker.process.pid)}]

    def recover(self, peer, url, starting):
        """Seconds from the kill of a worker until all that it was running has started again; None when that takes too long."""
        def start(workload, seconds, **flags):
            return self.drivers.start(peer.command, slug(peer.name, "recovery"), seconds, directory=peer.directory, url=url,
                                      store=peer.server, workload=workload, settings=json.dumps(peer.recovery), **flags)

        held = set()
        with contextlib.ExitStack() as second:
            with starting:
                with start("enqueue_bulk", 60, count=RECOVERY_JOBS, runs=0) as filling:
                    for _ in filling.records():
                        pass
                with start("work", 60) as first:
                    while len(held) < IN_FLIGHT:
                        held.add(first.await_event("start")["job"])
                    time.sleep(0.3)
                killed = time.monotonic()
                worker = second.enter_context(start("work", self.size.recovery_cap))
                worker.await_event("ready")
            for record in worker.records():
                held.discard(record.get("job"))
                if not held:
                    return time.monotonic() - killed
            return None

    def ours(self, ours, program, place, quick):
        for workload, producers, full, small in ours.counts:
            name = f"enqueue {producers}" if workload == "enqueue" else workload
            with self.row(name, ours.name, ours=True, store=ours.store, setting=ours.setting) as row:
                # The first process warms up the disk and the page cache; memory needs neither that nor an average.
                for run in range(1, 2) if workload == "memory" else range(self.size.runs + 1):
                    with place() as url:
                        records = self.our_run(program, ours, workload, url, producers=producers, count=small if quick else full)
                    row.records += records if run > 0 else []

    def our_run(self, program, ours, workload, url, **flags):
        return self.drivers.measure([program], slug(ours.name, workload), 180, store=ours.store, url=url, workload=workload, **flags)
