"""The stream of presence (CONTRACTS 2), over the wire: every change once, in order, to each reader
what is for its eyes."""

import json
import threading

from presence_client import PresenceStream, beat, clear, event_at, get, login, modules
from sessions_client import instant

CHANGES = 120
READERS = 200


def test_a_move_is_one_change(fresh_server):
    server = fresh_server
    with PresenceStream(server, "reader") as stream:
        snapshot = stream.snapshot()
        assert {**snapshot, "timestamp": None} == {**modules(server), "timestamp": None}
        said = beat(server, "A", "pms")
        beat(server, "A", "pms")
        beat(server, "A", "ih")
        clear(server, "A")
        entered, moved, left = stream.change(), stream.change(), stream.change()
        sent = event_at(server, said["position"])["receivedtime"]
        assert entered == {"module": "pms", "activeNow": 1, "totalUsers": 1, "today": 1,
                           "timestamp": sent, "user": {"id": "A", "action": "entered"}}
        assert {**moved, "timestamp": None} == {
            "module": "ih", "activeNow": 1, "totalUsers": 1, "today": 1, "timestamp": None,
            "previous": {"module": "pms", "activeNow": 0, "totalUsers": 1, "today": 1},
            "user": {"id": "A", "action": "moved"}}
        assert (left["module"], left["activeNow"], left["user"]) == (
            "ih", 0, {"id": "A", "action": "left"})
        times = [instant(change["timestamp"]) for change in (entered, moved, left)]
        assert times == sorted(times)


def lines_of(stream):
    """What comes by it from now on, as it comes."""
    seen, line = [], stream.answer.readline
    stream.answer.readline = lambda: seen.append(line()) or seen[-1]
    return seen


def test_who_is_not_logged_in_sees_nobody(fresh_server):
    server = fresh_server
    beat(server, "was-here-before", "ih", name="Vera", resource="the-plan")
    with PresenceStream(server) as stream:
        seen = lines_of(stream)
        stream.snapshot()
        beat(server, "the-user", "pms", name="Ada", page="/secret-page", resource="the-plan")
        beat(server, "the-user", "ih", name="Ada", resource="the-plan")
        clear(server, "the-user")
        for _ in range(3):
            assert "user" not in stream.change()
        text = b"".join(seen).decode()
        for word in ("the-user", "was-here-before", "Ada", "Vera", "secret-page", "the-plan"):
            assert word not in text
    with PresenceStream(server, "reader") as stream:
        stream.snapshot()
        clear(server, "was-here-before")
        assert stream.change()["user"] == {"id": "was-here-before", "action": "left"}


def test_no_open_answer_names_anybody(server_on):
    server = server_on(env={"SYNCLINE_PRESENCE_EXPIRY": "1s"})
    with PresenceStream(server) as stream:
        told = lines_of(stream)
        stream.snapshot()
        said = beat(server, "the-user", "pms", name="Ada", page="/secret", resource="the-plan")
        begin, position = said["timestamp"], said["position"]
        assert [stream.change()["activeNow"] for _ in range(2)] == [1, 0]
    for path, status in ((f"/api/stats/modules?at={position}", 200), ("/api/stats/modules", 200),
                         ("/api/stats/modules?at=2999-01-01T00:00:00Z", 404),
                         ("/api/stats/health", 200), ("/api/stats/history", 200),
                         (f"/api/stats/history?module=pms&from={begin}&step=1", 200),
                         ("/api/stats/history?module=crm", 400), ("/metrics", 200),
                         ("/api/presence/the%2Dplan", 401), (f"/v1/events/{position}", 401),
                         (f"/v1/events?after={position - 1}", 401), ("/v1/status", 401)):
        answer = server.get(path, token=False)
        assert answer.status == status, (path, answer)
        told.append(answer.body)
    for word in (b"the-user", b"Ada", b"secret", b"the-plan"):
        assert word not in b"".join(told), word


def test_a_reader_of_another_log_begins_anew(server_on, tmp_path):
    first, other = server_on(tmp_path / "a"), server_on(tmp_path / "b")
    beat(first, "A", "pms")
    with PresenceStream(first) as stream:
        stream.snapshot()
        foreign = stream.last_event_id
    with PresenceStream(other, last_event_id=foreign) as stream:
        assert stream.snapshot()["procurement"]["activeNow"] == 0
    refused = other.get("/api/stats/stream", headers={"Last-Event-ID": "x"})
    assert refused.status == 400 and set(refused.json()) == {"error"}
    assert other.get("/api/stats/stream", headers={"Accept": "text/html"}).status == 406


