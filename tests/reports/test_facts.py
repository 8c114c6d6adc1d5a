"""What a report reads: totals that are sums, ranges with known values, nothing added that overlaps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from mkt_pipeline.reports.facts import Portfolio, poisson_range, read_portfolio, wilson_range


@pytest.fixture
def portfolio(connection: Any) -> Portfolio:
    return read_portfolio(connection)


def test_exact_poisson_and_wilson_ranges() -> None:
    assert poisson_range(10) == pytest.approx((5.4254, 16.9622), abs=1e-3)
    assert poisson_range(0) == pytest.approx((0.0, 2.9957), abs=1e-3)
    assert wilson_range(10, 100) == pytest.approx((0.0606, 0.1605), abs=1e-3)


def test_total_row_is_sum_over_sum(portfolio: Portfolio) -> None:
    campaign = portfolio.campaigns[0]
    assert campaign.total is not None
    spends = [channel.values["spend"].value for channel in campaign.channels]
    clicks = [channel.values["clicks"].value for channel in campaign.channels]
    total = campaign.total.values
    assert total["spend"].value == pytest.approx(sum(value for value in spends if value is not None))
    assert total["cpc"].value == pytest.approx(
        sum(v for v in spends if v is not None) / sum(v for v in clicks if v is not None)
    )


def test_platform_claims_stay_apart(portfolio: Portfolio) -> None:
    campaign = portfolio.campaigns[0]
    assert campaign.basis == "web"
    assert campaign.total is not None
    assert campaign.total.platform_conversions == ()
    claims = {channel.channel_id: channel.platform_conversions for channel in campaign.channels}
    assert [platform for platform, _ in claims["sem"]] == ["google_ads"]
    assert [platform for platform, _ in claims["paid_social"]] == ["meta_ads"]


def test_cost_per_conversion_has_a_range_and_a_sum_has_none(portfolio: Portfolio) -> None:
    kpis = {kpi.metric.metric_id: kpi for kpi in portfolio.campaigns[0].kpis}
    cpa, conversions = kpis["cpa"].to_date, kpis["conversions"].to_date
    assert cpa.low is not None and cpa.high is not None and cpa.value is not None
    assert cpa.low < cpa.value < cpa.high
    assert conversions.low is None


def test_goals_come_first_in_their_order(portfolio: Portfolio) -> None:
    assert [kpi.metric.metric_id for kpi in portfolio.campaigns[0].kpis][:3] == ["conversions", "cpa", "roas"]
    assert portfolio.campaigns[1].kpis[0].metric.metric_id == "roas"


def test_recent_days_are_incomplete_and_marked(portfolio: Portfolio) -> None:
    kpi = portfolio.campaigns[0].kpis[0]
    assert [day.day for day in kpi.days if not day.is_mature] == [
        dt.date(2026, 6, 19), dt.date(2026, 6, 20), dt.date(2026, 6, 21),
    ]  # fmt: skip
    assert kpi.last_7_immature


def test_missing_and_restated_days_are_told(portfolio: Portfolio) -> None:
    quality = portfolio.quality
    assert [(gap["platform"], gap["first_day"], gap["days"]) for gap in quality.gaps] == [
        ("baidu_ads", dt.date(2026, 6, 10), 1)
    ]
    restated = quality.restated[0]
    assert (restated.platform, restated.periods, restated.conversions) == (
        "google_ads",
        12,
        pytest.approx(36),
    )
    assert [source.platform for source in quality.late] == ["meta_ads"]
    assert quality.unassigned_share == pytest.approx(875 / quality.total_spend)


def test_unassigned_is_no_campaign(portfolio: Portfolio) -> None:
    assert [campaign.campaign_id for campaign in portfolio.campaigns] == ["618-2026", "brand-2026"]
    assert portfolio.unassigned is not None
    assert portfolio.unassigned.spend == pytest.approx(875.0)
    assert {line.metric.metric_id: line.to_date.value for line in portfolio.unassigned.owned}[
        "organic_clicks"
    ] == 1050


def test_actions_point_at_the_rows_they_concern(portfolio: Portfolio) -> None:
    flagged = {row.text: row.flagged_by for row in portfolio.campaigns[0].search_terms}
    assert flagged["free tea catalogue"] is not None
    assert flagged["green tea gift"] is None
