"""Writes the results as Markdown."""

import json
import statistics

import goals
import plan

SETTINGS = {
    ("sqlite", "full"): "synchronous FULL",
    ("redis", "always"): "AOF always",
    ("redis", "everysec"): "AOF everysec",
    ("redis", "off"): "no AOF",
    ("postgresql", "on"): "synchronous_commit on",
    ("postgresql", "off"): "synchronous_commit off",
}
RATES = {
    "enqueue 1": "Durable enqueue, one by one, 1 producer (jobs/s)",
    "enqueue 16": "Durable enqueue, one by one, 16 concurrent producers (jobs/s)",
    "enqueue 256": "Durable enqueue, one by one, 256 concurrent producers (jobs/s)",
    "enqueue_bulk": "Enqueue in bulk (jobs/s)",
    "noop": "No-op jobs end to end, from the first enqueue to the last completion (jobs/s)",
    "drain": "No-op jobs of a filled queue (jobs/s)",
    "steps": "10-step runs, end to end (steps/s)",
}
METHOD = """\
- The payload of each job is the same JSON object of about 70 bytes. All servers are reached over Unix sockets and keep their data on
  the disk above, with their defaults apart from what is named: Redis without RDB snapshots, PostgreSQL as `initdb` leaves it.
- Each figure is the median of {runs} measured after a warm-up that is not counted; the spread is the least and the most.
- Of the settings listed at the end, each is tried once for a workload and the fastest is then measured: "settings" names it.
- Rates of one-by-one enqueueing are over {enqueue} s. Latencies are the medians over the runs of each run's percentiles.
- Peers complete a job when they say so: BullMQ's `completed` event, pg-boss's `complete()`, River's completed event, which follow
  the store's answer. Celery's is the end of the task. Completed jobs are removed where the library can (BullMQ), the others keep them.
- pg-boss's own `work()` asks at most twice a second; its throughput is that of the documented `fetch()` and `complete()` in loops,
  its latency and recovery that of `work()`.
- Celery with AOF always also acknowledges late (`task_acks_late`); its default loses running jobs when a worker is killed.
- Recovery: a worker running {in_flight} jobs and its children are killed with SIGKILL; time until another worker, started at that
  moment, has started those jobs again, with the library's default locks and leases. Waited for {cap} s.
- Parked: {parked} jobs due in a day. A worker is running; memory is the Pss of the worker and of the server with their children.
"""


def markdown(header, rows):
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def spread(values, digits=0):
    """Median, least and most."""
    if not values:
        return ["", ""]
    form = lambda value: f"{value:,.{digits}f}"
    return [form(statistics.median(values)), f"{form(min(values))} to {form(max(values))}"]


def shown(settings):
    return ", ".join(f"{key} {json.dumps(value)}" for key, value in settings.items()).replace('"', "") or "default"


def named(row):
    return [row.system, SETTINGS.get((row.store, row.setting), "")]


def rate_table(rows, latencies):
    lines = []
    for row in rows:
        if row.failed:
            lines.append([*named(row), f"not measured: {row.failed}", ""] + [""] * (2 if latencies else 0) + [shown(row.settings)])
            continue
        quantiles = [spread(row.values(key), 2)[0] for key in ("p50_ms", "p99_ms")] if latencies else []
        lines.append([*named(row), *spread(row.values("per_second")), *quantiles, shown(row.settings)])
    columns = ["system", "server", "median", "spread"] + (["p50 ms", "p99 ms"] if latencies else []) + ["settings"]
    return markdown(columns, lines)


def latency_table(rows):
    lines = []
    for row in rows:
        median = f"not measured: {row.failed}" if row.failed else spread(row.values("p50_ms"), 2)[0]
        lines.append([*named(row), median, *spread(row.values("p99_ms"), 2), shown(row.settings)])
    return markdown(["system", "server", "p50 ms", "p99 ms", "spread of p99", "settings"], lines)


