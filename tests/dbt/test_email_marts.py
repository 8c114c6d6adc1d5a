"""Mailings, messages of flows and what recipients did."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

GUARDS = (
    "email_sends_are_campaigns_by_email", "email_mailings_add_up", "email_events_fit_mailings",
    "money_is_converted_fct_message_send_revenue_native__gross_sales_native__rate_day",
)  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


def sent(number: int, mailing_id: str, name: str, **measures: Any) -> dict[str, Any]:
    return {"period_start": day(number), "period_end": day(number), "sent_at": f"2026-06-{number:02} 09:00",
            "mailing_id": mailing_id, "mailing_name": name, **measures}  # fmt: skip


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.put("account_setting", [
        {"platform": platform, "account_id": "shop", "currency_code": "CNY"}
        for platform in ("klaviyo", "mailchimp", "sendgrid")
    ])  # fmt: skip
    dbt_project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "CNY", "to_currency": "USD", "rate": rate,
         "rate_source": "bank"}
        for number, rate in ((1, Decimal("0.14")), (8, Decimal("0.15")), (15, Decimal("0.15")))
    ])  # fmt: skip
    dbt_project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": day(1), "end_date": day(30), "budget": Decimal(100)},
    ])  # fmt: skip
    dbt_project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": 1, "match_field": "mailing_name",
         "like_pattern": "spring%"},
    ])  # fmt: skip
    mailings(dbt_project)
    flows(dbt_project)
    events(dbt_project)
    dbt_project.build("+fct_email_send", "+fct_email_event")
    return dbt_project


def mailings(project: DbtProject) -> None:
    def land(name: str, platform: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-10") -> None:
        project.land(name, rows, dataset="email_campaign", platform=platform, level="mailing",
                     exported_at=exported_at)  # fmt: skip

    land("mailchimp.csv", "mailchimp", [
        # The tool does not say what was delivered: 100 − 3 − 2.
        sent(4, "n1", "Spring news", sends=100, bounces_hard=3, bounces_soft=2, opens_unique=40,
             opens_total=60, clicks_unique=9, clicks_total=12, unsubscribes=1, gross_sales=0, revenue=100),
        # It says neither what was delivered nor what bounced: unknown, not 100.
        sent(4, "n2", "Other news", sends=100, opens_unique=40, opens_total=60),
        # More clicks by people than clicks, and not all recipients accounted for.
        sent(5, "n3", "Odd news", sends=50, delivered=40, bounces=5, clicks_unique=7, clicks_total=6),
    ])  # fmt: skip
    land("sendgrid.csv", "sendgrid", [
        sent(6, "s1", "Machines", sends=10, delivered=10, opens_unique=8, opens_total=20,
             extra=json.dumps({"unique_machine_opens": "5", "machine_opens": "12", "category": "x"})),
    ])  # fmt: skip
    land("klaviyo.csv", "klaviyo", [
        sent(5, "k1", "Spring mail", message_channel="email", sends=20, delivered=20, revenue=10,
             extra=json.dumps({"Unique Apple Privacy Opens": "4", "Total Apple Privacy Opens": "7"})),
        # The same campaign went out as a text message, under one id.
        sent(5, "k1", "Spring mail", message_channel="sms", sends=300, delivered=290, revenue=1000),
    ])  # fmt: skip


def flows(project: DbtProject) -> None:
    """Two months of one flow, the second of them exported twice."""
    for name, start, end, exported_at, revenue in (
        ("may", dt.date(2026, 5, 1), dt.date(2026, 5, 31), "2026-06-02", 0),
        ("june", day(1), day(15), "2026-06-16", 40), ("june again", day(1), day(15), "2026-06-18", 44),
    ):  # fmt: skip
        project.land(f"flows {name}.csv", [{
            "period_start": start, "period_end": end, "mailing_id": "f1", "mailing_name": "Spring welcome",
            "message_channel": "email", "sends": 1000, "delivered": 1000, "revenue": revenue,
        }], dataset="email_campaign", platform="klaviyo", level="flow_message",
            exported_at=exported_at)  # fmt: skip


def events(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-10", **common: Any) -> None:
        project.land(name, rows, dataset="email_event", level="recipient_event", exported_at=exported_at,
                     **{"platform": "mailchimp", "account_id": "shop", "period_start": day(10),
                        "period_end": day(10), **common})  # fmt: skip

    # Files of one mailing say how often, and call it by its title.
    opens = [{"recipient_hash": f"r{number}", "events": 1 + number % 2} for number in range(40)]
    land("opened.csv", opens, event_type="open", mailing_name="Spring news")  # 20 · 1 + 20 · 2 = 60
    # A later file of the same mailing states two recipients again: their newest count is the one.
    land("opened 2.csv", [{"recipient_hash": "r0", "events": 1}, {"recipient_hash": "r1", "events": 2}],
         exported_at="2026-06-12", event_type="open", mailing_name="Spring news")  # fmt: skip
    # A log says when, and calls it by its id. One click fewer than the mailing's numbers say.
    land("clicked.csv", [
        {"recipient_hash": f"r{number}", "event_type": "Clicked", "event_at": f"2026-06-04 1{number}:00:00",
         "url": "https://tea.example/a"}
        for number in range(9)
    ] + [
        {"recipient_hash": "r1", "event_type": "click", "event_at": "2026-06-05 11:00:00", "url": "https://tea.example/a"},
        # Two links at one moment are two clicks; a click needs no open before it.
        {"recipient_hash": "r8", "event_type": "click", "event_at": "2026-06-04 18:00:00", "url": "https://tea.example/b"},
    ], mailing_id="n1")  # fmt: skip
    land("log.csv", [
        {"recipient_hash": "a", "event_type": event, "event_at": f"2026-06-06 10:00:0{number}"}
        for number, event in enumerate(
            ["processed", "Hard bounce", "spamreport", "group_unsubscribe", "deferred", "Loaded by proxy"]
        )
    ], platform="sendgrid", mailing_id="s1")  # fmt: skip


# --- mailings -----------------------------------------------------------------------------------------------


def test_only_warnings_about_the_planted_mailings(marts: DbtProject) -> None:
    assert {message.split(":")[0] for message in marts.failures.values()} == {"warn"}
    assert marts.messages("email_mailings_add_up") == {
        "mailchimp mailing Odd news (n3): delivered and bounces do not add up to sends",
        "mailchimp mailing Odd news (n3): more people clicked than clicks were counted",
    }
    assert marts.messages("email_events_fit_mailings") == {
        "mailchimp mailing Spring news, click: 9 recipients and 11 events, but its numbers say 9 and 12",
        "sendgrid mailing Machines, open: 1 recipients and 1 events, but its numbers say 8 and 20",
    }


def test_delivered_is_derived_only_where_it_can_be_and_says_so(marts: DbtProject) -> None:
    rows = marts.query(
        "select mailing_id, delivered, bounces, is_delivered_derived from mart.fct_email_send "
        "where platform = 'mailchimp' order by mailing_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("n1", 95, 5, True), ("n2", None, None, False), ("n3", 40, 5, False),
    ]  # fmt: skip


def test_machine_opens_are_known_where_a_tool_tells_them(marts: DbtProject) -> None:
    rows = marts.query(
        "select mailing_id, machine_opens_unique, machine_opens_total, machine_clicks_total "
        "from mart.fct_email_send order by mailing_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("k1", 4, 7, None), ("n1", None, None, None), ("n2", None, None, None), ("n3", None, None, None),
        ("s1", 5, 12, None),
    ]  # fmt: skip


def test_text_messages_and_flows_are_no_mailings(marts: DbtProject) -> None:
    assert marts.value("select sum(sends) from mart.fct_email_send") == 100 + 100 + 50 + 10 + 20
    rows = marts.query(
        "select message_channel, send_type, period_end, date_day, sends, revenue_native, revenue, "
        "marketing_campaign_id from mart.fct_message_send where platform = 'klaviyo' "
        "order by send_type, message_channel, period_end"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("email", "campaign", None, day(5), 20, 10, Decimal("1.4"), "spring"),
        ("sms", "campaign", None, day(5), 300, 1000, 140, "spring"),
        ("email", "flow", dt.date(2026, 5, 31), None, 1000, 0, 0, "(unassigned)"),
        ("email", "flow", day(15), None, 1000, 44, Decimal("6.6"), "(unassigned)"),
    ]


# --- recipients ---------------------------------------------------------------------------------------------


def test_events_named_by_title_or_id_meet_in_one_mailing(marts: DbtProject) -> None:
    rows = marts.query(
        "select event_type, mailing_id, marketing_campaign_id, count(distinct recipient_hash) as people, "
        "sum(events) as events from mart.fct_email_event where platform = 'mailchimp' group by all order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("click", "n1", "spring", 9, 11), ("open", "n1", "spring", 40, 60),
    ]  # fmt: skip


def test_types_of_events_have_one_name_in_all_tools(marts: DbtProject) -> None:
    rows = marts.query(
        "select event_as_written, event_type from mart.fct_email_event "
        "where platform = 'sendgrid' order by event_at"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("processed", "send"), ("hard bounce", "bounce"), ("spamreport", "complaint"),
        ("group_unsubscribe", "unsubscribe"), ("deferred", "other"), ("loaded by proxy", "open"),
    ]  # fmt: skip


# --- guards -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(marts: DbtProject) -> DbtProject:
    """The same build, falsified. It comes last in the module."""
    marts.tamper(
        "insert into mart.fct_email_send by name select * exclude (period_start, period_end, rate_day) "
        "from mart.fct_message_send where message_channel = 'sms'",
        "update mart.fct_message_send set unsubscribes = 96, opens_unique = 61 where mailing_id = 'n1'",
        "update mart.fct_message_send set machine_opens_unique = 9, fx_rate = null "
        "where mailing_id in ('s1', 'f1')",
        "delete from mart.fct_email_event where event_type = 'open' and recipient_hash = 'r2'",
    )
    marts.build(*GUARDS, command="test")
    return marts


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()


def test_guards_name_what_is_wrong(guarded: DbtProject) -> None:
    assert guarded.messages("email_mailings_add_up") >= {
        "mailchimp mailing Spring news (n1): more people opened than opens were counted",
        "mailchimp mailing Spring news (n1): more people unsubscribed than got it",
        "sendgrid mailing Machines (s1): more machines opened than openers were counted",
    }
    assert guarded.messages("email_events_fit_mailings") >= {
        "mailchimp mailing Spring news, open: 39 recipients and 59 events, but its numbers say 61 and 60"
    }
    assert guarded.messages(GUARDS[-1]) == {
        "no rate CNY to USD for 2026-06-15 or the 7 days before: add it to fx_rates.csv"
    }
