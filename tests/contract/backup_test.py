"""`syncline backup create|list|verify|restore`, on a folder and beside a running server: what was
acknowledged before is in it, a restored log is the same log, an altered backup is found. (Files
that are shared, and ends in the middle: engine/backup/*_test.cc.)"""

import fcntl
import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from cli_runner import DONE, FAILED, FOUND_WRONG, USAGE, Running, refused_start, run
from running_server import wait_for

BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def append(server, count, source="/backup-test"):
    """The position of the last one, once it is acknowledged."""
    batch = [{"specversion": "1.0", "source": source, "type": "note.written", "subject": "note/1",
              "data": {"n": n}} for n in range(count)]
    answer = server.post("/v1/events", json.dumps(batch), headers=BATCH)
    assert answer.status == 200, answer
    return server.head()


@pytest.fixture
def serving(server_on, tmp_path):
    return server_on(env={"SYNCLINE_LOG_BACKUPS": str(tmp_path / "backups")})


def test_beside_a_server_that_appends(serving, tmp_path):
    append(serving, 50)
    enough = threading.Event()

    def write():
        while not enough.is_set():
            append(serving, 20)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            acknowledged = serving.head()
            made = run("backup", "create", "--server", serving.url, "--json",
                       token=serving.token).json()
            assert made["position"] >= acknowledged
            assert serving.get(f"/v1/events/{made['position']}").json()["hash"] == made["hash"]
    finally:
        enough.set()
        writer.join()
    listed = run("backup", "list", "--server", serving.url, "--json", token=serving.token).json()
    assert [each["position"] for each in listed["backups"]] == sorted(
        each["position"] for each in listed["backups"])
    assert len(listed["backups"]) == 3
    assert listed == run("backup", "list", tmp_path / "backups", "--json").json()
    for each in listed["backups"]:
        seen = run("backup", "verify", tmp_path / "backups", each["id"], "--json").json()
        assert seen["ok"] and seen["events"] == each["position"]
    assert not (Path(serving.data) / "backup.links").exists()


def test_a_restored_log_is_the_same_log(serving, server_on, tmp_path):
    head = append(serving, 30)
    digests = run("views", "digest", "--server", serving.url, "--json", token=serving.token).out
    last = serving.get(f"/v1/events/{head}").json()
    serving.stop()
    made = run("backup", "create", "--data", serving.data, "--to", tmp_path / "b", "--json").json()
    assert (made["position"], made["hash"]) == (head, last["hash"])
    into = tmp_path / "restored"
    restored = run("backup", "restore", tmp_path / "b", made["id"], "--into", into, "--json").json()
    assert (restored["position"], restored["hash"]) == (head, last["hash"])
    assert restored["incarnation"] == 2
    assert run("views", "digest", "--data", into, "--json").out == digests
    again = run("backup", "restore", tmp_path / "b", made["id"], "--into", into)
    assert again.code == FAILED and "not empty" in again.err
    revived = server_on(into)
    first = revived.get(f"/v1/events/{head + 1}").json()
    assert (first["type"], first["incarnation"]) == ("log.restored", 2)
    append(revived, 1)


def test_to_a_position_equals_a_log_that_stopped_there(serving, server_on, tmp_path):
    stopped_at = append(serving, 25)
    serving.stop()
    digests = run("views", "digest", "--data", serving.data, "--json").out
    head = run("log", "head", "--data", serving.data, "--json").json()
    serving = server_on(serving.data, env={"SYNCLINE_LOG_BACKUPS": str(tmp_path / "backups")})
    append(serving, 40)
    made = run("backup", "create", "--server", serving.url, "--json", token=serving.token).json()
    assert made["position"] > stopped_at
    into = tmp_path / "restored"
    run("backup", "restore", tmp_path / "backups", made["id"], "--into", into, "--to", stopped_at,
        "--json").json()
    assert run("log", "head", "--data", into, "--json").json() == head
    assert run("views", "digest", "--data", into, "--json").out == digests
    assert run("log", "verify", "--data", into).code == DONE


def test_an_altered_backup_is_found_and_not_restored(serving, tmp_path):
    append(serving, 30)
    serving.stop()
    made = run("backup", "create", "--data", serving.data, "--to", tmp_path / "b", "--json").json()
    folder = tmp_path / "b" / made["id"]
    assert run("backup", "verify", tmp_path / "b", "--quick").out.startswith("ok: ")
    file = max((folder / "log").iterdir(), key=lambda each: each.stat().st_size)
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:])
    found = run("backup", "verify", tmp_path / "b", made["id"])
    assert found.code == FOUND_WRONG and file.name in found.out, found
    refused = run("backup", "restore", tmp_path / "b", made["id"], "--into", tmp_path / "r")
    assert refused.code == FAILED and file.name in refused.err, refused
    assert "half restored" in refused_start("--dev", "--data", tmp_path / "r")["why"]
    (folder / "manifest").write_text("nothing")
    listed = run("backup", "list", tmp_path / "b")
    assert listed.code == FOUND_WRONG and "damaged" in listed.out


