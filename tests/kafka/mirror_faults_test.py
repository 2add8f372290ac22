"""The mirror under fire: syncline and its broker are killed, stopped and cut off while clients
append. Whoever reads what is committed (kcat, none of our code) finds each event of the log once,
and each key in its order. With the progress record outside of the transaction that is not so, or
the test tests nothing.
"""

import http.client
import json
import os
import random
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from broker import mirror_environment
from running_server import RunningServer, default_binary, wait_for

FAMILIES = ["sessions", "presence", "records", "rooms", "tasks", "custom", "system"]
LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
EVENTS, CLIENTS, BATCH = (200_000, 16, 40) if LONG else (6_000, 8, 20)
SERVER_KILLS = 20 if LONG else 4
BROKER_FAULTS = ["killed", "hangs", *(["cut off"] if shutil.which("nft") else [])]
LONGEST = 10 if LONG else 2  # seconds that a broker hangs or is cut off

pytestmark = pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is missing")


class World:
    """One server that dies and comes back, and clients that go on until each batch is taken."""

    def __init__(self, broker, prefix, data, binary=None):
        self.broker, self.prefix, self.data, self.binary = broker, prefix, data, binary
        self.server = None
        self.taken = 0
        self.lock = threading.Lock()
        self.start()

    def start(self):
        listen = f"127.0.0.1:{self.server.port}" if self.server else "127.0.0.1:0"
        self.server = RunningServer(self.data, binary=self.binary, listen=listen,
                                    env=mirror_environment(self.broker, self.prefix))

    def client(self, number, batches):
        for batch in range(batches):
            events = [{"specversion": "1.0", "source": f"/client/{number}", "type": "order.placed",
                       "id": f"{number}-{batch}-{i}", "subject": f"order/{number}/{i % 5}",
                       "data": {"n": batch * BATCH + i}} for i in range(BATCH)]
            wait_for(lambda events=events: self.post(events), 120, "an answer")
            with self.lock:
                self.taken += BATCH

    def post(self, events):
        try:
            answer = self.server.post(
                "/v1/events?atomic=true", json.dumps(events), timeout=10,
                headers={"content-type": "application/cloudevents-batch+json"})
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def hurt(self, fault, rng):
        pause = threading.Event()
        if fault == "server":
            self.server.kill()
            self.start()
        elif fault == "killed":
            self.broker.kill()
            self.broker.up()
        else:
            with self.broker.stopped() if fault == "hangs" else self.broker.cut_off():
                pause.wait(rng.uniform(0.5, LONGEST))

    def mirror(self):
        return self.server.get("/v1/status").json()["mirror"]

    def caught_up(self):
        def done():
            mirror = self.mirror()
            assert mirror["state"] not in ("refusing", "fenced"), mirror
            return mirror["state"] == "streaming" and mirror["lag"] == 0
        wait_for(done, 120, "the end of the log in Kafka")


def committed(broker, prefix):
    """(topic, partition, event) of all there is, each partition in its order."""
    found = []
    for family in FAMILIES:
        read = subprocess.run(
            ["kcat", "-C", "-q", "-e", "-b", broker.address, "-t", f"{prefix}.{family}",
             "-X", "isolation.level=read_committed", "-o", "beginning", "-f", "%p %s\n"],
            capture_output=True, text=True, check=True, timeout=120)
        for line in read.stdout.splitlines():
            partition, event = line.split(" ", 1)
            found.append((family, int(partition), json.loads(event)))
    return found


def difference(world):
    """What the topics have otherwise than the log; "": nothing."""
    export = subprocess.run([world.binary or default_binary(), "log", "export", "--data",
                             world.data], capture_output=True, text=True, check=True)
    log = [json.loads(line) for line in export.stdout.splitlines()]
    hashes = {event["sequence"]: event["hash"] for event in log if "sequence" in event}
    last, seen = {}, set()
    for family, partition, event in committed(world.broker, world.prefix):
        sequence = event["sequence"]
        if sequence in seen:
            return f"event {sequence} is there twice"
        seen.add(sequence)
        if hashes.get(sequence) != event["hash"]:
            return f"event {sequence} is another one"
        if sequence < last.get((family, partition), 0):
            return f"event {sequence} is behind one that it was before"
        last[family, partition] = sequence
    missing = sorted(hashes.keys() - seen)
    return f"{len(missing)} are missing, the first is {missing[0]}" if missing else ""


