"""One line of the log for each request, and the trace that a request is part of."""

import json

import pytest

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
EVENT = {"specversion": "1.0", "source": "/edge-test", "type": "note.written", "subject": "note/1"}
AS_EVENT = {"Content-Type": "application/cloudevents+json"}


def access_lines(server):
    lines = [json.loads(line) for line in server.log_path.read_text().splitlines()]
    return [line for line in lines if line["msg"] == "request"]


def test_each_request_is_one_line_of_the_access_log(server_on):
    server = server_on(options=["--log-level", "debug"])
    server.get("/v1/events?source=a-secret-in-the-query", headers={
        "x-request-id": "my-id-1", "traceparent": TRACEPARENT})
    refused = server.get("/v1/events/7?x=a-secret-in-the-query",
                         headers={"Authorization": "Bearer a-secret-in-a-header"})
    server.get("/healthz", token=False, headers={"traceparent": "00-nonsense"})
    server.get("/a-secret-in-the-path", token=False)
    server.wait_for(lambda: len(access_lines(server)) >= 4)
    first, second, third, fourth = access_lines(server)
    assert first.pop("seconds") >= 0 and first.pop("time") and first.pop("bytes") > 10
    assert first == {"level": "debug", "msg": "request", "method": "GET", "route": "/v1/events",
                     "status": 200, "caller": "user", "address": "127.0.0.1", "id": "my-id-1",
                     "trace": TRACE}
    assert (second["route"], second["status"], second["caller"]) == (
        "/v1/events/{position}", 401, "anonymous")
    assert second["bytes"] == len(refused.body)
    assert second["id"] == refused.headers["x-request-id"]
    assert (third["route"], third["status"], third["trace"]) == ("/healthz", 200, "")
    assert (fourth["route"], fourth["status"]) == ("unmatched", 404)
    text = server.log_path.read_text()
    assert "a-secret" not in text and server.token not in text


@pytest.mark.parametrize("path, body", [
    ("/v1/events", EVENT),
    ("/api/stats/heartbeat", {"module": "pms"}),
    ("/api/centcom/sessions/sync", {"user_id": "u", "session_data": {"session_id": "s"}})])
def test_a_trace_goes_on_with_the_event(fresh_server, path, body):
    headers = {"traceparent": TRACEPARENT, **(AS_EVENT if path == "/v1/events" else {})}
    answer = fresh_server.post(path, json.dumps(body), headers=headers)
    assert answer.status in (200, 201), answer
    last = fresh_server.get(f"/v1/events/{fresh_server.head()}").json()
    assert last["traceparent"] == TRACEPARENT
