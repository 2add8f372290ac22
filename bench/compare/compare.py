"""What bench/run measures: `compare.py BIN [--quick]`. Called by bench/run alone.

Every server is alone while it is measured and starts from an empty folder; rounds go through all of
them in turn, each round beginning with another one, because the disk of a machine drifts.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import report  # noqa: E402
from servers import Postgres, Redis, Syncline, Umadb  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
SERVERS = (Syncline, Redis, Postgres, Umadb)
DATA_BYTES = 300
BATCH = 100
# Batches keep a server busy from fewer connections; more of them only wait longer.
CASES = (("One event a request", 64, 1), (f"{BATCH} events a request", 8, BATCH))
APPEND_CASES = (
    ("no id given, no projection", []),
    ("ids of the producer, history folded", ["--ids", "--history"]),
)


class Plan:
    def __init__(self, quick):
        self.rounds = 3 if quick else 5
        self.seconds = 1 if quick else 3
        self.warmup = 0.3 if quick else 1
        self.append_pairs = 5 if quick else 11
        self.append_events = 20_000
        self.end = time.monotonic() + (120 if quick else 600)

    def left(self):
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("out of time; the machine is too slow or too busy for this plan")
        return left


def settle():
    """What others left in the page cache reaches the disk before a measurement, not during it."""
    os.sync()


class FsyncProbe:
    """fdatasync of 4 KiB appended to a file, between the rounds of the same run."""

    def __init__(self, folder):
        self.path = folder / "fsync"
        self.times = []

    def sample(self, count=100):
        with open(self.path, "wb", buffering=0) as file:
            for _ in range(count):
                file.write(b"x" * 4096)
                begin = time.perf_counter()
                os.fdatasync(file.fileno())
                self.times.append((time.perf_counter() - begin) * 1e6)
        self.path.unlink()

    def text(self):
        cuts = statistics.quantiles(self.times, n=100)
        return f"fdatasync of 4 KiB: p50 {cuts[49]:.0f} µs, p99 {cuts[98]:.0f} µs"


def run_load(binaries, server, clients, batch, plan):
    settle()
    program, *words = server.load(batch)
    command = [binaries / program, *words, "--port", str(server.port),
               "--clients", str(clients), "--size", str(DATA_BYTES), "--warmup", str(plan.warmup),
               "--seconds", str(plan.seconds), "--server", str(server.pid)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                            env={**os.environ, **server.env}, timeout=plan.left()).stdout
    return json.loads(output)


def measure_servers(binaries, folder, plan, probe, clients, batch):
    runs = {server.name: [] for server in SERVERS}
    for turn in range(plan.rounds):
        probe.sample()
        first = turn % len(SERVERS)
        for kind in SERVERS[first:] + SERVERS[:first]:
            server = kind(folder)
            try:
                run = run_load(binaries, server, clients, batch, plan)
            finally:
                server.stop()
            runs[kind.name].append(run)
            print(f"{kind.name}, {clients} clients, {batch} a request: "
                  f"{run['events_per_second']:,.0f} events/s", file=sys.stderr)
    return runs


def measure_append(binaries, folder, plan, options):
    settle()
    command = [binaries / "syncline_append_bench", "--dir", folder, "--pairs",
               str(plan.append_pairs), "--events", str(plan.append_events), "--size",
               str(DATA_BYTES), *options]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                       timeout=plan.left()).stdout)
    print(f"engine / raw RocksDB {' '.join(options)}: {result['ratio']}", file=sys.stderr)
    return result


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def file_system(folder):
    return subprocess.check_output(["findmnt", "-no", "FSTYPE", "-T", folder], text=True).strip()


def commit():
    def git(*words):
        return subprocess.check_output(["git", "-C", ROOT, *words], text=True).strip()
    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def circumstances(folder, plan, probe, quick):
    return (f"`./bench/run{' --quick' if quick else ''}` at commit {commit()}: "
            f"{os.cpu_count()} cores ({processor()}), Linux {platform.release()}, "
            f"{file_system(folder)}, {probe.text()} (measured between the rounds). "
            f"{Redis.version()}, {Postgres.version()}, {Umadb.version()}. "
            f"{DATA_BYTES} bytes of data an event, "
            f"{plan.rounds} rounds of {plan.seconds} s; generator and server share the cores.")


def measure(binaries, folder, quick):
    plan = Plan(quick)
    probe = FsyncProbe(folder)
    parts = []
    cases = [(what, measure_append(binaries, folder, plan, options))
             for what, options in APPEND_CASES]
    parts.append("**Engine append against raw RocksDB**, the same bytes and commits, `sync=true`, "
                 f"{plan.append_pairs} pairs of legs in turn:\n\n" + report.append_table(cases))
    for title, clients, batch in CASES:
        runs = measure_servers(binaries, folder, plan, probe, clients, batch)
        parts.append(f"**{title}**:\n\n" + report.server_table(SERVERS, runs, clients))
    return "\n\n".join([circumstances(folder, plan, probe, quick), *parts])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binaries", type=Path)
    arguments.add_argument("--quick", action="store_true")
    options = arguments.parse_args()
    Syncline.binary = options.binaries / "syncline"
    # On a disk, which /tmp need not be, and where PostgreSQL's user gets through.
    folder = Path(tempfile.mkdtemp(prefix="syncline-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        text = measure(options.binaries, folder, options.quick)
    finally:
        shutil.rmtree(folder)
    print(text)
    if not options.quick:
        report.write_between(PAGE, "results", text)


if __name__ == "__main__":
    main()
