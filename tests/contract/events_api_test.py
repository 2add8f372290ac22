"""The canonical API of events (CONTRACTS 6), over the wire: keys, types, values, status, type."""

import base64
import json
import re
from urllib.parse import quote

import pytest
from events_client import BATCH, EVENT, LINES, append, check_problem, event, post, unique

# --- POST /v1/events


def test_one_event(server):
    answer = post(server, event(id=unique("i"), subject="order/1", data={"amount": 12.5}))
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    receipt = answer.json()
    assert set(receipt) == {"position", "id", "duplicate", "durable", "mirrored"}
    assert type(receipt["position"]) is int and receipt["position"] > 0
    assert receipt["duplicate"] is False
    assert receipt["durable"] is True
    assert receipt["mirrored"] is False
    assert int(answer.headers["x-syncline-position"]) >= receipt["position"]
    assert answer.headers["x-request-id"]


def test_an_event_without_id_gets_one(server):
    first, second = post(server, event()).json(), post(server, event()).json()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        first["id"])
    assert first["id"] != second["id"]
    assert second["position"] > first["position"]


def test_a_repeat_answers_the_first_position(server):
    sent = event(id=unique("i"), data={"a": 1, "b": 2})
    first = post(server, sent)
    again = post(server, '{"data": {"b": 2.0, "a": 1},' + json.dumps(sent)[1:].replace(
        ', "data": {"a": 1, "b": 2}', ""))
    assert again.status == 201
    assert again.json() == {**first.json(), "duplicate": True}
    check_problem(post(server, {**sent, "data": {"a": 2}}), 409, "id_conflict")
    for more in ({"ext": "x"}, {"dataschema": "urn:x"}, {"datacontenttype": "text/json"}):
        check_problem(post(server, {**sent, **more}), 409, "id_conflict")
    assert post(server, {**sent, "tracestate": "x=1", "mirrored": True,
                         "datacontenttype": "application/json"}).json()["duplicate"] is True
    elsewhere = post(server, {**sent, "source": "/other", "data": {"a": 2}})
    assert elsewhere.json()["duplicate"] is False


def test_expected_version(server):
    subject = unique("order/v")
    first = append(server, subject=subject, expectedversion=0)
    problem = check_problem(post(server, event(subject=subject, expectedversion=0)),
                            412, "version_mismatch", "/expectedversion")
    assert problem["current"] == first
    assert f"is at version {first}, not 0" in problem["detail"]
    second = append(server, subject=subject, expectedversion=str(first))
    assert second > first
    append(server, subject=subject, baseversion=first)


def test_a_base_that_is_not_one(server):
    other = append(server, subject=unique("order/v"))
    bad = event(subject=unique("order/v"), baseversion=other)
    problem = check_problem(post(server, bad), 422, "invalid_event", "/baseversion")
    assert problem["detail"].startswith(f"baseversion names event {other}, which is not one of ")
    results = post(server, [event(), bad], BATCH).json()["results"]
    assert (results[1]["status"], results[1]["code"]) == (422, "invalid_event")
    assert results[1]["errors"][0]["pointer"] == "/baseversion"
    problem = check_problem(post(server, [event(), bad], BATCH, "?atomic=true"),
                            422, "invalid_event", "/1/baseversion")
    assert problem["index"] == 1


def test_a_version_needs_a_subject(server):
    for name in ("expectedversion", "baseversion"):
        check_problem(post(server, event(**{name: 0})), 422, "invalid_event", f"/{name}")


def test_an_atomic_batch_names_no_position_that_it_did_not_get(server):
    subject = unique("order/v")
    first = append(server, subject=subject)
    writes = [event(subject=subject, expectedversion=first) for _ in range(2)]
    problem = check_problem(post(server, writes, BATCH, "?atomic=true"),
                            412, "version_mismatch", "/1/expectedversion")
    assert "an earlier event of this request already changed subject" in problem["detail"]
    assert "current" not in problem
    same = unique("i")
    problem = check_problem(post(server, [event(id=same, data=i) for i in range(2)], BATCH,
                                 "?atomic=true"), 409, "id_conflict")
    assert "is used twice in this request" in problem["detail"]


