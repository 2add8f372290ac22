"""`syncline replay`: events are told again, in order, once by their ids, to stdout, a file, or a
receiver that fails now and then; and the log stays as it is."""

import json

import pytest

from cli_runner import DONE, FAILED, USAGE, Running, run
from receiver import Receiver

EVENTS = 30


@pytest.fixture
def filled(fresh_server):
    kinds = ["note.even", "note.odd"]
    batch = [{"specversion": "1.0", "source": "/t", "type": kinds[n % 2], "id": f"n{n}",
              "subject": f"note/{n % 3}", "data": {"n": n}} for n in range(EVENTS)]
    answer = fresh_server.post("/v1/events", json.dumps(batch), headers={
        "Content-Type": "application/cloudevents-batch+json"})
    assert answer.status == 200, answer
    return fresh_server


@pytest.fixture(params=["--data", "--server"])
def where(request, filled):
    return [request.param, filled.data if request.param == "--data" else filled.url]


def exported(server, *words):
    return run("log", "tail", "-n", 1000, "--server", server.url, "--json",
               token=server.token).lines()


def replay(server, where, *words):
    return run("replay", *where, *words, token=server.token)


def positions(events):
    return [event["position"] for event in events]


def test_to_stdout_and_to_a_file_in_order(filled, where, tmp_path):
    everything = exported(filled)
    told = replay(filled, where, "--to-stdout")
    assert told.lines() == everything and not told.err
    some = replay(filled, where, "--to-stdout", "--from", 3, "--to", 9, "--type", "note.odd")
    assert positions(some.lines()) == [event["position"] for event in everything
                                       if 3 <= event["position"] <= 9 and
                                       event["type"] == "note.odd"]
    same = replay(filled, where, "--to-stdout", "--from", 3, "--to", 9, "--filter", "type=note.odd")
    assert same.out == some.out
    file = tmp_path / "told"
    done = replay(filled, where, "--to-file", file, "--json").json()
    assert done == {"to": str(file), "events": len(everything), "next": None}
    assert [json.loads(line) for line in file.read_text().splitlines()] == everything
    assert filled.head() == everything[-1]["position"], "a replay never touches the log"


def test_to_a_receiver_that_fails_now_and_then(filled, where, tmp_path):
    everything = exported(filled)
    headers = tmp_path / "headers"
    headers.write_text("Authorization: Bearer s3cret\nX-Tenant: a\n")

    def now_and_then(number):
        return {4: 500, 5: 503, 9: None, 12: 429, 20: 408}.get(number, 202)

    with Receiver(now_and_then) as receiver:
        done = replay(filled, where, "--to-http", receiver.url + "/in?x=1", "--header-file",
                      headers, "--json")
        assert done.json()["events"] == len(everything)
        assert receiver.once() == everything, "in order, none missing"
        assert len(receiver.taken) == len(everything), "none taken twice"
        assert len(receiver.requests) == len(everything) + 5
        for request, event, path in receiver.requests:
            assert request["x-syncline-replay"] == "true"
            assert request["content-type"] == "application/cloudevents+json"
            assert (request["authorization"], request["x-tenant"]) == ("Bearer s3cret", "a")
            assert path == "/in?x=1"
    assert "s3cret" not in done.out + done.err


def test_an_answer_that_got_lost_is_asked_for_again_with_the_same_id(filled):
    with Receiver() as receiver:
        took = receiver.taken.append

        def loses_one(number):
            if number != 3:
                return 200
            took(receiver.requests[-1][1])  # it was taken, and nobody heard of it
            return None

        receiver.answer = loses_one
        where = ["--data", filled.data]
        done = replay(filled, where, "--to-http", receiver.url)
        assert done.code == DONE, done
        everything = exported(filled)
        assert len(receiver.taken) == len(everything) + 1
        assert receiver.once() == everything


def test_retry_after_is_kept(filled):
    def asks(number):
        return (503, {"Retry-After": "1"}) if number == 1 else 200

    with Receiver(asks) as receiver:
        assert replay(filled, ["--data", filled.data], "--to", 1, "--to-http",
                      receiver.url).code == DONE
        assert receiver.waits[0] >= 1.0

    with Receiver(lambda number: (429, {"Retry-After": "86400"})) as receiver:
        later = replay(filled, ["--data", filled.data], "--to-http", receiver.url)
        assert later.code == FAILED and "asks to wait 86400 s" in later.err, later
        assert len(receiver.requests) == 1


