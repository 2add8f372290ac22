"""A crash at each sync and each rename of a log's life, from the making of its folder on.

`cycle` (cycle.cc) lives that life; every folder is opened again, compared with what was
acknowledged, and written on.
"""

import shutil
import subprocess

import pytest
from crash_points import CRASHES, LONG, World
from harness import tool

EVERY = 1 if LONG else 7


def live(data, world, n=0, program="cycle"):
    """(exit code, what it said, the calls that it made)."""
    return world.run([tool(program), "live", data], n)


def check(data, said):
    ran = subprocess.run([tool("cycle"), "check", str(data)], input=said, capture_output=True,
                         text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout[:2000] + ran.stderr[-2000:]
    return int(ran.stdout)


def test_a_life_has_all_of_it(tmp_path):
    with World("killed", tmp_path) as world:
        code, said, calls = live(tmp_path / "data", world)
    assert code == 0 and check(tmp_path / "data", said) == said.count("acked ")
    logs = "".join(p.read_text() for p in (tmp_path / "data/log").glob("LOG*"))
    assert logs.count("flush_started") >= 5
    assert logs.count("compaction_started") >= 2
    wals = {call.split("/")[-1] for call in calls if call.endswith(".log")}
    assert len(wals) >= 5
    for name in ("log.acked", "CURRENT", "MANIFEST", ".sst", "/views/"):
        assert any(name in call for call in calls), name


@pytest.mark.parametrize("crash", CRASHES)
def test_crashed_at_each_sync_and_rename(crash, tmp_path, record_testsuite_property):
    with World(crash, tmp_path) as world:
        data = world.path / "data"

        def opens_again(said):
            assert check(data, said) >= said.count("acked ")

        ended = world.crash_everywhere([tool("cycle"), "live", data], EVERY, after=opens_again,
                                       before=lambda: shutil.rmtree(data, ignore_errors=True))
        assert len(ended) >= 150 // EVERY
        world.figures(record_testsuite_property, ended, "a life")


def test_an_answer_before_the_write_is_caught(tmp_path):
    with World("killed", tmp_path) as world:
        for n in range(50, 150):
            _, said, _ = live(tmp_path / str(n), world, n, "cycle_acks_early")
            try:
                check(tmp_path / str(n), said)
            except AssertionError as e:
                assert "lost" in str(e) or "acknowledged" in str(e)
                return
    pytest.fail("not caught")
