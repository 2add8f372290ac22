"""The programs of docs/consuming.md, as they stand there, against a real broker: each builds the
table of sessions that the server has, and one that was killed goes on where it was.
"""

import json
import os
import re
import shutil
import subprocess

import pytest
from broker import JARS, ROOT
from running_server import wait_for
from sessions_sent import send_sessions, server_table

PAGE = (ROOT / "docs/consuming.md").read_text()
DEADLINE = 60  # seconds until a program has read a few hundred records


def program(name, folder):
    """The block that stands below its name."""
    found = re.search(rf"^`{re.escape(name)}`\n\n```\w+\n(.*?)^```$", PAGE, re.M | re.S)
    assert found, name
    (folder / name).write_text(found[1])
    return folder / name


def read_table(file):
    """subject → status, as the program wrote it."""
    try:
        return {subject: session["status"]
                for subject, session in json.loads(file.read_text())["sessions"].items()}
    except FileNotFoundError:
        return {}


def follow(command, file, expected, tmp_path):
    """Runs a program that does not end by itself until its table is as expected, and kills it."""
    log = tmp_path / f"{file.stem}.log"
    with open(log, "ab") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: running.poll() is not None or read_table(file) == expected(), DEADLINE,
                 "the table")
        assert running.poll() is None, log.read_text()
    except AssertionError as fault:
        raise AssertionError(f"{log.read_text()[-3000:]}\n{read_table(file)}\n"
                             f"{expected()}") from fault
    finally:
        running.kill()
        running.wait()


@pytest.mark.parametrize("name", ["Sessions.java", "sessions.py"])
def test_the_table_is_the_servers(name, broker, prefix, mirrored_server, request, tmp_path):
    source = program(name, tmp_path)
    command = (["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{JARS}/*"]
               if name.endswith("java") else [request.getfixturevalue("python")])
    file = tmp_path / "sessions.json"
    command += [source, broker.address, prefix, file]
    server = mirrored_server(prefix)
    for part in range(2):  # the second time it goes on
        send_sessions(server, part)
        follow(command, file, lambda: server_table(server), tmp_path)
    state = json.loads(file.read_text())
    assert sum(state["offsets"].values()) > 0 and state["seen"]


def test_the_shell_program(broker, prefix, mirrored_server, tmp_path):
    for tool in ("kcat", "jq"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    script = program("sessions.sh", tmp_path)
    file = tmp_path / "sessions.json"
    server = mirrored_server(prefix)
    for part in range(2):
        send_sessions(server, part)

        def as_it_should_be():
            ran = subprocess.run(["sh", script, broker.address, prefix, file], timeout=DEADLINE,
                                 capture_output=True, text=True, env=os.environ)
            assert ran.returncode == 0, ran.stderr
            return read_table(file) == server_table(server)

        wait_for(as_it_should_be, DEADLINE, "the table")
