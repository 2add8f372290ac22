"""Views as they were: `?at=` of sessions and digests, `views show --at`, `replay --to-folder`."""

import json
import shutil
import time

import pytest

from cli_runner import DONE, FAILED, USAGE, run
from running_server import RunningServer, wait_for
from sessions_client import get, iso, listed, minute, of_user, payload, sync, unique

INTERVAL = 16384  # events between two boundaries (engine/limits.h)
BATCH = 8192


def then(server, user, at):
    return get(server, f"/api/admin/users/{user}/centcom-sessions?at={at}")


def statuses(answer):
    return {view["external_session_id"]: view["session_status"] for view in answer["sessions"]}


def digest(server, at=None):
    answer = server.get("/v1/views/sessions/digest" + (f"?at={at}" if at else ""))
    assert answer.status == 200, answer
    return answer.json()


def past_lag(server):
    text = server.get("/metrics").body.decode()
    line = next(line for line in text.splitlines()
                if line.startswith('syncline_past_lag_events{projection="sessions"}'))
    return int(float(line.split()[-1]))


def fill(server, events):
    """Syncs of 300 users, over and over; gives the head."""
    for first in range(0, events, BATCH):
        batch = [{"specversion": "1.0", "source": "/fill", "type": "session.synced",
                  "subject": f"session/u{n % 300}/s", "id": f"{server.head()}-{n}",
                  "data": {"user_id": f"u{n % 300}",
                           "session_data": {"session_id": "s", "status": "active",
                                            "last_activity": iso(time.time())},
                           "sync_metadata": {"sync_version": str(n)}}}
                 for n in range(first, min(first + BATCH, events))]
        answer = server.post("/v1/events", json.dumps(batch), headers={
            "Content-Type": "application/cloudevents-batch+json"})
        assert answer.status == 200, answer
        assert all("position" in each for each in answer.json()["results"]), answer
    return server.head()


def wait_until_built(server):
    wait_for(lambda: past_lag(server) < INTERVAL, deadline=60, what="the past is built")


def test_a_user_at_positions_and_times(server):
    user = unique("then")
    first = sync(server, payload(user, "a", status="active", last_activity=minute(1)))["position"]
    second = sync(server, payload(user, "b", status="idle", last_activity=minute(2)))["position"]
    last = sync(server, payload(user, "a", status="terminated",
                                last_activity=minute(3)))["position"]
    assert statuses(then(server, user, first)) == {"a": "active"}
    assert statuses(then(server, user, second)) == {"a": "active", "b": "idle"}
    answer = then(server, user, last)
    assert statuses(answer) == {"a": "terminated", "b": "idle"}
    assert answer["position"] == last
    assert answer["latest_session"] == answer["sessions"][0]
    now = of_user(server, user)
    assert answer["sessions"] == now["sessions"]
    # A time is the last event by then.
    passed = iso(time.time())
    wait_for(lambda: iso(time.time()) > passed, what="a millisecond passes")
    after = iso(time.time())
    wait_for(lambda: iso(time.time()) > after, what="another one")
    sync(server, payload(user, "c", last_activity=minute(4)))
    answer = then(server, user, after)
    assert statuses(answer) == {"a": "terminated", "b": "idle"}
    assert answer["asOf"] == after
    before = then(server, user, "2001-01-01T00:00:00Z")
    assert before == {"latest_session": None, "sessions": [], "asOf": "2001-01-01T00:00:00.000Z",
                      "position": 0}


def test_the_position_is_in_the_header(server):
    position = sync(server, payload(unique("header")))["position"]
    answer = server.get(f"/api/admin/users/u/centcom-sessions?at={position}")
    assert answer.headers["x-syncline-position"] == str(position)


def test_the_clock_of_an_answer_is_that_of_then(fresh_server):
    """A session that has expired since was not expired then, and the other way round."""
    soon = {"last_sync_interval": 500}
    first = sync(fresh_server, payload("u", "s", status="active", last_activity=minute(1),
                                       sync_metadata=soon))["position"]
    wait_for(lambda: fresh_server.head() > first, what="it expires")
    assert statuses(then(fresh_server, "u", first)) == {"s": "active"}
    assert statuses(then(fresh_server, "u", fresh_server.head())) == {"s": "expired"}
    for at, expired in ((first, 0), (fresh_server.head(), 1)):
        page = get(fresh_server, f"/api/admin/sessions?status=expired&at={at}")
        assert len(page["sessions"]) == expired
        assert (page["position"], page["next_cursor"]) == (at, None)


