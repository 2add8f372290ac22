"""What arrives when nobody means well, or when a client is old: oversized, slow, cut and garbled
requests, and the corners of HTTP. After each the server still answers, and the log has not moved.
"""

import json
import socket
import threading

import pytest

from raw_wire import EVENT, Wire, assert_refused, head, unmoved  # noqa: F401

KIB = 1024
N = len(EVENT)
JSON = "application/cloudevents+json"


def test_path_that_does_not_decode(server, unmoved):
    for place in ("/v1/events/{}", "/nowhere/{}", "/v1/events?type={}", "/v1/events?{}=1"):
        for text, why in (("%ff", "not percent-encoded UTF-8"), ("%2", "not percent-encoded UTF-8"),
                          ("a%00", "has a NUL (%00)")):
            answer = server.get(place.format(text))
            assert answer.status == 400, place
            assert why in answer.json()["detail"], answer


def test_a_parameter_given_twice(server, unmoved):
    for query in ("atomic=true&atomic=false", "atomic&x&atomic", "a%74omic=1&atomic=1"):
        answer = server.post(f"/v1/events?{query}", EVENT)
        assert (answer.status, answer.json()["code"]) == (400, "bad_query"), query
        assert "`atomic`" in answer.json()["detail"]
    assert server.get("/healthz?x=1&y=1&X=1", token=False).status == 200


def test_a_content_type_given_twice(server, unmoved):
    with Wire(server) as wire:
        wire.send(head(server, f"Content-Type: text/plain\r\nContent-Length: {N}\r\n") + EVENT)
        status, _, body = wire.answer()
        assert (status, json.loads(body)["detail"]) == (400, "repeated Content-Type")


def test_url_and_header_block_are_bounded(server, unmoved):
    for request, status in (
            (head(server, method="GET", path="/healthz?" + "a" * 8 * KIB), 414),
            ("GET /" + "a" * 32 * KIB, 414),
            (head(server, f"X: {'a' * 16 * KIB}\r\n", "GET", "/healthz"), 431),
            (head(server, "X: a\r\n" * 1000, "GET", "/healthz"), 431),
            ("GET /healthz HTTP/1.1\r\nX: " + "a" * 64 * KIB, 431)):
        with Wire(server) as wire:
            wire.send(request)
            assert_refused(wire.answer(), {status})
            assert wire.is_closed()
    assert server.get("/healthz?" + "a" * 8000, token=False).status == 200


def test_body_is_bounded_before_it_is_read(server, unmoved):
    with Wire(server) as wire:
        wire.send(head(server, f"Content-Length: {1 << 40}\r\n"))
        assert_refused(wire.answer(), {413})
    with Wire(server) as wire:
        wire.send(head(server, f"Expect: 100-continue\r\nContent-Length: {1 << 30}\r\n"))
        assert_refused(wire.answer(), {413})
    with Wire(server) as wire:
        wire.send(head(server, "Transfer-Encoding: chunked\r\n") + f"{1 << 30:x}\r\n")
        assert_refused(wire.answer(), {413})


def test_a_client_that_sends_on_sees_why_it_was_refused(server, unmoved):
    with Wire(server) as wire:
        wire.send(head(server, f"Content-Length: {12 << 20}\r\n"))
        wire.send(b" " * (12 << 20))
        assert_refused(wire.answer(), {413})


def test_cut_requests_are_not_appended(server, unmoved):
    whole = head(server, f"Content-Length: {N}\r\n") + EVENT
    for cut in (3, 30, len(whole) - N - 1, len(whole) - N, len(whole) - 1):
        with Wire(server) as wire:
            wire.send(whole[:cut])
            wire.socket.shutdown(socket.SHUT_WR)
            assert_refused(wire.answer(), {400})
        with Wire(server) as wire:
            wire.send(whole[:cut])  # and gone
    chunked = head(server, "Transfer-Encoding: chunked\r\n") + f"{N:x}\r\n{EVENT}\r\n0\r\n\r\n"
    for cut in (len(chunked) - 1, len(chunked) - 5, len(chunked) - 20):
        with Wire(server) as wire:
            wire.send(chunked[:cut])
            wire.socket.shutdown(socket.SHUT_WR)
            assert_refused(wire.answer(), {400})


