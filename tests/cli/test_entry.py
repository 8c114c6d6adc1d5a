"""Exit codes, and exceptions turned into words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mkt_pipeline.cli import scaffold
from mkt_pipeline.errors import DataError

from .conftest import Mkt


def test_an_unknown_command_is_a_usage_error_with_the_nearest_name(mkt: Mkt) -> None:
    answer = mkt("rnu")
    assert answer.code == 2
    assert answer.out == ""
    assert "E-CLI-01" in answer.err
    assert "run" in answer.err


def test_an_error_is_printed_as_code_place_finding_expectation_and_fix(mkt: Mkt, tmp_path: Path) -> None:
    answer = mkt("run")
    assert answer.code == 2
    assert answer.err.startswith(f"E-CFG-01 {tmp_path / 'data' / 'mkt.yml'}: no settings file here\n")
    assert "expected a workspace" in answer.err
    assert "fix mkt --workspace" in answer.err


def test_labels_follow_the_language_wherever_it_is_said(mkt: Mkt) -> None:
    for arguments in (("--lang", "zh", "run"), ("run", "--lang=zh"), ("run", "--lang", "zh")):
        assert "处理 mkt" in mkt(*arguments).err


def test_json_errors_are_one_object_on_stderr(mkt: Mkt) -> None:
    answer = mkt("run", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert answer.error().keys() == {"code", "where", "found", "expected", "fix"}
    assert mkt("nonsense", "--json").error()["code"] == "E-CLI-01"
    assert mkt("ui", "--port", "x", "--json").error()["code"] == "E-CLI-01"


@pytest.mark.parametrize("debug", [False, True])
def test_an_unforeseen_failure_shows_a_traceback_only_on_request(
    mkt: Mkt, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    def fail(workspace: object) -> None:
        raise RuntimeError("the disk sang")

    monkeypatch.setattr(scaffold, "make_workspace", fail)
    answer = mkt("init", *["--debug"] * debug)
    assert answer.code == 3
    assert "E-RUN-99 RuntimeError: the disk sang" in answer.err
    assert "--debug" in answer.err
    assert ("Traceback" in answer.err) is debug


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (DataError("E-SRC-01", "bad rows"), 1, "E-SRC-01 bad rows"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_exit_codes(
    mkt: Mkt, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, words: str
) -> None:
    def fail(workspace: object) -> None:
        raise raised

    monkeypatch.setattr(scaffold, "make_workspace", fail)
    answer = mkt("init")
    assert answer.code == code
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "from mkt_pipeline.cli import main; main()", "doctor"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, text=True)
    os.close(writing)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_colours_stay_out_of_pipes_and_files(mkt: Mkt) -> None:
    answer = mkt("doctor")
    assert "\x1b" not in answer.out + answer.err


def test_quiet_leaves_only_results(mkt: Mkt) -> None:
    answer = mkt("init", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
