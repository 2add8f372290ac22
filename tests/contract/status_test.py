"""Probes, metrics, status and the operators' routes, over the wire."""

import json
import re
import shutil
import subprocess
import threading

import pytest


def note(number, **more):
    return {"specversion": "1.0", "source": "/status-test", "type": "note.written",
            "subject": f"note/{number}", "data": {"number": number}, **more}


def append(server, count):
    for number in range(count):
        answer = server.post("/v1/events", json.dumps(note(number)),
                             headers={"Content-Type": "application/cloudevents+json"})
        assert answer.status == 201, answer


def exported(answer):
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.body.decode().splitlines()]


def test_probes_are_open(server):
    health = server.get("/healthz", token=False)
    assert (health.status, health.json()) == (200, {"status": "ok"})
    assert health.headers["content-type"] == "application/json"
    ready = server.get("/readyz", token=False)
    assert (ready.status, ready.json()) == (200, {"status": "ready"})
    document = server.get("/openapi.yaml", token=False)
    assert document.status == 200
    assert document.headers["content-type"] == "application/yaml"
    assert document.body.startswith(b"openapi:")


@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/status"), ("GET", "/v1/views"), ("GET", "/v1/views/sessions/digest"),
    ("POST", "/v1/views/sessions/rebuild"), ("GET", "/v1/log/export"),
    ("POST", "/v1/log/verify"), ("GET", "/v1/backups"), ("POST", "/v1/backups")])
def test_operators_routes_need_an_admin(server, method, path):
    answer = server.request(method, path, token=False)
    assert answer.status == 401, answer
    assert answer.headers["content-type"] == "application/problem+json"


def test_status_says_where_the_log_stands(fresh_server):
    append(fresh_server, 3)
    status = fresh_server.get("/v1/status").json()
    last = fresh_server.get(f"/v1/events/{status['head']['position']}").json()
    assert status["head"] == {"position": last["position"], "hash": last["hash"]}
    assert status["log"]["head"] == status["head"]
    assert status["log"]["closed"] is None
    assert len(status["log"]["identity"]) == 36
    assert status["head"]["position"] == 4  # config.applied came first
    assert status["node"] == "a"
    assert status["incarnation"] == 1
    assert status["uptime_seconds"] >= 0
    assert [(p["name"], p["position"], p["lag"]) for p in status["projections"]] == [
        ("sessions", 4, 0), ("presence", 4, 0), ("history", 4, 0)]
    assert status["queue"] == {"drafts": 0}
    assert status["mirror"] == {"state": "off"}
    assert status["webhooks"] == {"endpoints": 0}


def test_the_first_start_applies_its_configuration_once(server_on, tmp_path):
    first = server_on(tmp_path / "data")
    event = first.get("/v1/events/1").json()
    assert (event["type"], event["subject"]) == ("config.applied", "node/a")
    assert event["source"] == "/syncline/a"
    assert re.fullmatch(r".*:\d\d\.\d{3}Z", event["time"])
    assert event["data"] == {
        "sessions": {"expire_after_intervals": 2},
        "presence": {"expiry_ms": 300_000,
                     "modules": [{"id": "pms", "name": "procurement"},
                                 {"id": "ih", "name": "innovation"}],
                     "timezone": "UTC",
                     "offsets": [{"from": "2020-01-01T00:00:00.000Z", "east_s": 0}]}}
    assert first.head() == 1
    first.stop()

    again = server_on(tmp_path / "data")
    assert again.head() == 1, "a restart with the same configuration appends nothing"
    again.stop()

    changed = server_on(tmp_path / "data", env={"SYNCLINE_SESSIONS_EXPIRE_AFTER_INTERVALS": "3"})
    assert changed.head() == 2
    assert changed.get("/v1/events/2").json()["data"]["sessions"] == {"expire_after_intervals": 3}
    changed.stop()

    back = server_on(tmp_path / "data")
    assert back.head() == 3, "the last one counts, not any"
    back.stop()

    for position in (4, 4):
        zurich = server_on(tmp_path / "data", env={"SYNCLINE_PRESENCE_TIMEZONE": "Europe/Zurich"})
        assert zurich.head() == position
        presence = zurich.get("/v1/events/4").json()["data"]["presence"]
        assert presence["timezone"] == "Europe/Zurich"
        assert {"from": "2020-03-29T01:00:00.000Z", "east_s": 7200} in presence["offsets"]
        zurich.stop()


def test_views_digest_and_rebuild(fresh_server):
    append(fresh_server, 5)
    head = fresh_server.head()
    views = fresh_server.get("/v1/views").json()["views"]
    versions = [("sessions", 2), ("presence", 1), ("history", 1)]
    assert [(v["name"], v["version"], v["position"], v["lag"]) for v in views] == [
        (name, version, head, 0) for name, version in versions]
    for name, version in versions:
        before = fresh_server.get(f"/v1/views/{name}/digest")
        assert before.status == 200
        digest = before.json()
        assert (digest["name"], digest["version"], digest["position"]) == (name, version, head)
        assert len(digest["digest"]) == 64
        rebuilt = fresh_server.post(f"/v1/views/{name}/rebuild")
        assert (rebuilt.status, rebuilt.json()) == (200, digest)
    append(fresh_server, 1)
    after = fresh_server.get("/v1/views/history/digest").json()["digest"]
    assert after != digest["digest"], "an event of a subject moves the history"


