"""`syncline log export`, `log import` and `log diff`: a log is made again from what was exported,
byte for byte; what is cut, altered or foreign is refused with its line; no half log ever serves."""

import base64
import json
import os
import shutil
import signal
import subprocess

import pytest

from cli_runner import DONE, FAILED, FOUND_WRONG, USAGE, crc32c, refused_start, run, sync
from running_server import default_binary

BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(number, **more):
    return {"specversion": "1.0", "source": "/copy-test", "type": "note.written",
            "subject": f"note/{number % 7}", "data": {"number": number, "text": "é\n"}, **more}


def given():
    """Of each way in which an id comes with an event, one."""
    return [event(1, id="custom"), event(2, id="text", datacontenttype="text/plain", data="a b"),
            {"specversion": "1.0", "id": "binary", "source": "/copy-test", "type": "note.written",
             "data_base64": "AAH/"},
            event(4, id="0199f0c4-8a51-7b4a-9d1c-5f0e7f6a1b2c", myext="x", tracestate="a=b"),
            {"specversion": "1.0", "id": "record", "source": "/copy-test", "type": "user.updated",
             "subject": "user/1", "data": {"changes": {"b": 1, "a": 2}, "after": {"a": 2}}},
            {"specversion": "1.0", "id": "session", "source": "/copy-test",
             "type": "session.synced", "data": sync("u9", "s/9")}]


def fill(server):
    batch = [event(number) for number in range(30)] + given()
    answer = server.post("/v1/events", json.dumps(batch), headers=BATCH)
    assert answer.status == 200, answer
    for user in ("u1", "u2"):
        server.post("/api/centcom/sessions/sync", sync(user, "s/1"), token=False)


@pytest.fixture
def filled(fresh_server):
    fill(fresh_server)
    return fresh_server


def where(server, side):
    return ["--data", server.data] if side == "offline" else ["--server", server.url]


def export(server, to, *words, side="offline"):
    done = run("log", "export", *where(server, side), "--output", to, *words, "--json",
               token=server.token)
    return done.json()


def answers_again(server):
    """The events again as they were posted, each answered as a repeat or as a conflict."""
    repeats = server.post("/v1/events", json.dumps(given()), headers=BATCH).json()["results"]
    changed = [{**each, "time": "2025-01-01T00:00:00Z"} for each in given()]
    conflicts = server.post("/v1/events", json.dumps(changed), headers=BATCH).json()["results"]
    return ([(each["position"], each["duplicate"]) for each in repeats],
            [(each["code"], each["detail"]) for each in conflicts])


@pytest.mark.parametrize("side", ["offline", "online"])
@pytest.mark.parametrize("name", ["all.ndjson", "all.ndjson.zst", "all.frames", "all.frames.zst"])
def test_an_import_is_the_log_that_was_exported(filled, server_on, tmp_path, name, side):
    words = ["--format", "frames"] if ".frames" in name else []
    file = tmp_path / name
    summary = export(filled, file, *words, side=side)
    status = filled.get("/v1/status").json()
    head = status["head"]
    assert summary == {"output": str(file), "format": words[1] if words else "ndjson",
                       "log": status["log"]["identity"], "from": 1, "to": head["position"],
                       "events": head["position"]}
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("all")] == [name]
    answers = answers_again(filled)
    assert all(duplicate for _, duplicate in answers[0]), answers
    assert all("already, with another content" in detail for _, detail in answers[1]), answers
    views = run("views", "digest", "--data", filled.data).out
    filled.stop()

    copy = tmp_path / "copy"
    made = run("log", "import", file, "--data", copy, "--json").json()
    assert made == {"data": str(copy), "log": status["log"]["identity"], "node": "a",
                    "events": head["position"], "head": head}
    assert run("log", "head", "--data", copy, "--json").json() == {
        **head, "identity": status["log"]["identity"]}
    assert run("log", "verify", "--data", copy, "--json").json()["ok"]
    assert run("views", "digest", "--data", copy).out == views
    assert run("log", "diff", filled.data, copy).code == DONE
    served = server_on(copy)
    assert served.get("/v1/status").json()["head"] == head
    assert answers_again(served) == answers


