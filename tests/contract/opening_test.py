"""A start that meets less than was acknowledged: it is refused with what is missing, changes
nothing, and goes on only by what a person types; killed at any step of that, it is never silent.
(Each kind of damage: engine/opening_test.cc.)"""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from cli_runner import DONE, FOUND_WRONG, USAGE, refused_start, run
from running_server import default_binary

DEV = ("--dev", "--listen", "127.0.0.1:0")


def append(server, count=1):
    for _ in range(count):
        answer = server.post("/v1/events", json.dumps(
            {"specversion": "1.0", "source": "/opening-test", "type": "note.written",
             "subject": "note/1", "data": {}}),
            headers={"Content-Type": "application/cloudevents+json"})
        assert answer.status == 201, answer


def start_refused(data, *words):
    return refused_start(*DEV, "--data", data, *words)


@pytest.fixture
def shorter(server_on, tmp_path):
    """A folder whose log ends three events before what was acknowledged; that end."""
    data = tmp_path / "data"
    with server_on(data) as server:
        append(server, 2)
        head = server.head()
    shutil.copytree(data / "log", tmp_path / "kept")
    with server_on(data) as server:
        append(server, 3)
    shutil.rmtree(data / "log")
    shutil.copytree(tmp_path / "kept", data / "log")
    return data, head


def events_of(data):
    return run("log", "export", "--data", data).exported()


def test_a_loss_is_refused_and_accepted_by_its_number(shorter, server_on):
    data, head = shorter
    refused = start_refused(data)
    assert refused["code"] == "acked_ahead"
    assert f"events {head + 1} to {head + 3} were acknowledged" in refused["why"]
    assert "`syncline backup restore`" in refused["why"] and "--accept-loss 3 " in refused["why"]
    for wrong in ("1", "0", "unknown"):
        told = start_refused(data, "--accept-loss", wrong)
        assert told["code"] == "acked_ahead" and "--accept-loss 3 " in told["why"], told
    assert start_refused(data)["why"] == refused["why"], "nothing was changed"

    with server_on(data, options=["--accept-loss", "3"]) as server:
        append(server)
        loss = server.get(f"/v1/events/{head + 1}").json()
        log = server.log_path.read_text()
    assert (loss["type"], loss["subject"]) == ("log.loss_accepted", "node/a")
    assert (loss["incarnation"], loss["sequence"]) == (2, head + 1)
    assert loss["data"]["from"] == head + 1 and loss["data"]["to"] == head + 3
    assert "@" in loss["data"]["who"] and "were acknowledged" in loss["data"]["reason"]
    assert '"level":"warning"' in log and "a loss was accepted by" in log
    assert [event["incarnation"] for event in events_of(data)] == [1] * head + [2, 2]
    assert run("log", "verify", "--data", data).code == DONE

    again = start_refused(data, "--accept-loss", "3")
    assert again["code"] == "invalid" and "no loss to accept" in again["why"]
    with server_on(data) as server:
        assert server.head() == head + 2, "the event is written once"


def test_a_log_acked_that_says_nothing_is_accepted_as_unknown(server_on, tmp_path):
    data = tmp_path / "data"
    with server_on(data) as server:
        append(server)
        head = server.head()
    (data / "log.acked").unlink()
    refused = start_refused(data)
    assert refused["code"] == "corrupt" and "--accept-loss unknown " in refused["why"]
    assert start_refused(data, "--accept-loss", "0")["code"] == "corrupt"
    with server_on(data, options=["--accept-loss", "unknown"]) as server:
        data_of = server.get(f"/v1/events/{head + 1}").json()["data"]
    assert data_of["from"] == head + 1 and "to" not in data_of
    with server_on(data):
        pass


def test_the_word_is_a_number_or_unknown(tmp_path):
    for word in ("-1", "all", "3x", ""):
        ran = run("serve", *DEV, "--data", tmp_path / "x", "--accept-loss", word)
        assert ran.code == USAGE and "the number that the refusal names" in ran.err, ran
    assert not (tmp_path / "x").exists()


