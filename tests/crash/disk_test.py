"""A disk that fails or is full: no acknowledgement after it, no abort, nothing lost.

Syncs fail by syscall_faults.so, a full disk is a small tmpfs: without root that is skipped.
"""

import os
import shutil
import signal
import subprocess
import threading

import pytest
from harness import RunningServer, ServerFault, check_log, faulty, tool
from presence_client import HEARTBEAT, login, modules
from running_server import wait_for

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SYNCS = range(1, 51) if LONG else range(1, 51, 5)
APPENDS = 60
BATCH = "application/cloudevents-batch+json"
MIB = 1024 * 1024


def event(event_id, data=None):
    return {"specversion": "1.0", "source": "disk", "type": "disk.tested", "id": event_id,
            "subject": f"disk/{len(event_id)}", "data": data or "x" * 3000}


def append(server, event_id):
    """The position it was acknowledged at; None: it was not, with the answer's status."""
    answer = server.post("/v1/events", event(event_id),
                         headers={"Content-Type": "application/cloudevents+json"})
    return (answer.json()["position"] if answer.status == 201 else None), answer


def stop_with_failure(server):
    """SIGTERM; the exit code must say that something was wrong, and be no signal's."""
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(30)
    server.process.stdout.close()
    assert code == 3, f"exit code {code}:\n{server.log_tail()}"


def expect_all_there(data, acked):
    """A restart finds every acknowledged event where it was, and the chain is whole."""
    if acked:
        check_log(data)
    with RunningServer(data) as server:
        for event_id, position in acked.items():
            assert server.get(f"/v1/events/{position}").json()["id"] == event_id
        assert server.get("/readyz").status == 200


def of_options(call, before):
    """A file of options, or the folder's sync behind its rename: RocksDB goes on without, and
    nothing reads it."""
    renamed = " rename " in before and "/OPTIONS-" in before
    return "/OPTIONS-" in call or (renamed and " fsync " in call and call.endswith("/log"))


def fail_sync(tmp_path, number):
    """A server whose N-th sync or rename fails: the events that it acknowledged."""
    data, calls = tmp_path / "data", tmp_path / "calls"
    acked = {}
    try:  # of small memtables: flushes are among the first calls
        server = RunningServer(data, binary=tool("syncline_small"),
                               env=faulty(f"eio:{number}", calls))
    except ServerFault as fault:  # it failed while the server started
        assert "ended with 3 " in str(fault), fault
        return data, acked
    refused = False
    for i in range(APPENDS):
        event_id = f"e{i}"
        position, answer = append(server, event_id)
        if position is None:
            refused = True
            assert (answer.status, answer.json()["code"]) == (503, "log_closed"), answer
        else:
            assert not refused, f"{event_id} was acknowledged after a failed sync"
            acked[event_id] = position
    made = calls.read_text().splitlines()
    assert len(made) >= number, "there were not so many syncs"
    if of_options(made[number - 1], made[number - 2] if number > 1 else ""):
        assert len(acked) == APPENDS
        server.stop()
        return data, acked
    # One in the background closes the log by itself, whoever asks.
    wait_for(lambda: server.get("/readyz").status == 503, what="/readyz 503")
    assert "syncline_log_closed 1" in server.get("/metrics").body.decode()
    stop_with_failure(server)
    return data, acked


@pytest.mark.parametrize("number", SYNCS)
def test_a_failed_sync_ends_acknowledgements(tmp_path, number):
    data, acked = fail_sync(tmp_path, number)
    expect_all_there(data, acked)  # or it starts anew, where it failed before anything was there


def test_heartbeats_on_a_failed_disk(tmp_path):
    """Refused in their own shape, by what takes them and by what says whether they are taken."""
    server = RunningServer(tmp_path / "data", env=faulty("eio:100", tmp_path / "calls"))
    taken = 0
    while (answer := server.post(HEARTBEAT, {"module": "pms"},
                                 headers=login(server, f"u{taken}"))).status == 200:
        taken += 1
        assert taken <= 100, "the sync did not fail"
    refused = [answer, server.request("DELETE", HEARTBEAT, headers=login(server, "u0")),
               server.get("/api/stats/health", token=False)]
    for each in refused:
        assert each.status == 503 and set(each.json()) == {"error"}, each
    assert taken > 0 and modules(server)["procurement"]["activeNow"] == taken, "reading goes on"
    stop_with_failure(server)
    with RunningServer(tmp_path / "data") as server:
        assert modules(server)["procurement"]["totalUsers"] in (taken, taken + 1)


