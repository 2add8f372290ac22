"""Style is a test, so nobody argues: one case per rule, over every tracked file, and one that shows
that each rule can fail."""

import concurrent.futures
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import rules

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tree():
    """path → text of every text file that is tracked, or that would be."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                            check=True, capture_output=True).stdout.decode()
    found = {}
    for path in filter(None, listed.split("\0")):
        try:
            found[path] = (ROOT / path).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # bytes that a test reads; a file that was removed and not committed
    return found


FILE_RULES = [rules.arrows_point_one_way, rules.engine_knows_no_wire, rules.included_where_allowed,
              rules.one_idea_long, rules.columns, rules.finished, rules.waits_for_conditions,
              rules.no_awaited_conditional, rules.header_says_what_it_is, rules.text_is_clean]


@pytest.mark.parametrize("rule", FILE_RULES, ids=lambda rule: rule.__name__)
def test_rule(tree, rule):
    faults = [fault for path, text in tree.items() for fault in rule(path, text)]
    assert not faults, "\n".join(faults)


def test_top_level(tree):
    faults = rules.top_level(tree)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("what", rules.INCLUDED_AT_MOST)
def test_included_by_few(tree, what):
    users = [path for path, text in tree.items() if rules.is_cpp(path)
             and any(name.startswith(what) for name in rules.includes(text))]
    assert len(users) <= rules.INCLUDED_AT_MOST[what], users


def test_clang_format(tree):
    files = [path for path in tree if rules.is_cpp(path)]
    ran = subprocess.run(["clang-format", "--dry-run", "--Werror", *files], cwd=ROOT,
                         capture_output=True, text=True)
    unformatted = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", ran.stderr, re.M)))
    assert ran.returncode == 0, "clang-format -i " + " ".join(unformatted)


def test_gofmt(tree):
    program = shutil.which("gofmt") or shutil.which("gofmt", path="/usr/local/go/bin")
    if program is None:
        pytest.skip("there is no gofmt: install golang-go")
    files = [path for path in tree if path.endswith(".go")]
    ran = subprocess.run([program, "-l", *files], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0 and not ran.stdout, ran.stderr + "gofmt -w " + ran.stdout


def closure(tree, path):
    """The file and every file of ours that it includes, however far."""
    seen, todo = set(), [path]
    while todo:
        one = todo.pop()
        if one in tree and one not in seen:
            seen.add(one)
            todo += rules.includes(tree[one])
    return sorted(seen)


def compile_alone(tree, header, cache):
    command = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wshadow", "-Werror",
               "-DBOOST_ASIO_NO_DEPRECATED", "-I.", "-x", "c++", "-include", header, os.devnull]
    text = "\0".join([*command, *(tree[path] for path in closure(tree, header))])
    compiled = cache / hashlib.sha256(text.encode()).hexdigest()
    if compiled.exists():
        return None
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if ran.returncode == 0:
        compiled.touch()
        return None
    return f"{header}:\n{ran.stderr[:2000]}"


def test_headers_compile_alone(tree):
    cache = ROOT / "build/headers"
    cache.mkdir(parents=True, exist_ok=True)
    headers = [path for path in tree if path.endswith(".h")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        answers = threads.map(lambda header: compile_alone(tree, header, cache), headers)
        faults = [fault for fault in answers if fault]
    assert not faults, "\n".join(faults)


BROKEN = [
    (rules.arrows_point_one_way, "engine/a.cc", '#include "connectors/append.h"\n'),
    (rules.engine_knows_no_wire, "engine/a.h", "#include <boost/asio/awaitable.hpp>\n"),
    (rules.included_where_allowed, "connectors/events/a.cc", "#include <simdjson.h>\n"),
    (rules.one_idea_long, "engine/a.cc", "\n" * (rules.LINES_MAX + 1)),
    (rules.columns, "ops/a.py", "a" * (rules.COLUMNS_MAX + 1) + "\n"),
    (rules.finished, "engine/a.cc", "// TO" "DO: more\n"),
    (rules.waits_for_conditions, "tests/a_test.py", "time.sle" "ep(1)\n"),
    (rules.no_awaited_conditional, "connectors/a.cc", "co_await (a ? b() : c());\n"),
    (rules.header_says_what_it_is, "engine/a.h", "#pragma once\n"),
    (rules.text_is_clean, "engine/a.cc", "int a; \n"),
]


@pytest.mark.parametrize("rule, path, text", BROKEN, ids=[row[0].__name__ for row in BROKEN])
def test_rule_can_fail(rule, path, text):
    assert rule(path, text)
    assert not rule(path, "// a\n#pragma once\n")


def test_every_rule_can_fail():
    assert {row[0] for row in BROKEN} == set(FILE_RULES)
    assert rules.top_level(["utils/a.cc"])
