"""The binary's verbs: every reading verb answers the same from a data folder and from a server."""

import json
import os
import socket
import subprocess

import pytest

from cli_runner import (DONE, FAILED, USAGE, crc32c, exported, refused_start, run, settings_of,
                        sync)
from running_server import default_binary


def note(text):
    return {"specversion": "1.0", "source": "/cli-test", "type": "note.written",
            "subject": "note/é 1", "data": {"text": text}}


@pytest.fixture
def filled(fresh_server):
    for user in ("u1", "u2"):
        answer = fresh_server.post("/api/centcom/sessions/sync", sync(user, "s/1"), token=False)
        assert answer.status == 200, answer
    for number in range(14):
        answer = fresh_server.post("/v1/events", json.dumps(note(f"n{number}\n")),
                                   headers={"Content-Type": "application/cloudevents+json"})
        assert answer.status == 201, answer
    return fresh_server


def both(server, *words):
    """The same words offline and online."""
    return (run(*words, "--data", server.data),
            run(*words, "--server", server.url, token=server.token))


@pytest.mark.parametrize("words", [
    ["log", "head"], ["log", "get", "2"], ["log", "tail"], ["log", "tail", "-n", "3"],
    ["log", "tail", "-n", "1000"], ["log", "export"],
    ["log", "export", "--from", "3", "--to", "5"], ["history", "session/u1/s%2F1"],
    ["history", "note/é 1"], ["history", "note/é 1", "--from", "5", "--to", "9"],
    ["views", "digest"],
    ["views", "digest", "sessions"], ["views", "digest", "history"]], ids=" ".join)
def test_a_folder_and_its_server_answer_the_same(filled, words):
    for form in ([], ["--json"]):
        offline, online = both(filled, *words, *form)
        assert offline.code == DONE, offline
        assert online.code == DONE, online
        assert offline.out == online.out
        assert offline.out.strip() and not offline.err and not online.err
        if form:
            for line in offline.out.splitlines():
                json.loads(line)


def test_contents_of_the_answers(filled):
    head = filled.get("/v1/status").json()
    at = ["--data", filled.data, "--json"]
    assert run("log", "head", *at).json() == {**head["head"], "identity": head["log"]["identity"]}
    last = head["head"]["position"]
    assert [e["position"] for e in run("log", "tail", *at).lines()] == list(range(last - 9,
                                                                                  last + 1))
    assert run("log", "get", "2", *at).json()["type"] == "session.synced"
    history = run("history", "session/u1/s%2F1", *at).lines()
    assert [e["position"] for e in history] == [2]
    part = run("history", "note/é 1", "--from", 5, "--to", 9, *at).lines()
    assert [e["position"] for e in part] == [5, 6, 7, 8, 9]
    assert run("history", "note/é 1", "--to", 1, *at).lines() == [], "nothing, and nothing wrong"
    digest = run("views", "digest", "sessions", *at).json()
    assert digest == filled.get("/v1/views/sessions/digest").json()
    shown = run("views", "show", "sessions", "--server", filled.url, "--json",
                token=filled.token).json()
    assert shown["digest"] == digest["digest"] and shown["lag"] == 0


def test_views_of_a_stopped_server(filled):
    online = run("views", "list", "--server", filled.url, "--json", token=filled.token).json()
    digests = run("views", "digest", "--server", filled.url, "--json", token=filled.token).json()
    refused = run("views", "rebuild", "sessions", "--data", filled.data)
    assert refused.code == FAILED and "in use" in refused.err, refused
    filled.stop()
    at = ["--data", filled.data, "--json"]
    assert run("views", "list", *at).json() == online
    assert run("views", "digest", *at).json() == digests
    for view in digests["views"]:
        assert run("views", "rebuild", view["name"], *at).json() == view
    assert run("views", "list", *at).json() == online


def test_online_rebuild(filled):
    digest = run("views", "digest", "history", "--server", filled.url, "--json",
                 token=filled.token).json()
    assert run("views", "rebuild", "history", "--server", filled.url, "--json",
               token=filled.token).json() == digest


