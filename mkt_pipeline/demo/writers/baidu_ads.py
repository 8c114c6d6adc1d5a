"""Baidu 百度推广 report downloads: GB18030 csv under a preamble, by day or as one sum per period.

What is here: the preamble (数据生成时间 … 时间单位), headers, spellings. What is not: the client's workbook,
feed ads (信息流). The layout follows published readers of such files; no file written by the platform was at
hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from mkt_pipeline.demo.rows import AdRow, Period
from mkt_pipeline.demo.writers import text

Level = Literal["campaign", "keyword", "search_term"]
Cell = Callable[[AdRow], str]

_MEASURES: list[tuple[str, Cell]] = [
    ("展现", lambda row: str(row.impressions)),
    ("点击", lambda row: str(row.clicks)),
    ("消费", lambda row: f"{row.spend:.2f}"),
    ("点击率", lambda row: text.percent(row.clicks, row.impressions)),
]
_PRICE: tuple[str, Cell] = (
    "平均点击价格",
    lambda row: f"{row.spend / row.clicks if row.clicks else Decimal(0):.2f}",
)
_CAMPAIGN: tuple[str, Cell] = ("推广计划", lambda row: row.campaign)
_AD_GROUP: tuple[str, Cell] = ("推广单元", lambda row: row.ad_group)
_KEYWORD: tuple[str, Cell] = ("关键词", lambda row: row.keyword)


def _whole_conversions(row: AdRow) -> str:
    return f"{row.conversions:.0f}"


def _columns(level: Level, account: str) -> list[tuple[str, Cell]]:
    name: tuple[str, Cell] = ("账户", lambda row: account)
    if level == "campaign":
        return [name, _CAMPAIGN, *_MEASURES, _PRICE, ("网页转化", _whole_conversions)]
    if level == "keyword":
        return [
            name, _CAMPAIGN, _AD_GROUP, _KEYWORD, *_MEASURES, _PRICE, ("网页转化", _whole_conversions),
            ("商桥转化", lambda row: "0"),
        ]  # fmt: skip
    return [
        _CAMPAIGN, _AD_GROUP, _KEYWORD, ("搜索词", lambda row: row.search_term),
        ("当前单元的添加状态", lambda row: "已添加" if row.search_term == row.keyword else "未添加"),
        *_MEASURES, ("总转化量", _whole_conversions), ("精确匹配扩展(地域词扩展)触发", lambda row: "否"),
        ("高级精确匹配触发", lambda row: "否"),
    ]  # fmt: skip


def report(
    level: Level,
    rows: Sequence[AdRow],
    period: Period,
    *,
    generated_at: dt.datetime,
    account: str = "qinglan-tea",
    daily: bool = True,
    encoding: str = "gb18030",
) -> bytes:
    """One report. With ``daily=False`` (合计) there is one row per entity and its date is the range."""
    listed = [row for row in rows if row.day in period]
    if not daily:
        listed = _sums(listed)
    range_text = (
        f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"
        if period.first != period.last
        else f"{period.first:%Y%m%d}"
    )
    preamble = [
        f"数据生成时间：{generated_at:%Y-%m-%d %H:%M}",
        "数据生成条件：",
        f"1. 时间范围：{range_text}",
        f"2. 时间单位：{'分日' if daily else '合计'}",
        "3. 推广设备：移动设备，计算机",
        "4. 投放网络：全部",
        "",
    ]
    columns = _columns(level, account)
    body = [",".join(["日期", *(header for header, _ in columns)])]
    for row in listed:
        day = f"{row.day:%Y-%m-%d}" if daily else range_text
        body.append(f'"{day}",' + text.line(cell(row) for _, cell in columns))
    return "".join(f"{each}\r\n" for each in preamble + body).encode(encoding)


def _sums(rows: Sequence[AdRow]) -> list[AdRow]:
    sums: dict[tuple[str, ...], AdRow] = {}
    for row in rows:
        key = (row.campaign, row.ad_group, row.keyword, row.search_term)
        old = sums.get(key)
        sums[key] = row if old is None else old._replace(
            impressions=old.impressions + row.impressions, clicks=old.clicks + row.clicks,
            spend=old.spend + row.spend, conversions=old.conversions + row.conversions,
        )  # fmt: skip
    return list(sums.values())
