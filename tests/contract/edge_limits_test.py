"""What one address may do: so many requests, so many wrong credentials."""

import json

KEY = "the-key-of-the-reader-in-these-tests"


def test_an_address_is_kept_to_its_rate(server_on):
    server = server_on(env={"SYNCLINE_SERVER_RATE": "5/h"})
    for _ in range(5):
        assert server.get("/v1/events").status == 200
    problem = server.get("/v1/events")
    assert (problem.status, problem.json()["code"]) == (429, "address_rate_limited")
    assert 1 <= int(problem.headers["retry-after"]) <= 720
    for path, keys in [("/api/stats/heartbeat", {"error"}),
                       ("/api/centcom/sessions/sync", {"success", "error"})]:
        refused = server.post(path, {})
        assert (refused.status, refused.json().keys()) == (429, keys)
        assert "retry-after" in refused.headers
    for path in ["/healthz", "/readyz", "/metrics"]:
        assert server.get(path).status == 200
    assert ('syncline_http_problems_total{code="address_rate_limited",route="/v1/events"} 1'
            in server.get("/metrics").body.decode())


def test_a_developer_is_not_locked_out(fresh_server):
    for _ in range(310):
        answer = fresh_server.get("/v1/status", headers={"Authorization": "Bearer an-old-token"})
        assert answer.status == 401, answer


def test_an_address_that_guesses_on_is_an_event(server_on):
    keys = f'[{{name="r", key="{KEY}", scopes=["events:read", "admin"]}}]'
    server = server_on(dev=False, env={"SYNCLINE_AUTH_API_KEYS": keys,
                                       "SYNCLINE_SESSIONS_AUTH": "none"})

    def refused_logins():
        answer = server.get("/v1/events?type=login.refused", token=False,
                            headers={"x-api-key": KEY})
        assert answer.status == 200, answer
        return answer.json()["events"]

    def guess():
        return server.get("/v1/status", token=False, headers={"x-api-key": "a guess"})

    assert {guess().status for _ in range(300)} == {401}
    assert refused_logins() == []
    while (over := guess()).status != 429:
        pass
    assert over.json()["code"] == "too_many_failed_logins"
    assert 1 <= int(over.headers["retry-after"]) <= 3
    event, = server.wait_for(refused_logins)
    assert event["subject"] == "login/127.0.0.1"
    assert event["source"] == "/syncline/a"
    data = event["data"]
    assert data["address"] == "127.0.0.1" and data["from"] <= data["to"]
    assert data["attempts"] >= 1 and data["reasons"] == {"unknown_key": data["attempts"]}
    assert "guess" not in json.dumps(event)
