"""A small published file, written by hand: the tables reports and insights read, with known rows.

Two planned campaigns and one platform campaign that belongs to none. The names hold markup and quotes on
purpose: what exports say must never become part of the page.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mkt_pipeline.insights import propose_actions
from mkt_pipeline.metrics import registry
from mkt_pipeline.workspace import Settings, Workspace

AS_OF = dt.date(2026, 6, 22)
FIRST = dt.date(2026, 5, 18)
LAST = dt.date(2026, 6, 21)
LAG_DAYS = 3
HOSTILE_NAME = """618 <script>alert("x")</script> & 'sale'"""
HOSTILE_TERM = """free <b onclick="x()">tea</b> sample"""

SETTINGS = Settings(name="Fixture", reporting_currency="USD", as_of=AS_OF)

DDL = (Path(__file__).parent / "published.sql").read_text("utf-8")

CHANNELS = [
    ("sem", "Search ads", "搜索广告", "paid", 1),
    ("paid_social", "Paid social", "社媒广告", "paid", 2),
    ("seo", "Organic search", "自然搜索", "owned", 3),
    ("email", "E-mail", "邮件", "owned", 4),
]
PLATFORMS = [
    ("google_ads", "Google Ads", "Google Ads", "sem"),
    ("baidu_ads", "Baidu Ads", "百度推广", "sem"),
    ("meta_ads", "Meta Ads", "Meta 广告", "paid_social"),
    ("ga4", "Google Analytics 4", "Google Analytics 4", "other"),
]
CAMPAIGNS = [
    (
        "618-2026",
        HOSTILE_NAME,
        "618 <i>大促</i> & “优惠”",
        "plan",
        "Chen Xi",
        dt.date(2026, 5, 18),
        dt.date(2026, 7, 5),
        "USD",
        60000,
        0.4,
        None,
        FIRST,
        LAST,
        "web",
        AS_OF,
    ),
    (
        "brand-2026",
        "Brand search",
        "品牌搜索",
        "plan",
        None,
        dt.date(2026, 5, 18),
        dt.date(2026, 7, 5),
        "USD",
        9000,
        None,
        None,
        FIRST,
        LAST,
        "platform",
        AS_OF,
    ),
    (
        "(unassigned)",
        "Not assigned",
        "未归入活动",
        "unassigned",
        None,
        None,
        None,
        "USD",
        None,
        None,
        None,
        FIRST,
        LAST,
        "platform",
        AS_OF,
    ),
]
PLATFORM_CAMPAIGNS = [
    ("google_ads", "g1", "11", "618 Search", "sem", "618-2026"),
    ("baidu_ads", "b1", "21", "618 百度", "sem", "618-2026"),
    ("meta_ads", "m1", "31", "618 Feed", "paid_social", "618-2026"),
    ("google_ads", "g1", "12", "Brand", "sem", "brand-2026"),
    ("google_ads", "g1", "13", "Old <test>", "sem", "(unassigned)"),
]
DAILY_SPEND = {"11": 420.0, "21": 260.0, "31": 760.0, "12": 180.0, "13": 25.0}
CHANNEL_BUDGET = {
    ("618-2026", "sem"): 34000.0,
    ("618-2026", "paid_social"): 36000.0,
    ("brand-2026", "sem"): 9000.0,
}
GOALS = [
    ("618-2026", "conversions", 1, 4200.0),
    ("618-2026", "cpa", 2, 14.0),
    ("618-2026", "roas", 3, 3.0),
    ("brand-2026", "roas", 1, 4.0),
]
BASE_METRICS = (
    "spend",
    "impressions",
    "clicks",
    "ctr",
    "cpc",
    "cvr",
    "conversions",
    "conversion_value",
    "cpa",
    "roas",
    "sessions",
    "organic_impressions",
    "organic_clicks",
    "organic_ctr",
)


def insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into {table} values ({marks})", rows)


def fill(connection: Any) -> None:
    """All tables but ``mart.mart_action``."""
    connection.execute(DDL)
    insert(connection, "mart.dim_channel", CHANNELS)
    insert(connection, "mart.dim_platform", PLATFORMS)
    insert(connection, "mart.dim_marketing_campaign", CAMPAIGNS)
    insert(
        connection,
        "mart.dim_campaign",
        [
            (
                platform,
                account,
                campaign,
                name,
                "search",
                "active",
                channel,
                FIRST,
                LAST,
                marketing,
                "campaign_name",
            )
            for platform, account, campaign, name, channel, marketing in PLATFORM_CAMPAIGNS
        ],
    )
    insert(
        connection,
        "mart.dim_goal",
        [(c, "(all)", m, rank, target, None, None) for c, m, rank, target in GOALS],
    )
    days = [FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    ads = []
    for number, day in enumerate(days):
        for platform, account, campaign, _, channel, marketing in PLATFORM_CAMPAIGNS:
            if platform == "baidu_ads" and day == dt.date(2026, 6, 10):
                continue
            wave = (
                1
                + 0.15 * math.sin(number * 2 * math.pi / 7 + len(campaign))
                + (0.01 * number if campaign == "31" else 0)
            )
            spend = round(DAILY_SPEND[campaign] * wave, 2)
            clicks = round(spend / 0.9)
            claimed = None if platform == "baidu_ads" else round(clicks * 0.06)
            ads.append(
                (
                    day,
                    platform,
                    account,
                    campaign,
                    channel,
                    marketing,
                    clicks * 30,
                    clicks,
                    claimed,
                    None if claimed is None else claimed * 42.5,
                    spend,
                    (AS_OF - day).days > LAG_DAYS,
                )
            )
    insert(connection, "mart.fct_ad_campaign_daily", ads)
    connection.execute("""
        insert into mart.mart_campaign_kpi_daily
        select date_day, marketing_campaign_id, channel_id, sum(impressions), sum(clicks), sum(spend),
            case when count(distinct platform) = 1 then sum(conversions) end,
            case when marketing_campaign_id = '618-2026' then round(sum(clicks) * 0.042) end,
            case when marketing_campaign_id = '618-2026' then round(sum(clicks) * 0.042)
                else sum(conversions) end,
            case when marketing_campaign_id = '618-2026' then round(sum(clicks) * 0.042) * 43
                else sum(conversion_value) end,
            case when marketing_campaign_id = '618-2026' then 'web' else 'platform' end,
            sum(clicks), case when marketing_campaign_id = '618-2026' then sum(clicks) end,
            null, null, null, bool_and(is_mature), false
        from mart.fct_ad_campaign_daily group by date_day, marketing_campaign_id, channel_id
    """)
    insert(
        connection,
        "mart.mart_campaign_kpi_daily",
        [
            (
                day,
                "618-2026",
                "seo",
                None,
                None,
                None,
                None,
                6,
                6,
                240,
                "web",
                90,
                90,
                4000 + 20 * number,
                120 + number,
                None,
                (AS_OF - day).days > LAG_DAYS,
                False,
            )
            for number, day in enumerate(days)
        ],
    )
    insert(
        connection,
        "mart.mart_campaign_kpi_daily",
        [
            (
                day,
                "(unassigned)",
                "seo",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                900,
                30,
                None,
                True,
                False,
            )
            for day in days
        ],
    )
    _plan(connection, days)
    _metrics(connection)
    _terms_and_keywords(connection, days)
    _operations(connection)


def _plan(connection: Any, days: list[dt.date]) -> None:
    for campaign, _, _, _, _, start, end, _, budget, *_ in CAMPAIGNS:
        if start is None:
            continue
        length = (end - start).days + 1
        budgets = {"(all)": budget, **{c: b for (m, c), b in CHANNEL_BUDGET.items() if m == campaign}}
        for channel, amount in budgets.items():
            insert(
                connection,
                "mart.fct_plan_daily",
                [
                    (start + dt.timedelta(days=n), campaign, channel, "spend", amount / length)
                    for n in range(length)
                ],
            )
            connection.execute(
                """
                insert into mart.mart_campaign_pacing_daily
                select date_day, marketing_campaign_id, ? as channel, sum(spend),
                    sum(sum(spend)) over (order by date_day), ? * (date_day - ? + 1), ?
                from mart.mart_campaign_kpi_daily
                where marketing_campaign_id = ? and (? = '(all)' or channel_id = ?) and spend is not null
                group by date_day, marketing_campaign_id
                """,
                [channel, amount / length, start, amount, campaign, channel, channel],
            )
    target, length = 4200.0, 49
    insert(
        connection,
        "mart.fct_plan_daily",
        [
            (FIRST + dt.timedelta(days=n), "618-2026", "(all)", "conversions", target / length)
            for n in range(length)
        ],
    )


def _metrics(connection: Any) -> None:
    metrics = registry()
    goals = {(campaign, metric): target for campaign, metric, _, target in GOALS}
    scopes = [
        ("to_date", FIRST, LAST),
        ("last_7_days", LAST - dt.timedelta(days=6), LAST),
        ("previous_7_days", LAST - dt.timedelta(days=13), LAST - dt.timedelta(days=7)),
    ]
    for metric_id in BASE_METRICS:
        metric = metrics[metric_id]
        below = metric.denominator or "null"
        sums = f"sum({metric.numerator})::double as top, sum({below})::double as bottom"
        value = f"{metric.scale} * top / nullif(bottom, 0)" if metric.denominator else "top"
        for channel in ("channel_id", "'(all)'"):
            connection.execute(f"""
                insert into metrics.kpi_daily
                select date_day, marketing_campaign_id, channel, '{metric_id}', {value}, top, bottom from (
                    select date_day, marketing_campaign_id, {channel} as channel, {sums}
                    from mart.mart_campaign_kpi_daily group by all)
            """)
            for period, start, end in scopes:
                connection.execute(
                    f"""
                    insert into metrics.kpi_period
                    select marketing_campaign_id, channel, '{metric_id}', '{period}', ?::date, ?::date,
                        {value}, top, bottom, null, null, null, '{metric.direction}', null,
                        false, immature from (
                        select marketing_campaign_id, {channel} as channel, {sums},
                            count(*) filter (not is_mature) / count(*) as immature
                        from mart.mart_campaign_kpi_daily where date_day between ? and ? group by all)
                    """,
                    [start, end, start, end],
                )
    for (campaign, metric_id), target in goals.items():
        due = target * 35 / 49 if metric_id == "conversions" else target
        reached = "actual / due" if metrics[metric_id].direction == "up" else "due / actual"
        connection.execute(
            f"""
            update metrics.kpi_period set due = ?, target = ?, attainment = {reached.replace("due", str(due))}
            where marketing_campaign_id = ? and metric_id = ? and channel_id = '(all)' and period = 'to_date'
            """,
            [due, target, campaign, metric_id],
        )
    connection.execute("""
        update metrics.kpi_period set status = case when attainment >= 0.95 then 'on_track'
            when attainment >= 0.8 then 'at_risk' else 'off_track' end
        where attainment is not null
    """)
    insert(
        connection,
        "metrics.channel_summary",
        [
            ("618-2026", "sem", 0.41, 34 / 70),
            ("618-2026", "paid_social", 0.59, 36 / 70),
            ("brand-2026", "sem", 1.0, 1.0),
        ],
    )


def _terms_and_keywords(connection: Any, days: list[dt.date]) -> None:
    """Twelve good terms, and two that hold ``free`` and never convert; one keyword that never converts."""
    good = [
        f"{kind} tea {form}"
        for kind in ("green", "oolong", "white", "jasmine")
        for form in ("gift", "tin", "bulk")
    ]
    bad = [HOSTILE_TERM, "free tea catalogue"]
    terms = []
    for day in days[::7]:
        mature = (AS_OF - day).days > LAG_DAYS
        for term in good:
            terms.append(
                (
                    day,
                    "google_ads",
                    "g1",
                    "11",
                    "ag1",
                    "loose leaf tea",
                    "Broad match",
                    term,
                    "None",
                    600,
                    30,
                    3,
                    33.0,
                    False,
                    False,
                    mature,
                )
            )
        for term in bad:
            terms.append(
                (
                    day,
                    "google_ads",
                    "g1",
                    "11",
                    "ag1",
                    "loose leaf tea",
                    "Broad match",
                    term,
                    "None",
                    900,
                    60,
                    0,
                    66.0,
                    False,
                    False,
                    mature,
                )
            )
        terms.append(
            (day, "google_ads", "g1", "11", None, None, None, None, None, 100, 5, 0, 4.0, True, False, mature)
        )
    insert(connection, "mart.fct_ad_search_term_daily", terms)
    keywords = {
        "k1": "loose leaf tea",
        **{
            f"k{n}": f"{kind} tea"
            for n, kind in enumerate(
                ("green", "oolong", "white", "jasmine", "black", "puerh", "matcha", "gift"), start=2
            )
        },
        "k99": "tea wallpaper",
    }
    insert(
        connection,
        "mart.dim_ad_entity",
        [
            ("google_ads", "g1", "keyword", key, text, "11", "ag1", "Tea <em>", text, "Phrase match")
            for key, text in keywords.items()
        ],
    )
    insert(
        connection,
        "mart.fct_ad_entity_daily",
        [
            (
                day,
                "google_ads",
                "g1",
                "11",
                "keyword",
                key,
                "ag1",
                500,
                60,
                0 if key == "k99" else number % 6 + 1,
                63.0,
                False,
                False,
                (AS_OF - day).days > LAG_DAYS,
            )
            for day in days[::7]
            for number, key in enumerate(keywords)
        ],
    )


def _operations(connection: Any) -> None:
    insert(
        connection,
        "mart.mart_unassigned",
        [
            ("google_ads", "campaign", "Old <test>", 875.0, None, FIRST, LAST),
            ("ga4", "utm", "(not set) <img src=x>", None, 420, FIRST, LAST),
        ],
    )
    insert(connection, "ops.landed_file", [("google_ads", "campaign", 2), ("baidu_ads", "campaign", 0)])
    insert(
        connection,
        "ops.quarantined_file",
        [
            ("f" * 64, "report<1>.pdf", "E-SRC-03", "line 1", "a PDF file", "a table", "export as csv", None),
        ],
    )
    insert(
        connection,
        "ops.freshness",
        [
            ("google_ads", "campaign", LAST, 0, 2, False, 6, 175),
            ("baidu_ads", "campaign", LAST, 0, 2, False, 5, 34),
            ("meta_ads", "campaign", dt.date(2026, 6, 18), 2, 2, True, 5, 35),
            ("ga4", "traffic", LAST, 0, 3, False, 5, 300),
        ],
    )
    insert(connection, "ops.data_gap", [("baidu_ads", "b1", dt.date(2026, 6, 10))])
    insert(
        connection,
        "ops.restatement",
        [
            (
                "google_ads",
                "g1",
                "campaign",
                day,
                day,
                "conversions",
                file,
                "USD",
                delta,
            )
            for day in (dt.date(2026, 6, 9) + dt.timedelta(days=number) for number in range(12))
            for file, delta in (("f2", 2.0), ("f3", 1.0))
        ],
    )
    insert(
        connection,
        "ops.check_result",
        [
            ("unique_fct_ad_campaign_daily", "error", "pass", 0, ""),
            ("freshness_meta_ads", "warn", "warn", 1, "newest day 2026-06-18 <late>"),
        ],
    )
    insert(connection, "ops.build", [(dt.datetime(2026, 6, 22, 8), "a1b2c3d4e5f6a7b8", AS_OF, "0.1.0")])


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that holds nothing but settings and the published file."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    workspace.settings_file.write_text(
        "name: Fixture\nas_of: 2026-06-22\nlanguages: [en, zh]\n", encoding="utf-8"
    )
    with duckdb.connect(str(workspace.published_file)) as connection:
        fill(connection)
        actions = propose_actions(connection, SETTINGS)
        connection.register("proposed", actions)
        connection.execute("create table mart.mart_action as select * from proposed")
    return workspace


@pytest.fixture
def connection(published: Workspace) -> Iterator[Any]:
    with duckdb.connect(str(published.published_file), read_only=True) as opened:
        yield opened


@pytest.fixture
def golden_folder() -> Path:
    return Path(__file__).parent / "golden"
