"""Module presence (CONTRACTS 2, seed 001), over the wire: who is here now, and who is told so."""

import pytest
from presence_client import (HEARTBEAT, INVALID_MODULE, UNAUTHORIZED, PresenceStream, active, beat,
                             check_error, clear, event_at, get, login, modules, viewers)
from sessions_client import instant

NOBODY = {"totalUsers": 0, "activeNow": 0, "today": 0}


def test_two_users_in_different_modules(fresh_server):
    """The document's scenario 1."""
    server = fresh_server
    assert modules(server)["procurement"] == modules(server)["innovation"] == NOBODY
    assert beat(server, "A", "pms")["activeUsers"] == 1
    assert active(server) == {"pms": 1, "ih": 0}
    assert beat(server, "B", "ih")["activeUsers"] == 2
    assert active(server) == {"pms": 1, "ih": 1}
    assert beat(server, "A", "ih")["activeUsers"] == 2
    assert active(server) == {"pms": 0, "ih": 2}
    said = modules(server)
    assert said["procurement"] == {"totalUsers": 1, "activeNow": 0, "today": 1}
    assert said["innovation"] == {"totalUsers": 2, "activeNow": 2, "today": 2}
    health = get(server, "/api/stats/health", token=False)
    assert health == {"status": "ok", "database": "connected", "activeSessions": 2,
                      "timestamp": health["timestamp"]}


def test_a_session_expires(server_on):
    """The document's scenario 2, at two seconds: exact in every answer, written within one more."""
    server = server_on(env={"SYNCLINE_PRESENCE_EXPIRY": "2s"})
    with PresenceStream(server, "reader") as stream:
        assert stream.snapshot()["procurement"] == NOBODY
        position = beat(server, "A", "pms", resource="r")["position"]
        assert stream.change()["user"] == {"id": "A", "action": "entered"}
        sent = event_at(server, position)
        end = instant(sent["receivedtime"]) + 2
        here = True
        while here:
            said = modules(server)
            here = said["procurement"]["activeNow"] == 1
            # Times are shown in whole milliseconds: cut, so that equal ones may be either side.
            assert here == (instant(said["timestamp"]) < end) or abs(
                instant(said["timestamp"]) - end) <= 0.001
        assert viewers(server, "r") == []
        assert get(server, "/api/stats/health", token=False)["activeSessions"] == 0
        change = stream.change()
        assert change["user"] == {"id": "A", "action": "expired"}
        assert (change["module"], change["activeNow"], change["totalUsers"]) == ("pms", 0, 1)
        assert abs(instant(change["timestamp"]) - end) <= 0.001
    written = get(server, "/v1/events?type=presence.expired")["events"]
    assert [event["subject"] for event in written] == ["presence/A"]
    expired = written[0]
    assert expired["data"]["userId"] == "A"
    assert expired["data"]["beat"] == (
        f"{sent['origin']}.{sent['incarnation']}.{sent['sequence']}")
    assert abs(instant(expired["data"]["deadline"]) - end) <= 0.001
    assert 0 <= instant(expired["receivedtime"]) - end < 1
    assert beat(server, "A", "pms")["activeUsers"] == 1


def test_a_user_leaves(fresh_server):
    server = fresh_server
    beat(server, "A", "pms")
    beat(server, "B", "pms")
    assert clear(server, "A")["activeUsers"] == 1
    assert active(server) == {"pms": 1, "ih": 0}
    assert clear(server, "A")["activeUsers"] == 1
    assert clear(server, "never seen")["activeUsers"] == 1
    assert modules(server)["procurement"]["totalUsers"] == 2


@pytest.mark.parametrize("body", [
    {}, {"module": "crm"}, {"module": None}, {"module": 7}, {"module": ["pms"]}, {"module": "PMS"},
    {"module": ""}, [], "pms", {"modul": "pms"},
])
def test_an_invalid_module(server, body):
    check_error(server.post(HEARTBEAT, body if not isinstance(body, str) else f'"{body}"',
                            headers=login(server, "u")), 400, INVALID_MODULE)