def test_ctrl_c_and_go_on(serving, tmp_path):
    append(serving, 400)
    place = ["--server", serving.url]
    with Running("backup", "create", *place, "--rate", "1KiB", token=serving.token) as making:
        stopped = making.interrupt()
    assert stopped.code == FAILED and "goes on" in stopped.err, stopped
    assert run("backup", "list", tmp_path / "backups").out.startswith("there is no backup")
    made = run("backup", "create", *place, "--json", token=serving.token).json()
    with Running("backup", "restore", tmp_path / "backups", made["id"], "--into", tmp_path / "r",
                 "--rate", "1KiB") as restoring:
        stopped = restoring.interrupt()
    assert stopped.code == FAILED and "goes on" in stopped.err, stopped
    assert "half restored" in refused_start("--dev", "--data", tmp_path / "r")["why"]
    run("backup", "restore", tmp_path / "backups", made["id"], "--into", tmp_path / "r",
        "--json").json()
    assert run("log", "verify", "--data", tmp_path / "r").code == DONE


def test_killed_at_any_point(serving, tmp_path):
    """What is there afterwards is whole, or refused, and the same command goes on."""
    head = append(serving, 300)
    serving.stop()
    repository = tmp_path / "b"
    create = ["backup", "create", "--data", serving.data, "--to", repository]
    for reads in range(1, 12):
        with Running(*create, "--rate", "20KiB") as making:
            grows_to(repository / "partial", reads * 2000, making)
            making.process.kill()
        for each in run("backup", "list", repository, "--json").json()["backups"]:
            assert run("backup", "verify", repository, each["id"]).code == DONE
    made = run(*create, "--json").json()
    assert made["position"] == head
    into = tmp_path / "r"
    restore = ["backup", "restore", repository, made["id"], "--into", into]
    for reads in range(1, 12):
        with Running(*restore, "--rate", "20KiB") as restoring:
            grows_to(into, reads * 2000, restoring)
            restoring.process.kill()
        if (into / "log").exists():
            break
        if into.exists():
            refused_start("--dev", "--data", into)
    else:
        assert run(*restore).code == DONE
    assert run("log", "head", "--data", into, "--json").json()["position"] == head


def grows_to(folder, size, running):
    from running_server import wait_for

    def there():
        held = 0
        for at, _, names in os.walk(folder):
            for name in names:
                try:
                    held += os.stat(os.path.join(at, name)).st_size
                except FileNotFoundError:
                    pass
        return held >= size or running.process.poll() is not None
    wait_for(there, what=f"{folder} grows to {size}")


def locked(file):
    """Whether another process has its lock."""
    with open(file, "r+b") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def test_a_second_one_is_refused_by_name(serving, tmp_path):
    append(serving, 200)
    serving.stop()
    other = tmp_path / "other"
    shutil.copytree(serving.data, other)
    repository, into = tmp_path / "backups", tmp_path / "into"
    words = ["backup", "create", "--to", repository, "--rate", "20KiB", "--data"]
    with Running(*words, serving.data) as first:
        wait_for((repository / "partial" / "log").exists, what="the first has begun")
        assert locked(repository / "LOCK") and locked(Path(serving.data) / "log" / "LOCK")
        second = run(*words, other)
        assert second.code == FAILED and not second.out, second
        assert f"{repository} is in use by process {first.process.pid}" in second.err
        assert first.ended().code == DONE
    made, = (each.name for each in repository.iterdir() if each.name.startswith("2"))
    words = ["backup", "restore", repository, made, "--into", into, "--rate", "20KiB"]
    with Running(*words) as first:
        wait_for((into / "restoring" / "log").exists, what="the first has begun")
        for more in ([], ["--to", "7"]):
            second = run(*words, *more)
            assert second.code == FAILED and not second.out, second
            assert f"restoring is in use by process {first.process.pid}" in second.err, second
        assert first.ended().code == DONE
    assert run("log", "verify", "--data", into).code == DONE
    (tmp_path / "file").touch()
    listed = run("backup", "list", tmp_path / "file")
    assert listed.code == FAILED and f"there is no folder {tmp_path}/file" in listed.err, listed


def test_what_is_refused(serving, server_on, tmp_path):
    append(serving, 1)
    busy = run("backup", "create", "--data", serving.data, "--to", tmp_path / "b")
    assert busy.code == FAILED and "in use by process" in busy.err
    assert "--server http://HOST:PORT for --data" in busy.err
    (tmp_path / "empty").mkdir()
    assert run("backup", "list", tmp_path / "empty").out == \
        f"there is no backup in {tmp_path / 'empty'}\n"
    nowhere = server_on(tmp_path / "other")
    refused = run("backup", "create", "--server", nowhere.url, token=nowhere.token)
    assert refused.code == FAILED and "log.backups" in refused.err
    assert run("backup", "list", tmp_path / "none").code == FAILED
    assert run("backup", "verify", tmp_path).code == FAILED
    for words in (["create", "--data", "d"], ["create", "--server", "http://h:1", "--to", "x"],
                  ["list"], ["verify"], ["restore", "x", "y"], ["list", "x", "--server", "y"]):
        assert run("backup", *words).code == USAGE, words
