"""What was sent comes back: where an attribute is not kept as it came, this says how (CONTRACTS
6)."""

import pytest
from events_client import event, post, unique


@pytest.mark.parametrize("sent, kept", [
    ("2025-09-18T22:29:30.1234567Z", "2025-09-18T22:29:30.123456Z"),
    ("2025-09-18T22:29:30.123456999+02:00", "2025-09-18T20:29:30.123456Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
])
def test_a_time_is_kept_in_microseconds_of_utc(server, sent, kept):
    made = event(id=unique("time"), time=sent)
    position = post(server, made).json()["position"]
    assert server.get(f"/v1/events/{position}").json()["time"] == kept
    assert post(server, {**made, "time": kept}).json()["duplicate"] is True


def test_a_content_type_of_json_is_given_back(server):
    def kept(answer):
        assert answer.status == 201, answer
        return server.get(f"/v1/events/{answer.json()['position']}").json()

    media = "application/json"
    encoded = kept(post(server, event(id=unique("b64"), datacontenttype=media, data_base64="AP8Q")))
    assert (encoded["datacontenttype"], encoded["data_base64"]) == (media, "AP8Q")
    assert post(server, encoded).json()["duplicate"] is True
    assert "datacontenttype" not in kept(post(server, event(data_base64="AP8Q")))

    binary = {"ce-specversion": "1.0", "ce-type": "t", "ce-source": "/s", "ce-id": unique("none")}
    empty = kept(post(server, b"", media, headers=binary))
    assert empty["datacontenttype"] == media and "data" not in empty
    assert post(server, empty).json()["duplicate"] is True
