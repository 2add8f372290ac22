"""A crash at each sync and each rename of a log's life, from the making of its folder on.

`cycle` (cycle.cc) lives that life; syscall_faults.so, preloaded, ends it at the N-th of these
calls: by SIGKILL, or by SIGKILL and a power cut of its disk. Every folder is opened again, compared
with what was acknowledged, and written on.
"""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from harness import faulty, tool
from loop_disk import LoopDisk

LONG = os.environ.get("SYNCLINE_RUN") == "long"
EVERY = 1 if LONG else 7
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
MEMORY = "/dev/shm"  # a killed process needs no disk


def live(data, fault, calls, program="cycle"):
    """(exit code, what it said, the calls that it made)."""
    calls.unlink(missing_ok=True)
    ran = subprocess.run([tool(program), "live", str(data)], env=faulty(fault, calls),
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stdout, calls.read_text().splitlines()


def check(data, said):
    ran = subprocess.run([tool("cycle"), "check", str(data)], input=said, capture_output=True,
                         text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout[:2000] + ran.stderr[-2000:]
    return int(ran.stdout)


def crash_everywhere(data, calls, fault_at, between=lambda: None):
    """The calls at which a life was ended. A folder that is not whole afterwards fails the test."""
    ended = []
    for n in range(1 + SEED % EVERY, 10_000, EVERY):
        subprocess.run(["rm", "-rf", str(data)], check=True)
        code, said, made = live(data, fault_at(n), calls)
        between()
        if code == 0 and len(made) < n:
            return ended
        # Another thread may meet the dead disk first, and RocksDB may abort it for that.
        assert code in (-signal.SIGKILL, -signal.SIGABRT) and len(made) >= n, (n, code)
        ended.append(made[n - 1])
        try:
            events = check(data, said)
        except AssertionError as e:
            pytest.fail(f"crash at {made[n - 1]}:\n{e}")
        assert events >= said.count("acked ")
    pytest.fail("it has no end")


def figures(record, ended, how):
    record(f"{how} at a sync", sum("sync " in call for call in ended))
    record(f"{how} at a rename", sum("rename" in call for call in ended))


def test_a_life_has_all_of_it(tmp_path):
    code, said, calls = live(tmp_path / "data", "count", tmp_path / "calls")
    assert code == 0 and check(tmp_path / "data", said) == said.count("acked ")
    logs = "".join(p.read_text() for p in (tmp_path / "data/log").glob("LOG*"))
    assert logs.count("flush_started") >= 5
    assert logs.count("compaction_started") >= 2
    wals = {call.split("/")[-1] for call in calls if call.endswith(".log")}
    assert len(wals) >= 5
    for name in ("log.acked", "CURRENT", "MANIFEST", ".sst", "/views/"):
        assert any(name in call for call in calls), name


def test_killed_at_each_sync_and_rename(tmp_path, record_testsuite_property):
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        ended = crash_everywhere(Path(folder) / "data", tmp_path / "calls", lambda n: f"kill:{n}")
    assert len(ended) >= 150 // EVERY
    figures(record_testsuite_property, ended, "killed")


@pytest.mark.skipif(LoopDisk.why_not() is not None, reason=str(LoopDisk.why_not()))
def test_power_cut_at_each_sync_and_rename(tmp_path, record_testsuite_property):
    disk = LoopDisk(tmp_path)
    try:
        ended = crash_everywhere(disk.path / "data", tmp_path / "calls",
                                 lambda n: f"cut:{n}:{disk.path}", between=disk.power_up)
    finally:
        disk.unmount()
    assert len(ended) >= 150 // EVERY
    figures(record_testsuite_property, ended, "power cut")


def test_an_answer_before_the_write_is_caught(tmp_path):
    for n in range(50, 150):
        _, said, _ = live(tmp_path / str(n), f"kill:{n}", tmp_path / "calls", "cycle_acks_early")
        try:
            check(tmp_path / str(n), said)
        except AssertionError as e:
            assert "lost" in str(e) or "acknowledged" in str(e)
            return
    pytest.fail("not caught")
