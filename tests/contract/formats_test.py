"""Folders that released programs wrote (tests/formats) are opened for ever: read, verified, with
the same views, and gone on from."""

import json
import tarfile
from pathlib import Path

import pytest

from cli_runner import DONE, refused_start, run, sync
from running_server import RunningServer

FORMATS = Path(__file__).resolve().parents[1] / "formats"
NAMES = sorted(file.stem for file in FORMATS.glob("*.json"))


def test_there_are_some():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_older_folder_is_opened(name, tmp_path):
    expected = json.loads((FORMATS / f"{name}.json").read_text())
    data = tmp_path / "data"
    with tarfile.open(FORMATS / f"{name}.tar.gz") as packed:
        packed.extractall(data)

    def still():
        assert run("log", "head", "--data", data).code == DONE
        verified = run("log", "verify", "--data", data, "--json").json()
        assert verified["ok"], verified
        return verified["head"]

    head = {key: expected["head"][key] for key in ("position", "hash")}
    assert still() == head
    # A later program may fold more views of it.
    digests = run("views", "digest", "--data", data, "--json").json()["views"]
    for view in expected["digests"]["views"]:
        assert view in digests
    with RunningServer(data) as server:
        added = server.get(f"/v1/events?after={head['position']}").json()["events"]
        assert [event["type"] for event in added] == ["config.applied"], "its new keys, no more"
        for view in expected["digests"]["views"]:
            rebuilt = run("views", "rebuild", view["name"], "--server", server.url, "--json",
                          token=server.token).json()
            if view["name"] != "history":  # which has every event
                assert rebuilt["digest"] == view["digest"]
        server.post("/api/centcom/sessions/sync", sync("u2", "s"), token=False)
        assert server.head() == head["position"] + 2
    with RunningServer(data) as server:
        assert server.head() == head["position"] + 2, "nothing is added by a restart"
    assert still()["position"] == head["position"] + 2


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_of_an_older_folder_can_be_accepted(name, tmp_path):
    with tarfile.open(FORMATS / f"{name}.tar.gz") as packed:
        packed.extractall(tmp_path / "data")
    data = tmp_path / "data"
    (data / "log.acked").unlink()
    listen = ("--dev", "--listen", "127.0.0.1:0", "--data", data)
    assert "--accept-loss unknown" in refused_start(*listen)["why"]
    with RunningServer(data, options=["--accept-loss", "unknown"]) as server:
        added = [event["type"] for event in server.get("/v1/events?type=log.loss_accepted"
                                                       ).json()["events"]]
        assert added == ["log.loss_accepted"]
    assert run("log", "verify", "--data", data).code == DONE
