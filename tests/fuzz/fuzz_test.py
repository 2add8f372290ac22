"""Fuzzes every parser, two at a time, from its kept corpus: one case each, which fails when the
target does. 15 seconds each, or SYNCLINE_FUZZ_MINUTES (`ops/test --fuzz-minutes`).

What broke a target lies in build/fuzz/finds; `build/fuzz/bin/<target>_fuzz FILE` runs it again.
Once mended it goes into tests/fuzz/corpus/<target>, from which every later run starts."""

import concurrent.futures
import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/fuzz"
SECONDS = round(60 * float(os.environ.get("SYNCLINE_FUZZ_MINUTES", "0.25")))
AT_A_TIME = 2
# The longest input: as large as the bounds that the target's parsers have, where that is feasible.
INPUT_BYTES_MAX = {"cloudevents": 8192, "config": 4096, "frame": 4096, "http": 20480,
                   "import": 8192, "json": 4096, "presence": 4096, "sessions": 4096, "token": 10240}
# An input that takes longer or more at once is a find too.
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=128"]


def fuzz(target):
    finds, corpus = BUILD / "finds" / target, BUILD / "corpus" / target
    finds.mkdir(parents=True, exist_ok=True)
    corpus.mkdir(parents=True, exist_ok=True)
    command = [str(BUILD / "bin" / f"{target}_fuzz"), f"-max_total_time={SECONDS}", *LIMITS,
               f"-max_len={INPUT_BYTES_MAX[target]}", f"-artifact_prefix={finds}/",
               "-print_final_stats=1", str(corpus), str(HERE / "corpus" / target)]
    dictionary = HERE / "dictionaries" / f"{target}.dict"
    if dictionary.exists():
        command.insert(1, f"-dict={dictionary}")
    return subprocess.run(command, capture_output=True, text=True, errors="replace",
                          timeout=SECONDS + 300)


@pytest.fixture(scope="session")
def runs(request):
    """target → its run to come, of the targets that were chosen."""
    chosen = [item.callspec.params["target"] for item in request.session.items
              if "target" in getattr(item, "fixturenames", [])]
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as threads:
        yield {target: threads.submit(fuzz, target) for target in chosen}


@pytest.mark.parametrize("target", INPUT_BYTES_MAX)
def test_fuzz(target, runs, record_testsuite_property):
    ran = runs[target].result()
    assert ran.returncode == 0, ran.stderr[-20000:]
    figures = dict(re.findall(r"^stat::(\w+):\s+(\d+)$", ran.stderr, re.M))
    count, pace = int(figures["number_of_executed_units"]), figures["average_exec_per_sec"]
    assert count > len(list((HERE / "corpus" / target).iterdir()))
    record_testsuite_property(f"{target} inputs ({pace}/s)", count)


def test_every_target_is_run():
    assert {path.name.removesuffix("_fuzz.cc") for path in HERE.glob("*_fuzz.cc")} == set(
        INPUT_BYTES_MAX)
