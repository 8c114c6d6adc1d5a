"""Sessions, events, pages and channel groups of web analytics: the known ways to count them wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

MODELS = ("+fct_web_traffic_daily", "+fct_web_page_daily", "+fct_web_event_daily")
GUARDS = (
    "web_events_tie", "web_transactions_count_once", "web_properties_have_one_currency", "web_periods_tie",
    "web_channel_groups_are_known", "web_channel_groups_beside_sources", "channel_rules_have_one_version",
    "web_sessions_reach_a_channel", "sessions_end_after_they_begin", "sessions_have_a_channel",
)  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


def span(first: int, last: int) -> dict[str, Any]:
    return {"period_start": day(first), "period_end": day(last)}


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": "other",
         "conversion_lag_days": 2, "freshness_days": 7}
        for platform in ("ga4", "matomo", "baidu_tongji")
    ])  # fmt: skip
    dbt_project.put("account_setting", [
        {"platform": "ga4", "currency_code": "EUR"}, {"platform": "matomo", "currency_code": "EUR"},
    ])  # fmt: skip
    dbt_project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "EUR", "to_currency": "USD", "rate": Decimal("1.1"),
         "rate_source": "bank"}
        for number in (1, 8)
    ])  # fmt: skip
    dbt_project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": day(2), "end_date": day(30), "budget": Decimal(100)},
    ])  # fmt: skip
    dbt_project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": 1, "match_field": "utm_campaign",
         "like_pattern": "spring%"},
    ])  # fmt: skip
    events(dbt_project)
    sessions(dbt_project)
    channel_groups(dbt_project)
    pages_and_event_reports(dbt_project)
    dbt_project.build(*MODELS)
    return dbt_project


def event(
    moment: str, name: str, session: str | None = "1", visitor: str = "v", **more: Any
) -> dict[str, Any]:
    """An event of June; ``moment`` is ``day hour:minute``, UTC, and the day is the property's."""
    number, clock = moment.split()
    return {"day": day(int(number)), "event_at": f"2026-06-{int(number):02} {clock}:00", "event_name": name,
            "session_id": session, "visitor_hash": visitor, **more}  # fmt: skip


def events(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str, account: str = "shop") -> None:
        project.land(name, rows, dataset="web_event", platform="ga4", account_id=account, level="event",
                     exported_at=exported_at)  # fmt: skip

    night = [
        # No session_start; the first event names no source, the second does, a later one another.
        event("1 23:50", "page_view", page_url="/a", engagement_ms=4000, device="mobile"),
        event("1 23:55", "page_view", page_url="/b", source="google", medium="cpc",
              utm_campaign="Spring", engagement_ms=3000),
        event("2 00:05", "scroll", source="facebook.com", medium="referral"),
        event("2 00:10", "purchase", transaction_id="t1", conversion_value=100, currency_code="EUR"),
    ]  # fmt: skip
    # The running day is exported, then the final one: the same events once more.
    land("intraday.csv", night[:2], "2026-06-01 23:59")
    land("days.csv", night, "2026-06-03 04:00")
    land("more.csv", [
        # The same transaction again, days later and in another session.
        event("9 10:00", "purchase", "7", transaction_id="t1", conversion_value=100, currency_code="EUR"),
        # And twice in one moment of one file, as a page sends it that is loaded twice.
        event("9 10:01", "purchase", "7", transaction_id="t2", conversion_value=40, currency_code="EUR"),
        event("9 10:01", "purchase", "7", transaction_id="t2", conversion_value=40, currency_code="EUR"),
        event("10 09:00", "refund", "8", transaction_id="t2", refunds=15, currency_code="EUR"),
        # More than 30 days after the visit that was paid for.
        {**event("2 10:00", "scroll", "9"), "day": dt.date(2026, 7, 2), "event_at": "2026-07-02 10:00:00"},
        # Session ids are the visitor's own: another visitor's session 1 is another session.
        event("2 08:00", "session_start", "1", "w"), event("2 08:00", "page_view", "1", "w", page_url="/c"),
        # The app's stream beside the website's, in the same moment.
        event("2 08:00", "page_view", "1", "w", page_url="/c", stream_id="app"),
        # Without consent an event has no session.
        event("2 09:00", "page_view", None, "x", page_url="/c"),
    ], "2026-06-11")  # fmt: skip
    # Sales without an id are sales of their own, whatever the tool writes in its place.
    land("no id.csv", [
        event(f"3 08:0{number}", "purchase", "1", f"b{number}", transaction_id=name, conversion_value=5,
              currency_code="EUR")
        for number, name in enumerate(["(not set)", "(not set)", None, ""])
    ], "2026-06-11", account="no id")  # fmt: skip
    # A property whose sessions are exported: its events make none.
    land("both.csv", [event("2 08:00", "page_view", "s1")], "2026-06-11", account="both")


