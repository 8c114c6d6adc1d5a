"""What one run makes of the demo company's exports, held against the truth they were written from."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline import exports
from mkt_pipeline.orchestration.run import run_refresh
from tests.pipeline.reading import Finished

pytestmark = pytest.mark.slow

CENT = Decimal("0.005")
LEVELS = {
    "google_ads": ("ad_group", "ad", "keyword"),
    "baidu_ads": ("keyword",),
    "meta_ads": ("ad",),
}
"""Levels below the campaign that the demo company exports for all days, search terms aside."""


def exact(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def close(found: Any, expected: Decimal, tolerance: Decimal = CENT) -> bool:
    return abs(exact(found) - expected) <= tolerance


# --- files ------------------------------------------------------------------------------------------------


def test_every_file_landed_or_is_the_twin_of_one_that_did(finished: Finished) -> None:
    statuses = {
        file["file_name"] if "file_name" in file else file["path"].split("/")[-1]: file
        for file in finished.outcome.files
    }
    expected = {file.name: "duplicate" if file.duplicate_of else "landed" for file in finished.truth.files}
    found = {name: file["status"] for name, file in statuses.items()}
    twins = {name for name, status in expected.items() if status == "duplicate"} | {
        file.duplicate_of for file in finished.truth.files if file.duplicate_of
    }
    assert {n: s for n, s in found.items() if n not in twins} == {
        n: s for n, s in expected.items() if n not in twins
    }
    assert sorted(found[name] for name in twins) == ["duplicate", "landed"]
    assert not [path for path in finished.workspace.inbox.rglob("*") if path.is_file()]


def test_receipts_state_rows_and_totals_of_the_files(finished: Finished) -> None:
    landed: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for name, part, dataset, count, totals, rejected in finished.rows(
        "SELECT file_name, part, dataset, row_count, totals, rejected_count FROM ops.landed_file"
    ):
        landed[name, dataset].append({"part": part, "rows": count, "totals": json.loads(totals or "{}")})
        assert not rejected, name
    twins = {
        file.name
        for file in finished.truth.files
        if file.duplicate_of or any(other.duplicate_of == file.name for other in finished.truth.files)
    }
    problems = []
    for file in finished.truth.files:
        if file.name in twins:
            continue
        for part in file.parts:
            matches = [
                receipt
                for receipt in landed[file.name, part.dataset]
                if receipt["rows"] == part.rows
                and all(
                    close(receipt["totals"].get(measure), value)
                    for measure, value in part.totals.items()
                    if measure in receipt["totals"] or value
                )
            ]
            if not matches:
                problems.append((file.name, part, landed[file.name, part.dataset]))
    assert not problems


def test_receipts_are_the_same_through_the_exports_room(finished: Finished) -> None:
    names = {receipt.file_name for receipt in exports.receipts(finished.workspace)}
    assert {file.platform for file in finished.truth.files} == {
        receipt.platform for receipt in exports.receipts(finished.workspace)
    }
    assert len(names) == len(finished.truth.files) - 1


def test_everything_reconciles(finished: Finished) -> None:
    assert finished.value("SELECT count(*) FROM ops.reconciliation") > 50
    assert finished.rows("SELECT * FROM ops.reconciliation WHERE abs(difference) > 0.005") == []


def test_no_source_is_late(finished: Finished) -> None:
    late = finished.rows("SELECT platform, report, newest_day FROM ops.freshness WHERE is_late")
    assert late == []


# --- paid media -------------------------------------------------------------------------------------------


def test_campaign_days_equal_the_truth_to_the_cent(finished: Finished) -> None:
    found = {
        (platform, day, campaign): row
        for platform, day, campaign, *row in finished.rows(
            "SELECT f.platform, f.date_day, d.campaign_name, f.impressions, f.clicks, f.spend_native, "
            "f.spend, f.currency_code, f.conversions, f.channel_id, f.marketing_campaign_id "
            "FROM mart.fct_ad_campaign_daily f "
            "JOIN mart.dim_campaign d USING (platform, account_id, campaign_id) "
            "WHERE coalesce(f.spend, 0) <> 0 OR coalesce(f.impressions, 0) <> 0"
        )
    }
    expected = {
        (day.platform, day.day, day.campaign): day for day in finished.truth.campaign_days if day.impressions
    }
    assert found.keys() == expected.keys()
    for key, day in expected.items():
        impressions, clicks, native, spend, currency, conversions, channel, marketing = found[key]
        assert (impressions, clicks, exact(native)) == (day.impressions, day.clicks, day.spend_native), key
        assert close(spend, day.spend, Decimal("0.0001")), key
        assert (currency, channel, marketing) == (day.currency, day.channel, day.marketing_campaign), key
        assert close(conversions, day.conversions), key


@pytest.mark.parametrize("measure", ["impressions", "clicks", "spend_native", "conversions"])
def test_every_level_sums_to_its_campaign_day(finished: Finished, measure: str) -> None:
    broken = finished.rows(
        f"""
        WITH authority AS (
            SELECT platform, account_id, campaign_id, date_day, {measure} AS expected
            FROM mart.fct_ad_campaign_daily
        ), levels AS (
            SELECT platform, account_id, campaign_id, date_day, level, sum({measure}) AS found
            FROM mart.fct_ad_entity_daily GROUP BY ALL
            UNION ALL
            SELECT platform, account_id, campaign_id, date_day, 'search_term', sum({measure})
            FROM mart.fct_ad_search_term_daily GROUP BY ALL
        )
        SELECT * FROM levels LEFT JOIN authority USING (platform, account_id, campaign_id, date_day)
        WHERE abs(found - expected) > 0.005
        """
    )
    assert broken == []


def test_levels_cover_every_campaign_day(finished: Finished) -> None:
    for platform, levels in LEVELS.items():
        for level in levels:
            missing = finished.value(
                "SELECT count(*) FROM mart.fct_ad_campaign_daily c WHERE platform = ? AND spend_native > 0 "
                "AND NOT EXISTS (SELECT 1 FROM mart.fct_ad_entity_daily e WHERE e.platform = c.platform "
                "AND e.campaign_id = c.campaign_id AND e.date_day = c.date_day AND e.level = ?)",
                platform,
                level,
            )
            assert missing == 0, (platform, level)


def test_listed_rows_of_each_level_are_those_exported(finished: Finished) -> None:
    for total in finished.truth.level_totals:
        if total.level in LEVELS[total.platform]:
            table, where = "mart.fct_ad_entity_daily", f"level = '{total.level}'"
        elif total.level == "search_term":
            table, where = "mart.fct_ad_search_term_daily", "true"
        else:
            continue
        (found,) = finished.rows(
            f"SELECT sum(impressions), sum(clicks), sum(spend_native), sum(conversions) FROM {table} "
            f"WHERE platform = ? AND NOT is_unallocated AND {where}",
            total.platform,
        )
        expected = [total.totals[name] for name in ("impressions", "clicks", "spend", "conversions")]
        assert [exact(value) for value in found] == expected, (total.platform, total.level)


def test_performance_max_is_unallocated_below_the_campaign(finished: Finished) -> None:
    spend = finished.truth.spend(platform="google_ads", campaign="NA2026 | Performance Max")
    found = finished.value(
        "SELECT sum(e.spend) FROM mart.fct_ad_entity_daily e "
        "JOIN mart.dim_campaign c USING (platform, account_id, campaign_id) "
        "WHERE c.campaign_name = 'NA2026 | Performance Max' AND e.level = 'keyword' AND e.is_unallocated"
    )
    assert close(found, spend)


# --- marketing campaigns ----------------------------------------------------------------------------------


def test_channels_of_marketing_campaigns(finished: Finished) -> None:
    for total in finished.truth.channel_totals:
        (found,) = finished.rows(
            "SELECT sum(impressions), sum(clicks), sum(spend), sum(sessions), sum(web_conversions), "
            "sum(web_conversion_value), sum(platform_conversions) FROM mart.mart_campaign_kpi_daily "
            "WHERE marketing_campaign_id = ? AND channel_id = ?",
            total.marketing_campaign,
            total.channel,
        )
        impressions, clicks, spend, sessions, conversions, value, claimed = found
        place = (total.marketing_campaign, total.channel)
        if total.clicks:
            assert (impressions, clicks) == (total.impressions, total.clicks), place
            assert close(spend, total.spend), place
        assert close(sessions, Decimal(total.sessions)), place
        assert close(conversions, total.web_conversions), place
        assert close(value, total.web_conversion_value), place
        if total.channel == "paid_social":
            assert close(claimed, total.platform_conversions), place


def test_nothing_is_dropped_on_the_way_to_the_kpi_mart(finished: Finished) -> None:
    (found,) = finished.rows(
        "SELECT sum(spend), sum(sessions), sum(web_conversions) FROM mart.mart_campaign_kpi_daily"
    )
    assert close(found[0], finished.truth.spend())
    assert close(found[1], Decimal(sum(week.sessions for week in finished.truth.web_weeks)))
    assert close(found[2], sum((week.conversions for week in finished.truth.web_weeks), Decimal(0)))


def test_web_weeks_are_spread_over_their_days(finished: Finished) -> None:
    found = {
        tuple(key): row
        for *key, row in (
            (*line[:4], line[4:])
            for line in finished.rows(
                "SELECT source, medium, utm_campaign, date_trunc('week', date_day)::date, sum(sessions), "
                "sum(conversions), sum(conversion_value), bool_and(is_allocated), "
                "any_value(marketing_campaign_id), any_value(channel_id), "
                "count(DISTINCT (marketing_campaign_id, channel_id)) "
                "FROM mart.fct_web_traffic_daily GROUP BY ALL"
            )
        )
    }
    assert len(found) == len(finished.truth.web_weeks)
    for week in finished.truth.web_weeks:
        sessions, conversions, value, allocated, marketing, channel, owners = found[
            week.source, week.medium, week.campaign, week.first_day
        ]
        assert close(sessions, Decimal(week.sessions)), week
        assert close(conversions, week.conversions) and close(value, week.conversion_value), week
        assert allocated and owners == 1
        assert (marketing, channel) == (week.marketing_campaign, week.channel)


def test_goals_have_the_status_the_story_wants(finished: Finished) -> None:
    found = {
        (campaign, metric): (exact(actual), exact(target), status)
        for campaign, metric, actual, target, status in finished.rows(
            "SELECT marketing_campaign_id, metric_id, actual, target, status FROM metrics.kpi_period "
            "WHERE period = 'to_date' AND channel_id = '(all)' AND target IS NOT NULL"
        )
    }
    for plan in finished.truth.plans:
        for metric, target in plan.goals.items():
            actual, stated, _ = found[plan.marketing_campaign, metric]
            assert stated == target, (plan.marketing_campaign, metric)
            assert abs(actual / plan.actual[metric] - 1) < Decimal("0.0001"), (
                plan.marketing_campaign,
                metric,
            )
    assert found["new-arrivals-2026", "conversions"][2] == "on_track"
    assert found["618-2026", "conversions"][2] == "at_risk"


def test_pace_of_each_channel(finished: Finished) -> None:
    for plan in finished.truth.plans:
        for channel, pace in plan.pace.items():
            found = finished.value(
                "SELECT arg_max(pace_index, date_day) FROM mart.mart_campaign_pacing_daily "
                "WHERE marketing_campaign_id = ? AND channel_id = ? AND date_day <= ?",
                plan.marketing_campaign, channel, max(day.day for day in finished.truth.campaign_days),
            )  # fmt: skip
            assert abs(exact(found) - pace) < Decimal("0.001"), (plan.marketing_campaign, channel)


# --- planted truths ---------------------------------------------------------------------------------------


def test_spend_of_no_plan_is_shown(finished: Finished) -> None:
    found = finished.rows("SELECT name, spend FROM mart.mart_unassigned WHERE kind = 'campaign'")
    assert [name for name, _ in found] == ["Evergreen | Brand | Search"]
    assert close(found[0][1], finished.truth.unassigned_spend)


def test_missing_day_is_the_only_gap(finished: Finished) -> None:
    found = finished.rows("SELECT platform, date_day FROM ops.data_gap ORDER BY ALL")
    assert found == [(finished.truth.missing_platform, finished.truth.missing_day)]


def test_restated_conversions_are_newest_and_the_change_is_kept(finished: Finished) -> None:
    after = sum((each.conversions_after for each in finished.truth.restatements), Decimal(0))
    days = [each.day for each in finished.truth.restatements]
    found = finished.value(
        "SELECT sum(conversions) FROM mart.fct_ad_campaign_daily "
        "WHERE platform = 'google_ads' AND date_day BETWEEN ? AND ?",
        min(days),
        max(days),
    )
    assert close(found, after)
    changes = dict(
        finished.rows(
            "SELECT measure, sum(delta) FROM ops.restatement "
            "WHERE platform = 'google_ads' AND level = 'campaign' AND period_start BETWEEN ? AND ? "
            "GROUP BY measure",
            min(days),
            max(days),
        )
    )
    before = sum((each.conversions_before for each in finished.truth.restatements), Decimal(0))
    assert close(changes["conversions"], after - before) and after > before
    assert changes.get("spend", 0) == 0


def test_wasteful_searches_become_negatives(finished: Finished) -> None:
    proposed = finished.rows(
        "SELECT marketing_campaign_id, object_name, spend, conversions, evidence FROM mart.mart_action "
        "WHERE kind = 'negative_search_term'"
    )
    phrases: dict[str, set[str]] = defaultdict(set)
    for campaign, phrase, _, _, _ in proposed:
        phrases[campaign].add(phrase.lower().strip('"'))
    caught = [
        term
        for term in finished.truth.wasteful_terms
        if any(phrase in term.term for phrase in phrases[term.marketing_campaign])
    ]
    wasted = sum(term.spend for term in finished.truth.wasteful_terms)
    assert sum(term.spend for term in caught) >= wasted * Decimal("0.8")
    planted = {term.term for term in finished.truth.wasteful_terms}
    for campaign, phrase, _, conversions, _ in proposed:
        assert exact(conversions) < 3, (campaign, phrase)
    assert any(phrase in term for term in planted for names in phrases.values() for phrase in names)


def test_hopeless_keyword_is_to_be_paused(finished: Finished) -> None:
    (keyword,) = finished.truth.wasteful_keywords
    found = finished.rows(
        "SELECT object_name, spend, clicks, conversions FROM mart.mart_action "
        "WHERE kind = 'pause_keyword' AND marketing_campaign_id = ?",
        keyword.marketing_campaign,
    )
    (row,) = [row for row in found if keyword.keyword in row[0]]
    mature = finished.rows(
        "SELECT sum(e.spend), sum(e.clicks) FROM mart.fct_ad_entity_daily e "
        "JOIN mart.dim_ad_entity USING (platform, account_id, level, entity_id) "
        "WHERE keyword = ? AND is_mature",
        keyword.keyword,
    )
    assert row[1:3] == mature[0]
    assert keyword.spend * 3 / 4 < row[1] < keyword.spend and exact(row[3]) == 0


def test_overspending_channel_is_to_be_slowed(finished: Finished) -> None:
    found = finished.rows(
        "SELECT marketing_campaign_id, channel_id FROM mart.mart_action WHERE kind = 'budget_pace'"
    )
    assert ("618-2026", "paid_social") in found
    assert ("new-arrivals-2026", "paid_social") not in found
    assert ("new-arrivals-2026", "sem") not in found


# --- reports ----------------------------------------------------------------------------------------------


def test_reports_of_both_campaigns_in_both_languages(finished: Finished) -> None:
    written = {(report["campaign_id"], report["language"]): report for report in finished.outcome.reports}
    campaigns = {plan.marketing_campaign for plan in finished.truth.plans}
    assert {(campaign, language) for campaign in campaigns for language in ("en", "zh")} <= written.keys()
    pages = {
        key: finished.workspace.reports_dir.joinpath(report["path"]).read_text(encoding="utf-8")
        for key, report in written.items()
    }
    assert "618 sale" in pages["618-2026", "en"] and "618 大促" in pages["618-2026", "zh"]
    for page in pages.values():
        assert "<script src=" not in page and 'rel="stylesheet"' not in page
    for language in ("en", "zh"):
        for campaign in campaigns:
            assert Path(written[campaign, language]["path"]).name in pages["(index)", language]


def test_reports_show_the_planted_waste(finished: Finished) -> None:
    for report in finished.outcome.reports:
        page = finished.workspace.reports_dir.joinpath(report["path"]).read_text(encoding="utf-8").lower()
        phrases = finished.rows(
            "SELECT object_name FROM mart.mart_action "
            "WHERE marketing_campaign_id = ? AND kind <> 'budget_pace' AND rank <= 3",
            report["campaign_id"],
        )
        assert phrases or report["campaign_id"] == "(index)"
        assert all(phrase.lower() in page for (phrase,) in phrases), report["path"]


# --- nothing to do ----------------------------------------------------------------------------------------


def test_a_second_run_has_nothing_to_do(finished: Finished) -> None:
    before = finished.workspace.published_file.stat()
    outcome = run_refresh(finished.workspace)
    assert outcome.success and outcome.nothing_due
    assert outcome.seconds < 5
    after = finished.workspace.published_file.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
