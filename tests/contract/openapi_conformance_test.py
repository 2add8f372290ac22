"""schemathesis (PyPI) asks the running server what /openapi.yaml says can be asked, and what it
says can not, with all of its checks: no 5xx, no answer that is not declared, nothing refused that
is right by the document and nothing taken that is wrong, no login that is not asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

VENV = Path(__file__).resolve().parents[2] / "build/schemathesis"
VERSION = "4.32.5"
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
RUN = os.environ.get("SYNCLINE_RUN", "plain")
EXAMPLES = {"long": 150, "sanitize": 5}.get(RUN, 10)  # of each operation, beside the fixed ones
CASES = {"long": 3000, "sanitize": 100}.get(RUN, 1000)
PHASES = "examples,fuzzing" if RUN == "sanitize" else "examples,coverage,fuzzing"
DEADLINE = 900  # seconds
SEED = 20260101


@pytest.fixture(scope="module")
def schemathesis():
    program = VENV / "bin/schemathesis"
    there = program.exists() and VERSION in subprocess.run(
        [program, "--version"], capture_output=True, text=True).stdout
    if not there:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "-q", "--disable-pip-version-check", "install",
                        f"schemathesis=={VERSION}"], check=True)
    return program


def test_the_document_is_true(schemathesis, server_on, tmp_path, record_testsuite_property):
    server = server_on(env={"SYNCLINE_PRESENCE_RATE": "1000/s"})  # answers, not 429
    (tmp_path / "schemathesis.toml").write_text(
        f'hooks = "{HOOKS}"\n'
        f'[auth.openapi.bearer]\nbearer = "{server.token}"\n'
        f'[auth.openapi.api_key]\napi_key = "{server.token}"\n')
    ran = subprocess.run(
        [schemathesis, "run", f"{server.url}/openapi.yaml", "--url", server.url, "--checks", "all",
         "--exclude-path-regex", "/stream$",  # no answer of theirs ends; events_stream_test.py does
         "--phases", PHASES, "--max-examples", str(EXAMPLES),
         "--seed", str(SEED), "--suppress-health-check", "all", "--request-timeout", "30",
         "--no-color"],
        cwd=tmp_path, capture_output=True, text=True, timeout=DEADLINE)
    generated = re.search(r"(\d+) generated", ran.stdout)
    assert generated, ran.stdout[-4000:] + ran.stderr[-2000:]
    record_testsuite_property("requests by schemathesis", generated[1])
    assert ran.returncode == 0, ran.stdout[-20000:]
    assert int(generated[1]) >= CASES
