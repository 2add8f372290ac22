"""Presence is what the model says, to the millisecond, however often the server is killed, on days
on which clocks leap, and after a rebuild."""

import os

import pytest
from presence_siege import PresenceSiege

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
USERS = 1000 if LONG else 300
ROUNDS = 24 if LONG else 3
ACTIONS = 4000 if LONG else 600
PACE = 900_000 // ACTIONS  # milliseconds between two actions, so that a round is a quarter hour
KINDS = ("under load", "over deadlines", "in expiry")
# On the eve of a day that is an hour longer, and of one on which midnight does not exist.
EVES = [("Europe/Zurich", "2025-10-25T20:00:00Z"), ("America/Santiago", "2025-09-06T22:00:00Z")]


def live(siege, kind):
    """Starts on what the one before left behind."""
    server = siege.start()
    siege.compare(server)
    siege.load(server, ACTIONS, kill=kind == "under load")
    if kind == "in expiry":
        siege.kill_in_expiry(server)
    elif kind == "over deadlines":
        siege.look_ahead(server)
        server.stop()
    siege.clock.advance(siege.random.choice([0, siege.random.randrange(2 * 3_600_000)]))


@pytest.mark.parametrize("zone, eve", EVES)
def test_presence_is_the_model(zone, eve, tmp_path, record_testsuite_property):
    siege = PresenceSiege(tmp_path, SEED, USERS, zone, eve, PACE)
    for n in range(ROUNDS):
        live(siege, KINDS[n % len(KINDS)])
    server = siege.start()
    siege.look_ahead(server)
    siege.wait_until_written(server)
    served = siege.digest(server)
    siege.kill(server)
    with siege.start() as server:
        assert siege.digest(server) == served
        rebuilt = server.post("/v1/views/presence/rebuild").json()
        assert (rebuilt["position"], rebuilt["digest"]) == served
        siege.compare(server)
        siege.look_ahead(server)
    record_testsuite_property(f"beats acknowledged in {zone}", len(siege.acked))
    record_testsuite_property("kills", siege.kills)
    record_testsuite_property("while expiries were written", siege.kills_in_expiry)
    record_testsuite_property("times everything compared", siege.compared)
