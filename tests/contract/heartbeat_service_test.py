"""Runs the client of seed 001 in Node against a server of its own."""

import shutil
import subprocess
from pathlib import Path

import pytest
from presence_client import token

HERE = Path(__file__).resolve().parent


def test_the_documents_client(fresh_server):
    node = shutil.which("node")
    if node is None:
        pytest.skip("SKIPPED: node is not installed")
    tokens = [token(fresh_server, 7), token(fresh_server, "B")]
    run = subprocess.run([node, HERE / "heartbeat_service_test.mjs", fresh_server.url, *tokens],
                         capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout == "all steps shown\n"
