"""The binary's verbs: every reading verb answers the same from a data folder and from a server."""

import json
import os
import signal
import socket
import stat
import subprocess
import time

import pytest

from running_server import default_binary, wait_for

DONE, FOUND_WRONG, USAGE, FAILED = 0, 1, 2, 3


class Ran:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def json(self):
        assert self.code == DONE, self
        return json.loads(self.out)

    def lines(self):
        assert self.code == DONE, self
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"<{self.code} out={self.out!r} err={self.err!r}>"


def run(*words, token=None, env=None, cwd=None):
    settings = {name: value for name, value in os.environ.items()
                if not name.startswith("SYNCLINE_") and name not in ("JWT_SECRET",)}
    settings |= env or {}
    if token is not None:
        settings["SYNCLINE_TOKEN"] = token
    return Ran(subprocess.run([default_binary(), *map(str, words)], capture_output=True,
                              env=settings, timeout=60, cwd=cwd))


def sync(user, session, status="active"):
    return {"user_id": user, "session_data": {"session_id": session, "status": status}}


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
    ["history", "note/é 1"], ["views", "digest"],
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


def test_export_to_a_file_is_whole_or_not_there(filled, tmp_path):
    target = tmp_path / "events.ndjson"
    for where in (["--data", filled.data], ["--server", filled.url]):
        summary = run("log", "export", *where, "--output", target, "--json", token=filled.token)
        events = [json.loads(line) for line in target.read_text().splitlines()]
        assert [e["position"] for e in events] == list(range(1, filled.head() + 1))
        assert summary.json() == {"output": str(target), "from": 1, "to": len(events),
                                  "events": len(events)}
        target.unlink()
    refused = run("log", "export", "--data", filled.data, "--output", tmp_path / "no" / "such")
    assert refused.code == FAILED and "--output" in refused.err, refused
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


def test_a_waiting_reader_does_not_hold_the_drain(server_on, tmp_path):
    server = server_on(tmp_path / "data")
    with socket.create_connection((server.host, server.port)) as held:
        held.sendall(f"GET /v1/status?min_position=99 HTTP/1.1\r\nHost: x\r\n"
                     f"Authorization: Bearer {server.token}\r\n\r\n".encode())
        wait_for(lambda: 'syncline_http_connections 2' in
                 server.get("/metrics", token=False).body.decode(), what="the connection")
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        assert held.recv(64).startswith(b"HTTP/1.1 503")


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


