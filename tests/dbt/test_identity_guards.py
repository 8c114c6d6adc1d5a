"""The tests of what belongs to which campaign notice what they are for.

What is here: one lake in order, its build falsified. What is not: known answers (``test_identity_marts.py``).
"""

from __future__ import annotations

import pytest

from .conftest import DbtProject
from .test_identity_marts import MARTS, ads, everything_else, settings_and_plans

GUARDS = {
    "plan_rules_hold_within_their_plan": "update staging.stg_plan_match set weight = 0 where rule_number = 1",
    "campaign_shares_are_whole": "update core.int_campaign_share_day set weight = 0.5 where weight = 0.3",
    "bridge_ranges_have_days": "update mart.bridge_campaign_touch set valid_to = date '2026-05-01'"
    " where target_id = 'p1'",
    "bridge_weights_are_shares": "update mart.bridge_campaign_touch set weight = 1.1 where target_id = 'n1'",
    "bridge_weights_fit": "update mart.bridge_campaign_touch set weight = 0.5"
    " where target_id = 'shared' and marketing_campaign_id = 'brand'",
    "bridge_says_what_facts_say": "update mart.fct_ad_campaign_daily set marketing_campaign_id = 'brand'"
    " where campaign_id = 'c1' and date_day = date '2026-06-02'",
    "landing_pages_tie": "delete from mart.fct_ad_landing_daily where is_unallocated and spend = 10",
    "unassigned_suggestions_are_alike": "update mart.mart_unassigned set similarity = 0.4"
    " where kind = 'partner'",
    "unassigned_spend_ties": "update mart.mart_unassigned set spend = spend + 0.01 where name = 'duo'",
    "kpi_sums_to_facts": "update mart.mart_campaign_kpi_daily set clicks = clicks + 1"
    " where marketing_campaign_id = 'late' and clicks = 1 and channel_id = 'sem'",
    "utm_audit_ties": "delete from mart.mart_utm_audit where campaign_id = 'd1'",
    "utm_audit_has_a_side": "update mart.mart_utm_audit set platform = '(none)' where campaign_id = 'c3'",
}
"""Rule → what breaks it."""


@pytest.fixture(scope="module")
def guarded(dbt_project: DbtProject) -> DbtProject:
    """Built without looking at tests, found in order, then falsified and tested again."""
    settings_and_plans(dbt_project)
    ads(dbt_project)
    everything_else(dbt_project)
    dbt_project.build(*MARTS, tested=False)
    assert dbt_project.failures == {}
    dbt_project.tamper(*GUARDS.values())
    dbt_project.build(*GUARDS, command="test")
    return dbt_project


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()


def test_the_guard_of_weights_says_what_is_wrong(guarded: DbtProject) -> None:
    assert guarded.messages("bridge_weights_fit") == {"weights add up to more than 1"}
