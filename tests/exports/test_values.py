"""Numbers, dates and headers in every spelling platforms use, against an independent reading in Python."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkt_pipeline import lake
from mkt_pipeline.exports import inspect
from mkt_pipeline.exports.catalog import normalise, split_unit
from mkt_pipeline.exports.sql import create_macros
from mkt_pipeline.exports.values import Period, find_moments, find_period

DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2039, 12, 31))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    connection = lake.engine(tmp_path_factory.mktemp("engine"))
    connection.execute(create_macros())
    return connection


def read(engine: duckdb.DuckDBPyConnection, macro: str, text: str) -> object:
    row = engine.execute(f"SELECT {macro}(c) FROM (SELECT ?::VARCHAR AS c)", [text]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("376.0", 376), ("1,234", 1234), ("10,243,000", 10243000), (" 12 ", 12), ("007", 7), ("-5", -5),
        ("1\u00a0234", 1234), ("1\u202f234\u202f567", 1234567), ("+3", 3),
        ("1.5", None), ("12,34", None), ("1,2345", None), ("1.234.567", None), ("< 10%", None), ("abc", None),
        ("--", None), ("1e3", None), ("1 2", None), ("12 345 67", None), (",123", None), ("1,234,56", None),
    ],
)  # fmt: skip
def test_counts(engine, text: str, number: int | None) -> None:
    assert read(engine, "read_count", text) == number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1661.67", "1661.67"), ("1,445.94", "1445.94"), ("$120.50", "120.50"), ("-$5.00", "-5.00"), ("€1,622.60", "1622.60"),
        ("11 925.86 €", "11925.86"), ("0", "0"), (".5", "0.5"), ("5.", "5"), ("0.123456", "0.123456"),
        ("1.234,56", None), ("12,5", None), ("US$1.92", "1.92"), ("Rs.201.68", "201.68"), ("CHF 12.30", "12.30"), ("1'234.50", "1234.50"), ("4.62%", None), ("n/a", None), ("", None),
    ],
)  # fmt: skip
def test_amounts(engine, text: str, amount: str | None) -> None:
    assert read(engine, "read_money", text) == (None if amount is None else Decimal(amount))


@QUICK
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["", ",", " ", "\u00a0", "\u202f"]))
def test_any_grouping_gives_the_same_amount(engine, amount: Decimal, mark: str) -> None:
    text = f"{amount:,.2f}".replace(",", mark)
    assert read(engine, "read_money", text) == amount


@QUICK
@given(st.text(alphabet="0123456789,.-+ $€%abcE_", max_size=12))
def test_a_count_is_never_guessed(engine, text: str) -> None:
    bare = re.sub(r"[$€]", "", text.strip(), count=1).strip()
    plain = bool(re.fullmatch(r"[-+]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}([ \u00a0]\d{3})+)(\.0*)?", bare))
    found = read(engine, "read_count", text)
    if found is not None:
        digits = re.sub(r"[^-0-9.]", "", text)
        assert Decimal(digits) == found
    elif plain and len(re.sub(r"\D", "", bare)) < 18 and text.strip() == bare:
        pytest.fail(f"{text!r} is a count")


@QUICK
@given(DAYS, DAYS)
def test_periods_in_file_names_and_preambles(first: dt.date, second: dt.date) -> None:
    start, end = min(first, second), max(first, second)
    for form in ("{:%B} {:d}, {:%Y}", "{:%b} {:d}, {:%Y}"):
        shown = [form.format(day, day.day, day) for day in (start, end)]
        assert find_period(f"{shown[0]} - {shown[1]}", single_day=False) == Period(start, end)
    for form in ("%Y-%m-%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%b-%d-%Y"):
        shown = [day.strftime(form) for day in (start, end)]
        assert find_period(f"Team_{shown[0]}_to_{shown[1]} (1).csv", single_day=False) == Period(
            start, end
        ), form
    glued = f"Team-Campaigns-{start.day}-{start:%b-%Y}{end.day}-{end:%b-%Y}.csv"
    assert find_period(glued, single_day=False) == Period(start, end)
    assert find_period(f"{start.day} {start:%B %Y} - {end.day} {end:%B %Y}", single_day=False) == Period(
        start, end
    )


def test_one_day_and_no_day() -> None:
    assert find_period("时间范围：20171009", single_day=True) == (dt.date(2017, 10, 9),) * 2
    assert find_period("report 2026-06-01.csv", single_day=False) is None
    assert find_period("All time", single_day=True) is None
    assert find_period("2026-02-30 - 2026-03-01", single_day=False) is None
    assert find_moments("数据生成时间：2017-10-10 14:02") == [dt.datetime(2017, 10, 10, 14, 2)]
    assert find_period("28 déc. 2024 - 3 janv. 2025", single_day=False) == (
        dt.date(2024, 12, 28),
        dt.date(2025, 1, 3),
    )


@QUICK
@given(st.text(min_size=1, max_size=20))
def test_headers_compare_alike_however_they_are_spaced(header: str) -> None:
    assert normalise(f"\u00a0 {header} ") == normalise(header)
    assert normalise(normalise(header)) == normalise(header)


def test_units() -> None:
    assert split_unit(normalise("Amount spent (IDR)")) == ("amount spent", "IDR")
    assert split_unit(normalise("总花费（元）")) == ("总花费", "CNY")
    assert split_unit(normalise("CPM (cost per 1,000 impressions) (USD)")) == (
        "cpm (cost per 1,000 impressions)",
        "USD",
    )
    assert split_unit("impressions") == ("impressions", None)


CELL = st.text(alphabet=st.sampled_from("ab \",;\n\r\t乌é'=|"), max_size=8)


@QUICK
@given(
    rows=st.lists(st.tuples(CELL, st.integers(0, 5000), st.integers(0, 10**6)), min_size=1, max_size=30),
    totals=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_quoting_ties(tmp_path: Path, rows: list[tuple[str, int, int]], totals: bool, end: str) -> None:
    """Whatever stands in the names, every row is read and the sums tie, with and without a totals row."""
    out = io.StringIO()
    out.write(f"Campaign report{end}1 May 2026 - 8 May 2026{end}")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["Campaign", "Currency code", "Impr.", "Cost"])
    for name, impressions, cents in rows:
        writer.writerow([f"x{name}", "USD", f"{impressions:,}", f"{cents / 100:,.2f}"])
    impressions, cents = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if totals:
        writer.writerow(["Total: Campaigns", "USD", f"{impressions:,}", f"{cents / 100:,.2f}"])
    path = tmp_path / "r.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    shown = inspect(path)
    assert shown.problem is None, shown.problem
    assert (shown.rows, shown.rejected) == (len(rows), 0)
    assert shown.totals == {"impressions": impressions, "spend": cents / 100}
    assert shown.control_totals == (shown.totals if totals else {})
