"""Without any plan, every platform campaign stands for itself, whole: shares, bridge, nobody's, links."""

from __future__ import annotations

import datetime as dt

import pytest

from .conftest import DbtProject
from .test_identity_marts import MARTS, ads, day, everything_else, settings_and_plans


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    settings_and_plans(dbt_project)
    dbt_project.put("plan_campaign", [])
    dbt_project.put("plan_match", [])
    ads(dbt_project)
    everything_else(dbt_project)
    half_a_year(dbt_project)
    dbt_project.build(*MARTS)
    return dbt_project


def half_a_year(project: DbtProject) -> None:
    """Two campaigns from January to June; web data of June alone, which knows one of them."""
    days = [dt.date(2026, 1, 1) + dt.timedelta(number) for number in range(181)]
    project.land("half a year.csv", [
        {"day": date, "campaign_id": name, "campaign_name": name, "spend": 100, "clicks": 10}
        for date in days for name in ("unseen", "seen")
    ], platform="google_ads", account_id="g", level="campaign")  # fmt: skip
    project.land("june.csv", [
        {"day": date, "source": "google", "medium": "cpc", "utm_campaign": "seen", "sessions": 5}
        for date in days if date.month == 6
    ], dataset="web_traffic", platform="ga4", account_id="site",
        level="source_medium_campaign", attribution_scope="session")  # fmt: skip


def test_days_without_web_data_are_no_risk(marts: DbtProject) -> None:
    """30 of 181 days: 3,000 of 18,100 are at risk, and 5 sessions come from 10 clicks."""
    rows = marts.query(
        "select campaign_id, match_state, spend, spend_at_risk, sessions_per_click from mart.mart_utm_audit"
        " where campaign_id in ('seen', 'unseen') order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("seen", "matched", 18100, 0, 0.5), ("unseen", "spend without tracking", 18100, 3000, None),
    ]  # fmt: skip


def test_every_rule_holds(marts: DbtProject) -> None:
    assert marts.failures == {}


def test_campaigns_are_their_own(marts: DbtProject) -> None:
    assert marts.query(
        "select marketing_campaign_id as owner, target_type, valid_from, valid_to, weight, match_method "
        "from mart.bridge_campaign_touch where target_id = 'c1'"
    ) == [
        {"owner": "google_ads/c1", "target_type": "campaign", "valid_from": day(1), "valid_to": day(3),
         "weight": 1, "match_method": "platform"},
    ]  # fmt: skip
    assert marts.value("select count(*) from core.int_campaign_share_day where weight <> 1") == 0
    assert marts.value("select count(*) from mart.mart_unassigned where kind = 'campaign'") == 0


def test_links_find_their_campaign_by_name(marts: DbtProject) -> None:
    rows = marts.query(
        "select campaign_id, match_method from mart.mart_utm_audit where match_state = 'matched' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("c1", "landing_url"), ("d1", "name"), ("d2", "name"), ("m1", "name"), ("seen", "id"),
        ("shared", "name"),
    ]  # fmt: skip
    assert (
        marts.value("select count(*) from mart.mart_unassigned where suggested_campaign_id is not null") == 0
    )