@pytest.mark.parametrize("fields, error", [
    ({"page": 7}, "page must be a text"), ({"resource": {}}, "resource must be a text"),
    ({"page": "x" * 513}, "page takes at most 512 bytes"),
    ({"resource": "é" * 257}, "resource takes at most 512 bytes"),
])
def test_an_invalid_field(server, fields, error):
    answer = server.post(HEARTBEAT, {"module": "pms", **fields}, headers=login(server, "u"))
    check_error(answer, 400, error)


def test_what_is_no_json(server):
    for body in ("{", "", "{} {}"):
        answer = server.post(HEARTBEAT, body, headers=login(server, "u"))
        assert answer.status == 400 and set(answer.json()) == {"error"}


def test_who_is_not_logged_in(server):
    for headers, why in (({}, None), ({"Authorization": "Bearer x.y.z"}, "the token"),
                         ({"Authorization": "Basic YTpi"}, "the Authorization header must be"),
                         (login(server, "u", ttl=-60), "the token has expired")):
        for method, path, body in (("POST", HEARTBEAT, {"module": "pms"}),
                                   ("DELETE", HEARTBEAT, None),
                                   ("GET", "/api/presence/r", None)):
            answer = server.request(method, path, body, headers=headers, token=False)
            check_error(answer, 401, UNAUTHORIZED)
            challenge = 'Bearer realm="syncline"'
            if why:
                challenge += f', error="invalid_token", error_description="{why}'
            assert answer.headers["www-authenticate"].startswith(challenge)
            assert why or answer.headers["www-authenticate"] == challenge


def test_refusals_of_the_edge_have_the_same_shape(server):
    wrong_method = server.request("PUT", HEARTBEAT, {})
    assert wrong_method.status == 405
    assert set(wrong_method.headers["allow"].split(", ")) == {"POST", "DELETE", "OPTIONS"}
    packed = server.post(HEARTBEAT, {"module": "pms"},
                         headers=login(server, "u") | {"Content-Encoding": "gzip"})
    large = server.post(HEARTBEAT, {"module": "pms", "x": "y" * 2_000_000},
                        headers=login(server, "u"))
    query = server.get("/api/stats/history?step=0")
    for answer, status in ((wrong_method, 405), (packed, 415), (large, 413), (query, 400)):
        assert answer.status == status, answer
        assert answer.headers["content-type"] == "application/json"
        assert set(answer.json()) == {"error"}


def test_the_rate_is_each_users(server_on):
    server = server_on(env={"SYNCLINE_PRESENCE_RATE": "3/h"})
    for _ in range(3):
        beat(server, "busy", "pms")
    refused = server.post(HEARTBEAT, {"module": "pms"}, headers=login(server, "busy"))
    assert refused.status == 429 and set(refused.json()) == {"error"}
    assert 1100 < int(refused.headers["retry-after"]) <= 1200
    beat(server, "other", "pms")
    assert clear(server, "busy")["activeUsers"] == 1, "who has no beat left can leave"
    metrics = server.get("/metrics").body.decode()
    assert ('syncline_http_problems_total{code="rate_limited",route="/api/stats/heartbeat"} 1'
            in metrics)


def test_a_full_disk(server_on):
    server = server_on(env={"SYNCLINE_LOG_RESERVE": "1000TiB"})
    for method, body in (("POST", {"module": "pms"}), ("DELETE", None)):
        refused = server.request(method, HEARTBEAT, body, headers=login(server, "u"))
        assert refused.status == 507 and set(refused.json()) == {"error"}
        assert refused.headers["retry-after"] == "10"
    assert active(server) == {"pms": 0, "ih": 0}


