"""What must be true after chaos, judged from outside: by the witness of the effects, by a log of changes that is written in
the engine's own transactions, by what the feeder was promised, and by the engine's invariants. Every rule yields sentences
about what is wrong; test_verdict.py proves that each goes red."""

import collections
import dataclasses
import math

MEMBERS = 5
HOLDERS_ONLY = {"step_started", "step_completed", "step_retrying", "step_failed", "run_waiting", "run_completed", "run_failed"}
LEAVES = {"run_waiting", "run_parked", "run_completed", "run_failed", "run_cancelled", "run_dead", "run_paused"}
FINISHED = {"completed", "failed", "cancelled", "dead"}


@dataclasses.dataclass
class Promise:
    """A start that was acknowledged, and how the run may end."""

    run: str
    workflow: str
    number: int
    ends: tuple = ("completed",)


@dataclasses.dataclass
class Sight:
    """One line of the witness."""

    run: str
    effect: str
    key: str
    attempt: int
    worker: str
    at: int


@dataclasses.dataclass
class Evidence:
    violations: list
    runs: dict  # by id
    entries: dict  # by idempotency key
    rows: list
    changes: list  # those of one run in the order of their commits
    sights: list
    suspended: set  # workers that were frozen or cut off: they may learn late that a run is theirs no more

    @classmethod
    def collect(cls, lines, witness_text, suspended=()):
        evidence = cls([], {}, {}, [], [], [], set(suspended))
        run = None
        for line in lines:
            ((kind, what),) = line.items()
            if kind == "run":
                run = what["run_id"]
                evidence.runs[run] = what
            elif kind == "entry":
                key = f"{run}:{what['branch']}:{what['name']}:{what['occurrence']}"
                evidence.entries[key] = {**what, "run_id": run}
            else:
                {"violation": evidence.violations, "row": evidence.rows, "change": evidence.changes}[kind].append(what)
        for text in witness_text.splitlines():
            run, effect, key, attempt, worker, at = text.split()
            evidence.sights.append(Sight(run, effect, key, int(attempt), worker, int(at)))
        return evidence


def output_of(workflow, number):
    """As workflows.cpp computes it."""
    return {
        "plain": 3 + number % 4,
        "branches": 123,
        "approval": 1002,
        "family": sum((number + i) % 7 != 3 for i in range(MEMBERS)),
        "modern": 1,
        "member": 1,
    }.get(workflow, number)


def invariants(evidence):
    return [f"invariant broken: {one['invariant']}: {one['subject']}" for one in evidence.violations]


def promises_kept(evidence, promises):
    for promise in promises:
        run = evidence.runs.get(promise.run)
        if run is None:
            yield f"{promise.run} ({promise.workflow}) was acknowledged and is lost"
        elif run["workflow"] != promise.workflow:
            yield f"{promise.run} was acknowledged as {promise.workflow} and is {run['workflow']}"
        elif run["state"] not in promise.ends:
            yield f"{promise.run} ({promise.workflow}) is {run['state']} instead of {' or '.join(promise.ends)}: {run.get('error')}"
        elif run["state"] == "completed" and run["output"] != output_of(promise.workflow, promise.number):
            yield f"{promise.run} ({promise.workflow} {promise.number}) returned {run['output']}"
    promised = {promise.run for promise in promises}
    for run in evidence.runs.values():
        if run["state"] not in FINISHED:
            yield f"{run['run_id']} ({run['workflow']}) has not finished: {run['state']}"
        if run["run_id"] not in promised and "parent_run_id" not in run:
            yield f"{run['run_id']} ({run['workflow']}) was never asked for"


def families(evidence):
    children = collections.defaultdict(list)
    for run in evidence.runs.values():
        if "parent_run_id" in run:
            children[run["parent_run_id"]].append(run["state"])
    for run in evidence.runs.values():
        if run["workflow"] != "family" or run["state"] != "completed":
            continue
        states = collections.Counter(children[run["run_id"]])
        if states != collections.Counter({"completed": run["output"], "failed": MEMBERS - run["output"]}):
            yield f"the children of {run['run_id']} ended {dict(states)}, {run['output']} were to complete"


