"""The reader of exchange rates: exact, both directions, and every mistake with its line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.plan import FxRate, read_rates

DAY = dt.date(2026, 6, 1)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fx_rates.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_no_rates(tmp_path: Path) -> None:
    assert read_rates(tmp_path / "fx_rates.csv") == []


def test_the_missing_direction_is_added_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "date,from,to,rate,source\n2026-06-01,CNY,USD,0.1,ECB\n")
    assert read_rates(path) == [
        FxRate(DAY, "CNY", "USD", Decimal("0.1"), "ECB"),
        FxRate(DAY, "USD", "CNY", Decimal(10), "ECB, inverse"),
    ]


def test_a_given_direction_is_never_replaced_by_an_inverse(tmp_path: Path) -> None:
    path = write(tmp_path, "date,from,to,rate,source\n2026-06-01,CNY,USD,0.14,A\n2026-06-01,USD,CNY,7,B\n")
    assert [(rate.from_currency, rate.rate, rate.rate_source) for rate in read_rates(path)] == [
        ("CNY", Decimal("0.14"), "A"),
        ("USD", Decimal(7), "B"),
    ]


def test_an_inverse_is_rounded_to_twelve_decimals(tmp_path: Path) -> None:
    path = write(tmp_path, "date,from,to,rate\n2026-06-01,USD,VND,25400\n")
    (there, back) = sorted(read_rates(path), key=lambda rate: rate.from_currency)
    assert (there.rate, there.rate_source) == (Decimal(25400), "fx_rates.csv")
    assert back.rate == Decimal("0.000039370079")


def test_the_same_rate_twice_is_one_rate(tmp_path: Path) -> None:
    path = write(tmp_path, "date,from,to,rate,source\n" + "2026-06-01,CNY,USD,0.14,A\n" * 2)
    assert len(read_rates(path)) == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("day,from,to,rate\n", 1, "the header is"),
        ("date;from;to;rate\n2026-06-01;CNY;USD;0,14\n", 1, "the header is"),
        ("", 1, "the header is"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,0,14\n", 2, "5 cells under 4 headers"),
        ("date,from,to,rate\n2026-06-31,CNY,USD,0.14\n", 2, "date '2026-06-31'"),
        ("date,from,to,rate\n01/06/2026,CNY,USD,0.14\n", 2, "date '01/06/2026'"),
        ("date,from,to,rate\n\n2026-06-01,RMB ,usd,0.14\n", 3, "to 'usd'"),
        ("date,from,to,rate\n2026-06-01,USD,USD,1\n", 2, "USD to itself"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,\n", 2, "rate ''"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,0\n", 2, "above 0"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,-1\n", 2, "rate '-1'"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,0.1234567890123\n", 2, "at most 12 decimals"),
        ("date,from,to,rate\n2026-06-01,CNY,USD,0.1\n2026-06-01,CNY,USD,0.2\n", 3, "is 0.2 here and 0.1"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_rates(write(tmp_path, text))
    assert raised.value.code == "E-PLAN-09"
    assert raised.value.where == f"fx_rates.csv:{line}"
    assert words in str(raised.value)


def test_a_file_that_is_not_utf8_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "fx_rates.csv"
    path.write_bytes("date,from,to,rate,source\n2026-06-01,CNY,USD,0.14,央行\n".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"fx_rates\.csv:2: not UTF-8"):
        read_rates(path)