def test_ids_stay_what_they_were(fresh_server):
    server = fresh_server
    numeric = beat(server, 42, "pms", resource="doc")
    text = beat(server, "u/1 ü", "pms", resource="doc")
    assert {type(v["userId"]) for v in viewers(server, "doc")} == {int, str}
    assert {v["userId"] for v in viewers(server, "doc")} == {42, "u/1 ü"}
    event = event_at(server, numeric["position"])
    assert event["data"] == {"userId": 42, "module": "pms", "resource": "doc"}
    assert event["subject"] == "presence/42"
    other = event_at(server, text["position"])
    assert other["subject"] == "presence/u%2F1%20%C3%BC"
    with PresenceStream(server, "reader") as stream:
        stream.snapshot()
        clear(server, 42)
        left = stream.change()["user"]
        assert left == {"id": 42, "action": "left"}


def test_a_user_id_in_the_body_is_ignored(fresh_server):
    server = fresh_server
    said = beat(server, "me", "pms", page="/p", resource="doc", theme={"dark": True},
                forged={"userId": "someone else", "name": "Mallory"})
    (viewer,) = viewers(server, "doc")
    assert (viewer["userId"], viewer["name"], viewer["module"]) == ("me", None, "pms")
    event = event_at(server, said["position"])
    assert event["subject"] == "presence/me"
    assert event["data"] == {"userId": "me", "module": "pms", "page": "/p", "resource": "doc",
                             "theme": {"dark": True}}
    beat(server, "me", "pms", forged={"userId": {"any": "kind"}, "name": 7})


def test_presence_on_a_resource(fresh_server):
    server = fresh_server
    resource = "requests/17 ü?"
    first = beat(server, "A", "pms", name="Ada", resource=resource)
    beat(server, "B", "ih", resource=resource)
    beat(server, "C", "pms", resource="other")
    again = beat(server, "A", "pms", name="Ada", resource=resource)
    ada, b = sorted(viewers(server, resource), key=lambda v: v["userId"])
    assert (ada["userId"], ada["name"], ada["module"]) == ("A", "Ada", "pms")
    sent, resent = (event_at(server, said["position"]) for said in (first, again))
    assert (ada["since"], ada["lastSeen"]) == (sent["receivedtime"], resent["receivedtime"])
    assert (b["userId"], b["name"], b["module"]) == ("B", None, "ih")
    beat(server, "A", "pms")
    assert [v["userId"] for v in viewers(server, resource)] == ["B"]
    clear(server, "B")
    assert viewers(server, resource) == []


def test_plain_text_and_other_origins(server):
    origin = "http://localhost:3003"
    answer = server.post(HEARTBEAT, '{"module":"ih"}', headers=login(server, "t") | {
        "Content-Type": "text/plain", "Origin": origin})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == origin
    asked = server.request("OPTIONS", HEARTBEAT, token=False, headers={
        "Origin": origin, "Access-Control-Request-Method": "DELETE"})
    assert asked.status == 200
    assert "DELETE" in asked.headers["access-control-allow-methods"]
    refused = server.post(HEARTBEAT, {"module": "ih"}, token=False, headers={"Origin": origin})
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == origin


