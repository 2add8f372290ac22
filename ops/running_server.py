"""A `syncline serve --dev` of one's own (dev=False: without): started, spoken to, stopped by its
pid.

Used by ops/up, the contract tests and the crash harness. Standard library only. A server that does
not start, or does not stop with 0, is a ServerFault that carries the end of its log.
"""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

START_DEADLINE = 60.0  # seconds; a recovery under a sanitizer is slow
STOP_DEADLINE = 30.0


class ServerFault(Exception):
    pass


def default_binary():
    root = Path(__file__).resolve().parent.parent
    return os.environ.get("SYNCLINE_BIN") or str(root / "build/release/bin/syncline")


def wait_for(predicate, deadline=10.0, what="the condition"):
    """The first truthy answer of `predicate`; AssertionError once `deadline` seconds are over."""
    end = time.monotonic() + deadline
    pause = threading.Event()
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {deadline} s")
        pause.wait(0.005)


class Response:
    """status, headers (names in lower case; a repeated one keeps the last value), body (bytes)."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __iter__(self):
        return iter((self.status, self.headers, self.body))

    def __repr__(self):
        return f"<{self.status} {self.headers.get('content-type')} {self.body[:300]!r}>"


class RunningServer:
    """The server on `data`, ready once the constructor returns. To be stop()ped, or use `with`."""

    wait_for = staticmethod(wait_for)

    def __init__(self, data, binary=None, listen="127.0.0.1:0", log_format="json", options=(),
                 env=None, log_path=None, dev=True):
        self.data = str(data)
        self.log_path = Path(log_path or f"{self.data}.server.log")
        command = [binary or default_binary(), "serve", *(["--dev"] if dev else []), "--data",
                   self.data, "--listen", listen, "--log-format", log_format, *options]
        # A session of its own: Ctrl-C on the terminal is for whoever started it, who then stops it.
        with open(self.log_path, "ab") as log_file:
            self._log_start = log_file.seek(0, os.SEEK_END)  # an earlier server may have written
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log_file,
                env={**os.environ, **(env or {})}, start_new_session=True)
        self.pid = self.process.pid
        start = self._start_line()
        self.address = start["address"].removeprefix("http://").rstrip("/")
        self.host, port = self.address.rsplit(":", 1)
        self.port = int(port)
        self.url = f"http://{self.address}"
        self.token = start["token"]

    def _start_line(self):
        watchdog = threading.Timer(START_DEADLINE, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        if not line:
            code = self.process.wait()
            self.process.stdout.close()
            raise ServerFault(f"the server ended with {code} before it was up:\n{self.log_tail()}")
        return json.loads(line)

    def log_tail(self, lines=20):
        text = self.log_path.read_bytes()[self._log_start:].decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def request(self, method, path, body=None, headers=None, token=True, timeout=30.0):
        """`body`: bytes or text as they are, else JSON. `token=False`: without login."""
        sent = dict(headers or {})
        names = {name.lower() for name in sent}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            if "content-type" not in names:
                sent["Content-Type"] = "application/json"
        if isinstance(body, str):
            body = body.encode()
        if token and "authorization" not in names:
            sent["Authorization"] = f"Bearer {self.token}"
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def head(self):
        """The position of the log's last event."""
        return self.get("/v1/status").json()["head"]["position"]

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """SIGTERM, and an exit code of 0."""
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFault(f"still there {STOP_DEADLINE} s after SIGTERM:\n"
                              f"{self.log_tail()}") from None
        self.process.stdout.close()
        if code != 0:
            raise ServerFault(f"the server ended with {code}:\n{self.log_tail()}")

    def kill(self):
        """SIGKILL: what a crash looks like from outside."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        elif self.alive():
            self.kill()
