"""Organic search, posts, mailings, web traffic and plans up to the KPI marts: one lake, one build.

Every expected number is worked out by hand beside the rows it comes from.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mkt_pipeline import metrics

from .conftest import DbtProject

AS_OF = "2026-06-22"
PLATFORMS = {
    "google_ads": "sem", "meta_ads": "paid_social", "google_search_console": "seo", "mailchimp": "email",
    "x": "organic_social", "weibo": "organic_social", "ga4": "other",
}  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    settings_and_plans(dbt_project)
    paid_media(dbt_project)
    web_traffic(dbt_project)
    organic_search(dbt_project)
    posts(dbt_project)
    mailings(dbt_project)
    dbt_project.build()
    return dbt_project


def settings_and_plans(project: DbtProject) -> None:
    project.settings(as_of=AS_OF)
    project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": channel,
         "conversion_lag_days": 3, "freshness_days": 10}
        for platform, channel in PLATFORMS.items()
    ])  # fmt: skip
    project.put("account_setting", [
        {"platform": "google_ads", "currency_code": "USD"}, {"platform": "meta_ads", "currency_code": "USD"},
        {"platform": "ga4", "currency_code": "USD"},
        {"platform": "mailchimp", "account_id": "list-1", "currency_code": "CNY"},
    ])  # fmt: skip
    project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "CNY", "to_currency": "USD", "rate": Decimal("0.14"),
         "rate_source": "bank"}
        for number in (1, 8, 15, 22)
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 2, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": day(1), "end_date": day(30), "budget": Decimal(3000)},
        # Its file stands first, so it takes the campaign both plans match, on the days it runs.
        {"marketing_campaign_id": "summer", "plan_number": 1, "name_en": "Summer", "name_zh": "夏季",
         "currency_code": "CNY", "start_date": day(10), "end_date": day(20), "budget": Decimal(1000)},
    ])  # fmt: skip
    project.put(
        "plan_channel",
        [
            {"marketing_campaign_id": "spring", "channel_id": "sem", "budget": Decimal(2000)},
            {"marketing_campaign_id": "spring", "channel_id": "paid_social", "budget": Decimal(1000)},
        ],
    )
    project.put("plan_goal", [
        {"marketing_campaign_id": "spring", "channel_id": "(all)", "metric_id": "conversions", "goal_rank": 1,
         "target": Decimal(30)},
        {"marketing_campaign_id": "spring", "channel_id": "(all)", "metric_id": "cpa", "goal_rank": 2,
         "target": Decimal(60)},
        {"marketing_campaign_id": "spring", "channel_id": "sem", "metric_id": "ctr", "goal_rank": 1,
         "target": Decimal("0.025")},
        {"marketing_campaign_id": "spring", "channel_id": "paid_social", "metric_id": "budget_used",
         "goal_rank": 1, "band_low": Decimal("0.9"), "band_high": Decimal("1.05")},
        {"marketing_campaign_id": "spring", "channel_id": "email", "metric_id": "open_rate", "goal_rank": 1,
         "target": Decimal("0.15")},
        {"marketing_campaign_id": "summer", "channel_id": "(all)", "metric_id": "cpc", "goal_rank": 1,
         "target": Decimal(10)},
        {"marketing_campaign_id": "summer", "channel_id": "(all)", "metric_id": "organic_clicks",
         "goal_rank": 2, "target": Decimal(11)},
    ])  # fmt: skip
    rules = [
        ("spring", 1, "campaign_name", r"spring\_%"), ("spring", 2, "campaign_name", "always on"),
        ("spring", 3, "utm_campaign", "spring%"), ("spring", 4, "mailing_name", "spring%"),
        ("spring", 5, "page", "%/spring/%"), ("spring", 6, "post_text", "%#spring%"),
        ("summer", 1, "campaign_name", "Always%"),
    ]  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": campaign, "rule_number": number, "match_field": field, "like_pattern": like}
        for campaign, number, field, like in rules
    ])  # fmt: skip


def paid_media(project: DbtProject) -> None:
    def rows(campaign_id: str, name: str, days: range, **measures: Any) -> list[dict[str, Any]]:
        return [
            {"day": day(number), "campaign_id": campaign_id, "campaign_name": name, **measures}
            for number in days
        ]

    project.land(
        "google.csv",
        [
            *rows("1", "Spring_A", range(1, 21), spend=50, impressions=1000, clicks=20, conversions=1,
                  conversion_value=30),
            *rows("2", "Always On", range(8, 13), spend=10, impressions=100, clicks=1),
            *rows("3", "SpringX", range(5, 6), spend=7, impressions=70, clicks=3),  # '_' is no wildcard
        ],
        platform="google_ads", account_id="g", level="campaign",
    )  # fmt: skip
    project.land(
        "meta.csv",
        rows("m1", "spring_meta", range(1, 21), spend=60, impressions=3000, clicks=30, conversions=2,
             conversion_value=10),
        platform="meta_ads", account_id="m", level="campaign",
    )  # fmt: skip


WEEK_1 = {"period_start": day(1), "period_end": day(7)}
WEEK_2 = {"period_start": day(8), "period_end": day(14)}
CHANNEL_PAIRS = [
    ("google", "cpc", "sem"), ("baidu", "CPC", "sem"), ("sogou", "ppc", "sem"), ("360", "cpc", "sem"),
    ("bing", "paid", "sem"), ("www.baidu.com", "cpc", "sem"), ("facebook", "cpc", "paid_social"),
    ("instagram", "paid_social", "paid_social"), ("fb", "paid", "paid_social"),
    ("tiktok", "cpc", "paid_social"), ("weibo", "cpc", "paid_social"),
    ("partner-x", "paid-social", "paid_social"), ("email", "organic", "email"),
    ("newsletter", "e-mail", "email"), ("google", "email", "email"), ("x", "social", "organic_social"),
    ("m.facebook.com", "referral", "organic_social"), ("t.co", "referral", "organic_social"),
    ("zhihu.com", "referral", "organic_social"), ("google", "organic", "seo"), ("baidu", "organic", "seo"),
    ("cn.bing.com", "referral", "seo"), ("blog.example.com", "referral", "referral"),
    ("mail.google.com", "referral", "referral"), ("(direct)", "(none)", "direct"),
    ("taboola", "cpc", "display"), ("(not set)", "(not set)", "other"),
    ("xbox.example", "referral", "referral"),
]  # fmt: skip


def web_traffic(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], account: str = "site") -> None:
        project.land(name, rows, dataset="web_traffic", platform="ga4", account_id=account)

    finest = {"level": "source_medium_campaign", "attribution_scope": "session"}
    spring = {**finest, "source": "google", "medium": "cpc", "utm_campaign": "Spring-Sale"}
    land("week1.csv", [
        {**WEEK_1, **spring, "audience": "所有用户", "sessions": 71, "engaged_sessions": 36,
         "conversions": Decimal("7.000001"), "conversion_value": 100},
        {**WEEK_1, **finest, "source": "Google / Organic", "utm_campaign": "(organic)", "sessions": 30,
         "engaged_sessions": 20, "conversions": 1, "conversion_value": 0},
        # The same sessions at a coarser level, by first user and as a property total: never added.
        {**WEEK_1, "level": "source_medium", "attribution_scope": "session", "source": "google",
         "medium": "cpc", "sessions": 71},
        {**WEEK_1, "level": "source_medium", "attribution_scope": "session", "source": "google",
         "medium": "organic", "sessions": 30},
        {**WEEK_1, "level": "first_user", "attribution_scope": "first_user", "source": "google",
         "medium": "cpc", "sessions": 500},
        {**WEEK_1, "level": "channel_group", "channel_group": "Paid Search", "sessions": 101},
    ])  # fmt: skip
    # One of two audiences that are compared: a part of the sessions above.
    land("audience.csv", [{**WEEK_1, **spring, "audience": "Mobile traffic", "sessions": 44}])
    # The 8th was also exported by day: the week gives its other six days what is left, 60 sessions and 6.
    land("day8.csv", [{"day": day(8), **spring, "sessions": 11, "conversions": 2, "conversion_value": 20}])
    land("week2.csv", [{**WEEK_2, **spring, "sessions": 71, "conversions": 8, "conversion_value": 80}])
    # Before the plan's first day nothing belongs to it. A day of refunds has negative revenue.
    land("may.csv", [{"day": dt.date(2026, 5, 31), **spring, "sessions": 5, "conversions": 9,
                      "conversion_value": -12}])  # fmt: skip
    organic = {**finest, "source": "google", "medium": "organic", "utm_campaign": "(organic)"}
    land("nested.csv", [
        {**organic, "period_start": day(1), "period_end": day(30), "sessions": 300},
        {**organic, **WEEK_1, "sessions": 70},
        {**organic, "day": day(3), "sessions": 16},
    ], account="nested")  # fmt: skip
    land("overlapping.csv", [
        {**organic, "period_start": day(1), "period_end": day(4), "sessions": 40},
        {**organic, "period_start": day(3), "period_end": day(6), "sessions": 80},
    ], account="overlapping")  # fmt: skip
    land(
        "pairs.csv",
        [
            {"day": day(2), **finest, "source": source, "medium": medium, "utm_campaign": f"pair {number}",
             "sessions": 1}
            for number, (source, medium, _) in enumerate(CHANNEL_PAIRS)
        ],
        account="pairs",
    )  # fmt: skip


def organic_search(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-05", **common: Any) -> None:
        project.land(
            name, rows, dataset="search_performance", platform="google_search_console",
            exported_at=exported_at, property="sc-domain:tea.example", search_type="web", **common,
        )  # fmt: skip

    span = {"period_start": day(1), "period_end": day(3)}
    chart = [(1, 10, 100, 2.0), (2, 20, 200, 3.0), (3, 30, 300, 4.0), (4, 0, 0, None)]
    land("chart.csv", [
        {"day": day(number), "clicks": clicks, "impressions": impressions, "position": position}
        for number, clicks, impressions, position in chart
    ], level="property")  # fmt: skip
    land("chart2.csv", [{"day": day(3), "clicks": 33, "impressions": 300, "position": 4.0}],
         exported_at="2026-06-06", level="property")  # fmt: skip
    land("filtered.csv", [{"day": day(1), "clicks": 4, "impressions": 40, "position": 1.0}], level="property",
         filters='{"Page": "+/spring/"}')  # fmt: skip
    land("queries.csv", [
        {**span, "query": "tea", "clicks": 25, "impressions": 300, "position": 2.5},
        {**span, "query": "cup", "clicks": 10, "impressions": 100, "position": 5.0},
    ], level="query")  # fmt: skip
    land("pages.csv", [
        {**span, "page": "https://tea.example/spring/a", "clicks": 40, "impressions": 500, "position": 3.0},
        {**span, "page": "https://tea.example/about", "clicks": 2, "impressions": 50, "position": 9.0},
    ], level="page")  # fmt: skip
    land("devices.csv", [{**span, "device": "Mobile", "clicks": 63, "impressions": 600, "position": 3.3}],
         level="device")  # fmt: skip
    project.land("coverage.csv", [{"day": day(3), "pages_indexed": 90, "pages_not_indexed": 12}],
                 dataset="search_coverage", platform="google_search_console", level="property",
                 property="sc-domain:tea.example")  # fmt: skip


def posts(project: DbtProject) -> None:
    def snapshot(until: int, **measures: Any) -> None:
        project.land(f"posts {until}.csv", [
            {"post_id": "p1", "post_text": "Hello #Spring", "published_at": "2026-06-03 10:00", **measures},
            {"post_id": "p2", "post_text": "Hello", "published_at": "2026-05-20 10:00:00", "impressions": 7},
        ], dataset="social_post", platform="x", level="post", period_start=day(1),
            period_end=day(until))  # fmt: skip

    snapshot(5, impressions=100, engagements=10)
    snapshot(12, impressions=150)  # this export says nothing about engagements
    snapshot(19, impressions=140, engagements=18)
    # An export that names no period: its snapshot ends on the day before it was made.
    for exported_at, impressions in (("2026-06-10 04:00", 20), ("2026-06-15 04:00", 25)):
        row = {"day": day(8), "post_id": "p3", "published_at": "2026-06-08 10:00", "impressions": impressions}
        project.land(f"posts of {exported_at}.csv", [row], dataset="social_post", platform="x", level="post",
                     exported_at=exported_at)  # fmt: skip
    for platform, impressions in (("x", 1000), ("weibo", 500)):
        row = {"day": day(6), "impressions": impressions, "engagements": 50}
        project.land(f"{platform} account.csv", [row], dataset="social_account", platform=platform,
                     level="account")  # fmt: skip


def mailings(project: DbtProject) -> None:
    sent = {"sent_at": "2026-06-04 09:00:00", "period_start": day(4), "period_end": day(4), "sends": 1000,
            "delivered": 990, "bounces_hard": 4, "bounces_soft": 6}  # fmt: skip
    news = {**sent, "mailing_id": "n1", "mailing_name": "Spring news"}

    def land(name: str, rows: list[dict[str, Any]], exported_at: str) -> None:
        project.land(name, rows, dataset="email_campaign", exported_at=exported_at, platform="mailchimp",
                     level="mailing")  # fmt: skip

    land("mail 1.csv", [{**news, "opens_unique": 100, "clicks_unique": 20, "orders": 2, "revenue": 300}],
         exported_at="2026-06-05")  # fmt: skip
    land("mail 2.csv", [
        {**news, "opens_unique": 140, "clicks_unique": 28, "orders": 5, "revenue": 700},
        {**sent, "mailing_id": "n2", "mailing_name": "Other news", "delivered": 900, "opens_unique": 9},
    ], exported_at="2026-06-12")  # fmt: skip


# --- answers ------------------------------------------------------------------------------------------------


def test_only_the_planted_mailing_is_noticed(marts: DbtProject) -> None:
    """990 delivered and 10 bounced are the 1000 sent; 900 and 10 are not, which is a warning."""
    assert [message.split(":")[0] for message in marts.failures.values()] == ["warn"]
    (test,) = marts.failures
    assert "fct_message_send" in marts.manifest.nodes[test].depends_on.nodes[0]


def test_a_weekly_export_fills_its_days_evenly_and_exactly(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, sessions, conversions, is_allocated from mart.fct_web_traffic_daily "
        "where utm_campaign = 'Spring-Sale' and date_day between ? and ? order by date_day", day(1), day(14),
    )  # fmt: skip
    week_1, week_2 = rows[:7], rows[7:]
    assert [row["sessions"] for row in week_1] == [
        10,
        10,
        10,
        11,
        10,
        10,
        10,
    ]  # round(k · 71 / 7) differences
    assert sum(row["conversions"] for row in week_1) == Decimal("7.000001")
    assert max(row["conversions"] for row in week_1) - min(row["conversions"] for row in week_1) <= Decimal(
        "1e-6"
    )
    assert [row["sessions"] for row in week_2] == [11, 10, 10, 10, 10, 10, 10]
    assert [row["conversions"] for row in week_2] == [2, 1, 1, 1, 1, 1, 1]
    assert [row["is_allocated"] for row in week_2] == [False] + [True] * 6


@pytest.mark.parametrize(
    ("property_id", "expected"),
    [
        # The month gives its 23 days outside the week 230, the week its six other days 54.
        ("nested", [9, 9, 16, 9, 9, 9, 9] + [10] * 23),
        # The later of two equal periods has the shared days; the other keeps its share of the rest.
        ("overlapping", [10, 10, 20, 20, 20, 20]),
    ],
)
def test_every_day_belongs_to_the_finest_export(
    marts: DbtProject, property_id: str, expected: list[int]
) -> None:
    rows = marts.query(
        "select sessions from mart.fct_web_traffic_daily where property_id = ? order by date_day", property_id
    )
    assert [row["sessions"] for row in rows] == expected


def test_levels_of_web_analytics_are_never_added(marts: DbtProject) -> None:
    assert marts.query(
        "select source, medium, channel_id, sum(sessions) as sessions from mart.fct_web_traffic_daily "
        "where property_id = 'site' and date_day between ? and ? group by all order by source, medium",
        day(1), day(7),
    ) == [
        {"source": "google", "medium": "cpc", "channel_id": "sem", "sessions": 71},
        {"source": "google", "medium": "organic", "channel_id": "seo", "sessions": 30},
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "pair"), list(enumerate(CHANNEL_PAIRS)))
def test_channel_rules(marts: DbtProject, number: int, pair: tuple[str, str, str]) -> None:
    channel = marts.value(
        "select channel_id from mart.fct_web_traffic_daily where utm_campaign = ?", f"pair {number}"
    )
    assert channel == pair[2]


def test_web_traffic_belongs_to_a_plan_only_inside_its_dates(marts: DbtProject) -> None:
    assert marts.query(
        "select marketing_campaign_id, sum(sessions) as sessions, min(date_day) as first_day "
        "from mart.fct_web_traffic_daily where utm_campaign = 'Spring-Sale' group by all order by 1"
    ) == [
        {"marketing_campaign_id": "(unassigned)", "sessions": 5, "first_day": dt.date(2026, 5, 31)},
        {"marketing_campaign_id": "spring", "sessions": 142, "first_day": day(1)},
    ]


def test_a_day_of_refunds_stays_negative(marts: DbtProject) -> None:
    value = marts.value(
        "select sum(conversion_value) from mart.fct_web_traffic_daily where date_day = ?",
        dt.date(2026, 5, 31),
    )
    assert value == -12


def test_a_shared_platform_campaign_goes_to_the_first_plan_that_runs(marts: DbtProject) -> None:
    assert marts.query(
        "select marketing_campaign_id, sum(spend) as spend, min(date_day) as first_day "
        "from mart.fct_ad_campaign_daily where campaign_id = '2' group by all order by first_day"
    ) == [
        {"marketing_campaign_id": "spring", "spend": 20, "first_day": day(8)},
        {"marketing_campaign_id": "summer", "spend": 30, "first_day": day(10)},
    ]


def test_what_matches_nothing_is_listed_with_its_spend(marts: DbtProject) -> None:
    assert marts.query(
        "select platform, kind, name, spend from mart.mart_unassigned where spend is not null"
    ) == [{"platform": "google_ads", "kind": "campaign", "name": "SpringX", "spend": 7}]
    mailing = marts.query("select name, first_day from mart.mart_unassigned where kind = 'mailing'")
    assert mailing == [{"name": "Other news", "first_day": day(4)}]


def test_newest_search_numbers_win_and_filtered_views_stay_apart(marts: DbtProject) -> None:
    rows = marts.query("select * from mart.fct_seo_property_daily order by property, date_day")
    assert [(row["property"], row["clicks"], row["position_weight"]) for row in rows] == [
        ("sc-domain:tea.example", 10, 200), ("sc-domain:tea.example", 20, 600),
        ("sc-domain:tea.example", 33, 1200), ("sc-domain:tea.example", 0, 0),
        ('sc-domain:tea.example {"Page": "+/spring/"}', 4, 40),
    ]  # fmt: skip
    kpi = marts.query(
        "select marketing_campaign_id, sum(organic_clicks) as clicks, sum(organic_impressions) as impressions"
        " from mart.mart_campaign_kpi_daily where organic_clicks is not null group by all"
    )
    assert kpi == [{"marketing_campaign_id": "(unassigned)", "clicks": 63, "impressions": 600}]


def test_withheld_queries_stand_in_one_row(marts: DbtProject) -> None:
    """63 − 35 clicks, 600 − 400 impressions, 2000 − (750 + 500) position weight."""
    (row,) = marts.query("select * from mart.fct_seo_query_period where is_remainder")
    assert (row["query"], row["clicks"], row["impressions"], row["position_weight"]) == (
        "(anonymised)", 28, 200, 750,
    )  # fmt: skip


def test_pages_breakdowns_and_coverage(marts: DbtProject) -> None:
    pages = marts.query("select marketing_campaign_id, clicks from mart.fct_seo_page_period order by clicks")
    assert [tuple(row.values()) for row in pages] == [("(unassigned)", 2), ("spring", 40)]
    assert marts.query(
        "select breakdown_type, breakdown_value, clicks from mart.fct_seo_breakdown_period"
    ) == [{"breakdown_type": "device", "breakdown_value": "mobile", "clicks": 63}]
    assert marts.query("select date_day, pages_indexed from mart.fct_seo_coverage_daily") == [
        {"date_day": day(3), "pages_indexed": 90}
    ]


def test_snapshots_of_a_post_become_daily_changes(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, impressions, engagements, cumulative_impressions, is_first_snapshot "
        "from mart.fct_content_post_daily where post_id = 'p1' order by snapshot_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(3), 100, 10, 100, True),  # the first snapshot is dated at publication
        (day(12), 50, None, 150, False),
        (day(19), -10, 8, 140, False),  # since the last statement of engagements, not since the silent one
    ]
    assert marts.value("select marketing_campaign_id from mart.dim_content where post_id = 'p1'") == "spring"


def test_a_snapshot_without_a_period_ends_before_its_export(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, snapshot_day, impressions from mart.fct_content_post_daily "
        "where post_id = 'p3' order by snapshot_day"
    )
    assert [tuple(row.values()) for row in rows] == [(day(8), day(9), 20), (day(14), day(14), 5)]


def test_account_totals_count_only_where_no_posts_are_exported(marts: DbtProject) -> None:
    assert marts.query(
        "select marketing_campaign_id, sum(social_impressions) as impressions "
        "from mart.mart_campaign_kpi_daily where channel_id = 'organic_social' "
        "and social_impressions is not null group by all order by 1"
    ) == [
        {"marketing_campaign_id": "(unassigned)", "impressions": 532},  # weibo's account, posts p2, p3
        {"marketing_campaign_id": "spring", "impressions": 140},
    ]


def test_the_newest_snapshot_of_a_mailing_in_reporting_currency(marts: DbtProject) -> None:
    (row,) = marts.query("select * from mart.fct_email_send where mailing_id = 'n1'")
    assert (row["date_day"], row["account_id"], row["opens_unique"], row["bounces"]) == (
        day(4),
        "list-1",
        140,
        10,
    )
    assert (row["revenue_native"], row["currency_code"], row["revenue"]) == (700, "CNY", 98)
    assert (row["fx_rate"], row["fx_date"]) == (Decimal("0.14"), day(1))


def test_plan_days_add_up_to_the_plan(marts: DbtProject) -> None:
    rows = marts.query(
        "select marketing_campaign_id, channel_id, metric_id, count(*) as days, sum(target) as target "
        "from mart.fct_plan_daily group by all order by 1, 2, 3"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("spring", "(all)", "conversions", 30, 30), ("spring", "(all)", "spend", 30, 3000),
        ("spring", "paid_social", "spend", 30, 1000), ("spring", "sem", "spend", 30, 2000),
        ("summer", "(all)", "organic_clicks", 11, 11), ("summer", "(all)", "spend", 11, 140),
    ]  # fmt: skip
    assert marts.value("select target from mart.dim_goal where metric_id = 'cpc'") == Decimal("1.4")


def test_conversions_come_from_the_web_and_claims_are_not_added(marts: DbtProject) -> None:
    """Spring has web conversions: 7.000001 + 2 + 6. Google and Meta claim 20 and 40, which nobody adds."""
    (row,) = marts.query(
        "select sum(conversions) as conversions, sum(web_conversions) as web, min(conversion_basis) as basis,"
        " sum(platform_conversions) as claimed from core.int_campaign_kpi_daily "
        "where marketing_campaign_id = 'spring' and channel_id = '(all)'"
    )
    assert (row["conversions"], row["web"], row["basis"], row["claimed"]) == (
        Decimal("15.000001"), Decimal("15.000001"), "web", None,
    )  # fmt: skip
    claims = marts.query(
        "select channel_id, sum(platform_conversions) as claimed from mart.mart_campaign_kpi_daily "
        "where marketing_campaign_id = 'spring' and platform_conversions is not null group by all order by 1"
    )
    assert [tuple(row.values()) for row in claims] == [("email", 5), ("paid_social", 40), ("sem", 20)]


def test_pacing(marts: DbtProject) -> None:
    """Meta spends 60 a day against 1000 / 30: ten days are left after the 20th."""
    (row,) = marts.query(
        "select * from mart.mart_campaign_pacing_daily "
        "where marketing_campaign_id = 'spring' and channel_id = 'paid_social' "
        "qualify row_number() over (order by date_day desc) = 1"
    )
    assert (row["date_day"], row["spend_to_date"], row["days_left"]) == (day(20), 1200, 10)
    assert row["planned_to_date"] == pytest.approx(Decimal("666.666667"))
    assert row["pace_index"] == pytest.approx(1.8)
    assert row["projected_spend"] == 1800
    assert row["required_daily_spend"] == 0


def test_pacing_projects_half_overall_and_half_last_week(marts: DbtProject) -> None:
    """Spring's search ads on the 14th: 14 × 50 + 20 = 720 in 14 days, 370 in the last seven, 16 days left."""
    (row,) = marts.query(
        "select * from mart.mart_campaign_pacing_daily where marketing_campaign_id = 'spring' "
        "and channel_id = 'sem' and date_day = ?", day(14),
    )  # fmt: skip
    assert row["spend_to_date"] == 720
    assert float(row["projected_spend"]) == pytest.approx(720 + 16 * (720 / 14 + 370 / 7) / 2)
    assert float(row["required_daily_spend"]) == pytest.approx((2000 - 720) / 16)


