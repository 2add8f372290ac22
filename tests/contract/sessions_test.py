"""Session sync as CentCom speaks it (CONTRACTS 1, seed 000): what is answered, what is shown."""

import json
import time

import pytest
from running_server import wait_for
from sessions_client import (SEED, SYNC, instant, iso, listed, minute, of_user, payload, post,
                             shown, sync, unique)

SEED_USER = "2c3d4747-8d67-45af-90f5-b5e9058ec246"
SEED_SESSION = "c25744bac907f25a26824a522b96c7f4c4cd871aeaf14c200ea77521495ee831"
# 1758233370000 is its created_at; the digits: printf '<user>\0<session>' | sha256sum
SEED_OWN_ID = "centcom-sync-1758233370000-23855297"


def test_the_documents_payload(fresh_server):
    before = time.time()
    receipt = sync(fresh_server, SEED, token=False)
    assert receipt == {
        "success": True, "message": "Session synced successfully", "session_id": SEED_OWN_ID,
        "external_session_id": SEED_SESSION, "action": "created", "applied": True,
        "position": fresh_server.head()}
    view = shown(fresh_server, SEED_USER)
    assert iso(before) <= view["updated_at"] <= iso(time.time() + 1)
    del view["updated_at"]
    assert view == {
        "centcom_session_id": SEED_OWN_ID,
        "external_session_id": SEED_SESSION,
        "user_id": SEED_USER,
        "session_status": "active",
        "created_at": "2025-09-18T22:09:30.000Z",
        "last_activity": "2025-09-18T22:29:30.000Z",
        "risk_score": 10,
        "license_type": "enterprise",
        "app_name": "centcom",
        "app_version": "1.0.0",
        "build_number": None,
        "mfa_verified": False,
        "source_ip": "::1",
        "country": "Local",
        "city": "Development",
        "timezone": "America/Los_Angeles",
        "platform": "windows",
        "device_type": "desktop",
        "browser": "CentCom Desktop (Tauri)",
        "user_agent": "CentCom/1.0.0 (Windows NT 10.0; Win64; x64) Tauri/1.5.0",
        "location_formatted": "Local, Development",
        "device_formatted": "Windows Desktop (CentCom Desktop Tauri)",
        "heartbeat_type": "active_sync",
        "sync_source": "centcom_optimized_active_sync",
        "sync_version": "2.0_optimized",
        "last_sync_interval": 480000,
        "sync_timestamp": "2025-09-18T22:29:30.000Z",
        "position": receipt["position"]}
    assert type(view["risk_score"]) is int


def test_what_is_kept_in_the_log(server):
    user = unique("log")
    sent = payload(user, "a/b", duration_seconds=1200.5)
    sent["session_data"]["mood"] = {"level": 1}
    sent["session_data"]["location"]["region"] = "CA"
    sent["sync_metadata"]["retry"] = 0
    sent["debug"] = [None, 1.5]
    receipt = sync(server, sent, headers={"User-Agent": "CentCom/1.0.0"})
    event = server.get(f"/v1/events/{receipt['position']}").json()
    assert event["type"] == "session.synced"
    assert event["source"] == "/centcom/sessions"
    assert event["subject"] == f"session/{user}/a%2Fb"
    assert event["time"] == "2025-09-18T22:29:30.000Z"
    assert event["position"] == receipt["position"]
    assert event["data"] == sent


def test_status_changes_show_at_once(server):
    user = unique("status")
    created = sync(server, payload(user, status="active", last_activity=minute(1)))
    assert created["action"] == "created"
    for n, (status, heartbeat) in enumerate(
            [("idle", "idle_sync"), ("active", "active_sync"), ("idle", "idle_sync"),
             ("terminated", "final_sync")], 2):
        receipt = sync(server, payload(user, status=status, last_activity=minute(n),
                                       sync_metadata={"heartbeat_type": heartbeat}))
        assert receipt["action"] == "updated" and receipt["applied"] is True
        assert receipt["session_id"] == created["session_id"]
        view = shown(server, user)
        assert view["session_status"] == status
        assert view["last_activity"] == minute(n)
        assert view["heartbeat_type"] == heartbeat
        assert view["position"] == receipt["position"]
        assert view["centcom_session_id"] == created["session_id"]


