"""300 bodies that are not what they should be: each is answered 4xx as a problem, and nothing of
them is written. Made from a fixed seed, which is printed."""

import json
import random

SEED = 4
VALID = {"specversion": "1.0", "id": "m", "type": "order.paid", "source": "/shop",
         "subject": "order/1", "time": "2025-09-18T22:29:30Z", "data": {"a": [1, 2.5, "é", None]}}
TEXTS = ["specversion", "id", "type", "source", "subject", "time", "datacontenttype", "dataschema"]
NOT_TEXTS = [0, -1, 1.5, True, False, [], {}, ["x"], {"x": 1}]
BROKEN_TOKENS = ["nul", "tru", "+1", "01", "1.", ".5", "1e", "NaN", "Infinity", "'x'", "x", "\"",
                 "\"\\u12\"", "\"\\x\"", "\"\\ud800\"", "[1,]", "{\"a\":}", "{,}", "[", "{", "]",
                 "\"a\tb\"", "/**/1", "1 2", ""]


def cut_short(rng):
    text = json.dumps(VALID, ensure_ascii=False).encode()
    return text[:rng.randrange(len(text))]


def broken_token(rng):
    text = json.dumps({**VALID, "data": "@"})
    return text.replace('"@"', rng.choice(BROKEN_TOKENS)).encode()


def bad_utf8(rng):
    bad = rng.choice([b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80"])
    return json.dumps(VALID | {"data": "@"}).encode().replace(b"@", bad)


def more_behind(rng):
    return json.dumps(VALID).encode() + rng.choice([b"}", b"]", b",", b"1", b"{}", b"\x00", b"\""])


def name_twice(rng):
    name = rng.choice(sorted(VALID))
    return (json.dumps(VALID)[:-1] + f", {json.dumps(name)}: {json.dumps(VALID[name])}}}").encode()


def too_deep(rng):
    depth = rng.randrange(65, 3000)
    return json.dumps(VALID | {"data": "@"}).replace('"@"', "[" * depth + "]" * depth).encode()


def wrong_kind(rng):
    return json.dumps({**VALID, rng.choice(TEXTS): rng.choice(NOT_TEXTS)}).encode()


def wrong_text(rng):
    name = rng.choice(TEXTS)
    bad = rng.choice(["", "x" * 513, "a\u0000b", "a\nb", "a\u007fb", "a\u0085b"])
    return json.dumps({**VALID, name: bad}).encode()


def missing(rng):
    without = rng.choice(["specversion", "type", "source"])
    return json.dumps({k: v for k, v in VALID.items() if k != without}).encode()


def bad_extension(rng):
    name = rng.choice(["Upper", "under_score", "dash-ed", "é", "", "a b", "fine"])
    value = rng.choice([1.5, 2**31, {}, [], {"a": 1}]) if name == "fine" else "x"
    return json.dumps({**VALID, name: value}).encode()


def no_event(rng):
    return json.dumps(rng.choice([None, True, 1, "x", [], [VALID], {}])).encode()


def bad_known_data(rng):
    kind, data = rng.choice([
        ("session.synced", {}), ("session.synced", {"user_id": "u"}), ("session.synced", "x"),
        ("session.synced", {"user_id": "", "session_data": {"session_id": "e"}}),
        ("session.synced", {"user_id": "u", "session_data": {"session_id": "e", "status": "on"}}),
        ("presence.beat", {"userId": "1"}), ("enrollment.created", {"changes": []}),
        ("task.progressed", {"progress": 2}), ("room.limbic_updated", {"trust": "high"}),
        ("session.expired", {}), ("config.applied", {})])
    made = {**VALID, "type": kind, "data": data}
    del made["subject"]
    return json.dumps(made).encode()


FAMILIES = [cut_short, broken_token, bad_utf8, more_behind, name_twice, too_deep, wrong_kind,
            wrong_text, missing, bad_extension, no_event, bad_known_data]


def test_300_malformed_bodies(fresh_server):
    print("seed", SEED)
    rng = random.Random(SEED)
    head = fresh_server.head()
    for i in range(300):
        family = FAMILIES[i % len(FAMILIES)]
        body = family(rng)
        answer = fresh_server.post("/v1/events", body,
                                   headers={"Content-Type": "application/cloudevents+json"})
        said = f"{i} {family.__name__} {body[:200]!r}: {answer}"
        assert 400 <= answer.status < 500, said
        assert answer.headers["content-type"] == "application/problem+json", said
        assert answer.json()["status"] == answer.status, said
        # The same as the last of an atomic batch, and as a line behind a good one.
        good = json.dumps({**VALID, "id": f"good{i}"}).encode()
        batch = fresh_server.post("/v1/events?atomic=true", b"[" + good + b"," + body + b"]",
                                  headers={"Content-Type": "application/cloudevents-batch+json"})
        assert 400 <= batch.status < 500, f"as a batch: {said} {batch}"
    assert fresh_server.head() == head
    # And the server is well: the event that all of them were made from is taken.
    answer = fresh_server.post("/v1/events", json.dumps(VALID),
                               headers={"Content-Type": "application/cloudevents+json"})
    assert answer.status == 201 and answer.json()["position"] == head + 1
