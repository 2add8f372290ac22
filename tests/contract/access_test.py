"""Every route, asked by everybody: who is let in is what connectors/auth/access_table.cc says.

ROUTES is that table as this test knows it. A route that is mounted, in the table or in the OpenAPI
document and not here fails, and so does one that is here and not there.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "0123456789abcdef0123456789abcdef"
ORIGIN = "https://app.example.com"

OPEN, USER, ADMIN = ("open", None), ("user", None), ("admin", None)


def scope(name):
    return "scope", name


# (rule, scope), and whether `serve --dev` needs no login.
ROUTES = {
    "GET /healthz": (OPEN, False),
    "GET /readyz": (OPEN, False),
    "GET /openapi.yaml": (OPEN, False),
    "GET /metrics": (scope("metrics:read"), True),
    "POST /api/centcom/sessions/sync": (("user_or_scope", "sessions:write"), True),
    "GET /api/admin/users/{user_id}/centcom-sessions": (ADMIN, True),
    "GET /api/admin/sessions": (ADMIN, True),
    "POST /api/stats/heartbeat": (USER, False),
    "DELETE /api/stats/heartbeat": (USER, False),
    "GET /api/presence/{resource}": (USER, False),
    "GET /api/stats/modules": (OPEN, False),
    "GET /api/stats/health": (OPEN, False),
    "GET /api/stats/history": (OPEN, False),
    "GET /api/stats/stream": (OPEN, False),
    "POST /v1/events": (scope("events:write"), False),
    "GET /v1/events": (scope("events:read"), False),
    "GET /v1/events/{position}": (scope("events:read"), False),
    "GET /v1/events/stream": (scope("events:read"), False),
    "GET /v1/subjects/{subject}/history": (scope("events:read"), False),
    "GET /v1/subjects/{kind}/{id}/history": (scope("events:read"), False),
    "GET /v1/subjects/{kind}/{id}/{part}/history": (scope("events:read"), False),
    "GET /v1/status": (ADMIN, False),
    "GET /v1/views": (ADMIN, False),
    "GET /v1/views/{name}/digest": (ADMIN, False),
    "POST /v1/views/{name}/rebuild": (ADMIN, False),
    "DELETE /v1/views/{name}/rebuild": (ADMIN, False),
    "GET /v1/log/export": (ADMIN, False),
    "POST /v1/log/verify": (ADMIN, False),
    "DELETE /v1/log/verify": (ADMIN, False),
    "GET /v1/backups": (ADMIN, False),
    "POST /v1/backups": (ADMIN, False),
    "DELETE /v1/backups": (ADMIN, False),
}
SCOPES = ["sessions:write", "events:write", "events:read", "metrics:read", "admin"]


def token(**claims):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    text = part(b'{"alg":"HS256"}') + "." + part(
        json.dumps({"sub": "42", "exp": time.time() + 3600, **claims}).encode())
    return text + "." + part(hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256))


def api_key(name):
    return f"the-key-of-{name}-"


class Caller:
    def __init__(self, headers, kind, roles=(), scopes=()):
        self.headers, self.kind, self.roles, self.scopes = headers, kind, roles, scopes

    def has(self, name):
        return "admin" in self.roles or name in self.scopes

    def expected(self, rule, name):
        """200 (let in), 401 or 403."""
        if rule == "open":
            return 200
        if self.kind == "nobody":
            return 401
        may = {"user": self.kind == "user",
               "admin": self.has("admin"),
               "scope": self.has(name),
               "user_or_scope": self.has(name) or self.kind == "user" and not self.scopes}
        return 200 if may[rule] else 403


def callers():
    def bearer(text):
        return {"Authorization": f"Bearer {text}"}

    yield "nobody", Caller({}, "nobody")
    yield "wrong token", Caller(bearer(token() + "A"), "nobody")
    yield "user", Caller(bearer(token()), "user")
    yield "other role", Caller(bearer(token(roles=["staff", "Admin"])), "user", ["staff", "Admin"])
    yield "admin", Caller(bearer(token(role="admin")), "user", ["admin"])
    for name in SCOPES:
        yield f"token {name}", Caller(bearer(token(scope=f"other {name}")), "user",
                                      scopes=["other", name])
        yield f"key {name}", Caller({"x-api-key": api_key(name)}, "key", scopes=[name])
    admin = {"Cookie": f"next-auth.session-token={token(role='admin')}"}
    yield "cookie", Caller({**admin, "Origin": ORIGIN}, "user", ["admin"])


@pytest.fixture(scope="module", params=["strict", "dev"])
def running(request, tmp_path_factory):
    from running_server import RunningServer
    folder = tmp_path_factory.mktemp(request.param)
    keys = ", ".join(f'{{ name = "{name}", key = "{api_key(name)}", scopes = ["{name}"] }}'
                     for name in SCOPES)
    (folder / "syncline.toml").write_text(
        f'[server]\nallowed_origins = ["{ORIGIN}"]\n[auth]\njwt_secret = "{SECRET}"\n'
        f'api_keys = [{keys}]\n[sessions]\nauth = "jwt"\n')
    with RunningServer(folder / "data", dev=request.param == "dev",
                       options=["--config", str(folder / "syncline.toml")]) as server:
        yield server, request.param == "dev"


def ask(server, method, path, headers):
    """(status, code of a problem); a stream is not read."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        refused = answer.status in (401, 403, 429)
        body = answer.read().decode() if refused else ""
        return answer.status, body
    finally:
        connection.close()


def path_of(route):
    method, pattern = route.split(" ")
    return method, re.sub(r"{\w+}", "1", pattern)


def test_the_table_and_the_document_have_these_routes(running):
    server, _ = running
    source = (ROOT / "connectors/auth/access_table.cc").read_text()
    rows = {f"{'DELETE' if method == 'del' else method.upper()} {pattern}"
            for method, pattern in re.findall(r'\{Method::(\w+), "([^"]+)"', source)}
    assert rows == set(ROUTES)
    served = set()
    for pattern in {route.split(" ")[1] for route in ROUTES}:
        allow = server.request("OPTIONS", re.sub(r"{\w+}", "1", pattern)).headers["allow"]
        served |= {f"{method} {pattern}" for method in allow.split(", ")
                   if method not in ("HEAD", "OPTIONS")}
    assert served == set(ROUTES)
    document, path = set(), None
    for line in server.get("/openapi.yaml").body.decode().splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        elif (match := re.fullmatch(r"    (get|post|put|patch|delete):", line)) and path:
            document.add(f"{match[1].upper()} {path}")
    assert document == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_who_is_let_in(running, route):
    server, dev = running
    (rule, name), open_in_dev = ROUTES[route]
    method, path = path_of(route)
    for who, caller in callers():
        expected = caller.expected(rule, name)
        if dev and open_in_dev and who != "wrong token":
            expected = 200
        status, body = ask(server, method, path, caller.headers)
        if expected == 200:
            assert status not in (401, 403, 429), (who, status, body)
        elif who == "wrong token":
            assert status in (401, 429), (who, status, body)  # 429: there were many in this test
        else:
            assert status == expected, (who, status, body)


@pytest.mark.parametrize("route", [r for r in ROUTES if not r.startswith("GET ")])
def test_a_write_by_cookie_from_elsewhere(running, route):
    server, _ = running
    method, path = path_of(route)
    cookie = {"Cookie": f"next-auth.session-token={token(role='admin')}"}
    for headers in ({}, {"Origin": ORIGIN + ".evil.example"}):
        status, body = ask(server, method, path, {**cookie, **headers})
        assert status == 403 and "server.allowed_origins" in body, (status, body)
