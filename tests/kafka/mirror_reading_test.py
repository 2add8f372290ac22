"""`syncline mirror status|verify|restore` and `replay --to-kafka`, against a real broker: what is
right is called right, each thing that can be wrong is named, and a log is made again of the topics
alone."""

import json
import re
import shutil
import subprocess
import uuid

import pytest
from broker import ROOT, mirror_environment
from cli_runner import DONE, FAILED, FOUND_WRONG, Running, refused_start, run
from running_server import wait_for

EVENTS = 600


def events(count, first=0):
    """With ids of the producer's, some of which look like those that the server makes."""
    return [{"specversion": "1.0", "source": "/shop", "type": "order.placed",
             "subject": f"order/{n % 40}", "data": {"n": n},
             **({} if n % 3 == 0 else
                {"id": f"id-{n}" if n % 3 == 1 else f"01890a5d-ac96-774b-bcce-{n:012x}"})}
            for n in range(first, first + count)]


def post(server, batch):
    answer = server.post("/v1/events", json.dumps(batch),
                         headers={"content-type": "application/cloudevents-batch+json"})
    assert answer.status == 200, answer
    return answer.json()["results"]


class Mirror:
    """A mirror's verbs, on one prefix."""

    def __init__(self, broker, prefix):
        self.where = ["--brokers", broker.address, "--prefix", prefix]

    def run(self, verb, *words):
        return run("mirror", verb, *words, *self.where)

    def verified(self, *words):
        ran = self.run("verify", "--json", *words)
        assert ran.code in (DONE, FOUND_WRONG), ran
        return json.loads(ran.out)

    def whole(self, *words):
        """Once nothing waits any more."""
        def seen():
            if not self.run("status", "--json").json()["nodes"]:
                return False
            found = self.verified(*words)
            assert found["ok"], found
            return found["waiting"] == 0 and found
        return wait_for(seen, 60, "the mirror's end")


@pytest.fixture
def filled(broker, prefix, mirrored_server):
    """A server whose events are all in Kafka, and the verbs on its mirror."""
    server = mirrored_server(prefix)
    post(server, events(EVENTS))
    mirror = Mirror(broker, prefix)
    mirror.whole("--data", server.data)
    return server, mirror


def test_what_is_mirrored_is_right(filled):
    server, mirror = filled
    seen = mirror.whole("--data", server.data)
    assert seen["events"] == server.head() and seen["fault"] is None and seen["replaced"] == []
    by_server = mirror.verified("--server", server.url, "--token-file",
                                token_file(server))
    assert by_server["ok"] and by_server["events"] == seen["events"]
    part = mirror.verified("--data", server.data, "--from", "10", "--to", "20")
    assert part["ok"] and part["events"] == 11
    status = json.loads(mirror.run("status", "--json").out)
    assert [node["sequence"] for node in status["nodes"]] == [server.head()]
    assert f"up to a.1.{server.head()}" in mirror.run("status").out


def token_file(server):
    file = server.log_path.with_suffix(".token")
    file.write_text(server.token)
    file.chmod(0o600)
    return file


WRONG = {
    "value": r"is event {event} with another value",
    "frame": r"has an event that is damaged or altered",
    "deleted": r"event {event} is not in \S+\.custom",
    "doubled": r"is event {event} behind|is event {event} once more",
    "foreign": r"{event} of \S+\.custom, partition \d+ is no event",
    "moved": r"event {event} is not in \S+\.custom|is event {event} with another partition",
}


def test_what_is_wrong_is_named(filled, python, broker, prefix):
    server, _ = filled
    server.stop()
    copied = subprocess.run([python, ROOT / "tests/kafka/copy_topics.py", broker.address, prefix,
                             "none", *WRONG], capture_output=True, text=True, timeout=120)
    assert copied.returncode == 0, copied.stderr
    about = dict(line.split(" ", 1) for line in copied.stdout.splitlines())
    for change in about:
        ran = Mirror(broker, f"{prefix}-{change}").run("verify", "--data", server.data)
        if change == "none":  # a copy is as good
            assert ran.code == DONE, ran
            continue
        wrong = WRONG[change].format(event=re.escape(about[change]))
        assert ran.code == FOUND_WRONG and re.search(f"found: .*{wrong}", ran.out), (change, ran)
        assert "do: " in ran.out


