"""kill -9 under load, against what was acknowledged.

A Siege is one data folder, the servers that live and die on it, and all that its clients were
told. compare() reads everything back and answers with what is not as it was told: [] if all is.
"""

import os
import random
import re
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
from running_server import RunningServer, ServerFault, default_binary  # noqa: E402

CLIENTS = 32
PAGE = 1000
EVENT_ID = re.compile(r"(\w+)-(\d+)-(\d+)")


def tool(name):
    return str(Path(default_binary()).parent / name)


def faulty(fault, calls=None):
    """The environment in which a program meets `fault` (syscall_faults.cc)."""
    return {**os.environ, "LD_PRELOAD": tool("syscall_faults.so"), "SYNCLINE_TEST_FAULT": fault,
            **({"SYNCLINE_TEST_CALLS": str(calls)} if calls else {})}


def expected_data(event_id):
    """As crash_client.cc makes it from the same id."""
    _, client, n = EVENT_ID.fullmatch(event_id).groups()
    client, n = int(client), int(n)
    return {"client": client, "n": n, "pad": "x" * ((n * 37 + client * 11) % 600)}


def event_of(event_id):
    """The whole of it."""
    data = expected_data(event_id)
    return {"specversion": "1.0", "id": event_id, "source": "/crash", "type": "crash.tested",
            "subject": f"crash/{data['client']}", "data": data}


class Siege:
    def __init__(self, folder, seed, binary=None, load="all"):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.binary = binary or default_binary()
        self.load = load  # "all", or "events": without session syncs
        self.random = random.Random(seed)
        self.runs = 0
        self.acked_events = {}  # id → position
        self.acked_syncs = {}  # position → (session, last_activity)
        self.pending = set()  # ids whose fate is unknown: kept or not, but whole
        self.wrong = []
        self.kills = 0
        self.kills_in_recovery = 0

    @property
    def acks(self):
        return len(self.acked_events) + len(self.acked_syncs)

    def start(self, binary=None):
        return RunningServer(self.data, binary=binary or self.binary)

    def kill_in_recovery(self):
        """Starts a server and kills it at some moment of its start."""
        process = subprocess.Popen(
            [self.binary, "serve", "--dev", "--data", str(self.data), "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        threading.Event().wait(self.random.uniform(0, 0.12))
        process.kill()
        process.wait()
        self.kills_in_recovery += 1

    def assault(self, acks, binary=None):
        """One server under 32 clients, killed when they have about `acks` acknowledgements."""
        server = self.start(binary)
        self.load_until_gone(server, acks, self.random.choice([0, self.random.randrange(20_000)]))
        self.kills += 1

    def load_until_gone(self, server, acks, delay_us):
        self.runs += 1
        ran = subprocess.run(
            [tool("crash_client"), str(server.port), server.token, f"r{self.runs}", str(CLIENTS),
             str(server.pid), str(acks), str(delay_us), self.load],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=True)
        server.kill()
        for line in ran.stdout.splitlines():
            self._note(line)

    def _note(self, line):
        kind, _, rest = line.partition(" ")
        if kind == "event":
            position, event_id = rest.split()
            if self.acked_events.setdefault(event_id, int(position)) != int(position):
                self.wrong.append(f"{event_id} acknowledged at two positions")
        elif kind == "sync":
            position, session, moment = rest.split()
            self.acked_syncs[int(position)] = (session, moment)
        elif kind == "pending":
            self.pending.add(rest)
        else:
            self.wrong.append(line)

    def compare(self):
        """Everything that is not as it was acknowledged, by the log's events over HTTP."""
        with self.start() as server:
            return self.wrong + self._compare_events(server)

    def _compare_events(self, server):
        faults = []
        seen = {}  # id → position
        after, head = 0, server.head()
        while after < head:
            page = server.get(f"/v1/events?after={after}&limit={PAGE}").json()["events"]
            if not page:
                return faults + [f"the log ends at {after}, its head is {head}"]
            for event in page:
                position = event["position"]
                if position != after + 1:
                    faults.append(f"position {position} follows {after}")
                after = position
                faults += self.compare_event(event, seen)
        faults += [f"lost: {event_id} at {position}"
                   for event_id, position in self.acked_events.items()
                   if seen.get(event_id) != position]
        faults += [f"lost: sync of {session} at {position}"
                   for position, (session, _) in self.acked_syncs.items() if position > head]
        return faults

    def compare_event(self, event, seen):
        position, event_id, kind = event["position"], event["id"], event["type"]
        if kind == "crash.tested":
            if event_id in seen:
                return [f"{event_id} at {seen[event_id]} and {position}"]
            seen[event_id] = position
            if event_id not in self.acked_events and event_id not in self.pending:
                return [f"{event_id} at {position}: nobody waits for it"]
            if event["data"] != expected_data(event_id):
                return [f"{event_id} at {position}: other data"]
        elif position in self.acked_syncs:
            session, moment = self.acked_syncs[position]
            kept = event["data"]["session_data"] if kind == "session.synced" else {}
            if (kept.get("session_id"), kept.get("last_activity")) != (session, moment):
                return [f"position {position} was acknowledged as a sync of {session}"]
        elif kind not in ("session.synced", "session.expired", "config.applied"):
            return [f"position {position}: a {kind} that nobody sent"]
        return []


def check_log(data):
    """(head position, its hash), the chain followed offline; an AssertionError with the fault."""
    ran = subprocess.run([tool("log_check"), str(data)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    position, last_hash = ran.stdout.split()
    return int(position), last_hash


def digests(server):
    """name → digest of every view."""
    views = server.get("/v1/views").json()["views"]
    return {view["name"]: server.get(f"/v1/views/{view['name']}/digest").json()["digest"]
            for view in views}
