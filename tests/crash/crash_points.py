"""A crash at each N-th sync and rename of a program: a kill, or a kill and a power cut.

A World is where that happens: a folder, which a killed process leaves in memory and a power cut on
its disk as it was synced.
"""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from harness import faulty
from loop_disk import LoopDisk

LONG = os.environ.get("SYNCLINE_RUN") == "long"
SEED = int(os.environ.get("SYNCLINE_SEED", "1"))
MEMORY = "/dev/shm"  # a killed process needs no disk
CRASHES = ("killed", "power cut")


class World:
    """To be used with `with`; `tmp_path` holds what the crash does not reach."""

    def __init__(self, crash, tmp_path):
        self.crash = crash
        self._calls = tmp_path / "calls"
        if crash == "killed":
            memory = MEMORY if os.access(MEMORY, os.W_OK) else None
            self._memory = tempfile.TemporaryDirectory(dir=memory)
            self.path, self._disk = Path(self._memory.name), None
        else:
            if LoopDisk.why_not() is not None:
                pytest.skip(str(LoopDisk.why_not()))
            self._disk = LoopDisk(tmp_path)
            self.path = self._disk.path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._disk is not None:
            self._disk.unmount()
        else:
            self._memory.cleanup()

    def run(self, words, n, only=""):
        """Crashes the program before its N-th call (0: never) on a file with `only` in its name.
        (exit code, what it said, the calls that it made)"""
        fault = f"kill:{n}" if self._disk is None else f"cut:{n}:{self.path}"
        self._calls.unlink(missing_ok=True)
        env = faulty(fault if n > 0 else "count", self._calls)
        ran = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL,
                             env=env | {"SYNCLINE_TEST_ONLY": only}, capture_output=True, text=True,
                             timeout=120)
        return ran.returncode, ran.stdout, self._calls.read_text().splitlines()

    def crash_everywhere(self, words, every, before, after, only=""):
        """The calls at which the program was ended; the power is cut once more right behind its
        end. `after` gets what it had said, and fails if what is left is not right; what `before`
        leaves is synced."""
        ended = []
        for n in range(1 + SEED % every, 10_000, every):
            before()
            if self._disk is not None:
                subprocess.run(["sync", "-f", str(self.path)], check=True)
            code, said, made = self.run(words, n, only)
            whole = code == 0 and len(made) < n
            if self._disk is not None:
                if whole:
                    self._disk.cut()
                self._disk.power_up()
            if not whole:
                # Another thread may meet the dead disk first, and RocksDB may abort it for that.
                assert code in (-signal.SIGKILL, -signal.SIGABRT) and len(made) >= n, (n, code)
                ended.append(made[n - 1])
            try:
                after(said)
            except AssertionError as e:
                pytest.fail(f"{self.crash} at {'its end' if whole else made[n - 1]}:\n{e}")
            if whole:
                return ended
        pytest.fail("it has no end")

    def figures(self, record, ended, what):
        record(f"{what} {self.crash} at a sync", sum("sync " in call for call in ended))
        record(f"{what} {self.crash} at a rename", sum("rename" in call for call in ended))
