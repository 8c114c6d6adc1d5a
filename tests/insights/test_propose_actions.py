"""From mart tables to ranked actions: what counts as evidence, what does not, and the order."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from mkt_pipeline.insights import ACTION_COLUMNS, propose_actions
from mkt_pipeline.insights.budget_pace import project
from mkt_pipeline.workspace import Settings
from tests.insights.conftest import AS_OF, add_spend, add_terms, insert

SETTINGS = Settings(reporting_currency="USD", as_of=AS_OF)
GOOD = {
    f"{kind} tea {form}": (100, 6.0, 110.0)
    for kind in ("green", "white", "black")
    for form in ("gift", "tin", "bulk")
}
BAD = {"free tea": (300, 0.0, 330.0), "tea free shipping sample": (200, 0.0, 220.0)}


def propose(connection: Any) -> pd.DataFrame:
    return propose_actions(connection, SETTINGS)


def test_wasteful_phrase_with_evidence_rule_and_owner(marts: Any) -> None:
    add_terms(marts, GOOD | BAD)
    actions = propose(marts)
    assert list(actions.columns) == list(ACTION_COLUMNS)
    action = actions.iloc[0]
    assert (action.action_id, action.kind, action.object_name, action.owner) == (
        "R-260622-1", "negative_search_term", "free", "Li Min",
    )  # fmt: skip
    assert (action.spend, action.clicks, action.conversions) == (550.0, 500.0, 0.0)
    assert action.due_date > AS_OF and action.check_date > action.due_date
    assert action.effect_low <= action.effect_expected <= action.effect_high
    evidence, rule = json.loads(action.evidence), json.loads(action.rule)
    assert evidence["probability"] > 0.95 == rule["probability"]
    assert evidence["matched_terms"] == 2
    assert evidence["target_cpa_source"] == "own"
    assert evidence["target_cpa"] == pytest.approx((9 * 110 + 550) / 54, abs=0.001)


def test_the_plans_goal_is_the_target_and_the_channels_goal_goes_first(marts: Any) -> None:
    add_terms(marts, GOOD | BAD)
    insert(marts, "mart.dim_goal", [("c", "(all)", "cpa", 25.0)])
    assert json.loads(propose(marts).evidence[0])["target_cpa"] == 25.0
    insert(marts, "mart.dim_goal", [("c", "sem", "cpa", 22.0)])
    evidence = json.loads(propose(marts).evidence[0])
    assert (evidence["target_cpa"], evidence["target_cpa_source"]) == (22.0, "plan")


@pytest.mark.parametrize(
    "options",
    [{"mature": False}, {"unallocated": True}, {"status": "Excluded"}, {"status": "已排除"}],
    ids=str,
)
def test_rows_that_prove_nothing_are_left_out(marts: Any, options: dict[str, Any]) -> None:
    add_terms(marts, GOOD)
    add_terms(marts, BAD, **options)
    assert propose(marts).empty


def test_fewer_than_fifteen_conversions_yield_nothing(marts: Any) -> None:
    add_terms(marts, {term: (clicks, 1.5, spend) for term, (clicks, _, spend) in GOOD.items()} | BAD)
    assert propose(marts).empty


def test_a_platform_that_reports_no_conversions_yields_nothing(marts: Any) -> None:
    add_terms(marts, {term: (clicks, None, spend) for term, (clicks, _, spend) in (GOOD | BAD).items()})
    assert propose(marts).empty


def test_a_live_keyword_is_not_made_a_negative(marts: Any) -> None:
    add_terms(marts, GOOD | BAD)
    insert(marts, "mart.dim_ad_entity", [("google_ads", "a", "keyword", "k", "k", "g", "free tea", "Broad")])
    assert "free" not in set(propose(marts).object_name)


def test_a_keyword_that_never_converts_is_paused(marts: Any) -> None:
    keywords = {f"k{number}": (120, 2.0 + number % 5, 130.0) for number in range(12)} | {
        "waste": (500, 0.0, 530.0)
    }
    insert(marts, "mart.fct_ad_entity_daily", [
        (dt.date(2026, 6, 1), "google_ads", "a", "1", "keyword", key, *numbers, False, True)
        for key, numbers in keywords.items()
    ])  # fmt: skip
    insert(marts, "mart.dim_ad_entity", [
        ("google_ads", "a", "keyword", "waste", "waste", "Group", "tea meme", "Broad match"),
    ])  # fmt: skip
    actions = propose(marts)
    assert [(row.kind, row.object_name, row.ad_group_name) for row in actions.itertuples()] == [
        ("pause_keyword", "tea meme", "Group")
    ]


def test_pace_over_plan_says_the_daily_spend_that_ends_on_budget(marts: Any) -> None:
    add_spend(marts, "sem", [130.0, 125.0, 135.0, 128.0] * 7, 100.0, 4200.0)
    action = propose(marts).iloc[0]
    evidence = json.loads(action.evidence)
    assert (action.kind, action.channel_id, evidence["direction"]) == ("budget_pace", "sem", "over")
    assert evidence["required_daily_spend"] == pytest.approx((4200 - 518 * 7) / 14, abs=0.01)
    assert action.effect_expected == pytest.approx(518 * 7 + 14 * 129.5 - 4200, abs=10)
    assert action.effect_low < action.effect_expected < action.effect_high
    assert action.confidence == "high"


def test_pace_under_plan_is_the_other_way_round(marts: Any) -> None:
    add_spend(marts, "sem", [60.0] * 28, 100.0, 4200.0)
    evidence = json.loads(propose(marts).evidence[0])
    assert evidence["direction"] == "under"
    assert evidence["required_daily_spend"] == pytest.approx((4200 - 1680) / 14)


@pytest.mark.parametrize("per_day", [81.0, 100.0, 119.0])
def test_pace_within_the_limits_is_left_alone(marts: Any, per_day: float) -> None:
    add_spend(marts, "sem", [per_day] * 28, 100.0, 4200.0)
    add_spend(marts, "(all)", [400.0] * 28, 100.0, 4200.0)
    assert propose(marts).empty


def test_a_day_without_data_is_unknown_and_not_zero(marts: Any) -> None:
    add_spend(marts, "sem", [None] * 28, 100.0, 4200.0)
    assert propose(marts).empty, "nothing is known of this channel"
    add_spend(marts, "paid_social", [*([130.0] * 21), *([None] * 7)], 100.0, 4200.0)
    evidence = json.loads(propose(marts).evidence[0])
    assert (evidence["last_day"], evidence["days_left"]) == ("2026-06-14", 21)
    assert evidence["projected"] == pytest.approx(130.0 * 42)


def test_a_short_past_and_a_campaign_at_its_end_propose_nothing(marts: Any) -> None:
    add_spend(marts, "sem", [200.0] * 6, 100.0, 4200.0)
    assert propose(marts).empty
    add_spend(marts, "paid_social", [200.0] * 28, 100.0, 2800.0)
    marts.execute("update mart.dim_marketing_campaign set end_date = '2026-06-21'")
    assert propose(marts).empty


def test_ranked_by_value_per_week_and_numbered_without_gaps(marts: Any) -> None:
    add_terms(marts, GOOD | BAD)
    add_spend(marts, "sem", [130.0, 125.0, 135.0, 128.0] * 7, 100.0, 4200.0)
    actions = propose(marts)
    assert list(actions["rank"]) == [1, 2]
    assert list(actions.action_id) == ["R-260622-1", "R-260622-2"]
    assert actions.kind[0] == "budget_pace", "630 too much in two weeks outweighs 50 a week"
    pd.testing.assert_frame_equal(actions, propose(marts))


def test_no_data_is_an_empty_table_with_the_columns(marts: Any) -> None:
    actions = propose(marts)
    assert actions.empty and list(actions.columns) == list(ACTION_COLUMNS)


def test_missing_values_arrive_as_null_in_the_database(marts: Any) -> None:
    add_terms(marts, GOOD | BAD)
    add_spend(marts, "sem", [130.0] * 28, 100.0, 4200.0)
    with duckdb.connect() as target:
        target.register("actions", propose(marts))
        row = target.execute("select platform, clicks from actions where kind = 'budget_pace'").fetchone()
    assert row == (None, None)


def test_the_range_of_the_forecast_covers_what_came() -> None:
    """300 campaigns with weekdays and noise: 90 % ranges hold 85 to 98 % of the ends."""
    random = np.random.default_rng(7)
    inside = 0
    for _ in range(300):
        weekday = random.uniform(0.7, 1.3, 7)
        level = np.exp(np.cumsum(random.normal(0, 0.02, 56)))
        spend = 100 * level * np.tile(weekday, 8) * random.lognormal(0, 0.1, 56)
        forecast = project(spend[:42], 14)
        inside += forecast.quantile(0.05) <= spend.sum() <= forecast.quantile(0.95)
    assert 0.85 <= inside / 300 <= 0.98


def test_probability_above_matches_the_quantiles() -> None:
    forecast = project(np.array([100.0, 120.0, 90.0, 110.0] * 7), 14)
    assert forecast.probability_above(forecast.quantile(0.95)) == pytest.approx(0.05)
    assert forecast.probability_above(forecast.spend_to_date - 1) == 1.0
