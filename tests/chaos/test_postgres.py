"""PostgreSQL is restarted, killed, loses its backends or has no connection left; the workers stay."""

import signal
import time

import psycopg2

from conftest import ROUNDS


def terminate(postgres, share):
    """Ends a share of the connections to the database, by chance. Returns how many."""
    return postgres.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND random() < %s",
        (postgres.database, share))[0][0]


def test_restarted(world, postgres, report):
    one = world(postgres.url(postgres.database))
    with one.under_load():
        for _ in range(ROUNDS):
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                one.tended(one.chance.uniform(0.3, 1))
                postgres.stop(how)
                time.sleep(one.chance.uniform(0, 1.5))
                postgres.start()
        one.tended(1)
    one.judge(report, "PostgreSQL restarted: fast, immediate, kill -9")


def test_backends_terminated(world, postgres, report):
    one = world(postgres.url(postgres.database))
    ended = 0
    with one.under_load():
        for _ in range(10 * ROUNDS):
            one.tended(one.chance.uniform(0.05, 0.3))
            ended += terminate(postgres, 0.5)
    one.judge(report, "backends terminated")
    assert ended > 10 * ROUNDS


def test_no_connection_left(world, postgres, report):
    """Somebody else takes all connections, ours are cut: nothing is answered for a while, and then everything."""
    one = world(postgres.url(postgres.database))
    refused = 0
    with one.under_load():
        for _ in range(ROUNDS):
            one.tended(0.5)
            control = postgres.connect()
            taken = []
            end = time.monotonic() + 3
            while time.monotonic() < end:
                with control.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (postgres.database,))
                try:
                    while True:
                        taken.append(postgres.connect())
                except psycopg2.OperationalError:
                    refused += 1
                one.tended(0.05)
            for connection in [*taken, control]:
                connection.close()
        one.tended(1)
    one.judge(report, "no connection left")
    assert refused > 0
