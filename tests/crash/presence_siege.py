"""Users who come, move, leave and fall silent, a server that is killed among them, and a wall clock
that the test holds: it shows whole milliseconds, as the answers do, so that the model is exact.
"""

import ctypes
import http.client
import itertools
import json
import math
import mmap
import random
import threading
from urllib.parse import quote
from zoneinfo import ZoneInfo

from harness import RunningServer, tool
from presence_client import HEARTBEAT, get, login, modules, viewers
from presence_model import (EXPIRY, NAMES, PresenceModel, iso, mark_of, milliseconds,
                            next_midnight)
from running_server import wait_for

CLIENTS = 4
PAGE = 1000
NDJSON = {"Content-Type": "application/x-ndjson"}


class HandClock:
    """The wall clock of the servers that are given its `env`: it stands until it is moved."""

    def __init__(self, path, begin):
        path.write_bytes(bytes(8))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)
        self._micros = ctypes.c_int64.from_buffer(self._map)
        self._moving = threading.Lock()
        self.env = {"LD_PRELOAD": tool("hand_clock.so"), "SYNCLINE_TEST_CLOCK": str(path)}
        self.set(milliseconds(begin))

    @property
    def now(self):
        return self._micros.value // 1000

    def set(self, ms):
        self._micros.value = ms * 1000

    def advance(self, ms):
        with self._moving:
            self.set(self.now + ms)


class PresenceLog:
    """The events of presence in the log of whichever server there is, read once each."""

    def __init__(self):
        self.events, self.marks = [], []
        self._after = 0

    def read(self, server):
        head = server.head()
        while self._after < head:
            page = get(server, f"/v1/events?after={self._after}&limit={PAGE}"
                               f"&min_position={head}")["events"]
            assert page[0]["position"] == self._after + 1, page[0]
            self._after = page[-1]["position"]
            self.events += [each for each in page if each["type"].startswith("presence.")]
            self.marks += filter(None, map(mark_of, page))
        return self

    def expired(self):
        return [event for event in self.events if event["type"] == "presence.expired"]


class Users(threading.Thread):
    """Some of the users, over one connection, until they have done their share or it breaks."""

    def __init__(self, siege, server, users, actions):
        super().__init__()
        self.siege, self.users, self.actions = siege, users, actions
        self.random = random.Random(siege.random.random())
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        self.fault = None

    def run(self):
        try:
            for _ in range(self.actions):
                self.siege.clock.advance(self.random.randrange(2 * self.siege.pace))
                self.act(self.random.choice(self.users))
        except (OSError, http.client.HTTPException):
            pass  # it was killed
        except BaseException as fault:  # pylint: disable=broad-except
            self.fault = fault
        self.connection.close()

    def act(self, user):
        if self.random.random() < 0.1:
            self.tell("DELETE", user, None)
            return
        if self.random.random() < 0.4:
            self.siege.module_of[user] = self.random.choice(list(NAMES))
        page = f"/{next(self.siege.pages)}"
        self.siege.sent.add(page)
        self.tell("POST", user, {"module": self.siege.module_of[user], "page": page,
                                 "resource": self.random.choice(self.siege.resources)})
        self.siege.acked.add(page)

    def tell(self, method, user, body):
        self.connection.request(method, HEARTBEAT, json.dumps(body) if body else None,
                                headers=self.siege.login[user])
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        assert answer.status == 200 and said.get("userId", user) == user, (answer.status, said)


