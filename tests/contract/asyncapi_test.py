"""schemas/asyncapi.yaml, by AsyncAPI's own parser (npm), and against what the server knows."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "schemas/asyncapi.yaml"
PARSER = "@asyncapi/parser@3.4.0"
MODULES = ROOT / "build/asyncapi"


@pytest.fixture(scope="module")
def parsed():
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed: they fetch AsyncAPI's parser")
    if not (MODULES / "node_modules/@asyncapi/parser/package.json").exists():
        fetched = subprocess.run(
            [npm, "install", "--prefix", MODULES, "--no-audit", "--no-fund", "--ignore-scripts",
             PARSER], capture_output=True, text=True, timeout=300)
        if fetched.returncode != 0:
            pytest.skip(f"{PARSER} cannot be had from npm: {fetched.stderr.strip()[-200:]}")
    ran = subprocess.run([node, HERE / "asyncapi_check.mjs", MODULES, DOCUMENT],
                         capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_is_valid(parsed):
    assert parsed["faults"] == []


def test_it_has_every_type(parsed):
    known = re.findall(r'^    \{EventType::\w+, "([\w.]+)"',
                       (ROOT / "schemas/event_type.cc").read_text(), re.M)
    assert len(known) > 50
    assert sorted(parsed["messages"]) == sorted([*known, "custom", "progress"])


def test_every_schema_of_data_is_named():
    text = DOCUMENT.read_text()
    unnamed = [file.name for file in (ROOT / "schemas/json").iterdir()
               if f"$ref: json/{file.name}" not in text]
    assert unnamed == []
