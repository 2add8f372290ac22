"""`views rebuild` while the server serves: reads answer from what was there until the switch,
appends go on, and what ends a rebuild (Ctrl-C, kill -9) leaves what served before."""

import contextlib
import http.client
import json

import pytest

from cli_runner import DONE, FAILED, Running, run, sync

SESSIONS = 30


def fill(server):
    beats = [sync(f"u{number % 7}", f"s/{number}") for number in range(SESSIONS)]
    for beat in beats:
        assert server.post("/api/centcom/sessions/sync", beat, token=False).status == 200
    # More events than one piece of a rebuild, so that its rate makes it wait between two.
    for first in range(0, 5000, 1000):
        batch = [{"specversion": "1.0", "source": "/t", "type": "note.written", "id": str(number),
                  "subject": "note/1"} for number in range(first, first + 1000)]
        answer = server.post("/v1/events", json.dumps(batch), headers={
            "Content-Type": "application/cloudevents-batch+json"})
        assert answer.status == 200, answer
    return server


@pytest.fixture
def filled(fresh_server):
    return fill(fresh_server)


def sessions(server):
    listed = server.get("/api/admin/sessions?limit=100")
    assert listed.status == 200, listed
    return listed.json()


@contextlib.contextmanager
def being_rebuilt(server):
    """A rebuild that its rate holds up between two pieces; gives the lines of its answer."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        connection.request("POST", "/v1/views/sessions/rebuild?rate=1024", headers={
            "Authorization": f"Bearer {server.token}", "Accept": "application/x-ndjson"})
        lines = connection.getresponse()
        while json.loads(lines.readline())["done"] == 0:
            pass
        yield lines
    finally:
        connection.close()


def last_line(lines):
    return json.loads(lines.read().splitlines()[-1])


def digest(server):
    return server.get("/v1/views/sessions/digest").json()["digest"]


def test_a_rebuild_ends_with_the_same_state(filled):
    before = digest(filled)
    rebuilt = run("views", "rebuild", "sessions", "--server", filled.url, "--json",
                  token=filled.token).json()
    assert (rebuilt["name"], rebuilt["digest"]) == ("sessions", before)
    assert rebuilt["position"] == filled.head()


def test_reads_and_appends_go_on_while_it_is_rebuilt(filled):
    before = sessions(filled)
    with being_rebuilt(filled) as rebuilding:
        assert sessions(filled) == before
        one_more = filled.post("/api/centcom/sessions/sync", sync("late", "s/late"), token=False)
        assert one_more.status == 200
        now = sessions(filled)
        assert len(now["sessions"]) == SESSIONS + 1, "an append is in the view when it answers"
        # One that nothing holds up, once the slow one was told to end.
        assert filled.post("/v1/views/history/rebuild").json()["code"] == "rebuild_running"
        assert filled.request("DELETE", "/v1/views/history/rebuild").status == 404
        assert filled.request("DELETE", "/v1/views/sessions/rebuild").status == 204
        assert last_line(rebuilding)["problem"]["status"] == 503
    serving = digest(filled)
    assert run("views", "rebuild", "sessions", "--server", filled.url, "--json",
               token=filled.token).json()["digest"] == serving
    assert sessions(filled) == now


def test_ctrl_c_leaves_what_served(filled):
    before, state = sessions(filled), digest(filled)
    with Running("views", "rebuild", "sessions", "--server", filled.url, "--rate", "1KiB",
                 token=filled.token) as rebuilding:
        ended = rebuilding.interrupt()
    assert ended.code == FAILED and "what served before serves on" in ended.err, ended
    assert (sessions(filled), digest(filled)) == (before, state)
    again = run("views", "rebuild", "sessions", "--server", filled.url, token=filled.token)
    assert again.code == DONE, again


def test_a_kill_in_its_midst_leaves_what_served(server_on):
    filled = fill(server_on())
    before, state = sessions(filled), digest(filled)
    with being_rebuilt(filled):
        filled.kill()
    restarted = server_on(filled.data)
    assert (sessions(restarted), digest(restarted)) == (before, state)
    verified = run("log", "verify", "--server", restarted.url, token=restarted.token)
    assert verified.code == DONE, verified
    rebuilt = run("views", "rebuild", "sessions", "--server", restarted.url, "--json",
                  token=restarted.token).json()
    assert rebuilt["digest"] == state


def test_a_server_that_stops_ends_it(filled):
    with being_rebuilt(filled) as rebuilding:
        filled.stop()  # in time, and with 0
        with pytest.raises(http.client.IncompleteRead):  # nobody takes it for a whole answer
            rebuilding.read()


def test_a_folder_is_rebuilt_without_a_server(filled):
    state = digest(filled)
    held = run("views", "rebuild", "sessions", "--data", filled.data)
    assert held.code == FAILED and str(filled.pid) in held.err, held
    filled.stop()
    rebuilt = run("views", "rebuild", "sessions", "--data", filled.data, "--json").json()
    assert rebuilt["digest"] == state
    shown = run("views", "show", "sessions", "--data", filled.data, "--json").json()
    assert (shown["digest"], shown["lag"]) == (state, 0)
