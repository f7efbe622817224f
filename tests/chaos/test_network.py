"""A worker in a network namespace of its own, whose cable to PostgreSQL is pulled."""

import os
import subprocess
import time

import pytest

import verdict
from conftest import ROUNDS
from servers import Postgres
from world import milliseconds

SPARE = 2000  # milliseconds beyond the lease within which another worker has a run
BACK_SECONDS = 30
NUMBER = os.getpid() % 250
SPACE = f"chaos{os.getpid()}"
OUTSIDE, INSIDE = f"co{os.getpid()}", f"ci{os.getpid()}"
HERE, THERE, NETWORK = (f"198.18.{NUMBER}.{end}" for end in ("1", "2", "0/30"))  # RFC 2544: for tests of networks


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@pytest.fixture
def cable():
    """Takes "up" and "down"."""
    try:
        ip("netns", "add", SPACE)
    except (subprocess.CalledProcessError, FileNotFoundError) as reason:
        pytest.skip(f"no network namespaces here: {getattr(reason, 'stderr', reason)}")
    try:
        try:
            ip("link", "add", OUTSIDE, "type", "veth", "peer", "name", INSIDE, "netns", SPACE)
        except subprocess.CalledProcessError as reason:
            pytest.skip(f"no virtual network cards here: {reason.stderr}")
        ip("addr", "add", f"{HERE}/30", "dev", OUTSIDE)
        ip("link", "set", OUTSIDE, "up")
        ip("-n", SPACE, "addr", "add", f"{THERE}/30", "dev", INSIDE)
        ip("-n", SPACE, "link", "set", INSIDE, "up")
        yield lambda state: ip("link", "set", OUTSIDE, state)
    finally:
        ip("netns", "del", SPACE)


@pytest.fixture
def reachable(cable, directory):
    postgres = Postgres(directory / "pg", address=HERE, network=NETWORK)
    yield postgres
    postgres.process.kill()
    postgres.process.wait()


def back_at_work(postgres, moment):
    """The worker has claimed a run since."""
    return postgres.execute(
        "SELECT count(*) FROM chaos_changes WHERE worker = 'lonely' AND kind = 'run_started' AND at > %s", (moment,))[0][0] > 0


def test_cut_off(world, cable, reachable, report):
    """What the lonely worker held goes to others in time; what it still tries is refused; it works again when it can."""
    one = world(reachable.url("postgres"), workers=2)
    lonely = one.spawn(name="lonely", prefix=["ip", "netns", "exec", SPACE], database=reachable.url("postgres", HERE))
    one.workers.append(lonely)
    one.size = 3
    one.suspended.add("lonely")
    assert lonely.wait_ready()
    with one.under_load(pace=300, unfinished=60):
        for _ in range(ROUNDS):
            one.tended(1)
            one.busy("lonely")
            one.losses.append(("lonely", milliseconds()))
            cable("down")
            one.tended(one.lease / 1000 + 2.5)
            cable("up")
            end = time.monotonic() + BACK_SECONDS
            healed = milliseconds()
            while not back_at_work(reachable, healed):
                assert time.monotonic() < end, "the worker does not come back"
                one.tended(0.2)
    evidence = one.judge(report, "a worker cut off from PostgreSQL")
    taken = verdict.takeovers(evidence, one.losses)
    assert taken, "the worker held nothing when it was cut off"
    assert max(taken) <= one.lease + SPARE
