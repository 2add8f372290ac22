"""The rules of the house that a text can break: each takes (path, text) and gives its faults."""

import re

LAYERS = ["schemas", "engine", "projections", "connectors", "ops"]  # includes go left only
TOP_FOLDERS = {"bench", "connectors", "docs", "engine", "ops", "projections", "schemas", "tests"}
TOP_FILES = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "LICENSE"}

# What few may include, because it is slow to compile or an implementation detail.
INCLUDED_BY = {
    "boost/beast": r"connectors/http/\w+\.cc",
    "simdjson": r"connectors/json/document\.cc",
    "CLI/": r"ops/cli/\w+\.cc",
    "rocksdb/": r"engine/(.*\.cc|log/(rocks|layout|store)\.h)|bench/.*|tests/.*",
    "schemas/event_generated.h": r"schemas/body_(en|de)code\.cc",
    "date/": r"ops/cli/time_zone\.cc",
}
INCLUDED_AT_MOST = {"boost/beast": 3, "CLI/": 1}
NOT_IN_ENGINE = ("boost/asio", "boost/beast", "boost/json", "simdjson")

LINES_MAX = 400
COLUMNS_MAX = 100

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.M)


def includes(text):
    return INCLUDE.findall(text)


def is_cpp(path):
    return path.endswith((".h", ".cc"))


def is_code(path):
    return is_cpp(path) or path.endswith((".py", ".sh", ".js", ".mjs", ".go")) or "." not in path


def layer(path):
    first = path.split("/")[0]
    return LAYERS.index(first) if first in LAYERS else None


def arrows_point_one_way(path, text):
    here = layer(path)
    if here is None or not is_cpp(path):
        return []
    return [f"{path}: includes {name}, which is above it" for name in includes(text)
            if layer(name) is not None and layer(name) > here]


def engine_knows_no_wire(path, text):
    if not path.startswith(("engine/", "schemas/", "projections/")) or not is_cpp(path):
        return []
    return [f"{path}: includes {name}" for name in includes(text) if name.startswith(NOT_IN_ENGINE)]


def included_where_allowed(path, text):
    if not is_cpp(path):
        return []
    return [f"{path}: may not include {name}" for name in includes(text)
            for what, where in INCLUDED_BY.items()
            if name.startswith(what) and not re.fullmatch(where, path)]


def one_idea_long(path, text):
    lines = text.count("\n")
    return [f"{path}: {lines} lines"] if is_code(path) and lines > LINES_MAX else []


def columns(path, text):
    if not is_code(path):
        return []
    return [f"{path}:{i}: {len(line)} columns" for i, line in enumerate(text.splitlines(), 1)
            if len(line) > COLUMNS_MAX and "://" not in line]


UNFINISHED = re.compile("|".join(["TO" "DO", "FIX" "ME", r"\bXX" r"X\b", r"\bHA" "CK",
                                  "not impl" "emented", "DIS" "ABLED_"]))


def finished(path, text):
    if not is_code(path) and not path.endswith((".md", ".yaml", ".txt", ".fbs")):
        return []
    return [f"{path}:{i}: {line.strip()}" for i, line in enumerate(text.splitlines(), 1)
            if UNFINISHED.search(line)]


SLEEP = re.compile("|".join(["sleep_" "for", "sleep_" "until", r"usle" r"ep\(",
                             r"time\.sle" r"ep\(", r"^\s*sle" r"ep [0-9]"]))


def waits_for_conditions(path, text):
    if not is_code(path) or not (path.startswith("tests/") or path.endswith("_test.cc")):
        return []
    return [f"{path}:{i}: {line.strip()}" for i, line in enumerate(text.splitlines(), 1)
            if SLEEP.search(line)]


AWAITED_CONDITIONAL = re.compile(r"co_await\s*\([^;]*\?[^;]*:")


def no_awaited_conditional(path, text):
    """g++ 12 destroys both awaitables of `co_await (a ? b() : c())`."""
    return [f"{path}: {' '.join(found.split())}" for found in AWAITED_CONDITIONAL.findall(text)
            if is_cpp(path)]


def header_says_what_it_is(path, text):
    if not path.endswith(".h"):
        return []
    opens_well = text.startswith("// ") and "\n#pragma once\n" in text
    return [] if opens_well else [f"{path}: no word on what it is, or no #pragma once"]


def text_is_clean(path, text):
    faults = [f"{path}:{i}: space at the end, or a tab"
              for i, line in enumerate(text.splitlines(), 1)
              if line != line.rstrip() or "\t" in line and not path.endswith(".go")]
    if text and not text.endswith("\n"):
        faults.append(f"{path}: no line end at its end")
    return faults if is_code(path) or path.endswith(".md") else []


def top_level(paths):
    """Not of one file but of the whole list of tracked paths."""
    faults = []
    for path in sorted(paths):
        first, *rest = path.split("/")
        known = TOP_FOLDERS if rest else TOP_FILES
        if first not in known and not first.startswith("."):
            faults.append(f"{first}: does not belong at the top")
    present = {path.split("/")[0] for path in paths}
    return sorted(set(faults)) + [f"{name}: missing" for name in sorted(
        (TOP_FOLDERS | TOP_FILES) - present)]