def test_the_own_id_never_changes(server):
    user = unique("own")
    first = sync(server, payload(user, created_at=minute(0), last_activity=minute(1)))
    other = sync(server, payload(user, created_at=minute(9), last_activity=minute(10)))
    assert other["session_id"] == first["session_id"]
    assert first["session_id"].startswith("centcom-sync-1758233370000-")
    view = shown(server, user)
    assert view["created_at"] == minute(9)
    assert view["centcom_session_id"] == first["session_id"]


def test_the_own_id_of_a_session_from_before_1970(server):
    user = unique("old")
    receipt = sync(server, payload(user, created_at="1969-12-31T23:59:59.999Z"))
    assert receipt["session_id"].startswith("centcom-sync--1-")
    assert shown(server, user)["centcom_session_id"] == receipt["session_id"]


def test_without_created_at_the_own_id_names_the_receipt(server):
    user = unique("own")
    before = int(time.time() * 1000)
    receipt = sync(server, {"user_id": user, "session_data": {"session_id": "s"}})
    ms = int(receipt["session_id"].split("-")[2])
    assert before <= ms <= time.time() * 1000 + 1


@pytest.mark.parametrize("status", ["active", "idle", "terminated"])
def test_a_late_sync_changes_nothing(server, status):
    user = unique("late")
    sync(server, payload(user, last_activity=minute(10)))
    before = shown(server, user)
    late = sync(server, payload(user, status=status, last_activity=minute(9)))
    assert late["action"] == "updated" and late["applied"] is False
    assert late["position"] > before["position"]
    assert shown(server, user) == before


def test_a_repeat_changes_nothing(server):
    user = unique("repeat")
    sent = payload(user)
    first = sync(server, sent)
    before = shown(server, user)
    again = sync(server, sent)
    assert again["action"] == "updated" and again["applied"] is True
    assert again["position"] > first["position"] == before["position"]
    assert shown(server, user) == before


def test_repeats_at_one_last_activity(server):
    user = unique("tie")
    active, idle = payload(user, status="active"), payload(user, status="idle")
    assert sync(server, active)["applied"] is True
    assert sync(server, idle)["applied"] is True
    before = shown(server, user)
    assert before["session_status"] == "idle"
    assert sync(server, active)["applied"] is False
    assert shown(server, user) == before
    assert sync(server, idle)["applied"] is True
    assert shown(server, user) == before


def test_reordered_syncs_end_in_the_latest(server):
    user = unique("order")
    for n, applied in [(3, True), (1, False), (5, True), (4, False), (2, False)]:
        status = "idle" if n == 5 else "active"
        receipt = sync(server, payload(user, status=status, last_activity=minute(n)))
        assert receipt["applied"] is applied
    view = shown(server, user)
    assert (view["session_status"], view["last_activity"]) == ("idle", minute(5))


def test_a_sparse_sync_wipes_nothing(server):
    user = unique("sparse")
    sync(server, payload(user, last_activity=minute(1)))
    before = shown(server, user)
    sparse = {"user_id": user, "session_data": {
        "session_id": "s", "status": "terminated", "last_activity": minute(2),
        "created_at": None, "location": {"city": "Basel"}}}
    receipt = sync(server, sparse)
    view = shown(server, user)
    assert view == {**before, "session_status": "terminated", "last_activity": minute(2),
                    "city": "Basel", "heartbeat_type": "termination_sync", "sync_source": None,
                    "sync_version": None, "last_sync_interval": None, "sync_timestamp": None,
                    "updated_at": view["updated_at"], "position": receipt["position"]}
    del sparse["session_data"]["created_at"]
    assert server.get(f"/v1/events/{receipt['position']}").json()["data"] == sparse
    assert sync(server, sparse)["applied"] is True
    assert shown(server, user) == view


