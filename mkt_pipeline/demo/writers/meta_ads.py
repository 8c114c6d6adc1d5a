"""Meta Ads Reporting exports: csv with byte order mark in English or Simplified Chinese, xlsx in zh-TW.

What is here: headers that carry the currency, names with blanks in quotes, the first row without dimensions
that holds the totals. What is not: the Business Suite's insights (another product, another format).
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
from mkt_pipeline.demo.writers.google_ads import total

Language = Literal["en", "zh-CN", "zh-TW"]


class _Column(NamedTuple):
    en: str
    zh_cn: str
    zh_tw: str
    value: Callable[[AdRow], object]
    in_totals: bool = True


ALL_CLICKS = Decimal("1.3")


def clicks_all(row: AdRow) -> int:
    """All clicks, reactions and profile clicks included: more than link clicks."""
    return int(row.clicks * ALL_CLICKS)


_DIMENSIONS = {
    "day": _Column("Day", "单日", "天", lambda row: row.day.isoformat(), False),
    "campaign": _Column("Campaign name", "广告系列名称", "行銷活動名稱", lambda row: row.campaign, False),
    "ad_group": _Column("Ad set name", "广告组名称", "廣告組合名稱", lambda row: row.ad_group, False),
    "ad": _Column("Ad name", "广告名称", "廣告名稱", lambda row: row.ad, False),
}


def _columns(level: str, period: Period, currency: str) -> list[_Column]:
    depth = {
        "campaign": ("day", "campaign"),
        "ad_group": ("day", "campaign", "ad_group"),
        "ad": ("day", "campaign", "ad_group", "ad"),
    }
    return [
        _Column("Reporting starts", "报告开始日期", "分析報告開始", lambda row: period.first.isoformat()),
        _Column("Reporting ends", "报告结束日期", "分析報告結束", lambda row: period.last.isoformat()),
        *(_DIMENSIONS[name] for name in depth[level]),
        _Column("Delivery status", "投放状态", "投遞狀態", lambda row: "active", False),
        _Column("Attribution setting", "归因设置", "歸因設定", lambda row: "7-day click or 1-day view"),
        _Column("Result type", "成效类型", "成果類型", lambda row: "Website purchases", False),
        _Column("Results", "成效", "成果", lambda row: row.conversions if row.conversions else None, False),
        _Column("Reach", "覆盖人数", "觸及人數", lambda row: row.reach),
        _Column("Impressions", "展示次数", "曝光次數", lambda row: row.impressions),
        _Column("Frequency", "频次", "頻率", lambda row: row.impressions / row.reach if row.reach else None),
        _Column("Link clicks", "链接点击量", "連結點擊次數", lambda row: row.clicks),
        _Column("Clicks (all)", "点击量（全部）", "點擊次數（全部）", clicks_all),
        _Column(
            "CPM (cost per 1,000 impressions)",
            f"CPM（千次展示费用） ({currency})",
            "CPM（每千次廣告曝光成本）",
            lambda row: row.spend * 1000 / row.impressions if row.impressions else None,
        ),
        _Column(
            f"Amount spent ({currency})",
            f"已花费金额 ({currency})",
            f"花費金額 ({currency})",
            lambda row: row.spend,
        ),
        _Column(
            "Purchases", "购物次数", "購買次數", lambda row: row.conversions if row.conversions else None
        ),
        _Column(
            "Purchases conversion value",
            "购物转化价值",
            "購買轉換值",
            lambda row: row.conversion_value or None,
        ),
    ]


def report(
    level: Literal["campaign", "ad_group", "ad"],
    rows: Sequence[AdRow],
    period: Period,
    *,
    language: Language = "en",
    currency: str = "USD",
    totals: bool = True,
    xlsx: bool = False,
) -> bytes:
    """One export with a row per day and entity. Empty cells are null: days without purchases have none."""
    rows = [row for row in rows if row.day in period]
    columns = _columns(level, period, currency)
    header = [{"en": column.en, "zh-CN": column.zh_cn, "zh-TW": column.zh_tw}[language] for column in columns]
    table = [[column.value(row) for column in columns] for row in rows]
    if totals and rows:
        whole = total(rows)._replace(reach=max(row.reach for row in rows) * 3)
        mixed = [column.value(whole) if column.in_totals else None for column in columns]
        names = [column.en for column in columns]
        mixed[names.index("Result type")] = "mixed"
        mixed[names.index("Clicks (all)")] = sum(clicks_all(row) for row in rows)
        table.insert(0, mixed)
    if xlsx:
        return _workbook(header, table)
    written = [header, *([_spelled(cell) for cell in row] for row in table)]
    return text.lines(written, blanks=True).encode("utf-8-sig")


def file_name(period: Period, language: Language = "en", account: str = "Qinglan-Tea") -> str:
    """The name Ads Manager gives: account, tab, and the two dates glued together."""
    tab = {"en": "Ads", "zh-CN": "广告", "zh-TW": "廣告"}[language]
    first, last = (f"{day.day}-{day:%b-%Y}" for day in (period.first, period.last))
    return f"{account}-{tab}-{first}{last}.csv"


def _spelled(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return text.trimmed(cell, 8)
    if isinstance(cell, Decimal):
        return text.trimmed(float(cell), 8) if cell != cell.to_integral_value() else f"{cell:.0f}"
    return str(cell)


def _workbook(header: list[str], table: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2026, 6, 22)})
    sheet = book.add_worksheet("Raw Data Report")
    sheet.write_row(0, 0, header)
    for line, row in enumerate(table, start=1):
        for number, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, number, cell)
            elif cell is not None:
                sheet.write_number(line, number, float(str(cell)))
    book.close()
    return buffer.getvalue()
