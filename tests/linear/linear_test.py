"""Whatever clients are told while the server is killed, one order explains it.

main.go says how, and porcupine looks for the order. It is built with the Go toolchain, and its
modules come from the module proxy: where one of them is missing, these cases are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "ops"))
from running_server import default_binary  # noqa: E402

LONG = os.environ.get("SYNCLINE_RUN") == "long"
HISTORIES, OPERATIONS, KILLS = (10, 10_000, 10) if LONG else (2, 2_000, 5)
SEED = os.environ.get("SYNCLINE_SEED", "1")
DEADLINE = 3600 if LONG else 300  # seconds


def go(*arguments):
    program = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if program is None:
        pytest.skip("there is no Go toolchain: install golang-go")
    return subprocess.run([program, *arguments], cwd=HERE, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=DEADLINE)


@pytest.fixture(scope="session")
def modules():
    downloaded = go("mod", "download")
    if downloaded.returncode != 0:
        pytest.skip(f"porcupine cannot be had: {downloaded.stderr.strip()[-200:]}")


@pytest.fixture(scope="session")
def linear(modules, tmp_path_factory):
    program = tmp_path_factory.mktemp("linear") / "linear"
    built = go("build", "-buildvcs=false", "-o", str(program), ".")
    assert built.returncode == 0, built.stderr

    def run(folder, binary, histories, operations=OPERATIONS, kills=KILLS):
        """(exit code, summary, what it said)"""
        ran = subprocess.run(
            [program, "-binary", binary, "-histories", str(histories), "-operations",
             str(operations), "-kills", str(kills), "-seed", SEED, "-dir", str(folder)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
        assert ran.returncode in (0, 1), ran.stderr
        return ran.returncode, json.loads(ran.stdout), ran.stderr

    return run


def test_the_model_refuses_what_no_register_answers(modules):
    ran = go("test", "./...")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_history_is_linearizable(linear, tmp_path, record_testsuite_property):
    code, summary, said = linear(tmp_path, default_binary(), HISTORIES)
    assert code == 0, said
    assert summary["operations"] >= HISTORIES * OPERATIONS
    assert summary["kills"] == HISTORIES * KILLS
    assert summary["hot"] >= 0.7
    tried = ["pending", "repeats", "mismatches", "rebuilds"]
    assert all(summary[name] > 0 for name in tried), summary
    for name, figure in [
            ("histories", summary["histories"]),
            ("operations", summary["operations"]),
            ("% of them on 5 subjects", round(100 * summary["hot"])),
            ("kills", summary["kills"]),
            ("rebuilds of a view", summary["rebuilds"]),
            ("appends without an answer", summary["pending"]),
            ("of them in the log", summary["happened"]),
            ("ms to check", summary["check_ms"])]:
        record_testsuite_property(name, figure)


@pytest.mark.parametrize("mutant", ["syncline_acks_early", "syncline_appends_twice"])
def test_a_mutant_is_caught(linear, tmp_path, mutant):
    binary = Path(default_binary()).parent / mutant
    code, summary, said = linear(tmp_path, binary, histories=10, operations=1_000, kills=2)
    assert code == 1, f"{mutant} passed {summary['histories']} histories"
    assert any("porcupine" in fault for fault in summary["faults"]), said