def test_waiting_for_a_mirror_that_is_not_there(server):
    answer = post(server, event(), query="?wait=mirrored&timeout=10s",
                  headers={"Prefer": "mirrored, wait=10"})
    assert answer.status == 201
    assert answer.json()["mirrored"] is False
    head = server.head()
    for bad in ("wait=durable", "wait=", "timeout=10", "wait=mirrored&timeout=soon"):
        check_problem(post(server, event(), query="?" + bad), 400, "invalid_parameter")
    assert server.head() == head


def test_binary_mode(server):
    headers = {"ce-specversion": "1.0", "ce-type": "order.paid", "ce-source": "/shop",
               "ce-id": unique("i%20"), "ce-tag": '"x%20\\"y\\""', "ce-mirrored": "true",
               "ce-time": "2025-09-18T22:29:30Z"}
    answer = post(server, '{"a": 1}', "application/json", headers=headers)
    assert answer.status == 201
    kept = server.get(f"/v1/events/{answer.json()['position']}").json()
    assert kept["id"] == headers["ce-id"].replace("%20", " ")
    assert kept["data"] == {"a": 1}
    assert kept["tag"] == 'x "y"'
    assert kept["mirrored"] is False
    answer = post(server, b"\x00\xff", "image/png", headers={**headers, "ce-id": unique("i")})
    kept = server.get(f"/v1/events/{answer.json()['position']}").json()
    assert base64.b64decode(kept["data_base64"]) == b"\x00\xff"
    assert kept["datacontenttype"] == "image/png"
    check_problem(post(server, "{", "application/json", headers={**headers, "ce-id": unique("i")}),
                  400, "invalid_json")


def test_batch_in_order(server):
    ids = [unique("b") for _ in range(5)]
    batch = [event(id=i) for i in ids]
    batch.insert(2, {"specversion": "1.0"})
    batch.append(event(id=ids[0]))
    answer = post(server, batch, BATCH)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"results"}
    results = answer.json()["results"]
    assert len(results) == len(batch)
    refused = results.pop(2)
    assert (refused["status"], refused["code"]) == (422, "invalid_event")
    assert {e["pointer"] for e in refused["errors"]} == {"/type", "/source"}
    assert [r["id"] for r in results[:5]] == ids
    positions = [r["position"] for r in results[:5]]
    assert positions == sorted(set(positions))
    assert results[5]["position"] == positions[0] and results[5]["duplicate"] is True
    assert post(server, "[]", BATCH).json() == {"results": []}


def test_lines(server):
    lines = "\n".join(json.dumps(event(id=unique("l"))) for _ in range(3))
    results = post(server, lines + "\n\n" + '{"specversion":"1.0"}\n', LINES).json()["results"]
    assert len(results) == 4
    assert all(r["durable"] for r in results[:3])
    assert results[3]["status"] == 422
    assert results[3]["detail"].startswith("line 5: ")
    problem = check_problem(post(server, lines + "\n{oops\n", LINES), 400, "invalid_json")
    assert problem["detail"].startswith("line 4: ")


def test_atomic_batch_is_all_or_nothing(fresh_server):
    server = fresh_server
    append(server, id="taken", data=1)
    head = server.head()
    good = [event(id=f"a{i}") for i in range(3)]
    for bad, status, code in [(event(id="taken", data=2), 409, "id_conflict"),
                              (event(subject="s", expectedversion=7), 412, "version_mismatch"),
                              ({"specversion": "1.0", "source": "s"}, 422, "invalid_event"),
                              (event(type="session.expired"), 403, "reserved_type")]:
        answer = post(server, [*good, bad, event(id="last")], BATCH, "?atomic=true")
        assert check_problem(answer, status, code)["index"] == 3, answer
    assert server.head() == head
    results = post(server, good, BATCH, "?atomic=true").json()["results"]
    assert [r["position"] for r in results] == [head + 1, head + 2, head + 3]
    assert [r["id"] for r in results] == ["a0", "a1", "a2"]
    again = post(server, good, BATCH, "?atomic=true").json()["results"]
    assert again == [{**r, "duplicate": True} for r in results]
    assert server.head() == head + 3
    check_problem(post(server, good, BATCH, "?atomic=maybe"), 400, "invalid_parameter")


