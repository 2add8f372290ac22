"""Makes the files of a format version with the program that writes it:

    python3 tests/formats/make.py build/release/bin/syncline v2

NAME.tar.gz is a data folder with tables and a write-ahead log, events of every kind and views;
NAME.json says what they must still be. Made once, when a format is released, and never again.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "ops"))
from running_server import RunningServer, wait_for  # noqa: E402


def said(binary, *words):
    return json.loads(subprocess.run([binary, *words, "--json"], check=True, timeout=60,
                                     capture_output=True).stdout)


def post(server, event, mime="application/cloudevents+json"):
    answer = server.post("/v1/events", json.dumps(event), headers={"Content-Type": mime})
    assert answer.status in (200, 201), answer


def sync(server, session, status, **more):
    answer = server.post("/api/centcom/sessions/sync", {
        "user_id": "u1", "session_data": {"session_id": session, "status": status}, **more})
    assert answer.status in (200, 201), answer


def fill(server, part):
    event = {"specversion": "1.0", "source": "/formats", "subject": f"note/{part}"}
    post(server, {**event, "type": "note.written", "data": {"part": part, "text": "Grüße"}})
    post(server, {**event, "type": "note.written", "id": f"n{part}", "data": None,
                  "time": "2025-09-18T22:45:30.123456Z", "extension": "kept"})
    post(server, {**event, "type": "note.drawn", "datacontenttype": "image/png",
                  "data_base64": "iVBORw0KGgo="})
    post(server, {**event, "type": "room.message", "subject": f"room/{part}", "data": {}})
    sync(server, f"s{part}", "idle")
    sync(server, f"t{part}", "terminated")
    sync(server, f"x{part}", "active", sync_metadata={"last_sync_interval": 25})
    expired = f"/v1/events?type=session.expired&subject=session/u1/x{part}"
    wait_for(lambda: server.get(expired).json()["events"],
             what="the expiry")


def nobodys(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main(binary, name):
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for part in (1, 2, 3):  # each start turns the write-ahead log before it into tables
            with RunningServer(data, binary=binary) as server:
                fill(server, part)
        expected = {"head": said(binary, "log", "head", "--data", data),
                    "digests": said(binary, "views", "digest", "--data", data),
                    "verified": said(binary, "log", "verify", "--data", data)["events"]}
        (data / "dev.toml").unlink()
        with tarfile.open(HERE / f"{name}.tar.gz", "w:gz") as packed:
            for file in sorted(data.rglob("*")):
                if file.is_file() and not file.name.startswith(("LOG", "OPTIONS")):
                    packed.add(file, arcname=str(file.relative_to(data)), filter=nobodys)
    (HERE / f"{name}.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
