"""What presence costs: `presence.py BIN`. Called by bench/run --presence.

Heartbeats against generic single events on one server, leg by leg; memory with 100,000 sessions
and 100,000 users present; and what others wait for while 100,000 lapse at the same instant (the
server is stopped over their deadlines, and let go on).
"""

import argparse
import base64
import contextlib
import hashlib
import hmac
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))
import report  # noqa: E402
from running_server import RunningServer  # noqa: E402

PAGE = Path(__file__).resolve().parents[2] / "docs/performance.md"
PAIRS = 7
SECONDS = 3
USERS_OF_A_LEG = 1_000
MANY = 100_000
EXPIRY = 40  # seconds; all of MANY beat within half of it
LEGS_MEANWHILE = 8  # of a second each
DATA_BYTES = 300


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def write_tokens(path, secret, count):
    """A token a line; user ids of one length, so that the tokens are, too."""
    head = encoded(b'{"alg":"HS256","typ":"JWT"}')
    until = int(time.time()) + 86_400
    with open(path, "wb") as file:
        for user in range(count):
            text = head + b"." + encoded(b'{"sub":"%07d","exp":%d}' % (1_000_000 + user, until))
            signature = hmac.new(secret.encode(), text, hashlib.sha256).digest()
            file.write(text + b"." + encoded(signature) + b"\n")


class Bench:
    def __init__(self, binaries, folder):
        self.binaries = binaries
        self.folder = folder

    def server(self, name, expiry):
        data = self.folder / name
        server = RunningServer(data, binary=str(self.binaries / "syncline"),
                               env={"SYNCLINE_PRESENCE_RATE": "100000/s",
                                    "SYNCLINE_PRESENCE_EXPIRY": f"{expiry}s"})
        secret = re.search(r'jwt_secret = "(\w+)"', (data / "dev.toml").read_text())[1]
        self.tokens = self.folder / f"{name}.tokens"
        write_tokens(self.tokens, secret, USERS_OF_A_LEG if name == "legs" else MANY)
        return server

    def load(self, server, *words):
        command = [self.binaries / "syncline_load", "--port", str(server.port), "--size",
                   str(DATA_BYTES), "--clients", "64", "--server", str(server.pid), *words]
        env = {**os.environ, "SYNCLINE_TOKEN": server.token}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env)
        return json.loads(done.stdout)

    def beats(self, server, *words):
        return self.load(server, "--protocol", "heartbeat", "--tokens", str(self.tokens), *words)

    def events(self, server, *words):
        return self.load(server, "--protocol", "http", *words)

    def legs(self):
        pairs = []
        with self.server("legs", 300) as server:
            for turn in range(PAIRS):
                kinds = {"beats": self.beats, "events": self.events}
                runs = {}
                for kind in sorted(kinds, reverse=turn % 2 == 1):
                    runs[kind] = kinds[kind](server, "--warmup", "1", "--seconds", str(SECONDS))
                pairs.append((runs["beats"], runs["events"]))
                print(f"heartbeats {pairs[-1][0]['events_per_second']:,.0f}/s, generic "
                      f"{pairs[-1][1]['events_per_second']:,.0f}/s", file=sys.stderr)
        return pairs

    def many(self):
        """(resident MiB, others' legs alone, their legs while MANY lapse, seconds until all of it
        is written)."""
        with self.server("many", EXPIRY) as server:
            fill_sessions(server)
            begin = time.monotonic()
            self.beats(server, "--seconds", "3600", "--events", str(MANY))
            filled = time.monotonic() - begin
            assert filled < EXPIRY / 2, f"the beats took {filled:.0f} s: too slow for this plan"
            present = server.get("/api/stats/modules").json()["procurement"]["activeNow"]
            assert present == MANY, f"{present} are present"
            resident = resident_mib(server.pid)
            head = server.head()
            os.kill(server.pid, signal.SIGSTOP)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(EXPIRY + 1)
            os.kill(server.pid, signal.SIGCONT)
            go_on = time.time()
            after = server.get("/api/stats/modules").json()["procurement"]["activeNow"]
            assert after == 0, f"{after} still count after their deadline"
            meanwhile = [self.events(server, "--seconds", "1") for _ in range(LEGS_MEANWHILE)]
            written = expiry_times(server, head)
            assert len(written) == MANY, f"{len(written)} expiries within the legs"
            alone = [self.events(server, "--seconds", "1") for _ in range(LEGS_MEANWHILE)]
            return resident, alone, meanwhile, max(written) - go_on


def expiry_times(server, position):
    """When each presence.expired after `position` was received, in seconds since 1970."""
    times = []
    while True:
        page = server.get(f"/v1/events?type=presence.expired&after={position}&limit=1000").json()
        times += [datetime.fromisoformat(e["receivedtime"]).timestamp() for e in page["events"]]
        if not page["events"]:
            return times
        position = page["events"][-1]["position"]


def fill_sessions(server):
    for first in range(0, MANY, 1_000):
        events = [{"specversion": "1.0", "id": f"s-{n}", "source": "/bench",
                   "type": "session.synced", "subject": f"session/user-{n}/session-{n}",
                   "data": {"user_id": f"user-{n}", "session_id": f"session-{n}",
                            "status": "active", "license_type": "enterprise"}}
                  for n in range(first, first + 1_000)]
        answer = server.post("/v1/events", json.dumps(events), timeout=60,
                             headers={"Content-Type": "application/cloudevents-batch+json"})
        assert answer.status == 200, answer


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binaries", type=Path)
    options = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="syncline-presence-", dir="/var/tmp"))
    try:
        bench = Bench(options.binaries, folder)
        text = f"{legs_table(bench.legs())}\n\n{many_table(*bench.many())}"
    finally:
        shutil.rmtree(folder)
    print(text)
    report.write_between(PAGE, "presence", text)


def legs_table(pairs):
    lines = ["| one a request, 64 clients | events/s, median (spread) "
             "| heartbeat / generic, median (spread) | p50 ms | p99 ms "
             "| server CPU, s per 10,000 |",
             "|---|---|---|---|---|---|"]
    ratio = report.spread(report.ratios(*zip(*pairs)), ".2f")
    for what, runs, ratio in zip(("heartbeat", "generic event"), zip(*pairs), (ratio, "1")):
        lines.append(f"| {what} | {rates(runs)} | {ratio} | {ms(runs, 'p50')} | {ms(runs, 'p99')} "
                     f"| {report.cpu(runs, 'server'):.3f} |")
    return "\n".join(lines)


def many_table(resident, alone, meanwhile, seconds):
    busy = meanwhile[:math.ceil(seconds)]
    lines = [f"With {MANY:,} active sessions and {MANY:,} users present the server's resident "
             f"memory is {resident:.0f} MiB. When all of these lapse at one instant, the first "
             f"answer counts none; the last expiry is in the log {seconds:.1f} s later. What 64 "
             "clients that append one event a request see of it:\n",
             "| | events/s, median (spread) | p50 ms | p99 ms | longest ms |",
             "|---|---|---|---|---|"]
    for what, runs in (("while they lapse", busy), ("alone", alone)):
        lines.append(f"| {what} | {rates(runs)} | {ms(runs, 'p50')} | {ms(runs, 'p99')} "
                     f"| {ms(runs, 'max')} |")
    return "\n".join(lines)


def rates(runs):
    return report.spread([run["events_per_second"] for run in runs], ",.0f")


def ms(runs, what):
    return report.spread([run["latency_us"][what] / 1000 for run in runs], ".2f")


if __name__ == "__main__":
    main()
