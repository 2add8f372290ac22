"""The main job on real input: session syncs go in, the views answer. Run by ops/up.

With --kafka it mirrors to the broker of ops/kafka, and kcat prints what a consumer reads there.
With --check every answer is asserted, on a free port and a temporary folder; without, the server
stays on its default address with ./data until Ctrl-C; SYNCLINE_SERVER_LISTEN and SYNCLINE_LOG_DATA
name others.
"""

import copy
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "ops"))
from running_server import RunningServer, ServerFault  # noqa: E402

SEED = json.loads((Path(__file__).parent / "seed_000.json").read_text())
SEED_USER = SEED["user_id"]
SYNC = "/api/centcom/sessions/sync"


def sync(user, session, status, last_activity):
    """The seed's payload with another user, session, status and time."""
    payload = copy.deepcopy(SEED)
    payload["user_id"] = user
    payload["session_data"] |= {"session_id": session, "status": status,
                                "last_activity": last_activity}
    state = "idle" if status == "idle" else "active"
    payload["sync_metadata"] |= {"sync_timestamp": last_activity, "heartbeat_type": f"{state}_sync",
                                 "sync_source": f"centcom_optimized_{state}_sync",
                                 "last_sync_interval": 86400000 if state == "idle" else 480000}
    return payload


class Story:
    """What is sent, and what is true afterwards. Times are those of now, and session ids carry the
    run's suffix, so that a second run on the same data tells the same; the seed alone is as it is.
    """

    def __init__(self, now, suffix):
        def sent(user, device, status, second):
            moment = now + timedelta(seconds=second - 60)
            text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            return sync(user, f"{device}-{suffix}", status, text)

        # (what it shows, payload, the action and applied of a first run)
        self.syncs = [
            ("the document's own payload", SEED, "created", True),
            ("the same once more: the view stays as it is", SEED, "updated", True),
            ("anna starts", sent("anna", "anna-desktop", "active", 0), "created", True),
            ("anna falls idle", sent("anna", "anna-desktop", "idle", 20), "updated", True),
            ("a late sync of anna's: kept, applied to nothing",
             sent("anna", "anna-desktop", "active", 10), "updated", False),
            ("ben starts", sent("ben", "ben-laptop", "active", 2), "created", True),
            ("ben logs out", sent("ben", "ben-laptop", "terminated", 30), "updated", True),
            ("ben's laptop speaks after its end: final",
             sent("ben", "ben-laptop", "active", 50), "updated", False),
            ("ben comes back in a new session",
             sent("ben", "ben-phone", "active", 58), "created", True),
        ]
        self.states = {SEED["session_data"]["session_id"]: "active",
                       f"anna-desktop-{suffix}": "idle", f"ben-laptop-{suffix}": "terminated",
                       f"ben-phone-{suffix}": "active"}


SEED_VIEW = {
    "external_session_id": SEED["session_data"]["session_id"], "user_id": SEED_USER,
    "session_status": "active", "created_at": "2025-09-18T22:09:30.000Z",
    "last_activity": "2025-09-18T22:29:30.000Z", "risk_score": 10, "license_type": "enterprise",
    "app_name": "centcom", "app_version": "1.0.0", "build_number": None, "mfa_verified": False,
    "source_ip": "::1", "country": "Local", "city": "Development",
    "timezone": "America/Los_Angeles", "platform": "windows", "device_type": "desktop",
    "browser": "CentCom Desktop (Tauri)", "location_formatted": "Local, Development",
    "user_agent": "CentCom/1.0.0 (Windows NT 10.0; Win64; x64) Tauri/1.5.0",
    "device_formatted": "Windows Desktop (CentCom Desktop Tauri)", "heartbeat_type": "active_sync",
    "sync_source": "centcom_optimized_active_sync", "sync_version": "2.0_optimized",
    "last_sync_interval": 480000, "sync_timestamp": "2025-09-18T22:29:30.000Z",
}


class Checks:
    """Compares, and says what differs; silent when it is not asked to check."""

    def __init__(self, asked):
        self.asked = asked
        self.passed = 0
        self.faults = []

    def equal(self, what, found, expected):
        if found == expected:
            self.passed += 1
        elif self.asked:
            self.faults.append(f"{what}: {found!r}, expected {expected!r}")


def send(server, story, checks):
    for what, payload, action, applied in story.syncs:
        answer = server.post(SYNC, payload, token=False)
        if answer.status != 200:
            raise ServerFault(f"{what}: {answer}")
        body = answer.json()
        print(f"  {what:<50} {body['action']}, applied: {json.dumps(body['applied'])}, "
              f"position {body['position']}")
        checks.equal(what, (body["success"], body["action"], body["applied"]),
                     (True, action, applied))
        checks.equal(f"{what}: id", body["external_session_id"],
                     payload["session_data"]["session_id"])
        checks.equal(f"{what}: own id", body["session_id"].startswith("centcom-sync-"), True)


