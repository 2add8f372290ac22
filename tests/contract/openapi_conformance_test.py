"""schemathesis (PyPI) asks the running server what /openapi.yaml says can be asked, and what it
says can not: no 5xx, and no answer (status, media type, headers, body, Allow) that it does not
declare."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

VENV = Path(__file__).resolve().parents[2] / "build/schemathesis"
VERSION = "4.32.5"
RUN = os.environ.get("SYNCLINE_RUN", "plain")
EXAMPLES = {"long": 150, "sanitize": 5}.get(RUN, 40)  # of each operation, beside the fixed ones
CASES = {"long": 3000, "sanitize": 300}.get(RUN, 1000)
CHECKS = ",".join(["not_a_server_error", "status_code_conformance", "content_type_conformance",
                   "response_headers_conformance", "response_schema_conformance",
                   "unsupported_method", "allow_header_conformance"])
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


def test_every_answer_is_declared(schemathesis, fresh_server, tmp_path, record_testsuite_property):
    token = fresh_server.token
    (tmp_path / "schemathesis.toml").write_text(
        f'[auth.openapi.bearer]\nbearer = "{token}"\n'
        f'[auth.openapi.api_key]\napi_key = "{token}"\n')
    url = f"http://{fresh_server.host}:{fresh_server.port}"
    ran = subprocess.run(
        [schemathesis, "run", f"{url}/openapi.yaml", "--url", url, "--checks", CHECKS,
         "--exclude-path-regex", "/stream$",  # no answer of theirs ends; events_stream_test.py does
         "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
         "--seed", str(SEED), "--suppress-health-check", "all", "--request-timeout", "30",
         "--no-color"],
        cwd=tmp_path, capture_output=True, text=True, timeout=DEADLINE)
    generated = re.search(r"(\d+) generated", ran.stdout)
    assert generated, ran.stdout[-4000:] + ran.stderr[-2000:]
    record_testsuite_property("requests by schemathesis", generated[1])
    assert ran.returncode == 0, ran.stdout[-20000:]
    assert int(generated[1]) >= CASES
