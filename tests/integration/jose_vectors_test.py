"""Tokens against Wycheproof's vectors for JWS, JWK and JWE (github.com/C2SP/wycheproof).

They come from the Go module proxy at a fixed version, held against its checksum, and are not
copied here. What is asked is the reader of tokens itself (jose_check.cc), because the payloads of
the vectors are no claims.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

MODULE = "github.com/c2sp/wycheproof@v0.0.0-20260902155932-3fa63dd0344a"
CHECKSUM = "h1:pNbL2nztRsWfW/ispAwsvcDFxs9Id38uIsR2/Up5G2c="
BINARY = Path(os.environ.get("SYNCLINE_BIN", "build/release/bin/syncline")).parent / "jose_check"

# Eight of the signature vectors are at odds with the RFCs or with each other; the cases below say
# what each is, and what it is answered.
NOT_BASE64URL = {372, 373}  # called valid; but base64url has no `?` (RFC 7515, 2)
MISNAMED = {346: "PS384", 347: "ES512", 350: "PS384", 351: "ES512"}  # valid under another `alg`
SAME_AS_VALID = {367: 357, 370: 357}  # called invalid for a padding that they have not


@pytest.fixture(scope="session")
def vectors(tmp_path_factory):
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        pytest.skip("there is no Go toolchain to fetch the vectors with: install golang-go")
    fetched = subprocess.run([go, "mod", "download", "-json", MODULE], capture_output=True,
                             text=True, stdin=subprocess.DEVNULL, timeout=300,
                             cwd=tmp_path_factory.mktemp("empty"))
    if fetched.returncode != 0:
        why = json.loads(fetched.stdout or "{}").get("Error") or fetched.stderr.strip()
        pytest.skip(f"Wycheproof's vectors cannot be had: {why[-200:]}")
    module = json.loads(fetched.stdout)
    assert module["Sum"] == CHECKSUM
    folder = Path(module["Dir"]) / "testvectors_v1"

    def read(name):
        """(test, its key) of json_web_<name>_test.json"""
        file = json.loads((folder / f"json_web_{name}_test.json").read_text())
        cases = [(test, group.get("public") or group["private"])
                 for group in file["testGroups"] for test in group["tests"]]
        assert len(cases) == file["numberOfTests"]
        return cases

    return read


def answers(questions):
    ran = subprocess.run([BINARY], input="".join(json.dumps(q) + "\n" for q in questions),
                         capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == len(questions)
    return lines


def jwks(key):
    return json.dumps(key if "keys" in key else {"keys": [key]})


def signed(vectors, name):
    """(test, key, our answer) of each vector that is a JWS."""
    cases = [(test, key) for test, key in vectors(name) if "jws" in test]
    return [(test, key, answer) for (test, key), answer in zip(
        cases, answers([{"jwks": jwks(key), "jws": test["jws"]} for test, key in cases]))]


@pytest.mark.parametrize("name", ["signature", "key", "crypto"])
def test_signed_tokens(vectors, name, record_testsuite_property):
    seen, wrong = Counter(), []
    for test, _, answer in signed(vectors, name):
        if name == "signature" and test["tcId"] in {*NOT_BASE64URL, *MISNAMED, *SAME_AS_VALID}:
            continue
        seen[test["result"]] += 1
        if (answer == "taken") != (test["result"] == "valid"):
            wrong.append((test["tcId"], test["comment"], test["result"], answer))
    assert wrong == []
    assert seen["valid"] > 0 and seen["invalid"] > 0, seen
    record_testsuite_property(f"Wycheproof {name} vectors", sum(seen.values()))


def test_vectors_at_odds_with_the_rfc(vectors):
    cases = {case[0]["tcId"]: case for case in signed(vectors, "signature")}
    for number in NOT_BASE64URL:
        test, _, answer = cases[number]
        assert test["result"] == "valid" and "?" in test["jws"] and answer != "taken"
    for number, algorithm in MISNAMED.items():
        test, key, answer = cases[number]
        assert test["result"] == "valid" and key["alg"] != algorithm and answer != "taken"
        named = {"jwks": jwks({**key, "alg": algorithm}), "jws": test["jws"]}
        assert answers([named]) == ["taken"]
    for number, valid in SAME_AS_VALID.items():
        assert cases[number][0]["result"] == "invalid" and cases[valid][0]["result"] == "valid"
        assert (cases[number][0]["jws"], cases[number][1]) == (cases[valid][0]["jws"],
                                                               cases[valid][1])
        assert cases[number][2] == cases[valid][2] == "taken"


def test_no_other_encryption_is_taken(vectors, record_testsuite_property):
    """None is `dir` with A256GCM, the only one served: valid elsewhere, they are not here."""
    cases = [test for test, _ in vectors("encryption")]
    tokens = [test["jwe"] if isinstance(test["jwe"], str) else json.dumps(test["jwe"])
              for test in cases]
    for answer in answers([{"secret": "any", "jwe": token} for token in tokens]):
        assert answer != "taken"
    record_testsuite_property("Wycheproof encryption vectors", len(cases))
