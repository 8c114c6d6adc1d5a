"""Conversions that ad platforms claim, by action and window: one lake, one build.

What is here: which action, window and level speak for an account, how statements of several files meet,
money, and the rules that must notice double counting. What is not: the conversions of campaigns
(``test_ads_facts.py``) and of people's touches (``test_touchpoints.py``).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from mkt_pipeline.workspace import dbt_project_dir

from .conftest import DbtProject

SELECTION = ("+fct_ad_conversion_daily", "+fct_ad_campaign_daily")
WARNINGS = {
    "conversions_have_a_canonical_action", "conversions_near_campaign_claims", "conversion_window_is_known",
    "conversions_name_their_campaign",
}  # fmt: skip
GUARDS = (
    *sorted(WARNINGS), "conversions_count_once", "conversions_reach_the_fact",
    "conversions_currency_and_rate_are_known",
)  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


def action(number: int, name: str | None, conversions: object = None, **cells: Any) -> dict[str, Any]:
    return {
        "day": day(number), "conversion_action": name,
        "conversions": None if conversions is None else Decimal(str(conversions)), **cells,
    }  # fmt: skip


def land_meta(project: DbtProject) -> None:
    """Action types overlap; counts and values come in tables of their own; ads name no campaign."""
    project.land("ads", [
        {"day": day(1), "campaign_id": "c1", "campaign_name": "Spring", "ad_group_id": "s1", "ad_id": "a1"},
    ], platform="meta_ads", account_id="m", currency_code="EUR", level="ad")  # fmt: skip
    meta = {
        "dataset": "ad_conversion",
        "platform": "meta_ads",
        "account_id": "m",
        "level": "ad",
        "ad_id": "a1",
    }
    counts = [
        action(number, name, count, view_through_conversions=1,
               extra='{"_7_d_click":"2.0","_28_d_click":"4.0"}')
        for number in range(1, 11)
        for name, count in (
            ("omni_purchase", 3), ("purchase", 3), ("offsite_conversion.fb_pixel_purchase", 2), ("lead", 2),
            ("offsite_conversion.fb_pixel_lead", 2), ("onsite_conversion.lead_grouped", 1),
            ("link_click", 50),
        )
    ]  # fmt: skip
    # On one day Meta states only the lesser action.
    project.land("ad_actions", [*counts, action(11, "purchase", 4)], currency_code="EUR", **meta)
    project.land("ad_action_values", [
        action(number, "omni_purchase", conversion_value=Decimal(90), extra='{"_7_d_click":"60.5"}')
        for number in range(1, 11)
    ], currency_code="EUR", **meta)  # fmt: skip
    # This account has only ever stated purchases, but for one stray day.
    project.land("other shop", [
        *(action(number, "purchase", 1) for number in range(1, 11)), action(5, "omni_purchase", 1),
    ], **(meta | {"account_id": "m2", "ad_id": "a9", "campaign_id": "c9"}))  # fmt: skip


def land_google(project: DbtProject) -> None:
    """The same conversions at three levels, by action and category, restated, and by name instead of id."""
    google = {"platform": "google_ads", "account_id": "g", "currency_code": "USD"}
    project.land("campaigns", [
        {"day": day(number), "campaign_id": "1", "campaign_name": "A", "spend": 10, "conversions": 4}
        for number in (8, 9)
    ], level="campaign", **google)  # fmt: skip
    conversion = {"dataset": "ad_conversion", **google}
    buy = {"conversion_category": "Purchase"}
    join = {"conversion_category": "Sign-up"}
    project.land("old", [
        action(8, "Web order", 9, campaign_id="1", conversion_value=Decimal(900), **buy),
    ], level="campaign", exported_at="2026-06-09 08:00:00", **conversion)  # fmt: skip
    # Rows of one key in one file are parts; the newer file gives the campaign's name only.
    project.land("new", [
        action(8, "Web order", 1, campaign_name="A", conversion_value=Decimal(50), **buy),
        action(8, "Web order", "1.5", campaign_name="A", conversion_value=Decimal(75),
               view_through_conversions=1, **buy),
        action(8, "Newsletter", 1, campaign_name="A", conversion_value=Decimal(0), **join),
        action(9, "Web order", 4, campaign_name="A", **buy),
    ], level="campaign", exported_at="2026-06-10 08:00:00", **conversion)  # fmt: skip
    project.land("keywords", [
        action(8, "Web order", 2, campaign_name="A", ad_group_name="G", keyword="tea", **buy),
        action(8, "Web order", 1, ad_group_name="H", keyword="mug", **buy),
    ], level="keyword", **conversion)  # fmt: skip
    project.land("account", [
        action(8, "Web order", "2.5", **buy), action(20, "Web order", 7, **buy),
        action(8, None, "2.5", **buy),
    ], level="account", **conversion)  # fmt: skip
    project.land("week", [
        {"period_start": day(1), "period_end": day(7), "conversion_action": "Web order", "campaign_name": "A",
         "conversions": Decimal("3.5"), "conversion_value": Decimal(100), **buy},
    ], level="campaign", **conversion)  # fmt: skip
    project.land("by time", [
        action(8, "Web order", 2, campaign_name="A", attribution_window="30-day click, by conv. time", **buy),
    ], level="campaign", **conversion)  # fmt: skip


def land_others(project: DbtProject) -> None:
    """Windows without a default, Chinese words, and accounts that do not add up."""
    common = {"dataset": "ad_conversion", "currency_code": "USD"}
    project.land("pinterest", [
        action(1, name, count, attribution_window=window)
        for name, window, count in (
            ("Total checkouts", "7d_click", 3), ("Total checkouts", "30-day click", 5),
            ("Total checkouts", "1-day view", 2),
            ("Total checkouts", "30-day click/1-day view", 6), ("Web checkouts", "30-day click", 4),
        )
    ], platform="pinterest_ads", account_id="p", level="campaign", campaign_id="1", **common)  # fmt: skip
    project.land("baidu", [
        action(1, "表单提交", 3, attribution_window="点击后7天"), action(1, "加入购物车", 8),
        action(1, "微信复制", 2, attribution_window="点击7天/浏览1天"),
        action(1, "付费观看", 1, attribution_window="最近"),
    ], platform="baidu_ads", account_id="b", level="campaign", campaign_id="1", **common)  # fmt: skip
    # One action by day, another by the whole of those days.
    project.land("days of one action", [
        *(action(number, "Buy", 1, campaign_id="1") for number in (1, 2, 3)),
        {"period_start": day(1), "period_end": day(3), "conversion_action": "Join", "campaign_id": "1",
         "conversions": Decimal(6)},
    ], platform="snap_ads", account_id="s", level="campaign", **common)  # fmt: skip
    project.land("bars", [
        action(1, "Lead", count, campaign_id="1", ad_group_id=group, ad_id=ad)
        for group, ad, count in (("A", "B|C", 1), ("A|B", "C", 2))
    ], platform="linkedin_ads", account_id="l", level="ad", **common)  # fmt: skip
    project.land("claims", [
        {"day": day(1), "campaign_id": "1", "spend": 1, "conversions": 10},
    ], platform="tiktok_ads", account_id="t", level="campaign", currency_code="USD")  # fmt: skip
    project.land("tiktok", [action(1, "complete_payment", 5, campaign_id="1"), action(1, "purchase", 2)],
                 platform="tiktok_ads", account_id="t", level="campaign", **common)  # fmt: skip


@pytest.fixture(scope="module")
def facts(dbt_project: DbtProject) -> DbtProject:
    project = dbt_project
    project.settings(as_of="2026-06-12")
    project.put("platform", [
        {"platform": "meta_ads", "name_en": "Meta", "name_zh": "Meta", "channel_id": "paid_social",
         "conversion_lag_days": 7},
    ])  # fmt: skip
    project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "EUR", "to_currency": "USD", "rate": Decimal("1.1"),
         "rate_source": "bank"}
        for number in range(1, 31)
    ])  # fmt: skip
    land_meta(project)
    land_google(project)
    land_others(project)
    project.build(*SELECTION)
    assert project.failed_tests() == WARNINGS
    return project


def counted(project: DbtProject, platform: str, account: str) -> dict[str, Decimal]:
    """Conversions per action of what may be added up."""
    return {
        row["conversion_action"]: row["conversions"]
        for row in project.query(
            "select conversion_action, sum(conversions) as conversions from mart.fct_ad_conversion_daily"
            " where platform = ? and account_id = ? and is_counted group by conversion_action",
            platform, account,
        )
    }  # fmt: skip


def test_overlapping_actions_of_meta_count_once(facts: DbtProject) -> None:
    assert counted(facts, "meta_ads", "m") == {"omni_purchase": 30, "lead": 20, "link_click": 500}


def test_the_action_that_counts_does_not_change_with_a_stray_day(facts: DbtProject) -> None:
    assert counted(facts, "meta_ads", "m2") == {"purchase": 10}
    assert facts.messages("conversions_have_a_canonical_action") == {
        "meta_ads account m: 1 days state purchase without the action that counts"
    }


def test_actions_have_a_category_and_a_group(facts: DbtProject) -> None:
    rows = facts.query("select * from mart.dim_conversion_action")
    found = {
        (row["account_id"], row["conversion_action"]): (
            row["category"], row["overlap_group"], row["is_primary"], row["is_canonical"],
        )
        for row in rows
    }  # fmt: skip
    assert found["m", "offsite_conversion.fb_pixel_purchase"] == ("purchase", "purchase", True, False)
    assert found["m", "onsite_conversion.lead_grouped"] == ("lead", "lead", True, False)
    assert found["m", "link_click"] == ("other", "action link_click", False, True)
    assert found["g", "Web order"] == ("purchase", "action Web order", True, True)
    assert found["g", "Newsletter"] == ("signup", "action Newsletter", True, True)
    assert found["g", "(category) Purchase"][3] is False, "a sum of actions beside the actions"
    assert found["b", "表单提交"][0] == "lead"
    assert found["b", "加入购物车"][0] == "add_to_cart"
    assert found["b", "付费观看"][0] == "purchase"
    assert found["p", "Web checkouts"] == ("purchase", "purchase", True, False)
    assert found["t", "complete_payment"][:2] == found["t", "purchase"][:2]


def test_counts_and_values_of_two_files_meet(facts: DbtProject) -> None:
    (row,) = facts.query(
        "select * from mart.fct_ad_conversion_daily where account_id = 'm'"
        " and conversion_action = 'omni_purchase' and date_day = '2026-06-01'"
        " and attribution_window = '(default)'"
    )
    assert (row["campaign_id"], row["ad_id"], row["channel_id"]) == ("c1", "a1", "paid_social")
    assert (row["conversions"], row["view_through_conversions"]) == (3, 1)
    assert (row["conversion_value_native"], row["currency_code"], row["conversion_value"]) == (90, "EUR", 99)
    assert (row["is_mature"], row["conversion_basis"]) == (True, "(unknown)")


def test_windows_stand_apart_and_one_is_the_default(facts: DbtProject) -> None:
    windows = {
        row["attribution_window"]: (
            row["click_days"], row["conversions"], row["conversion_value_native"], row["is_default_window"],
        )
        for row in facts.query(
            "select * from mart.fct_ad_conversion_daily where account_id = 'm' and date_day = '2026-06-02'"
            " and conversion_action = 'omni_purchase'"
        )
    }  # fmt: skip
    assert windows == {
        "(default)": (None, 3, 90, True), "7d_click": (7, 2, Decimal("60.5"), False),
        "28d_click": (28, 4, None, False),
    }  # fmt: skip
    pinterest = {
        row["attribution_window"]: (row["click_days"], row["view_days"], row["is_default_window"])
        for row in facts.query(
            "select * from mart.fct_ad_conversion_daily where account_id = 'p'"
            " and conversion_action = 'Total checkouts'"
        )
    }
    assert pinterest == {
        "7d_click": (7, None, False), "30d_click": (30, None, True), "1d_view": (None, 1, False),
        "30d_click_1d_view": (30, 1, False),
    }  # fmt: skip
    assert [
        tuple(row.values())
        for row in facts.query(
            "select conversion_action, attribution_window, click_days, view_days, is_counted"
            " from mart.fct_ad_conversion_daily where account_id = 'b' and attribution_window <> '(default)'"
            " order by click_days nulls last, view_days nulls first"
        )
    ] == [
        ("表单提交", "7d_click", 7, None, True), ("微信复制", "7d_click_1d_view", 7, 1, True),
        ("付费观看", "最近", None, None, True),
    ]  # fmt: skip


def test_one_level_counts_and_the_newest_statement(facts: DbtProject) -> None:
    # 2.5 on the 8th (restated from 9), 4 on the 9th, 3.5 of the week before, 7 that only the account states.
    assert counted(facts, "google_ads", "g") == {"Web order": Decimal("17"), "Newsletter": 1}
    rows = facts.query(
        "select level, campaign_id, conversions, view_through_conversions, conversion_value, conversion_basis"
        " from mart.fct_ad_conversion_daily where account_id = 'g' and date_day = '2026-06-08' and is_counted"
        " and conversion_action = 'Web order'"
    )
    assert [tuple(row.values()) for row in rows] == [("campaign", "1", Decimal("2.5"), 1, 125, "click_date")]


def test_keys_that_look_alike_when_joined_stay_apart(facts: DbtProject) -> None:
    rows = facts.query(
        "select ad_group_id, ad_id, conversions from mart.fct_ad_conversion_daily where account_id = 'l'"
        " order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("A", "B|C", 1), ("A|B", "C", 2)]


def test_weeks_fill_days_exactly(facts: DbtProject) -> None:
    (row,) = facts.query(
        "select count(*) as days, sum(conversions) as conversions, min(conversions) as least,"
        " sum(conversion_value) as value"
        " from mart.fct_ad_conversion_daily where account_id = 'g' and is_allocated"
    )
    assert row == {"days": 7, "conversions": Decimal("3.5"), "least": Decimal("0.5"), "value": 100}


def test_a_week_of_an_action_stands_beside_the_days_of_another(facts: DbtProject) -> None:
    rows = facts.query(
        "select date_day, conversion_action, conversions, is_allocated from mart.fct_ad_conversion_daily"
        " where platform = 'snap_ads' order by conversion_action, date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        *((day(number), "Buy", 1, False) for number in (1, 2, 3)),
        *((day(number), "Join", 2, True) for number in (1, 2, 3)),
    ]


def test_the_day_of_the_conversion_is_not_the_day_of_the_click(facts: DbtProject) -> None:
    (row,) = facts.query(
        "select * from mart.fct_ad_conversion_daily where conversion_basis = 'conversion_date'"
    )
    assert (row["attribution_window"], row["conversions"], row["is_counted"]) == ("30d_click", 2, False)


def test_warnings_name_the_account(facts: DbtProject) -> None:
    assert facts.messages("conversions_near_campaign_claims") == {
        "tiktok_ads account t: conversions by action come to 5.00, campaigns claim 10.00"
    }


RULES = [
    # platform, action, category of the platform, category, overlap group
    ("meta_ads", "omni_purchase", "", "purchase", "purchase"),
    ("meta_ads", "onsite_web_app_purchase", "", "purchase", "purchase"),
    ("meta_ads", "app_custom_event.fb_mobile_add_to_cart", "", "add_to_cart", "add_to_cart"),
    ("meta_ads", "offsite_conversion.fb_pixel_complete_registration", "", "signup", "complete_registration"),
    ("meta_ads", "omni_app_install", "", "install", "app_install"),
    ("meta_ads", "offsite_conversion.fb_pixel_initiate_checkout", "", "other", "initiated_checkout"),
    ("meta_ads", "post_engagement", "", "other", ""),
    ("google_ads", "My goal", "Submit lead form", "lead", ""),
    ("google_ads", "My goal", "购买", "purchase", ""),
    ("google_ads", "Order placed", "Default", "purchase", ""),
    ("google_ads", "Performance", "", "other", ""),
    ("tiktok_ads", "Total purchases", "", "purchase", "purchase"),
    ("linkedin_ads", "Leads (work email)", "", "lead", "lead form"),
    ("pinterest_ads", "Web checkouts", "", "purchase", "purchase"),
    ("microsoft_ads", "Newsletter signup", "", "signup", ""),
    ("ocean_engine", "转化数", "", "other", "转化"),
    ("baidu_ads", "一句话咨询", "", "lead", ""),
    ("baidu_ads", "订单支付", "", "purchase", ""),
    ("baidu_ads", "提交订单", "", "other", ""),
    ("baidu_ads", "应用激活", "", "install", ""),
    ("baidu_ads", "浏览关键页面", "", "view_content", ""),
]


@pytest.mark.parametrize(("platform", "name", "stated", "category", "group"), RULES)
def test_rules_of_actions(platform: str, name: str, stated: str, category: str, group: str) -> None:
    with (dbt_project_dir() / "seeds" / "conversion_action.csv").open(encoding="utf-8") as file:
        rules = sorted(csv.DictReader(file), key=lambda rule: int(rule["rule_number"]))
    rule = next(
        rule
        for rule in rules
        if rule["platform"] in {"", platform}
        and (not rule["action_pattern"] or re.fullmatch(rule["action_pattern"], name.lower()))
        and (not rule["category_pattern"] or re.fullmatch(rule["category_pattern"], stated.lower()))
    )
    assert (rule["category"], rule["overlap_group"]) == (category, group)


@pytest.fixture(scope="module")
def guarded(facts: DbtProject) -> DbtProject:
    """The last fixture of the module: it falsifies what the others ask."""
    facts.tamper(
        "update mart.fct_ad_conversion_daily set is_counted = true where account_id in ('m', 'p', 'g')",
        "update mart.fct_ad_conversion_daily set conversions = conversions + 1 where account_id = 'm2'",
        "update mart.fct_ad_conversion_daily set currency_code = null where account_id = 'g'",
    )
    facts.build(*GUARDS, command="test")
    return facts


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()


def test_what_the_guards_say(guarded: DbtProject) -> None:
    assert guarded.messages("conversions_count_once") >= {
        "more than one action of meta_ads account m counts for purchase",
        "more than one window of pinterest_ads account p counts for Total checkouts",
        "more than one level of google_ads account g counts for Web order on 2026-06-08",
    }
    assert [row["account_id"] for row in guarded.query(guarded.compiled["conversions_reach_the_fact"])] == [
        "m2"
    ]
