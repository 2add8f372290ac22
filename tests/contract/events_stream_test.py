"""The live stream of events (CONTRACTS 6), over the wire: from where, what, and exactly once."""

import json
import threading

from event_stream import EventStream
from events_client import append, check_problem, event, post, unique


def test_stream_from_now_on(server):
    append(server, data="before")
    with EventStream(server) as stream:
        assert stream.status == 200
        assert stream.content_type.split(";")[0] == "text/event-stream"
        stream.begun()
        position = append(server, data={"x": "line\nbreak"})
        got = stream.next()
        assert got["position"] == position
        assert got["data"] == {"x": "line\nbreak"}
        assert got == {k: v for k, v in server.get(f"/v1/events/{position}").json().items()
                       if k != "mirrored"}


def test_stream_filters(server):
    subject = unique("order/f")
    with EventStream(server, f"?type=wanted&subject={subject}&source=/shop") as stream:
        stream.begun()
        append(server, subject=subject)
        append(server, type="wanted")
        append(server, type="wanted", subject=subject, source="/other")
        position = append(server, type="wanted", subject=subject)
        assert stream.next()["position"] == position


def test_stream_keeps_data_of_several_lines_in_one_frame(server):
    with EventStream(server) as stream:
        stream.begun()
        body = json.dumps(event(data={"a": [1, {"b": "c"}]}), indent=2).replace("\n", "\r\n")
        assert post(server, body).status == 201
        assert stream.next()["data"] == {"a": [1, {"b": "c"}]}


def test_stream_resumes_exactly_once(fresh_server):
    server = fresh_server
    total = 400
    begin = server.head()

    def write():
        for i in range(total):
            append(server, id=f"r{i}")

    writer = threading.Thread(target=write)
    writer.start()
    seen, token = [], None
    for cut in (1, 7, 50, 3, 150, total):
        # Without a token the first reader starts at `after`; later ones at the last id they saw.
        with EventStream(server, f"?after={begin}", token) as stream:
            while cut > 0 and len(seen) < total:
                seen.append(stream.next()["id"])
                token = stream.last_event_id
                cut -= 1
    writer.join()
    assert seen == [f"r{i}" for i in range(total)]


def test_stream_resumes_across_a_restart(server_on, tmp_path):
    first = server_on(tmp_path / "restart")
    with EventStream(first) as stream:
        stream.begun()
        append(first, id="one")
        stream.next()
        token = stream.last_event_id
    append(first, id="two")
    first.stop()
    second = server_on(tmp_path / "restart")
    with EventStream(second, last_event_id=token) as stream:
        assert stream.next()["id"] == "two"


def test_a_reader_that_leaves_before_its_first_event_misses_none(server):
    with EventStream(server) as stream:
        token = stream.begun().last_event_id
    position = append(server)
    with EventStream(server, last_event_id=token) as stream:
        while True:
            if stream.next()["position"] == position:
                break


def test_tokens_of_another_log_are_refused(server, fresh_server):
    append(server)
    with EventStream(server) as stream:
        token = stream.begun().last_event_id
    log, incarnation, position, digest = token.rsplit(".", 3)
    stale = [f"{log}.{incarnation}.{position}.{'0' * 16}",
             f"{log}.{int(incarnation) + 1}.{position}.{digest}",
             f"{log}.{incarnation}.{int(position) + 1000000}.{digest}"]
    for other, tokens in ((fresh_server, [token]), (server, stale)):
        for foreign in tokens:
            answer = other.get("/v1/events/stream", headers={"Last-Event-ID": foreign})
            check_problem(answer, 409, "foreign_token")
            check_problem(other.get(f"/v1/events/stream?after={foreign}"), 409, "foreign_token")
    for wrong in ("after=x", "after=", "type=", "subject=", "source="):
        check_problem(server.get(f"/v1/events/stream?{wrong}"), 400, "invalid_parameter")
    check_problem(server.get("/v1/events/stream", headers={"Accept": "application/json"}),
                  406, "not_acceptable")


def test_a_position_that_the_log_does_not_have_is_refused(fresh_server):
    head = fresh_server.head()
    for path in ("/v1/events/stream", "/v1/events"):
        problem = check_problem(fresh_server.get(f"{path}?after={head + 1}"), 409, "foreign_token")
        assert f"ends at position {head}" in problem["detail"]
    with EventStream(fresh_server, f"?after={head}") as stream:
        stream.begun()
        append(fresh_server)
        assert stream.next()["position"] == head + 1
    # One that is on its way is waited for, as everywhere.
    late = threading.Timer(0.2, append, [fresh_server])
    late.start()
    page = fresh_server.get(f"/v1/events?after={head + 2}&min_position={head + 2}")
    late.join()
    assert page.json() == {"events": [], "next": None}


def test_a_quiet_stream_is_kept_alive(server):
    with EventStream(server, "?type=never", timeout=15.5) as stream:
        stream.begun()
        comments = stream.comments
        stream.frame()
        assert stream.comments == comments + 1
