"""A worker in a network namespace of its own, whose cable to PostgreSQL is pulled."""

import os
import subprocess

import pytest

import verdict
from conftest import ROUNDS
from servers import Postgres
from world import milliseconds

SPARE = 2000
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


def claims_since(evidence, worker, moment):
    return sum(change["kind"] == "run_started" and change["worker"] == worker and change["at"] > moment
               for change in evidence.changes)


def test_cut_off(world, cable, reachable, report):
    """What the lonely worker held goes to others in time; what it still tries is refused; it works again when it can."""
    one = world(reachable.url("postgres"), workers=2)
    lonely = one.spawn(name="lonely", prefix=["ip", "netns", "exec", SPACE], database=reachable.url("postgres", HERE))
    one.workers.append(lonely)
    one.size = 3
    one.suspended.add("lonely")
    assert lonely.wait_ready()
    cuts = []
    with one.under_load(pace=100):
        for _ in range(ROUNDS):
            one.tended(1.5)
            cuts.append(milliseconds())
            cable("down")
            one.tended(one.lease / 1000 + 2.5)
            cable("up")
            healed = milliseconds()
            one.tended(8)
    one.losses = []
    evidence = one.evidence()
    slowest = max((max(verdict.takeovers(evidence, [("lonely", cut)]), default=0) for cut in cuts), default=0)
    one.judge(report, "a worker cut off from PostgreSQL")
    print("slowest takeover from the worker that was cut off, ms:", slowest)
    assert claims_since(evidence, "lonely", healed) > 0, "the worker never came back"
    assert slowest <= one.lease + SPARE
