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

# A build with a server and one without; each with the longest moment at which it is killed, in seconds. Both pass every stage.
BUILDS = [("Build REST API in FastAPI for employees", 8.0, KILLS * 3 // 10), ("a one-page portfolio for a photographer", 1.0, KILLS)]


def completed_steps(database):
    """Journal rows whose result is stored, with how often their body was begun."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT run_id, branch, name, occurrence, attempt, result FROM steps WHERE state = 'completed'").fetchall()
    return {row[:4]: row[4:] for row in rows}


def sandboxed_processes():
    """Living processes of sandboxes; one that is dead and only waits for init to take note of it is none."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if entry.stat().st_uid in SANDBOX_UIDS and state != "Z":
                    found[entry.name] = (state, (entry / "cmdline").read_text().replace("\0", " "))
            except (FileNotFoundError, ProcessLookupError):
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


def interrupted(tenon, command, moment):
    """Runs a command; kills it at that moment if it is still running. Its output when it ended by itself."""
    process = tenon.start(*command, "--json", "--no-serve")
    try:
        out, errors = process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    assert process.returncode == 0, (out[-2000:], errors)
    return json.loads(out.splitlines()[-1])


def next_command(tenon, goal):
    unfinished = any(run["state"] != "completed" for run in tenon.json("runs"))
    return ["resume"] if unfinished else ["build", goal, "--yes"]


def test_killed_at_random_moments_every_run_completes(tenon):
    before = host_state()
    seed = int(os.environ.get("TENON_TEST_SEED", time.time_ns() % 1_000_000))
    print("seed", seed)
    chance = random.Random(seed)
    kills = 0
    known = {}
    for goal, longest, until in BUILDS:
        while kills < until:
            command = ["build", goal, "--yes"]
            while True:
                summary = interrupted(tenon, command, chance.uniform(0.02, longest) if kills < until else 120)
                now = completed_steps(tenon.data / "tenon.db") if (tenon.data / "tenon.db").exists() else {}
                for step, stored in known.items():
                    assert now[step] == stored, f"{step} ran again"
                known = now
                if summary:
                    break
                kills += 1
                command = next_command(tenon, goal)
            check_run(tenon, summary["run"])
    assert all(run["stage"] == "DONE" for run in tenon.json("runs"))
    assert list((tenon.data / "runs").iterdir()) == []
    assert sandboxed_processes() == {}
    assert host_state() == before
    print("kills", kills)