def test_daily_metrics_are_ratios_of_sums(marts: DbtProject) -> None:
    values = {
        row["metric_id"]: row["value"]
        for row in marts.query(
            "select metric_id, value from metrics.kpi_daily "
            "where marketing_campaign_id = 'spring' and channel_id = '(all)' and date_day = ?", day(8),
        )
    }  # fmt: skip
    assert values["ctr"] == pytest.approx((20 + 1 + 30) / (1000 + 100 + 3000))
    assert values["cpm"] == pytest.approx(120 / 4100 * 1000)
    assert values["cpa"] == pytest.approx(120 / 2)
    assert values["cvr"] == pytest.approx(2 / 11)
    assert values["budget_used"] == pytest.approx(1.2)
    assert "open_rate" not in values


def test_no_division_by_zero_and_no_zero_for_nothing(marts: DbtProject) -> None:
    (row,) = marts.query(
        "select numerator, denominator, value from metrics.kpi_daily where metric_id = 'organic_ctr' "
        "and channel_id = 'seo' and date_day = ?", day(4),
    )  # fmt: skip
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 0, None)


PERIOD_KPI = """
    select * from metrics.kpi_period
    where marketing_campaign_id = ? and channel_id = ? and metric_id = ? and period = ?
"""


@pytest.mark.parametrize(
    ("channel_id", "metric_id", "actual", "due", "target", "attainment", "status"),
    [
        # 20 of 30 days are over. 15.000001 conversions are just enough for a verdict.
        ("(all)", "conversions", 15.000001, 20, 30, 0.75, "off_track"),
        ("(all)", "cpa", 2220 / 15.000001, 60, 60, 60 * 15.000001 / 2220, "off_track"),
        ("(all)", "spend", 2220, 2000, 3000, None, "at_risk"),  # 2000 / 2220 = 90 %
        ("sem", "ctr", 402 / 20200, 0.025, 0.025, 402 / 20200 / 0.025, "off_track"),
        ("sem", "spend", 1020, 4000 / 3, 2000, None, "off_track"),
        ("paid_social", "budget_used", 1.8, None, None, None, "off_track"),  # the band ends at 1.05
        ("email", "open_rate", 140 / 990, 0.15, 0.15, 140 / 990 / 0.15, "no_verdict"),  # its source is late
        ("(all)", "sessions", 142, None, None, None, None),  # no goal
    ],
)
def test_campaign_to_date(
    marts: DbtProject, channel_id: str, metric_id: str, actual: float, due: float | None,
    target: float | None, attainment: float | None, status: str | None,
) -> None:  # fmt: skip
    (row,) = marts.query(PERIOD_KPI, "spring", channel_id, metric_id, "to_date")
    assert (row["period_start"], row["period_end"]) == (day(1), day(20))
    for name, expected in (("actual", actual), ("due", due), ("target", target), ("attainment", attainment)):
        assert row[name] == (None if expected is None else pytest.approx(expected)), name
    assert row["status"] == status


