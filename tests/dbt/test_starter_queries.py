"""Starter queries and ``mkt explain`` on one lake: right columns, right numbers, values traced to files.

Every expected number is worked out by hand beside the rows it comes from. What is not here: the files of the
queries as texts (``tests/warehouse/test_starters.py``).
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from mkt_pipeline import metrics
from mkt_pipeline.insights.table import ACTION_COLUMNS
from mkt_pipeline.lake import DATASETS
from mkt_pipeline.warehouse import (
    explain_metric,
    questions_about,
    run_sql,
    starter_queries,
    starter_query,
    table_examples,
    tables,
)
from mkt_pipeline.workspace import Workspace

from .conftest import DbtProject, file_id_of

PUBLISHED_SCHEMAS = {"mart", "metrics", "ops"}
MADE_BY_PYTHON = {"mart.mart_action", "ops.build", "ops.check_result"}
CAMPAIGNS = ("spring", "(unassigned)")


def day(number: int) -> dt.date:
    """A day of June 2026, whose first is a Monday."""
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def project(dbt_project: DbtProject) -> DbtProject:
    """One small company, built without tests; the published file is a copy of the build."""
    settings_and_plan(dbt_project)
    paid_media(dbt_project)
    owned_media(dbt_project)
    commerce(dbt_project)
    dbt_project.build(tested=False)
    assert not dbt_project.failures, dbt_project.failures
    shutil.copy(dbt_project.workspace.build_file, dbt_project.workspace.published_file)
    return dbt_project


@pytest.fixture(scope="module")
def published(project: DbtProject) -> Workspace:
    return project.workspace


def answer(published: Workspace, name: str) -> list[dict[str, Any]]:
    result = run_sql(published, starter_query(name).sql)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def settings_and_plan(project: DbtProject) -> None:
    project.settings(as_of="2026-06-22")
    channels = {
        "google_ads": "sem", "ga4": "other", "mailchimp": "email", "x": "organic_social", "shopify": "other",
        "google_search_console": "seo",
    }  # fmt: skip
    project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": channel,
         "conversion_lag_days": 3, "freshness_days": 2}
        for platform, channel in channels.items()
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": day(1), "end_date": day(30), "budget": Decimal(3000)},
    ])  # fmt: skip
    project.put("plan_channel", [
        {"marketing_campaign_id": "spring", "channel_id": "sem", "budget": Decimal(3000)},
    ])  # fmt: skip
    project.put("plan_goal", [
        {"marketing_campaign_id": "spring", "channel_id": "(all)", "metric_id": "conversions", "goal_rank": 1,
         "target": Decimal(30)},
    ])  # fmt: skip
    fields = ("campaign_name", "utm_campaign", "mailing_name", "post_text")
    project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": number, "match_field": field,
         "like_pattern": "%spring%"}
        for number, field in enumerate(fields, start=1)
    ])  # fmt: skip


def paid_media(project: DbtProject) -> None:
    google = {"platform": "google_ads", "account_id": "g", "currency_code": "USD"}

    def spring(number: int, conversions: int) -> dict[str, Any]:
        return {"day": day(number), "level": "campaign", "campaign_id": "1", "campaign_name": "Spring A",
                "spend": 50, "impressions": 1000, "clicks": 20, "conversions": conversions,
                "conversion_value": 30 * conversions}  # fmt: skip

    brand = {"day": day(3), "level": "campaign", "campaign_id": "2", "campaign_name": "Brand", "spend": 7,
             "impressions": 70, "clicks": 1}  # fmt: skip
    project.land("first half.csv", [*(spring(number, 1) for number in range(1, 15)), brand],
                 exported_at="2026-06-15 08:00:00", **google)  # fmt: skip
    # The 13th and 14th once more, with two conversions each that came later.
    project.land("second half.csv", [spring(number, 3) for number in range(13, 21)],
                 exported_at="2026-06-22 08:00:00", **google)  # fmt: skip

    def term(number: int, words: str, clicks: int, spend: int, conversions: int) -> dict[str, Any]:
        return {"day": day(number), "level": "search_term", "campaign_id": "1", "campaign_name": "Spring A",
                "ad_group_id": "a", "keyword": "tea", "match_type": "broad", "search_term": words,
                "clicks": clicks, "spend": spend, "impressions": 9, "conversions": conversions}  # fmt: skip

    project.land("terms.csv", [
        term(9, "free tea", 2, 4, 0), term(10, "free tea", 2, 6, 0), term(10, "buy tea", 3, 6, 1),
        term(20, "tea today", 4, 9, 0),  # conversions may still come
    ], exported_at="2026-06-22 08:00:00", **google)  # fmt: skip


def owned_media(project: DbtProject) -> None:
    visit = {"level": "source_medium_campaign", "attribution_scope": "session", "source": "google",
             "medium": "cpc"}  # fmt: skip
    project.land("web.csv", [
        {"day": day(3), **visit, "utm_campaign": "spring", "sessions": 100, "engaged_sessions": 60,
         "pageviews": 300, "conversions": 5, "conversion_value": 500},
        {"day": day(3), **visit, "utm_campaign": "mystery", "sessions": 9, "engaged_sessions": 9,
         "pageviews": 9, "conversions": 1, "conversion_value": 40},
    ], dataset="web_traffic", platform="ga4", account_id="site", currency_code="USD")  # fmt: skip
    project.land("mail.csv", [{
        "mailing_id": "n1", "mailing_name": "spring news", "sent_at": "2026-06-04 09:00:00", "day": day(4),
        "sends": 1000, "delivered": 990, "bounces_hard": 4, "bounces_soft": 6, "opens_unique": 198,
        "clicks_unique": 33, "unsubscribes": 3, "orders": 3, "revenue": 300,
    }], dataset="email_campaign", platform="mailchimp", account_id="list", level="mailing",
        exported_at="2026-06-12 08:00:00", currency_code="USD")  # fmt: skip
    project.land("posts.csv", [
        {"post_id": "p1", "post_text": "Hello #spring", "published_at": "2026-06-03 10:00:00",
         "impressions": 200, "engagements": 20, "post_url": "https://x.example/1"},
        {"post_id": "p2", "post_text": "Hello", "published_at": "2026-06-04 10:00:00", "impressions": 300,
         "engagements": 6, "post_url": "https://x.example/2"},
        {"post_id": "p3", "post_text": "Nobody counted", "published_at": "2026-06-05 10:00:00",
         "impressions": 900},
    ], dataset="social_post", platform="x", account_id="tea", level="post", period_start=day(1),
        period_end=day(19), exported_at="2026-06-20 08:00:00")  # fmt: skip
    console = {"dataset": "search_performance", "platform": "google_search_console", "search_type": "web",
               "exported_at": "2026-06-20 08:00:00"}  # fmt: skip

    def queries(name: str, first: dt.date, last: dt.date, **clicks: int) -> None:
        project.land(name, [
            {"period_start": first, "period_end": last, "query": query, "clicks": number,
             "impressions": 10 * number, "position": 4}
            for query, number in clicks.items()
        ], level="query", property="tea.example", **console)  # fmt: skip

    queries("april.csv", dt.date(2026, 4, 1), dt.date(2026, 5, 10), tea=500, cup=400)
    queries("may.csv", dt.date(2026, 5, 11), dt.date(2026, 5, 28), tea=50, cup=10, gone=9)
    queries("june.csv", dt.date(2026, 5, 29), day(15), tea=30, cup=12)
    # Ten clicks a day in the first week, five in the second.
    project.land("days.csv", [
        {"day": day(number), "query": "daily tea", "clicks": 10 if number <= 7 else 5, "impressions": 100,
         "position": 2 if number <= 7 else 3}
        for number in range(1, 15)
    ], level="query", property="days.example", **console)  # fmt: skip


def commerce(project: DbtProject) -> None:
    shop = {"platform": "shopify", "account_id": "s", "currency_code": "USD"}

    def order(number: int, customer: str, revenue: int) -> dict[str, Any]:
        moment = dt.datetime(2026, 6, number, 10)
        return {"day": day(number), "ordered_at": moment, "order_id": f"#{number}", "customer_hash": customer,
                "revenue": revenue, "shipping": 0, "taxes": 0, "discounts": 0, "units": 1}  # fmt: skip

    project.land("orders.csv", [order(1, "a", 120), order(2, "b", 55), order(5, "a", 33)],
                 dataset="order", level="order", exported_at="2026-06-20 08:00:00", **shop)  # fmt: skip

    def deliverable(number: int, **cells: Any) -> dict[str, Any]:
        return {"day": day(number), "deliverable_id": f"d{number}", "partner_id": "mia",
                "partner_name": "Mia", "partner_type": "kol", "status": "published",
                "published_at": dt.datetime(2026, 6, number, 9), **cells}  # fmt: skip

    project.land("kol.csv", [
        deliverable(2, fee=200, product_cost=20, views=1000, link_clicks=50, orders=4, revenue=440),
        deliverable(3, fee=30),
        deliverable(4, fee=999, status="cancelled"),
    ], dataset="partner_deliverable", level="deliverable", platform="own_partners", account_id="o",
        currency_code="USD", exported_at="2026-06-20 08:00:00")  # fmt: skip
    project.land("commission.csv", [
        {"day": day(6), "partner_id": "aff", "partner_name": "Aff", "status": "approved", "orders": 1,
         "revenue": 100, "commission": 10, "network_fee": 2},
    ], dataset="partner_commission", level="partner", platform="own_partners", account_id="o",
        currency_code="USD", exported_at="2026-06-20 08:00:00")  # fmt: skip
    project.land("costs.csv", [
        {"day": day(7), "cost_id": "c1", "category": "tool", "vendor": "V", "spend": 80},
    ], dataset="cost_item", level="cost", platform="own_costs", account_id="o", currency_code="USD",
        exported_at="2026-06-20 08:00:00")  # fmt: skip


# --- starter queries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", starter_queries(), ids=lambda query: query.name)
def test_a_query_answers_with_the_columns_it_declares(published: Workspace, query: Any) -> None:
    result = run_sql(published, query.sql)
    assert result.columns == tuple(name for name, _ in query.columns)
    assert result.rows, "the lake of this test has an answer to every question"


def test_channel_week(published: Workspace) -> None:
    """50 a day and Brand's 7; 5 conversions and the mystery's one in web analytics, worth 540."""
    rows = {row["week_start"]: row for row in answer(published, "channel_week") if row["channel"] == "sem"}
    week = rows[day(1)]
    assert (week["spend"], week["conversions"], week["conversion_value"]) == (357, 6, 540)
    assert week["roas"] == pytest.approx(540 / 357)
    assert week["immature_days"] == 0
    assert [rows[day(number)]["spend"] for number in (8, 15)] == [350, 300]
    assert rows[day(15)]["immature_days"] >= 1


def test_budget_pace(published: Workspace) -> None:
    """1000 spent on 20 days with 100 planned each; the 21st has no numbers yet."""
    rows = answer(published, "budget_pace")
    assert [(row["channel"], row["spend_to_date"], row["planned_to_date"], row["pace"]) for row in rows] == [
        ("(all)", 1000, 2000, "under"), ("sem", 1000, 2000, "under"),
    ]  # fmt: skip
    assert {row["day"] for row in rows} == {day(20)}


def test_wasted_search_terms(published: Workspace) -> None:
    (row,) = answer(published, "wasted_search_terms")
    assert (row["campaign"], row["search_term"], row["clicks"], row["spend"]) == (
        "Spring A", "free tea", 4, 10,
    )  # fmt: skip
    assert (row["first_day"], row["last_day"]) == (day(9), day(10))


def test_top_posts(published: Workspace) -> None:
    rows = answer(published, "top_posts")
    assert [(row["post"], row["engagements"], row["engagement_rate"]) for row in rows] == [
        ("Hello #spring", 20, 0.1), ("Hello", 6, 0.02),
    ]  # fmt: skip


def test_email_funnel(published: Workspace) -> None:
    (row,) = answer(published, "email_funnel")
    assert (row["sends"], row["delivered"], row["opens"], row["clicks"], row["orders"]) == (
        1000, 990, 198, 33, 3,
    )  # fmt: skip
    rates = ("delivery_rate", "open_rate", "click_rate", "click_to_open", "order_rate", "unsubscribe_rate")
    assert [row[rate] for rate in rates] == pytest.approx([0.99, 0.2, 1 / 30, 1 / 6, 1 / 11, 1 / 330])


def test_seo_losing_queries(published: Workspace) -> None:
    """Days are taken as weeks that end with the newest day; what stands in one period alone is left out."""
    rows = answer(published, "seo_losing_queries")
    assert [(row["query"], row["previous_clicks"], row["clicks"], row["change"]) for row in rows] == [
        ("daily tea", 70, 35, -35), ("tea", 50, 30, -20),
    ]  # fmt: skip
    assert (rows[0]["period"], rows[0]["previous_period"]) == (
        "2026-06-08 – 2026-06-14", "2026-06-01 – 2026-06-07",
    )  # fmt: skip
    assert (rows[0]["previous_position"], rows[0]["position"]) == (2, 3)


def test_unassigned_spend(published: Workspace) -> None:
    rows = [row for row in answer(published, "unassigned_spend") if row["spend"]]
    assert [(row["kind"], row["name"], row["spend"]) for row in rows] == [
        ("partner", "Mia", 250), ("partner", "Aff", 12), ("campaign", "Brand", 7),
    ]  # fmt: skip
    assert rows[-1]["share"] == pytest.approx(7 / 1007)
    assert "Brand" in rows[-1]["suggested_rule"]


def test_file_totals(published: Workspace) -> None:
    """Of 707 in the first file, 100 were stated again by the second."""
    rows = {(row["file"], row["measure"]): row for row in answer(published, "file_totals")}
    first = rows["first half.csv", "spend"]
    assert (first["landed_total"], first["superseded_total"], first["mart_total"]) == (707, 100, 607)
    assert first["difference"] == 0
    assert rows["second half.csv", "conversions"]["mart_total"] == 24


def test_restated_days(published: Workspace) -> None:
    rows = answer(published, "restated_days")
    conversions = [row for row in rows if row["measure"] == "conversions"]
    assert [(row["day"], row["first_value"], row["newest_value"], row["change"]) for row in conversions] == [
        (day(14), 1, 3, 2), (day(13), 1, 3, 2),
    ]  # fmt: skip
    assert {row["change_share"] for row in conversions} == {2}
    assert "spend" not in {row["measure"] for row in rows}


def test_late_sources(published: Workspace) -> None:
    """The mailing of the 4th is 18 days old, two are allowed."""
    rows = {(row["platform"], row["report"]): row for row in answer(published, "late_sources")}
    assert rows["mailchimp", "mail"]["days_late"] == 16
    assert rows["google_ads", "second half"]["days_late"] == 0


def test_goals(published: Workspace) -> None:
    """20 of 30 days: 20 of 30 conversions are due, web analytics saw 5."""
    (row,) = [row for row in answer(published, "goals") if row["metric"] == "conversions"]
    assert (row["campaign"], row["channel"], row["actual"]) == ("spring", "(all)", 5)
    assert row["due"] == pytest.approx(20)
    assert row["attainment"] == pytest.approx(5 / 20)


def test_claimed_and_seen(published: Workspace) -> None:
    (row,) = [
        row for row in answer(published, "claimed_and_seen")
        if (row["campaign"], row["channel"]) == ("spring", "sem")
    ]  # fmt: skip
    # 12 days of 1 and 3 a day from the 13th to the last day whose conversions are complete.
    assert row["claimed"] in (12 + 3 * 6, 12 + 3 * 7)
    assert (row["seen"], row["seen_value"], row["basis"]) == (5, 500, "web")


def test_new_customers(published: Workspace) -> None:
    """a and b are new, a comes back. Costs: media 1007; a cancelled deliverable costs nothing."""
    (row,) = answer(published, "new_customers")
    assert (row["month"], row["orders"], row["new_orders"], row["returning_orders"]) == (day(1), 3, 2, 1)
    other = 220 + 30 + 12 + 80
    assert (row["media_cost"], row["total_cost"], row["revenue"]) == (1007, 1007 + other, 208)
    assert row["cac"] == pytest.approx((1007 + other) / 2)
    assert row["mer"] == pytest.approx(208 / (1007 + other))


def test_channel_efficiency(published: Workspace) -> None:
    """Own orders name no channel here; the whole counts them, and several platforms' claims are not added."""
    rows = {row["channel"]: row for row in answer(published, "channel_efficiency")}
    assert (rows["(all)"]["total_cost"], rows["(all)"]["orders"], rows["(all)"]["new_customers"]) == (
        1349,
        3,
        2,
    )
    assert rows["(all)"]["mer"] == pytest.approx(208 / 1349)
    assert rows["(all)"]["claimed_conversions"] is None
    assert (rows["sem"]["total_cost"], rows["kol"]["total_cost"], rows["affiliate"]["total_cost"]) == (
        1007,
        250,
        12,
    )
    # What a creator's code sold is no platform's claim: it stands in kol_orders.
    assert (rows["kol"]["claimed_conversions"], rows["kol"]["claimed_value"]) == (None, None)


