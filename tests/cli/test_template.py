"""``mkt template``: tables to fill in, and what the command says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mkt_pipeline.exports import TEMPLATES, inspect


def test_without_a_name_it_lists_them(mkt) -> None:
    listed = json.loads(mkt("template", "--json").out)
    assert [each["name"] for each in listed] == list(TEMPLATES)
    assert "其他费用" in mkt("template", "--lang", "zh").out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_writes_a_file_that_can_be_read_as_it_stands(mkt, tmp_path: Path, language: str) -> None:
    target = tmp_path / "costs.csv"
    answer = mkt("template", "costs", "-o", target, "--lang", language)
    assert (answer.code, answer.out.strip()) == (0, str(target))
    assert target.read_bytes().startswith("\ufeff".encode())
    shown = inspect(target)
    assert (shown.platform, shown.rows, shown.unmapped_columns) == ("own_templates", 0, [])


def test_it_never_overwrites(mkt, tmp_path: Path) -> None:
    target = tmp_path / "costs.csv"
    target.write_text("mine", encoding="utf-8")
    answer = mkt("template", "costs", "-o", target)
    assert answer.code == 2 and "E-CLI-20" in answer.err
    assert target.read_text(encoding="utf-8") == "mine"


def test_an_unknown_name_is_answered_with_those_there_are(mkt) -> None:
    answer = mkt("template", "tea")
    assert answer.code == 2 and "E-CLI-07" in answer.err and "kol_deliverables" in answer.err


def test_into_a_pipe_without_a_mark(mkt) -> None:
    answer = mkt("template", "fx_rates", "-o", "-")
    assert answer.code == 0 and answer.out.startswith("date,")


def test_currency_must_be_a_code(mkt, tmp_path: Path) -> None:
    mkt("init")
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    answer = mkt("land", tmp_path / "a.csv", "--currency", "dollars")
    assert answer.code == 2 and "E-CLI-06" in answer.err


def test_an_unknown_platform_is_a_question_of_the_command_line(mkt, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    answer = mkt("inspect", tmp_path / "a.csv", "--platform", "tea")
    assert answer.code == 2 and "E-CFG-11" in answer.err