def test_attainment_is_one_rule_in_sql_and_python(marts: DbtProject) -> None:
    rows = marts.query("select * from metrics.kpi_period where due is not null")
    assert len(rows) >= 15
    for row in rows:
        expected = metrics.attainment(metrics.registry()[row["metric_id"]], row["actual"], row["due"])
        assert row["attainment"] == (None if expected is None else pytest.approx(expected)), row


def test_few_conversions_and_missing_numbers_give_no_verdict(marts: DbtProject) -> None:
    (week,) = marts.query(PERIOD_KPI, "spring", "(all)", "conversions", "last_7_days")
    assert (week["period_start"], week["actual"], week["due"], week["status"]) == (
        day(14),
        1,
        7,
        "no_verdict",
    )
    (missing,) = marts.query(PERIOD_KPI, "summer", "(all)", "organic_clicks", "to_date")
    assert (missing["actual"], missing["due"], missing["status"]) == (None, 3, "no_verdict")


def test_immature_days_are_told(marts: DbtProject) -> None:
    """The 19th and 20th are at most three days old on the 22nd: 2 · 110 of 2220 spend."""
    (row,) = marts.query(PERIOD_KPI, "spring", "(all)", "spend", "to_date")
    assert row["immature_share"] == pytest.approx(220 / 2220)


def test_channels_side_by_side(marts: DbtProject) -> None:
    (row,) = marts.query(
        "select * from metrics.channel_summary where marketing_campaign_id = 'spring' and channel_id = 'sem'"
    )
    assert (row["spend"], row["budget"], row["clicks"], row["sessions"]) == (1020, 2000, 402, 142)
    assert row["spend_share"] == pytest.approx(1020 / 2220)
    assert row["budget_share"] == pytest.approx(2 / 3)
    assert row["cpc"] == pytest.approx(1020 / 402)
    assert row["roas"] == pytest.approx((100 + 20 + 60) / 1020)
    assert row["cpa"] == pytest.approx(1020 / 15.000001)


def test_chinese_names_need_no_quotes(marts: DbtProject) -> None:
    (row,) = marts.query(
        "select 消耗, 预算, 投产比 from zh.渠道汇总 where 营销活动编号 = 'spring' and 渠道编号 = 'sem'"
    )
    assert (row["消耗"], row["预算"]) == (1020, 2000)
    assert marts.value("select count(*) from zh.每日指标") == marts.value(
        "select count(*) from metrics.kpi_daily"
    )
