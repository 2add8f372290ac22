"""What grows with the log: `growth.py BIN [--sizes 100000,1000000,10000000]`.

One log is filled over HTTP, size after size. At each: appends (single events, 64 clients), the time
a server takes to start, after a clean stop and after kill -9 under load, and the time it takes to
build all views anew, against a plain RocksDB scan of the same events. Called by bench/run --growth.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))
import report  # noqa: E402
from running_server import RunningServer  # noqa: E402

PAGE = Path(__file__).resolve().parents[2] / "docs/performance.md"
DATA_BYTES = 300
FILL_BATCH = 100
APPEND_SECONDS = 3
STARTS = 5  # of each kind
BUILDS = 5


class Growth:
    def __init__(self, binaries, folder):
        self.binaries = binaries
        self.data = folder / "data"

    def server(self):
        return RunningServer(self.data, binary=str(self.binaries / "syncline"))

    def load(self, server, *words, background=False):
        command = [self.binaries / "syncline_load", "--protocol", "http", "--port",
                   str(server.port), "--size", str(DATA_BYTES), "--server", str(server.pid), *words]
        env = {**os.environ, "SYNCLINE_TOKEN": server.token}
        if background:
            return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                         env=env).stdout)

    def fill(self, size):
        with self.server() as server:
            missing = size - server.head()
            if missing > 0:
                self.load(server, "--clients", "8", "--batch", str(FILL_BATCH), "--seconds", "3600",
                          "--events", str(missing))

    def appends(self):
        with self.server() as server:
            return [self.load(server, "--clients", "64", "--warmup", "1", "--seconds",
                              str(APPEND_SECONDS)) for _ in range(STARTS)]

    def start(self):
        """Seconds until it answers, and the server."""
        begin = time.monotonic()
        server = self.server()
        server.get("/readyz", token=False)
        return time.monotonic() - begin, server

    def clean_starts(self):
        times = []
        for _ in range(STARTS):
            took, server = self.start()
            times.append(took)
            server.stop()
        return times

    def crash_starts(self):
        """Each after a kill in the middle of appends, a second's worth of them."""
        times = []
        server = self.server()
        for _ in range(STARTS):
            load = self.load(server, "--clients", "64", "--seconds", "30", background=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                load.wait(2)
            server.kill()
            load.wait()
            took, server = self.start()
            times.append(took)
        server.stop()
        return times

    def scan(self):
        done = subprocess.run([self.binaries / "syncline_scan_bench", self.data / "log"],
                              check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)

    def builds(self, plain_start):
        """(seconds of a scan, seconds of building all views), pair by pair."""
        pairs = []
        for _ in range(BUILDS):
            scan = self.scan()["seconds"]
            shutil.rmtree(self.data / "views")
            took, server = self.start()
            server.stop()
            pairs.append((scan, took - plain_start))
        return pairs

    def row(self, size):
        self.fill(size)
        events = self.scan()["events"]
        clean = self.clean_starts()
        builds = self.builds(statistics.median(clean))
        crashed = self.crash_starts()
        appends = self.appends()
        p99 = [run["latency_us"]["p99"] / 1000 for run in appends]
        rates = [run["events_per_second"] for run in appends]
        ratios = [scan / build for scan, build in builds]
        print(f"{size:,}: p99 {p99}, clean {clean}, crashed {crashed}, builds {builds}",
              file=sys.stderr)
        return (f"| {events:,} | {report.spread(rates, ',.0f')} | {report.spread(p99, '.2f')} "
                f"| {report.spread(clean, '.2f')} | {report.spread(crashed, '.2f')} "
                f"| {events / statistics.median(s for s, _ in builds):,.0f} "
                f"| {events / statistics.median(b for _, b in builds):,.0f} "
                f"| {report.spread(ratios, '.2f')} |")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binaries", type=Path)
    arguments.add_argument("--sizes", default="100000,1000000,10000000")
    options = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="syncline-growth-", dir="/var/tmp"))
    try:
        growth = Growth(options.binaries, folder)
        rows = [growth.row(int(size)) for size in options.sizes.split(",")]
    finally:
        shutil.rmtree(folder)
    lines = [
        "| events in the log | appends/s, 64 clients | p99 ms | start after a clean stop, s "
        "| start after kill -9, s | RocksDB scan, events/s | all views built, events/s "
        "| built / scanned |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]
    text = "\n".join(lines)
    print(text)
    if options.sizes == arguments.get_default("sizes"):
        report.write_between(PAGE, "growth", text)


if __name__ == "__main__":
    main()
