"""A real broker of one's own (ops/kafka), and what can happen to one: killed, stopped, cut off.

Where it cannot run (no Java, Maven Central out of reach) whoever asks for one is skipped, and told
why.
"""

import os
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from running_server import wait_for

ROOT = Path(__file__).resolve().parents[2]
JARS = ROOT / "build/kafka/jars"
START_DEADLINE = 150  # seconds; ops/kafka gives up by itself before


def free_port():
    """One with a free one behind it, for the controller."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                return port
            except OSError:
                continue


def fetched_or_skipped():
    fetched = subprocess.run([ROOT / "ops/kafka", "jars"], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, timeout=600)
    if fetched.returncode != 0:
        pytest.skip(f"there is no broker to be had: {fetched.stderr.strip()[-200:]}")


class Broker:
    def __init__(self, data):
        fetched_or_skipped()
        self.data = Path(data)
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.up()

    def _ops(self, verb):
        ran = subprocess.run([ROOT / "ops/kafka", verb, "--port", str(self.port), "--data",
                              self.data], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, timeout=START_DEADLINE)
        assert ran.returncode == 0, ran.stderr + ran.stdout

    @property
    def pid(self):
        return int((self.data / "pid").read_text())

    def up(self):
        self._ops("up")

    def down(self):
        self._ops("down")

    def tool(self, name, *words):
        """One of org.apache.kafka.tools, which come with the broker."""
        subprocess.run(["java", "-Xmx128m", "-cp", f"{JARS}/*", f"org.apache.kafka.tools.{name}",
                        "--bootstrap-server", self.address, *map(str, words)], check=True,
                       capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def make_topic(self, name, partitions=1):
        self.tool("TopicCommand", "--create", "--topic", name, "--partitions", partitions)

    def kill(self):
        """SIGKILL. up() starts it again, with what it had."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not _alive(pid), what="the end of the broker")

    @contextmanager
    def stopped(self):
        """As a machine that hangs: connections stay, and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def cut_off(self):
        """As a cable that was pulled: packets from and to it are dropped, and nobody is told."""
        table = f"syncline_cut_{self.port}"
        rules = (f"table ip {table} {{ chain cut {{ type filter hook input priority 0; "
                 f"tcp dport {self.port} drop; tcp sport {self.port} drop; }}; }}")
        if shutil.which("nft") is None:
            pytest.skip("there is no nft to cut a broker off with: install nftables")
        made = subprocess.run(["nft", rules], capture_output=True, text=True)
        if made.returncode != 0:
            pytest.skip(f"packets cannot be dropped here: {made.stderr.strip()[:200]}")
        try:
            yield
        finally:
            subprocess.run(["nft", "delete", "table", "ip", table], check=True)


def mirror_environment(broker, prefix):
    """Of a server that mirrors to it."""
    return {"SYNCLINE_MIRROR_BROKERS": broker.address, "SYNCLINE_MIRROR_PREFIX": prefix,
            "SYNCLINE_MIRROR_PARTITIONS": "3"}


def _alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
