"""Ranks, links, crawls, keyword ideas, page experience and citations: snapshots, states and estimates."""

# ruff: noqa: E501  (rows stand as tables)

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .conftest import DbtProject

FACTS = (
    "fct_rank_daily", "fct_backlink_snapshot", "fct_crawl_page", "fct_keyword_idea", "fct_web_vitals_daily",
    "fct_search_citation_daily", "fct_search_citation_period", "fct_seo_coverage_daily",
)  # fmt: skip
SITE = "tea.example"
A, B, OLD = "https://tea.example/a", "https://tea.example/b", "https://tea.example/old"


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    ranks(dbt_project)
    links(dbt_project)
    pages(dbt_project)
    dbt_project.build("+int_seo_query", *(f"+{fact}" for fact in FACTS))
    assert dbt_project.failures == {}
    return dbt_project


def ranks(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-10", **common: Any) -> None:
        project.land(name, rows, dataset="search_rank", exported_at=exported_at, **{
            "platform": "semrush", "property": SITE, "account_id": SITE, "level": "keyword", "country": "us",
            "day": day(10), **common,
        })  # fmt: skip

    estimates = {"search_volume": 880, "keyword_difficulty": 45.0, "cpc_estimate": 1.5}
    land("positions.csv", [
        {"keyword": "tea", "url": A, "position": 8.0, "previous_position": 9.0, "traffic_estimate": 12.5, **estimates},
        {"keyword": "tea", "url": A, "position": 3.0, "previous_position": 0.0, "traffic_estimate": 0.1, **estimates},
        {"keyword": "tea", "url": B, "position": 12.0, "traffic_estimate": 0.2, "traffic_cost_estimate": 7.0, **estimates},
        {"keyword": "cup", "position": 0.0, "search_volume": 50},
        {"keyword": "pot", "url": B, "position": 101.0},
    ])  # fmt: skip
    land("positions, before.csv", [
        {"keyword": "tea", "url": OLD, "position": 1.0, "traffic_estimate": 300.0},
        {"keyword": "kettle", "url": OLD, "position": 55.0},
    ], exported_at="2026-06-09")  # fmt: skip
    land("a day before.csv", [{"keyword": "tea", "url": A, "position": 9.0}], day=day(9))
    land("mobile.csv", [{"keyword": "tea", "url": A, "position": 5.0}], device="Mobile")
    land(
        "another tool.csv",
        [{"keyword": "tea", "url": A, "position": 6.0}],
        platform="se_ranking",
        search_engine="Google",
    )
    land("pages.csv", [{"url": A, "traffic_estimate": 4000.0}], level="url")


def links(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str, **common: Any) -> None:
        project.land(
            name,
            rows,
            dataset="backlink",
            platform="ahrefs",
            account_id=SITE,
            exported_at=exported_at,
            **common,
        )

    page = {"source_url": "https://Blog.example:8080/post", "target_url": A, "day": day(10)}
    land("backlinks.csv", [
        {**page, "anchor": "tea", "domain_rating": 40.0, "link_type": "text"}, {**page, "anchor": "here"},
    ], "2026-06-10", level="page")  # fmt: skip
    land(
        "backlinks, later.csv",
        [{**page, "anchor": "tea", "domain_rating": 41.0}],
        "2026-06-10 12:00:00",
        level="page",
    )
    land("domains.csv", [
        {"source_domain": "blog.example", "links": 12, "day": day(10)}, {"source_domain": "blog.example", "links": 15, "day": day(17)},
    ], "2026-06-17", level="domain")  # fmt: skip


def pages(project: DbtProject) -> None:
    page = {"url": A, "crawled_at": "2026-06-10 10:00:00", "day": day(10)}
    crawl = {"dataset": "site_crawl", "platform": "screaming_frog", "level": "url"}
    project.land("crawl.csv", [
        {**page, "status_code": 200, "indexability": "Indexable", "inlinks": 7, "title": "Tea"},
        {**page, "url": B, "status_code": 404, "indexability": "Non-Indexable", "inlinks": 1},
    ], exported_at="2026-06-10", **crawl)  # fmt: skip
    project.land("crawl, again.csv", [{**page, "status_code": 301, "indexability": "Non-Indexable", "inlinks": 7}],
                 exported_at="2026-06-10 12:00:00", **crawl)  # fmt: skip
    planner = {
        "dataset": "keyword_idea",
        "platform": "google_keyword_planner",
        "level": "keyword",
        "account_id": "1",
    }
    project.land("stats.csv", [
        {"day": day(9), "keyword": "tea", "search_volume": 5000, "bid_low": 0.5, "currency_code": "EUR"},
        {"day": day(9), "keyword": "tea", "search_volume": 5000, "bid_low": 0.5, "currency_code": "EUR"},
    ], exported_at="2026-06-09", **planner)  # fmt: skip
    project.land("stats, restated.csv", [{"day": day(9), "keyword": "tea", "search_volume": 4400}],
                 exported_at="2026-06-10", report="stats", **planner)  # fmt: skip
    vitals = {
        "dataset": "web_vitals",
        "platform": "google_search_console",
        "property": SITE,
        "level": "property",
    }
    project.land("vitals mobile.csv", [{"day": day(1), "pages_good": 30, "pages_need_improvement": 2, "pages_poor": 1}],
                 device="Mobile", **vitals)  # fmt: skip
    project.land(
        "vitals desktop.csv", [{"day": day(1), "pages_good": 33, "pages_poor": 0}], device="desktop", **vitals
    )
    coverage = {
        "dataset": "search_coverage",
        "platform": "google_search_console",
        "property": SITE,
        "level": "property",
    }
    project.land(
        "coverage.csv",
        [{"day": day(1), "pages_indexed": 90, "impressions": 4}],
        exported_at="2026-06-02",
        **coverage,
    )
    project.land("coverage, twice.csv", [{"day": day(1), "pages_indexed": 91, "impressions": 5}] * 2,
                 exported_at="2026-06-03", **coverage)  # fmt: skip
    cited = {"dataset": "search_citation", "platform": "bing_webmaster", "property": SITE}
    project.land("ai.csv", [{"day": day(1), "citations": 4, "cited_pages": 3}, {"day": day(2), "citations": 6, "cited_pages": 3}],
                 level="property", **cited)  # fmt: skip
    span = {"period_start": day(1), "period_end": day(4)}
    project.land(
        "ai of four days.csv", [{**span, "citations": 15, "cited_pages": 5}], level="property", **cited
    )
    project.land("ai queries.csv", [{**span, "query": "best tea", "citations": 9}], level="query", **cited)
    project.land("ai pages.csv", [{**span, "page": A, "citations": 11}], level="page", **cited)


def test_a_keyword_has_the_rank_of_its_best_url(marts: DbtProject) -> None:
    """The URL of the older export is no longer true; the estimates are of all URLs the newest one names."""
    (row,) = marts.query(
        "select * from mart.fct_rank_daily where platform = 'semrush' and keyword = 'tea' and date_day = ?"
        " and device = '(unknown)'", day(10),
    )  # fmt: skip
    assert (row["rank"], row["previous_rank"], row["url"], row["ranking_urls"]) == (3, 9, A, 2)
    assert (row["traffic_estimate"], row["traffic_cost_estimate"], row["search_volume"]) == (12.8, 7, 880)


def test_ranks_stand_by_tool_device_and_day(marts: DbtProject) -> None:
    rows = marts.query("select * from mart.fct_rank_daily where keyword = 'tea'")
    assert {(row["platform"], row["search_engine"], row["device"], row["date_day"]): row["rank"] for row in rows} == {
        ("semrush", "(unknown)", "(unknown)", day(9)): 9, ("semrush", "(unknown)", "(unknown)", day(10)): 3,
        ("semrush", "(unknown)", "mobile", day(10)): 5, ("se_ranking", "Google", "(unknown)", day(10)): 6,
    }  # fmt: skip


def test_what_is_not_found_has_no_rank(marts: DbtProject) -> None:
    rows = marts.query("select keyword, rank, search_volume from mart.fct_rank_daily where keyword <> 'tea'")
    assert {row["keyword"]: (row["rank"], row["search_volume"]) for row in rows} == {
        "cup": (None, 50), "pot": (None, None), "kettle": (55, None),
    }  # fmt: skip


def test_links_by_level_and_snapshot(marts: DbtProject) -> None:
    rows = marts.query("select * from mart.fct_backlink_snapshot")
    key = ("date_day", "level", "source_domain", "anchor", "links", "domain_rating")
    assert {tuple(row[name] for name in key) for row in rows} == {
        (day(10), "page", "blog.example", "tea", None, 41), (day(10), "page", "blog.example", "here", None, None),
        (day(10), "domain", "blog.example", "", 12, None), (day(17), "domain", "blog.example", "", 15, None),
    }  # fmt: skip


def test_the_newest_crawl_of_a_day(marts: DbtProject) -> None:
    rows = marts.query(
        "select url, host, status_code, is_indexable, inlinks from mart.fct_crawl_page order by url"
    )
    assert [tuple(row.values()) for row in rows] == [
        (A, "tea.example", 301, False, 7), (B, "tea.example", 404, False, 1),
    ]  # fmt: skip


def test_estimates_are_never_summed(marts: DbtProject) -> None:
    rows = marts.query("select report, search_volume, currency_code from mart.fct_keyword_idea")
    assert [tuple(row.values()) for row in rows] == [("stats", 4400, None)]


def test_states_of_a_day(marts: DbtProject) -> None:
    rows = marts.query(
        "select device, pages_good, pages_need_improvement from mart.fct_web_vitals_daily order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("desktop", 33, None), ("mobile", 30, 2)]
    rows = marts.query("select pages_indexed, impressions from mart.fct_seo_coverage_daily")
    assert [tuple(row.values()) for row in rows] == [(91, 10)]


def test_citations_fill_open_days_and_levels_stay_apart(marts: DbtProject) -> None:
    """15 in four days, 10 of them on the first two; distinct pages belong to no day of a longer period."""
    rows = marts.query(
        "select date_day, citations, cited_pages, is_allocated from mart.fct_search_citation_daily order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(1), 4, 3, False), (day(2), 6, 3, False), (day(3), 3, None, True), (day(4), 2, None, True),
    ]  # fmt: skip
    rows = marts.query("select level, query, page, citations from mart.fct_search_citation_period order by 1")
    assert [tuple(row.values()) for row in rows] == [("page", "", A, 11), ("query", "best tea", "", 9)]