def test_kol_orders(published: Workspace) -> None:
    """What nobody counted orders of is no part of the cost per order."""
    (row,) = answer(published, "kol_orders")
    assert (row["partner"], row["deliverables"], row["cost"], row["orders"]) == ("Mia", 2, 250, 4)
    assert (row["cost_per_order"], row["cost_per_click"], row["roas"]) == (55, 4.4, 2)


def test_untracked_spend(published: Workspace) -> None:
    rows = {row["state"]: row for row in answer(published, "untracked_spend")}
    assert rows["spend without tracking"]["campaign"] == "Brand"
    assert rows["spend without tracking"]["spend_at_risk"] == 7
    assert rows["tracking without campaign"]["utm_campaign"] == "mystery"
    assert rows["tracking without campaign"]["revenue_at_risk"] == 40


# --- every table has a question -----------------------------------------------------------------------------


def published_tables(project: DbtProject) -> set[str]:
    return {
        f"{node.schema}.{node.name}"
        for node in project.manifest.nodes.values()
        if node.resource_type == "model" and node.schema in PUBLISHED_SCHEMAS
    } | MADE_BY_PYTHON


def test_every_published_table_has_a_question(dbt_session: DbtProject) -> None:
    """In mkt_pipeline/queries: a starter query that reads it, or an example in tables.yml."""
    assert {table for table in published_tables(dbt_session) if not questions_about(table)} == set()


