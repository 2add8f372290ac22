"""File handles run out: connections are turned away, and no append fails for want of one."""

import http.client
import json
import os
import socket
import threading

import pytest
from running_server import RunningServer, ServerFault, default_binary

RESTARTS = 24  # each leaves files of its own behind
CLOUDEVENT = "application/cloudevents+json"


def limited(folder, handles):
    """The server, as a process that may have so many files open."""
    wrapper = folder / f"limited-{handles}"
    wrapper.write_text(f"#!/bin/sh\nulimit -n {handles}\nexec {default_binary()} \"$@\"\n")
    wrapper.chmod(0o755)
    return str(wrapper)


def event(event_id):
    return json.dumps({"specversion": "1.0", "source": "handles", "type": "handles.tested",
                       "id": str(event_id), "subject": "s/1", "data": "x" * 3000})


class Line:
    """One connection that is kept."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=30)

    def request(self, method, path, body=None):
        self.connection.request(method, path, body, {
            "Authorization": f"Bearer {self.server.token}", "Content-Type": CLOUDEVENT})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def handles_in_use(server):
    return len(os.listdir(f"/proc/{server.pid}/fd"))


@pytest.fixture(scope="module")
def many_files(tmp_path_factory):
    data = tmp_path_factory.mktemp("handles") / "data"
    for restart in range(RESTARTS):
        with RunningServer(data) as server:
            assert server.post("/v1/events", event(restart),
                               headers={"Content-Type": CLOUDEVENT}).status == 201
    return data


@pytest.mark.parametrize("handles", [80, 96])
def test_a_crowd_takes_no_handle_from_the_log(many_files, tmp_path, handles):
    with RunningServer(many_files, binary=limited(tmp_path, handles)) as server:
        line = Line(server)
        head = line.request("GET", "/v1/status")[1]["head"]["position"]
        over = threading.Event()
        most = []

        def crowd():
            """Comes, stays or is turned away, and comes again."""
            while not over.is_set():
                sockets = [socket.create_connection((server.host, server.port), timeout=10)
                           for _ in range(60)]
                most.append(handles_in_use(server))
                for each in sockets:
                    each.close()

        threads = [threading.Thread(target=crowd) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(150):
            status, answer = line.request("POST", "/v1/events", event(f"{handles}-{number}"))
            assert status == 201, answer
            position = 1 + (number * 7) % head  # in one of the old files
            assert line.request("GET", f"/v1/events/{position}")[0] == 200
        over.set()
        for thread in threads:
            thread.join()
        status, answer = line.request("GET", "/v1/status")
        assert (status, answer["log"]["closed"]) == (200, None)
        assert answer["head"]["position"] == head + 150
        assert max(most) <= handles
        line.connection.request("GET", "/metrics")
        text = line.connection.getresponse().read().decode()
        assert "syncline_failed_reads_total 0" in text
        assert 'syncline_http_refused_total{reason="limit"}' in text


def test_too_few_handles_are_refused_at_start(tmp_path):
    with pytest.raises(ServerFault, match="ended with 3(.|\n)*raise `ulimit -n`"):
        RunningServer(tmp_path / "data", binary=limited(tmp_path, 79))