def test_history(fresh_server):
    server = fresh_server
    first = beat(server, "A", "pms")
    start = event_at(server, first["position"])["receivedtime"]
    beat(server, "B", "pms")
    beat(server, "B", "ih")
    clear(server, "B")
    said = get(server, "/api/stats/history?step=5m", token=False)
    assert set(said) == {"module", "from", "to", "step", "points", "peak",
                         "averageSessionSeconds", "distribution"}
    assert said["module"] is None and said["step"] == 300
    assert instant(said["to"]) - instant(said["from"]) == 3600
    assert len(said["points"]) == 12
    assert said["points"][0] == {"time": said["from"], "activeNow": 0}
    assert said["peak"]["value"] == 2
    assert set(said["distribution"]) == {"pms", "ih"}
    assert abs(sum(said["distribution"].values()) - 1) < 1e-9
    of_pms = get(server, f"/api/stats/history?module=pms&from={start}&step=1s", token=False)
    assert of_pms["module"] == "pms" and of_pms["from"] == start
    assert of_pms["points"][0]["time"] == start
    assert of_pms["peak"]["value"] == 2 and of_pms["averageSessionSeconds"] >= 0
    of_ih = get(server, "/api/stats/history?module=ih", token=False)
    assert of_ih["peak"]["value"] == 1 and of_ih["averageSessionSeconds"] >= 0
    for query in ("module=crm", "module=", "from=yesterday", "to=", "step=0", "step=x",
                  "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                  "from=2020-01-01T00:00:00Z&step=1"):
        answer = server.get(f"/api/stats/history?{query}", token=False)
        assert answer.status == 400 and set(answer.json()) == {"error"}, (query, answer)


def test_modules_are_configuration(server_on, tmp_path):
    config = tmp_path / "modules.toml"
    config.write_text('[presence]\nmodules = [{ id = "a", name = "first" },'
                      ' { id = "b", name = "second" }, { id = "c", name = "third" }]\n')
    server = server_on(options=["--config", str(config)])
    beat(server, "u", "c")
    said = get(server, "/api/stats/modules", token=False)
    assert list(said) == ["first", "second", "third", "timestamp"]
    assert said["third"] == {"totalUsers": 1, "activeNow": 1, "today": 1}
    answer = server.post(HEARTBEAT, {"module": "pms"}, headers=login(server, "u"))
    check_error(answer, 400, 'Invalid module. Must be "a", "b" or "c"')


def test_the_same_after_a_crash(server_on):
    server = server_on()
    for i in range(20):
        beat(server, f"u{i}", ("pms", "ih")[i % 2], resource="doc")
    for i in range(5):
        clear(server, f"u{i}")
    before, here = modules(server), viewers(server, "doc")
    server.kill()
    server = server_on(server.data)
    after = modules(server)
    del before["timestamp"], after["timestamp"]
    assert after == before
    assert viewers(server, "doc") == here and len(here) == 15


def test_as_events(fresh_server):
    """What producers post by the canonical API is the same presence."""
    server = fresh_server

    def post(kind, data, **more):
        return server.post("/v1/events", {"specversion": "1.0", "type": kind, "source": "/test",
                                          "data": data, **more},
                           headers={"Content-Type": "application/cloudevents+json"})

    made = post("presence.beat", {"userId": 7, "module": "pms", "resource": "doc", "x": 1})
    assert made.status == 201, made
    assert active(server) == {"pms": 1, "ih": 0}
    assert [v["userId"] for v in viewers(server, "doc")] == [7]
    event = event_at(server, made.json()["position"])
    assert event["subject"] == "presence/7"
    assert event["data"] == {"userId": 7, "module": "pms", "resource": "doc", "x": 1}
    assert post("presence.beat", {"module": "ih"}, subject="presence/a%20b").status == 201
    assert active(server) == {"pms": 1, "ih": 1}
    assert post("presence.cleared", {}, subject="presence/a%20b").status == 201
    assert post("presence.cleared", {"userId": 7}).status == 201
    assert active(server) == {"pms": 0, "ih": 0}
    assert post("presence.beat", {"userId": 1}).status == 422
    elsewhere = post("presence.beat", {"userId": 1, "module": "crm"})
    assert elsewhere.status == 422 and '"pms" or "ih"' in elsewhere.json()["errors"][0]["detail"]
    assert post("presence.beat", {"userId": 1.5, "module": "pms"},
                subject="presence/1").status == 422
    refused = post("presence.expired", {"userId": 7})
    assert refused.status == 403 and refused.json()["code"] == "reserved_type"


def test_figures(fresh_server):
    server = fresh_server
    beat(server, "A", "pms")
    beat(server, "B", "ih")
    beat(server, "C", "ih")
    server.post(HEARTBEAT, {"module": "x"}, headers=login(server, "A"))
    server.post(HEARTBEAT, {"module": "x"}, token=False)
    text = server.get("/metrics").body.decode()
    route = 'route="/api/stats/heartbeat"'
    for line in ('syncline_presences{module="pms"} 1', 'syncline_presences{module="ih"} 2',
                 f'syncline_http_problems_total{{code="invalid_module",{route}}} 1',
                 f'syncline_http_problems_total{{code="unauthorized",{route}}} 1'):
        assert f"\n{line}\n" in text, line