def recovery_table(rows, cap):
    lines = []
    for row in rows:
        times = [record["seconds"] for record in row.records]
        late = sum(time is None for time in times)
        known = [time for time in times if time is not None]
        # A run that was not seen to end is later than all others, so the median is known when fewer than half are.
        median = f"> {cap}" if 2 * late >= len(times) else f"{sorted(times, key=lambda time: time or 1e9)[len(times) // 2]:.1f}"
        if row.failed:
            median = f"not measured: {row.failed}"
        lines.append([*named(row), median, spread(known, 1)[1], f"{late} of {len(times)}", shown(row.settings)])
    return markdown(["system", "server", "median s", "spread", f"later than {cap} s", "settings"], lines)


def memory_table(rows):
    lines = []
    for row in rows:
        record = row.records[0] if row.records else {}
        worker = statistics.median(row.values("rss_mb")) if row.values("rss_mb") else record.get("worker_mb")
        cells = [worker, record.get("server_before_mb"), record.get("server_mb")]
        lines.append([*named(row), *(f"{cell:,.1f}" if cell is not None else "" for cell in cells),
                      f"not measured: {row.failed}" if row.failed else shown(row.settings)])
    return markdown(["system", "server", "worker MiB", "server before MiB", "server after MiB", "settings"], lines)


def tried_table(rows):
    lines = [[row.workload, *named(row), shown(tried["settings"]), f"{tried['per_second']:,.0f}"]
             for row in rows for tried in row.tried]
    return markdown(["workload", "system", "server", "settings", "/s"], lines)


def replay_table(rows):
    lines = []
    for row in rows:
        times = [1000 * seconds for seconds in row.values("seconds")]
        lines.append([row.system, f"not measured: {row.failed}", ""] if row.failed else [row.system, *spread(times, 1)])
    return markdown(["system", "median ms", "spread"], lines)


def write(path, size, machine, versions, rows, not_measured, minutes):
    of = lambda workload: [row for row in rows if row.workload == workload]
    runs = f"{size.runs} runs" if size.runs > 1 else "1 run"
    lines = ["# Durable execution, beside the queues people use", "",
             f"`make bench-durable`: everything below was measured in one run of {minutes:.1f} minutes.", ""]
    if size is plan.QUICK:
        lines += ["**Quick form: it shows that everything works; its figures are not to be quoted.**", ""]
    method = METHOD.format(runs=runs, enqueue=size.enqueue_seconds, in_flight=plan.IN_FLIGHT, cap=size.recovery_cap,
                           parked=f"{size.parked:,}")
    lines += ["## Goals", "", *markdown(["measure (fsync before acknowledgement)", "goal", "figure", "verdict"], goals.table(rows))]
    lines += ["## Machine", "", *markdown(["what", "value"], machine.items())]
    lines += ["## Versions", "", *markdown(["what", "version"], versions.items())]
    lines += ["## How", "", method]
    for workload, title in RATES.items():
        lines += [f"## {title}", ""]
        if workload == "steps":
            notes = dict.fromkeys(f"- {row.system}: {row.note}." for row in of(workload) if row.note)
            lines += [*notes, "- pg-boss and Celery have no steps.", ""]
        lines += rate_table(of(workload), workload.startswith("enqueue "))
    lines += ["## Enqueue to start, idle", "", *latency_table(of("latency"))]
    lines += ["## Recovery after a killed worker", "", *recovery_table(of("recovery"), size.recovery_cap)]
    lines += [f"## Memory with {size.parked:,} parked jobs", "", *memory_table(of("memory"))]
    lines += ["## Replay of a 10,000-step run", "", *replay_table(of("replay"))]
    lines += ["## Start of a run while another tenant has 100,000 queued", "", *latency_table(of("fairness"))]
    if not_measured:
        lines += ["## Not measured", "", *(f"- {name}: {reason}" for name, reason in not_measured.items()), ""]
    lines += ["## Settings tried", "", *tried_table(rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).rstrip() + "\n")