def sessions(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-11") -> None:
        project.land(name, rows, dataset="web_session", platform="ga4", account_id="both", level="session",
                     exported_at=exported_at)  # fmt: skip

    mail = {"visitor_hash": "v", "source": "Newsletter", "medium": "Email", "utm_campaign": "spring-mail"}
    land("sessions.csv", [
        {"day": day(2), "session_id": "s1", "started_at": "2026-06-02 08:00", **mail, "pageviews": 3,
         "conversions": 1, "conversion_value": 10, "landing_page": "/mail"},
        # Cut at midnight: one session, which began on the 3rd.
        {"day": day(3), "session_id": "s2", "started_at": "2026-06-03 23:50", **mail, "pageviews": 2},
        {"day": day(4), "session_id": "s2", "started_at": "2026-06-04 00:00", "visitor_hash": "v",
         "source": "(direct)", "medium": "(none)", "pageviews": 5},
    ])  # fmt: skip
    # A later export states one session anew.
    land("sessions again.csv", [
        {**span(1, 10), "session_id": "s1", "started_at": "2026-06-02 08:00", **mail, "pageviews": 4,
         "conversions": 2, "conversion_value": 30, "landing_page": "/mail"},
    ], exported_at="2026-06-15")  # fmt: skip


def channel_groups(project: DbtProject) -> None:
    def land(name: str, account: str, level: str, rows: list[dict[str, Any]], platform: str = "ga4") -> None:
        project.land(f"{account} {name}.csv", rows, dataset="web_traffic", platform=platform,
                     account_id=account, level=level, attribution_scope="session")  # fmt: skip

    def group(name: str, sessions: int, **more: Any) -> dict[str, Any]:
        return {"day": day(2), "channel_group": name, "sessions": sessions, **more}

    land("groups", "groups only", "channel_group", [
        group("Organic Search", 40), group("付费搜索", 10), group("Cross-network", 5),
        group("Our partners", 3), group("Email", 2, conversion_value=20),
    ])  # fmt: skip
    # The whole site by group, and only its search engines by source.
    land(
        "groups",
        "part",
        "channel_group",
        [group("搜索引擎", 60, bounces=12, visit_seconds=90.5), group("直接访问", 40)],
        platform="matomo",
    )
    land("engines", "part", "referrer", [
        {"day": day(2), "source": "baidu", "medium": "organic", "sessions": 60},
    ], platform="matomo")  # fmt: skip
    # A month by group, ten days of which are known by source.
    land("sources", "beside", "source_medium", [
        {**span(1, 10), "source": "google", "medium": "organic", "sessions": 50},
    ])  # fmt: skip
    land("groups", "beside", "channel_group", [
        {**span(1, 20), "channel_group": "Direct", "sessions": 300},
    ])  # fmt: skip
    # Where the medium is not said, the tool's group tells the channel.
    land("sources", "no medium", "source_channel_group", [
        {"day": day(2), "source": "google", "channel_group": "Paid Search", "sessions": 7},
        {"day": day(2), "source": "google", "channel_group": "Organic Search", "sessions": 9},
    ])  # fmt: skip
    # Words of links are the finest part of them.
    land("links", "words", "source_medium_campaign", [
        {"day": day(2), "source": "baidu", "medium": "cpc", "utm_campaign": "spring", "keyword": word,
         "sessions": sessions}
        for word, sessions in (("茶", 4), ("茶杯", 6))
    ], platform="baidu_tongji")  # fmt: skip


def pages_and_event_reports(project: DbtProject) -> None:
    def land(name: str, level: str, rows: list[dict[str, Any]], account: str = "pages") -> None:
        project.land(f"{name}.csv", rows, dataset="web_traffic", platform="ga4", account_id=account,
                     level=level)  # fmt: skip

    land("viewed", "page_path", [
        {"day": day(2), "page_path": "/a", "pageviews": 30, "users": 20, "conversions": 1,
         "conversion_value": 10},
        {**span(1, 5), "page_path": "/a", "pageviews": 70, "users": 45},
    ])  # fmt: skip
    land("landed", "landing_page", [{"day": day(2), "landing_page": "/a", "sessions": 12, "pageviews": 40}])
    # The same sessions once more by campaign, and by what first brought the visitor.
    land("landed by campaign", "traffic_detail", [
        {"day": day(2), "landing_page": "/a", "utm_campaign": name, "sessions": 6, "pageviews": 20}
        for name in ("spring", "(direct)")
    ])  # fmt: skip
    land("landed by medium", "traffic_detail", [
        {"day": day(2), "landing_page": "/a", "medium": "cpc", "sessions": 12},
    ])  # fmt: skip
    land("landed first", "first_landing_page", [
        {"day": day(2), "landing_page": "/a", "sessions": 9, "attribution_scope": "first_user"},
    ])  # fmt: skip
    land("events by campaign", "traffic_detail", [
        {**span(1, 2), "event_name": "purchase", "utm_campaign": "spring", "event_count": 5},
        {**span(1, 2), "event_name": "purchase", "medium": "cpc", "event_count": 5},
    ])  # fmt: skip
    land("titles", "page_title", [{"day": day(2), "page_title": "A", "pageviews": 30}])
    land("event table", "event", [
        {**span(1, 2), "event_name": "purchase", "event_count": 5, "conversions": 5, "conversion_value": 50},
    ])  # fmt: skip
    land("event table of the shop", "event", [
        {"day": day(2), "event_name": "purchase", "event_count": 2, "conversion_value": 200},
    ], account="shop")  # fmt: skip


# --- events and sessions ------------------------------------------------------------------------------------


def test_only_the_planted_groups_are_noticed(marts: DbtProject) -> None:
    assert {message.split(":")[0] for message in marts.failures.values()} == {"warn"}
    assert marts.messages("web_channel_groups_are_known") == {
        "channel group Our partners of ga4 groups only counts as other"
    }
    assert marts.messages("web_channel_groups_beside_sources") == {
        "ga4 beside: 10 days from 2026-06-11 on are only in channel groups, which do not count beside sources"
    }
    assert marts.messages("web_sessions_reach_a_channel") == {
        "sessions of ga4 pages are exported by first_landing_page and others, never by source and medium or "
        "channel group: they count in no channel"
    }


def test_a_session_is_one_row_across_midnight_with_its_first_known_source(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, last_day, visitor_hash, session_id, source, medium, channel_id, pageviews, "
        "event_count, is_engaged, transactions, conversion_value_native, conversion_value, landing_page, "
        "device "
        "from mart.fct_web_session where property_id = 'shop' order by date_day, visitor_hash, session_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(1), day(2), "v", "1", "google", "cpc", "sem", 2, 4, True, 1, 100, 110, "/a", "mobile"),
        (day(2), day(2), "w", "1", "(direct)", "(none)", "direct", 2, 3, True, 0, None, None, "/c", None),
        (day(9), day(9), "v", "7", "(direct)", "(none)", "direct", 0, 3, True, 1, 40, 44, None, None),
        (day(10), day(10), "v", "8", "(direct)", "(none)", "direct", 0, 1, False, 0, None, None, None, None),
        (dt.date(2026, 7, 2), dt.date(2026, 7, 2), "v", "9", "(direct)", "(none)", "direct", 0, 1, False, 0,
         None, None, None, None),
    ]  # fmt: skip


def test_a_transaction_counts_once_over_all_history(marts: DbtProject) -> None:
    """t1 stands on the 2nd and the 9th, t2 twice on the 9th; a refund takes nothing from the sales."""
    rows = marts.query(
        "select date_day, event_name, channel_id, events, transactions, conversion_value, refunds "
        "from mart.fct_web_event_daily where property_id = 'shop' and event_name in ('purchase', 'refund') "
        "order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(2), "purchase", "sem", 1, 1, 110, None),
        (day(9), "purchase", "direct", 3, 1, 44, None),
        (day(10), "refund", "direct", 1, 0, None, Decimal("16.5")),
    ]
    assert marts.value("select count(*) from core.int_web_event_purchase where is_repeated_transaction") == 1


def test_sales_without_an_id_are_not_one_sale(marts: DbtProject) -> None:
    (row,) = marts.query(
        "select events, transactions, conversion_value_native from mart.fct_web_event_daily "
        "where property_id = 'no id'"
    )
    assert tuple(row.values()) == (4, 0, 20)


def test_the_running_day_is_not_counted_beside_the_final_one(marts: DbtProject) -> None:
    assert marts.value(
        "select sum(events) from mart.fct_web_event_daily where property_id = 'shop' and date_day = ?", day(1)
    ) == 2  # fmt: skip


def test_an_event_without_a_session_is_an_event_all_the_same(marts: DbtProject) -> None:
    rows = marts.query(
        "select channel_id, events from mart.fct_web_event_daily "
        "where property_id = 'shop' and event_name = 'page_view' and date_day = ? order by channel_id",
        day(2),
    )  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [("(unknown)", 1), ("direct", 2)]


def test_a_direct_session_belongs_to_what_brought_the_visitor_before(marts: DbtProject) -> None:
    rows = marts.query(
        "select visitor_hash, session_id, channel_id, last_non_direct_channel_id from mart.fct_web_session "
        "where property_id = 'shop' order by date_day, visitor_hash"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("v", "1", "sem", "sem"), ("w", "1", "direct", "direct"), ("v", "7", "direct", "sem"),
        ("v", "8", "direct", "sem"), ("v", "9", "direct", "direct"),
    ]  # fmt: skip


def test_session_exports_are_stated_anew_and_joined_at_midnight(marts: DbtProject) -> None:
    rows = marts.query(
        "select session_id, date_day, basis, source, medium, channel_id, pageviews, conversions, "
        "conversion_value_native, marketing_campaign_id, channel_rule_version "
        "from mart.fct_web_session where property_id = 'both' order by session_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("s1", day(2), "session_export", "newsletter", "email", "email", 4, 2, 30, "spring", "2"),
        ("s2", day(3), "session_export", "newsletter", "email", "email", 7, None, None, "spring", "2"),
    ]


# --- channel groups -----------------------------------------------------------------------------------------


def channels(marts: DbtProject, property_id: str) -> list[tuple[Any, ...]]:
    rows = marts.query(
        "select channel_id, source, channel_group, sum(sessions)::bigint as sessions "
        "from mart.fct_web_traffic_daily where property_id = ? group by all order by sessions desc",
        property_id,
    )  # fmt: skip
    return [tuple(row.values()) for row in rows]


def test_groups_alone_reach_the_marts_in_every_language(marts: DbtProject) -> None:
    assert channels(marts, "groups only") == [
        ("seo", "(not reported)", "Organic Search", 40), ("sem", "(not reported)", "付费搜索", 10),
        ("sem", "(not reported)", "Cross-network", 5), ("other", "(not reported)", "Our partners", 3),
        ("email", "(not reported)", "Email", 2),
    ]  # fmt: skip
    assert marts.value(
        "select sum(conversion_value) from mart.fct_web_traffic_daily where property_id = 'groups only'"
    ) == 22  # fmt: skip


def test_groups_count_where_sources_are_only_a_part(marts: DbtProject) -> None:
    assert channels(marts, "part") == [
        ("seo", "(not reported)", "搜索引擎", 60), ("direct", "(not reported)", "直接访问", 40),
    ]  # fmt: skip
    (row,) = marts.query(
        "select bounces, visit_seconds from mart.fct_web_traffic_daily where channel_group = '搜索引擎'"
    )
    assert (row["bounces"], row["visit_seconds"]) == (12, Decimal("90.5"))


def test_groups_are_never_added_to_sources(marts: DbtProject) -> None:
    assert channels(marts, "beside") == [("seo", "google", "(not reported)", 50)]


def test_the_group_tells_the_channel_where_the_medium_is_missing(marts: DbtProject) -> None:
    assert channels(marts, "no medium") == [
        ("seo", "google", "Organic Search", 9), ("sem", "google", "Paid Search", 7),
    ]  # fmt: skip


def test_words_of_links_add_up_to_the_link(marts: DbtProject) -> None:
    assert channels(marts, "words") == [("sem", "baidu", "(not reported)", 10)]


# --- pages and events of the tool ---------------------------------------------------------------------------


def test_viewed_and_landed_pages_are_two_things(marts: DbtProject) -> None:
    rows = marts.query(
        "select page_role, date_day, page, pageviews, sessions, users, is_allocated, conversion_value "
        "from mart.fct_web_page_daily order by page_role, date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("landing", day(2), "/a", 40, 12, None, False, None),
        ("page", day(1), "/a", 10, None, None, True, None),
        ("page", day(2), "/a", 30, None, 20, False, 11),
        *[("page", day(number), "/a", 10, None, None, True, None) for number in (3, 4, 5)],
    ]


def test_the_tools_table_of_events_counts_where_events_are_not_exported(marts: DbtProject) -> None:
    rows = marts.query(
        "select property_id, date_day, channel_id, events, conversion_value_native, basis "
        "from mart.fct_web_event_daily where event_name = 'purchase' and basis = 'report' order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("pages", day(1), "(unknown)", 3, 25, "report"), ("pages", day(2), "(unknown)", 2, 25, "report"),
    ]  # fmt: skip


# --- guards -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(marts: DbtProject) -> DbtProject:
    """The same build, falsified. It comes last in the module."""
    marts.tamper(
        "update mart.fct_web_event_daily set events = events + 1 "
        "where property_id = 'shop' and date_day = '2026-06-01'",
        "update core.int_web_event_purchase set conversion_value_native = 100 where is_repeated_transaction",
        "update staging.stg_web_event set currency_code = 'USD' where transaction_id = 't2'",
        "update core.int_web_traffic_daily set sessions = sessions + 1 where property_id = 'groups only'",
        "update core.channel_group set rule_version = '1' where channel_group = 'email'",
        "update mart.fct_web_session set last_day = '2026-05-01' where session_id = 's2'",
        "update mart.fct_web_session set channel_id = null where session_id = 's1'",
    )
    marts.build(*GUARDS, command="test")
    return marts


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()