def test_a_log_is_made_again_of_its_topics(filled, tmp_path, server_on, broker, prefix):
    server, mirror = filled
    server.stop()
    again = tmp_path / "again"
    made = mirror.run("restore", "--into", again, "--json")
    assert made.code == DONE, made
    before = run("log", "head", "--data", server.data, "--json").json()
    assert run("log", "head", "--data", again, "--json").json() == before
    assert made.json()["position"] == before["position"] and made.json()["incarnation"] == 2
    assert run("log", "verify", "--data", again).code == DONE
    assert run("log", "diff", server.data, again).code == DONE
    digests = ("views", "digest", "--json", "--data")
    assert run(*digests, again).out == run(*digests, server.data).out
    refused = mirror.run("restore", "--into", again)
    assert refused.code == FAILED and "holds a log already" in refused.err

    # It is the same log: ids are known, appends go on, and the mirror goes on where it was.
    back = server_on(again, env=mirror_environment(broker, prefix))
    results = post(back, events(EVENTS + 10))
    given = [result for n, result in enumerate(results) if n % 3 and n < EVENTS]
    assert all(result["duplicate"] for result in given)
    assert not any(result["duplicate"] for result in results[EVENTS:])
    seen = mirror.whole("--data", again)
    assert seen["events"] == back.head() > before["position"]
    begun = back.get(f"/v1/events/{before['position'] + 1}").json()
    assert (begun["type"], begun["incarnation"]) == ("log.restored", 2)
    back.stop()


def test_a_log_that_was_rolled_back_is_mended_by_a_restore(filled, tmp_path, server_on, broker,
                                                           prefix):
    server, mirror = filled
    server.stop()
    shutil.copytree(server.data, tmp_path / "older")
    environment = mirror_environment(broker, prefix)
    later = server_on(server.data, env=environment)
    post(later, events(50, EVENTS))
    head = mirror.whole("--data", server.data)["events"]
    later.stop()

    older = tmp_path / "older"
    found = mirror.run("verify", "--data", older)
    assert found.code == FOUND_WRONG and "and the log ends with a.1." in found.out, found
    line = refused_start("--dev", "--listen", "127.0.0.1:0", "--data", older, env=environment)
    assert "`syncline mirror restore --into DIR`" in json.dumps(line), line
    again = tmp_path / "again"
    assert mirror.run("restore", "--into", again).code == DONE
    mended = server_on(again, env=environment)
    post(mended, events(10, EVENTS + 50))
    assert mirror.whole("--data", again)["events"] == mended.head() == head + 11  # log.restored
    mended.stop()


def test_a_restore_that_was_ended_goes_on(filled, tmp_path):
    server, mirror = filled
    server.stop()
    again = tmp_path / "again"
    words = ["restore", "--into", again]
    with Running("mirror", *words, "--rate", "20KiB", *mirror.where) as running:
        wait_for(lambda: (again / "log").exists(), 30, "a beginning")
        ended = running.interrupt()
    assert ended.code == FAILED and "the same command goes on" in ended.err, ended
    assert run("log", "head", "--data", again).code == FAILED
    assert mirror.run(*words).code == DONE
    assert run("log", "diff", server.data, again).code == DONE


def test_what_retention_has_dropped_is_named(filled, tmp_path, broker, prefix):
    server, mirror = filled
    topic = f"{prefix}.custom"
    status = json.loads(mirror.run("status", "--json").out)
    partition = max((p for p in status["partitions"] if p["topic"] == topic),
                    key=lambda p: p["end"])["partition"]
    (tmp_path / "delete.json").write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": partition, "offset": 5}]}))
    broker.tool("DeleteRecordsCommand", "--offset-json-file", tmp_path / "delete.json")
    verified = mirror.run("verify", "--data", server.data)
    assert verified.code == FOUND_WRONG
    assert f"what partition {partition} had before offset 5 was dropped" in verified.out
    restored = mirror.run("restore", "--into", tmp_path / "again")
    assert restored.code == FAILED
    assert re.search(r"event\S* a\.1\.\d+ .*not in the topics; dropped by retention or by hand: "
                     rf"{topic}, partition {partition} before offset 5", restored.err), restored


def test_there_is_nothing(broker, tmp_path):
    mirror = Mirror(broker, "nothing")
    assert mirror.run("status").code == DONE
    restored = mirror.run("restore", "--into", tmp_path / "again")
    assert restored.code == FAILED
    assert "no node has a mirror under the prefix nothing" in restored.err
    nowhere = run("mirror", "status")
    assert nowhere.code == FAILED and "--brokers HOST:PORT" in nowhere.err


def test_events_are_told_again_to_a_topic(filled, broker):
    server, _ = filled
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")
    topic = f"again-{uuid.uuid4().hex[:8]}"
    words = ["--data", server.data, "--to-kafka", "--brokers", broker.address, "--topic", topic,
             "--type", "order.placed"]
    missing = run("replay", *words)
    assert missing.code == FAILED and topic in missing.err
    broker.make_topic(topic, 3)
    assert run("replay", *words).code == DONE
    read = subprocess.run(["kcat", "-b", broker.address, "-C", "-q", "-e", "-t", topic, "-f",
                           "%k %s\n"], check=True, capture_output=True, text=True, timeout=60)
    told = [line.split(" ", 1) for line in read.stdout.splitlines()]
    assert sorted(json.loads(value)["data"]["n"] for _, value in told) == list(range(EVENTS))
    assert all(json.loads(value)["subject"] == key for key, value in told)