def test_examples_are_of_tables_that_no_starter_query_reads(dbt_session: DbtProject) -> None:
    read = {table for query in starter_queries() for table in query.tables}
    examples = [query.name for query in table_examples()]
    assert len(examples) == len(set(examples))
    assert set(examples) <= published_tables(dbt_session) - read


@pytest.mark.parametrize(
    "example",
    [each for each in table_examples() if each.name not in MADE_BY_PYTHON],
    ids=lambda each: each.name,
)
def test_the_example_of_a_table_runs_and_reads_it(published: Workspace, example: Any) -> None:
    assert example.tables == {example.name}
    assert run_sql(published, example.sql).columns
    assert example.question["en"].endswith("?") and example.question["zh"].endswith("？")


def test_the_example_of_the_actions_names_their_columns() -> None:
    (example,) = questions_about("mart.mart_action")
    columns = example.sql.removeprefix("select ").split(" from ")[0].split(", ")
    assert set(columns) <= set(ACTION_COLUMNS)


# --- explain ------------------------------------------------------------------------------------------------


def test_every_measure_of_the_registry_is_traced_to_facts() -> None:
    measures = {measure for metric in metrics.registry().values() for measure in metric.measures}
    assert measures <= set(metrics.INPUTS)
    for inputs in metrics.INPUTS.values():
        for each in inputs:
            assert each.dataset is None or set(each.lake_measures) <= set(DATASETS[each.dataset].measures)


