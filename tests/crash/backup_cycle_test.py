"""A crash at each sync and each rename of `backup create` and `backup restore`.

What was not finished is not there, or is refused by name, and the same command goes on; what was
finished verifies. The log that is backed up opens, holds what was acknowledged, and is untouched
by a command that found it closed.
"""

import hashlib
import json
import shutil
import subprocess

import pytest
from crash_points import CRASHES, LONG, World
from cycle_test import check
from harness import default_binary, tool

EVERY = {"create": 1 if LONG else 5, "restore": 1 if LONG else 17}
FAILED = 3


def syncline(*words):
    return subprocess.run([default_binary(), *map(str, words)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)


def done(*words):
    ran = syncline(*words, "--json")
    assert ran.returncode == 0, f"{ran.args}: {ran.returncode} {ran.stdout} {ran.stderr}"
    return json.loads(ran.stdout)


def content(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file()}


class Ground:
    """A log and its backups, the same before each crash."""

    def __init__(self, world, kept, backups):
        self.world, self.kept = world, kept
        self.data, self.backups, self.into = (world.path / name
                                              for name in ("data", "backups", "into"))
        kept.mkdir()
        self.said = self._cycle("live", kept / "data")
        for _ in range(backups):
            self.said += self._cycle("back_up", kept / "data", kept / "backups")

    def _cycle(self, *words):
        code, said, _ = self.world.run([tool("cycle"), *words], 0)
        assert code == 0
        return said

    def renew(self):
        for folder in (self.data, self.backups, self.into):
            shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["cp", "-a", f"{self.kept}/.", self.world.path], check=True)  # links too

    def verified(self, backups):
        """The backups of the folder, each of which is whole."""
        if not backups.exists():
            return []
        listed = [each["id"] for each in done("backup", "list", backups)["backups"]]
        for name in listed:
            assert done("backup", "verify", backups, name)["ok"]
        return listed

    def said_up_to(self, position):
        """Of what was said: in this log an event's number is its position."""
        return "".join(line + "\n" for line in self.said.splitlines()
                       if int(line.split("event-")[1].split("-")[0]) <= position)


@pytest.fixture(params=CRASHES)
def world(request, tmp_path):
    with World(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("log, before", [("written", 0), ("written", 1), ("closed", 1)])
def test_create(log, before, world, tmp_path, record_testsuite_property):
    ground = Ground(world, tmp_path / "kept", before)
    earlier = ground.verified(ground.kept / "backups")
    untouched = content(ground.kept / "data")
    create = ["backup", "create", "--data", ground.data, "--to", ground.backups]

    def goes_on(said):
        listed = ground.verified(ground.backups)
        assert set(listed) >= set(earlier)
        if log == "closed":
            assert content(ground.data) == untouched
            assert not said or json.loads(said)["id"] in listed
        events = check(ground.data, ground.said + (said if log == "written" else ""))
        made = done(*create)
        assert made["position"] > events
        assert made["id"] in ground.verified(ground.backups)
        assert not (ground.backups / "partial").exists()

    words = ([tool("cycle"), "back_up", ground.data, ground.backups] if log == "written"
             else [default_binary(), *create, "--json"])
    ended = world.crash_everywhere(words, EVERY["create"], ground.renew, goes_on,
                                   only="backup")
    assert len(ended) >= 15 // EVERY["create"]
    world.figures(record_testsuite_property, ended, f"backup {before + 1} of a {log} log,")


@pytest.mark.parametrize("to", [None, 100])
def test_restore(to, world, tmp_path, record_testsuite_property):
    ground = Ground(world, tmp_path / "kept", 2)
    newest = done("backup", "list", ground.kept / "backups")["backups"][-1]
    said = ground.said_up_to(to or newest["position"])
    restore = ["backup", "restore", ground.backups, newest["id"], "--into", ground.into]
    restore += ["--to", to] if to else []

    def goes_on(finished):
        whole, work = (ground.into / "log").exists(), ground.into / "restoring"
        assert whole or not finished
        if whole:
            check(ground.into, said)
        elif work.exists() or (ground.into / "log.acked").exists():
            refused = syncline("serve", "--dev", "--data", ground.into, "--listen", "127.0.0.1:0")
            assert refused.returncode == FAILED and "restore" in refused.stderr, refused
        if not whole or work.exists():
            done(*restore)
        assert not work.exists()
        assert done("log", "verify", "--data", ground.into)["ok"]
        if not whole:
            check(ground.into, said)
        assert len(ground.verified(ground.backups)) == 2

    ended = world.crash_everywhere([default_binary(), *restore, "--json"], EVERY["restore"],
                                   ground.renew, goes_on)
    assert len(ended) >= 30 // EVERY["restore"]
    world.figures(record_testsuite_property, ended, f"restore up to {to or 'the end'},")
