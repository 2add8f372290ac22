"""Users who are in modules, and what the answers about them have in common (CONTRACTS 2)."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from pathlib import Path
from urllib.parse import quote

from event_stream import EventStream
from sessions_client import TIME, instant

HEARTBEAT = "/api/stats/heartbeat"
INVALID_MODULE = 'Invalid module. Must be "pms" or "ih"'
UNAUTHORIZED = "Authentication required"

numbers = itertools.count(1)


def unique(what):
    return f"{what}-{next(numbers)}"


def _part(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token(server, sub, ttl=3600, **claims):
    """A signed token of this server's; `sub` a text or a number."""
    text = (Path(server.data) / "dev.toml").read_text()
    secret = re.search(r'jwt_secret = "(\w+)"', text)[1]
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps({"sub": sub, "exp": int(time.time()) + ttl, **claims}).encode())
    signed = f"{head}.{body}"
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_part(mac)}"


def login(server, sub, **claims):
    return {"Authorization": f"Bearer {token(server, sub, **claims)}"}


def beat(server, user, module, name=None, forged=None, **fields):
    """One heartbeat; checks what holds for every answer of 200, and gives it. `name`: the token's;
    `forged`: what the body says of the user."""
    claims = {} if name is None else {"name": name}
    answer = server.post(HEARTBEAT, {"module": module, **fields, **(forged or {})},
                         headers=login(server, user, **claims))
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert set(said) == {"success", "activeUsers", "userId", "timestamp"}
    assert said["success"] is True
    assert said["userId"] == user and type(said["userId"]) is type(user)
    assert TIME.fullmatch(said["timestamp"])
    return said | {"position": int(answer.headers["x-syncline-position"])}


def clear(server, user):
    answer = server.request("DELETE", HEARTBEAT, headers=login(server, user))
    assert answer.status == 200, answer
    said = answer.json()
    assert set(said) == {"success", "message", "activeUsers", "timestamp"}
    assert said["success"] is True and said["message"] == "Session cleared"
    return said


def get(server, path, **options):
    answer = server.get(path, **options)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    if "timestamp" in said:
        assert TIME.fullmatch(said["timestamp"])
    return said


def event_at(server, position):
    answer = server.get(f"/v1/events/{position}")
    assert answer.status == 200, answer
    return answer.json()


def check_modules(said):
    assert set(said) == {"procurement", "innovation", "timestamp"}
    for name in ("procurement", "innovation"):
        assert set(said[name]) == {"totalUsers", "activeNow", "today"}
        assert all(type(count) is int for count in said[name].values())
    return said


def modules(server):
    return check_modules(get(server, "/api/stats/modules", token=False))


def active(server):
    said = modules(server)
    return {"pms": said["procurement"]["activeNow"], "ih": said["innovation"]["activeNow"]}


def viewers(server, resource, user="reader"):
    path = f"/api/presence/{quote(resource, safe='')}"
    said = get(server, path, headers=login(server, user))
    assert set(said) == {"resource", "count", "viewers", "timestamp"}
    assert said["resource"] == resource and said["count"] == len(said["viewers"])
    for viewer in said["viewers"]:
        assert set(viewer) == {"userId", "name", "module", "since", "lastSeen"}
        assert instant(viewer["since"]) <= instant(viewer["lastSeen"])
    return said["viewers"]


def check_error(answer, status, error):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"error": error}


class PresenceStream(EventStream):
    """The stream of changes; `user`: with that user's token, else anonymous."""

    def __init__(self, server, user=None, last_event_id=None, timeout=30.0):
        super().__init__(server, last_event_id=last_event_id, timeout=timeout,
                         path="/api/stats/stream",
                         token=False if user is None else token(server, user))
        assert self.status == 200, self.answer.read()

    def named(self, event):
        """The data of the next frame, which is of this kind."""
        data = []
        while not data:
            data = self.frame()
        assert self.event == event, (self.event, data)
        return json.loads("\n".join(data))

    def snapshot(self):
        return check_modules(self.named("snapshot"))

    def change(self):
        said = self.named("change")
        keys = set(said) - {"user", "previous"}
        assert keys == {"module", "activeNow", "totalUsers", "today", "timestamp"}
        assert TIME.fullmatch(said["timestamp"])
        if "previous" in said:
            assert set(said["previous"]) == {"module", "activeNow", "totalUsers", "today"}
        return said
