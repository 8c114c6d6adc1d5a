"""Which exports somebody at the demo company downloaded, when, and under which names.

What is here: the schedule of downloads, with what every team does: overlapping ranges, the same report twice,
a second download after numbers were restated, a day forgotten. What is not: formats (``writers/``), numbers.

Names are as the browser saves them: a name already taken gets `` (1)``. The modification time of a file is
the moment of its export, which for several platforms is the only trace of that moment.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from mkt_pipeline.demo import owned
from mkt_pipeline.demo.company import DATA, RESTATED, Company
from mkt_pipeline.demo.rows import AdRow, Period
from mkt_pipeline.demo.truth import AD_MEASURES, FileTruth, PartTruth, sums
from mkt_pipeline.demo.writers import baidu_ads, ga4, google_ads, mailchimp, meta_ads, search_console, x

TEAM_TIME = ZoneInfo("Asia/Shanghai")


class Export(NamedTuple):
    """One download: where it came from, its name before the browser numbers it, and its content."""

    platform: str
    name: str
    exported_at: dt.datetime
    period: Period
    content: bytes
    parts: tuple[PartTruth, ...]


def write_inbox(folder: Path, truth: Company) -> tuple[FileTruth, ...]:
    """Write all downloads in the order they were made; returns what each must land as."""
    folder.mkdir(parents=True, exist_ok=True)
    downloads = sorted(_downloads(truth), key=lambda each: each.exported_at)
    written: list[FileTruth] = []
    names: dict[bytes, str] = {}
    for each in downloads:
        name = _free_name(each.name, {file.name for file in written})
        path = folder / name
        path.write_bytes(each.content)
        moment = each.exported_at.replace(tzinfo=TEAM_TIME).timestamp()
        os.utime(path, (moment, moment))
        written.append(
            FileTruth(
                name,
                each.platform,
                each.exported_at,
                each.period.first,
                each.period.last,
                each.parts,
                names.get(each.content),
            )
        )
        names.setdefault(each.content, name)
    return tuple(written)


def _free_name(name: str, taken: set[str]) -> str:
    path, number = Path(name), 1
    while name in taken:
        name = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return name


def _downloads(truth: Company) -> Iterator[Export]:
    for source in (_google, _baidu, _meta, _search_console, _mailchimp, _x, _ga4):
        yield from source(truth)


def _day(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


def _at(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute)


FIRST_HALF = Period(DATA.first, _day(5, 24))
SECOND_HALF = Period(_day(5, 25), DATA.last)


def _ad_part(level: str, rows: Iterable[AdRow], period: Period) -> tuple[PartTruth, ...]:
    listed = [row for row in rows if row.day in period]
    return (PartTruth("", "ad_performance", level, len(listed), sums(AD_MEASURES, listed)),)


def _google(truth: Company) -> Iterator[Export]:
    account = truth.account("google_ads")
    complete = account.rows["campaign"]
    as_first_seen = [row for row in complete if row.day not in RESTATED] + truth.first_statement

    def export(
        level: google_ads.Level,
        period: Period,
        moment: dt.datetime,
        rows: Sequence[AdRow] | None = None,
        extension: str = "csv",
        **how: Any,
    ) -> Export:
        listed = account.rows[level] if rows is None else rows
        others = account.other_terms if level == "search_term" else ()
        content = google_ads.report(
            level, listed, period, others=others, account=complete if rows is None else rows, **how
        )
        return Export(
            "google_ads",
            f"{google_ads.TITLES[level]}.{extension}",
            moment,
            period,
            content,
            _ad_part(level, listed, period),
        )

    yield export("campaign", Period(DATA.first, _day(5, 31)), _at(6, 1, 9, 10), as_first_seen)
    yield export("campaign", Period(_day(6, 1), _day(6, 7)), _at(6, 8, 9, 5), as_first_seen)
    yield export(
        "campaign",
        Period(_day(5, 25), _day(6, 7)),
        _at(6, 8, 16, 40),
        as_first_seen,
        totals="day",
        british=True,
    )
    yield export("campaign", Period(_day(6, 8), _day(6, 14)), _at(6, 15, 9, 2), as_first_seen)
    yield export(
        "campaign",
        Period(_day(6, 15), _day(6, 21)),
        _at(6, 22, 9, 0),
        as_first_seen,
        title="Weekly campaigns",
        totals="none",
    )
    yield export("campaign", RESTATED, _at(6, 22, 17, 30), complete)
    for hour in (10, 11):  # once more by mistake: the same bytes
        yield export("ad_group", DATA, _at(6, 22, hour), file_format="excel_csv")
    yield export("ad", FIRST_HALF, _at(6, 22, 10, 5), file_format="excel_csv")
    yield export("ad", SECOND_HALF, _at(6, 22, 10, 6), extension="xlsx", file_format="xlsx")
    yield export("keyword", FIRST_HALF, _at(6, 22, 10, 10), file_format="excel_csv")
    yield export("keyword", SECOND_HALF, _at(6, 22, 10, 12), file_format="excel_csv")
    yield export("search_term", FIRST_HALF, _at(6, 22, 10, 20))
    yield export("search_term", Period(_day(5, 18), DATA.last), _at(6, 22, 10, 25))


def _baidu(truth: Company) -> Iterator[Export]:
    account = truth.account("baidu_ads")
    names: dict[baidu_ads.Level, str] = {
        "campaign": "计划报告.csv",
        "keyword": "关键词报告.csv",
        "search_term": "搜索词报告.csv",
    }
    for number, (level, name) in enumerate(names.items()):
        for period, moment in (
            (FIRST_HALF, _at(5, 25, 14, 2 + number)),
            (SECOND_HALF, _at(6, 22, 9, 31 + number)),
        ):
            content = baidu_ads.report(level, account.rows[level], period, generated_at=moment)
            yield Export(
                "baidu_ads", name, moment, period, content, _ad_part(level, account.rows[level], period)
            )


def _meta(truth: Company) -> Iterator[Export]:
    account = truth.account("meta_ads")
    exports: list[tuple[Period, dt.datetime, meta_ads.Language]] = [
        (Period(DATA.first, _day(5, 31)), _at(6, 1, 10, 0), "en"),
        (Period(_day(6, 1), _day(6, 15)), _at(6, 16, 10, 0), "en"),
        (Period(_day(6, 14), DATA.last), _at(6, 22, 9, 45), "zh-CN"),
    ]
    for period, moment, language in exports:
        content = meta_ads.report("ad", account.rows["ad"], period, language=language)
        parts = _ad_part("ad", account.rows["ad"], period)
        yield Export("meta_ads", meta_ads.file_name(period, language), moment, period, content, parts)
    rows = account.rows["campaign"]
    content = meta_ads.report("campaign", rows, SECOND_HALF, language="zh-TW", xlsx=True)
    name = "未命名報告-May-25-2026-to-Jun-21-2026.xlsx"
    parts = _ad_part("campaign", rows, SECOND_HALF)
    yield Export("meta_ads", name, _at(6, 22, 9, 50), SECOND_HALF, content, parts)


def _search_console(truth: Company) -> Iterator[Export]:
    exports: list[tuple[Period, dt.date, search_console.Language]] = [
        (FIRST_HALF, _day(5, 25), "en"),
        (Period(_day(5, 11), _day(6, 7)), _day(6, 8), "en"),
        (SECOND_HALF, _day(6, 22), "zh-CN"),
    ]
    dimensions: tuple[search_console.Dimension, ...] = ("query", "page", "country", "device")
    for period, day, language in exports:
        chart = [row for _, row in truth.search.chart(period)]
        tables = {each: truth.search.table(each, period) for each in dimensions}
        named = zip(
            search_console.members(language),
            ("property", *dimensions),
            (chart, *tables.values()),
            strict=False,
        )
        parts = tuple(
            PartTruth(member, "search_performance", level, len(rows), sums(("impressions", "clicks"), rows))
            for member, level, rows in named
        )
        content = search_console.performance_zip(chart, tables, language=language)
        moment = dt.datetime.combine(day, dt.time(11, 15))
        yield Export(
            "google_search_console", search_console.file_name(owned.SITE, day), moment, period, content, parts
        )


def _mailchimp(truth: Company) -> Iterator[Export]:
    for moment in (_at(6, 1, 11, 30), _at(6, 22, 11, 30)):
        rows = [each.at(moment) for each in truth.mailings if each.final.sent_at <= moment]
        measures = (
            "unique_opens",
            "total_opens",
            "unique_clicks",
            "total_clicks",
            "unsubscribes",
            "orders",
            "revenue",
        )
        totals = {mailchimp.CANONICAL[name]: value for name, value in sums(measures, rows).items()}
        totals |= {"sends": sums(("recipients",), rows)["recipients"]}
        period = Period(rows[0].sent_at.date(), rows[-1].sent_at.date())
        part = PartTruth("", "email_campaign", "mailing", len(rows), totals)
        yield Export("mailchimp", "campaigns.csv", moment, period, mailchimp.campaigns(rows), (part,))


POST_MEASURES = ("impressions", "engagements", "likes", "reposts", "shares")


def _x(truth: Company) -> Iterator[Export]:
    for period, moment in ((FIRST_HALF, _at(5, 25, 12, 0)), (DATA, _at(6, 22, 12, 0))):
        rows = [post.at(period.last) for post in truth.posts if post.final.day in period]
        part = PartTruth("", "social_post", "post", len(rows), sums(POST_MEASURES, rows))
        yield Export("x", x.content_name(period), moment, period, x.content(rows), (part,))
    days = truth.account_days
    totals = sums((*POST_MEASURES, "follows", "unfollows"), days)
    part = PartTruth("", "social_account", "account", len(days), totals)
    yield Export("x", "account_overview_analytics.csv", _at(6, 22, 12, 5), DATA, x.overview(days), (part,))


WEEKS = tuple(Period(DATA.days[start], DATA.days[start + 6]) for start in range(0, len(DATA.days), 7))


def _ga4(truth: Company) -> Iterator[Export]:
    for week in WEEKS:
        rows = ga4.sums(truth.web, week)
        totals = sums(("sessions", "engaged_sessions", "event_count"), rows)
        money = sums(("key_events", "revenue"), rows)
        totals |= {"conversions": money["key_events"], "conversion_value": money["revenue"]}
        part = PartTruth("", "web_traffic", "source_medium_campaign", len(rows), totals)
        moment = dt.datetime.combine(week.last + dt.timedelta(1), dt.time(8, 50))
        name = "Traffic_acquisition_Session_source_medium.csv"
        yield Export("ga4", name, moment, week, ga4.traffic_acquisition(truth.web, week), (part,))