def test_inputs_are_columns_of_facts(published: Workspace) -> None:
    for inputs in metrics.INPUTS.values():
        for each in inputs:
            run_sql(published, f"select sum({each.column}) from {each.table} where {each.where or 'true'}")


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_the_files_of_a_value_add_up_to_it(published: Workspace, campaign: str) -> None:
    traced = 0
    for metric_id in metrics.registry():
        found = explain_metric(published, metric_id, campaign)
        if found.campaign is None:
            continue
        sums: defaultdict[str, float] = defaultdict(float)
        for file in found.campaign.files:
            sums[file.measure] += float(file.value)
        stated = (found.campaign.numerator, found.campaign.denominator)
        for measure, total in zip(found.metric.measures, stated, strict=False):
            if total is not None:
                assert math.isclose(sums[measure], float(total), abs_tol=0.005), (metric_id, measure)
                traced += 1
        assert found.campaign.untraced == {}, metric_id
    assert traced > 20


def test_a_value_comes_with_its_files_days_and_basis(published: Workspace) -> None:
    """Of 1000 spent, the first file gives twelve days; the second, which states two of them again, eight."""
    value = explain_metric(published, "cpa", "spring").campaign
    assert value is not None
    assert (value.value, value.numerator, value.denominator) == (200, 1000, 5)
    assert (value.first_day, value.last_day, value.days) == (day(1), day(20), 20)
    assert value.conversion_basis == "web"
    assert [(file.file_name, file.value) for file in value.files] == [
        ("first half.csv", 600), ("second half.csv", 400), ("web.csv", 5),
    ]  # fmt: skip
    assert value.files[0].file_id == file_id_of("first half.csv")
    assert value.channels["sem"] == 200


