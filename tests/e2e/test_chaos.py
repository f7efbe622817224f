"""kill -9 at random moments: every run completes, nothing runs or counts twice, nothing is left behind."""

import collections
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import time

KILLS = int(os.environ.get("TENON_TEST_KILLS", "100"))
SANDBOX_UIDS = range(2_000_000, 2_010_000)
GOAL = "Build REST API in FastAPI for employees"


def completed_steps(database):
    """Journal rows whose result is stored, with how often their body was begun."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT run_id, branch, name, occurrence, attempt, result FROM steps WHERE state = 'completed'").fetchall()
    return {row[:4]: row[4:] for row in rows}


def sandboxed_processes():
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid in SANDBOX_UIDS:
                    found.append(entry.name)
            except FileNotFoundError:
                pass
    return found


def host_state():
    return {
        "mounts": pathlib.Path("/proc/self/mountinfo").read_text().count("\n"),
        "temporary": sorted(entry.name for entry in pathlib.Path("/tmp").iterdir() if "tenon" in entry.name),
        "cgroups": sum(1 for _ in pathlib.Path("/sys/fs/cgroup").glob("*/tenon/*/")),
    }


def check_run(tenon, run):
    with sqlite3.connect(tenon.data / "tenon.db") as connection:
        doubled = connection.execute(
            "SELECT assertion, source, commit_id, COUNT(*) FROM evidence WHERE run_id = ? GROUP BY 1, 2, 3 HAVING COUNT(*) > 1",
            (run,)).fetchall()
        releases = connection.execute("SELECT COUNT(*) FROM releases WHERE run_id = ?", (run,)).fetchone()[0]
        slug = connection.execute(
            "SELECT slug FROM projects JOIN deliveries USING (project_id) WHERE run_id = ?", (run,)).fetchone()[0]
    assert doubled == []
    assert releases == 1
    project = tenon.data / "projects" / slug
    log = tenon.git(project / "repository", "log", "--no-merges", "--format=%(trailers:key=Tenon-Task,valueonly)")
    tasks = collections.Counter(line for line in log.splitlines() if line)
    assert set(tasks.values()) == {1}, tasks
    branches = tenon.git(project / "git", "branch", "--format=%(refname:short)").split()
    assert branches == ["main"]
    subprocess.run(["git", "-c", "safe.directory=*", "-C", project / "repository", "fsck", "--strict"], check=True, capture_output=True)
    evidence = tenon.json("evidence", slug)
    assert all(state["met"] for state in evidence["assertions"])


def test_killed_at_random_moments_every_run_completes(tenon):
    before = host_state()
    seed = int(os.environ.get("TENON_TEST_SEED", time.time_ns() % 1_000_000))
    print("seed", seed)
    chance = random.Random(seed)
    kills = 0
    known = {}
    while kills < KILLS:
        command = ["build", GOAL, "--yes"]
        while True:
            process = tenon.start(*command, "--json", "--no-serve")
            try:
                out, errors = process.communicate(timeout=chance.uniform(0.05, 3.0))
            except subprocess.TimeoutExpired:
                process.kill()
                out, errors = process.communicate()
                kills += 1
            else:
                assert process.returncode == 0, (out[-2000:], errors)
                run = json.loads(out.splitlines()[-1])["run"]
                break
            if (tenon.data / "tenon.db").exists():
                now = completed_steps(tenon.data / "tenon.db")
                for step, stored in known.items():
                    assert now[step] == stored, f"{step} ran again"
                known = now
            command = ["resume"] if any(r["state"] != "completed" for r in tenon.json("runs")) else ["build", GOAL, "--yes"]
        for step, stored in known.items():
            assert completed_steps(tenon.data / "tenon.db")[step] == stored, f"{step} ran again"
        check_run(tenon, run)
    assert list((tenon.data / "runs").iterdir()) == []
    assert sandboxed_processes() == []
    assert host_state() == before