@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/views/nonsense/digest"), ("POST", "/v1/views/nonsense/rebuild")])
def test_an_unknown_view_is_a_problem(server, method, path):
    answer = server.request(method, path)
    assert answer.status == 404
    assert answer.json()["code"] == "not_found"
    assert "nonsense" in answer.json()["detail"]


def posts_beside_appends(server, target, posts, appends):
    """The answers of as many posts at once, while events are appended."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(server.post(target)))
               for _ in range(posts)]
    for thread in threads:
        thread.start()
    append(server, appends)
    for thread in threads:
        thread.join()
    return answers


def test_rebuilds_run_beside_appends_one_at_a_time(fresh_server):
    append(fresh_server, 50)
    answers = posts_beside_appends(fresh_server, "/v1/views/history/rebuild", 4, 20)
    statuses = sorted(answer.status for answer in answers)
    assert set(statuses) <= {200, 409} and 200 in statuses, answers
    for answer in answers:
        if answer.status == 409:
            assert answer.json()["code"] == "rebuild_running"
    head = fresh_server.head()
    served = fresh_server.get("/v1/views/history/digest").json()
    assert served["position"] == head
    assert fresh_server.post("/v1/views/history/rebuild").json() == served


def test_export_has_every_position_once(fresh_server):
    append(fresh_server, 300)
    head = fresh_server.head()
    everything = exported(fresh_server.get("/v1/log/export?format=events"))
    assert [event["position"] for event in everything] == list(range(1, head + 1))
    page = fresh_server.get("/v1/events?after=0&limit=1000").json()["events"]
    assert everything == page
    some = exported(fresh_server.get("/v1/log/export?format=events&from=10&to=12"))
    assert some == everything[9:12]
    assert exported(fresh_server.get(f"/v1/log/export?format=events&from={head + 1}")) == []
    for query in ("from=0", "from=x", "to=-1", "from=1.5", "to="):
        answer = fresh_server.get(f"/v1/log/export?{query}")
        assert (answer.status, answer.json()["code"]) == (400, "invalid_position"), query


def test_an_export_is_longer_than_one_piece(fresh_server):
    text = "x" * 20_000
    batch = [note(number, data={"text": text}) for number in range(60)]
    answer = fresh_server.post("/v1/events", json.dumps(batch),
                               headers={"Content-Type": "application/cloudevents-batch+json"})
    assert answer.status == 200, answer
    events = exported(fresh_server.get("/v1/log/export?format=events&from=2"))
    assert [event["data"]["text"] for event in events] == [text] * 60


def test_a_log_is_verified_while_it_grows(fresh_server):
    append(fresh_server, 30)
    answers = posts_beside_appends(fresh_server, "/v1/log/verify", 3, 30)
    assert {answer.status for answer in answers} <= {200, 409}, answers
    for answer in answers:
        if answer.status == 409:
            assert answer.json()["code"] == "verify_running"
    seen = [answer.json() for answer in answers if answer.status == 200]
    assert seen
    for each in seen:
        assert each["ok"] and each["fault"] is None, each
        assert (each["from"], each["to"]) == (1, each["head"]["position"]), each
        assert 31 <= each["events"] == each["to"] <= 61, each
    last = fresh_server.post("/v1/log/verify?from=5&to=7").json()
    assert (last["ok"], last["from"], last["to"], last["events"]) == (True, 5, 7, 3), last
    assert last["head"] == fresh_server.get("/v1/status").json()["head"]
    for query in ("from=0", "to=x"):
        answer = fresh_server.post(f"/v1/log/verify?{query}")
        assert (answer.status, answer.json()["code"]) == (400, "invalid_position"), query


def metric(text, series):
    found = [line for line in text.splitlines() if line.startswith(series + " ")]
    assert len(found) == 1, f"{series}: {found}"
    return float(found[0].rsplit(" ", 1)[1])


def test_metrics_count_what_was_done(fresh_server):
    append(fresh_server, 7)
    fresh_server.get("/v1/nothing-here")
    answer = fresh_server.get("/metrics", token=False)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.body.decode()
    assert metric(text, "syncline_log_head_position") == 8
    assert metric(text, "syncline_append_seconds_count") == 8
    assert metric(text, "syncline_commit_events_sum") == 8
    assert metric(text, "syncline_commit_sync_seconds_count") >= 1
    assert metric(text, "syncline_queue_drafts") == 0
    assert metric(text, "syncline_log_closed") == 0
    assert metric(text, 'syncline_projection_lag_events{projection="sessions"}') == 0
    assert metric(text, 'syncline_http_requests_total{method="POST",route="/v1/events",'
                        'status="201"}') == 7
    assert metric(text, 'syncline_http_request_seconds_count{route="/v1/events"}') == 7
    for status in ("active", "idle", "terminated", "expired"):
        assert metric(text, f'syncline_sessions{{status="{status}"}}') == 0
    assert metric(text, "process_open_fds") > 0
    assert metric(text, "process_resident_memory_bytes") > 1e6
    assert 'syncline_build_info{' in text


def test_metrics_pass_promtool(server):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is missing (Debian package prometheus)")
    text = server.get("/metrics", token=False).body
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
