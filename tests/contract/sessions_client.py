"""A producer of session syncs, and what its answers have in common (CONTRACTS 1)."""

import copy
import itertools
import json
import re
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

SYNC = "/api/centcom/sessions/sync"
# The document's payload, as it stands there.
SEED = json.loads((Path(__file__).resolve().parents[2] / "ops/demo/seed_000.json").read_text())

RECEIPT_KEYS = {"success", "message", "session_id", "external_session_id", "action", "applied",
                "position"}
VIEW_KEYS = {
    "centcom_session_id", "external_session_id", "user_id", "session_status", "created_at",
    "last_activity", "risk_score", "license_type", "app_name", "app_version", "build_number",
    "mfa_verified", "source_ip", "country", "city", "timezone", "platform", "device_type",
    "browser", "user_agent", "location_formatted", "device_formatted", "heartbeat_type",
    "sync_source", "sync_version", "last_sync_interval", "sync_timestamp", "updated_at",
    "position"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

numbers = itertools.count(1)


def unique(what):
    return f"{what}-{next(numbers)}"


def iso(seconds):
    """Seconds since 1970, as the product writes times."""
    at = datetime.fromtimestamp(seconds, timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def instant(text):
    """A time of the product's, in seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def minute(n):
    """A time n minutes after the document's session began."""
    return iso(1758233370 + 60 * n)


def payload(user, session="s", **session_data):
    """The document's, for another session; `sync_metadata=None` leaves that out."""
    made = copy.deepcopy(SEED)
    made["user_id"] = user
    metadata = session_data.pop("sync_metadata", {})
    made["session_data"] |= {"session_id": session, **session_data}
    if metadata is None:
        del made["sync_metadata"]
    else:
        made["sync_metadata"] |= metadata
    return made


def post(server, body, **options):
    return server.post(SYNC, body, **options)


def sync(server, body, **options):
    """Posts it; checks what holds for every answer of 200, and gives the receipt."""
    answer = post(server, body, **options)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    receipt = answer.json()
    assert set(receipt) == RECEIPT_KEYS
    assert receipt["success"] is True
    assert receipt["message"] == "Session synced successfully"
    assert re.fullmatch(r"centcom-sync--?\d+-[0-9a-f]{8}", receipt["session_id"])
    assert receipt["action"] in ("created", "updated")
    assert type(receipt["applied"]) is bool
    assert type(receipt["position"]) is int
    assert int(answer.headers["x-syncline-position"]) >= receipt["position"]
    return receipt


def check_failure(answer, status, error):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"success": False, "error": error}


def get(server, path):
    answer = server.get(path)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["x-syncline-position"]) >= 0
    return answer.json()


def check_view(view):
    assert set(view) == VIEW_KEYS
    for key in ("created_at", "last_activity", "sync_timestamp", "updated_at"):
        assert view[key] is None or TIME.fullmatch(view[key]), (key, view[key])
    assert view["last_activity"] and view["updated_at"] and view["heartbeat_type"]
    assert view["session_status"] in ("active", "idle", "terminated", "expired")
    assert type(view["position"]) is int


def of_user(server, user):
    """The admin's view of one user."""
    answer = get(server, f"/api/admin/users/{quote(user, safe='')}/centcom-sessions")
    assert set(answer) == {"latest_session", "sessions"}
    for view in answer["sessions"]:
        check_view(view)
        assert view["user_id"] == user
    assert answer["latest_session"] == (answer["sessions"] or [None])[0]
    return answer


def shown(server, user):
    """The one session of a user."""
    (view,) = of_user(server, user)["sessions"]
    return view


def listed(server, **query):
    """All pages of the list."""
    sessions, cursor = [], ""
    while cursor is not None:
        words = {**query, **({"cursor": cursor} if cursor else {})}
        path = "/api/admin/sessions?" + "&".join(f"{k}={quote(str(v), safe='')}"
                                                 for k, v in words.items())
        page = get(server, path)
        assert set(page) == {"sessions", "next_cursor"}
        assert len(page["sessions"]) <= int(query.get("limit", 100))
        for view in page["sessions"]:
            check_view(view)
        sessions += page["sessions"]
        cursor = page["next_cursor"]
    return sessions
