"""A real server for the contract tests, started from the binary in SYNCLINE_BIN (default: the
release build).

`server` is shared by the whole session: a test on it must not mind what others wrote.
`fresh_server` is one of the test's own, with an empty log. Both are stopped with SIGTERM and must
end with 0. Tests that restart a server take `server_on(folder, …)`.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
from running_server import RunningServer  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = RunningServer(tmp_path_factory.mktemp("shared") / "data")
    yield running
    running.stop()


@pytest.fixture
def fresh_server(tmp_path):
    running = RunningServer(tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture
def server_on(tmp_path):
    """server_on(folder=<a temporary one>, options=[…], env={…}) starts one more; any number."""
    started = []

    def start(folder=None, **options):
        started.append(RunningServer(folder or tmp_path / "data", **options))
        return started[-1]

    yield start
    for running in started:
        if running.alive():
            running.stop()
