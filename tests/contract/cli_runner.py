"""Runs the binary with words, as a person would, and keeps what it answered."""

import json
import os
import signal
import subprocess

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

    def exported(self):
        """The events of an export of lines, which ends with the line that says so."""
        return exported(self.lines())

    def __repr__(self):
        return f"<{self.code} out={self.out!r} err={self.err!r}>"


def exported(lines):
    *events, end = lines
    assert end["end"] is True and end["events"] == len(events), end
    return events


def crc32c(data):
    """RFC 3720, B.4."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def settings_of(token, env):
    settings = {name: value for name, value in os.environ.items()
                if not name.startswith("SYNCLINE_") and name not in ("JWT_SECRET",)}
    settings |= env or {}
    if token is not None:
        settings["SYNCLINE_TOKEN"] = token
    return settings


def run(*words, token=None, env=None, cwd=None):
    return Ran(subprocess.run([default_binary(), *map(str, words)], capture_output=True,
                              env=settings_of(token, env), timeout=60, cwd=cwd))


class Running:
    """A verb that goes on until it is done or told to end. To be used with `with`."""

    def __init__(self, *words, token=None):
        self.process = subprocess.Popen([default_binary(), *map(str, words)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=settings_of(token, None))

    def listens(self):
        """Whether Ctrl-C is taken by the verb, and would not just end the process."""
        with open(f"/proc/{self.process.pid}/status") as status:
            blocked = next(line for line in status if line.startswith("SigBlk"))
        return int(blocked.split()[1], 16) & 1 << (signal.SIGINT - 1)

    def interrupt(self):
        wait_for(self.listens, what="the verb listens")
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self):
        out, err = self.process.communicate(timeout=60)
        return Ran(subprocess.CompletedProcess((), self.process.returncode, out, err))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def refused_start(*words, env=None, cwd=None):
    ran = run("serve", "--log-format", "json", *words, env=env, cwd=cwd)
    assert ran.code == FAILED, ran
    assert ran.out == ""
    line = json.loads(ran.err.splitlines()[-1])
    assert (line["level"], line["msg"]) == ("error", "refused to start")
    return line


def sync(user, session, status="active"):
    return {"user_id": user, "session_data": {"session_id": session, "status": status}}