def test_the_deepest_data_that_is_taken_is_imported_again(fresh_server, tmp_path):
    """The event around them is one level more, of the 64 that are read."""
    binary = {"ce-specversion": "1.0", "ce-type": "t", "ce-source": "/s",
              "Content-Type": "application/json"}
    structured = {"Content-Type": "application/cloudevents+json"}

    def deep(depth):
        return "[" * depth + "]" * depth

    def session(depth):
        return json.dumps({**sync("u", "s"), "own": "@"}).replace('"@"', deep(depth - 1))

    def one(depth):
        return json.dumps(event(1, data="@")).replace('"@"', deep(depth))

    def answers(depth):
        return [fresh_server.post("/v1/events", deep(depth), headers=binary),
                fresh_server.post("/v1/events", one(depth), headers=structured),
                fresh_server.post("/api/centcom/sessions/sync", session(depth), token=False)]

    assert [each.status for each in answers(63)] == [201, 201, 200]
    head = fresh_server.head()
    for refused in answers(64):
        assert refused.status == 400 and b"nested deeper than 6" in refused.body, refused
    assert fresh_server.head() == head
    shown = [run("replay", *where(fresh_server, side), "--to-stdout", token=fresh_server.token)
             for side in ("online", "offline")]
    assert [len(each.lines()) for each in shown] == [head, head]
    for form in ("ndjson", "frames"):
        file, copy = tmp_path / form, tmp_path / f"{form}-copy"
        export(fresh_server, file, "--format", form)
        assert run("log", "import", file, "--data", copy).code == DONE
        assert run("log", "diff", fresh_server.data, copy).code == DONE
        assert run("log", "verify", "--data", copy).code == DONE


def test_events_alone_are_what_the_pages_say(filled):
    page = filled.get("/v1/events?after=0&limit=1000").json()["events"]
    for side in ("offline", "online"):
        at = where(filled, side)
        assert run("log", "export", *at, "--format", "events", token=filled.token).lines() == page
        framed = run("log", "export", *at, token=filled.token).exported()
        for line, plain in zip(framed, page, strict=True):
            frame = base64.b64decode(line.pop("frame"), validate=True)
            assert frame[140 + 32:140 + 64].hex() == plain["hash"]
            assert (line.pop("logid"), line.pop("lognode")) != ("", "")
            assert line.pop("idgiven") == (plain["source"] == "/copy-test" and
                                           plain["id"] in [each["id"] for each in given()])
            assert line == plain
        for words in (["tail"], ["get", "2"]):
            said = run("log", *words, *at, "--json", token=filled.token)
            assert said.code == DONE and "frame" not in said.out


@pytest.mark.parametrize("words, count", [
    (["--type", "user.updated"], 1), (["--type", "note.*"], 34), (["--subject", "user/1"], 1),
    (["--subject", "session/*", "--type", "session.synced"], 3),
    (["--from", "3", "--to", "5"], 3),
    (["--source", "/nobody"], 0), (["--since", "2099-01-01T00:00:00Z"], 0),
    (["--until", "2001-01-01T00:00:00Z"], 0),
    (["--since", "2001-01-01T00:00:00Z", "--to", "7"], 7)],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "")
def test_a_filter_lets_the_same_through_offline_and_online(filled, words, count):
    offline = run("log", "export", "--data", filled.data, *words)
    online = run("log", "export", "--server", filled.url, *words, token=filled.token)
    assert offline.code == DONE and offline.out == online.out, (offline, online)
    assert len(offline.exported()) == count
    replayed = [run("replay", *where(filled, side), "--to-stdout", *words, token=filled.token)
                for side in ("offline", "online")]
    assert [len(each.lines()) for each in replayed] == [count, count], replayed
    curled = filled.get("/v1/log/export?" + "&".join(
        f"{name[2:]}={value}" for name, value in zip(words[::2], words[1::2])))
    assert curled.body.decode() == offline.out


def test_the_words_of_an_export_are_read_strictly(filled):
    for query in ("format=xml", "since=noon", "type=", "from=0"):
        assert filled.get(f"/v1/log/export?{query}").status == 400, query
    assert run("log", "export", "--data", filled.data, "--resume").code == USAGE
    assert run("log", "export", "--data", filled.data, "--format", "xml").code == USAGE
    assert run("log", "import", "x", "--data", filled.data, "--server", "y").code == USAGE
    frames = filled.get("/v1/log/export?format=frames&from=2&to=3")
    assert frames.body.startswith(b"SLFRAMES")


def lines_of(file):
    """The lines of the events, without the end."""
    *lines, end = file.read_text().splitlines(keepends=True)
    assert end == end_of(lines)
    return lines


