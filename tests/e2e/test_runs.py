"""What a person sees of runs, and how they move them: alone on the data directory and beside the process that owns it."""

import hashlib
import json
import os
import pty
import select
import sqlite3

from conftest import BINARY, stop

INVALID, NOT_FOUND, CONFLICT = 2, 3, 4
GOAL = "a one-page portfolio for a photographer"
LONG_GOAL = "Build REST API in FastAPI for employees"


def said(tenon, *arguments, **options):
    result = tenon.run(*arguments, **options)
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    return result.stdout


def refused(tenon, code, *arguments, **options):
    result = tenon.run(*arguments, **options)
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    assert result.stderr.startswith("tenon: ")
    return result.stderr


def event_of(process, kind):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == kind:
            return event
    raise AssertionError(f"no {kind}: {process.stderr.read().decode()}")


def on_terminal(tenon, *arguments, **environment):
    """What the command writes when a person reads it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BINARY, [str(BINARY), *arguments], {**tenon.environment, "TERM": "xterm", **environment})
    output = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            output += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, output
    os.close(terminal)
    return output.decode()


def test_runs_are_listed_and_explained(tenon):
    assert said(tenon, "runs").startswith("No runs yet")
    assert said(tenon, "schedules") == "There are no schedules.\n"
    first, second = tenon.build(GOAL), tenon.build(GOAL)

    listed = tenon.json("runs")
    assert [run["run_id"] for run in listed] == [second["run"], first["run"]]
    assert {run["state"] for run in listed} == {"completed"} and {run["stage"] for run in listed} == {"DONE"}
    for filters, count in [(["--state", "completed"], 2), (["--state", "failed"], 0), (["--since", "1h"], 2),
                           (["--since", "2100-01-01T00:00:00Z"], 0), (["--workflow", "deliver"], 2), (["--workflow", "x"], 0),
                           (["--limit", "1"], 1), (["--project", first["project"]], 1)]:
        assert len(tenon.json("runs", *filters)) == count, filters
    text = said(tenon, "runs")
    assert first["run"][-8:] in text and first["project"] in text and "No run is open." in text

    shown = said(tenon, "show", first["run"][-8:].lower())
    assert f"Run {first['run']}: completed\ncompleted after" in shown
    assert "Project" in shown and first["project"] in shown
    assert said(tenon, "show").startswith(f"Run {second['run']}")
    assert said(tenon, "tree", first["run"]).startswith(first["run"][-8:])
    assert tenon.json("tree", first["run"])["children"] == []


def test_each_step_is_in_the_journal(tenon):
    run = tenon.build(GOAL)["run"]
    with sqlite3.connect(tenon.data / "tenon.db") as connection:
        stored = dict(connection.execute("SELECT ordinal, result FROM steps WHERE run_id = ?", [run]))
    journal = tenon.json("journal", run)
    assert all("result" not in entry for entry in journal)
    assert [entry["label"] for entry in tenon.json("journal", run, "--full") if "result" not in entry] == []
    for entry in journal:
        assert entry["state"] == "completed" and entry["attempt"] >= 1 and entry["failures"] == 0
        assert entry["worker_id"] and entry["milliseconds"] >= 0
        assert entry["digest"] == "sha256:" + hashlib.sha256(stored[entry["ordinal"]].encode()).hexdigest(), entry["label"]
    labels = [entry["label"] for entry in journal]
    assert labels[:3] == ["brief", "toolchain", "plan"] and len(set(labels)) == len(labels)
    text = said(tenon, "journal", run)
    for entry in journal:
        assert entry["label"] in text
        assert (entry["digest"][7:19] in text) != (stored[entry["ordinal"]] == "null")


def test_colours_are_for_people(tenon):
    tenon.build(GOAL)
    assert "\x1b[32mcompleted\x1b[0m" in on_terminal(tenon, "runs")
    assert "\x1b" not in on_terminal(tenon, "runs", NO_COLOR="1")
    assert "\x1b" not in on_terminal(tenon, "show", TERM="dumb")


def test_wrong_names_and_values(tenon):
    first, second = tenon.build(GOAL), tenon.build(GOAL)
    message = refused(tenon, CONFLICT, "show", "run_")
    assert first["run"] in message and second["run"] in message
    for command in (["show", "nope"], ["tree", "nope"], ["journal", "nope"], ["signal", "nope", "go"], ["retry", "nope"],
                    ["fork", "nope", "--from", "plan"], ["cancel", "nope"], ["pause", "nope"], ["resume", "nope"]):
        assert "there is no run nope" in refused(tenon, NOT_FOUND, *command)
    run = first["run"]
    assert "nothing" in refused(tenon, NOT_FOUND, "fork", run, "--from", "nothing")
    assert "byte 1" in refused(tenon, INVALID, "signal", run, "go", "{yes}")
    assert "soon" in refused(tenon, INVALID, "runs", "--since", "soon")
    for command in (["signal", run, "go"], ["cancel", run], ["pause", run], ["retry", run]):
        refused(tenon, CONFLICT, *command)
    answer = tenon.run("signal", run, "go", "--json")
    assert json.loads(answer.stdout)["code"] == "conflict"


def test_a_failed_run_says_where_and_is_put_back(tenon):
    broken = {"TENON_PYTHON": "/usr/bin/no-python"}
    assert tenon.run("build", LONG_GOAL, "--yes", "--no-serve", environment=broken).returncode != 0
    run = tenon.json("runs", "--state", "failed")[0]["run_id"]
    text = said(tenon, "show", run)
    assert "failed in toolchain after" in text and "`tenon resume" in text
    text = said(tenon, "retry", run)
    assert "is put back" in text and "there is none now" in text and "`tenon resume" in text
    assert tenon.json("show", run)["state"] == "ready"
    assert tenon.run("resume", "--no-serve").returncode == 0


def test_a_run_is_paused_and_resumed_beside_its_owner(tenon):
    process = tenon.start("build", LONG_GOAL, "--yes", "--json", "--no-serve")
    run = event_of(process, "task.started")["run"]
    assert "runs on worker" in said(tenon, "show", run)
    assert "Open: 1 running." in said(tenon, "runs")
    said(tenon, "pause", run)
    assert "paused" in event_of(process, "run.paused")["reason"]
    assert "Now: paused" in said(tenon, "pause", run)
    assert tenon.json("runs", "--state", "paused")[0]["run_id"] == run

    read, write = os.pipe()
    os.write(write, b'{"note": "kept"}')
    os.close(write)
    with os.fdopen(read) as payload:
        assert "is stored" in said(tenon, "signal", run, "note", "-", stdin=payload)
    refused(tenon, INVALID, "signal", run, "note", "{")
    assert "goes on" in said(tenon, "resume", run)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert tenon.json("show", run)["state"] == "completed"


def test_a_paused_run_survives_its_owner(tenon):
    process = tenon.start("build", LONG_GOAL, "--yes", "--json", "--no-serve")
    run = event_of(process, "task.started")["run"]
    said(tenon, "pause", run)
    event_of(process, "run.paused")
    process.kill()
    process.communicate()
    text = said(tenon, "show", run)
    assert "paused" in text and "`tenon resume" in text
    assert tenon.run("resume", "--no-serve").returncode == 0
    assert tenon.json("show", run)["state"] == "completed"


def forked(tenon, run, step):
    return json.loads(said(tenon, "fork", run, "--from", step, "--json").splitlines()[-1])["run"]


def test_a_forked_delivery_has_what_it_shares_with_its_origin(tenon):
    origin = tenon.build(GOAL)
    evidence = tenon.json("evidence", origin["project"])

    run = forked(tenon, origin["run"], "toolchain")  # the first step after the brief
    summary = json.loads(said(tenon, "resume", run, "--no-serve", "--json").splitlines()[-1])
    assert summary["state"] == "completed" and summary["project"] == origin["project"] and summary["version"] == 2
    assert summary["assertions"] == origin["assertions"] and summary["assertions"]["met"] == summary["assertions"]["total"]
    row = next(row for row in tenon.json("runs") if row["run_id"] == run)
    assert row["stage"] == "DONE" and row["project"] == origin["project"] and row["forked_from"] == origin["run"]

    run = forked(tenon, origin["run"], "release/record")  # everything is proved already
    summary = json.loads(said(tenon, "resume", run, "--no-serve", "--json").splitlines()[-1])
    assert summary["state"] == "completed" and summary["version"] == 3 and summary["commit"] == origin["commit"]
    proved = tenon.json("evidence", origin["project"])
    assert proved["run"] == run and proved["assertions"] == evidence["assertions"]


def test_an_interrupted_run_says_so(tenon):
    process = tenon.start("build", LONG_GOAL, "--yes", "--json", "--no-serve")
    run = event_of(process, "task.started")["run"]
    process.kill()
    process.communicate()
    text = said(tenon, "show", run)
    assert ("was interrupted" in text or "there is none now" in text) and "`tenon resume" in text
    assert tenon.run("resume", "--no-serve").returncode == 0


def test_the_owner_answers_as_the_program_itself(tenon):
    process, summary = tenon.serving("build", GOAL, "--yes")
    run = summary["run"]
    commands = [["runs", "--json"], ["show", run, "--json"], ["tree", run], ["tree", run, "--json"], ["journal", run],
                ["journal", run, "--full", "--json"], ["schedules", "--json"], ["show", "nope", "--json"],
                ["resume", run], ["fork", run, "--from", "nothing"], ["signal", run, "go", "{"], ["runs", "--since", "soon"]]
    try:
        answered = [tenon.run(*command) for command in commands if command[0] != "resume"]
        assert "completed already" in refused(tenon, CONFLICT, "resume", run)
    finally:
        assert stop(process) == 0
    alone = [tenon.run(*command) for command in commands if command[0] != "resume"]
    for theirs, own in zip(answered, alone, strict=True):
        assert (theirs.returncode, theirs.stderr) == (own.returncode, own.stderr)
        if "tree" not in own.args[0] or "--json" in own.args:
            assert theirs.stdout == own.stdout, own.args


def test_the_wake_bus_is_shown_without_its_secrets(tenon):
    servers = {"TENON_NATS_URL": "nats://teller:hunter22@127.0.0.1:1"}
    said_by = {command: tenon.run(command, "--json", environment=servers) for command in ("config", "doctor")}
    assert json.loads(said_by["config"].stdout)["TENON_NATS_URL"] == "nats://[redacted]@127.0.0.1:1"
    assert "hunter22" not in said_by["doctor"].stdout + said_by["doctor"].stderr
    features = {feature["name"]: feature for feature in json.loads(said_by["doctor"].stdout)["features"]}
    assert not features["wake-up bus"]["found"] and "[redacted]@127.0.0.1:1" in features["wake-up bus"]["detail"]
    assert tenon.run("build", GOAL, "--yes", "--no-serve", environment=servers).returncode == 0
    assert "wake-up bus" not in tenon.run("doctor").stdout
