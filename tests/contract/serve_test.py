"""`serve` and what stands around it: tokens, the configuration, starts, refusals and stops."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli_runner import DONE, FAILED, FOUND_WRONG, refused_start, run, sync
from running_server import default_binary, wait_for


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
    assert "note: no token can be verified" in here.out and here.out.endswith("\nok\n")
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


def test_a_new_log_is_said_once(server_on, tmp_path):
    folder = tmp_path / "data"
    with server_on(folder) as server:
        identity = server.get("/v1/status").json()["log"]["identity"]
    assert logged(server, "the folder held no log: a new one begins") == [
        {"folder": str(folder), "identity": identity}]
    with server_on(folder):
        pass
    assert len(logged(server, "the folder held no log: a new one begins")) == 1


def test_a_folder_of_another_user_is_not_roots(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can write into the folder of another user")
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.chown(folder, "nobody")
    refused = refused_start("--dev", "--listen", "127.0.0.1:0", "--data", folder)
    assert "`runuser -u nobody -- syncline serve …`" in refused["why"], refused
    assert list(folder.iterdir()) == [], "nothing is left that its owner cannot open"


def test_a_full_reserve_is_said(server_on, tmp_path):
    server = server_on(tmp_path / "data", env={"SYNCLINE_LOG_RESERVE": "1000000GiB"})
    for _ in range(3):
        assert server.post("/api/centcom/sessions/sync", sync("u", "s"), token=False).status == 507
    full = logged(server, "the disk is almost full: appends are answered 507")
    assert len(full) == 1 and "log.reserve" in full[0]["why"], full


def test_numbers_of_the_log_are_numbers(fresh_server):
    line = wait_for(lambda: logged(fresh_server, "listening"), what="the line")[0]
    assert line["head"] == 1


def test_up_takes_another_address_and_folder(tmp_path):
    root = Path(__file__).resolve().parents[2]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    shown = subprocess.Popen(
        [sys.executable, "-B", root / "ops/demo/demo.py"], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "SYNCLINE_BIN": default_binary(), "SYNCLINE_SERVER_LISTEN": address,
             "SYNCLINE_LOG_DATA": str(tmp_path / "data")})
    try:
        assert shown.stdout.readline() == f"syncline at http://{address}\n"
    finally:
        shown.send_signal(signal.SIGTERM)
        shown.communicate(timeout=60)
    assert (tmp_path / "data/log").is_dir()


def logged(server, message):
    """The fields of each line of the server's log that says it."""
    lines = map(json.loads, server.log_path.read_text().splitlines())
    return [{name: value for name, value in line.items() if name not in ("time", "level", "msg")}
            for line in lines if line["msg"] == message]


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