def test_an_answer_that_is_lost_was_not_given(filled, tmp_path):
    (tmp_path / "c.toml").write_text("")
    at = ["--data", filled.data]
    for words in (["log", "head", *at], ["log", "get", "1", *at], ["log", "tail", *at],
                  ["log", "verify", *at], ["log", "diff", filled.data, filled.data],
                  ["log", "export", *at], ["replay", "--to-stdout", *at],
                  ["history", "note/é 1", *at], ["views", "list", *at], ["views", "digest", *at],
                  ["version"], ["--help"],
                  ["log", "head", "--help"], ["config", "check", "--config", tmp_path / "c.toml"],
                  ["token", *at, "--sub", "me", "--role", "admin"]):
        words = [str(word) for word in words]
        with open("/dev/full", "w") as full:
            done = subprocess.run([default_binary(), *words], stdout=full, stderr=subprocess.PIPE,
                                  timeout=60, env=settings_of(None, None))
        assert done.returncode == FAILED, (words, done)
        assert done.stderr.count(b"stdout could not be written") == 1, (words, done)


def test_a_history_is_somebodys(filled):
    for side in (["--data", filled.data], ["--server", filled.url]):
        nobody = run("history", "", *side, token=filled.token)
        assert nobody.code == USAGE and "the subject must not be empty" in nobody.err, nobody
    for words in (["--type", "a", "--filter", "type=b"], ["--filter", "type=a", "--type", "b"],
                  ["--filter", "type=a", "--filter", "type=a"]):
        twice = run("replay", "--data", filled.data, "--to-stdout", *words)
        assert twice.code == USAGE and "is given twice" in twice.err, twice


def test_export_to_a_file_is_whole_or_not_there(filled, tmp_path):
    target = tmp_path / "events.ndjson"
    for where in (["--data", filled.data], ["--server", filled.url]):
        summary = run("log", "export", *where, "--output", target, "--json", token=filled.token)
        events = exported([json.loads(line) for line in target.read_text().splitlines()])
        assert [e["position"] for e in events] == list(range(1, filled.head() + 1))
        assert summary.json() == {"output": str(target), "format": "ndjson", "from": 1,
                                  "log": filled.get("/v1/status").json()["log"]["identity"],
                                  "to": len(events), "events": len(events)}
        target.unlink()
    refused = run("log", "export", "--data", filled.data, "--output", tmp_path / "no" / "such")
    assert refused.code == FAILED and "choose another file" in refused.err, refused
    assert list(tmp_path.glob("events*")) == []


@pytest.mark.parametrize("online", [False, True], ids=["data", "server"])
def test_tail_follows(filled, online):
    where = ["--server", filled.url] if online else ["--data", filled.data]
    tail = subprocess.Popen([default_binary(), "log", "tail", "-n", "1", "--follow", "--json",
                             *where], stdout=subprocess.PIPE,
                            env={**os.environ, "SYNCLINE_TOKEN": filled.token})
    try:
        head = filled.head()
        assert json.loads(tail.stdout.readline())["position"] == head
        for number in range(1, 4):
            filled.post("/api/centcom/sessions/sync", sync("u3", f"s{number}"), token=False)
            assert json.loads(tail.stdout.readline())["position"] == head + number
    finally:
        tail.terminate()
        tail.wait()
        tail.stdout.close()


def test_a_tail_outlives_a_restart_of_its_server(server_on, tmp_path):
    server = server_on(tmp_path / "data")
    tail = subprocess.Popen([default_binary(), "log", "tail", "-f", "--json", "--server",
                             server.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "SYNCLINE_TOKEN": server.token})
    try:
        assert json.loads(tail.stdout.readline())["position"] == 1
        server.stop()
        assert b"trying again" in tail.stderr.readline()
        again = server_on(tmp_path / "data", listen=server.address)
        for number in range(2):
            again.post("/api/centcom/sessions/sync", sync("u", f"s{number}"), token=False)
            assert json.loads(tail.stdout.readline())["position"] == 2 + number
        assert b"answers again" in tail.stderr.readline()
        again.stop()
        assert b"trying again" in tail.stderr.readline()
        other = server_on(tmp_path / "other", listen=server.address,
                          env={"SYNCLINE_AUTH_JWT_SECRET": secret_of(tmp_path / "data")})
        assert tail.wait(60) == FAILED
        assert b"another log" in tail.stderr.readline()
        other.stop()
    finally:
        tail.kill()
        tail.wait()
        tail.stdout.close()
        tail.stderr.close()


def secret_of(data):
    line = next(line for line in (data / "dev.toml").read_text().splitlines()
                if line.startswith("jwt_secret"))
    return line.split('"')[1]