def crc32c(data):
    """RFC 3720, B.4."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


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


def test_tokens_are_taken_by_the_server(server):
    admin = run("token", "--data", server.data, "--sub", "7", "--role", "admin")
    assert admin.code == DONE, admin
    assert run("log", "head", "--server", server.url, token=admin.out.strip()).code == DONE
    plain = run("token", "--data", server.data, "--sub", "7", "--json").json()["token"]
    refused = run("log", "head", "--server", server.url, token=plain)
    assert refused.code == FAILED and "403" in refused.err
    other = run("token", "--data", server.data, "--sub", "7", "--role", "admn")
    assert other.code == DONE and "admn" in other.err and "admin" in other.err


def test_a_token_for_a_folder_without_dev_secrets(tmp_path):
    ran = run("token", "--data", tmp_path, "--sub", "1")
    assert ran.code == FAILED and "--config syncline.toml" in ran.err, ran


def test_the_configuration_of_the_working_folder_is_read(tmp_path):
    none = run("config", "check", cwd=tmp_path)
    assert none.code == FOUND_WRONG
    assert none.out.startswith("no configuration file (--config FILE, or ./syncline.toml)\n")
    assert run("config", "check", "--dev", "--json", cwd=tmp_path).json()["file"] is None
    (tmp_path / "syncline.toml").write_text('[sessions]\nauth = "none"\n')
    here = run("config", "check", cwd=tmp_path)
    assert here.code == DONE and here.out.startswith("configuration file: syncline.toml\n"), here
    assert "note: auth.jwt_secret is not set" in here.out and here.out.endswith("\nok\n")
    (tmp_path / "syncline.toml").write_text('[nodes\n')
    broken = run("config", "check", cwd=tmp_path)
    assert broken.code == FOUND_WRONG and broken.out.count("\n") == 2, broken
    assert "syncline.toml:1" in refused_start(cwd=tmp_path)["why"]


def test_refusals_for_a_person_are_a_line_each(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('[server]\nlistne = 1\n[node]\nid = 1\n')
    ran = run("serve", "--dev", "--config", bad)
    assert ran.code == FAILED
    faults = [line for line in ran.err.splitlines() if "refused to start: " in line]
    assert len(faults) == 2 and "\\n" not in ran.err, ran
    checked = run("config", "check", "--dev", bad).out.splitlines()[1:]
    assert [line.split("refused to start: ")[1] for line in faults] == checked


def test_the_data_folder_is_its_owners_alone(fresh_server):
    assert stat.S_IMODE(os.stat(fresh_server.data).st_mode) == 0o700


def test_config_check(tmp_path):
    good = tmp_path / "good.toml"
    good.write_text('[node]\nid = "b"\n')
    assert run("config", "check", "--dev", "--config", good).code == DONE
    assert run("config", "check", "--dev", good, "--json").json()["ok"] is True
    bad = tmp_path / "bad.toml"
    bad.write_text('[server]\nlistne = "127.0.0.1:1"\n')
    found = run("config", "check", "--dev", "--config", bad)
    assert found.code == FOUND_WRONG and "listen" in found.out, found
    found = run("config", "check", "--dev", "--config", bad, "--json")
    assert found.code == FOUND_WRONG and json.loads(found.out)["ok"] is False


def refused_start(*words, env=None, cwd=None):
    ran = run("serve", "--log-format", "json", *words, env=env, cwd=cwd)
    assert ran.code == FAILED, ran
    assert ran.out == ""
    line = json.loads(ran.err.splitlines()[-1])
    assert (line["level"], line["msg"]) == ("error", "refused to start")
    return line


def test_refused_starts_say_why(fresh_server, tmp_path):
    dev = ["--dev", "--listen", "127.0.0.1:0"]
    locked = refused_start(*dev, "--data", fresh_server.data)
    assert locked["code"] == "locked" and fresh_server.data in locked["why"]
    taken = refused_start("--dev", "--listen", fresh_server.address, "--data", tmp_path / "other")
    assert fresh_server.address in taken["why"]
    world = refused_start("--dev", "--listen", "0.0.0.0:0", "--data", tmp_path / "world")
    assert "loopback" in world["why"]
    refused_start("--data", tmp_path / "bare")
    bad = tmp_path / "bad.toml"
    bad.write_text('[server]\nlistne = "127.0.0.1:1"\n')
    assert "listen" in refused_start(*dev, "--config", bad, "--data", tmp_path / "x")["why"]


def test_a_log_that_came_back_shorter_is_refused(fresh_server, tmp_path):
    fresh_server.post("/api/centcom/sessions/sync", sync("u", "s"), token=False)
    fresh_server.stop()
    for file in sorted((tmp_path / "data" / "log").iterdir()):
        file.unlink()
    line = refused_start("--dev", "--listen", "127.0.0.1:0", "--data", fresh_server.data)
    assert line["code"] == "acked_ahead"


def test_the_start_line_for_a_person(tmp_path):
    """On a terminal the line is for a person; the pipe of these tests gets JSON."""
    import pty
    leader, follower = pty.openpty()
    server = subprocess.Popen([default_binary(), "serve", "--dev", "--data", tmp_path / "data",
                               "--listen", "127.0.0.1:0"], stdout=follower,
                              stderr=subprocess.PIPE)
    os.close(follower)
    text = b""
    while b"token" not in text:
        text += os.read(leader, 4096)
    assert b"listens on http://127.0.0.1:" in text and str(tmp_path / "data").encode() in text
    server.send_signal(signal.SIGINT)
    logged = server.communicate(timeout=30)[1].decode()
    os.close(leader)
    assert server.returncode == DONE
    assert " info listening " in logged and logged.rstrip().endswith("info stopped")


def test_secrets_stay_out_of_the_log(server_on, tmp_path):
    server = server_on(tmp_path / "data", options=["--log-level", "debug"])
    server.get("/v1/status")
    server.post("/v1/events?token=" + server.token, "not json",
                headers={"Content-Type": "application/cloudevents+json"})
    secrets = (tmp_path / "data" / "dev.toml")
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    server.stop()
    log = server.log_path.read_text()
    assert '"msg":"request"' in log, "the access log is on at level debug"
    values = [line.split("=", 1)[1].strip().strip('"') for line in
              secrets.read_text().splitlines() if "=" in line]
    assert len(values) >= 2
    for secret in [server.token, *values]:
        assert secret not in log


def test_a_second_signal_ends_it_at_once(server_on, tmp_path):
    server = server_on(tmp_path / "data")
    # A stream keeps the server draining for a while.
    with socket.create_connection((server.host, server.port)) as held:
        held.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{")
        wait_for(lambda: 'syncline_http_connections 2' in
                 server.get("/metrics", token=False).body.decode(), what="the connection")
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: '"msg":"stopping"' in server.log_path.read_text(), what="the drain")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(5) == 128 + signal.SIGTERM
    server.process.stdout.close()
