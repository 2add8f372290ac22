"""64 clients over HTTP at once, one id in five a repeat: each id is kept once, each repeat is told
the first position, another content under a used id is 409. Syncs and reads in between. The engine's
own storm is in append_storm_test.cc."""

import http.client
import json
import os
import random
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
from running_server import RunningServer  # noqa: E402

CLIENTS = 64
APPENDS = 1000 if os.environ.get("SYNCLINE_RUN") == "long" else 150  # of each client


class Client(threading.Thread):
    def __init__(self, server, number):
        super().__init__()
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        self.token = server.token
        self.number = number
        self.random = random.Random(number)
        self.answers = []  # (id, altered, status, body)
        self.others = []  # (path, status, body unless 200)

    def run(self):
        own, kept = 0, []
        for _ in range(APPENDS):
            altered = bool(kept) and self.random.random() < 0.05
            if altered:
                event_id = self.random.choice(kept)
            elif own and self.random.random() < 0.2:
                event_id = f"{self.random.randrange(CLIENTS)}-{self.random.randrange(own)}"
            else:
                event_id, own = f"{self.number}-{own}", own + 1
            status, body = self.append(event_id, altered)
            self.answers.append((event_id, altered, status, body))
            if not altered:
                kept.append(event_id)
            if self.random.random() < 0.1:
                self.sync_and_read(own)

    def append(self, event_id, altered):
        event = {"specversion": "1.0", "id": event_id, "source": "/storm", "type": "storm.tested",
                 "subject": f"storm/{event_id}", "data": {"of": event_id, "altered": altered}}
        return self.request("POST", "/v1/events", event)

    def sync_and_read(self, session):
        user = f"user-{self.number % 8}"
        sync = {"user_id": user, "session_data": {
            "session_id": f"{self.number}-{session % 3}", "status": "active",
            "last_activity": f"2025-09-18T22:{session % 60:02}:00.000Z"}}
        for method, path, body in [
                ("POST", "/api/centcom/sessions/sync", sync),
                ("GET", f"/api/admin/users/{user}/centcom-sessions", None),
                ("GET", "/v1/events?after=0&limit=50&type=storm.tested", None)]:
            status, answer = self.request(method, path, body)
            self.others.append((path, status, answer if status != 200 else None))

    def request(self, method, path, body):
        text = None if body is None else json.dumps(body)
        form = "cloudevents+json" if path == "/v1/events" else "json"
        content_type = "application/" + form
        self.connection.request(method, path, text, {"Content-Type": content_type,
                                                     "Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_each_id_once_each_repeat_the_first_position(tmp_path):
    with RunningServer(tmp_path / "data") as server:
        first = server.head() + 1
        clients = [Client(server, number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        answers = [answer for client in clients for answer in client.answers]
        assert len(answers) == CLIENTS * APPENDS
        others = [other for client in clients for other in client.others]
        assert others and not [other for other in others if other[1] != 200]

        positions, new, repeats = {}, 0, 0
        for event_id, altered, status, body in answers:
            if altered:
                assert status == 409, body
                continue
            assert status == 201, body
            assert positions.setdefault(event_id, body["position"]) == body["position"]
            new, repeats = new + (not body["duplicate"]), repeats + body["duplicate"]
        assert new == len(positions)
        assert repeats > len(answers) / 10
        assert sum(status == 409 for _, _, status, _ in answers) > len(answers) / 50

        kept = {}
        after = first - 1
        while after < server.head():
            for event in server.get(f"/v1/events?after={after}&limit=1000").json()["events"]:
                assert event["position"] == after + 1
                after = event["position"]
                if event["type"] == "storm.tested":
                    assert event["data"] == {"of": event["id"], "altered": False}
                    kept[event["id"]] = after
        assert kept == positions
