"""The tests of search data notice what they are for.

What is here: facts falsified in the build file. What is not: known answers of good data
(``test_seo_marts.py``, ``test_seo_tools.py``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .conftest import DbtProject

FACTS = (
    "fct_seo_property_daily", "fct_seo_query_daily", "fct_seo_query_period", "fct_seo_page_daily",
    "fct_seo_page_period", "fct_seo_query_page_daily", "fct_seo_query_page_period", "fct_seo_breakdown_daily",
    "fct_seo_breakdown_period", "fct_rank_daily",
)  # fmt: skip
POSITIONS = {
    "seo": "fct_seo_property_daily", "seo_query": "fct_seo_query_daily",
    "seo_query_period": "fct_seo_query_period", "seo_page_daily": "fct_seo_page_daily",
    "seo_page_period": "fct_seo_page_period", "seo_query_page_daily": "fct_seo_query_page_daily",
    "seo_query_page_period": "fct_seo_query_page_period", "seo_breakdown_daily": "fct_seo_breakdown_daily",
    "seo_breakdown_period": "fct_seo_breakdown_period",
}  # fmt: skip
CLICKS = {name: fact for name, fact in POSITIONS.items() if "breakdown" not in name}
GUARDS = (
    *(f"{name}_positions_start_at_one" for name in POSITIONS),
    *(f"{name}_clicks_within_impressions" for name in CLICKS),
    "daily_queries_sum_to_property", "queries_sum_to_property", "seo_query_rest_is_not_negative",
    "seo_query_period_rest_is_not_negative", "seo_breakdowns_near_property", "seo_statements_reach_facts",
    "search_ranked_impressions_within_impressions", "ranks_are_1_to_100",
    "rank_estimates_are_those_of_their_urls",
)  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def falsified(dbt_project: DbtProject) -> DbtProject:
    """Every fact gets two rows in order; then one is falsified by position, the other by clicks."""
    dbt_project.settings(as_of="2026-06-22")
    site = {"platform": "google_search_console", "property": "tea.example", "search_type": "web"}
    numbers = {"impressions": 10, "clicks": 1, "position": 2.0}
    for number in (1, 2):
        tables: dict[str, dict[str, Any]] = {
            "property": {}, "query": {"query": "tea"}, "page": {"page": "/a"}, "country": {"country": "fra"},
            "combined": {"query": "tea", "page": "/a"},
        }  # fmt: skip
        for level, dimensions in tables.items():
            dbt_project.land(
                f"{level} {number}", [{"day": day(number), **dimensions, **numbers}],
                dataset="search_performance", level=level, **site,
            )  # fmt: skip
            if level != "property":
                span = {"period_start": day(1), "period_end": day(1 + number)}
                dbt_project.land(
                    f"{level} until {number}", [{**span, **dimensions, **numbers}],
                    dataset="search_performance", level=level, **site,
                )  # fmt: skip
    rank = {"platform": "semrush", "keyword": "tea", "level": "keyword", "day": day(1)}
    dbt_project.land("ranks", [
        {**rank, "url": "/a", "position": 3.0, "traffic_estimate": 5.0},
        {**rank, "url": "/b", "traffic_estimate": 1.0},
    ], dataset="search_rank")  # fmt: skip
    dbt_project.build("+int_seo_query", *(f"+{fact}" for fact in FACTS), tested=False)
    assert dbt_project.failures == {}

    first, second = ("period_end = date '2026-06-02'", "period_end = date '2026-06-03'"), (
        "date_day = date '2026-06-01'", "date_day = date '2026-06-02'",
    )  # fmt: skip
    for fact in POSITIONS.values():
        one, other = first if fact.endswith("_period") else second
        rest = " and not is_remainder" if "query_daily" in fact or "query_period" in fact else ""
        dbt_project.tamper(
            f"update mart.{fact} set position_weight = 9 where {one}{rest}",
            f"update mart.{fact} set clicks = 11 where {other}{rest}",
        )
    dbt_project.tamper(
        "update mart.fct_seo_query_daily set impressions = -1 where is_remainder",
        "update mart.fct_seo_query_period set impressions = -1 where is_remainder",
        "update mart.fct_seo_breakdown_daily set impressions = impressions + 1",
        "update staging.stg_search_performance set ranked_impressions = 11 where level = 'page'",
        "update mart.fct_rank_daily set rank = 0, traffic_estimate = 5",
    )
    dbt_project.build(*GUARDS, command="test")
    return dbt_project


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(falsified: DbtProject, guard: str) -> None:
    assert guard in falsified.failed_tests()


def test_the_facts_that_lost_rows_are_named(falsified: DbtProject) -> None:
    assert falsified.messages("seo_statements_reach_facts") == {
        f"{fact} does not hold what was stated" for fact in POSITIONS.values()
    }
