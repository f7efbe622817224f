"""One process owns the file. It is killed, or the disk is full."""

import os
import subprocess

import pytest

from conftest import KILLS, ROUNDS


def test_owner_killed(world, directory, report):
    one = world(f"sqlite:{directory}/tenon.db", workers=1)
    with one.under_load():
        for _ in range(KILLS // 2):
            one.tended(one.chance.uniform(0.05, 0.5))
            one.kill_somebody()
    one.judge(report, "SQLite: kill -9 of the owner")


@pytest.fixture
def disk(directory):
    place = directory / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(file):
    """To the last byte."""
    with open(file, "wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                pass


def test_disk_full(world, disk, report):
    one = world(f"sqlite:{disk}/tenon.db", workers=1)
    owner = one.workers[0]
    assert owner.wait_ready()
    with one.under_load() as load:
        for round_ in range(ROUNDS):
            one.tended(1)
            fill(disk / "ballast")
            one.tended(1.5)
            if round_ % 2 == 1:
                one.kill_somebody()
                one.tended(0.5)
            os.unlink(disk / "ballast")
        one.tended(1)
    one.judge(report, "SQLite: disk full")
    assert load.retried > 0
