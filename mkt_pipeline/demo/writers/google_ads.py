"""Google Ads report downloads: ".csv", "Excel .csv" and .xlsx of the five report tabs, segmented by day.

What is here: title and date-range lines, headers, ` --`, quoted thousands, the overlapping ``Total:`` rows at
the end. What is not: the Editor's csv, overview cards, bulk sheets.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import xlsxwriter

from mkt_pipeline.demo.rows import AdRow, Period
from mkt_pipeline.demo.writers import text

Level = Literal["campaign", "ad_group", "ad", "keyword", "search_term"]
FileFormat = Literal["csv", "excel_csv", "xlsx"]
Totals = Literal["report", "day", "none"]
"""One set of total rows for the report, one set per day, or none (scheduled and custom reports)."""

TITLES: dict[Level, str] = {
    "campaign": "Campaign report",
    "ad_group": "Ad group report",
    "ad": "Ad report",
    "keyword": "Search keyword report",
    "search_term": "Search terms report",
}

Number = int | Decimal | None


class Column(NamedTuple):
    """A column: how its cell is made from a row, and whether totals have it."""

    header: str
    kind: Literal["text", "count", "money", "conversions", "share"]
    value: Callable[[AdRow], object]
    in_totals: bool = True


def _text(header: str, value: Callable[[AdRow], str]) -> Column:
    return Column(header, "text", value, in_totals=False)


def _share(part: Number | float, whole: Number | float) -> float | None:
    return float(part or 0) / float(whole) if whole else None


def _per(part: Decimal, whole: Number) -> Decimal | None:
    return part / whole if whole else None


def _written(row: AdRow) -> str:
    return {"Phrase match": f'"{row.keyword}"', "Exact match": f"[{row.keyword}]"}.get(
        row.match_type, row.keyword
    )


CLICKS = Column("Clicks", "count", lambda row: row.clicks)
IMPRESSIONS = Column("Impr.", "count", lambda row: row.impressions)
CTR = Column("CTR", "share", lambda row: _share(row.clicks, row.impressions))
CPC = Column("Avg. CPC", "money", lambda row: _per(row.spend, row.clicks))
COST = Column("Cost", "money", lambda row: row.spend)
INTERACTIONS = Column("Interactions", "count", lambda row: row.interactions)
RATE = Column("Interaction rate", "share", lambda row: _share(row.interactions, row.impressions))
CONVERSION_RATE = Column("Conv. rate", "share", lambda row: _share(row.conversions, row.interactions))
CONVERSIONS = Column("Conversions", "conversions", lambda row: row.conversions)
COST_PER_CONVERSION = Column("Cost / conv.", "money", lambda row: _per(row.spend, row.conversions))
VALUE = Column("Conv. value", "conversions", lambda row: row.conversion_value)
VALUE_PER_COST = Column("Conv. value / cost", "money", lambda row: _per(row.conversion_value, row.spend))
DAY = _text("Day", lambda row: row.day.isoformat())
CAMPAIGN = _text("Campaign", lambda row: row.campaign)
AD_GROUP = _text("Ad group", lambda row: row.ad_group)
STATUS = (_text("Status", lambda row: "Eligible"), _text("Status reasons", lambda row: ""))
CONVERSION_COLUMNS = (CONVERSION_RATE, CONVERSIONS, COST_PER_CONVERSION, VALUE, VALUE_PER_COST)


def _columns(level: Level, currency: str) -> list[Column]:
    money = Column("Currency code", "text", lambda row: currency)
    campaign_type = _text("Campaign type", lambda row: row.campaign_type)
    if level == "campaign":
        return [
            DAY, _text("Campaign status", lambda row: "Enabled"), CAMPAIGN,
            _text("Budget", lambda row: "300.00"), _text("Budget name", lambda row: ""),
            _text("Budget type", lambda row: "Daily"), *STATUS, _text("Optimization score", lambda row: ""),
            campaign_type, CLICKS, IMPRESSIONS, CTR, money, CPC, COST, INTERACTIONS, RATE,
            *CONVERSION_COLUMNS, _text("Search impr. share", lambda row: "< 10%"),
            _text("Search lost IS (rank)", lambda row: "> 90%"),
        ]  # fmt: skip
    if level == "ad_group":
        return [
            DAY, _text("Ad group status", lambda row: "Enabled"), AD_GROUP, CAMPAIGN, *STATUS, campaign_type,
            money, CLICKS, IMPRESSIONS, CTR, CPC, COST, *CONVERSION_COLUMNS,
        ]  # fmt: skip
    if level == "ad":
        return [
            DAY, _text("Ad status", lambda row: "Enabled"),
            _text("Final URL", lambda row: "https://qinglantea.com/"),
            _text("Headline 1", lambda row: row.ad), _text("Headline 1 position", lambda row: ""),
            _text("Headline 2", lambda row: "Qinglan Tea 青岚茶"),
            _text("Description 1", lambda row: "Picked by hand, shipped in 48 h"), CAMPAIGN, AD_GROUP,
            *STATUS, money, IMPRESSIONS, CLICKS, CTR, CPC, COST, *CONVERSION_COLUMNS,
        ]  # fmt: skip
    if level == "keyword":
        return [
            DAY, _text("Keyword status", lambda row: "Enabled"), _text("Keyword", _written),
            _text("Match type", lambda row: row.match_type), CAMPAIGN, AD_GROUP, *STATUS,
            _text("Final URL", lambda row: ""), _text("Mobile final URL", lambda row: ""),
            _text("Max. CPC", lambda row: "1.50"), money, CLICKS, IMPRESSIONS, CTR, CPC, COST,
            *CONVERSION_COLUMNS,
        ]  # fmt: skip
    return [
        DAY, _text("Search term", lambda row: row.search_term),
        _text("Match type", lambda row: row.match_type),
        _text("Added/Excluded", lambda row: "Added" if row.search_term == row.keyword else "None"), CAMPAIGN,
        AD_GROUP, _text("Keyword", _written), IMPRESSIONS, INTERACTIONS, RATE, CLICKS, money, CPC, COST,
        campaign_type, *CONVERSION_COLUMNS,
    ]  # fmt: skip


class _Total(NamedTuple):
    label: str
    day: str
    row: AdRow


def total(rows: Sequence[AdRow]) -> AdRow:
    """The sum of rows: measures added, everything else of no meaning."""
    first = rows[0]
    return first._replace(
        impressions=sum(row.impressions for row in rows),
        clicks=sum(row.clicks for row in rows),
        interactions=sum(row.interactions for row in rows),
        spend=sum((row.spend for row in rows), Decimal(0)),
        conversions=sum((row.conversions for row in rows), Decimal(0)),
        conversion_value=sum((row.conversion_value for row in rows), Decimal(0)),
    )


def _totals(
    level: Level, rows: Sequence[AdRow], others: Sequence[AdRow], account: Sequence[AdRow], per: Totals
) -> list[_Total]:
    """The total rows Google writes: first the listed rows, then other, overlapping sets."""
    if per == "none" or not rows:
        return []
    if per == "day":
        days = sorted({row.day for row in rows})
        return [
            each._replace(day=day.isoformat())
            for day in days
            for each in _totals(level, _on(day, rows), _on(day, others), _on(day, account), "report")
        ]
    listed = {
        "campaign": "Total: Campaigns", "ad_group": "Total: Ad groups", "ad": "Total: All but removed ads",
        "keyword": "Total: All but removed keywords", "search_term": "Total: Search terms",
    }[level]  # fmt: skip
    sets = [
        (listed, list(rows)),
        ("Total: Other search terms", list(others)),
        ("Total: Account", list(account)),
    ]
    for kind in ("Search", "Performance Max"):
        sets.append((f"Total: {kind}", [row for row in account if row.campaign_type == kind]))
    return [_Total(label, "", total(part)) for label, part in sets if part]


def _on(day: dt.date, rows: Sequence[AdRow]) -> list[AdRow]:
    return [row for row in rows if row.day == day]


def report(
    level: Level,
    rows: Sequence[AdRow],
    period: Period,
    *,
    file_format: FileFormat = "csv",
    totals: Totals = "report",
    others: Sequence[AdRow] = (),
    account: Sequence[AdRow] | None = None,
    currency: str = "USD",
    title: str | None = None,
    british: bool = False,
) -> bytes:
    """One report of one level for the days of ``period``.

    Args:
        level: the report tab.
        rows: daily rows of that level; rows outside the period are left out.
        period: the days; they stand in line 2.
        file_format: ``csv`` is UTF-8 with commas, ``excel_csv`` UTF-16LE with tabs, ``xlsx`` a workbook.
        totals: which total rows stand at the end.
        others: what the search-terms report does not list.
        account: rows behind ``Total: Account`` and the totals per campaign type; default: ``rows``.
        currency: the account's currency.
        title: line 1, if the user gave the report a name.
        british: ``1 May 2026`` instead of ``May 1, 2026`` in line 2.
    """
    rows, others, account = (
        [row for row in part if row.day in period]
        for part in (rows, others, rows if account is None else account)
    )
    columns = _columns(level, currency)
    ends = _totals(level, rows, others, account, totals)
    heading = [title or TITLES[level], _date_range(period, british)]
    if file_format == "xlsx":
        return _workbook(heading, columns, rows, ends)
    delimiter = "\t" if file_format == "excel_csv" else ","
    label_at = 3 if level == "keyword" else 1
    table = [[each] for each in heading] + [[column.header for column in columns]]
    table += [[_cell(column, row) for column in columns] for row in rows]
    table += [
        [_total_cell(each, number, label_at, column) for number, column in enumerate(columns)]
        for each in ends
    ]
    content = text.lines(table, delimiter)
    return b"\xff\xfe" + content.encode("utf-16-le") if file_format == "excel_csv" else content.encode()


def _date_range(period: Period, british: bool) -> str:
    pattern = "{0.day} {0:%B} {0.year}" if british else "{0:%B} {0.day}, {0.year}"
    return f"{pattern.format(period.first)} - {pattern.format(period.last)}"


def _cell(column: Column, row: AdRow) -> str:
    value = column.value(row)
    if value is None or value == "":
        return " --"
    match column.kind, value:
        case "count", int():
            return f"{value:,}"
        case "conversions", Decimal():
            return f"{value:,.2f}"
        case "money", Decimal():
            return f"{value:.2f}"
        case "share", float():
            return f"{100 * value:.2f}%"
    return str(value)


def _total_cell(each: _Total, number: int, label_at: int, column: Column) -> str:
    if number == 0:
        return each.day or " --"
    if number == label_at:
        return each.label
    return _cell(column, each.row) if column.in_totals else ""


def _workbook(heading: list[str], columns: list[Column], rows: Sequence[AdRow], ends: list[_Total]) -> bytes:
    """Sheet0 with two title rows; numbers are numbers, rates fractions, null is ``--`` without a blank."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2026, 6, 22)})
    sheet = book.add_worksheet("Sheet0")
    percent = book.add_format({"num_format": "0.00%"})
    for line, cell in enumerate(heading):
        sheet.write_string(line, 0, cell)
    sheet.write_row(2, 0, [column.header for column in columns])
    for line, row in enumerate([*rows, *(each.row for each in ends)], start=3):
        end = ends[line - 3 - len(rows)] if line >= 3 + len(rows) else None
        for number, column in enumerate(columns):
            if end and not column.in_totals:
                value: object = {0: end.day or "--", 1: end.label}.get(number)
            else:
                value = column.value(row)
            if value is None or value == "":
                if not (end and not column.in_totals):
                    sheet.write_string(line, number, "--")
            elif column.kind == "text":
                sheet.write_string(line, number, str(value))
            else:
                sheet.write_number(
                    line, number, float(str(value)), percent if column.kind == "share" else None
                )
    book.close()
    return buffer.getvalue()
