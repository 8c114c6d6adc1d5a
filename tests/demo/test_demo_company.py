"""The simulated truth: same seed, same bytes; every level is the exact sum of the finer one."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from mkt_pipeline.demo import DemoTruth, write_demo
from mkt_pipeline.demo.advertising import share_out
from mkt_pipeline.demo.company import Company, simulate
from mkt_pipeline.demo.rows import AdRow
from mkt_pipeline.plan import load_plans
from mkt_pipeline.workspace import Workspace

SCALE = 0.2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoTruth]:
    root = tmp_path_factory.mktemp("demo")
    return root, write_demo(root, scale=SCALE)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SCALE, 2026)


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(demo: tuple[Path, DemoTruth], tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again", scale=SCALE)
    assert contents(tmp_path / "again") == contents(demo[0])
    assert again == demo[1]


def test_another_seed_tells_another_story(demo: tuple[Path, DemoTruth], tmp_path: Path) -> None:
    other = write_demo(tmp_path / "other", scale=SCALE, seed=7)
    assert other.spend() != demo[1].spend()
    assert [file.name for file in other.files] == [file.name for file in demo[1].files]


def test_scale_makes_more_rows_of_the_same_campaigns(demo: tuple[Path, DemoTruth], tmp_path: Path) -> None:
    def rows(truth: DemoTruth) -> int:
        return sum(part.rows for file in truth.files for part in file.parts)

    larger = write_demo(tmp_path / "larger", scale=1.0)
    assert rows(larger) > 2 * rows(demo[1])
    assert {day.campaign for day in larger.campaign_days} == {day.campaign for day in demo[1].campaign_days}


@pytest.mark.parametrize("measure", ["impressions", "clicks", "spend", "conversions", "conversion_value"])
@pytest.mark.parametrize("platform", ["google_ads", "baidu_ads", "meta_ads"])
def test_every_level_sums_to_its_campaign_day(company: Company, platform: str, measure: str) -> None:
    account = company.account(platform)
    campaigns = sums_by_campaign_day(account.rows["campaign"], measure)
    with_ad_groups = {campaign.name for campaign in account.campaigns if campaign.ad_groups}
    expected = {key: value for key, value in campaigns.items() if key[0] in with_ad_groups}
    for level in account.rows.keys() - {"campaign", "search_term"}:
        found = sums_by_campaign_day(account.rows[level], measure)
        assert {key: found.get(key, Decimal(0)) for key in expected} == expected, level
    if "search_term" in account.rows:
        listed_and_other = [*account.rows["search_term"], *account.other_terms]
        found = sums_by_campaign_day(listed_and_other, measure)
        assert {key: found.get(key, Decimal(0)) for key in expected} == expected


def sums_by_campaign_day(rows: list[AdRow], measure: str) -> dict[tuple[str, dt.date], Decimal]:
    result: dict[tuple[str, dt.date], Decimal] = defaultdict(Decimal)
    for row in rows:
        result[row.campaign, row.day] += Decimal(getattr(row, measure))
    return dict(result)


def test_performance_max_has_no_level_below_the_campaign(company: Company) -> None:
    google = company.account("google_ads")
    names = {campaign.name for campaign in google.campaigns if campaign.kind == "Performance Max"}
    assert names
    for level in google.rows.keys() - {"campaign"}:
        assert names.isdisjoint(row.campaign for row in google.rows[level])


def test_rows_of_a_level_have_one_key_and_possible_numbers(company: Company) -> None:
    for account in company.accounts:
        for rows in account.rows.values():
            keys = Counter(
                (r.day, r.campaign, r.ad_group, r.ad, r.keyword, r.match_type, r.search_term) for r in rows
            )
            assert max(keys.values()) == 1
            assert all(row.clicks <= row.impressions and row.spend >= 0 for row in rows)
            assert all(row.spend == 0 for row in rows if row.clicks == 0)


def test_whole_conversions_stay_whole_on_platforms_that_count_them_so(company: Company) -> None:
    for platform in ("baidu_ads", "meta_ads"):
        for rows in company.account(platform).rows.values():
            assert all(row.conversions == row.conversions.to_integral_value() for row in rows)


def test_planted_waste_costs_money_and_never_converts(company: Company, demo: tuple[Path, DemoTruth]) -> None:
    truth = demo[1]
    wasteful = {(term.campaign, term.term) for term in truth.wasteful_terms}
    google = company.account("google_ads")
    rows = [row for row in google.rows["search_term"] if (row.campaign, row.search_term) in wasteful]
    assert sum(row.spend for row in rows) == sum(term.spend for term in truth.wasteful_terms)
    assert all(row.conversions == 0 for row in rows)
    per_gram: dict[str, int] = defaultdict(int)
    for term in truth.wasteful_terms:
        per_gram[term.gram] += term.clicks
    assert per_gram.keys() == {"free", "diy", "wholesale jobs"}
    assert min(per_gram.values()) > 100
    (keyword,) = truth.wasteful_keywords
    own = [row for row in google.rows["keyword"] if row.keyword == keyword.keyword]
    assert sum(row.conversions for row in own) == 0
    assert keyword.clicks > 150


def test_one_day_is_in_no_baidu_report(company: Company, demo: tuple[Path, DemoTruth]) -> None:
    truth = demo[1]
    for rows in company.account("baidu_ads").rows.values():
        days = {row.day for row in rows}
        assert truth.missing_day not in days
        assert {truth.missing_day - dt.timedelta(1), truth.missing_day + dt.timedelta(1)} <= days


def test_the_second_statement_of_the_restated_days_has_more_conversions(demo: tuple[Path, DemoTruth]) -> None:
    restated = demo[1].restatements
    assert len({each.day for each in restated}) == 14
    assert all(each.conversions_after > each.conversions_before for each in restated)
    assert all(each.value_after >= each.value_before for each in restated)


def test_channel_totals_are_the_campaign_days_and_weeks(demo: tuple[Path, DemoTruth]) -> None:
    truth = demo[1]
    assert sum(total.spend for total in truth.channel_totals) == truth.spend()
    assert sum(total.sessions for total in truth.channel_totals) == sum(
        week.sessions for week in truth.web_weeks
    )
    assert truth.unassigned_spend == truth.channel("(unassigned)", "sem").spend > 0
    baidu = [day for day in truth.campaign_days if day.platform == "baidu_ads"]
    assert all(day.spend < day.spend_native / 5 for day in baidu if day.spend_native)


def test_paid_sessions_come_from_clicks(demo: tuple[Path, DemoTruth]) -> None:
    for total in demo[1].channel_totals:
        if total.clicks:
            assert 0.85 < total.sessions / total.clicks < 0.96
            assert total.web_conversions < total.platform_conversions * 2


@pytest.mark.parametrize("seed", [2026, 7])
def test_plans_are_valid_and_tell_the_intended_story(tmp_path: Path, seed: int) -> None:
    truth = write_demo(tmp_path, scale=SCALE, seed=seed)
    plans = {plan.id: plan for plan in load_plans(Workspace(tmp_path))}
    stories = {plan.marketing_campaign: plan for plan in truth.plans}
    assert plans.keys() == stories.keys() == {"new-arrivals-2026", "618-2026"}
    elapsed = {
        name: Decimal((truth.files[-1].last_day - plan.first_day).days + 1)
        / ((plan.last_day - plan.first_day).days + 1)
        for name, plan in stories.items()
    }
    attainment = {
        name: plan.actual["conversions"] / (plan.goals["conversions"] * elapsed[name])
        for name, plan in stories.items()
    }
    assert attainment["new-arrivals-2026"] >= Decimal("0.95")
    assert Decimal("0.80") <= attainment["618-2026"] < Decimal("0.95")
    assert all(plan.actual["conversions"] > 300 for plan in truth.plans)
    assert stories["618-2026"].pace["paid_social"] > Decimal("1.2")
    assert all(pace < Decimal("1.1") for pace in stories["new-arrivals-2026"].pace.values())
    for name, plan in plans.items():
        assert {goal.metric: goal.target for goal in plan.goals} == stories[name].goals
        assert {c.id: c.budget for c in plan.channels if c.budget} == stories[name].budgets


def test_settings_are_valid_and_name_every_currency(demo: tuple[Path, DemoTruth]) -> None:
    settings = Workspace(demo[0]).settings
    assert settings.report_date() == dt.date(2026, 6, 22)
    currencies = {account.platform: account.currency_code for account in settings.accounts}
    assert currencies["baidu_ads"] == "CNY"
    assert currencies["ga4"] == currencies["mailchimp"] == "USD"


def test_the_answer_is_written_as_json_on_request(tmp_path: Path) -> None:
    truth = write_demo(tmp_path / "company", scale=SCALE, truth_file=tmp_path / "truth.json")
    read = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert sum(Decimal(day["spend"]) for day in read["campaign_days"]) == truth.spend()
    assert not list((tmp_path / "company" / "lake").rglob("*.parquet"))


def test_share_out_never_loses_a_unit() -> None:
    rng = np.random.default_rng(1)
    totals = rng.integers(0, 1000, (40, 7))
    weights = rng.integers(0, 4, (40, 7, 5))
    parts = share_out(totals, weights)
    assert (parts.sum(-1) == totals).all()
    assert (parts >= 0).all()
    assert (share_out(np.array([9]), np.zeros((1, 3), dtype=np.int64)) == [[0, 0, 9]]).all()
