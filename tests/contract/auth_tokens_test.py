"""Tokens and cookies that other programs make, over the wire: `jose` and `next-auth` from npm.

The keys of a JWKS file change while the server runs, and a file that is no good changes nothing.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cli_runner import DONE, FOUND_WRONG, run
from sessions_client import SYNC, payload

HERE = Path(__file__).resolve().parent
NEXT_AUTH = "next-auth@4.24.11"  # its `jose` signs
SECRET = "a secret for HS512, which needs to be 64 bytes long, like this one is"
ORIGIN = "http://localhost:3003"
USERS = "/v1/status"  # an admin's


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """What auth_tokens.mjs prints."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed: they fetch next-auth and jose")
    folder = tmp_path_factory.mktemp("node")
    fetched = subprocess.run(
        [npm, "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts",
         "--legacy-peer-deps", NEXT_AUTH], capture_output=True, text=True, timeout=300)
    if fetched.returncode != 0:
        pytest.skip(f"{NEXT_AUTH} cannot be had from npm: {fetched.stderr.strip()[-200:]}")
    ran = subprocess.run([node, HERE / "auth_tokens.mjs", folder, SECRET], capture_output=True,
                         text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture
def configured(tmp_path, server_on):
    """configured("a line of [auth]", …) starts a server with these."""
    def start(*lines):
        file = tmp_path / "syncline.toml"
        file.write_text("[auth]\n" + "\n".join(lines) + "\n")
        file.chmod(0o600)
        checked = run("config", "check", "--dev", "--config", file)
        assert checked.code == DONE, checked
        return server_on(options=["--config", str(file)])

    return start


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def session_cookie(value):
    """As next-auth sets it: in chunks where it is large."""
    name = "next-auth.session-token"
    if len(value) <= 3933:
        return {"Cookie": f"theme=dark; {name}={value}"}
    chunks = [value[i:i + 3933] for i in range(0, len(value), 3933)]
    return {"Cookie": "; ".join(f"{name}.{i}={chunk}" for i, chunk in enumerate(chunks))}


def status(server, headers, path=USERS):
    return server.get(path, token=False, headers=headers).status


def test_every_algorithm_by_a_key_set(made, configured, tmp_path):
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(made["jwks"]))
    server = configured(f'jwks_file = "{keys}"')
    for algorithm, token, wrong in zip(made["algorithms"], made["signed"], made["byEachOther"]):
        assert status(server, bearer(token)) == 200, algorithm
        assert status(server, bearer(wrong)) == 401, algorithm
        header, body, signature = token.split(".")
        assert status(server, bearer(f"{header}.{body}.{signature[:-2]}")) == 401, algorithm
    assert status(server, bearer(server.token)) == 200  # that of --dev as well


def test_a_configured_key_and_its_algorithms(made, configured, tmp_path):
    key = tmp_path / "key.pem"
    key.write_text(made["pems"][0])
    server = configured(f'jwt_public_key = "{key}"', 'algorithms = ["PS256", "RS256"]')
    assert server.token is None  # --dev signs with a secret, for which no algorithm is left
    taken = [a for a, t in zip(made["algorithms"], made["signed"])
             if status(server, bearer(t)) == 200]
    assert taken == ["RS256"]  # the PS256 token is by another key


@pytest.mark.parametrize("place, algorithm", enumerate(["HS256", "HS384", "HS512"]))
def test_secrets(made, configured, place, algorithm):
    server = configured(f'jwt_secret = "{SECRET}"', f'algorithms = ["{algorithm}"]')
    assert [status(server, bearer(t)) for t in made["macs"]] == [
        200 if i == place else 401 for i in range(3)]
    assert status(server, bearer(server.token)) == 200


def test_the_cookie_of_next_auth(made, configured):
    server = configured(f'nextauth_secret = "{SECRET}"', 'user_claim = "sub"')
    answer = server.post(SYNC, payload("by-cookie"), token=False,
                         headers={**session_cookie(made["cookie"]), "Origin": ORIGIN})
    assert answer.status == 200, answer
    assert len(made["large"]) > 3933
    for cookie, expected in [(made["cookie"], 403), (made["large"], 403),  # a user, and no admin
                             (made["expired"], 401), (made["foreign"], 401),
                             (made["cookie"][:-1] + "A" * 3, 401)]:
        assert status(server, session_cookie(cookie)) == expected
    # What a cookie may hold is no Bearer token.
    assert status(server, bearer(made["cookie"])) == 401


def test_a_write_by_cookie_needs_an_origin(made, configured):
    server = configured(f'nextauth_secret = "{SECRET}"')
    cookie = session_cookie(made["cookie"])
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Referer": ORIGIN + "/page"}):
        refused = server.post(SYNC, payload("u"), token=False, headers={**cookie, **headers})
        assert refused.status == 403, refused
        assert "server.allowed_origins" in refused.body.decode()
    reading = server.get("/api/admin/sessions", token=False, headers=cookie)
    assert reading.status == 200, reading
    by_token = server.post(SYNC, payload("u"), headers={"Origin": "https://evil.example"})
    assert by_token.status == 200, by_token


def test_keys_change_while_it_runs(made, configured, tmp_path):
    first, second = [{"keys": [key]} for key in made["jwks"]["keys"][6:8]]
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(first))
    server = configured(f'jwks_file = "{keys}"')
    old, new = made["signed"][6:8]
    assert (status(server, bearer(old)), status(server, bearer(new))) == (200, 401)

    def after(change, line):
        """Makes the change, and waits until the log says this once more."""
        said = server.log_tail(1000).count(line)
        change()
        server.wait_for(lambda: server.log_tail(1000).count(line) > said, what=line)

    beside = tmp_path / "new.json"
    beside.write_text(json.dumps(second))
    after(lambda: beside.rename(keys), "the changed keys hold from now on")
    assert status(server, bearer(new)) == 200
    assert status(server, bearer(old)) == 401  # it had been verified, and was kept

    for bad in ("{", '{"keys":[]}', json.dumps({"keys": second["keys"] * 2})):
        after(lambda text=bad: keys.write_text(text), "the changed keys are not taken")
        assert status(server, bearer(new)) == 200
    after(keys.unlink, "is not there")
    assert status(server, bearer(new)) == 200
    after(lambda: keys.write_text(json.dumps(first)), "the changed keys hold from now on")
    assert status(server, bearer(old)) == 200


def test_a_bad_key_file_is_no_start(tmp_path):
    keys, file = tmp_path / "jwks.json", tmp_path / "syncline.toml"
    file.write_text(f'[auth]\njwks_file = "{keys}"\n')
    for text, said in [(None, "is not there"), ("{}", "is not a JSON Web Key Set")]:
        if text is not None:
            keys.write_text(text)
        checked = run("config", "check", "--dev", "--config", file, "--json")
        assert checked.code == FOUND_WRONG
        (fault,) = json.loads(checked.out)["faults"]
        assert fault["key"] == "auth.jwks_file" and said in fault["what"], fault
