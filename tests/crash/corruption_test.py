"""A damaged data folder is refused, or serves all that was acknowledged, unaltered.

Folders of servers that were stopped, and that were killed, are copied, damaged at a random place,
looked at by `log verify`, and served by the product. The table of what came of it is recorded.
"""

import collections
import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from damage import ENDS, FILES, HOLE, KINDS, Damage, files_of, records
from harness import RunningServer, ServerFault, Siege, default_binary, event_of, tool

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
PLACES = [(name, kind) for name in (*FILES, *ENDS, "log.acked") for kind in KINDS]
PLACES.append((HOLE, "zero"))
DAMAGES = 164 if LONG else 32
LAST_RECORDS = 45 if LONG else 12
REPEATS = 40
REFUSED, FOUND, UNREAD, HARMLESS = OUTCOMES = (
    "refused", "found when read", "found by verify", "harmless")


@pytest.fixture(scope="module")
def sieges():
    """Folders of real servers: stopped, killed, and killed with all that it holds in one WAL."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        made = []
        for name, binary in (("stopped", "syncline_small"), ("killed", "syncline_small"),
                             ("one-wal", "syncline")):
            siege = Siege(Path(folder) / name, SEED, binary=tool(binary))
            siege.folder.mkdir()
            for _ in range(3):
                siege.assault(1200)
            if name == "stopped":
                siege.start().stop()
            assert not siege.wrong
            made.append(siege)
        yield made


class Trial:
    """One damaged copy, and what becomes of it."""

    def __init__(self, siege, damage, copy):
        self.siege, self.damage, self.copy = siege, damage, copy
        self.faults = []  # each one breaks the promise
        shutil.copytree(siege.data, copy)
        damage.do(copy / damage.path.relative_to(siege.data))
        self.verified = self._verify()

    def _verify(self):
        ran = subprocess.run([default_binary(), "log", "verify", "--data", str(self.copy)],
                             capture_output=True, text=True, timeout=60)
        if ran.returncode not in (0, 1, 3):
            self.faults.append(f"log verify ended with {ran.returncode}: {ran.stderr}")
        return ran.returncode

    def outcome(self):
        try:
            server = RunningServer(self.copy)
        except ServerFault as refusal:
            if "ended with 3 " not in str(refusal) or str(self.copy) not in str(refusal):
                self.faults.append(f"no way to refuse: {refusal}")
            self._refuses_again()
            return self._found(REFUSED)
        try:
            found = self._read(server) + self._send_again(server)
        finally:
            alive = server.alive()
            server.kill()
        if not alive:
            self.faults.append(f"the server died: {server.log_tail()}")
        if found:
            return self._found(FOUND)
        # Indexes are whole as well; or what is wrong lies where nobody read, and fails who does.
        if self._verify() == 0:
            return HARMLESS
        if self.damage.name == "log.acked":  # half of it is a fault, and enough to start with
            return HARMLESS
        if self.damage.name != "SST":
            self.faults.append("log verify finds something after it")
        return self._found(UNREAD)

    def _refuses_again(self):
        """A first try must not have made a folder that looks whole."""
        try:
            RunningServer(self.copy).kill()
            self.faults.append("a second start does not refuse it")
        except ServerFault:
            pass

    def _found(self, how):
        if self.verified == 0:
            self.faults.append(f"log verify finds nothing, and the server {how}")
        return how

    def _read(self, server):
        """Compares everything; [error] once there is one instead of events."""
        seen, after = {}, 0
        answer = server.get("/v1/status")
        head = answer.json()["head"]["position"]
        while after < head:
            answer = server.get(f"/v1/events?after={after}&limit=500")
            if answer.status != 200:
                return self._error(answer)
            for event in answer.json()["events"]:
                if event["position"] != after + 1:
                    self.faults.append(f"position {event['position']} follows {after}")
                after = event["position"]
                self.faults += self.siege.compare_event(event, seen)
        self.faults += [f"lost: {event_id} at {position}"
                        for event_id, position in self.siege.acked_events.items()
                        if seen.get(event_id) != position]
        if self.siege.acked_syncs and max(self.siege.acked_syncs) > head:
            self.faults.append(f"lost: a sync behind {head}")
        return []

    def _error(self, answer):
        if answer.status < 500:
            self.faults.append(str(answer))
        return [answer.body]

    def _send_again(self, server):
        """Ids that are known must stay so: the last ones, and some."""
        acked = sorted(self.siege.acked_events.items(), key=lambda kept: kept[1])
        choice = acked[-REPEATS // 2:] + random.Random(SEED).sample(acked, REPEATS // 2)
        found = []
        for event_id, position in choice:
            answer = server.post("/v1/events", json.dumps(event_of(event_id)),
                                 headers={"content-type": "application/cloudevents+json"})
            if answer.status >= 500:
                found += self._error(answer)
            elif (answer.json().get("position"), answer.json().get("duplicate")) != (position,
                                                                                    True):
                self.faults.append(f"taken again: {event_id} of {position}: {answer}")
        return found


def try_out(siege, damage):
    """(what came of it, what breaks the promise)"""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        trial = Trial(siege, damage, Path(folder) / "data")
        outcome = trial.outcome()
    return outcome, [f"{damage} ({siege.folder.name}): {fault}" for fault in trial.faults]


def attack(sieges, places, record):
    chance = random.Random(SEED)
    outcomes = collections.Counter()
    faults = []
    for i, (name, kind) in enumerate(places):
        there = [siege for siege in sieges if files_of(siege.data, name)]
        siege = there[i % len(there)]
        outcome, broken = try_out(siege, Damage(chance, siege.data, name, kind))
        outcomes[name, kind, outcome] += 1
        faults += broken
    for name, kind in dict.fromkeys(places):
        came_of_it = ", ".join(f"{outcomes[name, kind, how]} {how}"
                               for how in OUTCOMES)
        record(f"of {kind} in {name}", came_of_it)
    assert not faults, f"{len(faults)} (seed {SEED}):\n" + "\n".join(faults[:40])


def test_random_damage(sieges, record_testsuite_property):
    places = (PLACES * DAMAGES)[:DAMAGES]
    attack(sieges, places, record_testsuite_property)


def test_damage_in_the_last_records_after_a_kill(sieges, record_testsuite_property):
    places = [("end of the last WAL", KINDS[i % len(KINDS)]) for i in range(LAST_RECORDS)]
    attack(sieges[1:], places, record_testsuite_property)


def test_a_manifest_that_ends_between_two_records(sieges):
    """Each of its records is whole: nothing but what they say can tell that some are missing."""
    faults = []
    for siege in (sieges[0], sieges[2]):
        damage = Damage(random.Random(SEED), siege.data, "MANIFEST", "cut")
        ends = [end for _, end in records(damage.path)]
        for damage.at in ends if LONG else ends[-12:]:
            faults += try_out(siege, damage)[1]
    assert not faults, "\n".join(faults[:40])


def test_a_last_record_that_never_was_whole(sieges):
    """What a power cut leaves of a write that nobody was told of is no damage."""
    for siege in sieges[1:]:
        wal = files_of(siege.data, "WAL")[-1]
        data = wal.read_bytes()
        begin, end = records(wal)[-1]
        half = (end - begin) // 2
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            copy = Path(folder) / "data"
            shutil.copytree(siege.data, copy)
            (copy / "log" / wal.name).write_bytes(
                data[:end] + data[begin:begin + half] + bytes(end - begin - half))
            with RunningServer(copy) as server:
                assert server.head() >= max(siege.acked_events.values())
