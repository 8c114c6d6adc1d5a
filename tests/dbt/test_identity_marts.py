"""Which campaign owns what, whole or by weight; what belongs to none; links against spend: known answers.

One lake, one build; every expected number is worked out beside its rows. What is not here: rules that must
stop a publication (``test_identity_guards.py``), reading plans (``tests/plan``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import yaml

from mkt_pipeline.plan import MatchRule

from .conftest import DbtProject

MARTS = ("+bridge_campaign_touch", "+mart_unassigned", "+mart_utm_audit", "+fct_ad_landing_daily",
         "+kpi_daily", "+mart_campaign_kpi_daily")  # fmt: skip
PLATFORMS = {"google_ads": "sem", "meta_ads": "paid_social", "ga4": "other", "mailchimp": "email",
             "weibo": "organic_social", "google_search_console": "seo"}  # fmt: skip


def day(number: int) -> dt.date:
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    settings_and_plans(dbt_project)
    ads(dbt_project)
    everything_else(dbt_project)
    dbt_project.build(*MARTS)
    return dbt_project


def settings_and_plans(project: DbtProject) -> None:
    project.settings(as_of="2026-06-30")
    project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": channel,
         "conversion_lag_days": 3, "freshness_days": 60}
        for platform, channel in PLATFORMS.items()
    ])  # fmt: skip
    project.put("account_setting", [{"platform": name, "currency_code": "USD"} for name in PLATFORMS])
    plans = [("summer", day(1), day(30)), ("brand", day(5), day(25)), ("late", day(10), day(28))]
    project.put("plan_campaign", [
        {"marketing_campaign_id": name, "plan_number": number, "name_en": f"{name} tea",
         "name_zh": "夏季新品", "currency_code": "USD", "start_date": first, "end_date": last}
        for number, (name, first, last) in enumerate(plans, start=1)
    ])  # fmt: skip
    rules: list[tuple[str, str, str, dict[str, Any]]] = [
        ("summer", "campaign_name", "summer%", {}),
        ("summer", "campaign_id", "shared", {"weight": Decimal("0.6")}),
        ("summer", "utm_campaign", "su%", {}),
        ("summer", "mailing_name", "summer%", {}),
        ("summer", "post_id", "p1", {}),
        ("summer", "page", "%/summer/%", {}),
        ("brand", "campaign_name", "Brand%", {}),
        ("brand", "campaign_id", "shared", {
            "weight": Decimal("0.3"), "valid_from": day(10), "valid_to": day(19)}),
        ("brand", "utm_campaign", "%", {"platform": "matomo"}),  # another platform's
        # Asks for more than the others left, from the 10th to the 19th; a plan counts once per object.
        ("late", "campaign_name", "always%", {"weight": Decimal("0.2")}),
        ("late", "campaign_id", "shared", {"weight": Decimal("0.9")}),
        ("late", "campaign_id", "thirds", {"weight": Decimal("0.333333")}),
        ("summer", "coupon_code", "tea%", {}),
        ("summer", "partner_id", "k1", {}),
        ("brand", "utm_source", "teatalk", {}),
    ]  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": campaign, "rule_number": number, "match_field": field, "like_pattern": like,
         **more}
        for number, (campaign, field, like, more) in enumerate(rules, start=1)
    ])  # fmt: skip


def ads(project: DbtProject) -> None:
    def rows(campaign_id: str, name: str | None, days: range, **measures: Any) -> list[dict[str, Any]]:
        return [
            {"day": day(number), "campaign_id": campaign_id, "campaign_name": name, **measures}
            for number in days
        ]

    project.land("google.csv", [
        *rows("c1", "Summer_Search", range(1, 4), spend=100, clicks=50, impressions=900),
        *rows("shared", "Always on", range(8, 22), spend=Decimal("0.000005"), clicks=7, impressions=70),
        *rows("thirds", "Thirds", range(12, 13), spend=1, clicks=1, impressions=10),
        *rows("c3", "Winter old", range(4, 5), spend=30, clicks=10, impressions=100),
        *rows("c4", "Brand new tea", range(2, 3), spend=20, clicks=5, impressions=100),
        *rows("d1", "duo", range(2, 3), spend=9, clicks=30, impressions=300),
        *rows("d2", "duo", range(2, 3), spend=3, clicks=10, impressions=100),
        {"day": dt.date(2026, 5, 1), "campaign_id": "old", "campaign_name": "Before", "spend": 5,
         "clicks": 1},
    ], platform="google_ads", account_id="g", level="campaign")  # fmt: skip
    project.land("meta.csv", rows("m1", "summer_meta", range(1, 3), spend=60, clicks=20, impressions=600),
                 platform="meta_ads", account_id="m", level="campaign")  # fmt: skip
    page = {"campaign_id": "c1", "campaign_name": "Summer_Search"}
    project.land("pages.csv", [
        {"day": day(1), **page, "spend": 70, "clicks": 30, "landing_url":
            "HTTPS://Shop.Example/Tea/?utm_source=Google&UTM_Medium=CPC&utm_campaign=sum%20search&gclid=1#top"},
        {"day": day(1), **page, "spend": 20, "clicks": 10, "landing_url":
            "https://shop.example/Tea?utm_campaign=sum+search&utm_source=google&utm_medium=cpc"},
        {"day": day(2), **page, "spend": 40, "clicks": 20, "landing_url": None},
        {"day": day(3), **page, "spend": 110, "clicks": 50, "landing_url":
            "https://shop.example/#/tea?utm_campaign={campaignid}&utm_content=__CID__"},
    ], platform="google_ads", account_id="g", level="landing_page")  # fmt: skip


def everything_else(project: DbtProject) -> None:
    def link(number: int, source: str, medium: str, name: str, sessions: int, **more: Any) -> dict[str, Any]:
        return {"day": day(number), "source": source, "medium": medium, "utm_campaign": name,
                "sessions": sessions, **more}  # fmt: skip

    project.land("web.csv", [
        link(1, "google", "cpc", "sum search", 45, conversions=3, conversion_value=90),
        link(2, "google", "cpc", "sum search", 45),
        link(9, "google", "cpc", "ALWAYS ON", 30),
        link(1, "facebook", "paid_social", "summer_meta", 18),
        link(2, "google", "cpc", "duo", 9, conversions=1, conversion_value=10),
        link(4, "google", "cpc", "old winter sale", 8, conversions=2, conversion_value=50),
        link(4, "bing", "cpc", "unheard", 1),
        link(3, "newsletter", "email", "summer news", 12),
        link(4, "google", "organic", "(organic)", 99),
        # Two sources of one mark, and one without a mark: their source decides.
        link(6, "TeaTalk", "referral", "unheard", 3),
        link(6, "other.example", "referral", "unheard", 4),
        link(6, "TeaTalk", "referral", "(not set)", 5),
    ], dataset="web_traffic", platform="ga4", account_id="site", level="source_medium_campaign",
        attribution_scope="session")  # fmt: skip
    project.land("mail.csv", [
        {"day": day(number), "mailing_id": mailing, "mailing_name": name,
         "sent_at": f"2026-06-0{number} 09:00:00", "sends": 10, "delivered": 10, "orders": orders,
         "revenue": revenue}
        for number, mailing, name, orders, revenue in
        [(3, "n1", "Summer news", 1, 40), (6, "n2", "Lonely mail", 2, 55)]
    ], dataset="email_campaign", platform="mailchimp", account_id="list", level="mailing",
        currency_code="USD")  # fmt: skip
    project.land("posts.csv", [
        {"day": day(7), "post_id": post, "post_text": text, "published_at": "2026-06-07 10:00:00",
         "impressions": 10}
        for post, text in (("p1", "hello"), ("p2", 'say "tea"\n100% \\o/'))
    ], dataset="social_post", platform="weibo", account_id="us", level="post")  # fmt: skip
    project.land("seo.csv", [
        {"period_start": day(1), "period_end": day(7), "page": f"https://shop.example/{page}", "clicks": 1,
         "impressions": 10, "position": 3}
        for page in ("summer/x", "about")
    ], dataset="search_performance", platform="google_search_console", level="page",
        property="sc-domain:shop.example", search_type="web")  # fmt: skip

    def shop_order(number: int, coupon: str, revenue: int, **more: Any) -> dict[str, Any]:
        moment = dt.datetime(2026, 6, number, 12)
        return {"order_id": f"#{number}", "day": day(number), "ordered_at": moment, "coupon_code": coupon,
                "revenue": revenue, "units": 1, **more}  # fmt: skip

    project.land("orders.csv", [
        shop_order(2, "VIP, TEA10", 50),
        shop_order(3, "TEA10", 50),
        shop_order(4, "LOST5; VIP", 20),
        shop_order(5, "lost6", 30, cancelled_at=dt.datetime(2026, 6, 6)),
    ], dataset="order", level="order", platform="shopify", account_id="shop",
        currency_code="USD")  # fmt: skip
    project.land("creators.csv", [
        {"partner_id": partner, "partner_name": name, "deliverable_id": "1", "fee": 100, "product_cost": cost,
         "content_url": "https://a.example/1", "published_at": "2026-06-08 10:00:00", "day": day(9),
         "status": "published"}
        for partner, name, cost in (("k1", "Lin", 10), ("k2", "Summer Wu", None))
    ], dataset="partner_deliverable", level="deliverable", platform="creators", account_id="us",
        currency_code="USD")  # fmt: skip


# --- shares ------------------------------------------------------------------------------------------------


def test_only_the_weight_that_was_cut_is_noticed(marts: DbtProject) -> None:
    """'late' asks for 0.2 of the shared campaign, where 0.6 and 0.3 leave 0.1: a warning, and no more."""
    assert marts.failed_tests() == {"bridge_weights_are_given_whole"}
    assert all(message.startswith("warn") for message in marts.failures.values())


def test_the_bridge_says_who_shares_what_from_when_to_when(marts: DbtProject) -> None:
    rows = marts.query(
        "select marketing_campaign_id as campaign, valid_from, valid_to, weight, match_method, match_rule "
        "from mart.bridge_campaign_touch where target_id = 'shared' order by valid_from, rule_order "
        .replace("rule_order", "weight desc")
    )  # fmt: skip
    assert [(row["campaign"], row["valid_from"].day, row["valid_to"].day, row["weight"]) for row in rows] == [
        ("summer", 8, 21, Decimal("0.6")),
        ("brand", 10, 19, Decimal("0.3")),
        ("late", 10, 19, Decimal("0.1")),
        ("late", 20, 21, Decimal("0.2")),
    ]
    assert [row["match_method"] for row in rows] == ["id", "id", "name_pattern", "name_pattern"]
    assert rows[0]["match_rule"] == "summer #2: campaign_id like shared"


def test_every_kind_of_target_is_in_the_bridge(marts: DbtProject) -> None:
    rows = marts.query(
        "select target_type, target_id, match_method, valid_from, valid_to from mart.bridge_campaign_touch "
        "where marketing_campaign_id = 'summer' and target_id <> 'shared' order by all"
    )
    page = "https://shop.example/summer/x"
    assert [tuple(row.values()) for row in rows] == [
        ("campaign", "c1", "name_pattern", day(1), day(3)),
        ("campaign", "m1", "name_pattern", day(1), day(2)),
        ("coupon", "TEA10", "coupon", day(2), day(3)),
        ("mailing", "n1", "mailing", day(3), day(3)),
        ("page", page, "page", day(1), day(7)),
        ("partner", "k1", "partner", day(8), day(9)),
        ("post", "p1", "post", day(7), day(7)),
        ("utm", "sum search", "utm", day(1), day(2)),
        ("utm", "summer news", "utm", day(3), day(3)),
        ("utm", "summer_meta", "utm", day(1), day(1)),
    ]


def test_a_fact_has_the_campaign_with_the_largest_weight(marts: DbtProject) -> None:
    assert marts.query(
        "select campaign_id, marketing_campaign_id as owner, count(*) as days "
        "from mart.fct_ad_campaign_daily where campaign_id in ('shared', 'thirds') group by all order by 1"
    ) == [
        {"campaign_id": "shared", "owner": "summer", "days": 14},
        {"campaign_id": "thirds", "owner": "late", "days": 1},
    ]


def test_shares_of_a_day_are_whole_with_the_rest_unassigned(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, marketing_campaign_id as campaign, weight from core.int_campaign_share_day "
        "where campaign_id = 'shared' and date_day in (?, ?, ?) order by date_day, weight_from",
        day(8), day(12), day(21),
    )  # fmt: skip
    assert [(row["date_day"].day, row["campaign"], row["weight"]) for row in rows] == [
        (8, "summer", Decimal("0.6")), (8, "(unassigned)", Decimal("0.4")),
        (12, "summer", Decimal("0.6")), (12, "brand", Decimal("0.3")), (12, "late", Decimal("0.1")),
        (21, "summer", Decimal("0.6")), (21, "late", Decimal("0.2")), (21, "(unassigned)", Decimal("0.2")),
    ]  # fmt: skip
    assert (
        marts.query(
            "select date_day from core.int_campaign_share_day "
            "group by date_day, campaign_id, account_id, platform having sum(weight) <> 1"
        )
        == []
    )


def test_kpis_of_a_shared_day_add_up_to_the_last_digit(marts: DbtProject) -> None:
    """Up to 0.6, 0.9 and 1: 0.000003, 0.000005 (4.5 rounds up) and 0.000005 of the spend; 4, 6, 7 clicks."""
    rows = marts.query(
        "select marketing_campaign_id as campaign, spend, clicks, impressions from "
        "mart.mart_campaign_kpi_daily where date_day = ? and channel_id = 'sem' and impressions < 70 "
        "and marketing_campaign_id <> '(unassigned)' order by spend desc, clicks desc", day(13),
    )  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("summer", Decimal("0.000003"), 4, 42),
        ("brand", Decimal("0.000002"), 2, 21),
        ("late", Decimal("0.000000"), 1, 7),
    ]
    assert marts.value("select sum(spend) from mart.mart_campaign_kpi_daily where channel_id <> '(all)'") == (
        marts.value("select sum(spend) from mart.fct_ad_campaign_daily")
    )


def test_traffic_may_belong_to_a_campaign_by_its_source(marts: DbtProject) -> None:
    assert marts.query(
        "select source, marketing_campaign_id as owner, sum(sessions) as sessions "
        "from mart.fct_web_traffic_daily where date_day = ? group by all order by 1", day(6),
    ) == [
        {"source": "other.example", "owner": "(unassigned)", "sessions": 4},
        {"source": "teatalk", "owner": "brand", "sessions": 8},
    ]  # fmt: skip
    assert marts.query(
        "select marketing_campaign_id, valid_from from mart.bridge_campaign_touch"
        " where target_type = 'utm_source'"
    ) == [{"marketing_campaign_id": "brand", "valid_from": day(6)}]


# --- nobody's ----------------------------------------------------------------------------------------------


def unassigned(marts: DbtProject, kind: str) -> dict[str, dict[str, Any]]:
    rows = marts.query("select * from mart.mart_unassigned where kind = ? order by money_rank", kind)
    return {row["name"]: row for row in rows}


def test_what_no_plan_claims_is_listed_with_its_money(marts: DbtProject) -> None:
    campaigns = unassigned(marts, "campaign")
    assert {name: row["spend"] for name, row in campaigns.items()} == {
        "Winter old": 30, "Brand new tea": 20, "duo": 12, "Before": 5,
        # A third of 1 is claimed; 0.4 of two days and 0.2 of two.
        "Thirds": Decimal("0.666667"), "Always on": Decimal("0.000006"),
    }  # fmt: skip
    links = unassigned(marts, "utm")
    assert {name: (row["sessions"], row["conversions"], row["revenue"]) for name, row in links.items()} == {
        "old winter sale": (8, 2, 50), "duo": (9, 1, 10), "ALWAYS ON": (30, None, None),
        "unheard": (5, None, None),
    }  # fmt: skip
    (mailing,) = unassigned(marts, "mailing").values()
    assert (mailing["name"], mailing["orders"], mailing["revenue"]) == ("Lonely mail", 2, 55)
    (post,) = unassigned(marts, "post").values()
    assert (post["item_id"], post["spend"], post["sessions"]) == ("p2", None, None)
    # Cancelled orders are none; of several codes the first is named.
    assert [(row["name"], row["orders"], row["revenue"]) for row in unassigned(marts, "coupon").values()] == [
        ("LOST5", 1, 20)
    ]
    (partner,) = unassigned(marts, "partner").values()
    assert (partner["name"], partner["item_id"], partner["spend"]) == ("Summer Wu", "k2", 100)
    assert partner["suggested_campaign_id"] == "summer"
    assert campaigns["duo"]["item_id"] is None  # two campaigns have the name
    assert marts.value("select sum(spend) from mart.mart_unassigned where kind = 'campaign'") == marts.value(
        "select sum(spend) from mart.mart_campaign_kpi_daily"
        " where marketing_campaign_id = '(unassigned)' and channel_id = 'sem'"
    )


def test_the_list_is_ordered_by_money(marts: DbtProject) -> None:
    names = [row["name"] for row in marts.query("select name from mart.mart_unassigned order by money_rank")]
    assert names[:6] == [
        "Summer Wu",
        "Lonely mail",
        "old winter sale",
        "Winter old",
        "Brand new tea",
        "LOST5",
    ]
    assert names[-3:-1] == ["ALWAYS ON", "unheard"]


def test_the_most_alike_plan_is_suggested(marts: DbtProject) -> None:
    campaigns = unassigned(marts, "campaign")
    brand = campaigns["Brand new tea"]
    # The rule fits, but the plan begins on the 5th.
    assert (brand["suggested_campaign_id"], brand["similarity"], brand["is_in_campaign_days"]) == (
        "brand",
        1,
        False,
    )
    assert campaigns["Always on"]["suggested_campaign_id"] == "late"
    assert campaigns["Winter old"]["suggested_campaign_id"] is None
    assert campaigns["Winter old"]["suggested_rule"] == '- {platform: google_ads, campaign: "Winter old"}'


def test_suggested_rules_can_be_pasted(marts: DbtProject) -> None:
    rows = marts.query("select kind, name, item_id, suggested_rule from mart.mart_unassigned")
    for row in rows:
        (written,) = yaml.safe_load(row["suggested_rule"])
        rule = MatchRule.model_validate(written)
        key = "post_id" if row["kind"] == "post" else "utm_campaign" if row["kind"] == "utm" else row["kind"]
        assert (rule.key, written[key]) == (key, row["item_id"] if row["kind"] == "post" else row["name"])


# --- links -------------------------------------------------------------------------------------------------


def test_landing_urls_are_read_and_tie(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, canonical_url, utm_source, utm_medium, utm_campaign, utm_content, parse_status, "
        "spend, clicks from mart.fct_ad_landing_daily where campaign_id = 'c1' order by date_day, spend desc"
    )
    none = "(not set)"
    rest = ("(unallocated)",) * 5
    assert [tuple(row.values())[1:] for row in rows] == [
        ("https://shop.example/Tea", "google", "cpc", "sum search", none, "tagged", 90, 40),
        (*rest, "unallocated", 10, 10),
        (*rest, "unallocated", 60, 30),
        ("(unknown)", none, none, none, none, "no url", 40, 20),
        ("https://shop.example", none, none, "{campaignid}", "__CID__", "dynamic", 110, 50),
        (*rest, "unallocated", -10, 0),
    ]  # fmt: skip
    raw = marts.value("select utm_source_raw from mart.fct_ad_landing_daily where utm_source = 'google'")
    assert raw in {"Google", "google"}


def test_spend_and_tracking_meet(marts: DbtProject) -> None:
    rows = marts.query(
        "select campaign_id, utm_campaign, match_state, match_method, spend, clicks, sessions "
        "from mart.mart_utm_audit where platform <> '(none)' order by campaign_id"
    )
    lost, none = "spend without tracking", "(none)"
    assert [tuple(row.values()) for row in rows] == [
        ("c1", "sum search", "matched", "landing_url", 300, 150, 90),
        ("c3", none, lost, None, 30, 10, None),
        ("c4", none, lost, None, 20, 5, None),
        # One mark, two campaigns: 30 of 40 clicks have 7 of 9 sessions (6.75 rounds up).
        ("d1", "duo", "matched", "name", 9, 30, 7),
        ("d2", "duo", "matched", "name", 3, 10, 2),
        ("m1", "summer_meta", "matched", "name", 120, 40, 18),
        ("old", none, "not measured", None, 5, 1, None),
        ("shared", "ALWAYS ON", "matched", "name", Decimal("0.00007"), 98, 30),
        ("thirds", none, "not measured", None, 1, 1, None),
    ]


def test_what_is_at_risk_and_what_it_may_belong_to(marts: DbtProject) -> None:
    rows = {
        row["campaign_name"] or row["utm_campaign"]: row
        for row in marts.query("select * from mart.mart_utm_audit")
    }
    winter = rows["Winter old"]
    assert (winter["spend_at_risk"], winter["suggested_match"], winter["similarity"]) == (
        30,
        "old winter sale",
        1,
    )
    assert marts.query(
        "select utm_campaign, revenue_at_risk, suggested_match from mart.mart_utm_audit "
        "where match_state = 'tracking without campaign' order by 1"
    ) == [
        {"utm_campaign": "old winter sale", "revenue_at_risk": 50, "suggested_match": "Winter old"},
        {"utm_campaign": "unheard", "revenue_at_risk": None, "suggested_match": None},
    ]
    assert rows["Summer_Search"]["sessions_per_click"] == 90 / 150
    assert rows["Summer_Search"]["spend_at_risk"] == 0


def test_the_audit_holds_all_spend_once_and_only_paid_traffic(marts: DbtProject) -> None:
    assert marts.value("select sum(spend) from mart.mart_utm_audit") == marts.value(
        "select sum(spend) from mart.fct_ad_campaign_daily"
    )
    # 45 + 45 + 30 + 18 + 9 + 8 + 1; mail and organic search are no ads.
    assert marts.value("select sum(sessions) from mart.mart_utm_audit") == 156
