"""Requests about whose end two readers could come to two opinions, and lines that are no HTTP:
refused with a problem, and closed, so that nothing behind them is ever answered.
"""

import pytest

from raw_wire import EVENT, Wire, assert_refused, head, unmoved  # noqa: F401

# Lines of the head and the body: each a good append to some lenient reader.
N = len(EVENT)
CODED = "Transfer-Encoding: chunked\r\n"
CHUNKED = f"{N:x}\r\n{EVENT}\r\n0\r\n\r\n"
SMUGGLED = {
    "equal lengths": (f"Content-Length: {N}\r\nContent-Length: {N}\r\n", EVENT),
    "other lengths": (f"Content-Length: {N}\r\nContent-Length: 0\r\n", EVENT),
    "length list": (f"Content-Length: {N}, {N}\r\n", EVENT),
    "length with a sign": (f"Content-Length: +{N}\r\n", EVENT),
    "negative length": ("Content-Length: -1\r\n", EVENT),
    "hexadecimal length": (f"Content-Length: {N:#x}\r\n", EVENT),
    "length with a point": (f"Content-Length: {N}.0\r\n", EVENT),
    "length with letters": (f"Content-Length: {N}a\r\n", EVENT),
    "empty length": ("Content-Length: \r\n", EVENT),
    "huge length": ("Content-Length: 99999999999999999999\r\n", EVENT),
    "length split by space": ("Content-Length: 1 0\r\n", EVENT),
    "length and coding": (f"Content-Length: {N}\r\nTransfer-Encoding: chunked\r\n", CHUNKED),
    "coding and length": (f"Transfer-Encoding: chunked\r\nContent-Length: {N}\r\n", CHUNKED),
    "coding twice": ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", CHUNKED),
    "chunked, chunked": ("Transfer-Encoding: chunked, chunked\r\n", CHUNKED),
    "chunked, identity": ("Transfer-Encoding: chunked, identity\r\n", CHUNKED),
    "identity": (f"Transfer-Encoding: identity\r\nContent-Length: {N}\r\n", EVENT),
    "xchunked": ("Transfer-Encoding: xchunked\r\n", CHUNKED),
    "chunked in quotes": ('Transfer-Encoding: "chunked"\r\n', CHUNKED),
    "chunked behind a vertical tab": ("Transfer-Encoding: \x0bchunked\r\n", CHUNKED),
    "chunked behind a comma": ("Transfer-Encoding: ,chunked\r\n", CHUNKED),
    "coding with a space before its colon": ("Transfer-Encoding : chunked\r\n", CHUNKED),
    "coding with a tab before its colon": ("Transfer-Encoding\t: chunked\r\n", CHUNKED),
    "length with a space before its colon": (f"Content-Length : {N}\r\n", EVENT),
    "folded coding": ("Transfer-Encoding:\r\n chunked\r\n", CHUNKED),
    "folded header": (f"X-A: b\r\n\tc\r\nContent-Length: {N}\r\n", EVENT),
    "bare LF in the head": (f"X-A: b\nContent-Length: {N}\r\n", EVENT),
    "bare CR in the head": (f"X-A: b\rContent-Length: {N}\r\n", EVENT),
    "NUL in a value": (f"X-A: b\0c\r\nContent-Length: {N}\r\n", EVENT),
    "NUL in a name": (f"X\0A: b\r\nContent-Length: {N}\r\n", EVENT),
    "control in a value": (f"X-A: \x01\r\nContent-Length: {N}\r\n", EVENT),
    "space in a name": (f"X A: b\r\nContent-Length: {N}\r\n", EVENT),
    "no colon": (f"nonsense\r\nContent-Length: {N}\r\n", EVENT),
    "no name": (f": b\r\nContent-Length: {N}\r\n", EVENT),
    "second Host": (f"Host: other\r\nContent-Length: {N}\r\n", EVENT),
    "chunk size not hexadecimal": (CODED, f"xyz\r\n{EVENT}\r\n0\r\n\r\n"),
    "chunk size with 0x": (CODED, f"{N:#x}\r\n{EVENT}\r\n0\r\n\r\n"),
    "chunk size with a sign": (CODED, f"+{N:x}\r\n{EVENT}\r\n0\r\n\r\n"),
    "chunk size behind a space": (CODED, f" {N:x}\r\n{EVENT}\r\n0\r\n\r\n"),
    "chunk size before a space": (CODED, f"{N:x} \r\n{EVENT}\r\n0\r\n\r\n"),
    "chunk size that overflows": (CODED, f"1000000000000000{N:02x}\r\n{EVENT}\r\n0\r\n\r\n"),
    "empty chunk size": (CODED, f"\r\n{EVENT}\r\n0\r\n\r\n"),
    "bare LF behind a chunk size": (CODED, f"{N:x}\n{EVENT}\r\n0\r\n\r\n"),
    "bare LF in a chunk extension": (CODED, f"{N:x};a\n{EVENT}\r\n0\r\n\r\n"),
    "bare LF behind a chunk": (CODED, f"{N:x}\r\n{EVENT}\n0\r\n\r\n"),
    "chunk longer than its size": (CODED, f"{N - 1:x}\r\n{EVENT}\r\n0\r\n\r\n"),
    "bare LF at the end": (CODED, f"{N:x}\r\n{EVENT}\r\n0\r\n\n"),
    "length as trailer": (CODED, f"{N:x}\r\n{EVENT}\r\n0\r\nContent-Length: 0\r\n\r\n"),
    "coding as trailer": (CODED, f"{N:x}\r\n{EVENT}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
}


def test_the_event_itself_is_good(server):
    """Else none of the cases below would prove that the reader stopped it."""
    for lines, body in ((f"Content-Length: {N}\r\n", EVENT), (CODED, CHUNKED)):
        with Wire(server) as wire:
            wire.send(head(server, lines) + body.replace("edge", "good"))
            assert wire.answer()[0] in (200, 201)


@pytest.mark.parametrize("case", SMUGGLED)
def test_smuggling_is_refused(server, unmoved, case):
    lines, body = SMUGGLED[case]
    with Wire(server) as wire:
        wire.send(head(server, lines) + body + head(server, method="GET", path="/healthz"))
        assert_refused(wire.answer(), {400})
        assert wire.is_closed(), "what stood behind the refused request was answered"


REQUEST_LINES = {
    "no version": ("GET /healthz", {400}),
    "two spaces": ("GET  /healthz HTTP/1.1", {400}),
    "space at the end": ("GET /healthz HTTP/1.1 ", {400}),
    "tab": ("GET\t/healthz HTTP/1.1", {400}),
    "space in the URL": ("GET /health z HTTP/1.1", {400}),
    "fragment": ("GET /healthz#a HTTP/1.1", {400}),
    "control in the URL": ("GET /healthz\x01 HTTP/1.1", {400}),
    "byte beyond ASCII in the URL": ("GET /healthz\xe9 HTTP/1.1", {400}),
    "no slash": ("GET healthz HTTP/1.1", {400}),
    "asterisk for GET": ("GET * HTTP/1.1", {400}),
    "other host in the URL": ("GET http://other/healthz HTTP/1.1", {400}),
    "lower-case protocol": ("GET /healthz http/1.1", {400}),
    "other protocol": ("GET /healthz FTP/1.1", {400}),
    "HTTP/2": ("GET /healthz HTTP/2.0", {505}),
    "HTTP/1.2": ("GET /healthz HTTP/1.2", {505}),
    "HTTP/0.9": ("GET /healthz HTTP/0.9", {505}),
    "method with brackets": ("G{}T /healthz HTTP/1.1", {400}),
    "query that is not UTF-8": ("GET /healthz?a=%ff HTTP/1.1", {400}),
    "query cut in an escape": ("GET /healthz?a=%f HTTP/1.1", {400}),
    "query with NUL": ("GET /healthz?a=%00 HTTP/1.1", {400}),
}


@pytest.mark.parametrize("case", REQUEST_LINES)
def test_bad_request_lines(server, unmoved, case):
    line, statuses = REQUEST_LINES[case]
    with Wire(server) as wire:
        wire.send(f"{line}\r\nHost: {server.host}\r\n\r\n")
        assert_refused(wire.answer(), statuses)
        assert wire.is_closed()


@pytest.mark.parametrize("first, status", [
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\nHost: a\n\n", 400),
    (b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"POST /v1/events HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
])
def test_no_request_at_all(server, unmoved, first, status):
    with Wire(server) as wire:
        wire.send(first)
        assert_refused(wire.answer(), {status})
        assert wire.is_closed()