def test_terminated_is_final(server):
    user = unique("final")
    sync(server, payload(user, last_activity=minute(1)))
    last = payload(user, status="terminated", last_activity=minute(2))
    assert sync(server, last)["applied"] is True
    before = shown(server, user)
    assert before["session_status"] == "terminated"
    assert sync(server, payload(user, last_activity=minute(3)))["applied"] is False
    assert sync(server, last)["applied"] is True
    assert shown(server, user) == before
    other = sync(server, payload(user, "next", last_activity=minute(4)))
    assert other["action"] == "created"
    assert of_user(server, user)["latest_session"]["external_session_id"] == "next"


def test_expired_by_time_and_revived_by_activity(server):
    user = unique("expiry")
    quick = {"last_sync_interval": 25}
    first = sync(server, payload(user, last_activity=minute(1), sync_metadata=quick))
    view = wait_for(lambda: (v := shown(server, user))["session_status"] == "expired" and v,
                    what="the expiry")
    history = f"/v1/events?type=session.expired&subject=session/{user}/s"
    (event,) = wait_for(lambda: server.get(history).json()["events"], what="its event")
    assert event["data"]["user_id"] == user
    assert event["data"]["session_id"] == "s"
    assert event["data"]["beat"].endswith(f".{first['position']}")
    written = shown(server, user)
    assert written["position"] == event["position"]
    assert {**written, "position": 0} == {**view, "position": 0}
    assert written["last_activity"] == minute(1)
    assert event["source"] == "/syncline/a"
    assert event["time"] == event["data"]["deadline"] == written["updated_at"]

    same = payload(user, last_activity=minute(1), sync_metadata={"sync_timestamp": minute(2)})
    assert sync(server, same)["applied"] is False
    assert shown(server, user) == written
    revived = sync(server, payload(user, last_activity=minute(2)))
    assert revived["action"] == "updated" and revived["applied"] is True
    assert revived["session_id"] == first["session_id"]
    assert shown(server, user)["session_status"] == "active"


def test_a_repeat_keeps_the_session(server):
    user = unique("alive")
    sent = payload(user, last_activity=minute(1), sync_metadata={"last_sync_interval": 500})
    first = sync(server, sent)
    before = shown(server, user)
    began = time.time()
    while time.time() < began + 0.05:
        again = sync(server, sent)
        assert again["applied"] is True
    assert shown(server, user) == before
    history = f"/v1/events?type=session.expired&subject=session/{user}/s"
    (event,) = wait_for(lambda: server.get(history).json()["events"], what="its expiry")
    received = instant(server.get(f"/v1/events/{again['position']}").json()["receivedtime"])
    assert instant(event["data"]["deadline"]) == pytest.approx(received + 1, abs=0.0015)
    assert event["data"]["beat"].endswith(f".{first['position']}")
    view = shown(server, user)
    assert view["session_status"] == "expired"
    assert instant(view["updated_at"]) == pytest.approx(received + 1, abs=0.0015)
    assert sync(server, sent)["applied"] is False
    assert shown(server, user) == view


def test_a_claim_ahead_of_time_is_shown_as_received(server):
    user = unique("ahead")
    sync(server, payload(user, last_activity=iso(time.time() + 3600)))
    assert shown(server, user)["last_activity"] <= iso(time.time() + 1)
    now = sync(server, payload(user, status="idle", last_activity=iso(time.time() + 3600)))
    assert now["applied"] is True


def test_only_the_required_fields(server):
    user = unique("bare")
    before = time.time()
    receipt = sync(server, {"user_id": user, "session_data": {"session_id": "s"}})
    view = shown(server, user)
    assert iso(before) <= view["last_activity"] <= iso(time.time() + 1)
    assert view["last_activity"] == view["updated_at"]
    there = {"centcom_session_id": receipt["session_id"], "external_session_id": "s",
             "user_id": user, "session_status": "active", "heartbeat_type": "active_sync",
             "last_activity": view["last_activity"], "updated_at": view["updated_at"],
             "position": receipt["position"]}
    assert view == {**dict.fromkeys(view), **there}


@pytest.mark.parametrize("status, heartbeat", [
    ("active", "active_sync"), ("idle", "idle_sync"), ("terminated", "termination_sync")])
