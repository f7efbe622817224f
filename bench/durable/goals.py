"""The goals, computed from the rows of one run: the peers' best figure is the one compared with."""

import statistics

LEASE_SECONDS = 10


class Figures:
    def __init__(self, rows):
        self.rows = rows

    def ours(self, store, workload, key, pick=statistics.median):
        """Of all runs; None when a run failed or there was none."""
        rows = [row for row in self.rows if row.ours and row.store == store and row.workload == workload and not row.failed]
        values = [value for row in rows for value in row.values(key)]
        return pick(values) if values else None

    def best_peer(self, workload, chosen):
        rates = [(statistics.median(row.values("per_second")), f"{row.system}, {row.setting}") for row in self.rows
                 if not row.ours and row.workload == workload and chosen(row) and row.values("per_second")]
        return max(rates, default=(None, ""))


def verdict(checks):
    """checks: (text, reached or None)."""
    texts = ", ".join(text for text, _ in checks)
    results = [reached for _, reached in checks]
    if False in results:
        return texts, "**not reached**"
    return texts, "not measured" if None in results else "**reached**"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def at_least(value, goal, unit):
    if value is None:
        return "no figure", None
    return f"{number(value)} {unit}" + ("" if value >= goal else f" ({value / goal:.0%} of the goal)"), value >= goal


def at_most(value, goal, unit):
    if value is None:
        return "no figure", None
    return f"{number(value)} {unit}" + ("" if value <= goal else f" ({value / goal:.1f} × the goal)"), value <= goal


def times(value, peer, goal):
    rate, name = peer
    if value is None or rate is None:
        return "no ratio to a peer", None
    return f"{value / rate:.1f} × {name} ({number(rate)}/s)", value >= goal * rate


def table(rows):
    """Rows of (measure, goal, figure, verdict)."""
    figures = Figures(rows)
    noop_sqlite = figures.ours("sqlite", "noop", "per_second")
    noop_postgresql = figures.ours("postgresql", "noop", "per_second")
    bullmq = figures.best_peer("noop", lambda row: row.system == "BullMQ + Redis")
    on_postgresql = figures.best_peer("noop", lambda row: row.store == "postgresql")

    def enqueue(store, goal):
        return [at_least(figures.ours(store, "enqueue 256", "per_second"), goal, "/s"),
                at_most(figures.ours(store, "enqueue 256", "p99_ms"), 20, "ms p99")]

    goals = [
        ("no-op jobs end to end, SQLite", "≥ 100,000/s and ≥ 5 × BullMQ + Redis",
         [at_least(noop_sqlite, 100_000, "/s"), times(noop_sqlite, bullmq, 5)]),
        ("no-op jobs end to end, PostgreSQL", "≥ 25,000/s and ≥ 4 × the best peer on PostgreSQL",
         [at_least(noop_postgresql, 25_000, "/s"), times(noop_postgresql, on_postgresql, 4)]),
        ("durable enqueue, 256 producers, SQLite", "≥ 50,000/s, p99 ≤ 20 ms", enqueue("sqlite", 50_000)),
        ("durable enqueue, 256 producers, PostgreSQL", "≥ 20,000/s, p99 ≤ 20 ms", enqueue("postgresql", 20_000)),
        ("steps of 10-step runs, SQLite", "≥ 80,000 steps/s",
         [at_least(figures.ours("sqlite", "steps", "per_second"), 80_000, "steps/s")]),
        ("enqueue to start, idle, SQLite", "p50 ≤ 2 ms, p99 ≤ 10 ms",
         [at_most(figures.ours("sqlite", "latency", "p50_ms"), 2, "ms p50"),
          at_most(figures.ours("sqlite", "latency", "p99_ms"), 10, "ms p99")]),
    ]
    for store, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        goals += [
            (f"a killed worker's runs continue, {name}", "≤ lease + 2 s",
             [at_most(figures.ours(store, "recovery", "seconds", max), LEASE_SECONDS + 2, "s")]),
            (f"100,000 parked runs, {name}", "≤ 50 MB resident", [at_most(figures.ours(store, "memory", "rss_mb"), 50, "MB")]),
        ]
    replay = figures.ours("sqlite", "replay", "seconds")
    goals.append(("replay of a 10,000-step run, SQLite", "≤ 200 ms", [at_most(replay and 1000 * replay, 200, "ms")]))
    for store, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        goals.append((f"start of a run beside another tenant's 100,000 queued ones, {name}", "≤ 50 ms",
                      [at_most(figures.ours(store, "fairness", "p99_ms"), 50, "ms p99")]))
    return [(measure, goal, *verdict(checks)) for measure, goal, checks in goals]
