"""`syncline log verify`: all is well on what a server wrote, on a folder and through the server;
what is wrong beside the log or in its files is said with exit code 1. (Each kind of damage inside
the log: engine/log/verify_test.cc.)"""

import json
import shutil
import signal
from pathlib import Path

import pytest

from cli_runner import DONE, FAILED, FOUND_WRONG, USAGE, Running, run, sync


def event(number, **more):
    return {"specversion": "1.0", "source": "/verify-test", "type": "note.written",
            "subject": f"note/{number % 7}", "data": {"number": number}, **more}


@pytest.fixture
def filled(fresh_server):
    """Ids that producers gave, ids that the product made, and sessions."""
    batch = [event(number) for number in range(20)]
    batch += [event(number, id=f"n{number}") for number in range(20)]
    answer = fresh_server.post("/v1/events", json.dumps(batch),
                               headers={"Content-Type": "application/cloudevents-batch+json"})
    assert answer.status == 200, answer
    for user in ("u1", "u2"):
        fresh_server.post("/api/centcom/sessions/sync", sync(user, "s/1"), token=False)
    # What one reads can be sent again: an id that the product made is a producer's then.
    read = fresh_server.get("/v1/events/3").json()
    again = fresh_server.post("/v1/events", json.dumps(read),
                              headers={"Content-Type": "application/cloudevents+json"})
    assert again.status == 201, again
    return fresh_server


def test_a_folder_and_its_server_are_verified(filled):
    head = filled.get("/v1/status").json()["head"]
    for where in (["--data", filled.data], ["--server", filled.url]):
        seen = run("log", "verify", *where, "--json", token=filled.token).json()
        assert seen.pop("seconds") >= 0
        assert seen == {"ok": True, "from": 1, "to": head["position"], "events": head["position"],
                        "head": head, "fault": None, "next": None}
        said = run("log", "verify", *where, token=filled.token)
        assert said.code == DONE and not said.err, said
        assert said.out.startswith(f"ok: {head['position']} events in "), said
        assert said.out.endswith(f"ends at {head['position']} with hash {head['hash']}\n"), said
        some = run("log", "verify", *where, "--from", "3", "--to", "5", token=filled.token)
        assert some.code == DONE and some.out.startswith("ok: 3 events (3 to 5) in "), some
    filled.stop()
    stopped = run("log", "verify", "--data", filled.data, "--json").json()
    assert (stopped["ok"], stopped["head"]) == (True, head)


def test_a_damaged_log_acked_is_found_online_and_offline(filled):
    (Path(filled.data) / "log.acked").write_bytes(b"\0" * 128)
    for where in (["--data", filled.data], ["--server", filled.url]):
        found = run("log", "verify", *where, token=filled.token)
        assert found.code == FOUND_WRONG and not found.err, found
        what, remedy = found.out.splitlines()
        assert what.startswith("found: ") and "both of its slots are unreadable" in what
        assert remedy.startswith("do: ")
        told = run("log", "verify", *where, "--json", token=filled.token)
        assert told.code == FOUND_WRONG
        fault = json.loads(told.out)["fault"]
        assert fault["position"] is None and "slots" in fault["what"] and fault["remedy"]


def test_a_damaged_file_of_the_log_is_found(filled):
    filled.stop()
    wal = max((Path(filled.data) / "log").glob("*.log"), key=lambda file: file.stat().st_size)
    wal.write_bytes(wal.read_bytes()[:-300])
    found = run("log", "verify", "--data", filled.data, "--json")
    assert found.code == FOUND_WRONG, found
    seen = json.loads(found.out)
    assert not seen["ok"]
    assert seen["fault"]["position"] == seen["head"]["position"] + 1
    assert "log.acked" in seen["fault"]["what"]


@pytest.mark.parametrize("where", ["--data", "--server"])
def test_ctrl_c_ends_it_where_it_can_go_on(filled, where):
    place = [where, filled.data if where == "--data" else filled.url]
    head = filled.head()
    with Running("log", "verify", *place, "--rate", "2KiB", "--json",
                 token=filled.token) as verifying:
        ended = verifying.interrupt()
    assert ended.code == FAILED, ended
    seen = json.loads(ended.out)
    assert (seen["ok"], seen["from"], seen["to"]) == (True, 1, seen["events"])
    assert 1 < seen["next"] == seen["to"] + 1 <= head
    assert f"go on with --from {seen['next']}" in ended.err
    rest = run("log", "verify", *place, "--from", seen["next"], "--json", token=filled.token).json()
    assert (rest["from"], rest["to"], rest["next"]) == (seen["next"], head, None)


def test_what_was_ended_is_right_so_far(filled):
    with Running("log", "verify", "--data", filled.data, "--rate", "2KiB") as verifying:
        ended = verifying.interrupt()
    assert ended.code == FAILED and ended.out.startswith("ok so far: "), ended


def test_a_log_that_is_gone_is_found(filled):
    head = filled.head()
    filled.stop()
    shutil.rmtree(Path(filled.data) / "log")
    gone = run("log", "verify", "--data", filled.data)
    assert gone.code == FOUND_WRONG, gone
    assert f"found: events 1 to {head} were acknowledged, and {filled.data}/log is not there" in \
        gone.out


def test_a_second_ctrl_c_ends_it_at_once(filled):
    """Here on a server that does not answer any more."""
    filled.process.send_signal(signal.SIGSTOP)
    try:
        with Running("log", "verify", "--server", filled.url, token=filled.token) as verifying:
            filled.wait_for(verifying.listens)
            for _ in range(2):
                verifying.process.send_signal(signal.SIGINT)
                filled.wait_for(lambda: pending(verifying.process.pid) == 0)
            assert verifying.ended().code == 128 + signal.SIGINT
    finally:
        filled.process.send_signal(signal.SIGCONT)


def pending(pid):
    """Signals that were sent and not taken yet."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return int(next(line for line in status if line.startswith("ShdPnd")).split()[1], 16)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def test_a_server_is_told_to_end_a_verification(filled):
    assert filled.request("DELETE", "/v1/log/verify").status == 404, "none runs"
    for rate in ("0", "-1", "20MiB"):
        refused = filled.post(f"/v1/log/verify?rate={rate}")
        assert (refused.status, refused.json()["code"]) == (400, "invalid_parameter")


def test_a_range_behind_the_end_is_said(filled):
    head = filled.head()
    for where in (["--data", filled.data], ["--server", filled.url]):
        beyond = run("log", "verify", *where, "--from", head + 2, token=filled.token)
        assert beyond.code == FAILED and not beyond.out, beyond
        assert f"there is no event {head + 2} to begin with: the log ends at {head}" in beyond.err
        behind = run("log", "verify", *where, "--from", head + 1, token=filled.token)
        assert behind.code == DONE and "nothing to look at" in behind.out, behind


def test_where_there_is_nothing_to_verify(server, tmp_path):
    empty = run("log", "verify", "--data", tmp_path)
    assert empty.code == FAILED and str(tmp_path) in empty.err and not empty.out
    assert list(tmp_path.iterdir()) == [], "reading makes nothing"
    stranger = run("log", "verify", "--server", server.url, token="wrong")
    assert stranger.code == FAILED and "SYNCLINE_TOKEN" in stranger.err
    backwards = run("log", "verify", "--data", tmp_path, "--from", "3", "--to", "2")
    assert backwards.code == USAGE
