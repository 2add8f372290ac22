"""Completion and the manual page name what the program takes, and nothing else."""

import re
import subprocess

import pytest

from cli_runner import run


def verbs(path=()):
    """Every verb with its options, as --help tells them: {("log", "export"): {"--from", …}}."""
    text = run(*path, "--help").out
    found = {}
    if "\nVerbs:\n" in text:
        for name in re.findall(r"^  (\S+)  ", text.split("\nVerbs:\n")[1].split("\n\n")[0], re.M):
            found.update(verbs((*path, name)))
        return found
    found[path] = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.M))
    return found


def complete(words):
    """What bash offers for the last of `words`."""
    asked = " ".join(f"'{word}'" for word in words)
    script = (f"{run('completion', 'bash').out}\nCOMP_WORDS=({asked}); "
              f"COMP_CWORD={len(words) - 1}; _syncline; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30)
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.fixture(scope="module")
def all_verbs():
    found = verbs()
    assert ("log", "export") in found and len(found) > 20
    return found


def test_bash_offers_verbs_and_options(all_verbs):
    assert set(complete(["syncline", ""])) >= {path[0] for path in all_verbs}
    for path, options in all_verbs.items():
        offered = complete(["syncline", *path, "--"])
        assert set(offered) == options, path


def test_bash_offers_verbs_after_a_group_alone():
    assert complete(["syncline", "backup", "re"]) == ["restore"]
    assert "serve" not in complete(["syncline", "log", "ser"])


def test_bash_offers_files_where_a_file_belongs(tmp_path):
    (tmp_path / "events.ndjson").touch()
    start = str(tmp_path / "ev")
    whole = [str(tmp_path / "events.ndjson")]
    assert complete(["syncline", "log", "export", "--output", start]) == whole
    assert complete(["syncline", "log", "import", start]) == whole
    assert complete(["syncline", "log", "export", "--format", start]) == []


def test_zsh_and_fish_scripts_name_every_verb(all_verbs):
    zsh, fish = run("completion", "zsh").out, run("completion", "fish").out
    assert zsh.startswith("#compdef syncline\n") and zsh.endswith(run("completion", "bash").out)
    for path, options in all_verbs.items():
        assert f" -a {path[-1]} " in fish
        for option in options:
            assert f" -l {option[2:]} " in fish


def test_an_unknown_shell_is_refused():
    ran = run("completion", "tcsh")
    assert ran.code == 2 and "must be bash, zsh or fish" in ran.err


def test_the_manual_page_names_everything(all_verbs):
    page = run("man").out
    for path, options in all_verbs.items():
        section = page.split(f".SS syncline {' '.join(path)}\n")[1].split("\n.S")[0]
        for option in options - {"--help"}:
            assert "\\fB" + option.replace("-", "\\-") + "\\fR" in section, (path, option)


def test_the_manual_page_is_good_roff():
    ran = subprocess.run(["groff", "-man", "-Tascii", "-ww"], input=run("man").out,
                         capture_output=True, text=True, timeout=30)
    assert ran.stderr == "" and "Done." in ran.stdout
