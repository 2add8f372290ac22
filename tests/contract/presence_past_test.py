"""Who was in which module then: `?at=` of modules and viewers."""

from presence_client import beat, clear, get, login, modules, viewers
from running_server import wait_for
from sessions_client import instant, iso


def modules_at(server, at):
    return get(server, f"/api/stats/modules?at={at}", token=False)


def viewers_at(server, resource, at):
    return server.get(f"/api/presence/{resource}?at={at}", headers=login(server, "reader")).json()


def counts(answer):
    return {module: figures["activeNow"] for module, figures in answer.items()
            if isinstance(figures, dict)}


def test_modules_and_viewers_as_of_each_position(fresh_server):
    server = fresh_server
    said = {}
    for step in (lambda: beat(server, "A", "pms", resource="r"), lambda: beat(server, 7, "ih"),
                 lambda: beat(server, "A", "ih", resource="r"), lambda: clear(server, "A")):
        step()
        said[server.head()] = (modules(server), viewers(server, "r"))
    for position, (then, there) in said.items():
        answer = modules_at(server, position)
        assert answer.pop("position") == position
        as_of = answer.pop("asOf")  # to the microsecond, where there is one
        assert as_of[:23] == answer.pop("timestamp")[:23]
        assert modules_at(server, as_of)["position"] == position
        assert answer == {name: value for name, value in then.items() if name != "timestamp"}
        answer = viewers_at(server, "r", position)
        assert (answer["viewers"], answer["position"]) == (there, position)
    assert [counts(then)["procurement"] for then, _ in said.values()] == [1, 1, 0, 0]
    assert [len(there) for _, there in said.values()] == [1, 1, 1, 0]
    before = modules_at(server, "2001-01-01T00:00:00Z")
    assert before["position"] == 0 and sum(counts(before).values()) == 0


def test_who_had_lapsed_then_does_not_count(server_on):
    """A time between the deadline and the event that says so, and one just before it."""
    server = server_on(env={"SYNCLINE_PRESENCE_EXPIRY": "1s"})
    sent = beat(server, "A", "pms")["timestamp"]
    wait_for(lambda: get(server, "/v1/events?type=presence.expired")["events"],
             what="the expiry is written")
    expired = get(server, "/v1/events?type=presence.expired")["events"][0]
    deadline = iso(instant(expired["data"]["deadline"]) + 0.002)  # shown cut to a millisecond
    assert counts(modules_at(server, sent))["procurement"] == 1
    assert counts(modules_at(server, deadline))["procurement"] == 0
    assert counts(modules_at(server, expired["position"]))["procurement"] == 0
    assert modules_at(server, deadline)["procurement"]["totalUsers"] == 1


def test_an_instant_that_has_not_been_is_refused_as_clients_know_it(fresh_server):
    answer = fresh_server.get("/api/stats/modules?at=2999-01-01T00:00:00Z", token=False)
    assert answer.status == 404 and list(answer.json()) == ["error"]
    answer = fresh_server.get("/api/stats/modules?at=yesterday", token=False)
    assert answer.status == 400 and list(answer.json()) == ["error"]
