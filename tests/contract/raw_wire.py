"""Requests as bytes, for the contract tests that send what no HTTP library would."""

import json
import socket

import pytest

CREDENTIAL = "Authorization: Bearer {token}\r\n"
EVENT = json.dumps({"specversion": "1.0", "id": "edge", "source": "edge", "type": "edge.seen",
                    "data": {}})


class Wire:
    """One connection. Every read has a deadline; an answer is (status, headers, body)."""

    def __init__(self, server, timeout=15):
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        self.read = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer says why

    def more(self):
        try:
            got = self.socket.recv(65536)
        except ConnectionResetError:
            got = b""
        self.read += got
        return bool(got)

    def answer(self, body=True):
        while b"\r\n\r\n" not in self.read:
            if not self.more():
                raise AssertionError(f"closed instead of an answer, after {self.read!r}")
        head, _, self.read = self.read.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            assert name.lower() not in headers, f"repeated {name}"
            headers[name.lower()] = value
        size = int(headers.get("content-length", 0)) if body else 0
        while len(self.read) < size:
            assert self.more(), "the body is shorter than its length"
        content, self.read = self.read[:size], self.read[size:]
        return int(status), headers, content

    def is_closed(self):
        while self.more():
            pass
        return self.read == b""


@pytest.fixture
def unmoved(server):
    """The head of the log is the same after the test, and the server answers."""

    def position():
        return server.get("/v1/status").json()["head"]["position"]

    before = position()
    yield
    assert server.get("/healthz", token=False).status == 200
    assert position() == before


def head(server, lines="", method="POST", path="/v1/events", version="HTTP/1.1"):
    return (f"{method} {path} {version}\r\nHost: {server.host}\r\n"
            f"{CREDENTIAL.format(token=server.token)}"
            f"Content-Type: application/cloudevents+json\r\n{lines}\r\n")


def assert_refused(answer, statuses):
    status, headers, body = answer
    assert status in statuses, (status, body)
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert headers["x-request-id"]
    assert headers["x-syncline-position"].isdigit()
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["code"] and problem["title"] and problem["detail"]