def test_a_second_server_is_told_the_pid_of_the_first(fresh_server):
    refused = start_refused(fresh_server.data)
    assert refused["code"] == "locked"
    assert f"in use by process {fresh_server.pid};" in refused["why"]
    append(fresh_server)


def test_a_torn_tail_is_dropped_and_counted(server_on, tmp_path):
    data = tmp_path / "data"
    with server_on(data) as server:
        append(server)
        head = server.head()
    wal = max((data / "log").glob("*.log"), key=lambda file: file.stat().st_size)
    with wal.open("ab") as file:
        file.write(b"\x12\x34\x56\x78\x00\x10\x01 and not to its end")
    with server_on(data) as server:
        assert server.head() == head
        metrics = server.get("/metrics").body.decode()
        assert "\nsyncline_log_torn_tails_total 1\n" in metrics
        assert '"bytes":26' in server.log_path.read_text()


def test_damage_is_named_with_file_and_byte(server_on, tmp_path):
    data = tmp_path / "data"
    with server_on(data) as server:
        append(server, 4)
    wal = max((data / "log").glob("*.log"), key=lambda file: file.stat().st_size)
    whole = wal.read_bytes()
    at = [match.start() for match in re.finditer(b"/opening-test", whole)]
    flipped = bytearray(whole)
    flipped[at[len(at) // 2]] ^= 1
    wal.write_bytes(flipped)
    refused = start_refused(data)
    assert refused["code"] == "corrupt" and f"/{wal.name} has a record" in refused["why"]
    assert "at byte " in refused["why"] and "--accept-loss " in refused["why"]
    assert wal.read_bytes() == flipped, "a refusal changes nothing"

    found = run("log", "verify", "--data", data, "--json")
    seen = json.loads(found.out)
    assert found.code == FOUND_WRONG and f"/{wal.name} has a record" in seen["fault"]["what"]
    assert seen["fault"]["position"] == seen["head"]["position"] + 1 > 1
    left = run("log", "tail", "--data", data, "--json")
    assert left.code == DONE and len(left.out.splitlines()) == seen["head"]["position"]
    assert f"/{wal.name} has a record" in left.err and "were acknowledged" in left.err
    wal.write_bytes(whole)
    with server_on(data):
        pass


SYNCS = "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_killed_at_any_step_it_is_never_silent(shorter, server_on, tmp_path):
    """kill -9 at the n-th sync, rename or removal of a start that accepts, for every n."""
    data, head = shorter
    refused = goes_on = 0
    for step in range(1, 200):
        tried = tmp_path / f"try{step}"
        shutil.copytree(data, tried)
        start = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={SYNCS}", "-e",
                 f"inject={SYNCS}:signal=SIGKILL:when={step}", default_binary(), "serve", *DEV,
                 "--data", tried, "--accept-loss", "3"]
        with subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as traced:
            up = traced.stdout.readline()
            if up:
                children = Path(f"/proc/{traced.pid}/task/{traced.pid}/children").read_text()
                os.kill(int(children), signal.SIGTERM)
            traced.wait(60)
        if up:
            break
        after = run("serve", *DEV, "--data", tried, "--log-format", "json", "--accept-loss", "0")
        why = json.loads(after.err.splitlines()[-1])
        if why["code"] == "acked_ahead":
            assert "--accept-loss 3 " in why["why"], why
            refused += 1
            words = ["--accept-loss", "3"]
        else:
            assert why["code"] == "invalid" and "no loss to accept" in why["why"], why
            goes_on += 1
            words = []
        with server_on(tried, options=words):
            pass
        events = events_of(tried)
        first = events[head]
        assert first["type"] == "log.loss_accepted" and first["incarnation"] > 1, (step, first)
        assert [e["type"] for e in events].count("log.loss_accepted") == 1
        assert run("log", "verify", "--data", tried).code == DONE
        shutil.rmtree(tried)
    assert refused > 0 and goes_on > 0, (refused, goes_on)
    print(f"{refused} refused as before, {goes_on} went on")
