"""What the admin sees of sessions (CONTRACTS 1): one user's, and the list with its pages."""

import pytest
from running_server import wait_for
from sessions_client import listed, minute, of_user, payload, shown, sync, unique


def ids(sessions):
    return [view["external_session_id"] for view in sessions]


def test_a_user_nobody_has_heard_of(server):
    assert of_user(server, "nobody") == {"latest_session": None, "sessions": []}


def test_the_latest_activity_comes_first(server):
    user = unique("many")
    for session, n in [("a", 5), ("b", 9), ("c", 1)]:
        sync(server, payload(user, session, last_activity=minute(n)))
    assert ids(of_user(server, user)["sessions"]) == ["b", "a", "c"]
    sync(server, payload(user, "c", last_activity=minute(10)))
    answer = of_user(server, user)
    assert ids(answer["sessions"]) == ["c", "b", "a"]
    assert answer["latest_session"]["external_session_id"] == "c"


@pytest.mark.parametrize("name", ["a/b", "a b", "ü%2F", "x?y=1&z", "auth0|12", ".."])
def test_ids_of_any_characters(server, name):
    user, session = name + unique("user"), name + "session"
    receipt = sync(server, payload(user, session))
    assert receipt["external_session_id"] == session
    assert shown(server, user)["external_session_id"] == session
    assert ids(listed(server, user_id=user)) == [session]
    assert sync(server, payload(user, session + "x"))["session_id"] != receipt["session_id"]


def test_users_that_begin_alike_stay_apart(server):
    user = unique("alike")
    sync(server, payload(user))
    sync(server, payload(user + "x"))
    assert len(of_user(server, user)["sessions"]) == 1
    assert len(listed(server, user_id=user)) == 1


def test_the_list_in_pages(fresh_server):
    sent = [(f"u{n % 3}", f"s{n:02}") for n in range(11)]
    for user, session in sent:
        sync(fresh_server, payload(user, session))
    everything = listed(fresh_server)
    assert [(v["user_id"], v["external_session_id"]) for v in everything] == sorted(sent)
    for limit in (1, 2, 5, 11, 12):
        assert listed(fresh_server, limit=limit) == everything
    assert listed(fresh_server, limit=2, user_id="u1") == [
        v for v in everything if v["user_id"] == "u1"]
    assert listed(fresh_server, user_id="u") == []


def test_pages_hold_while_sessions_move(fresh_server):
    for n in range(6):
        sync(fresh_server, payload("u", f"s{n}", last_activity=minute(1)))
    first = fresh_server.get("/api/admin/sessions?limit=3").json()
    assert ids(first["sessions"]) == ["s0", "s1", "s2"]
    for n in (0, 4):
        sync(fresh_server, payload("u", f"s{n}", last_activity=minute(2)))
    rest = fresh_server.get(f"/api/admin/sessions?limit=3&cursor={first['next_cursor']}").json()
    assert ids(rest["sessions"]) == ["s3", "s4", "s5"]
    assert rest["next_cursor"] is None


def test_the_list_by_status(fresh_server):
    quick = {"last_sync_interval": 1}
    sync(fresh_server, payload("u", "a", status="active"))
    sync(fresh_server, payload("u", "i", status="idle"))
    sync(fresh_server, payload("u", "t", status="terminated"))
    sync(fresh_server, payload("u", "x", status="active", sync_metadata=quick))
    sync(fresh_server, payload("v", "y", status="idle", sync_metadata=quick))
    expected = {"active": ["a"], "idle": ["i"], "terminated": ["t"], "expired": ["x", "y"]}
    wait_for(lambda: shown(fresh_server, "v")["session_status"] == "expired", what="the expiry")
    for status, sessions in expected.items():
        assert ids(listed(fresh_server, status=status, limit=1)) == sessions
    assert ids(listed(fresh_server, status="expired", user_id="v")) == ["y"]
    metrics = fresh_server.get("/metrics").body.decode()
    for status, sessions in expected.items():
        assert f'syncline_sessions{{status="{status}"}} {len(sessions)}' in metrics


@pytest.mark.parametrize("query, code", [
    ("status=gone", "invalid_status"), ("status=Active", "invalid_status"),
    ("limit=0", "invalid_limit"), ("limit=1001", "invalid_limit"), ("limit=x", "invalid_limit"),
    ("limit=-1", "invalid_limit"), ("cursor=1", "invalid_cursor"),
    ("cursor=%F0%9F%98%80", "invalid_cursor"), ("status=", "invalid_status"),
    ("user_id=", "invalid_user_id"), ("cursor=", "invalid_cursor"),
    ("cursor=AAAAAAAAAAAA", "invalid_cursor")])
def test_bad_queries(server, query, code):
    answer = server.get(f"/api/admin/sessions?{query}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert query.split("=")[0] in problem["detail"]


def test_a_cursor_that_was_cut_or_changed(fresh_server):
    for n in range(3):
        sync(fresh_server, payload("u", f"s{n}"))
    cursor = fresh_server.get("/api/admin/sessions?limit=1").json()["next_cursor"]
    other = ("A" if cursor[6] != "A" else "B").join([cursor[:6], cursor[7:]])
    for bad in (cursor[:-1], cursor + "AA", other):
        answer = fresh_server.get(f"/api/admin/sessions?cursor={bad}")
        assert (answer.status, answer.json()["code"]) == (409, "foreign_cursor")
    assert fresh_server.get(f"/api/admin/sessions?cursor={cursor}").status == 200


def test_open_in_dev(server):
    user = unique("open")
    sync(server, payload(user), token=False)
    assert server.get(f"/api/admin/users/{user}/centcom-sessions", token=False).status == 200
    assert server.get("/api/admin/sessions", token=False).status == 200
