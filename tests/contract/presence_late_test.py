"""Deadlines that nobody wrote down in time, because the server was not there."""

import time

from presence_client import PresenceStream, beat, event_at, get, modules
from running_server import wait_for
from sessions_client import instant, iso

EXPIRY = {"SYNCLINE_PRESENCE_EXPIRY": "2s"}


def history(server, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return get(server, f"/api/stats/history?{words}", token=False)


def test_who_lapsed_while_the_server_was_down(server_on):
    server = server_on(env=EXPIRY)
    first, second = beat(server, "A", "pms"), beat(server, "B", "ih")
    begin, last = (event_at(server, said["position"])["receivedtime"] for said in (first, second))
    with PresenceStream(server, "reader") as stream:
        stream.snapshot()
        token = stream.last_event_id
    server.kill()
    end = instant(last) + 2.5
    wait_for(lambda: time.time() > end, what="both deadlines pass")
    server = server_on(server.data, env=EXPIRY)
    now = modules(server)  # the first answer there is
    assert now["procurement"]["activeNow"] == now["innovation"]["activeNow"] == 0
    assert now["procurement"]["totalUsers"] == now["innovation"]["totalUsers"] == 1

    asked = {"from": begin, "to": iso(end), "step": "1s"}
    at_once = history(server, **asked)
    assert [point["activeNow"] for point in at_once["points"][1:]] == [2, 2, 0][:len(
        at_once["points"]) - 1]
    assert at_once["peak"] == {"value": 2, "time": last}
    assert at_once["averageSessionSeconds"] == 2
    assert at_once["distribution"] == {"pms": 0.5, "ih": 0.5}
    for module, entered in (("pms", begin), ("ih", last)):
        alone = history(server, module=module, **asked)
        assert alone["peak"] == {"value": 1, "time": entered}
        assert alone["averageSessionSeconds"] == 2

    with PresenceStream(server, "reader", last_event_id=token) as stream:
        for user, module, entered in (("A", "pms", begin), ("B", "ih", last)):
            change = stream.change()
            assert (change["user"], change["module"]) == ({"id": user, "action": "expired"}, module)
            assert change["timestamp"] == iso(instant(entered) + 2)
    written = get(server, "/v1/events?type=presence.expired")["events"]
    assert [event["subject"] for event in written] == ["presence/A", "presence/B"]
    assert all(instant(event["receivedtime"]) > end for event in written), "late, as it should be"
    assert history(server, **asked) == at_once
    assert modules(server) | {"timestamp": None} == now | {"timestamp": None}