class PresenceSiege:
    def __init__(self, folder, seed, users, zone, begin, pace):
        self.data, self.zone, self.pace = folder / "data", ZoneInfo(zone), pace
        self.random = random.Random(seed)
        self.clock = HandClock(folder / "clock", begin)
        self.env = {**self.clock.env, "SYNCLINE_PRESENCE_TIMEZONE": zone}
        self.users = [n if n % 2 else f"u{n}" for n in range(users)]
        self.module_of = {user: "pms" for user in self.users}
        self.resources = ["", "the plan", "requests/17"]
        self.pages, self.sent, self.acked = itertools.count(), set(), set()
        self.log, self.login = PresenceLog(), {}
        self.kills = self.kills_in_expiry = self.compared = 0

    def start(self):
        server = RunningServer(self.data, env=self.env)
        self.login = self.login or {user: login(server, user) for user in self.users}
        return server

    def kill(self, server):
        server.kill()
        self.kills += 1

    def load(self, server, actions, kill):
        """All users at once; with `kill`, it ends at some moment of that."""
        crowd = [Users(self, server, self.users[i::CLIENTS], actions // CLIENTS)
                 for i in range(CLIENTS)]
        end = len(self.acked) + self.random.randrange(actions // 2)
        for some in crowd:
            some.start()
        if kill:
            wait_for(lambda: len(self.acked) >= end, deadline=60, what="users are at work")
            self.kill(server)
        for some in crowd:
            some.join(60)
            assert some.fault is None, some.fault

    def post(self, server, marks):
        """Marks in one request, by the canonical API: (user, module or None) each."""
        lines = []
        for user, module in marks:
            page = f"/{next(self.pages)}"
            self.sent.add(page)
            data = {"userId": user} if module is None else {
                "userId": user, "module": module, "page": page,
                "resource": self.random.choice(self.resources)}
            kind = "presence.cleared" if module is None else "presence.beat"
            lines.append(json.dumps({"specversion": "1.0", "source": "/siege", "id": page,
                                     "type": kind, "data": data}))
        answer = server.post("/v1/events", "\n".join(lines), headers=NDJSON)
        assert answer.status == 200, answer
        assert all("position" in each for each in answer.json()["results"]), answer

    def kill_in_expiry(self, server):
        """Everybody is there, and falls silent; it ends while that is written."""
        self.post(server, self.module_of.items())
        self.clock.advance(EXPIRY + self.random.randrange(3 * 3_600_000))
        silent = self.clock.now
        head = server.head()
        while server.head() == head:
            assert server.alive()
        self.kill(server)
        self.clock.advance(1)
        with self.start() as again:
            self.wait_until_written(again)
        late = [milliseconds(event["receivedtime"]) for event in self.log.expired()]
        self.kills_in_expiry += silent in late and silent + 1 in late

    def model(self):
        return PresenceModel(self.log.marks, self.zone, self.clock.now)

    def look_ahead(self, server):
        """The next deadline and the next midnight, a millisecond before, and at the instant."""
        self.log.read(server)
        deadline = self.model().next_deadline()
        for instant in filter(None, (deadline, next_midnight(self.clock.now, self.zone))):
            for now in (instant - 1, instant):
                self.clock.set(max(now, self.clock.now))
                self.compare(server)

    def compare(self, server):
        """Everything that it says of now, and of two instants before."""
        pages = [event["data"]["page"] for event in self.log.read(server).events
                 if event["type"] == "presence.beat"]
        assert len(set(pages)) == len(pages) and self.acked <= set(pages) <= self.sent
        self.check_expiries()
        model, now = self.model(), {"timestamp": iso(self.clock.now)}
        assert modules(server) == model.modules() | now
        assert get(server, "/api/stats/health", token=False) == {
            "status": "ok", "database": "connected", "activeSessions": model.active("")} | now
        assert viewers_of(viewers(server, "the plan")) == model.viewers("the plan")
        for module in ("", *NAMES):
            self.compare_history(server, model, module)
        for _ in range(2 if self.log.events else 0):
            self.compare_then(server, self.random.choice(self.log.events)["position"])
        self.compared += 1

    def compare_history(self, server, model, module):
        end = model.now - self.random.choice([0, self.random.randrange(8 * 3_600_000)])
        begin = end - 1 - self.random.randrange(24 * 3_600_000)
        least = math.ceil((end - begin) / 1_000_000)  # at most 1,000 points
        step = 1000 * max(60, least, self.random.randrange(3600))
        words = f"?from={iso(begin)}&to={iso(end)}&step={step // 1000}"
        said = get(server, f"/api/stats/history{words}" + (f"&module={module}" if module else ""),
                   token=False)
        expected = model.history(module, begin, end, step)
        for answer in (said, expected):
            answer["averageSessionSeconds"] = round(answer["averageSessionSeconds"], 6)
            answer["distribution"] = {m: round(part, 9)
                                      for m, part in answer["distribution"].items()}
        assert said == expected, words

    def compare_then(self, server, position):
        said = get(server, f"/api/stats/modules?at={position}", token=False)
        there = get(server, f"/api/presence/{quote('the plan')}?at={position}",
                    headers=login(server, "reader"))
        marks = [mark for mark in self.log.marks if mark.position <= position]
        model = PresenceModel(marks, self.zone, milliseconds(said["asOf"]))
        assert (said["position"], said["timestamp"]) == (position, said["asOf"])
        assert {name: said[name] for name in NAMES.values()} == model.modules(), position
        assert viewers_of(there["viewers"]) == model.viewers("the plan"), position

    def check_expiries(self):
        """Each names a beat and its deadline, which has come."""
        beats = {mark.name: mark for mark in self.log.marks}
        for event in self.log.expired():
            data = event["data"]
            beat = beats[data["beat"]]
            assert (data["userId"], milliseconds(data["deadline"])) == (
                beat.user, beat.time + EXPIRY), event
            assert event["receivedtime"] >= data["deadline"][:23], event

    def wait_until_written(self, server):
        """For every user who has lapsed there is an event; it changes nothing."""
        self.log.read(server)
        due = {mark.name for mark in self.model().lapsed}
        wait_for(lambda: due <= {event["data"]["beat"]
                                 for event in self.log.read(server).expired()},
                 what="every expiry is written")
        self.compare(server)

    def digest(self, server, at=None):
        words = f"?at={at}" if at else ""
        said = server.get(f"/v1/views/presence/digest{words}").json()
        return said["position"], said["digest"]


def viewers_of(listed):
    return {each["userId"]: (each["module"], each["since"], each["lastSeen"]) for each in listed}
