"""The file that `log export` or `replay` writes: whole or not there, by one process at a time, gone
on with after Ctrl-C and after a kill; what is no file is never replaced."""

import json
import os
import signal
import subprocess

import pytest

from cli_runner import DONE, FAILED, Running, run
from running_server import default_binary, wait_for

EVENTS = 40


@pytest.fixture
def filled(fresh_server):
    batch = [{"specversion": "1.0", "source": "/file-test", "type": "note.written", "id": f"n{n}",
              "data": {"n": n, "text": "é\n"}} for n in range(EVENTS)]
    answer = fresh_server.post("/v1/events", json.dumps(batch), headers={
        "Content-Type": "application/cloudevents-batch+json"})
    assert answer.status == 200, answer
    return fresh_server


@pytest.mark.parametrize("name", ["all.ndjson", "all.frames", "all.ndjson.zst"])
def test_an_export_that_was_killed_goes_on(filled, tmp_path, name):
    words = ["log", "export", "--data", filled.data, "--output", tmp_path / name]
    words += ["--format", "frames"] if name == "all.frames" else []
    note = tmp_path / (name + ".part.json")
    with Running(*words, "--rate", "2KiB") as killed:
        wait_for(note.exists, what="the export has begun")
        killed.process.kill()
        killed.ended()
    assert not (tmp_path / name).exists()
    assert run(*words, "--resume").code == DONE
    assert [each.name for each in tmp_path.glob("all*")] == [name]
    assert run("log", "import", tmp_path / name, "--data", tmp_path / "copy").code == DONE


def test_one_at_a_time_writes_a_file(filled, tmp_path):
    file, told = tmp_path / "all.ndjson", tmp_path / "told"
    words = ["log", "export", "--data", filled.data, "--output", file]
    replay = ["replay", "--data", filled.data, "--to-file", told]
    with (Running(*words, "--rate", "2KiB") as first,
          Running(*replay, "--speed", "1/s") as telling):
        wait_for((tmp_path / "all.ndjson.part.json").exists, what="the first has begun")
        wait_for((tmp_path / "told.part").exists, what="the replay has begun")
        for more, name in ((words, file), ([*words, "--resume"], file), (replay, told)):
            second = run(*more)
            assert second.code == FAILED and not second.out, second
            assert f"{name}.part is being written by another process" in second.err, second
        assert first.interrupt().code == FAILED and telling.interrupt().code == FAILED
    assert run(*words, "--resume").code == DONE and run(*replay).code == DONE
    assert run("log", "import", file, "--data", tmp_path / "copy").code == DONE
    assert len(told.read_text().splitlines()) == filled.head()
    assert not list(tmp_path.glob("*.part*"))


def test_what_is_no_file_is_not_replaced(filled, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    before = {each.name for each in tmp_path.iterdir()}
    for verb, option in ((["log", "export"], "--output"), (["replay"], "--to-file")):
        for name in ("pipe", "folder"):
            done = run(*verb, "--data", filled.data, option, tmp_path / name)
            assert done.code == FAILED and not done.out, done
            said = "is a folder; name a file in it" if name == "folder" else "--to-stdout"
            assert said in done.err, done
    assert {each.name for each in tmp_path.iterdir()} == before
    # A link is written through, one that points to nothing yet, too.
    (tmp_path / "there").write_text("old")
    for link, target in (("link", "there"), ("dangling", "folder/fresh"), ("second", "dangling")):
        (tmp_path / link).symlink_to(target)
        for verb, option in ((["log", "export"], "--output"), (["replay"], "--to-file")):
            assert run(*verb, "--data", filled.data, option, tmp_path / link).code == DONE
            assert (tmp_path / link).is_symlink()
            lines = (tmp_path / link).resolve().read_text().splitlines()
            assert len(lines) == filled.head() + (verb[0] == "log")
    assert not list(tmp_path.rglob("*.part*"))


def test_a_full_disk_leaves_what_was_whole(filled, tmp_path):
    """A limit on the size of a file stands for it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for size in (100, 10_000):
        for verb, option in ((["log", "export"], "--output"), (["replay"], "--to-file")):
            words = [default_binary(), *verb, "--data", filled.data, option, tmp_path / "full"]
            done = subprocess.run(["prlimit", f"--fsize={size}", *words], capture_output=True,
                                  timeout=60, restore_signals=False)
            assert done.returncode == FAILED, (size, done)
            assert b"could not be written: File too large" in done.stderr, (size, done)
    assert not list(tmp_path.glob("full*"))


@pytest.mark.parametrize("name", ["all.ndjson", "all.frames", "all.ndjson.zst"])
def test_an_export_that_was_stopped_goes_on(filled, tmp_path, name):
    words = ["log", "export", "--data", filled.data, "--output", tmp_path / name]
    words += ["--format", "frames"] if name == "all.frames" else []
    assert run(*words).code == DONE
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    part = tmp_path / (name + ".part")
    with Running(*words, "--rate", "2KiB") as exporting:
        wait_for(part.exists, what="the export has begun")
        stopped = exporting.interrupt()
    assert stopped.code == FAILED and "--resume goes on from event" in stopped.err, stopped
    assert part.exists() and not (tmp_path / name).exists()
    other = run(*words, "--resume", "--type", "note.written")
    assert other.code == FAILED and "ask for the same" in other.err, other
    with part.open("ab") as torn:
        torn.write(b"what a crash left")
    assert run(*words, "--resume").code == DONE
    made = (tmp_path / name).read_bytes()
    if name.endswith(".zst"):
        assert run("log", "import", tmp_path / name, "--data", tmp_path / "copy").code == DONE
    else:
        assert made == whole
    assert not part.exists() and not (tmp_path / (name + ".part.json")).exists()
    nothing = run(*words, "--resume")
    assert nothing.code == FAILED and "there is no part" in nothing.err, nothing
