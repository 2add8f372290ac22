"""The server is killed while it builds the past of presence: every instant is answered as the model
has it, and as a log that ended there folds it."""

import json
import os
import subprocess
import threading

from harness import default_binary
from presence_siege import PresenceSiege
from running_server import wait_for

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
USERS = 1000
BOUNDARY = 16384  # events from one to the next (engine/limits.h)
BOUNDARIES = 12 if LONG else 2
INSTANTS = 200 if LONG else 8
BATCH = 4096


def past_lag(server):
    """Events of presence that no boundary covers yet."""
    name = 'syncline_past_lag_events{projection="presence"} '
    for line in server.get("/metrics").body.decode().splitlines():
        if line.startswith(name):
            return int(float(line.removeprefix(name)))
    raise AssertionError(f"no {name}")


def wait_until_built(server):
    wait_for(lambda: past_lag(server) < BOUNDARY, deadline=60, what="the past is built")


def fill(siege, server):
    """One batch of marks, of users at random."""
    siege.post(server, [(siege.random.choice(siege.users),
                         siege.random.choice([*["pms", "ih"] * 5, None])) for _ in range(BATCH)])
    siege.clock.advance(siege.random.randrange(240_000))


def digest_of_a_log_that_ends(data, at, folder):
    """By a replay into a folder of its own."""
    for words in (["replay", "--data", data, "--to", at, "--to-folder", folder, "--json"],
                  ["views", "digest", "presence", "--data", folder, "--json"]):
        ran = subprocess.run([default_binary(), *map(str, words)], capture_output=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    return said["position"], said["digest"]


def test_killed_while_the_past_is_built(tmp_path, record_testsuite_property):
    siege = PresenceSiege(tmp_path, SEED, USERS, "Europe/Zurich", "2025-10-25T20:00:00Z", pace=0)
    in_the_midst = 0
    server = siege.start()
    for boundary in range(1, BOUNDARIES + 1):
        while server.head() < boundary * BOUNDARY:
            fill(siege, server)
        threading.Event().wait(siege.random.uniform(0, 0.1))
        behind = past_lag(server) >= BOUNDARY
        siege.kill(server)
        server = siege.start()
        in_the_midst += behind and past_lag(server) >= BOUNDARY
        wait_until_built(server)
        server.stop()  # so that the next one goes on from here, and does not begin anew
        server = siege.start()
    fill(siege, server)
    wait_until_built(server)
    siege.compare(server)
    head = server.head()
    for position in siege.random.sample(range(2, head), INSTANTS):
        siege.compare_then(server, position)
    ends = [BOUNDARY - 1, BOUNDARIES * BOUNDARY, head]  # before a boundary, at one, and behind
    digests = [siege.digest(server, at) for at in ends]
    server.stop()
    for at, found in zip(ends, digests):
        folder = tmp_path / f"until-{at}"
        assert found == digest_of_a_log_that_ends(siege.data, at, folder), at
    assert in_the_midst > 0
    record_testsuite_property("kills while the past was built", in_the_midst)
    record_testsuite_property("events", head)