def test_a_value_several_platforms_claim_is_not_traced(published: Workspace) -> None:
    """Google Ads and Mailchimp both claim conversions of the campaign: there is no sum to trace."""
    found = explain_metric(published, "platform_conversions", "spring")
    assert found.campaign is None or found.campaign.files == []


def test_where_a_metric_stands_is_told(published: Workspace) -> None:
    known = {table.qualified: {column.name for column in table.columns} for table in tables(published)}
    for metric_id in metrics.registry():
        for place in explain_metric(published, metric_id).places:
            assert set(place.columns) <= known[place.table], (metric_id, place.table)
    places = {place.table: place for place in explain_metric(published, "roas").places}
    assert places["metrics.channel_summary"].columns == ("roas",)
    assert places["mart.mart_campaign_kpi_daily"].columns == ("conversion_value", "spend")


def test_who_reports_it_is_told_with_what_was_seen(project: DbtProject, published: Workspace) -> None:
    """The lake of this test names no platform's measures, so nothing is known to be seen."""
    reporters = explain_metric(published, "spend").reporters
    google = next(each for each in reporters if each.platform == "google_ads")
    assert {"campaign", "search_term"} <= set(google.levels)
    assert "mailchimp" not in {each.platform for each in reporters}


def test_every_metric_has_words_of_caution_in_both_languages() -> None:
    for metric in metrics.registry().values():
        assert len(metrics.traps(metric, "en")) == len(metrics.traps(metric, "zh"))
        if metric.additivity != "additive":
            assert metrics.traps(metric, "en"), metric.metric_id
    assert set(metrics.TRAPS) <= {*metrics.INPUTS, "ratio", "non_additive"}
