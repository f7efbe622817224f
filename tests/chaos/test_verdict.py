"""The verdict goes red: each kind of damage, done to the evidence or to the database, is found and named."""

import copy
import signal
import sqlite3

import pytest

import verdict


def entry_of(evidence, kind, state="completed"):
    return next(entry for entry in evidence.entries.values() if entry["kind"] == kind and entry["state"] == state)


def first(evidence, workflow):
    return next(run for run in evidence.runs.values() if run["workflow"] == workflow and run["state"] == "completed")


def lose_a_run(evidence):
    del evidence.runs[first(evidence, "plain")["run_id"]]


def lose_a_signal(evidence):
    first(evidence, "approval")["output"] = 1000


def leave_a_run_unfinished(evidence):
    first(evidence, "plain")["state"] = "waiting"


def repeat_an_attempt(evidence):
    evidence.sights.append(evidence.sights[0])


def change_a_key(evidence):
    changed = copy.copy(evidence.sights[0])
    changed.key += "0"
    evidence.sights.append(changed)
    evidence.entries[changed.key] = evidence.entries[evidence.sights[0].key]


def run_a_stored_step(evidence):
    again = copy.copy(evidence.sights[0])
    again.attempt += 100
    evidence.sights.append(again)


def run_a_stored_step_late(evidence):
    evidence.sights[0].at += 3_600_000


def store_the_result_of_another(evidence):
    entry_of(evidence, "step")["result"]["worker"] = "nobody"


def write_a_row_twice(evidence):
    evidence.rows.append(evidence.rows[0])


def lose_a_row(evidence):
    evidence.rows.pop()


def write_without_holding(evidence):
    next(change for change in evidence.changes if change["kind"] == "step_completed")["worker"] = "zombie"


def complete_twice(evidence):
    evidence.changes.append(next(change for change in evidence.changes if change["kind"] == "step_completed"))


def end_twice(evidence):
    evidence.changes.append(next(change for change in evidence.changes if change["kind"] == "run_completed"))


def lose_a_child(evidence):
    child = next(run for run in evidence.runs.values() if run["workflow"] == "member" and run["state"] == "completed"
                 and evidence.runs[run["parent_run_id"]]["state"] == "completed")
    del evidence.runs[child["run_id"]]


DAMAGE = {
    lose_a_run: "is lost",
    lose_a_signal: "returned 1000",
    leave_a_run_unfinished: "has not finished",
    repeat_an_attempt: "was executed twice",
    change_a_key: "came under 2 keys",
    run_a_stored_step: "that the journal does not know",
    run_a_stored_step_late: "after its result had been stored",
    store_the_result_of_another: "holds the result of attempt",
    write_a_row_twice: "was written 2 times",
    lose_a_row: "is missing",
    write_without_holding: "was written by zombie",
    complete_twice: "was completed 2 times",
    end_twice: "ended 2 times",
    lose_a_child: "the children of",
}


def test_a_lost_worker_is_found():
    changes = [{"run_id": "r", "kind": kind, "step": step, "worker": worker, "at": at} for kind, step, worker, at in (
        ("run_started", "", "a", 1), ("step_started", "s", "a", 2), ("run_started", "", "b", 10))]
    evidence = verdict.Evidence([], {}, {}, [], changes, [], set())
    assert verdict.takeovers(evidence, [("a", 5)]) == [5]
    assert list(verdict.unexplained(evidence, {"a": 5})) == []
    assert len(list(verdict.unexplained(evidence, {}))) == 1


def test_damaged_evidence_is_found(world, directory, report):
    one = world(f"sqlite:{directory}/tenon.db", workers=1)
    with one.under_load():
        one.tended(3)
    evidence = one.judge(report, "no fault at all")
    for damage, sentence in DAMAGE.items():
        damaged = copy.deepcopy(evidence)
        damage(damaged)
        problems = verdict.judge(damaged, one.load.promises)
        assert any(sentence in problem for problem in problems), (damage.__name__, problems)


FORGET_A_RESULT = """
    UPDATE steps SET state = 'started', result = NULL, finished_at = NULL, ended_after = NULL
    WHERE kind = 'step' AND state = 'completed' AND run_id IN (SELECT run_id FROM waiting_runs)"""
FORGET_A_RUN = "DELETE FROM waiting_runs"


@pytest.mark.parametrize("statement, sentence", [(FORGET_A_RESULT, "was completed 2 times"), (FORGET_A_RUN, "invariant broken")])
def test_damaged_database_is_found(world, directory, statement, sentence):
    one = world(f"sqlite:{directory}/tenon.db", workers=1)
    start = {"tenant": "ten_a", "key": "one", "workflow": "approval", "work": {}}
    run = one.port().call("start", starts=[start])["runs"][0]
    while one.port().call("describe", run=run)["view"]["state"] != "waiting":
        pass
    one.workers[0].send_signal(signal.SIGTERM)
    assert one.workers[0].wait() == 0
    with sqlite3.connect(directory / "tenon.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        assert database.execute(statement).rowcount == 1
    if sentence == "was completed 2 times":
        one.tend()
        for payload in (1, 2):
            one.port().call("signal", run=run, name="go", payload=payload)
        while one.port().call("describe", run=run)["view"]["state"] != "completed":
            pass
    one.close()
    problems = verdict.judge(one.evidence(), [verdict.Promise(run, "approval", 0)])
    assert any(sentence in problem for problem in problems), problems