def fire(world, faults):
    """Each fault once, in an order that the seed gives, spread over the load."""
    rng = random.Random(SEED)
    faults = rng.sample(faults, len(faults))
    print("SYNCLINE_SEED =", SEED, faults)
    batches = max(EVENTS // CLIENTS // BATCH, 1)
    clients = [threading.Thread(target=world.client, args=(n, batches)) for n in range(CLIENTS)]
    for each in clients:
        each.start()
    try:
        for n, fault in enumerate(faults, 1):
            wanted = n * batches * BATCH * CLIENTS // (len(faults) + 1)
            wait_for(lambda wanted=wanted: world.taken >= wanted, 180, f"{wanted} events")
            world.hurt(fault, rng)
    finally:
        for each in clients:
            each.join()


def test_each_event_is_there_once_whatever_dies(broker, prefix, tmp_path):
    world = World(broker, prefix, tmp_path / "data")
    fire(world, ["server"] * SERVER_KILLS + BROKER_FAULTS * (5 if LONG else 1))
    world.caught_up()
    world.server.stop()
    assert difference(world) == ""


def test_the_control_loses_or_doubles(broker, prefix, tmp_path):
    binary = Path(default_binary()).with_name("syncline_progress_apart")
    if not binary.exists():
        pytest.skip("syncline_progress_apart is not built")
    world = World(broker, prefix, tmp_path / "data", binary=str(binary))
    fire(world, ["server"] * 2 * SERVER_KILLS)
    world.caught_up()
    world.server.stop()
    assert difference(world) != ""


def test_two_with_one_name_are_never_both(broker, prefix, server_on, tmp_path):
    environment = mirror_environment(broker, prefix)
    older = World(broker, prefix, tmp_path / "data")
    older.client(1, 1)
    older.caught_up()
    older.server.stop()
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    older.start()
    newer = server_on(tmp_path / "copy", env=environment)
    older.client(2, 1)
    wait_for(lambda: older.mirror()["state"] == "fenced", 30, "the fence")
    assert newer.get("/v1/status").json()["mirror"]["state"] == "streaming"
    older.client(3, 1)  # appends go on
    assert older.mirror()["lag"] >= 2 * BATCH
    older.server.stop()
    newer.stop()
    older.data = tmp_path / "copy"
    assert difference(older) == ""


def test_waiting_for_a_broker_that_hangs_ends_at_the_deadline(broker, prefix, tmp_path):
    world = World(broker, prefix, tmp_path / "data")
    event = {"specversion": "1.0", "source": "/s", "type": "t"}
    headers = {"content-type": "application/cloudevents+json"}
    ask = "/v1/events?wait=mirrored&timeout="
    answer = world.server.post(ask + "30s", json.dumps(event), headers=headers)
    assert (answer.status, answer.json()["mirrored"]) == (201, True)
    with broker.stopped():
        answer = world.server.post(ask + "1s", json.dumps(event), headers=headers)
        assert (answer.status, answer.json()["mirrored"]) == (202, False)
        answer = world.server.post("/v1/events", json.dumps([event] * 3), headers={
            "content-type": "application/cloudevents-batch+json",
            "prefer": "mirrored, wait=1"})
        assert answer.status == 202
        receipts = answer.json()["results"]
        assert [receipt["mirrored"] for receipt in receipts] == [False] * 3
    path = f"/v1/events/{receipts[-1]['position']}"
    wait_for(lambda: world.server.get(path).json()["mirrored"], 60, "mirrored")
    world.server.stop()


def test_a_server_ends_and_begins_while_its_broker_hangs(broker, prefix, tmp_path):
    world = World(broker, prefix, tmp_path / "data")
    world.client(1, 1)
    world.caught_up()
    with broker.stopped():
        world.client(2, 1)
        world.server.stop()
        world.start()
        world.client(3, 1)
        assert world.mirror()["lag"] >= BATCH
        world.server.stop()
    world.start()
    world.caught_up()
    world.server.stop()
    assert difference(world) == ""


def test_a_log_that_was_rolled_back_does_not_start(broker, prefix, tmp_path):
    world = World(broker, prefix, tmp_path / "data")
    world.client(1, 1)
    world.caught_up()
    world.server.stop()
    shutil.copytree(tmp_path / "data", tmp_path / "older")
    world.start()
    world.client(2, 1)
    world.caught_up()
    world.server.stop()
    kafka_head = 1 + 2 * BATCH
    refused = serve(world, tmp_path / "older")
    assert refused.returncode == 3, refused
    assert f"sequence {kafka_head} of" in refused.stderr and "mirror restore" in refused.stderr
    assert f"sequence {1 + BATCH} of" in refused.stderr

    # Kafka was away meanwhile, and more was appended than was lost.
    away = World.__new__(World)
    away.__dict__.update(world.__dict__, data=tmp_path / "older", server=None)
    away.server = RunningServer(away.data)
    away.client(3, 2)
    away.server.stop()
    refused = serve(world, tmp_path / "older")
    assert refused.returncode == 3 and "Kafka and the log differ" in refused.stderr, refused


def serve(world, data):
    return subprocess.run([default_binary(), "serve", "--dev", "--data", data, "--listen",
                           "127.0.0.1:0"], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **mirror_environment(world.broker, world.prefix)})
