"""The tests that must stop a publication notice what they are for.

What is here: bad data in the lake and falsified facts in the build file. What is not: known answers of good
data (``test_ads_facts.py``).
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from mkt_pipeline import lake

from .conftest import DbtProject, file_id_of
from .test_ads_facts import campaign, keyword, period

FACTS = ("+fct_ad_campaign_daily", "+fct_ad_entity_daily", "+fct_ad_search_term_daily")
GUARDS = (
    "ads_level_is_known", "ads_currency_and_rate_are_known", "ads_grains_tie", "ads_no_spend_lost",
    "ads_allocated_periods_are_exact", "ads_accounts_have_one_currency", "ads_names_without_id_stand_alone",
    "reconciliation_difference_is_zero",
)  # fmt: skip


def fill(project: DbtProject) -> None:
    """One platform in order; the others each break one rule."""
    project.settings(as_of="2026-06-22")
    rate = {"from_currency": "EUR", "to_currency": "USD", "rate": "1.1", "rate_source": "a"}
    project.put("fx_rate", [{"rate_date": "2026-06-01", **rate}])
    good = {"platform": "good", "account_id": "1", "currency_code": "USD"}
    project.land("good", [campaign(1, "c", 10), keyword(2, "c", "tea", 15), campaign(2, "c", 20)], **good)
    project.land("good period", [period(1, 7, 100, level="campaign", campaign_name="c")], **good)

    project.land("stale rate", [
        campaign(8, "c", 10, account_id="1"), campaign(9, "c", 10, account_id="1"),
    ], platform="stale", currency_code="EUR")  # fmt: skip
    project.land("mute", [campaign(1, "c", 10), campaign(2, "c", 10)], platform="mute", account_id="1")
    project.land("two currencies", [
        campaign(1, "c", 10, currency_code="USD"), campaign(1, "d", 10, currency_code="EUR"),
    ], platform="two", account_id="1")  # fmt: skip
    project.land("strange", [campaign(1, "c", 1) | {"level": "asset"}], **(good | {"platform": "strange"}))
    project.land("names beside ids", [
        campaign(1, "summer", 5, campaign_id="c1"), campaign(1, "Summer (old)", 5),
    ], **(good | {"platform": "names"}))  # fmt: skip

    project.land("short", [campaign(1, "c", 10), campaign(2, "c", 10)], **(good | {"platform": "short"}))
    rows = lake.folder(project.workspace, "ad_performance") / f"{file_id_of('short')}.parquet"
    rows.unlink()
    project.put("ad_performance", [{
        "file_id": file_id_of("short"), "part": "", "row_number": 1, "platform": "short", "account_id": "1",
        "level": "campaign", "period_start": "2026-06-01", "period_end": "2026-06-01", "campaign_name": "c",
        "currency_code": "USD", "spend": Decimal(10),
    }], rows.name)  # fmt: skip


@pytest.fixture(scope="module")
def guarded(dbt_project: DbtProject) -> DbtProject:
    """Built without looking at tests, then falsified, then tested."""
    fill(dbt_project)
    dbt_project.build("+fct_ad_breakdown_daily", "+reconciliation", *FACTS, tested=False)
    assert dbt_project.failures == {}
    dbt_project.tamper(
        "delete from mart.fct_ad_entity_daily"
        " where platform = 'good' and is_unallocated and level = 'keyword'",
        "update mart.fct_ad_campaign_daily set spend_native = spend_native + 0.01"
        " where platform = 'good' and date_day = date '2026-06-01'",
        "update mart.fct_ad_campaign_daily set clicks = clicks + 1"
        " where platform = 'good' and date_day = date '2026-06-03'",
        "delete from mart.fct_ad_campaign_daily where platform = 'mute' and date_day = date '2026-06-02'",
    )
    dbt_project.build(*GUARDS, command="test")
    return dbt_project


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()


def test_a_missing_rate_is_named_by_pair_and_day_and_an_unknown_currency_by_account(
    guarded: DbtProject,
) -> None:
    assert guarded.messages("ads_currency_and_rate_are_known") == {
        "no rate EUR to USD for 2026-06-09 or the 7 days before: add it to fx_rates.csv",
        "currency of mute account 1 is unknown: name it in mkt.yml",
    }


def test_the_other_rules_are_reported_where_they_break(guarded: DbtProject) -> None:
    def where(test: str, *columns: str) -> set[tuple[object, ...]]:
        return {tuple(row[column] for column in columns) for row in guarded.query(guarded.compiled[test])}

    assert where("ads_level_is_known", "platform") == {("strange",)}
    assert where("ads_accounts_have_one_currency", "platform") == {("two",)}
    assert where("ads_names_without_id_stand_alone", "campaign_id") == {("Summer (old)",)}
    assert where(
        "reconciliation_difference_is_zero", "file_name", "measure", "landed_total", "staged_total"
    ) >= {("short", "spend", 20, 10)}
    assert where("ads_allocated_periods_are_exact", "platform") == {("good",)}
    assert where("ads_no_spend_lost", "platform", "message") == {
        ("good", "spend of a campaign export differs from the fact"),
        ("mute", "spend of a campaign export differs from the fact"),
        ("mute", "campaign and day of an export are not in the fact"),
    }
    assert ("keyword", "good") in where("ads_grains_tie", "level", "platform")
