"""What tests/run.py says to whoever picks a program that is not there."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import run  # noqa: E402


def test_a_name_that_matches_nothing_is_answered_with_the_names_there_are(
        tmp_path, monkeypatch, capsys):
    (tmp_path / "build/release").mkdir(parents=True)
    (tmp_path / "build/release/test_programs.txt").write_text("engine_test\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "engin_test", "release"])
    with pytest.raises(SystemExit) as ended:
        run.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "'engin_test'" in said
    assert {"engine_test", "contract"} <= set(said.split())