def effects(evidence):
    """Exactly once for a receiver that knows the key; never again after the result was stored; the result is the last attempt's."""
    keys = collections.defaultdict(set)
    executed = collections.defaultdict(dict)
    for sight in evidence.sights:
        keys[sight.run, sight.effect].add(sight.key)
        if sight.attempt in executed[sight.key]:
            yield f"attempt {sight.attempt} of {sight.key} was executed twice"
        executed[sight.key][sight.attempt] = sight
        if sight.key not in evidence.entries:
            yield f"{sight.key} was executed and stands in no journal"
    for (run, effect), names in keys.items():
        if len(names) > 1:
            yield f"effect {effect} of {run} came under {len(names)} keys"
    for key, entry in evidence.entries.items():
        if entry["kind"] != "step":
            continue
        attempts = executed.get(key, {})
        if any(attempt > entry["attempt"] for attempt in attempts):
            yield f"{key} was executed in an attempt that the journal does not know"
        if entry["state"] != "completed":
            continue
        last = attempts.get(entry["attempt"])
        if last is None:
            yield f"{key} is completed by attempt {entry['attempt']}, which was never executed"
            continue
        if any(sight.at > entry["finished_at"] + 1 and sight.worker not in evidence.suspended for sight in attempts.values()):
            yield f"{key} was executed after its result had been stored"
        result = entry["result"]
        if isinstance(result, dict) and (result["attempt"], result["worker"]) != (entry["attempt"], last.worker):
            yield f"{key} holds the result of attempt {result['attempt']} by {result['worker']}, the last was {entry['attempt']} by {last.worker}"


def ledger(evidence):
    rows = collections.Counter((row["run_id"], row["label"]) for row in evidence.rows)
    stored = {(entry["run_id"], entry["name"]) for entry in evidence.entries.values()
              if entry["kind"] == "store_step" and entry["state"] == "completed" and not entry["name"].startswith("publish ")}
    for row, count in rows.items():
        if count > 1:
            yield f"row {row} was written {count} times"
        if row not in stored:
            yield f"row {row} was written by a step that is not completed"
    for row in stored - set(rows):
        yield f"row {row} of a completed step is missing"


def fencing(evidence):
    """Between one claim and the next, nobody but the claimer changes a run; a step is completed once, a run ends once."""
    holder = {}
    completed = collections.Counter()
    ended = collections.Counter()
    for change in evidence.changes:
        run, kind = change["run_id"], change["kind"]
        if kind == "run_started":
            holder[run] = change["worker"]
        if kind in HOLDERS_ONLY and change["worker"] != holder.get(run):
            yield f"{kind} {change['step']} of {run} was written by {change['worker']}, the holder was {holder.get(run)}"
        completed[run, change["step"]] += kind == "step_completed"
        ended[run] += kind in ("run_completed", "run_failed", "run_cancelled", "run_dead")
    for (run, step), count in completed.items():
        if count > 1:
            yield f"{step} of {run} was completed {count} times"
    for run, count in ended.items():
        if count > 1:
            yield f"{run} ended {count} times"


def judge(evidence, promises):
    problems = []
    for rule in (invariants(evidence), promises_kept(evidence, promises), families(evidence), effects(evidence),
                 ledger(evidence), fencing(evidence)):
        problems += rule
    return problems


def takeovers(evidence, losses):
    """For each run that a worker held when it was lost: milliseconds until another one had it. `losses`: (worker, when)."""
    history = collections.defaultdict(list)
    for change in evidence.changes:
        if change["kind"] == "run_started" or change["kind"] in LEAVES:
            history[change["run_id"]].append(change)
    lost = collections.defaultdict(list)
    for worker, at in losses:
        lost[worker].append(at)
    return [following["at"] - at
            for changes in history.values()
            for change, following in zip(changes, changes[1:]) if change["kind"] == "run_started"
            for at in lost[change["worker"]] if change["at"] <= at < following["at"]]


def unexplained(evidence, asked):
    """Runs that were taken in the middle of a step from a worker that nobody had told to leave. `asked`: when each worker was
    told, if it was. Between steps a run may change hands: what it waits for came before it was parked."""
    holder = {}
    begun = collections.defaultdict(set)
    for change in evidence.changes:
        run, kind = change["run_id"], change["kind"]
        if kind in LEAVES:
            begun[run].clear()
        elif kind == "step_started":
            begun[run].add(change["step"])
        elif kind.startswith("step_"):
            begun[run].discard(change["step"])
        elif kind == "run_started":
            if begun[run] and change["at"] < asked.get(holder[run], math.inf):
                yield f"{run} was taken from {holder[run]} by {change['worker']} during {begun[run]}"
            begun[run].clear()
            holder[run] = change["worker"]


def interrupted(evidence):
    """Attempts that something kept from being recorded."""
    return sum(max(0, entry["attempt"] - entry["failures"] - 1) for entry in evidence.entries.values()
               if entry["kind"] == "step" and entry["state"] == "completed")