def test_a_list_in_pages(fresh_server):
    for n in range(7):
        sync(fresh_server, payload(f"u{n}", status="idle" if n % 2 else "active",
                                   last_activity=minute(n)))
    head = fresh_server.head()
    for n in range(7):
        sync(fresh_server, payload(f"u{n}", status="terminated", last_activity=minute(10 + n)))
    seen, cursor = [], ""
    while cursor is not None:
        page = get(fresh_server, f"/api/admin/sessions?status=idle&limit=2&at={head}{cursor}")
        seen += [view["user_id"] for view in page["sessions"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == ["u1", "u3", "u5"]


@pytest.mark.parametrize("at, refusal", [
    ("", (400, "invalid_at")), ("0", (400, "invalid_at")), ("-1", (400, "invalid_at")),
    ("yesterday", (400, "invalid_at")), ("2026-13-01T00:00:00Z", (400, "invalid_at")),
    ("99999999999", (404, "not_yet")), ("2999-01-01T00:00:00Z", (404, "not_yet"))])
@pytest.mark.parametrize("path", ["/api/admin/users/u/centcom-sessions", "/api/admin/sessions",
                                  "/v1/views/sessions/digest"])
def test_an_instant_that_has_not_been_is_refused(server, path, at, refusal):
    sync(server, payload(unique("head")))
    answer = server.get(f"{path}?at={at}")
    assert (answer.status, answer.json()["code"]) == refusal, answer


@pytest.mark.parametrize("path", ["/api/admin/sessions?at", "/v1/events?from",
                                  "/api/stats/history?to"])
def test_a_plus_that_became_a_space_is_shown(server, path):
    text = server.get(f"{path}=2026-01-01T12:00:00+01:00").body.decode()
    assert 'arrived as \\"2026-01-01T12:00:00 01:00\\"' in text and "%2B is a +" in text, text
    assert server.get(f"{path}=2026-01-01T12:00:00%2B01:00").status == 200


def test_a_view_without_a_past_says_so(server):
    sync(server, payload(unique("head")))
    answer = server.get("/v1/views/history/digest?at=1")
    assert (answer.status, answer.json()["code"]) == (409, "refused")
    assert server.get("/v1/views/nothing/digest?at=1").status == 404


def test_across_a_boundary(tmp_path):
    """The digest as of then is that of a log which ended there: after kill -9, from the folder, and
    when the past is damaged or gone."""
    folder = tmp_path / "data"
    server = RunningServer(folder)
    fill(server, INTERVAL + 3000)
    wait_until_built(server)
    head = server.head()
    places = [1, 1000, INTERVAL - 1, INTERVAL, INTERVAL + 1, head]
    answers = {at: digest(server, at)["digest"] for at in places}
    assert len(set(answers.values())) == len(places)
    assert answers[head] == digest(server)["digest"]
    server.kill()
    with RunningServer(folder) as server:
        wait_until_built(server)
        assert {at: digest(server, at)["digest"] for at in places} == answers
        online = run("views", "show", "sessions", "--server", server.url, "--at", INTERVAL + 1,
                     "--json", token=server.token).json()
        assert (online["digest"], online["position"]) == (answers[INTERVAL + 1], INTERVAL + 1)
        # Beside the server, from its folder.
        assert run("views", "show", "sessions", "--data", folder, "--at", online["position"],
                   "--json").json() == online
    for table in (folder / "past").glob("*.sst"):
        table.write_bytes(b"\0" * table.stat().st_size)
    shown = run("views", "show", "sessions", "--data", folder, "--at", INTERVAL + 1)
    assert (shown.code, answers[INTERVAL + 1] in shown.out) == (DONE, True), shown
    with RunningServer(folder) as server:  # which makes it anew
        wait_until_built(server)
        assert digest(server, INTERVAL + 1)["digest"] == answers[INTERVAL + 1]
        assert "built anew" in server.log_tail()
    shutil.rmtree(folder / "past")
    # A throw-away folder that ends there.
    cut = tmp_path / "cut"
    made = run("replay", "--data", folder, "--to", INTERVAL + 1, "--to-folder", cut, "--json")
    assert made.json()["head"]["position"] == INTERVAL + 1
    assert run("views", "digest", "sessions", "--data", cut,
               "--json").json()["digest"] == answers[INTERVAL + 1]
    again = run("replay", "--data", folder, "--to-folder", cut)
    assert again.code == FAILED and "log" in again.err, again


def test_words_that_are_not_understood():
    for words in (["--at", "0"], ["--at", "noon"]):
        assert run("views", "show", "sessions", "--data", "x", *words).code == USAGE
    for words in (["--from", "2"], ["--type", "a"]):
        ran = run("replay", "--data", "x", "--to-folder", "y", *words)
        assert ran.code == USAGE and "cannot go with --from or a filter" in ran.err


def test_of_a_folder_any_view_can_be_asked(fresh_server):
    for n in range(3):
        sync(fresh_server, payload("u", f"s{n}"))
    head = fresh_server.head()
    shown = run("views", "show", "history", "--data", fresh_server.data, "--at", head, "--json")
    assert shown.json()["digest"] == fresh_server.get("/v1/views/history/digest").json()["digest"]
    for where in (["--data", fresh_server.data], ["--server", fresh_server.url]):
        refused = run("views", "show", "sessions", *where, "--at", head + 1,
                      token=fresh_server.token)
        assert refused.code == FAILED and f"ends at {head}" in refused.err, refused
    online = run("views", "show", "history", "--server", fresh_server.url, "--at", head,
                 token=fresh_server.token)
    assert online.code == FAILED and "; --data FOLDER folds its log anew" in online.err, online