def test_a_refusal_ends_it_and_a_cursor_goes_on(filled, where, tmp_path):
    everything = exported(filled)
    cursor = tmp_path / "cursor"
    with Receiver(lambda number: 422 if number == 8 else 200) as receiver:
        words = ["--to-http", receiver.url, "--cursor", cursor]
        refused = replay(filled, where, *words, "--json")
        assert refused.code == FAILED
        assert json.loads(refused.out) == {"to": receiver.url, "events": 7, "next": 8}
        eighth = everything[7]
        assert f"event {eighth['position']} (id {eighth['id']}) was not taken" in refused.err
        assert "422" in refused.err
        assert json.loads(cursor.read_text())["position"] == 7
        rest = replay(filled, where, *words, "--json").json()
        assert rest["events"] == len(everything) - 7
        assert receiver.taken == everything, "each once, in order"
        assert replay(filled, where, *words, "--json").json()["events"] == 0, "nothing is left"
    with Receiver() as other:
        strange = replay(filled, where, "--to-http", other.url, "--cursor", cursor)
        assert strange.code == FAILED and "another receiver" in strange.err
        assert not other.requests
        other_words = ["--to-http", other.url, "--cursor", tmp_path / "odd"]
        odd = ["--type", "note.odd"]
        assert replay(filled, where, *other_words, *odd, "--to", 9).code == DONE
        taken = len(other.taken)
        for more in ([], ["--type", "note.even"], [*odd, "--subject", "note/1"]):
            others = replay(filled, where, *other_words, *more)
            assert others.code == FAILED and "the events with `type=note.odd`" in others.err, others
        assert len(other.taken) == taken
        assert replay(filled, where, *other_words, "--filter", "type=note.odd").code == DONE
        assert other.taken == [event for event in everything if event["type"] == "note.odd"]
    kept = json.loads(cursor.read_text())
    cursor.write_text(json.dumps(kept | {"position": 1000}))
    ahead = replay(filled, where, *words)
    assert ahead.code == FAILED and "stands at event 1000, and the log ends at" in ahead.err
    assert "--from" in ahead.err and "the same command" not in ahead.err, ahead
    cursor.write_text("7\n")
    assert replay(filled, where, "--to-http", "http://127.0.0.1:9", "--cursor",
                  cursor).code == FAILED


def test_ctrl_c_ends_it_and_a_cursor_goes_on(filled, where, tmp_path):
    everything = exported(filled)
    with Receiver() as receiver:
        words = ["replay", *where, "--to-http", receiver.url, "--cursor", tmp_path / "cursor"]
        with Running(*words, "--speed", "2/s", token=filled.token) as replaying:
            filled.wait_for(lambda: len(receiver.taken) > 1)
            ended = replaying.interrupt()
        assert ended.code == FAILED and "the same command goes on" in ended.err, ended
        assert 0 < len(receiver.taken) < len(everything)
        assert run(*words, token=filled.token).code == DONE
        assert receiver.once() == everything and len(receiver.taken) == len(everything)


def test_pages_of_a_history_are_one_history(filled, where):
    """More events than one page has, with and without a range."""
    for first in range(0, 2500, 500):
        batch = [{"specversion": "1.0", "source": "/t", "type": "note.many", "id": f"m{n}",
                  "subject": "note/many"} for n in range(first, first + 500)]
        filled.post("/v1/events", json.dumps(batch), headers={
            "Content-Type": "application/cloudevents-batch+json"})
    head = filled.head()
    history = ["history", "note/many", *where, "--json"]
    whole = positions(run(*history, token=filled.token).lines())
    assert whole == list(range(head - 2499, head + 1))
    part = run(*history, "--from", head - 1800, "--to", head - 200, token=filled.token)
    assert positions(part.lines()) == list(range(head - 1800, head - 199))


def test_nobody_there_is_said(filled):
    gone = Receiver()
    with gone:
        pass
    with Running("replay", "--data", filled.data, "--to-http", gone.url) as replaying:
        said = replaying.process.stderr.readline().decode()
        ended = replaying.interrupt()
    assert said.startswith("syncline: event 1 (id "), said
    assert said.endswith("(trying again)\n") and ended.code == FAILED, (said, ended)


def test_what_it_does_not_take(filled, tmp_path):
    where = ["--data", filled.data]
    for words in ([], ["--to-stdout", "--to-file", "f"], ["--to-stdout", "--cursor", "c"],
                  ["--to-file", "f", "--header-file", "h"], ["--to-stdout", "--speed", "fast"],
                  ["--to-stdout", "--from", "0"]):
        assert replay(filled, where, *words).code == USAGE, words
    for url in ("https://127.0.0.1/", "ftp://127.0.0.1/", "http://u:p@127.0.0.1:1/", "http:///x",
                "http://127.0.0.1:1/a b"):
        refused = replay(filled, where, "--to-http", url)
        assert refused.code == FAILED and "--to-http takes" in refused.err, refused
    headers = tmp_path / "headers"
    headers.write_text("Authorization Bearer s3cret\n")
    refused = replay(filled, where, "--to-http", "http://127.0.0.1:1/", "--header-file", headers)
    assert refused.code == FAILED and "line 1" in refused.err and "s3cret" not in refused.err
    assert f"run `chmod 600 {headers}`" in refused.err
    headers.chmod(0o600)
    refused = replay(filled, where, "--to-http", "http://127.0.0.1:1/", "--header-file", headers)
    assert "chmod" not in refused.err


def test_a_range_behind_the_end_is_refused(filled, where, tmp_path):
    head = filled.head()
    made = tmp_path / "made"
    made.mkdir()
    with Receiver() as receiver:
        for target in (["--to-stdout"], ["--to-file", made / "out"],
                       ["--to-http", receiver.url], ["--to-folder", made / "cut"]):
            beyond = replay(filled, where, *target, "--to", head + 1)
            assert (beyond.code, beyond.out) == (FAILED, ""), beyond
            assert f"no event {head + 1} to end with: the log ends at {head}" in beyond.err
            assert not receiver.requests and list(made.iterdir()) == []
    beyond = replay(filled, where, "--to-stdout", "--from", head + 2)
    assert (beyond.code, beyond.out) == (FAILED, ""), beyond
    assert f"no event {head + 2} to begin with: the log ends at {head}" in beyond.err
    rest = replay(filled, where, "--to-stdout", "--from", head + 1)
    assert (rest.code, rest.out) == (DONE, ""), "all of it was told"