@pytest.fixture
def small_disk(tmp_path):
    """mount(size) gives a folder on a tmpfs of that size."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(size):
        if os.geteuid() != 0:
            pytest.skip("a tmpfs needs root")
        ran = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                             capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            pytest.skip(f"no tmpfs here: {ran.stderr.strip()}")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def fill(server, acked, clients=4, until=(503, 507)):
    """Batches of 20 × 20 KB until one is refused; (status, code) of the first refusals."""
    refusals = []
    pad = "".join(f"{n:x}" for n in range(5000))

    def client(name):
        for i in range(400):
            batch = [event(f"{name}-{i}-{k}", data=f"{i}.{k}.{pad}") for k in range(20)]
            answer = server.post("/v1/events", batch, headers={"Content-Type": BATCH})
            if answer.status in until:
                refusals.append((answer.status, answer.json()["code"]))
                return
            for result in answer.json()["results"]:
                if "position" in result:
                    acked[result["id"]] = result["position"]

    threads = [threading.Thread(target=client, args=(f"c{n}",)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.mark.parametrize("size", ["30m", "90m", "200m"])  # in the WAL, in flushes
def test_a_full_disk_closes_the_log_until_a_restart(tmp_path, small_disk, size):
    disk = small_disk(size)
    data = disk / "data"
    acked = {}
    server = RunningServer(data, log_path=tmp_path / "log", env={"SYNCLINE_LOG_RESERVE": "0B"})
    assert set(fill(server, acked)) == {(503, "log_closed")}
    ready = server.get("/readyz").json()
    assert "No space left" in ready["detail"]
    assert server.get(f"/v1/events/{max(acked.values())}").status == 200, "reading goes on"
    stop_with_failure(server)
    assert acked

    roomy = tmp_path / "roomy"  # the disk has grown
    shutil.copytree(data, roomy)
    expect_all_there(roomy, acked)


def test_below_the_reserve_nothing_is_taken_until_there_is_room(tmp_path, small_disk):
    disk = small_disk("500m")
    ballast = disk / "ballast"
    server = RunningServer(disk / "data", log_path=tmp_path / "log",
                           env={"SYNCLINE_LOG_RESERVE": "200MiB"})
    position, _ = append(server, "before")
    assert position
    with open(ballast, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 300 * MIB)
    _, refusal = append(server, "during")
    assert (refusal.status, refusal.json()["code"]) == (507, "disk_full")
    assert "log.reserve" in refusal.json()["detail"] and refusal.headers["retry-after"]
    batch = server.post("/v1/events", [event("b1"), event("b2")], headers={"Content-Type": BATCH})
    assert batch.status == 507
    assert server.get("/readyz").json()["code"] == "disk_full"
    disk_state = server.get("/v1/status").json()["disk"]
    assert disk_state["full"] and disk_state["free"] < disk_state["reserve"] == 200 * MIB
    assert append(server, "before")[0] == position, "a repeat needs no room"

    ballast.unlink()
    assert server.get("/readyz").status == 200
    assert append(server, "during")[0] == position + 1, "by itself, and nothing was kept of it"
    acked = {"before": position, "during": position + 1}
    assert set(fill(server, acked)) == {(507, "disk_full")}, "the reserve is never used up"
    assert not server.get("/v1/status").json()["log"]["closed"]
    server.stop()
    with RunningServer(disk / "data", log_path=tmp_path / "log",
                       env={"SYNCLINE_LOG_RESERVE": "200MiB"}) as again:
        last = again.get(f"/v1/events/{max(acked.values())}")
        assert last.status == 200, "it starts on what the reserve left"
    check_log(disk / "data")
