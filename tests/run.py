"""Runs the test programs of one or more build folders and adds up their own reports.

A program is a GoogleTest binary (named in the build folder's test_programs.txt) or a folder of
pytest files. One line for each; the output of those that fail; the reasons of what was skipped;
last `N passed, N failed, N skipped` over single cases. A program that dies, hangs, leaves no report
or exits non-zero without a failed case counts as one failed case.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM_DEADLINE = {  # seconds
    "plain": 1200, "sanitize": 1200, "long": 4 * 3600, "fuzz": 24 * 3600}
SANITIZER_ENV = {
    "asan": {"ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
             "UBSAN_OPTIONS": "print_stacktrace=1"},
    # Debian's RocksDB is not instrumented; races of our own code are found all the same.
    "tsan": {"TSAN_OPTIONS": "ignore_noninstrumented_modules=1:second_deadlock_stack=1"},
}
PYTEST_FOLDERS = {
    "plain": ["tidy", "contract", "integration", "kafka", "crash", "fuzz", "linear"],
    "long": ["tidy", "contract", "integration", "kafka", "crash", "fuzz", "linear"],
    "sanitize": ["contract", "integration"],
    "fuzz": ["fuzz"],
}


@dataclass
class Program:
    name: str
    command: list
    report: Path
    env: dict = field(default_factory=dict)


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list = field(default_factory=list)
    figures: list = field(default_factory=list)  # what its cases recorded: how many of what

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def programs(preset, run, cases):
    build = ROOT / "build" / preset
    reports = build / "reports"
    reports.mkdir(exist_ok=True)
    env = {"SYNCLINE_BIN": str(build / "bin/syncline"), "SYNCLINE_RUN": run,
           "PYTHONDONTWRITEBYTECODE": "1", **SANITIZER_ENV.get(preset, {})}
    binaries = "" if run == "fuzz" else (build / "test_programs.txt").read_text()
    for program in binaries.split():
        report = reports / f"{program}.xml"
        command = [str(build / "bin" / program), f"--gtest_output=xml:{report}"]
        if cases:
            command.append(f"--gtest_filter={cases}")
        yield Program(program, command, report, env)
    for folder in PYTEST_FOLDERS[run]:
        report = reports / f"{folder}.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider",
                   f"--junitxml={report}", f"tests/{folder}"]
        if cases:
            command += ["-k", cases]
        yield Program(folder, command, report, env)


def read_report(path):
    """GoogleTest and pytest agree in what matters: a failure, error or skipped child."""
    tally = Tally()
    report = xml.etree.ElementTree.parse(path)
    tally.figures = [f"{p.get('value')} {p.get('name')}" for p in report.iter("property")]
    for case in report.iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif skipped is not None or case.get("result") == "skipped":
            tally.skipped += 1
            why = (skipped.get("message") or "" if skipped is not None else "").strip()
            tally.reasons.append(f"{case.get('classname')}.{case.get('name')}: {why}")
        elif case.get("status") != "notrun":
            tally.passed += 1
    return tally


def execute(program, deadline):
    """Runs it in a process group of its own; answers (tally, output)."""
    log = program.report.with_suffix(".log")
    program.report.unlink(missing_ok=True)
    with open(log, "wb") as out:
        process = subprocess.Popen(program.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, env={**os.environ, **program.env},
                                   start_new_session=True)
        try:
            code = process.wait(deadline)
        except BaseException as e:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(e, subprocess.TimeoutExpired):
                raise
            code = f"no end after {deadline} s"
    try:
        tally = read_report(program.report)
    except (FileNotFoundError, xml.etree.ElementTree.ParseError):
        tally = Tally()
    output = log.read_text(errors="replace")
    if code != 0 and tally.failed == 0:
        tally.failed = 1
        output += f"\n{program.name}: ended with {code}\n"
    elif tally.passed + tally.failed + tally.skipped == 0:
        tally.failed = 1
        output += f"\n{program.name}: ran no case\n"
    return tally, output


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", choices=list(PYTEST_FOLDERS), default="plain")
    parser.add_argument("--only", default="", metavar="NAME[:CASES]")
    parser.add_argument("presets", nargs="+")
    options = parser.parse_args()
    name, _, cases = options.only.partition(":")

    everything = [(preset, program) for preset in options.presets
                  for program in programs(preset, options.run, cases)]
    chosen = [(preset, program) for preset, program in everything if name in program.name]
    if not chosen:
        there = "\n".join(f"  {known}" for known in dict.fromkeys(p.name for _, p in everything))
        parser.exit(2, f"no test program has {name!r} in its name; there are\n{there}\n")

    total, begun = Tally(), time.monotonic()
    for preset, program in chosen:
        start = time.monotonic()
        tally, output = execute(program, PROGRAM_DEADLINE[options.run])
        took = time.monotonic() - start
        if tally.failed:
            print(output)
        verdict = "FAILED" if tally.failed else "ok"
        print(f"{verdict:<7}{preset:<8} {program.name:<28} {tally}  ({took:.1f} s)")
        if tally.figures:
            print(f"{'':<16} {', '.join(tally.figures)}")
        sys.stdout.flush()
        total.add(tally)
    for reason in total.reasons:
        print(f"SKIPPED: {reason}")
    if total.passed + total.failed == 0:
        print("no case ran")
        total.failed = 1
    print(f"tests ran for {time.monotonic() - begun:.0f} s")
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