def test_a_slow_head_is_cut_off(server, unmoved):
    """Bytes that trickle do not move the deadline of ten seconds."""
    with Wire(server, timeout=20) as wire:
        wire.send("GET /healthz HTTP/1.1\r\nX: ")
        over = threading.Event()

        def trickle():
            while not over.wait(0.5):
                wire.send("a")

        sender = threading.Thread(target=trickle)
        sender.start()
        try:
            assert_refused(wire.answer(), {408})
            assert wire.is_closed()
        finally:
            over.set()
            sender.join()


def test_slow_connections_do_not_stand_in_the_way(server, unmoved):
    slow = [Wire(server) for _ in range(100)]
    try:
        for wire in slow:
            wire.send("POST /v1/events HTTP/1.1\r\n")
        for _ in range(20):
            assert server.get("/healthz", token=False).status == 200
    finally:
        for wire in slow:
            wire.socket.close()


def test_keep_alive_and_pipelining_in_order(server, unmoved):
    with Wire(server) as wire:
        wire.send("".join(f"GET /healthz HTTP/1.1\r\nHost: a\r\nx-request-id: n{i}\r\n\r\n"
                          for i in range(200)))
        for i in range(200):
            status, headers, _ = wire.answer()
            assert status == 200
            assert headers["x-request-id"] == f"n{i}"
            assert "connection" not in headers
        wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert wire.answer()[1]["connection"] == "close"
        assert wire.is_closed()


def test_a_refusal_in_a_pipeline_ends_it_behind_the_answers_before(server, unmoved):
    good = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with Wire(server) as wire:
        wire.send(good + good + "GET /healthz HTTP/1.1\r\n\r\n" + good)
        assert wire.answer()[0] == 200
        assert wire.answer()[0] == 200
        assert_refused(wire.answer(), {400})
        assert wire.is_closed()


