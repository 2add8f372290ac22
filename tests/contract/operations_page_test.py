"""docs/operations.md is held against the program: its table has each figure of /metrics, and no
other."""

import http.client
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/operations.md"


def test_each_metric_is_in_the_page(fresh_server):
    # A figure with labels is there once something was counted under it.
    refused = http.client.HTTPConnection(fresh_server.host, fresh_server.port)
    refused.putrequest("GET", "/healthz", skip_host=True)  # RFC 9112, 3.2
    refused.endheaders()
    assert refused.getresponse().status == 400
    fresh_server.get("/healthz")
    fresh_server.get("/nowhere")
    text = fresh_server.get("/metrics").body.decode()
    answered = set(re.findall(r"^# TYPE (\S+) ", text, re.M))
    in_page = set(re.findall(r"^\| `((?:syncline|process)_\w+)` \|", PAGE.read_text(), re.M))
    assert answered and in_page == answered