def test_named_types(server):
    user = unique("u ")
    data = {"user_id": user, "mood": "fine",
            "session_data": {"session_id": "e/1", "status": "idle",
                             "last_activity": "2025-09-18T22:29:30.000Z"}}
    answer = post(server, event(type="session.synced", data=data))
    assert answer.status == 201
    kept = server.get(f"/v1/events/{answer.json()['position']}").json()
    assert kept["subject"] == f"session/{quote(user, safe='')}/e%2F1"
    assert kept["data"] == data
    sessions = server.get(f"/api/admin/users/{quote(user)}/centcom-sessions").json()
    assert sessions["latest_session"]["session_status"] in ("idle", "expired")

    check_problem(post(server, event(type="session.synced", data={"user_id": "u"})),
                  422, "schema_violation", "/data/session_data")
    check_problem(post(server, event(type="presence.beat", data={"module": "pms"})),
                  422, "invalid_event", "/subject")
    for reserved in ("session.expired", "presence.expired", "license.validated", "config.applied",
                     "webhook.endpoint_changed", "sync.requested", "login.refused",
                     "log.loss_accepted", "log.restored", "foo.expired", "Session.expired"):
        check_problem(post(server, event(type=reserved, data={})), 403, "reserved_type", "/type")


@pytest.mark.parametrize("media, body, status, code", [
    ("text/plain", "x", 415, "unsupported_media_type"),
    ("application/json", json.dumps(event()), 415, "unsupported_media_type"),
    (EVENT, "{", 400, "invalid_json"),
    (EVENT, b'{"a":"\xff"}', 400, "invalid_json"),
    (EVENT, '{"a":1,"a":1}', 400, "invalid_json"),
    (EVENT, "[" * 65 + "]" * 65, 400, "invalid_json"),
    (EVENT, json.dumps(event(data="x" * 1024 * 1024)), 413, "too_large"),
    (BATCH, json.dumps([1] * 10_001), 413, "too_large"),
    (BATCH, json.dumps(event()), 422, "invalid_event"),
    (EVENT, json.dumps(event(id="x" * 513)), 422, "invalid_event"),
    (EVENT, json.dumps(event(subject="a\x00b")), 422, "invalid_event"),
    (EVENT, json.dumps(event(type="license_key.updated", subject="license_key/1",
                             data={"changes": {"expires_at": "1" * 900_000}})),
     422, "schema_violation"),
])
def test_refusals(server, media, body, status, code):
    head = server.head()
    check_problem(post(server, body, media), status, code)
    assert server.head() == head


def test_a_body_over_every_limit(server):
    answer = post(server, b" " * (8 * 1024 * 1024 + 1), BATCH)
    check_problem(answer, 413, "too_large")