def test_without_metadata_the_heartbeat_follows_the_status(server, status, heartbeat):
    user = unique("meta")
    sync(server, payload(user, status=status, sync_metadata=None))
    view = shown(server, user)
    assert view["heartbeat_type"] == heartbeat
    assert view["sync_source"] is view["sync_version"] is view["sync_timestamp"] is None
    assert view["last_sync_interval"] is None


def test_null_is_absent(server):
    user = unique("null")
    sync(server, {"user_id": user, "sync_metadata": None,
                  "session_data": {"session_id": "s", "status": None, "last_activity": None,
                                   "created_at": None, "location": None, "device_info": None,
                                   "security_info": {"risk_score": None}}})
    view = shown(server, user)
    assert view["session_status"] == "active"
    assert view["risk_score"] is view["source_ip"] is view["created_at"] is None


@pytest.mark.parametrize("share, per_cent", [
    (0, 0), (0.05, 5), (0.1, 10), (0.29, 29), (0.555, 56), (0.574, 57), (1, 100), (1.0, 100)])
def test_risk_is_a_whole_number_of_per_cent(server, share, per_cent):
    user = unique("risk")
    sent = payload(user)
    sent["session_data"]["security_info"]["risk_score"] = share
    sync(server, sent)
    assert shown(server, user)["risk_score"] == per_cent
    assert type(shown(server, user)["risk_score"]) is int


def test_numbers_for_texts_and_ids(server):
    user = str(7_000_000 + int(unique("n").split("-")[1]))
    sent = payload(user)
    sent["user_id"] = int(user)
    sent["session_data"]["session_id"] = 17
    sent["session_data"]["application_info"] |= {"build_number": 20250918, "app_version": 1.5}
    receipt = sync(server, sent)
    assert receipt["external_session_id"] == "17"
    view = shown(server, user)
    assert view["build_number"] == "20250918"
    assert view["app_version"] == "1.5"
    assert sync(server, {**sent, "user_id": user})["action"] == "updated"


@pytest.mark.parametrize("media", ["text/plain", "text/plain;charset=UTF-8",
                                   "application/octet-stream", "application/json; charset=utf-8"])
def test_any_content_type_is_json(server, media):
    user = unique("text")
    receipt = sync(server, json.dumps(payload(user)), headers={"Content-Type": media})
    assert receipt["applied"] is True
    assert shown(server, user)["license_type"] == "enterprise"


def test_no_content_type_is_json(server):
    assert sync(server, json.dumps(payload(unique("text"))))["action"] == "created"


@pytest.mark.parametrize("origin", ["http://localhost:3003", "http://localhost:3594",
                                    "tauri://localhost"])
def test_cors(server, origin):
    answer = server.request("OPTIONS", SYNC, token=False, headers={
        "Origin": origin, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert answer.status == 200
    assert answer.body == b""
    assert answer.headers["access-control-allow-origin"] == origin
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"]
    sent = post(server, payload(unique("cors")), headers={"Origin": origin})
    assert sent.status == 200
    assert sent.headers["access-control-allow-origin"] == origin
    refused = post(server, {}, headers={"Origin": origin})
    assert refused.status == 400
    assert refused.headers["access-control-allow-origin"] == origin


def test_cors_of_other_origins(server):
    for answer in (server.request("OPTIONS", SYNC, headers={"Origin": "https://evil.example"}),
                   post(server, payload(unique("cors")),
                        headers={"Origin": "https://evil.example"})):
        assert answer.status == 200
        assert "access-control-allow-origin" not in answer.headers


def test_other_methods(server):
    answer = server.get(SYNC)
    assert answer.status == 405
    assert {m.strip() for m in answer.headers["allow"].split(",")} == {"POST", "OPTIONS"}


def test_nothing_of_it_is_lost_in_a_restart(server_on):
    first = server_on()
    sync(first, SEED)
    sync(first, payload("u", status="terminated"))
    before = listed(first)
    first.stop()
    second = server_on()
    assert listed(second) == before
    assert sync(second, SEED)["action"] == "updated"
    second.stop()
