"""One broker for the whole session: what a test writes stands under a `prefix` of its own. A test
that hurts a broker leaves it up.
"""

import subprocess
import sys
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "ops"), str(ROOT / "tests/contract")]
from broker import Broker, mirror_environment  # noqa: E402
from running_server import RunningServer  # noqa: E402

CONFLUENT = "confluent-kafka==2.12.2"


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    running = Broker(tmp_path_factory.mktemp("broker"))
    yield running
    running.down()


@pytest.fixture
def prefix():
    return f"t{uuid.uuid4().hex[:8]}"


@pytest.fixture
def server_on():
    """server_on(folder, …) starts one more; any number. Those that are still there are stopped."""
    started = []

    def start(folder, **options):
        started.append(RunningServer(folder, **options))
        return started[-1]

    yield start
    for running in started:
        if running.alive():
            running.stop()


@pytest.fixture
def mirrored_server(broker, server_on, tmp_path):
    """mirrored_server(prefix) starts one that mirrors to the broker."""
    def start(prefix):
        return server_on(tmp_path / "data", env=mirror_environment(broker, prefix))

    return start


@pytest.fixture(scope="session")
def python():
    """A Python that has confluent-kafka."""
    venv = ROOT / "build/confluent"
    binary = venv / "bin/python"
    there = binary.exists() and subprocess.run([binary, "-c", "import confluent_kafka"],
                                               capture_output=True).returncode == 0
    if not there:
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        fetched = subprocess.run([binary, "-m", "pip", "-q", "--disable-pip-version-check",
                                  "install", CONFLUENT], capture_output=True, text=True)
        if fetched.returncode != 0:
            pytest.skip(f"{CONFLUENT} cannot be had from PyPI: {fetched.stderr.strip()[-200:]}")
    return binary
