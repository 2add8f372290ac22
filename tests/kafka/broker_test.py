"""What other tests stand on: a broker that keeps what it has when it is killed, and one that does
not answer while it is stopped or cut off."""

import shutil
import subprocess

import pytest
from running_server import wait_for


@pytest.fixture
def kcat(broker):
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")

    def ask(*words, said=""):
        return subprocess.run(["kcat", "-b", broker.address, *words], input=said, text=True,
                              capture_output=True, timeout=60)

    return ask


def read(kcat, topic):
    return kcat("-C", "-q", "-e", "-o", "beginning", "-t", topic).stdout.split()


def answers(kcat):
    return kcat("-L", "-m", "1").returncode == 0


def test_what_it_has_outlives_a_kill(broker, prefix, kcat):
    broker.make_topic(prefix)
    assert kcat("-P", "-t", prefix, said="one\ntwo\n").returncode == 0
    broker.kill()
    assert not answers(kcat)
    broker.up()
    wait_for(lambda: read(kcat, prefix) == ["one", "two"], 30, "what was written")


def test_it_can_be_stopped_and_cut_off(broker, kcat):
    for hurt in (broker.stopped, broker.cut_off):
        wait_for(lambda: answers(kcat), 30, "an answer")
        with hurt():
            assert not answers(kcat)
        wait_for(lambda: answers(kcat), 30, "an answer")
