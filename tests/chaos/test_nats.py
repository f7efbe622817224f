"""NATS only carries hints: without it everything is as correct, only slower."""

from conftest import ROUNDS


def test_nats_killed_and_frozen(world, postgres, nats, report):
    one = world(postgres.url(postgres.database), nats=nats.url)
    with one.under_load():
        for _ in range(ROUNDS):
            one.tended(0.7)
            nats.stop()
            one.tended(0.7)
            nats.start()
            one.tended(0.7)
            nats.freeze()
            one.tended(one.chance.uniform(0.5, 2))
            nats.thaw()
        nats.stop()
        one.tended(0.5)
        one.kill_somebody()
    one.judge(report, "NATS killed, restarted, frozen, gone")
