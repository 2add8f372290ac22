"""Every acknowledged event survives a power cut in the middle of what RocksDB does by itself.

The server has small memtables (small_layout.cc) and cuts the power of its own disk while a flush, a
compaction or a WAL switch is under way (power_switch.h says how it knows). The product then opens
what is left.
"""

import os
import re
import shutil

import pytest
from harness import RunningServer, ServerFault, Siege, check_log, digests, faulty, tool
from loop_disk import LoopDisk

LONG = os.environ.get("SYNCLINE_RUN") == "long"
KINDS = ("flush", "compaction", "wal")
CUTS_OF_A_KIND = 14 if LONG else 2
ACKS_A_CUT = 500  # on average; one may come early
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
# Some 20 ms on an idle machine. Where one is over sooner, the next cut comes sooner.
DELAY_US_MAX = {"flush": 20_000, "compaction": 20_000, "wal": 2_000}
CUT = re.compile(r"power cut: (\w+), (\d+) us after its begin")

pytestmark = pytest.mark.skipif(LoopDisk.why_not() is not None, reason=str(LoopDisk.why_not()))


@pytest.fixture
def disk(tmp_path):
    disk = LoopDisk(tmp_path)
    yield disk
    disk.unmount()


class DarkSiege(Siege):
    """A Siege whose servers die because the power of their disk goes."""

    def __init__(self, disk, folder, env=None, load="all"):
        super().__init__(folder, SEED, load=load)
        self.disk = disk
        self.data = disk.path / "data"
        self.env = env or {}
        self.cuts = {}  # kind → how many
        self.cuts_in_start = 0
        self.least_pending = 10**9  # requests under way, of all the cuts

    def start(self):
        return RunningServer(self.data, log_path=self.folder / "server.log")

    def cut_during(self, kind):
        delay_us = self.random.choice([0, self.random.randrange(DELAY_US_MAX[kind])])
        cut = f"{kind},{self.random.randrange(2, 8)},{delay_us},{self.disk.path}"
        log = self.folder / "cut.log"
        log.unlink(missing_ok=True)
        pending = len(self.pending)
        try:
            server = RunningServer(self.data, binary=tool("syncline_small"), log_path=log,
                                   env={**self.env, "SYNCLINE_TEST_CUT": cut})
            self.load_until_gone(server, 0, 0)
            self.cuts[kind] = self.cuts.get(kind, 0) + 1
            self.least_pending = min(self.least_pending, len(self.pending) - pending)
        except ServerFault:
            self.cuts_in_start += 1  # its opening compacts as well
        said = CUT.search(log.read_text())
        assert said and said.group(1) == kind, log.read_text()
        self.disk.power_up()


def test_every_acknowledged_event_is_there(disk, tmp_path, record_testsuite_property):
    siege = DarkSiege(disk, tmp_path)
    while siege.acks < ACKS_A_CUT * CUTS_OF_A_KIND * len(KINDS) or \
            min(siege.cuts.get(kind, 0) for kind in KINDS) < CUTS_OF_A_KIND:
        kind = min(KINDS, key=lambda k: siege.cuts.get(k, 0))
        siege.cut_during(kind)
        faults = siege.compare()
        assert not faults, f"cut {siege.cuts} (seed {SEED}):\n" + "\n".join(faults[:20])
    check_log(siege.data)
    with siege.start() as server:
        served = digests(server)
    shutil.rmtree(siege.data / "views")
    with siege.start() as server:
        assert digests(server) == served
    assert siege.least_pending > 0
    for kind, cuts in siege.cuts.items():
        record_testsuite_property(f"power cuts during {kind}", cuts)
    record_testsuite_property("power cuts during a start", siege.cuts_in_start)
    record_testsuite_property("events acknowledged before a power cut", siege.acks)


def test_a_disk_that_does_not_sync_is_noticed(disk, tmp_path):
    # Without session syncs: crash_client's other requests read no view.
    siege = DarkSiege(disk, tmp_path, env=faulty("lie"), load="events")
    for _ in range(20):
        siege.cut_during("flush")
        try:
            if any("lost" in fault for fault in siege.compare()):
                return
        except ServerFault as refusal:
            assert "refused to start" in str(refusal)
            return
    pytest.fail(f"not noticed in {siege.cuts} cuts")
