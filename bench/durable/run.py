"""Measures durable queues of others and our engine in one run on this machine, and writes the results.

    /usr/bin/python3 bench/durable/run.py BUILD_DIRECTORY RESULTS_DIRECTORY [--quick] [--only NAME …]

The quick form writes its results below the build directory. README.md says how drivers are spoken to.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import json
import pathlib
import shutil
import signal
import sys
import threading
import time

import driver
import install
import machine
import plan
import report
import servers
import systems

STARTED = time.monotonic()
SERVER_SETTINGS = {"redis": ("always", "everysec", "off"), "postgresql": ("on", "off")}
MOST_DURABLE = {"redis": "always", "postgresql": "on"}
MEMORY_SETTING = {"redis": "everysec", "postgresql": "on"}


def say(text):
    print(f"[{time.monotonic() - STARTED:6.0f} s] {text}", flush=True)


def progress(row):
    keys = ("per_second", "p50_ms", "p99_ms", "seconds", "worker_mb", "server_mb", "rss_mb")
    figures = ", ".join(f"{key} {report.spread(row.values(key), 1)[0]}" for key in keys if row.values(key))
    say(f"{row.system} {row.setting}, {row.workload}: {row.failed or figures or 'not within the time waited for'}")


class Servers:
    """Starts servers of a kind, one beside the other when asked again. A store is given as a context with its URL."""

    def __init__(self, logs):
        self.logs = logs

    @contextlib.contextmanager
    def __call__(self, kind, setting, options=()):
        """Gives a function that makes an empty store, and the server's process id."""
        log = self.logs / f"{kind}-{setting}.server.log"
        if kind == "redis":
            with servers.redis(setting, log) as (url, pid):
                # Drivers of Redis clear what they find.
                yield lambda: contextlib.nullcontext(url), pid
        else:
            with servers.postgres(setting, log, options) as cluster:
                yield cluster.database, cluster.pid


@contextlib.contextmanager
def sqlite_file():
    with servers.scratch() as directory:
        yield f"sqlite:{directory / 'bench.db'}"


def install_peers(work):
    """The installed peers, their versions, and why others are not measured."""
    why_not, versions = {}, {name: version for name, version in install.PINS["npm"].items()}

    def attempt(names, action):
        try:
            return action()
        except install.NotInstalled as error:
            why_not.update({name: str(error) for name in names})

    attempt(["Debian packages"], install.debian_packages)
    node = attempt(["BullMQ + Redis", "BullMQ on PostgreSQL", "pg-boss"], lambda: install.npm_packages(work / "npm"))
    river = attempt(["River"], lambda: install.river(work / "river"))
    versions |= attempt(["Celery + Redis"], install.celery) or {}
    versions |= {"river": next(iter(install.PINS["go"].values()))} if river else {}
    return systems.peers(node, river, work, why_not), versions, why_not


@contextlib.contextmanager
def unless_it_fails(server, not_measured):
    try:
        yield
    except servers.ServerFailed as error:
        not_measured[server] = str(error)


def measure_peers(everything, peers, start, not_measured):
    for kind, settings in SERVER_SETTINGS.items():
        chosen = [peer for peer in peers if peer.server == kind]
        for setting in settings if chosen else ():
            with unless_it_fails(f"with {kind} {setting}", not_measured), start(kind, setting) as (place, pid):
                for peer in chosen:
                    everything.peer(peer, setting, setting == MOST_DURABLE[kind], place)
                    if setting == MEMORY_SETTING[kind]:
                        everything.memory(peer, setting, place, pid)


def measure_ours(everything, program, quick, start):
    everything.ours(systems.Ours("sqlite"), program, sqlite_file, quick)
    with start("postgresql", "on") as (place, _):
        everything.ours(systems.Ours("postgresql"), program, place, quick)


def measure_recovery(everything, peers, program, start):
    """Side by side, because it is mostly waiting; at most two start something at a time."""
    size, starting = everything.size, threading.Semaphore(2)
    with concurrent.futures.ThreadPoolExecutor(64) as pool, contextlib.ExitStack() as stack:
        cluster, _ = stack.enter_context(start("postgresql", "on", ["-c", "max_connections=400"]))
        stack.callback(everything.drivers.stop)  # when interrupted: what the threads wait for ends before its server goes

        def store(kind):
            return cluster() if kind == "postgresql" else sqlite_file() if kind == "sqlite" else one_redis()

        @contextlib.contextmanager
        def one_redis():
            with start("redis", "always") as (place, _), place() as url:
                yield url

        def peer_once(peer):
            with store(peer.server) as url:
                return {"seconds": everything.recover(peer, url, starting)}

        def our_once(ours):
            with store(ours.store) as url:
                return everything.our_run(program, ours, "recovery", url, producers=1, count=plan.IN_FLIGHT)[0]

        rows = [(plan.Row("recovery", peer.name, store=peer.server, setting=MOST_DURABLE[peer.server], settings=peer.recovery),
                 [pool.submit(peer_once, peer) for _ in range(size.recovery_runs)]) for peer in peers]
        for ours in map(systems.Ours, ("sqlite", "postgresql")) if program else ():
            rows.append((plan.Row("recovery", ours.name, ours=True, store=ours.store, setting=ours.setting),
                         [pool.submit(our_once, ours) for _ in range(size.recovery_runs)]))
        for row, futures in rows:
            try:
                row.records = [future.result() for future in futures]
            except (driver.DriverFailed, servers.ServerFailed) as error:
                row.failed = str(error)
            everything.rows.append(row)
            progress(row)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="one run with small counts")
    parser.add_argument("--only", action="append", default=[], help="a system, by name; may be repeated")
    return parser.parse_args()


def main():
    options = arguments()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _: sys.exit(128 + number))
    work = (options.build / "bench" / "durable").resolve()
    logs = work / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)

    peers, versions, not_measured = install_peers(work)
    wanted = lambda name: not options.only or name in options.only
    peers = [peer for peer in peers if wanted(peer.name)]
    program = (options.build / "bench" / "durable_bench").resolve()
    if not program.exists():
        not_measured["Tenon"] = f"not built: {program.name} is missing"
    ours_wanted = program.exists() and wanted("Tenon")

    size = plan.QUICK if options.quick else plan.FULL
    facts, versions = machine.facts() | machine.condition("before"), machine.versions(versions)
    drivers, start = driver.Drivers(logs), Servers(logs)
    everything = plan.Plan(drivers, size, progress)
    try:
        if ours_wanted:
            with unless_it_fails("Tenon, PostgreSQL", not_measured):
                measure_ours(everything, program, options.quick, start)
        measure_peers(everything, peers, start, not_measured)
        with unless_it_fails("recovery", not_measured):
            measure_recovery(everything, peers, program if ours_wanted else None, start)
    finally:
        drivers.stop()
        (work / "results.json").write_text(json.dumps([dataclasses.asdict(row) for row in everything.rows], indent=1))

    facts |= machine.condition("after")
    path = (work if options.quick else options.results) / "durable.md"
    report.write(path, size, facts, versions, everything.rows, not_measured, (time.monotonic() - STARTED) / 60)
    say(f"written: {path}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
