"""Organic search by property, query, page and breakdown: what is added up, and what never."""

# ruff: noqa: E501  (rows stand as tables)

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

FACTS = (
    "fct_seo_property_daily", "fct_seo_query_daily", "fct_seo_query_period", "fct_seo_page_daily",
    "fct_seo_page_period", "fct_seo_query_page_daily", "fct_seo_query_page_period", "fct_seo_breakdown_daily",
    "fct_seo_breakdown_period",
)  # fmt: skip
SITE = "tea.example"
BULK = "bulk.example"
A, B = "https://tea.example/a", "https://tea.example/spring/b"
NOTICED = {
    "seo_query_rest_is_not_negative": {"the listed queries say more than the property"},
    "seo_breakdowns_near_property": {"country rows of tea.example on 2026-06-03 are not the property"},
    "seo_clicks_within_impressions": {"more clicks than impressions"},
}
"""Warnings that the planted data deserve."""


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


def span(first: int, last: int) -> dict[str, Any]:
    return {"period_start": day(first), "period_end": day(last)}


def bulk_rows() -> list[dict[str, Any]]:
    """A site table of three days as the bulk export writes it: several rows per key, rare queries withheld."""
    draw = random.Random(7)
    return [
        {
            "day": day(draw.randint(1, 3)), "query": None if withheld else draw.choice(["oolong", "sencha", "白茶"]),
            "is_anonymized": withheld, "country": draw.choice(["fra", "deu", "jpn"]),
            "device": draw.choice(["MOBILE", "DESKTOP"]), "impressions": (impressions := draw.randint(1, 90)),
            "clicks": draw.randint(0, impressions // 8), "position_sum": float(draw.randint(0, 40 * impressions)),
        }
        for withheld in (draw.random() < 0.3 for _ in range(400))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.put("plan_campaign", [{
        "marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春", "currency_code": "USD",
        "start_date": day(1), "end_date": day(2), "budget": Decimal(1),
    }])  # fmt: skip
    dbt_project.put("plan_match", [{
        "marketing_campaign_id": "spring", "rule_number": 1, "match_field": "page", "like_pattern": "%/spring/%",
    }])  # fmt: skip
    bulk(dbt_project)
    pulled(dbt_project)
    charts(dbt_project)
    others(dbt_project)
    dbt_project.build("+int_seo_query", *(f"+{fact}" for fact in FACTS))
    return dbt_project


def landing(project: DbtProject, platform: str = "google_search_console", site: str = SITE) -> Any:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-08", **common: Any) -> str:
        return project.land(
            name, rows, dataset="search_performance", exported_at=exported_at,
            **{"platform": platform, "property": site, "account_id": site, "search_type": "web", **common},
        )  # fmt: skip

    return land


def bulk(project: DbtProject) -> None:
    """One part feeds both levels, as landing writes it: rows by query, and the same rows as the property's."""
    land = landing(project)
    site = [
        {"query": "green tea", "is_anonymized": False, "country": "fra", "device": "MOBILE",
         "impressions": 10, "clicks": 2, "position_sum": 25.0},
        {"query": "green tea", "is_anonymized": False, "country": "fra", "device": "MOBILE",
         "impressions": 5, "clicks": 1, "position_sum": 5.0},
        {"query": "green tea", "is_anonymized": False, "country": "deu", "device": "DESKTOP",
         "impressions": 5, "clicks": 0, "position_sum": 10.0},
        {"is_anonymized": True, "country": "fra", "device": "DESKTOP",
         "impressions": 30, "clicks": 1, "position_sum": 270.0},
    ]  # fmt: skip
    measures = ("impressions", "clicks", "position_sum")
    land("site.csv", [{"level": "combined", **row} for row in site] + [
        {"level": "property", **{name: row[name] for name in measures}} for row in site
    ], **span(1, 1))  # fmt: skip
    # The same searches, once for every URL shown; a row of Discover has no query at all.
    land("url.csv", [
        {"query": "green tea", "is_anonymized": False, "page": A, "impressions": 20, "clicks": 3, "position_sum": 40.0},
        {"query": "green tea", "is_anonymized": False, "page": B, "impressions": 14, "clicks": 0, "position_sum": 100.0},
        {"is_anonymized": True, "page": A, "impressions": 30, "clicks": 1, "position_sum": 270.0},
        {"is_anonymized": False, "page": A, "impressions": 9, "clicks": 4, "position_sum": None,
         "search_type": "discover"},
    ], level="combined", country="fra", device="MOBILE", **span(1, 1))  # fmt: skip

    land = landing(project, site=BULK)
    rows = bulk_rows()
    land("bulk.csv", [{"level": "combined", **row} for row in rows] + [
        {"level": "property", "day": row["day"], **{name: row[name] for name in measures}} for row in rows
    ])  # fmt: skip


def pulled(project: DbtProject) -> None:
    """Tables of an API: what it withholds has no row."""
    land = landing(project)
    common = {"level": "combined", **span(2, 2)}
    land("all dimensions.csv", [
        {"query": "tea", "page": A, "country": "fra", "device": "MOBILE", "impressions": 50, "clicks": 5, "position": 1.2},
        {"query": "tea", "page": B, "country": "fra", "device": "MOBILE", "impressions": 45, "clicks": 1, "position": 2.4},
        {"query": "tea", "page": A, "country": "deu", "device": "MOBILE", "impressions": 10, "clicks": 0, "position": 3.1},
    ], **common)  # fmt: skip
    land("countries and devices.csv", [
        {"country": "fra", "device": "MOBILE", "impressions": 60, "clicks": 7, "position": 1.3},
        {"country": "deu", "device": "DESKTOP", "impressions": 40, "clicks": 3, "position": 2.125},
    ], **common)  # fmt: skip
    land("queries.csv", [
        {"query": "tea", "impressions": 60, "clicks": 6, "position": 1.5},
        {"query": "cup", "impressions": 24, "clicks": 1, "position": 2.0},
    ], **common)  # fmt: skip
    land("queries, once more.csv", [{"query": "cup", "impressions": 25, "clicks": 2, "position": 2.0}],
         exported_at="2026-06-09", **common)  # fmt: skip
    land("queries by country.csv", [
        {"query": "tea", "country": "fra", "impressions": 41, "clicks": 4, "position": 1.5},
    ], exported_at="2026-06-09", **common)  # fmt: skip


def charts(project: DbtProject) -> None:
    """The parts of downloads, and a table of queries that says more than the property."""
    land = landing(project)
    land("chart.csv", [
        {"day": day(3), "impressions": 200, "clicks": 20, "position": 4.0},
        {"day": day(4), "impressions": 10, "clicks": 1, "position": 2.0},
    ], level="property")  # fmt: skip
    land("chart, restated.csv", [{"day": day(3), "impressions": 210, "clicks": 21, "position": 4.0}],
         exported_at="2026-06-09", level="property")  # fmt: skip
    land("countries.csv", [{"country": "fra", "impressions": 190, "clicks": 19, "position": 4.0}],
         exported_at="2026-06-12", level="combined", **span(3, 3))  # fmt: skip
    land("too many.csv", [{"query": "tea", "impressions": 12, "clicks": 1, "position": 2.0}],
         level="query", **span(4, 4))  # fmt: skip
    land("period.csv", [{"query": "tea", "impressions": 150, "clicks": 12, "position": 2.0}],
         level="query", **span(1, 4))  # fmt: skip
    land("beyond the chart.csv", [{"query": "tea", "impressions": 500, "clicks": 50, "position": 2.0}],
         level="query", **span(3, 6))  # fmt: skip
    land("pages of a period.csv", [{"page": B, "impressions": 80, "clicks": 8, "position": 2.0}],
         level="page", **span(1, 4))  # fmt: skip
    land("devices of a period.csv", [{"device": "Mobile", "impressions": 370, "clicks": 36, "position": 2.0}],
         level="device", **span(1, 4))  # fmt: skip
    land("combined of a period.csv", [{"query": "tea", "page": A, "impressions": 7, "clicks": 1, "position": 3.0}],
         level="combined", **span(1, 4))  # fmt: skip
    land("filtered.csv", [
        {"level": "property", "impressions": 4, "clicks": 1, "position": 1.0},
        {"level": "query", "query": "spring tea", "impressions": 3, "clicks": 1, "position": 1.0},
    ], filters='{"Page": "+/spring/"}', **span(1, 1))  # fmt: skip
    for site, days in (("https://www.tea.example/", (1, 9)), ("https://green-tea.example/", (1,)),
                       ("https://www.tea.example/shop/", (9,))):  # fmt: skip
        landing(project, site=site)(
            f"{site} chart.csv", [{"day": day(number), "impressions": 5, "clicks": 1, "position": 1.0} for number in days],
            level="property",
        )  # fmt: skip


def others(project: DbtProject) -> None:
    land = landing(project, "bing_webmaster", "https://tea.example/")
    land("overview.csv", [{"day": day(1), "impressions": 30, "clicks": 3}, {"day": day(2), "impressions": 1, "clicks": 2}],
         level="property")  # fmt: skip
    land(
        "keywords.csv",
        [{"query": "tea", "impressions": 20, "clicks": 2, "position": 3.0}],
        level="query",
        **span(1, 1),
    )
    land = landing(project, "baidu_search_resource", "www.tea.example")
    land("流量.csv", [
        {"day": day(1), "device": "PC", "impressions": 70, "clicks": 7, "position": 2.0},
        {"day": day(1), "device": "移动", "impressions": 30, "clicks": 1, "position": 0.0},
        {"day": day(2), "device": "PC", "impressions": 0, "clicks": 0, "position": None},
    ], level="property")  # fmt: skip


def measured(rows: Iterable[dict[str, Any]], *key: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {
        tuple(row[name] for name in key): (row["impressions"], row["clicks"], row["position_weight"])
        for row in rows
    }


def property_day(
    marts: DbtProject, number: int, site: str = SITE, search_type: str = "web"
) -> tuple[Any, ...]:
    (row,) = marts.query(
        "select * from mart.fct_seo_property_daily where date_day = ? and property = ? and search_type = ?"
        " and platform = 'google_search_console'", day(number), site, search_type,
    )  # fmt: skip
    return row["impressions"], row["clicks"], row["position_weight"]


def test_only_what_was_planted_is_noticed(marts: DbtProject) -> None:
    assert marts.failed_tests() == set(NOTICED)
    assert {test: marts.messages(test) for test in NOTICED} == NOTICED


def test_the_bulk_export_states_property_and_queries_once(marts: DbtProject) -> None:
    """Zero-based sums of positions: 25 + 5 + 10 + 270 and one for each of 50 impressions."""
    assert property_day(marts, 1) == (50, 4, 360)
    rows = marts.query(
        "select * from mart.fct_seo_query_daily where property = ? and date_day = ?", SITE, day(1)
    )
    assert measured(rows, "query", "is_remainder") == {
        ("green tea", False): (20, 3, 60), ("(anonymised)", True): (30, 1, 300),
    }  # fmt: skip
    parts = marts.query(
        "select * from mart.fct_seo_breakdown_daily where property = ? and date_day = ?", SITE, day(1)
    )
    assert measured(parts, "breakdown_type", "breakdown_value") == {
        ("country", "fra"): (45, 4, 345), ("country", "deu"): (5, 0, 15),
        ("device", "mobile"): (15, 3, 45), ("device", "desktop"): (35, 1, 315),
    }  # fmt: skip


def test_pages_count_per_url_and_reach_no_other_level(marts: DbtProject) -> None:
    """One query with two URLs: 34 by query and page are 20 of the query, 64 by page are 50 of the property."""
    pages = marts.query(
        "select * from mart.fct_seo_page_daily where property = ? and date_day = ?", SITE, day(1)
    )
    assert measured(pages, "search_type", "page") == {
        ("web", A): (50, 4, 360), ("web", B): (14, 0, 114), ("discover", A): (9, 4, None),
    }  # fmt: skip
    assert {row["page"]: row["marketing_campaign_id"] for row in pages} == {A: "(unassigned)", B: "spring"}
    rows = marts.query(
        "select * from mart.fct_seo_query_page_daily where property = ? and date_day = ?", SITE, day(1)
    )
    assert measured(rows, "query", "page", "is_withheld") == {
        ("green tea", A, False): (20, 3, 60), ("green tea", B, False): (14, 0, 114), ("(anonymised)", A, True): (30, 1, 300),
    }  # fmt: skip
    assert marts.query("select 1 from mart.fct_seo_property_daily where search_type = 'discover'") == []


def test_the_bulk_export_added_up_by_hand(marts: DbtProject) -> None:
    expected: defaultdict[tuple[str, dt.date, str | None], list[Decimal]] = defaultdict(
        lambda: [Decimal()] * 3
    )
    for row in bulk_rows():
        values = (row["impressions"], row["clicks"], row["position_sum"] + row["impressions"])
        for kind, value in (
            ("property", None), ("query", row["query"] or "(anonymised)"), ("country", row["country"]),
            ("device", row["device"].lower()),
        ):  # fmt: skip
            sums = expected[kind, row["day"], value]
            expected[kind, row["day"], value] = [
                total + Decimal(added) for total, added in zip(sums, values, strict=True)
            ]
    found = marts.query(
        "select 'property' as kind, date_day, null as value, impressions, clicks, position_weight, property"
        " from mart.fct_seo_property_daily"
        " union all select 'query', date_day, query, impressions, clicks, position_weight, property"
        " from mart.fct_seo_query_daily"
        " union all select breakdown_type, date_day, breakdown_value, impressions, clicks, position_weight, property"
        " from mart.fct_seo_breakdown_daily"
    )
    assert measured((row for row in found if row["property"] == BULK), "kind", "date_day", "value") == {
        key: tuple(values) for key, values in expected.items()
    }


def test_weights_are_exact(marts: DbtProject) -> None:
    """Sums of decimals are the same in any order; sums of doubles are not."""
    assert marts.query(
        "select distinct table_schema, data_type from information_schema.columns where column_name = 'position_weight'"
        " and table_schema in ('staging', 'core', 'mart') order by all"
    ) == [{"table_schema": schema, "data_type": "DECIMAL(18,6)"} for schema in ("core", "mart", "staging")]
    (row,) = marts.query(
        "select * from mart.fct_seo_query_page_daily where date_day = ? and page = ?", day(2), A
    )
    assert (row["impressions"], row["position_weight"]) == (60, Decimal("91.000000"))


def test_a_table_of_all_dimensions_feeds_queries_of_pages_alone(marts: DbtProject) -> None:
    """105 impressions by query and page; the queries say 85, the property 100, and 15 are withheld."""
    assert property_day(marts, 2) == (100, 10, Decimal("163.000000"))
    rows = marts.query(
        "select * from mart.fct_seo_query_daily where property = ? and date_day = ?", SITE, day(2)
    )
    assert measured(rows, "query") == {
        ("tea",): (60, 6, 90), ("cup",): (25, 2, 50), ("(anonymised)",): (15, 2, 23),
    }  # fmt: skip
    assert marts.query("select 1 from mart.fct_seo_page_daily where date_day = ?", day(2)) == []
    assert marts.value(
        "select sum(impressions) from mart.fct_seo_query_page_daily where date_day = ?", day(2)
    ) == 105  # fmt: skip


def test_countries_and_devices_of_a_pull_are_the_property(marts: DbtProject) -> None:
    rows = marts.query(
        "select * from mart.fct_seo_breakdown_daily where property = ? and date_day = ?", SITE, day(2)
    )
    assert measured(rows, "breakdown_type", "breakdown_value") == {
        ("country", "fra"): (60, 7, 78), ("country", "deu"): (40, 3, 85),
        ("device", "mobile"): (60, 7, 78), ("device", "desktop"): (40, 3, 85),
    }  # fmt: skip


def test_the_chart_is_the_authority_and_its_newest_statement_counts(marts: DbtProject) -> None:
    """A newer table of countries says 190."""
    assert property_day(marts, 3) == (210, 21, 840)


def test_queries_that_say_more_than_the_property_leave_a_negative_rest(marts: DbtProject) -> None:
    rows = marts.query(
        "select * from mart.fct_seo_query_daily where property = ? and date_day = ?", SITE, day(4)
    )
    assert measured(rows, "query") == {("tea",): (12, 1, 24), ("(anonymised)",): (-2, 0, None)}


def test_days_and_periods_stand_apart(marts: DbtProject) -> None:
    """50 + 100 + 210 + 10 impressions of the property, 150 of the query; nothing is known of June 5th and 6th."""
    rows = marts.query("select * from mart.fct_seo_query_period where property = ?", SITE)
    assert measured(rows, "query", "period_start", "period_end") == {
        ("tea", day(1), day(4)): (150, 12, 300), ("(anonymised)", day(1), day(4)): (220, 24, 1083),
        ("tea", day(3), day(6)): (500, 50, 1000),
    }  # fmt: skip
    for fact in FACTS:
        column = "period_start < period_end" if fact.endswith("_period") else "date_day is not null"
        assert marts.value(f"select bool_and({column}) from mart.{fact}"), fact
    assert measured(marts.query("select * from mart.fct_seo_page_period"), "page") == {(B,): (80, 8, 160)}
    assert measured(marts.query("select * from mart.fct_seo_query_page_period"), "query", "page") == {
        ("tea", A): (7, 1, 21)
    }
    assert measured(marts.query("select * from mart.fct_seo_breakdown_period"), "breakdown_value") == {
        ("mobile",): (370, 36, 740)
    }


def test_filtered_views_stay_apart(marts: DbtProject) -> None:
    view = f'{SITE} {{"Page": "+/spring/"}}'
    assert property_day(marts, 1, view) == (4, 1, 4)
    rows = marts.query("select * from mart.fct_seo_query_daily where is_filtered")
    assert measured(rows, "property", "query") == {
        (view, "spring tea"): (3, 1, 3), (view, "(anonymised)"): (1, 0, 1)
    }  # fmt: skip


def test_a_property_inside_another_is_not_added_to_it(marts: DbtProject) -> None:
    rows = marts.query(
        "select property, date_day, is_part from mart.fct_seo_property_daily"
        " where platform = 'google_search_console' and property like 'https%' order by all"
    )
    assert [(row["property"], row["date_day"], row["is_part"]) for row in rows] == [
        ("https://green-tea.example/", day(1), False), ("https://www.tea.example/", day(1), True),
        ("https://www.tea.example/", day(9), False), ("https://www.tea.example/shop/", day(9), True),
    ]  # fmt: skip
    assert marts.value(
        "select sum(impressions) from mart.fct_seo_property_daily"
        " where not is_part and platform = 'google_search_console' and date_day = ? and property <> ?", day(1), BULK,
    ) == 50 + 5  # fmt: skip


def test_a_property_without_positions_has_no_average(marts: DbtProject) -> None:
    """Bing's overview gives none; dividing by all impressions would make other averages too good."""
    rows = marts.query("select * from mart.fct_seo_property_daily where platform = 'bing_webmaster'")
    assert [(row["ranked_impressions"], row["position_weight"]) for row in rows] == [(0, None)] * 2
    rows = marts.query("select * from mart.fct_seo_query_daily where platform = 'bing_webmaster'")
    assert measured(rows, "query") == {("tea",): (20, 2, 60), ("(anonymised)",): (10, 1, None)}


def test_devices_state_the_day_and_no_position_is_not_position_0(marts: DbtProject) -> None:
    rows = marts.query(
        "select * from mart.fct_seo_property_daily where platform = 'baidu_search_resource' order by date_day"
    )
    assert [(row["impressions"], row["clicks"], row["ranked_impressions"], row["position_weight"]) for row in rows] == [
        (100, 8, 70, 140), (0, 0, 0, 0),
    ]  # fmt: skip


def test_rates_and_positions_are_weighted(marts: DbtProject) -> None:
    """Sums over sums, never means of the days' own; a rate is a fraction."""
    (row,) = marts.query(
        "select sum(clicks) / sum(impressions) as ctr, sum(position_weight) / sum(ranked_impressions) as position"
        " from mart.fct_seo_property_daily where property = ? and search_type = 'web'", SITE,
    )  # fmt: skip
    assert row["ctr"] == pytest.approx((4 + 10 + 21 + 1) / (50 + 100 + 210 + 10))
    assert row["position"] == pytest.approx((360 + 163 + 840 + 20) / 370)