def test_changes_of_one_event_are_told_apart(server_on):
    """A beat behind a lapse that nobody has written yet is two changes at one position."""
    server = server_on(env={"SYNCLINE_PRESENCE_EXPIRY": "1s"})
    with PresenceStream(server, "reader") as stream:
        stream.snapshot()
        token = stream.last_event_id
        for _ in range(4):
            beat(server, "A", "pms")
            while modules(server)["procurement"]["activeNow"] == 1:
                pass
        seen = [stream.change()["user"]["action"] for _ in range(8)]
    assert seen == ["entered", "expired"] * 4
    again = []
    while len(again) < 8:  # a new connection for each
        with PresenceStream(server, "reader", last_event_id=token) as stream:
            again.append(stream.change()["user"]["action"])
            token = stream.last_event_id
    assert again == seen


class Reader(threading.Thread):
    """Reads all changes, in connections of a few each; the first is open once `ready` is over."""

    def __init__(self, server, number, ready):
        super().__init__()
        self.server, self.number, self.ready = server, number, ready
        self.user = None if number % 2 else "reader"
        self.seen, self.fault = [], None

    def run(self):
        try:
            with PresenceStream(self.server, self.user, timeout=60) as stream:
                stream.snapshot()
                self.ready.wait()
                self.read(stream, self.number % 7)
                token = stream.last_event_id
            while len(self.seen) < CHANGES:
                with PresenceStream(self.server, self.user, last_event_id=token,
                                    timeout=60) as stream:
                    self.read(stream, 20 + self.number % 41)
                    token = stream.last_event_id
        except BaseException as fault:  # pylint: disable=broad-except
            self.fault = fault
            self.ready.abort()

    def read(self, stream, count):
        for _ in range(min(count, CHANGES - len(self.seen))):
            change = stream.change()
            del change["timestamp"]
            self.seen.append(change)


def told(change, user):
    return change if user else {k: v for k, v in change.items() if k != "user"}


def test_every_reader_sees_every_change_once(fresh_server):
    server = fresh_server
    ready = threading.Barrier(READERS + 1)
    readers = [Reader(server, i, ready) for i in range(READERS)]
    for reader in readers:
        reader.start()
    ready.wait(60)
    counts, ever, where, expected = {"pms": 0, "ih": 0}, {"pms": set(), "ih": set()}, {}, []

    def of(module):
        return {"module": module, "activeNow": counts[module], "totalUsers": len(ever[module]),
                "today": len(ever[module])}

    for i in range(CHANGES):
        user, module = f"u{i * 7 % 11}", ("pms", "ih")[i % 2]
        was = where.pop(user, None)
        if was == module:
            counts[was] -= 1
            clear(server, user)
            expected.append(of(was) | {"user": {"id": user, "action": "left"}})
            continue
        where[user] = module
        counts[module] += 1
        ever[module].add(user)
        if was:
            counts[was] -= 1
        beat(server, user, module)
        change = of(module) | {"user": {"id": user, "action": "moved" if was else "entered"}}
        expected.append(change | {"previous": of(was)} if was else change)
    for reader in readers:
        reader.join(120)
        assert reader.fault is None, reader.fault
        assert reader.seen == [told(change, reader.user) for change in expected], reader.number


def test_a_stream_ends_with_the_server(server_on):
    server = server_on()
    beat(server, "A", "pms")
    with PresenceStream(server) as stream:
        stream.snapshot()
        server.stop()
        assert stream.answer.read() == b""


def test_a_token_outlives_a_restart(server_on):
    server = server_on()
    with PresenceStream(server, "reader") as stream:
        stream.snapshot()
        token = stream.last_event_id
        beat(server, "A", "pms")
        assert stream.change()["user"]["id"] == "A"
    server.kill()
    server = server_on(server.data)
    beat(server, "B", "ih")
    with PresenceStream(server, "reader", last_event_id=token) as stream:
        assert [stream.change()["user"]["id"] for _ in range(2)] == ["A", "B"]
    assert json.dumps(get(server, "/api/presence/none", headers=login(server, "x"))["viewers"]) \
        == "[]"
