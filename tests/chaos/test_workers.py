"""Workers are killed, frozen, told to drain and lied to about the time; the database stays."""

import os
import signal
import struct
import time

import verdict
from conftest import KILLS, ROUNDS
from world import milliseconds

SPARE = 2000  # milliseconds beyond the lease within which another worker has a run
UNHURRIED = 4000  # a lease that a busy machine does not end by itself
TIMER_LATENESS = 5000
CLOCK_STEPS = [3_600_000, -3_600_000, 86_400_000, -86_400_000, 10_000, -10_000, 0]


def slowest_takeover(world, evidence):
    return max(verdict.takeovers(evidence, world.losses), default=0)


def test_killed_at_random(world, postgres, report):
    one = world(postgres.url(postgres.database))
    with one.under_load():
        for _ in range(KILLS):
            one.tended(one.chance.uniform(0.02, 0.5))
            one.kill_somebody()
    evidence = one.judge(report, "kill -9 of workers, some while they drain")
    assert slowest_takeover(one, evidence) <= one.lease + SPARE


def test_drained(world, postgres, report):
    """SIGTERM: ends with 0 within its deadline, although a step does not listen, and no run counts a lost worker."""
    drain = 1500
    one = world(postgres.url(postgres.database), drain=drain, lease=UNHURRIED)
    with one.under_load(pace=2500, workflows={"patient": 2, "approval": 1, "timers": 1}, unfinished=20):
        rescued = set()
        asked = {}
        for _ in range(3 * ROUNDS):
            rescued |= one.watched(one.chance.uniform(0.3, 1.5))
            worker = one.chance.choice(one.workers)
            assert worker.wait_ready()
            asked[worker.name] = milliseconds()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
            assert milliseconds() - asked[worker.name] <= drain + 1000
        rescued |= one.watched(one.lease / 1000 + 1)
        asked |= {worker.name: milliseconds() for worker in one.workers}
    evidence = one.judge(report, "SIGTERM of workers")
    assert rescued == set()
    assert list(verdict.unexplained(evidence, asked)) == []


def test_frozen_past_the_lease(world, postgres, report):
    """SIGSTOP, then SIGCONT: what the zombie still writes is refused, and it says that it noticed."""
    one = world(postgres.url(postgres.database))
    frozen = []
    rescued = set()
    with one.under_load(pace=300, workflows={"plain": 3, "branches": 2, "patient": 2, "family": 1, "ledger": 2}):
        for _ in range(ROUNDS):
            one.tended(1)
            worker = next(each for each in one.workers if each.name not in frozen)
            one.busy(worker.name)
            frozen.append(worker.name)
            one.suspended.add(worker.name)
            worker.send_signal(signal.SIGSTOP)
            one.losses.append((worker.name, milliseconds()))
            rescued |= one.watched(one.lease / 1000 + 2.5)
            worker.send_signal(signal.SIGCONT)
            one.tended(1)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
    evidence = one.judge(report, "SIGSTOP past the lease, then SIGCONT")
    assert rescued, "no run was taken from a frozen worker"
    assert sum(one.logged(name, "lease lost") for name in frozen) > 0
    assert slowest_takeover(one, evidence) <= one.lease + SPARE


def test_wrong_clocks(world, postgres, report):
    """The database's time counts: no lease is lost and no timer fires early or late when the clocks of workers step."""
    one = world(postgres.url(postgres.database), workers=1, lease=UNHURRIED)
    shift = one.directory / "shift"
    shift.write_bytes(struct.pack("=q", 0))
    preload = {"LD_PRELOAD": os.environ["CHAOS_CLOCK_LIBRARY"], "CHAOS_CLOCK": str(shift)}
    one.workers += [one.spawn(environment=preload) for _ in range(2)]
    one.size = 3
    with one.under_load(workflows={"timers": 3, "plain": 2, "approval": 1, "ledger": 1, "flaky": 1}), open(shift, "r+b") as file:
        rescued = set()
        for _ in range(3 * ROUNDS):
            rescued |= one.watched(0.7)
            file.seek(0)
            file.write(struct.pack("=q", one.chance.choice(CLOCK_STEPS)))
            file.flush()
        rescued |= one.watched(one.lease / 1000 + 1)
    evidence = one.judge(report, "clock steps of workers")
    assert rescued == set()
    assert list(verdict.unexplained(evidence, {})) == []
    for key, entry in evidence.entries.items():
        if entry["kind"] == "timer" and entry["state"] == "completed":
            assert 0 <= entry["finished_at"] - entry["wake_at"] <= TIMER_LATENESS, key


def test_poison(world, postgres, report):
    """A run that kills its workers is given up with the reason; then the workers live."""
    rescues = 3
    one = world(postgres.url(postgres.database), workers=2, rescues=rescues, lease=1000)
    with one.under_load(workflows={"plain": 1}, unfinished=0) as load:
        run = load.insist("start", starts=[{"tenant": "ten_a", "key": "poison", "workflow": "poison", "work": {}}])["runs"][0]
        end = time.monotonic() + 60
        view = {}
        while time.monotonic() < end and view.get("state") != "dead":
            one.tended(0.2)
            view = load.insist("describe", run=run)["view"]
        load.promises.append(verdict.Promise(run, "poison", 0, ("dead",)))
        assert view["state"] == "dead", view
        assert f" {rescues + 1} workers were lost" in view["error"]["message"]
        load.unfinished = 10
        one.tended(1)
    one.judge(report, "a run that kills its workers")
