"""200 readers of the stream of presence, who hang up and come back at random moments, while users
come, move, leave and lapse, and the server is killed: every change once, in order, to each what is
for its eyes. What there is to be told is derived from the log (presence_model.changes_of)."""

import http.client
import os
import random
import threading

from event_stream import StreamEnded
from presence_client import PresenceStream, beat, clear
from presence_model import EXPIRY, changes_of
from presence_siege import PresenceSiege
from running_server import wait_for

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
READERS = 200
ACTIONS = 600 if LONG else 120
USERS = 40
DEADLINE = 240.0  # seconds
END = "the end"  # the last one who enters
MODULES = ('[{id = "pms", name = "procurement"}, {id = "ih", name = "innovation"},'
           ' {id = "end", name = "end"}]')


class Reader(threading.Thread):
    """Reads until somebody enters the module `end`."""

    def __init__(self, server, number, ready):
        super().__init__(daemon=True)
        self.server, self.ready = server, ready
        self.user = "reader" if number % 2 else None
        self.random = random.Random(number)
        self.seen, self.token, self.connections, self.fault = [], None, 0, None

    def run(self):
        try:
            with self.stream() as stream:
                stream.named("snapshot")
                self.token = stream.last_event_id
                self.ready.wait()
            while not self.seen or self.seen[-1]["module"] != "end":
                try:
                    self.read()
                except (StreamEnded, OSError, http.client.HTTPException):
                    self.server.up.wait(DEADLINE)  # it was killed
        except BaseException as fault:  # pylint: disable=broad-except
            self.fault = fault
            self.ready.abort()

    def stream(self):
        self.connections += 1
        return PresenceStream(self.server.running, self.user, self.token, timeout=DEADLINE)

    def read(self):
        with self.stream() as stream:
            for _ in range(self.random.randrange(1, 60)):
                self.seen.append(stream.change())
                self.token = stream.last_event_id
                if self.seen[-1]["module"] == "end":
                    return


class Server:
    """The one that is running, and whether it is."""

    def __init__(self, siege):
        self.siege, self.up = siege, threading.Event()
        self.start()

    def start(self):
        self.running = self.siege.start()
        self.up.set()

    def kill(self):
        self.up.clear()
        self.siege.kill(self.running)


def act(siege, server):
    """One of the users does something; now and then, all have lapsed before it."""
    chance = siege.random.random()
    siege.clock.advance(siege.random.randrange(1, 20_000) + (EXPIRY if chance < 0.05 else 0))
    user = siege.random.choice(siege.users)
    if chance > 0.9:
        clear(server, user)
    else:
        beat(server, user, siege.random.choice(["pms", "ih"]))


def written(siege, server):
    """Nobody is left in the log who has lapsed."""
    siege.log.read(server)
    due = {mark.name for mark in siege.model().lapsed}
    return due <= {event["data"]["beat"] for event in siege.log.expired()}


def test_every_reader_sees_every_change_once(tmp_path, record_testsuite_property):
    siege = PresenceSiege(tmp_path, SEED, USERS, "America/Santiago", "2025-09-06T22:00:00Z", pace=0)
    siege.env["SYNCLINE_PRESENCE_MODULES"] = MODULES
    server = Server(siege)
    ready = threading.Barrier(READERS + 1)
    readers = [Reader(server, n, ready) for n in range(READERS)]
    for reader in readers:
        reader.start()
    ready.wait(60)
    for n in range(ACTIONS):
        if n in (ACTIONS // 3, 2 * ACTIONS // 3):
            server.kill()
            siege.clock.advance(siege.random.choice([0, EXPIRY]))
            server.start()
        act(siege, server.running)
    siege.clock.advance(EXPIRY)
    wait_for(lambda: written(siege, server.running), what="everybody has left")
    beat(server.running, END, "end")
    expected = list(changes_of(siege.log.read(server.running).events, siege.zone))
    anonymous = [{k: v for k, v in change.items() if k != "user"} for change in expected]
    for reader in readers:
        reader.join(DEADLINE)
        assert reader.fault is None, reader.fault
        assert reader.seen == (expected if reader.user else anonymous), reader.connections
    server.running.stop()
    actions = [change["user"]["action"] for change in expected]
    assert {"entered", "moved", "left", "expired"} == set(actions)
    record_testsuite_property("readers", READERS)
    record_testsuite_property("connections of theirs", sum(r.connections for r in readers))
    record_testsuite_property("changes told to each", len(expected))