def test_a_folder_that_lost_events_is_read_with_a_warning(filled, tmp_path):
    filled.stop()
    acked = tmp_path / "data" / "log.acked"
    kept = acked.read_bytes()
    head = run("log", "head", "--data", filled.data, "--json")
    assert not head.err
    # The slot of the greater generation, as if three more had been acknowledged.
    slots = [kept[at:at + 60] for at in (0, 64)]
    newest = max((0, 1), key=lambda at: int.from_bytes(slots[at][40:48], "little"))
    position = head.json()["position"] + 3
    slot = position.to_bytes(8, "little") + slots[newest][8:]
    slot += crc32c(slot).to_bytes(4, "little")
    acked.write_bytes(b"".join(slot if at == newest else kept[at * 64:at * 64 + 64]
                               for at in (0, 1)))
    for words in (["log", "head"], ["log", "get", "1"], ["log", "tail"], ["log", "export"],
                  ["views", "list"], ["views", "digest", "sessions"]):
        ran = run(*words, "--data", filled.data)
        assert ran.code == DONE and ran.out, ran
        assert f"events {position - 2} to {position} were acknowledged" in ran.err, ran
    assert refused_start("--dev", "--data", filled.data)["code"] == "acked_ahead"


def test_views_of_a_folder_say_what_is_stored(filled):
    for words in (["views", "list"], ["views", "show", "sessions"]):
        offline = run(*words, "--data", filled.data)
        assert "stored up to" in offline.out and "behind" not in offline.out, offline
        online = run(*words, "--server", filled.url, token=filled.token)
        assert "0 behind" in online.out, online


@pytest.mark.parametrize("words, code, said", [
    (["log", "get", "99999"], FAILED, "99999"),
    (["history", "note/none"], FAILED, "note/none"),
    (["views", "digest", "nonsense"], FAILED, "nonsense"),
    (["views", "show", "nonsense"], FAILED, "nonsense"),
    (["views", "rebuild", "nonsense"], FAILED, ""),
])
def test_what_is_not_there(filled, words, code, said):
    for ran in both(filled, *words):
        assert ran.code == code, ran
        assert ran.out == ""
        assert ran.err.startswith("syncline: ") and ran.err.count("\n") == 1, ran
        assert said in ran.err
        assert "GET /" not in ran.err, "a verb is told of verbs"


def test_where_nothing_answers(server, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{unused.getsockname()[1]}"
        nobody = run("log", "head", "--server", silent)
    assert nobody.code == FAILED and silent.removeprefix("http://") in nobody.err
    empty = run("log", "head", "--data", tmp_path)
    assert empty.code == FAILED and str(tmp_path) in empty.err
    assert list(tmp_path.iterdir()) == [], "reading makes nothing"
    anonymous = run("log", "head", "--server", server.url)
    assert anonymous.code == FAILED and "SYNCLINE_TOKEN" in anonymous.err
    wrong = run("log", "head", "--server", server.url, token="wrong")
    assert wrong.code == FAILED and "401" in wrong.err


def test_a_token_from_a_file(server, tmp_path):
    file = tmp_path / "token"
    file.write_text(server.token + "\n")
    assert run("log", "head", "--server", server.url, "--token-file", file).code == DONE
    missing = run("log", "head", "--server", server.url, "--token-file", tmp_path / "none")
    assert missing.code == FAILED and "none" in missing.err


@pytest.mark.parametrize("words", [
    [], ["nonsense"], ["log"], ["log", "head"], ["log", "get", "0", "--data", "d"],
    ["log", "head", "--data", "d", "--server", "http://127.0.0.1:1"], ["serve", "--nonsense"],
    ["token", "--sub", "1"], ["views", "rebuild", "--data", "d"],
    ["log", "head", "--server", "nonsense"],
    ["token", "--data", "d", "--sub", "1", "--ttl", "soon"]], ids=" ".join)
def test_usage(words):
    ran = run(*words)
    assert ran.code == USAGE, ran
    assert ran.out == "" and ran.err.startswith("syncline: "), ran


def test_help_and_version():
    assert run("--help").code == DONE
    assert "serve" in run("--help").out
    version = run("version", "--json").json()["version"]
    assert run("version").out == run("--version").out == f"syncline {version}\n"
