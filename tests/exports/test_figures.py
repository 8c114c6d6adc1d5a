"""Single cells: numbers read and spelled alike, dates told from names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mkt_pipeline.exports import figures


@pytest.mark.parametrize(
    ("text", "comma", "value", "spelled"),
    [
        ("1,234.50", False, "1234.50", "2,469.00"),
        ("1.234,5 €", True, "1234.5", "2.469,0 €"),
        ("US$1.92", False, "1.92", "US$3.84"),
        ("11\u202f925,86 €", False, "11925.86", "23\u202f851,72 €"),
        ("-7", False, "-7", "-14"),
        ("1,234", False, "1234", "2,468"),
        ("1,234", True, "1.234", "2,468"),
        ("¥0.05", False, "0.05", "¥0.10"),
        ('="12"', False, "12", '="24"'),
    ],
)
def test_numbers_are_read_and_spelled_alike(text: str, comma: bool, value: str, spelled: str) -> None:
    number = figures.read_number(text, comma)
    assert number is not None
    assert number.value == Decimal(value)
    assert number.spell(number.value * 2, number.decimals) == spelled


@pytest.mark.parametrize("text", ["campaign 5", "1.2.3", "12:30", "2026-06-01", "", "--", "1,23,4", "abc"])
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    assert figures.read_number(text, False) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01", "2026/6/1 09:00:00 PM", "2026-06-01T00:00:00Z", "20260601", "2026年6月1日",
        "01.06.2026 13:45",
        "June 1, 2026", "Jun 01, 2026 09:00 am", "Monday, 1. Juni 2026", "1 févr. 2026", "12 de mayo de 2026",
        "2026-06-01 - 2026-06-03", "May 3",
    ],
)  # fmt: skip
def test_dates_are_told(text: str) -> None:
    assert figures.is_date(text)


@pytest.mark.parametrize("text", ["Market 5", "Quokka 12 June", "June", "2026", "20269901", "Decathlon 3"])
def test_names_with_numbers_are_no_dates(text: str) -> None:
    assert not figures.is_date(text)