def show_views(server, story, checks):
    latest = server.get(f"/api/admin/users/{SEED_USER}/centcom-sessions",
                        token=False).json()["latest_session"]
    print(f"\nGET /api/admin/users/{SEED_USER}/centcom-sessions → latest_session\n"
          f"{json.dumps(latest, indent=2)}")
    for name, expected in SEED_VIEW.items():
        checks.equal(f"latest_session.{name}", latest.get(name), expected)

    print("\nGET /api/admin/sessions")
    sessions = server.get("/api/admin/sessions", token=False).json()["sessions"]
    for session in sessions:
        print(f"  {session['user_id']:<38} {session['external_session_id'][:18]:<20}"
              f"{session['session_status']:<12} {session['last_activity']}")
    checks.equal("states", {s["external_session_id"]: s["session_status"] for s in sessions},
                 story.states)


def show_log(server, story, checks):
    head = server.get("/v1/status").json()["head"]
    print(f"\nhead of the log: position {head['position']}, hash {head['hash']}")
    events = server.get("/v1/events?after=0&limit=1000").json()["events"]
    checks.equal("positions", [event["position"] for event in events],
                 list(range(1, head["position"] + 1)))
    checks.equal("syncs in the log", sum(e["type"] == "session.synced" for e in events),
                 len(story.syncs))
    checks.equal("hash of the head", events[-1]["hash"], head["hash"])


def show_urls(server):
    print(f"""
open without a login (this server is in dev mode, on this machine only):
  {server.url}/api/admin/sessions
  {server.url}/api/admin/users/{SEED_USER}/centcom-sessions
  {server.url}/api/admin/users/ben/centcom-sessions
  {server.url}/healthz   {server.url}/readyz   {server.url}/metrics
with the admin token:
  export SYNCLINE_TOKEN={server.token}
  curl -H "Authorization: Bearer $SYNCLINE_TOKEN" '{server.url}/v1/events?after=0'
  curl -H "Authorization: Bearer $SYNCLINE_TOKEN" {server.url}/v1/status
  build/release/bin/syncline log tail -f --server {server.url}
data: {server.data}   log: {server.log_path}""")


def show(server, checks):
    print(f"syncline at {server.url}\n\nPOST {SYNC}")
    story = Story(datetime.now(timezone.utc), secrets.token_hex(2))
    send(server, story, checks)
    show_views(server, story, checks)
    show_log(server, story, checks)


def check():
    checks = Checks(asked=True)
    with tempfile.TemporaryDirectory() as folder:
        with RunningServer(Path(folder) / "data") as server:
            show(server, checks)
    for fault in checks.faults:
        print(f"WRONG {fault}", file=sys.stderr)
    print(f"\n{checks.passed} answers as expected, {len(checks.faults)} wrong")
    return 1 if checks.faults else 0


BROKER, PREFIX = "127.0.0.1:9092", "syncline"


@contextmanager
def consumer():
    """Prints a line for each event of any session or of the server, from the first one on."""
    topics = [f"{PREFIX}.{family}" for family in ("sessions", "custom", "system")]
    reader = subprocess.Popen(
        ["kcat", "-b", BROKER, "-q", "-u", "-X", "isolation.level=read_committed", "-X",
         "auto.offset.reset=earliest", "-f", "  kafka: %t, partition %p, offset %o: %k\\n", "-G",
         f"ops-up-{os.getpid()}", *topics], stdin=subprocess.DEVNULL, start_new_session=True)
    print(f"\nread at {BROKER} (read_committed); docs/consuming.md has whole programs")
    try:
        yield
    finally:
        reader.terminate()
        reader.wait()


def stay(kafka):
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    mirrored = {"SYNCLINE_MIRROR_BROKERS": BROKER, "SYNCLINE_MIRROR_PREFIX": PREFIX}
    with RunningServer(os.environ.get("SYNCLINE_LOG_DATA") or ROOT / "data",
                       listen=os.environ.get("SYNCLINE_SERVER_LISTEN") or "127.0.0.1:3594",
                       log_format="human", log_path=ROOT / "build/up.log",
                       env=mirrored if kafka else None) as server:
        show(server, Checks(asked=False))
        show_urls(server)
        with consumer() if kafka else nullcontext():
            print("Ctrl-C ends it." + (" The broker stays: ./ops/kafka down." if kafka else ""))
            while not ended.wait(0.2):
                if not server.alive():
                    raise ServerFault(f"the server ended by itself:\n{server.log_tail()}")
    print("\nstopped")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # into a pipe too, in order with stderr
    try:
        sys.exit(check() if sys.argv[1:] == ["--check"] else stay("--kafka" in sys.argv))
    except ServerFault as fault:
        print(fault, file=sys.stderr)
        sys.exit(1)
