"""Search Console performance exports: a zip of seven csv files, in English or Simplified Chinese.

What is here: member names, headers, percent and position spelling, the filters file. What is not: the
page-indexing (coverage) export, the bulk export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from mkt_pipeline.demo.rows import SearchRow
from mkt_pipeline.demo.writers import text

Language = Literal["en", "zh-CN"]
Dimension = Literal["query", "page", "country", "device"]
DIMENSIONS: tuple[Dimension, ...] = ("query", "page", "country", "device")


class _Words(NamedTuple):
    members: tuple[str, ...]
    labels: tuple[str, ...]
    measures: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]
    devices: Mapping[str, str]
    countries: Mapping[str, str]


_WORDS: dict[Language, _Words] = {
    "en": _Words(
        (
            "Chart.csv",
            "Queries.csv",
            "Pages.csv",
            "Countries.csv",
            "Devices.csv",
            "Search appearance.csv",
            "Filters.csv",
        ),
        ("Date", "Top queries", "Top pages", "Country", "Device", "Search Appearance"),
        ("Clicks", "Impressions", "CTR", "Position"),
        (("Filter", "Value"), ("Search type", "Web"), ("Date", "Last 28 days")),
        {},
        {},
    ),
    "zh-CN": _Words(
        ("图表.csv", "查询数.csv", "网页.csv", "国家_地区.csv", "设备.csv", "搜索结果呈现.csv", "过滤器.csv"),
        ("日期", "热门查询", "排名靠前的网页", "国家/地区", "设备", "搜索结果呈现"),
        ("点击次数", "展示", "点击率", "排名"),
        (("过滤器", "值"), ("搜索类型", "网络"), ("日期", "过去 28 天")),
        {"Desktop": "桌面", "Mobile": "移动设备", "Tablet": "平板电脑"},
        {
            "United States": "美国",
            "China": "中国",
            "Singapore": "新加坡",
            "Canada": "加拿大",
            "Australia": "澳大利亚",
            "United Kingdom": "英国",
            "Malaysia": "马来西亚",
            "Germany": "德国",
            "Japan": "日本",
        },
    ),
}


def performance_zip(
    chart: Sequence[SearchRow], tables: Mapping[Dimension, Sequence[SearchRow]], *, language: Language = "en"
) -> bytes:
    """The download of one property: ``chart`` has a row per day (label = ISO date), tables have no dates."""
    words = _WORDS[language]
    translate = {**words.devices, **words.countries}
    parts = [chart, *(tables[dimension] for dimension in DIMENSIONS), []]
    members = {}
    for name, label, rows in zip(words.members, words.labels, parts, strict=False):
        table = [
            [label, *words.measures],
            *([translate.get(row.label, row.label), *_measures(row)] for row in rows),
        ]
        members[name] = _content(table)
    members[words.members[-1]] = _content([list(pair) for pair in words.filters])
    return text.zip_archive(members)


def members(language: Language = "en") -> tuple[str, ...]:
    """Names of the members, in order: chart, queries, pages, countries, devices, appearance, filters."""
    return _WORDS[language].members


def file_name(site: str, exported: dt.date) -> str:
    """The name of the zip: the property, the kind of result, and the day of the export."""
    return f"{site}-Performance-on-Search-{exported.isoformat()}.zip"


def _content(table: Sequence[Sequence[str]]) -> bytes:
    return text.lines(table).rstrip("\n").encode()  # these files end without a line end


def _measures(row: SearchRow) -> list[str]:
    if row.position is None:
        return [str(row.clicks), str(row.impressions), "", ""]
    rate = text.trimmed(100 * row.clicks / row.impressions) + "%"
    return [str(row.clicks), str(row.impressions), rate, text.trimmed(row.position)]
