"""Reads Server-Sent Events as a browser would: frames of event, id and data, comments skipped."""

import http.client
import json


class StreamEnded(AssertionError):
    """Where another event should have come."""


class EventStream:
    def __init__(self, server, query="", last_event_id=None, timeout=30.0,
                 path="/v1/events/stream", token=True):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=timeout)
        headers = {"Accept": "text/event-stream"}
        if token:
            headers["Authorization"] = f"Bearer {server.token if token is True else token}"
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        self.connection.request("GET", path + query, headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.content_type = self.answer.getheader("content-type")
        self.last_event_id = last_event_id
        self.event = None
        self.comments = 0

    def begun(self):
        """Waits for the first id, which says where the stream begins."""
        while self.last_event_id is None:
            self.frame()
        return self

    def next(self):
        """The next event."""
        while True:
            data = self.frame()
            if data:
                return json.loads("\n".join(data))

    def frame(self):
        """The data lines of the next frame; none of a frame that only has an id."""
        data, self.event = [], None
        while True:
            line = self.answer.readline().decode()
            if not line.endswith("\n"):
                raise StreamEnded(line)
            line = line.rstrip("\n")
            if not line:
                return data
            field, _, value = line.partition(": ")
            if not field:
                self.comments += 1
            elif field == "id":
                self.last_event_id = value
            elif field == "event":
                self.event = value
            elif field == "data":
                data.append(value)

    def close(self):
        self.connection.close()
        self.answer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
