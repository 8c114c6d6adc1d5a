import io
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from mkt_pipeline.cli.console import Output, cell, in_language, jsonable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "✓"), (1234, "1,234"), (1234.0, "1,234"), (0.03781, "0.0378"), (0.5, "0.50"),
        (Decimal("1234.500000"), "1,234.50"), (Decimal("0"), "0.00"), (float("nan"), "nan"), ("a", "a"),
        (Decimal("-0.12345"), "-0.1234"),
    ],
)  # fmt: skip
def test_a_cell_as_a_person_reads_it(value: Any, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    ("value", "json"), [(Decimal("12.50"), 12.5), (Decimal("3.000000"), 3), (b"\x01", "01"), ({1}, [1])]
)
def test_values_json_has_no_word_for(value: Any, json: Any) -> None:
    assert jsonable(value) == json


def test_bilingual_texts_are_halved() -> None:
    assert in_language("消耗 | spend, unit", "zh") == "消耗"
    assert in_language("消耗 | spend, unit", "en") == "spend, unit"
    assert in_language("spend", "zh") == "spend"


def printed(width: int, columns: list[str], rows: list[list[Any]]) -> str:
    out = Output()
    stream = io.StringIO()
    out.__dict__["stdout"] = Console(file=stream, force_terminal=True, color_system=None, width=width)
    out.table(columns, rows)
    return stream.getvalue()


def test_a_table_too_wide_for_the_terminal_becomes_records() -> None:
    columns, rows = ["渠道", "spend"], [["[b]搜索广告[/b]", 12], [None, 3]]
    assert printed(40, columns, rows).splitlines()[1].split() == ["[b]搜索广告[/b]", "12"]
    assert printed(12, columns, rows).splitlines() == [
        "── 1 ──",
        "渠道   [b]搜索广告[/b]",
        "spend  12",
        "── 2 ──",
        "spend  3",
    ]