def end_of(lines):
    """docs/log-format.md"""
    end = {"end": True, "events": len(lines), "crc32c": crc32c("".join(lines).encode())}
    return json.dumps(end, separators=(",", ":")) + "\n"


def changed(line, **members):
    """What somebody makes of a line who knows how it is written."""
    return json.dumps(json.loads(line) | members, separators=(",", ":"), ensure_ascii=False) + "\n"


def test_what_is_no_whole_export_is_refused_with_its_line(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    export(filled, file)
    good = lines_of(file)

    def frame_changed(line, change):
        fields = json.loads(line)
        frame = bytearray(base64.b64decode(fields["frame"]))
        change(frame)
        fields["frame"] = base64.b64encode(bytes(frame)).decode()
        return json.dumps(fields) + "\n"

    def flip(frame):
        frame[-1] ^= 1

    whole = end_of(good)
    idgiven = next(at for at, line in enumerate(good) if json.loads(line)["id"] == "custom")
    place = f"line {idgiven + 1}: "
    forged = [changed(line, idgiven=False) if at == idgiven else line
              for at, line in enumerate(good)]
    cases = [
        ("a gap", good[:9] + good[10:], "line 10: ", "no gaps"),
        ("twice", (twice := good[:10] + [good[3]] + good[10:]) + [end_of(twice)], None, None),
        ("cut at the end of a line", good[:10], "after 10 events", "without the line that ends"),
        ("without its end", good, f"after {len(good)} events", "without the line that"),
        ("a line lost", good[:-1] + [whole], f"line {len(good)}: ", "one is missing"),
        ("more behind it", good + [whole, good[3]], f"line {len(good) + 2}: ", "behind the end"),
        ("an id not given", forged + [end_of(forged)], place, "says that none did"),
        ("a UUIDv7 given", [changed(line, idgiven=True) for line in good] + [whole],
         f"line {len(good) + 1}: ", "was changed"),
        ("another identity", [changed(line, logid="another") for line in good] + [whole],
         f"line {len(good) + 1}: ", "was changed"),
        ("another node", [changed(line, lognode="zz") for line in good] + [whole],
         f"line {len(good) + 1}: ", "was changed"),
        ("other data", good[:9] + [changed(good[9], data={"number": -1})] + good[10:], "line 10: ",
         "has another `data` than its frame"),
        ("another subject", good[:9] + [changed(good[9], subject="note/none")] + good[10:],
         "line 10: ", "has another `subject` than its frame"),
        ("a flipped byte", good[:9] + [frame_changed(good[9], flip)] + good[10:], "line 10: ",
         "damaged"),
        ("cut in a line", good[:9] + [good[9][:-100]], "line 10: ", "cut"),
        ("another log's", good[:9] + [changed(good[9], logid="another")] + good[10:], "line 10: ",
         "of log"),
        ("no frame", good[:9] + [json.dumps(event(1)) + "\n"], "line 10: ", "has no frame"),
        ("no base64", good[:9] + [good[9].replace('"frame":"', '"frame":"*')], "line 10: ",
         "base64"),
        ("no JSON", good[:9] + ["nonsense\n"], "line 10: ", "JSON"),
        ("deep", good[:9] + ["[" * 100_000 + "\n"], "line 10: ", "JSON"),
        ("not from the first on", good[3:], "line 1: ", "no gaps"),
        ("nothing", [], "", "no event"),
    ]
    for name, lines, place, said in cases:
        wrong = tmp_path / "wrong.ndjson"
        wrong.write_text("".join(lines))
        copy = tmp_path / "wrong"
        done = run("log", "import", wrong, "--data", copy)
        if place is None:  # an event that is there already, byte for byte, is nothing new
            assert done.code == DONE, (name, done)
        else:
            assert done.code == FAILED and not done.out, (name, done)
            assert place in done.err and said in done.err, (name, done)
            assert str(wrong) in done.err, (name, done)
            if name in ("another identity", "another node"):
                assert "is half a copy of log" in run("log", "import", file, "--data", copy).err
            elif (copy / "log").exists():
                assert "half a copy" in done.err
                assert "half a copy" in refused_start("--dev", "--data", copy, "--listen",
                                                      "127.0.0.1:0")["why"]
                assert run("log", "head", "--data", copy).code == FAILED
                # The right file goes on where the wrong one ended.
                assert run("log", "import", file, "--data", copy).code == DONE
                assert run("log", "verify", "--data", copy).code == DONE
        shutil.rmtree(copy, ignore_errors=True)


def test_each_cut_of_compressed_frames_is_refused(filled, tmp_path):
    for name, words in (("all.frames", ["--format", "frames"]),
                        ("all.frames.zst", ["--format", "frames"]), ("all.zst", [])):
        file = tmp_path / name
        export(filled, file, *words)
        whole = file.read_bytes()
        for size in (0, 3, 50, len(whole) // 2, len(whole) - 1):
            (tmp_path / "cut").write_bytes(whole[:size])
            done = run("log", "import", tmp_path / "cut", "--data", tmp_path / "c")
            assert done.code == FAILED, (name, size, done)
            shutil.rmtree(tmp_path / "c", ignore_errors=True)


def test_an_import_takes_an_empty_folder_alone(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    export(filled, file)
    for name in ("acked", "foreign"):
        (tmp_path / name).mkdir()
    (tmp_path / "acked" / "log.acked").touch()
    (tmp_path / "foreign" / "notes.txt").touch()
    for folder, has in ((filled.data, ""), (tmp_path / "acked", "it has log.acked"),
                        (tmp_path / "foreign", "it has notes.txt")):
        done = run("log", "import", file, "--data", folder)
        assert done.code == FAILED and "choose an empty folder" in done.err, done
        assert has in done.err
    assert [each.name for each in (tmp_path / "foreign").iterdir()] == ["notes.txt"]
    assert run("log", "import", tmp_path / "none", "--data", tmp_path / "x").code == FAILED
    assert not (tmp_path / "x").exists()


def interrupted(words, after, env=None):
    """Runs the words, sends SIGINT when `after` is there, and gives back code and stderr."""
    process = subprocess.Popen([default_binary(), *map(str, words)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=os.environ | (env or {}))
    try:
        while process.poll() is None and not after():
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, err.decode()


def test_an_import_that_was_stopped_goes_on(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    export(filled, file)
    copy = tmp_path / "copy"
    words = ["log", "import", file, "--data", copy]
    code, err = interrupted([*words, "--rate", "2KiB"], (copy / "log" / "CURRENT").exists)
    assert code == FAILED and "the same command goes on" in err, err
    assert run("log", "head", "--data", copy).code == FAILED
    assert run(*words).code == DONE
    assert run("log", "diff", filled.data, copy).code == DONE


def test_events_are_appended_as_new_ones_once(filled, server_on, tmp_path):
    file = tmp_path / "all.ndjson.zst"
    export(filled, file)
    head = filled.head()
    reserved = len([each for each in filled.get("/v1/events?after=0&limit=1000").json()["events"]
                    if each["type"] == "config.applied"])
    other = tmp_path / "other"
    first = run("log", "import", file, "--data", other, "--as-new", "--json").json()
    assert (first["appended"], first["repeats"], first["left_out"]) == (head - reserved, 0,
                                                                        reserved)
    again = run("log", "import", file, "--data", other, "--as-new", "--json").json()
    assert (again["appended"], again["repeats"]) == (0, head - reserved)
    assert again["head"] == first["head"]
    assert run("log", "verify", "--data", other).code == DONE
    served = server_on(other)
    repeats, conflicts = answers_again(served)
    assert all(duplicate for _, duplicate in repeats), repeats
    assert len(conflicts) == len(given())


def test_two_logs_are_told_apart(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    export(filled, file)
    short = tmp_path / "short.frames.zst"
    export(filled, short, "--to", "20", "--format", "frames")
    last = filled.head()
    for pair in ((filled.data, filled.url), (filled.data, file), (file, filled.url),
                 (file, file)):
        same = run("log", "diff", *pair, "--json", token=filled.token).json()
        assert (same["equal_up_to"], same["parts_at"]) == (last, None), (pair, same)
    for pair in ((filled.data, short), (short, filled.url), (short, file)):
        prefix = run("log", "diff", *pair, token=filled.token)
        assert prefix.code == DONE and "equal up to 20" in prefix.out, prefix
        assert f"goes on to {last}" in prefix.out, prefix
    # Another history behind event 20.
    copy = tmp_path / "copy"
    assert run("log", "import", short, "--data", copy).code == DONE
    assert run("log", "import", file, "--data", copy, "--as-new").code == DONE
    for pair in ((copy, filled.data), (filled.url, copy), (file, copy), (copy, file)):
        parted = run("log", "diff", *pair, token=filled.token)
        assert parted.code == FOUND_WRONG and "part at event 21" in parted.out, (pair, parted)
    assert run("log", "diff", tmp_path / "none", copy).code == FAILED