def test_old_clients(server, unmoved):
    with Wire(server) as wire:
        wire.send("GET /healthz HTTP/1.0\r\n\r\n")
        status, headers, _ = wire.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert wire.is_closed()
    with Wire(server) as wire:
        for _ in range(2):
            wire.send("GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            status, headers, _ = wire.answer()
            assert (status, headers["connection"]) == (200, "keep-alive")


def test_head_is_get_without_its_body(server, unmoved):
    with Wire(server) as wire:
        wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        _, got, body = wire.answer()
        wire.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, _ = wire.answer(body=False)
        assert status == 200
        assert int(headers["content-length"]) == len(body)
        assert headers["content-type"] == got["content-type"]
        wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert wire.answer()[2] == body, "the answer to HEAD had a body"


@pytest.mark.parametrize("method", ["TRACE", "BREW", "DELETE", "PATCH", "PUT", "get"])
def test_unknown_method_names_the_known_ones(server, unmoved, method):
    with Wire(server) as wire:
        wire.send(f"{method} /v1/events HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, body = wire.answer()
        assert status == 405
        assert headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert json.loads(body)["code"] == "method_not_allowed"
        wire.send(f"{method} /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, body = wire.answer()
        assert (status, json.loads(body)["code"]) == (404, "not_found")


def test_connect_and_asterisk(server, unmoved):
    with Wire(server) as wire:
        wire.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, _ = wire.answer()
        assert status == 204 and "POST" in headers["allow"]
        wire.send("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n")
        assert wire.answer()[0] == 405


def test_cors(server, unmoved):
    path = "/api/centcom/sessions/sync"
    for origin in ("http://localhost:3003", "http://localhost:3594", "tauri://localhost"):
        answer = server.request("OPTIONS", path, token=False, headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type"})
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"]
        assert answer.headers["access-control-max-age"].isdigit()
        assert answer.headers["vary"] == "Origin"
        refused = server.request("POST", path, {}, token=False, headers={"Origin": origin})
        assert refused.status == 400
        assert refused.headers["access-control-allow-origin"] == origin
    for origin in ("http://evil.example", "null", "http://localhost:3003.evil.example"):
        answer = server.request("OPTIONS", path, token=False, headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
    assert server.request("OPTIONS", "/healthz", token=False).status == 204


def test_request_id_and_position_are_on_every_answer(server, unmoved):
    for path in ("/healthz", "/nowhere", "/v1/status", "/v1/events/%ff"):
        answer = server.get(path, headers={"x-request-id": "Mine-1.2_3"})
        assert answer.headers["x-request-id"] == "Mine-1.2_3"
        assert answer.headers["x-syncline-position"].isdigit()
        made = {server.get(path, headers={"x-request-id": bad}).headers["x-request-id"]
                for bad in ("a b", "a" * 129, "<script>", "\u00e9")}
        assert len(made) == 4, "two requests with one id"
        assert all(name.isalnum() for name in made)


def test_min_position(server, unmoved):
    assert server.get("/healthz?min_position=0", token=False).status == 200
    for bad in ("", "-1", "x", "1.5", "99999999999999999999"):
        assert server.get(f"/healthz?min_position={bad}", token=False).status == 400


def test_bodies_that_are_not_json(server, unmoved):
    for body in (b"", b"{", b"\xff\xfe", b'{"id":"\xc3\x28"}', b"\x00", b"[" * 100_000, b"nul",
                 b'{"a":1}{"b":2}', b'{"a":' * 70 + b"1" + b"}" * 70):
        answer = server.request("POST", "/v1/events", body,
                                headers={"Content-Type": JSON})
        assert 400 <= answer.status < 500, (body[:40], answer)
        assert answer.headers["content-type"] == "application/problem+json"
        answer = server.request("POST", "/api/centcom/sessions/sync", body)
        assert answer.status == 400, (body[:40], answer)
        assert answer.json()["success"] is False


def test_expect_continue(server):
    event = json.dumps({"specversion": "1.0", "id": "edge-continue", "source": "edge",
                        "type": "edge.seen", "subject": "edge/1", "data": {}})
    with Wire(server) as wire:
        wire.send(head(server, f"Expect: 100-continue\r\nContent-Length: {len(event)}\r\n"))
        assert wire.answer()[0] == 100
        wire.send(event)
        assert wire.answer()[0] in (200, 201)


def test_a_chunked_body_is_a_body(server):
    event = json.dumps({"specversion": "1.0", "id": "edge-chunked", "source": "edge",
                        "type": "edge.seen", "subject": "edge/1", "data": {"text": "x" * 5000}})
    chunks = "".join(f"{len(part):X};name=\"value\"\r\n{part}\r\n"
                     for part in (event[i:i + 700] for i in range(0, len(event), 700)))
    with Wire(server) as wire:
        wire.send(head(server, "Transfer-Encoding: chunked\r\n") + chunks + "0\r\nX-Sum: 1\r\n\r\n")
        assert wire.answer()[0] in (200, 201)
        wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert wire.answer()[0] == 200


def test_packed_bodies_are_refused(server):
    before = server.head()
    for path, media in (("/v1/events", JSON), ("/v1/events", "application/octet-stream"),
                        ("/api/centcom/sessions/sync", "application/json")):
        headers = {"Content-Type": media, "ce-specversion": "1.0", "ce-type": "t", "ce-source": "s"}
        for coding in ("gzip", "br", "identity, gzip", "GZIP"):
            answer = server.post(path, b"\x1f\x8b", headers={**headers, "Content-Encoding": coding})
            assert answer.status == 415, answer
            refusal = answer.json()
            assert refusal.get("code") == "unsupported_media_type" or refusal["success"] is False
            assert answer.headers["accept-encoding"] == "identity"
    assert server.head() == before
    plain = EVENT.replace('"edge"', '"edge-plain"')
    for coding in ("identity", "Identity", ""):
        headers = {"Content-Type": JSON, "Content-Encoding": coding}
        assert server.post("/v1/events", plain, headers=headers).status == 201
