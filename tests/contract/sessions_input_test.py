"""What the session sync refuses, and how it says so (CONTRACTS 1)."""

import copy

import pytest
from sessions_client import SEED, check_failure, payload, post

SECONDS = "must be a number of seconds from 0 to 3155760000"
MILLISECONDS = "must be a whole number of milliseconds from 0 to 3155760000000"
MISSING = "Missing required fields: user_id and session_data.session_id"


@pytest.mark.parametrize("body", [
    {}, {"user_id": "u"}, {"session_data": {"session_id": "s"}},
    {"user_id": "u", "session_data": {}}, {"user_id": "u", "session_data": None},
    {"user_id": "", "session_data": {"session_id": "s"}},
    {"user_id": "u", "session_data": {"session_id": ""}},
    {"user_id": None, "session_data": {"session_id": None}},
    {"user_id": "u", "session_data": {"status": "wrong too"}}])
def test_missing_required_fields(server, body):
    before = server.head()
    check_failure(post(server, body), 400, MISSING)
    assert server.head() == before


@pytest.mark.parametrize("path, value, error", [
    ("user_id", True, "must be a text or a whole number"),
    ("user_id", 1.5, "must be a text or a whole number"),
    ("user_id", "a\x00b", "must not hold control characters"),
    ("user_id", "a\n", "must not hold control characters"),
    ("user_id", "\x7f", "must not hold control characters"),
    ("session_data.session_id", "a\x00b", "must not hold control characters"),
    ("session_data.session_id", "\x1b[2J", "must not hold control characters"),
    ("session_data.session_id", "a\x85", "must not hold control characters"),
    ("session_data", "x", "must be an object"),
    ("session_data.session_id", ["s"], "must be a text or a whole number"),
    ("session_data.status", "expired", "must be active, idle or terminated"),
    ("session_data.status", "ACTIVE", "must be active, idle or terminated"),
    ("session_data.created_at", "yesterday", "must be an ISO-8601 time"),
    ("session_data.last_activity", 1758233370000, "must be an ISO-8601 time"),
    ("session_data.last_activity", "2025-13-01T00:00:00Z", "must be an ISO-8601 time"),
    ("session_data.duration_seconds", "1200", SECONDS),
    ("session_data.duration_seconds", -1, SECONDS),
    ("session_data.duration_seconds", 3155760001, SECONDS),
    ("session_data.location", [], "must be an object"),
    ("session_data.location.ip", {}, "must be a text"),
    ("session_data.device_info.platform", True, "must be a text"),
    ("session_data.application_info.license_type", ["trial"], "must be a text"),
    ("session_data.security_info.mfa_verified", "false", "must be true or false"),
    ("session_data.security_info.risk_score", "0.1", "must be a number from 0 to 1"),
    ("session_data.security_info.risk_score", 10, "must be a number from 0 to 1"),
    ("session_data.security_info.risk_score", -0.1, "must be a number from 0 to 1"),
    ("session_data.security_info.risk_factors", "vpn", "must be an array of texts"),
    ("sync_metadata", "x", "must be an object"),
    ("sync_metadata.sync_timestamp", "", "must be an ISO-8601 time"),
    ("sync_metadata.last_sync_interval", "8m", MILLISECONDS),
    ("sync_metadata.last_sync_interval", 0.5, MILLISECONDS),
    ("sync_metadata.last_sync_interval", -1000, MILLISECONDS),
    ("sync_metadata.last_sync_interval", 3155760000001, MILLISECONDS),
    ("sync_metadata.last_sync_interval", 9223372036854775807, MILLISECONDS),
    ("sync_metadata.heartbeat_type", {}, "must be a text")])
def test_other_bad_input_names_the_field(server, path, value, error):
    sent = copy.deepcopy(SEED)
    *parents, name = path.split(".")
    inner = sent
    for parent in parents:
        inner = inner[parent]
    inner[name] = value
    before = server.head()
    check_failure(post(server, sent), 400, f"{path} {error}")
    assert server.head() == before


@pytest.mark.parametrize("body", ["", "{", "nothing", '{"user_id":"u"} x', '{"a":1,"a":2}',
                                  b'{"user_id":"\xff"}', "[" * 100])
def test_what_is_no_json(server, body):
    answer = post(server, body)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    failure = answer.json()
    assert set(failure) == {"success", "error"}
    assert failure["success"] is False
    assert failure["error"].startswith("Invalid JSON: ")


def test_lengths_at_their_bounds(server):
    for seconds, interval in ((0, 0), (0.5, 1), (3155760000, 3155760000000)):
        sent = payload("u", duration_seconds=seconds,
                       sync_metadata={"last_sync_interval": interval})
        answer = post(server, sent)
        assert answer.status == 200, answer


def test_json_that_is_no_object(server):
    for body in ("[]", "7", "null", '"text"'):
        check_failure(post(server, body), 400, "The body must be an object")


def test_ids_that_are_too_long_to_name_a_session(server):
    answer = post(server, payload("u" * 600))
    assert answer.status == 400
    assert answer.json()["success"] is False
    assert "user_id" in answer.json()["error"]


def test_a_body_over_the_limit(server):
    sent = payload("u")
    sent["session_data"]["device_info"]["user_agent"] = "x" * (1 << 20)
    assert post(server, sent).status == 413
