"""Which platform states which measure: declared by the catalog, seen in files, and never made up as 0."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mkt_pipeline import exports, lake

from .conftest import DbtProject

FACTS = (
    "fct_ad_campaign_daily", "fct_social_account_daily", "fct_content_post_daily", "fct_email_send",
    "fct_web_traffic_daily", "fct_seo_property_daily",
)  # fmt: skip
SELECTION = ("+metric_availability", *(f"+{fact}" for fact in FACTS), "zh_metric_availability")
NEVER_ZERO = "undeclared_measures_are_never_zero"


@pytest.fixture(scope="module")
def built(dbt_project: DbtProject) -> DbtProject:
    """Google Ads files that state two measures of many, one file of a platform the catalog does not know."""
    dbt_project.settings(as_of="2026-06-22")
    exports.write_platforms(dbt_project.workspace)
    day = {"level": "campaign", "campaign_id": "1", "campaign_name": "c", "account_id": "a"}
    dbt_project.land("one", [
        {**day, "day": "2026-06-01", "impressions": 0, "spend": "1.5"},
        {**day, "day": "2026-06-02", "impressions": 10, "spend": "0"},
    ], platform="google_ads", currency_code="USD")  # fmt: skip
    dbt_project.land("two", [
        {**day, "day": "2026-06-05", "impressions": 3, "spend": "2"},
    ], platform="google_ads", currency_code="USD")  # fmt: skip
    dbt_project.land("own", [
        {**day, "day": "2026-06-01", "likes": 0, "spend": "1", "engagements": 0},
    ], platform="not_in_the_catalog", currency_code="USD")  # fmt: skip
    dbt_project.build(*SELECTION)
    return dbt_project


def test_the_availability_is_what_the_catalog_declares(built: DbtProject) -> None:
    declared = {
        (each.platform, each.dataset, each.level, each.measure, each.is_additive, each.reports)
        for each in exports.platform_measures(exports.load_catalog())
    }
    found = built.query(
        "select platform, dataset, level, measure, is_additive, reports from metrics.metric_availability"
    )
    assert len(declared) > 1000
    assert {tuple(row.values()) for row in found} == declared


def test_every_declared_measure_is_one_of_its_dataset(built: DbtProject) -> None:
    rows = built.query("select distinct dataset, measure from metrics.metric_availability")
    assert [row for row in rows if row["measure"] not in lake.DATASETS[row["dataset"]].measures] == []


def test_what_files_stated_is_seen_with_its_days(built: DbtProject) -> None:
    rows = built.query(
        "select measure, files, first_day::varchar as first_day, last_day::varchar as last_day"
        " from metrics.metric_availability where is_seen order by measure"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("impressions", 2, "2026-06-01", "2026-06-05"),
        ("spend", 2, "2026-06-01", "2026-06-05"),
    ]
    levels = built.query("select distinct platform, level from metrics.metric_availability where is_seen")
    assert levels == [{"platform": "google_ads", "level": "campaign"}]


def test_what_receipts_do_not_total_stays_open(built: DbtProject) -> None:
    assert built.value(
        "select count(*) from metrics.metric_availability where (is_seen is null) <> (not is_additive)"
    ) == 0  # fmt: skip
    assert built.value("select count(*) from metrics.metric_availability where is_seen is null") > 0


def test_what_a_file_does_not_state_is_null_in_the_fact(built: DbtProject) -> None:
    (row,) = built.query(
        "select impressions, clicks, conversions, spend from mart.fct_ad_campaign_daily"
        " where platform = 'google_ads' and date_day = date '2026-06-01'"
    )
    assert list(row.values()) == [0, None, None, Decimal("1.5")]


def test_the_chinese_view_says_the_same(built: DbtProject) -> None:
    query = "select count(*), count(*) filter (where {}) from {}"
    assert list(built.query(query.format("是否见过", "zh.指标可得性"))[0].values()) == list(
        built.query(query.format("is_seen", "metrics.metric_availability"))[0].values()
    )


def test_it_all_passes(built: DbtProject) -> None:
    assert NEVER_ZERO in {name.split(".")[2] for name in built.passed if name.startswith("test.")}
    assert built.failures == {}


@pytest.fixture(scope="module")
def falsified(built: DbtProject) -> Iterator[DbtProject]:
    """A measure no report of Google Ads declares is 0, a declared one is 0, and one is seen in no file."""
    built.tamper(
        "update mart.fct_ad_campaign_daily set landing_page_views = 0, clicks = 0"
        " where platform = 'google_ads'",
        "update metrics.metric_availability set is_seen = true where measure = 'orders'",
        "insert into metrics.metric_availability"
        " select * from metrics.metric_availability where measure = 'spend' limit 1",
    )
    built.build(*SELECTION, command="test")
    yield built


def test_a_zero_nobody_stated_stops_the_publication(falsified: DbtProject) -> None:
    measures = {
        each.measure for each in exports.platform_measures(exports.load_catalog())
        if (each.platform, each.dataset) == ("google_ads", "ad_performance")
    }  # fmt: skip
    assert "clicks" in measures and "landing_page_views" not in measures, "choose another example"
    assert falsified.messages(NEVER_ZERO) == {
        "fct_ad_campaign_daily holds 0 for landing_page_views of google_ads, which never states it"
    }


def test_a_wrong_mark_and_a_second_row_are_noticed(falsified: DbtProject) -> None:
    assert {
        "availability_is_seen_follows_from_files",
        "unique_key_metric_availability_platform__dataset__level__measure",
    } <= falsified.failed_tests()
