"""Exports that nobody here made, through the whole pipeline: totals counted beside them stand in the marts.

What is here: every real export and connector table of the shared samples in one workspace, one run, and the
manifests' totals against the marts. What is not: how each file is read (``tests/exports/test_samples.py``).
"""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mkt_pipeline import exports
from mkt_pipeline.orchestration.run import run_refresh
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import SAMPLES
from tests.pipeline.reading import rows

pytestmark = [pytest.mark.samples, pytest.mark.slow]

PERIOD = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))
"""For the few files that do not say which days they cover."""

SPEND = {
    "linkedin_ads": "linkedin_ads/linkedin_ad_analytics_by_campaign_data.csv",
    "meta_ads": "meta_ads/facebook_ads_basic_ad_data.csv",
    "pinterest_ads": "pinterest/pinterest_campaign_report_data.csv",
    "snapchat_ads": "snapchat/snapchat_campaign_hourly_report_data.csv",
    "x_ads": "x_twitter/twitter_campaign_report_data.csv",
}
"""Platform → the connector table of its highest level."""

MICROS = {"pinterest_ads", "snapchat_ads", "x_ads"}
"""Platforms whose tables count money in millionths."""


def totals(folder: str, file: str) -> dict[str, Decimal]:
    """The manifest's totals of one file."""
    with (SAMPLES.parent / folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
        (row,) = [row for row in csv.DictReader(handle, delimiter="\t") if row["file"] == file]
    pairs = (item.partition("=") for item in row["totals"].split(";") if "=" in item)
    return {name.partition("[")[0]: Decimal(value) for name, _, value in pairs}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after a run over all samples."""
    if not SAMPLES.is_dir():
        pytest.skip(f"no real samples at {SAMPLES}")
    workspace = Workspace(tmp_path_factory.mktemp("samples"))
    workspace.create_folders()
    workspace.settings_file.write_text("name: Samples\nreporting_currency: USD\n", encoding="utf-8")
    days = (PERIOD[0] + dt.timedelta(days=number) for number in range(31))
    rates = "".join(f"{day},EUR,USD,1.1,test\n" for day in days)
    workspace.fx_rates_file.write_text(f"date,from,to,rate,source\n{rates}", encoding="utf-8")
    folders = [folder for name in ("real", "connector-seeds") for folder in (SAMPLES.parent / name).iterdir()]
    results = exports.land(
        workspace, sorted(path for path in folders if path.is_dir()), period=PERIOD, currency="USD"
    )
    assert {result.status for result in results} <= {"landed", "duplicate"}, [
        result for result in results if result.status not in ("landed", "duplicate")
    ]
    outcome = run_refresh(workspace)
    assert outcome.success, outcome.errors
    return workspace


def test_every_file_ties_from_its_receipt_to_the_marts(landed: Workspace) -> None:
    compared = rows(
        landed, "SELECT count(*), count(DISTINCT file_id), max(abs(difference)) FROM ops.reconciliation"
    )
    ((measures, files, difference),) = compared
    assert (measures > 100, files > 15, difference) == (True, True, 0), compared


@pytest.mark.parametrize("platform", SPEND)
def test_spend_of_a_connector_table_is_the_spend_of_the_mart(landed: Workspace, platform: str) -> None:
    stated = totals("connector-seeds", SPEND[platform])
    expected = stated.get("spend", stated.get("cost", Decimal(0)))
    if platform in MICROS:
        expected = expected / 1_000_000
    sql = "SELECT sum(spend_native), sum(spend) FROM mart.fct_ad_campaign_daily WHERE platform = ?"
    ((native, converted),) = rows(landed, sql, platform)
    assert native == pytest.approx(expected, abs=Decimal("0.000001")) == converted


def test_search_terms_of_a_connector_table_are_all_there(landed: Workspace) -> None:
    """The account's own table is of other days and says less: both stand, and neither hides the other."""
    file = "microsoft_ads/microsoft_ads_search_performance_daily_report_data.csv"
    stated = totals("connector-seeds", file)
    sql = """
        SELECT sum(spend_native), sum(clicks), sum(impressions) FROM mart.fct_ad_search_term_daily
        WHERE platform = 'microsoft_ads' AND NOT is_unallocated
    """
    assert rows(landed, sql) == [(stated["cost"], stated["clicks"], stated["impressions"])]


def test_hours_of_a_connector_table_are_added_up_to_days(landed: Workspace) -> None:
    file = SAMPLES.parent / "connector-seeds" / "tiktok_ads" / "tiktok_campaign_report_hourly_data.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        expected = sum(Decimal(row["SPEND"]) for row in csv.DictReader(handle))
    sql = "SELECT sum(spend_native) FROM mart.fct_ad_campaign_daily WHERE platform = 'tiktok_ads'"
    assert rows(landed, sql) == [(expected,)]


def test_grains_of_the_connector_tables_tie(landed: Workspace) -> None:
    sql = """
        SELECT platform, level, sum(spend_native) FROM mart.fct_ad_entity_daily
        WHERE level IN ('ad_group', 'ad', 'keyword') GROUP BY ALL
    """
    whole: dict[str, Any] = dict(
        rows(landed, "SELECT platform, sum(spend_native) FROM mart.fct_ad_campaign_daily GROUP BY ALL")
    )
    found = rows(landed, sql)
    assert len(found) >= 3 * len(SPEND)
    for platform, level, spend in found:
        assert abs(spend - whole[platform]) <= Decimal("0.005"), (platform, level)


def test_overlapping_action_types_count_once(landed: Workspace) -> None:
    """Of Meta's action types of one overlap group, one per account is counted."""
    sql = """
        SELECT max(actions) FROM (
            SELECT count(DISTINCT fact.conversion_action) AS actions
            FROM mart.fct_ad_conversion_daily AS fact
            JOIN mart.dim_conversion_action AS action USING (platform, account_id, conversion_action)
            WHERE fact.is_counted AND action.overlap_group IS NOT NULL
            GROUP BY fact.platform, fact.account_id, action.overlap_group
        )
    """
    assert rows(landed, sql) == [(1,)]


def test_search_numbers_of_a_real_property(landed: Workspace) -> None:
    chart = totals("real", "google_search_console/thetool.guru-Performance-on-Search-2026-03-03/Chart.csv")
    sql = "SELECT sum(clicks), sum(impressions) FROM mart.fct_seo_property_daily WHERE platform = ?"
    ((clicks, impressions),) = rows(landed, sql, "google_search_console")
    assert (clicks, impressions) == (chart["clicks"], chart["impressions"])
