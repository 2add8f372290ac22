"""Runs the binary with words, as a person would, and keeps what it answered."""

import json
import os
import subprocess

from running_server import default_binary

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


def refused_start(*words, env=None, cwd=None):
    ran = run("serve", "--log-format", "json", *words, env=env, cwd=cwd)
    assert ran.code == FAILED, ran
    assert ran.out == ""
    line = json.loads(ran.err.splitlines()[-1])
    assert (line["level"], line["msg"]) == ("error", "refused to start")
    return line


def sync(user, session, status="active"):
    return {"user_id": user, "session_data": {"session_id": session, "status": status}}
