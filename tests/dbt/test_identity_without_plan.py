"""Without any plan, every platform campaign stands for itself, whole: shares, bridge, nobody's, links."""

from __future__ import annotations

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
    dbt_project.build(*MARTS)
    return dbt_project


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
        ("c1", "landing_url"), ("d1", "name"), ("d2", "name"), ("m1", "name"), ("shared", "name"),
    ]  # fmt: skip
    assert (
        marts.value("select count(*) from mart.mart_unassigned where suggested_campaign_id is not null") == 0
    )