def test_login_is_needed(server):
    for path in ("/v1/events", "/v1/events/1", "/v1/events/stream", "/v1/subjects/s/history"):
        check_problem(server.get(path, token=False), 401, "unauthorized")
    check_problem(post(server, event(), token=False), 401, "unauthorized")
    answer = server.request("DELETE", "/v1/events")
    check_problem(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


# --- reading


def test_one_event_as_it_is_kept(server):
    sent = event(id=unique("i"), subject="order/1", time="2025-09-18T22:29:30.123456+02:00",
                 dataschema="urn:x", tag="x", count=3, urgent=True, data={"b": [1, 2.50]},
                 traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    position = post(server, sent).json()["position"]
    answer = server.get(f"/v1/events/{position}")
    assert answer.status == 200
    assert answer.headers["content-type"] == EVENT
    assert list(answer.json()) == [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
        "tag", "count", "urgent", "traceparent", "position", "incarnation", "sequence", "origin",
        "hlc", "receivedtime", "hash", "data", "mirrored"]
    kept = answer.json()
    assert {k: kept[k] for k in sent} == {**sent, "time": "2025-09-18T20:29:30.123456Z"}
    assert kept["position"] == position
    assert kept["sequence"] == position and kept["incarnation"] == 1
    assert type(kept["origin"]) is str and kept["hlc"].isdigit()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", kept["receivedtime"])
    assert re.fullmatch(r"[0-9a-f]{64}", kept["hash"])
    assert kept["mirrored"] is False

    again = post(server, kept).json()
    assert (again["position"], again["duplicate"]) == (position, True)

    as_json = server.get(f"/v1/events/{position}", headers={"Accept": "application/json"})
    assert as_json.headers["content-type"] == "application/json"
    check_problem(server.get(f"/v1/events/{position}", headers={"Accept": "text/html"}),
                  406, "not_acceptable")
    check_problem(server.get("/v1/events/99999999"), 404, "not_found")
    check_problem(server.get("/v1/events/0"), 404, "not_found")
    check_problem(server.get("/v1/events/first"), 400, "invalid_parameter")


def test_pages(fresh_server):
    server = fresh_server
    begin = server.head()
    post(server, [event(id=f"p{i}", type=f"t{i % 2}", source=f"/s{i % 3}", subject=f"x/{i % 5}")
                  for i in range(30)], BATCH)
    answer = server.get(f"/v1/events?after={begin}&limit=7")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"events", "next"}

    def pages(query):
        found, after = [], begin
        while after is not None:
            page = server.get(f"/v1/events?limit=7&after={after}&{query}").json()
            assert len(page["events"]) <= 7
            found += [int(e["id"][1:]) for e in page["events"]]
            after = page["next"]
        return found

    everything = list(range(30))
    assert pages("") == everything
    assert pages("type=t1") == [i for i in everything if i % 2 == 1]
    assert pages("source=/s2") == [i for i in everything if i % 3 == 2]
    assert pages("subject=x/4") == [i for i in everything if i % 5 == 4]
    assert pages("type=t0&subject=x/4") == [i for i in everything if i % 10 == 4]
    assert pages("from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00Z") == everything
    assert pages("from=2999-01-01T00:00:00Z") == []
    assert pages("to=2000-01-01T00:00:00Z") == []
    assert server.get(f"/v1/events?after={begin + 30}").json() == {"events": [], "next": None}
    for bad in ("after=x", "after=-1", "limit=0", "limit=1001", "limit=x", "from=now", "to=",
                "type=", "subject=", "source="):
        check_problem(server.get(f"/v1/events?{bad}"), 400, "invalid_parameter")


def test_history_of_a_subject(server):
    subject = unique("order/h") + "/a%2Fb"
    positions = [append(server, subject=subject, data=i) for i in range(5)]
    append(server, subject=subject + "c")
    for path in (quote(subject, safe=""), subject):
        answer = server.get(f"/v1/subjects/{path}/history")
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
        assert set(answer.json()) == {"events", "next_cursor"}
        assert [e["position"] for e in answer.json()["events"]] == positions
        assert answer.json()["next_cursor"] is None
    found, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/v1/subjects/{quote(subject, safe='')}/history?limit=2"
                          + (f"&cursor={cursor}" if cursor else "")).json()
        assert len(page["events"]) <= 2
        found += [e["position"] for e in page["events"]]
        cursor = page["next_cursor"]
    assert found == positions
    nobody = server.get("/v1/subjects/nobody/history")
    assert nobody.json() == {"events": [], "next_cursor": None}
    check_problem(server.get("/v1/subjects/s/history?cursor=x"), 400, "invalid_parameter")


def test_the_document_names_the_routes_that_are_served(server):
    answer = server.get("/openapi.yaml", token=False)
    assert answer.status == 200
    paths, path = {}, None
    for line in answer.body.decode().splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = re.sub(r"{\w+}", "x", match[1])
        elif (match := re.fullmatch(r"    (get|post|delete):", line)) and path:
            paths.setdefault(path, set()).add(match[1].upper())
    assert len(paths) >= 17
    for path, methods in paths.items():
        allowed = server.request("OPTIONS", path).headers["allow"].split(", ")
        assert methods == {m for m in allowed if m not in ("HEAD", "OPTIONS")}, path


def test_the_document_says_where_min_position_is_honoured(server):
    answer = server.get("/openapi.yaml", token=False)
    paths = answer.body.decode().split("\ncomponents:")[0]
    operations = re.split(r"\n      operationId: ", paths)[1:]
    assert len(operations) >= 17
    shared = dict(re.findall(r"responses: &(\w+)(.*?)(?=\n  /|\n    \w|$)", "\n".join(operations),
                             re.DOTALL))
    for operation in operations:
        name = operation.split("\n", 1)[0]
        for alias in re.findall(r"responses: \*(\w+)", operation):
            operation += shared[alias]
        assert '"#/components/parameters/min_position"' in operation, name
        late = operation.split('"409":', 1)[1].split("\n        \"", 1)[0]
        assert re.search("NotReached|ForeignToken|Failure|not_reached|no_backup", late), name
    late = server.get("/v1/status?min_position=x")
    check_problem(late, 400, "bad_min_position")
