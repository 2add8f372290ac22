"""What schemathesis cannot read out of /openapi.yaml, and where a check of its does not hold here.
Loaded by schemathesis itself (openapi_conformance_test.py), inside of its venv."""

import json
import re

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

EVENT = {"specversion": "1.0", "source": "/schemathesis", "type": "note.written"}
MODULE = re.compile("[A-Za-z0-9._-]{1,64}")
MANY = ("application/cloudevents-batch+json", "application/x-ndjson")

# A schema says of these that they are text, and a text of nothing but letters is neither.
lines = st.lists(st.text(max_size=20), max_size=5).map(
    lambda texts: "\n".join(json.dumps({**EVENT, "data": text}) for text in texts).encode())
schemathesis.openapi.media_type("application/x-ndjson", lines)
# What a page sends as it is left: a heartbeat and a session sync at once, each ignores the other.
schemathesis.openapi.media_type("text/plain", st.text(max_size=20).map(lambda page: json.dumps(
    {"module": "pms", "page": page, "user_id": "u", "session_data": {"session_id": "s"}}).encode()))


@schemathesis.hook
def map_body(context, body):
    """Of the modules that this server does not have, half become one that it has: what else is in a
    heartbeat is looked at then."""
    module = body.get("module") if isinstance(body, dict) else None
    if isinstance(module, str) and MODULE.fullmatch(module) and len(module) % 2:
        return {**body, "module": "pms"}
    return body


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False: it is none."""
    operation = case.operation.definition.raw.get("operationId")
    if isinstance(failure, AcceptedNegativeData):
        # Of many events each is refused on its own: 200, and a problem in its place.
        if operation == "appendEvents" and case.media_type in MANY and response.status_code == 200:
            return not any("code" in result for result in response.json()["results"])
    if isinstance(failure, RejectedPositiveData):
        # Which modules there are is configured.
        if operation in ("beat", "presenceHistory") and response.status_code == 400:
            if "Invalid module" in response.text:
                return False
        # `from` before `to`, and at most 1,000 steps between them: no schema can say that.
        if operation == "presenceHistory" and response.status_code == 400:
            return not any(part in response.text for part in ("must be before", "more than 1000"))
        # 1.0 is an integer to JSON Schema, and no id here: 1 would be another text for the same.
        if operation == "syncSession" and response.status_code == 400:
            ids = (case.body.get("user_id"), case.body["session_data"].get("session_id"))
            return not any(isinstance(value, float) for value in ids)
    return True
