"""A producer of events, and what its answers have in common."""

import itertools
import json

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
PROBLEM = "application/problem+json"

numbers = itertools.count(1)


def event(**more):
    return {"specversion": "1.0", "type": "order.paid", "source": "/shop", **more}


def unique(what):
    return f"{what}-{next(numbers)}"


def post(server, body, media=EVENT, query="", **options):
    if not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    headers = {"Content-Type": media, **options.pop("headers", {})}
    return server.post(f"/v1/events{query}", body, headers=headers, **options)


def append(server, **more):
    answer = post(server, event(**more))
    assert answer.status == 201, answer
    return answer.json()["position"]


def check_problem(answer, status, code, pointer=None):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["detail"] and problem["title"] and problem["type"]
    if pointer is not None:
        assert pointer in [error["pointer"] for error in problem["errors"]], problem
    return problem
