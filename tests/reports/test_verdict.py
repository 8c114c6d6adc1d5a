"""Status and sentences follow their rules, for goals of every direction, short data and late sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mkt_pipeline.reports import verdict
from mkt_pipeline.reports.facts import Campaign, Portfolio, read_portfolio
from mkt_pipeline.reports.words import Words


@pytest.fixture
def portfolio(connection: Any) -> Portfolio:
    return read_portfolio(connection)


def with_statuses(campaign: Campaign, *statuses: str | None) -> Campaign:
    kpis = [replace(kpi, status=None) for kpi in campaign.kpis]
    for position, status in enumerate(statuses):
        kpis[position] = replace(kpis[position], status=status)
    return replace(campaign, kpis=tuple(kpis))


@pytest.mark.parametrize(
    ("statuses", "has_pace", "expected"),
    [
        (("on_track", "on_track"), False, "on_track"),
        (("on_track", "off_track"), False, "at_risk"),
        (("off_track", "on_track"), False, "off_track"),
        (("at_risk", "on_track"), False, "at_risk"),
        (("on_track", "on_track"), True, "at_risk"),
        (("no_verdict", "on_track"), False, "no_verdict"),
        ((None, "on_track"), False, "no_verdict"),
    ],
)
def test_status(
    portfolio: Portfolio, statuses: tuple[str | None, ...], has_pace: bool, expected: str
) -> None:
    """The fixture's campaign spends 128 % of plan: with its pace, on track becomes at risk."""
    campaign = with_statuses(portfolio.campaigns[0], *statuses)
    assert verdict.status(campaign if has_pace else replace(campaign, pace=None)) == expected


def test_without_targets_there_is_nothing_to_judge(portfolio: Portfolio) -> None:
    campaign = portfolio.campaigns[0]
    bare = replace(campaign, kpis=tuple(replace(kpi, target=None) for kpi in campaign.kpis), actions=())
    assert verdict.status(bare) == "no_target"
    said = verdict.sentences(bare, portfolio, Words("en", "USD"))
    assert len(said) == 1 and said[0].startswith("No target is set")


def test_few_conversions_leave_no_verdict(portfolio: Portfolio) -> None:
    campaign = portfolio.campaigns[0]
    short = replace(
        campaign,
        conversions=9.0,
        actions=(),
        kpis=tuple(replace(kpi, is_short=True) for kpi in campaign.kpis),
    )
    assert verdict.status(short) == "no_verdict"
    assert verdict.sentences(short, portfolio, Words("en", "USD")) == [
        "Too few conversions (9) for a verdict; next review 2026-06-29."
    ]
    assert verdict.sentences(short, portfolio, Words("zh", "USD")) == [
        "转化仅 9 个，暂不判断；2026-06-29 再评估。"
    ]


def test_a_late_source_is_named(portfolio: Portfolio) -> None:
    campaign = with_statuses(portfolio.campaigns[0], "no_verdict")
    late = replace(
        campaign, actions=(), kpis=tuple(replace(kpi, waits_for_source=True) for kpi in campaign.kpis)
    )
    assert "Meta Ads" in verdict.sentences(late, portfolio, Words("en", "USD"))[0]


def test_a_cost_above_its_target_is_worse_and_below_is_better(portfolio: Portfolio) -> None:
    campaign = replace(portfolio.campaigns[0], actions=())
    words = Words("en", "USD")
    assert "Cost per acquisition $19.78 is worse than the target $14.00." in verdict.sentences(
        campaign, portfolio, words
    )
    cheap = tuple(
        replace(kpi, attainment=1.2, to_date=replace(kpi.to_date, value=11.67))
        if kpi.metric.metric_id == "cpa" else kpi for kpi in campaign.kpis
    )  # fmt: skip
    assert "Cost per acquisition $11.67 is better than the target $14.00." in verdict.sentences(
        replace(campaign, kpis=cheap), portfolio, words
    )


def test_the_first_action_ends_the_verdict_in_both_languages(portfolio: Portfolio) -> None:
    campaign = portfolio.campaigns[0]
    english = verdict.sentences(campaign, portfolio, Words("en", "USD"))[-1]
    chinese = verdict.sentences(campaign, portfolio, Words("zh", "USD"))[-1]
    assert english.startswith(f"First of {len(campaign.actions)} actions: cut daily spend on Paid social")
    assert chinese.startswith(f"{len(campaign.actions)} 项行动之首：6月23日前将社媒广告日消耗")


def test_every_action_has_words_in_both_languages(portfolio: Portfolio) -> None:
    kinds = {action.kind for campaign in portfolio.campaigns for action in campaign.actions}
    assert kinds == {"budget_pace", "negative_search_term", "pause_keyword"}
    for language in ("en", "zh"):
        words = Words(language, "USD")
        for action in portfolio.campaigns[0].actions:
            said = verdict.action_words(action, portfolio.channel_names, portfolio.platform_names, words)
            assert all((said.what, said.why, said.effect, said.effect_note, said.undo, said.rule))
            assert "{" not in said.what + said.why + said.rule
