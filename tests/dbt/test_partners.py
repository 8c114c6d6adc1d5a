"""Partners, commissions, costs without a platform and the content plan: one lake, one build.

Every expected number is worked out by hand beside the rows it comes from. What is not here: what it all costs
by channel (``test_efficiency.py``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

FACTS = ("+fct_partner_deliverable", "+fct_partner_commission_daily", "+fct_cost_daily", "+fct_content_item")
WARNINGS = {
    "partner_campaigns_are_in_a_plan", "published_deliverables_have_a_link", "partner_orders_have_one_payer",
    "partner_commissions_below_stated_revenue", "partner_statuses_are_known", "cost_channels_are_known",
    "content_channels_are_known",
}  # fmt: skip


def day(number: int, month: int = 6) -> dt.date:
    return dt.date(2026, month, number)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    project = dbt_project
    project.settings(as_of="2026-06-22", reporting_currency="CNY")
    project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "USD", "to_currency": "CNY", "rate": rate,
         "rate_source": "bank"}
        for number, rate in ((1, Decimal(7)), (8, Decimal(7)), (15, Decimal(8)), (22, Decimal(8)))
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": campaign, "plan_number": number, "name_en": name, "name_zh": name_zh,
         "currency_code": "CNY", "start_date": day(first), "end_date": day(last), "budget": Decimal(1000)}
        for number, (campaign, name, name_zh, first, last) in enumerate([
            ("spring-1", "Spring", "春季", 1, 14), ("spring-2", "Spring", "春季", 15, 30),
            ("codes", "Codes", "优惠码", 1, 30),
        ], start=1)
    ])  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": "codes", "rule_number": 1, "match_field": "coupon_code",
         "like_pattern": "CODE%"},
        {"marketing_campaign_id": "codes", "rule_number": 2, "match_field": "partner_name",
         "like_pattern": "Hill%"},
    ])  # fmt: skip
    deliverables(project)
    commissions(project)
    january(project)
    costs(project)
    content(project)
    project.build(*FACTS)
    return project


def own(project: DbtProject, name: str, dataset: str, rows: list[dict[str, Any]],
exported_at: str | None = None,
        **common: Any) -> None:  # fmt: skip
    project.land(name, rows, dataset=dataset, platform="own_templates", account_id="team",
                 exported_at=exported_at, **{"currency_code": "CNY", **common})  # fmt: skip


def deliverables(project: DbtProject) -> None:
    lin = {"partner_id": "P1", "partner_name": "Lin", "partner_type": "KOL", "network": "video"}
    own(project, "kol 1.csv", "partner_deliverable", [
        # Agreed, then read twice in one table: the newest data date holds, the fee was written once.
        {"day": day(2), "deliverable_id": "D1", **lin, "status": "agreed", "campaign_name": "spring",
         "fee": 800},
        {"day": day(5), "deliverable_id": "D1", **lin, "status": "Published",
         "published_at": "2026-06-04 20:00",
         "content_url": "https://v.example/1", "campaign_name": "spring", "views": 100, "likes": 5,
         "orders": 3,
         "product_cost": 50, "followers": 1000},
        {"day": day(9), "deliverable_id": "D1", **lin, "status": "Published",
         "published_at": "2026-06-04 20:00",
         "content_url": "https://v.example/1", "campaign_name": "spring", "views": 400, "likes": 9,
         "revenue": 90, "followers": 1100},
        # The second plan of that name runs on its day.
        {"day": day(16), "deliverable_id": "D2", **lin, "status": "agreed", "campaign_name": "春季",
         "fee": 20},
        {"day": day(3), "deliverable_id": "D3", **lin, "status": "已取消", "fee": 999,
         "campaign_name": "Autumn"},
    ], exported_at="2026-06-10")  # fmt: skip
    own(project, "kol 2.csv", "partner_deliverable", [
        # A newer statement of the snapshot of the 9th.
        {"day": day(9), "deliverable_id": "D1", **lin, "views": 410, "likes": 9, "revenue": 90},
        # No id, another currency, to come: the rate is that of the report date. A rule has the name.
        {"day": day(17), "deliverable_id": "D4", "partner_name": "Hill House", "fee": 10,
         "currency_code": "USD",
         "published_at": "2026-06-30 08:00", "partner_type": "media"},
    ], exported_at="2026-06-18")  # fmt: skip
    # Without an id a row is known by partner, network and time of publication: published, it has another id.
    may = {"partner_name": "May", "network": "web", "fee": 30, "campaign_name": "Codes"}
    own(project, "kol 3.csv", "partner_deliverable", [
        {"day": day(2), **may, "deliverable_id": "May web"},
        {"day": day(9), **may, "deliverable_id": "May web 2026-06-08 20:00:00",
         "published_at": "2026-06-08 20:00",
         "content_url": "https://w.example/1"},
        {"day": day(9), **may, "deliverable_id": "May web 2", "fee": 7},
    ], exported_at="2026-06-10")  # fmt: skip
    # The fee was agreed and stands no more in the rows of the two posts.
    ada = {"partner_name": "Ada", "network": "web"}
    own(project, "kol 4.csv", "partner_deliverable", [
        {"day": day(2), **ada, "deliverable_id": "Ada web", "fee": 500, "campaign_name": "Codes"},
    ], exported_at="2026-06-03")  # fmt: skip
    own(project, "kol 5.csv", "partner_deliverable", [
        {"day": day(13), **ada, "deliverable_id": f"Ada web 2026-06-{number:02} 20:00:00", "views": 10,
         "published_at": f"2026-06-{number:02} 20:00", "content_url": f"https://w.example/{number}"}
        for number in (8, 12)
    ], exported_at="2026-06-13")  # fmt: skip


def commissions(project: DbtProject) -> None:
    def order(number: int, order_id: str, status: str, commission: float, **more: Any) -> dict[str, Any]:
        return {"day": day(number), "level": "order", "partner_id": "A1", "partner_name": "Deals",
        "network": "net",
                "order_id": order_id, "status": status, "commission": commission, "revenue": 100,
                **more}  # fmt: skip

    own(project, "orders 1.csv", "partner_commission", [
        order(1, "O1", "pending", 10), order(1, "O2", "Pending", 12, network_fee=2),
        order(4, "O3", "approved", 5, coupon_code="CODE5"),
    ], exported_at="2026-06-05")  # fmt: skip
    own(project, "orders 2.csv", "partner_commission", [
        # O1 is approved now and O2 rejected: neither is pending any more. O3 is not mentioned and stays.
        order(1, "O1", "approved", 10), order(1, "O2", "rejected", 12, network_fee=2),
        order(6, "O4", "in dispute", 120),
        {**order(6, "O4", "approved", 1), "partner_id": "A2", "partner_name": "Other"},
    ], exported_at="2026-06-08")  # fmt: skip
    total = {"level": "partner", "partner_id": "A1", "network": "net"}
    own(project, "totals.csv", "partner_commission", [
        # Days 1 to 6 stand in the files of orders: of this row only the clicks are news there.
        {**total, "period_start": day(1), "period_end": day(10), "clicks": 100, "commission": 50,
         "orders": 10},
    ])  # fmt: skip
    own(project, "by status.csv", "partner_commission", [
        {"level": "partner", "partner_id": "A3", "day": day(2), "status": status, "commission": amount}
        for status, amount in (("待审核", 3), ("已结算", 4), ("无效", 5))
    ], exported_at="2026-06-03")  # fmt: skip
    own(project, "by status again.csv", "partner_commission", [
        {"level": "partner", "partner_id": "A3", "day": day(2), "status": "已结算", "commission": 7},
    ], exported_at="2026-06-09")  # fmt: skip


def january(project: DbtProject) -> None:
    """Totals of the month beside orders of some of its days, of the same money."""

    def order(partner: str, number: int, status: str, commission: float, **more: Any) -> dict[str, Any]:
        return {"day": day(number, 1), "level": "order", "partner_id": partner, "network": "net",
                "order_id": f"{partner} {number}", "status": status, "commission": commission,
                "revenue": 1000, **more}  # fmt: skip

    def month(partner: str, commission: float, **more: Any) -> dict[str, Any]:
        return {"period_start": day(1, 1), "period_end": day(31, 1), "level": "partner",
                "partner_id": partner, "network": "net", "commission": commission, **more}  # fmt: skip

    own(project, "january 1.csv", "partner_commission", [
        order("J1", 3, "approved", 100), order("J1", 10, "pending", 110), order("J1", 28, "rejected", 100),
    ])  # fmt: skip
    own(project, "january 2.csv", "partner_commission", [
        order("J2", 1, "approved", 150), order("J2", 15, "pending", 100, coupon_code="X"),
    ])  # fmt: skip
    own(project, "january 3.csv", "partner_commission", [order("J3", 5, "approved", 20)])
    own(project, "january 4.csv", "partner_commission", [
        order("J4", 4, "approved", 60, campaign_name="A"), order("J4", 6, "approved", 0, campaign_name="A"),
    ])  # fmt: skip
    own(project, "january totals.csv", "partner_commission", [
        month("J1", 310, clicks=62, orders=3),
        month("J2", 210, status="approved"), month("J2", 100, status="pending"),
        month("J3", 100), {**month("J3", 30), "period_start": day(5, 1), "period_end": day(5, 1)},
        month("J4", 100, campaign_name="A"), month("J4", 200, campaign_name="B"),
    ])  # fmt: skip


def costs(project: DbtProject) -> None:
    own(project, "costs 1.csv", "cost_item", [
        # 100 over three days: 33.333333, 33.333334, 33.333333.
        {"cost_id": "C1", "period_start": day(1), "period_end": day(3), "category": "tool", "spend": 100},
        # An invoice split over two channels: two parts of one id.
        {"cost_id": "C2", "day": day(2), "channel_id": "搜索广告", "vendor": "V", "spend": 40},
        {"cost_id": "C2", "day": day(2), "channel_id": "kol", "vendor": "V", "campaign_name": "Spring",
         "spend": 60},
        {"cost_id": "C3", "day": day(2), "channel_id": "skywriting", "spend": 5},
        # A subscription keeps its id over the months, June is corrected below.
        {"cost_id": "C4", "period_start": day(1, 5), "period_end": day(31, 5), "spend": 31},
        {"cost_id": "C4", "period_start": day(1), "period_end": day(30), "spend": 30},
        # Days to come are converted at the rate of the report date.
        {"cost_id": "C5", "period_start": day(21), "period_end": day(24), "spend": 4, "currency_code": "USD"},
    ], exported_at="2026-06-10")  # fmt: skip
    own(project, "costs 2.csv", "cost_item", [
        {"cost_id": "C4", "period_start": day(2), "period_end": day(30), "spend": 58},
    ], exported_at="2026-06-12")  # fmt: skip


def content(project: DbtProject) -> None:
    project.land("posts.csv", [
        {"period_start": day(8), "period_end": day(8), "post_id": "v9", "post_text": "Tea", "published_at":
         "2026-06-07 10:00", "post_url": "https://www.video.example/watch?v=Ab9&utm_source=x", "views": 1},
    ], dataset="social_post", platform="youtube", account_id="us", level="post")  # fmt: skip
    own(project, "calendar.csv", "content_item", [
        {"day": day(5), "content_id": "K1", "title": "Tea", "planned_at": "2026-06-05 09:00",
         "status": "published",
         "published_at": "2026-06-07 10:00", "content_url": "http://m.video.example/watch?v=Ab9#t=3",
         "cost": 10,
         "currency_code": "USD"},
        {"day": day(20), "content_id": "K2", "title": "Late", "planned_at": "2026-06-20", "status": "draft",
         "channel_id": "SEO", "campaign_name": "Spring"},
        {"day": day(20), "content_id": "K3", "title": "Gone", "planned_at": "2026-06-20",
         "status": "Cancelled"},
        {"day": day(29), "content_id": "K4", "title": "To come", "planned_at": "2026-06-29",
         "channel_id": "tv"},
        {"day": day(10), "content_id": "K5", "title": "Early", "planned_at": "2026-06-10",
         "published_at": "2026-06-09", "content_url": "https://video.example/watch?v=Other"},
    ], exported_at="2026-06-10")  # fmt: skip
    own(project, "calendar again.csv", "content_item", [
        # Planned anew: the same piece, one row.
        {"day": day(21), "content_id": "K2", "title": "Late", "planned_at": "2026-06-21", "status": "draft",
         "channel_id": "SEO", "campaign_name": "Spring"},
    ], exported_at="2026-06-18")  # fmt: skip


def test_nothing_stops_the_publication_and_every_warning_is_given(marts: DbtProject) -> None:
    errors = {name: text for name, text in marts.failures.items() if not text.startswith("warn")}
    assert errors == {}
    assert {name for name in marts.failed_tests()} == WARNINGS


def test_a_deliverable_counts_once_by_its_newest_snapshot(marts: DbtProject) -> None:
    (row,) = marts.query("from mart.fct_partner_deliverable where deliverable_id = 'D1'")
    assert (row["views"], row["likes"], row["orders"], row["followers"]) == (410, 9, 3, 1000)
    assert (row["fee"], row["product_cost"], row["revenue"]) == (800, 50, 90)
    assert (row["first_snapshot_day"], row["snapshot_day"], row["is_carried"]) == (day(2), day(9), True)
    assert (row["date_day"], row["status"], row["channel_id"]) == (day(4), "published", "kol")
    assert row["content_url"] == "https://v.example/1"


def test_an_agreed_fee_stays_with_the_first_that_is_published(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, fee, is_carried, views, campaign_name from mart.fct_partner_deliverable"
        " where partner_id = 'Ada' order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(8), 500, True, 10, "Codes"), (day(12), None, False, 10, None),
    ]  # fmt: skip


def test_campaigns_of_deliverables_are_named_or_ruled(marts: DbtProject) -> None:
    found = {
        row["deliverable_id"]: (row["marketing_campaign_id"], row["match_method"], row["is_cancelled"])
        for row in marts.query("from mart.fct_partner_deliverable")
    }
    assert found == {
        "May web 2": ("codes", "name", False),
        "May web 2026-06-08 20:00:00": ("codes", "name", False),
        "D1": ("spring-1", "name", False), "D2": ("spring-2", "name", False),
        "D3": ("(unassigned)", None, True), "D4": ("codes", "partner", False),
        "Ada web 2026-06-08 20:00:00": ("codes", "name", False),
        "Ada web 2026-06-12 20:00:00": ("(unassigned)", None, False),
    }  # fmt: skip


def test_a_fee_has_a_day_and_a_rate(marts: DbtProject) -> None:
    """Until it is published, the day it was written down; days to come at the rate of the report date."""
    rows = {row["deliverable_id"]: row for row in marts.query("from mart.fct_partner_deliverable")}
    assert (rows["D2"]["date_day"], rows["D2"]["fee"]) == (day(16), 20)
    assert (rows["D4"]["date_day"], rows["D4"]["rate_day"]) == (day(30), day(22))
    assert (rows["D4"]["fee_native"], rows["D4"]["fee"], rows["D4"]["fx_rate"]) == (10, 80, 8)
    assert rows["D4"]["partner_id"] == "Hill House"
    assert rows["D4"]["product_cost"] is None


def test_partners(marts: DbtProject) -> None:
    rows = {row["partner_id"]: row for row in marts.query("from mart.dim_partner")}
    assert {name: row["channel_id"] for name, row in rows.items()} == {
        "P1": "kol", "Hill House": "kol", "May": "kol", "A1": "affiliate", "A2": "affiliate",
        "A3": "affiliate", "Ada": "kol",
        "J1": "affiliate", "J2": "affiliate", "J3": "affiliate", "J4": "affiliate",
    }  # fmt: skip
    assert (rows["P1"]["partner_type"], rows["P1"]["followers"], rows["P1"]["deliverables"]) == (
        "kol",
        1000,
        3,
    )
    assert (rows["A1"]["partner_name"], rows["A1"]["first_day"], rows["A1"]["last_day"]) == (
        "Deals", day(1), day(10),
    )  # fmt: skip


def test_statuses_replace_each_other_and_are_kept_apart(marts: DbtProject) -> None:
    rows = marts.query(
        "select partner_id, order_id, status, is_cost, commission, network_fee"
        " from mart.fct_partner_commission_daily"
        " where order_id is not null and partner_id like 'A%' order by order_id, partner_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("A1", "O1", "approved", True, 10, None), ("A1", "O2", "rejected", False, 12, 2),
        ("A1", "O3", "approved", True, 5, None), ("A1", "O4", "unknown", True, 120, None),
        ("A2", "O4", "approved", True, 1, None),
    ]  # fmt: skip
    assert marts.query(
        "select status, commission from mart.fct_partner_commission_daily where partner_id = 'A3'"
    ) == [{"status": "approved", "commission": 7}]


def test_totals_beside_orders_keep_what_orders_cannot_say(marts: DbtProject) -> None:
    """Days 1 to 6 are itemised: 10 clicks a day, no commission. Their 147 and 4 orders leave 0 of 50 and 6
    of 10 to days 7 to 10."""
    rows = marts.query(
        "select is_itemised, count(*) as days, sum(clicks) as clicks, sum(orders) as orders,"
        " sum(commission) as money,"
        " max(date_day) as last_day from mart.fct_partner_commission_daily"
        " where partner_id = 'A1' and order_id is null group by is_itemised order by is_itemised"
    )
    assert [tuple(row.values()) for row in rows] == [
        (False, 4, 40, 6, 0, day(10)), (True, 6, 60, None, None, day(6)),
    ]  # fmt: skip


def test_a_month_and_its_orders_are_the_same_money(marts: DbtProject) -> None:
    """J1: all 310 in orders. J2: 60 left of 310 for 16 days, by status as the month has them, whatever the
    orders' own. J3: an order beside the day's own total. J4: orders of A leave 40 of A and all 200 of B."""
    rows = marts.query(
        "select partner_id, sum(commission) as money,"
        " sum(case when order_id is null then commission else 0 end) as beyond, sum(clicks) as clicks"
        " from mart.fct_partner_commission_daily where partner_id like 'J%' group by 1 order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("J1", 310, 0, 62), ("J2", 310, 60, None), ("J3", 100, 80, None), ("J4", 300, 240, None),
    ]  # fmt: skip
    by_day = marts.query(
        "select partner_id, campaign_name, status, min(date_day) as first_day, count(*) as days,"
        " round(sum(commission), 2) as money from mart.fct_partner_commission_daily"
        " where partner_id in ('J2', 'J4') and order_id is null group by all order by all"
    )
    assert [tuple(row.values()) for row in by_day] == [
        ("J2", None, "approved", day(16, 1), 16, Decimal("40.65")),
        ("J2", None, "pending", day(16, 1), 16, Decimal("19.35")),
        ("J4", "A", "unknown", day(1, 1), 28, 40), ("J4", "B", "unknown", day(1, 1), 28, 200),
    ]  # fmt: skip
    assert marts.value(
        "select count(*) from mart.fct_partner_commission_daily"
        " where partner_id = 'J1' and clicks = 2 and is_itemised"
    ) == 26  # fmt: skip


def test_a_coupon_leads_a_commission_to_its_campaign(marts: DbtProject) -> None:
    assert marts.query(
        "select order_id, match_method from mart.fct_partner_commission_daily"
        " where marketing_campaign_id = 'codes'"
    ) == [{"order_id": "O3", "match_method": "coupon"}]


def test_costs_are_spread_to_the_last_digit(marts: DbtProject) -> None:
    rows = marts.query("from mart.fct_cost_daily where cost_id = 'C1' order by date_day")
    assert [row["spend"] for row in rows] == [
        Decimal("33.333333"),
        Decimal("33.333334"),
        Decimal("33.333333"),
    ]
    assert {(row["channel_id"], row["is_allocated"], row["category"]) for row in rows} == {
        ("other", True, "tool")
    }


def test_a_split_cost_has_two_parts_of_one_id(marts: DbtProject) -> None:
    rows = marts.query(
        "select cost_id, channel_id, spend, marketing_campaign_id, is_channel_known from mart.fct_cost_daily"
        " where cost_id like 'C2%' or cost_id = 'C3' order by cost_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("C2", "kol", 60, "spring-1", True), ("C2 #2", "sem", 40, "(unassigned)", True),
        ("C3", "other", 5, "(unassigned)", False),
    ]  # fmt: skip


def test_a_newer_cost_replaces_the_days_it_overlaps(marts: DbtProject) -> None:
    """May stands as it was; June is 29 days of 2 instead of 30 of 1."""
    rows = marts.query(
        "select min(date_day) as first_day, count(*) as days, sum(spend) as spend from mart.fct_cost_daily"
        " where cost_id like 'C4%' group by month(date_day) order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [(day(1, 5), 31, 31), (day(2), 29, 58)]


def test_a_cost_to_come_has_the_rate_of_the_report_date(marts: DbtProject) -> None:
    rows = marts.query("from mart.fct_cost_daily where cost_id = 'C5' order by date_day")
    assert [(row["date_day"].day, row["rate_day"].day, row["spend"]) for row in rows] == [
        (21, 21, 8), (22, 22, 8), (23, 22, 8), (24, 22, 8),
    ]  # fmt: skip


def test_the_content_plan_against_what_was_published(marts: DbtProject) -> None:
    found = {
        row["content_id"]: (row["date_day"].day, row["is_published"], row["days_late"], row["days_overdue"],
                            row["channel_id"], row["marketing_campaign_id"], row["post_id"])
        for row in marts.query("from mart.fct_content_item")
    }  # fmt: skip
    assert found == {
        "K1": (7, True, 2, None, "organic_social", "(unassigned)", "v9"),
        "K2": (21, False, None, 1, "seo", "spring-2", None),
        "K3": (20, False, None, None, "other", "(unassigned)", None),
        "K4": (29, False, None, None, "other", "(unassigned)", None),
        "K5": (9, True, -1, None, "other", "(unassigned)", None),
    }
    (linked,) = marts.query("from mart.fct_content_item where post_id is not null")
    assert (linked["post_platform"], linked["post_account"], linked["cost"]) == ("youtube", "us", 70)


def test_what_is_wrong_is_said(marts: DbtProject) -> None:
    assert marts.messages("partner_orders_have_one_payer") == {"order O4 is paid to several partners"}
    assert marts.messages("partner_commissions_below_stated_revenue") == {
        "the order brought less than its commission"
    }
    assert marts.messages("partner_statuses_are_known") == {
        "the status in dispute is no known word: its commission is a cost"
    }


def test_falsified_facts_are_noticed(marts: DbtProject) -> None:
    """Last in the module: it leaves the facts false."""
    marts.tamper(
        "update mart.fct_cost_daily set spend_native = 41 where cost_id = 'C2 #2'",
        "update mart.fct_cost_daily set fx_rate = null where currency_code = 'USD'",
        "delete from mart.fct_partner_deliverable where deliverable_id = 'D1'",
        "update mart.fct_partner_deliverable set fx_rate = null, fee_native = -10"
        " where currency_code = 'USD'",
        "update mart.fct_partner_commission_daily set currency_code = null, status = 'lost'"
        " where order_id = 'O3'",
        "insert into mart.fct_content_item from mart.fct_content_item where content_id = 'K1'",
    )
    marts.build(
        "fct_partner_deliverable", "fct_partner_commission_daily", "fct_cost_daily", "fct_content_item",
        "partner_rows_reach_the_facts", "money_is_converted*", command="test",
    )  # fmt: skip
    assert marts.failed_tests() - WARNINGS == {
        "partner_rows_reach_the_facts", "partner_fees_are_not_negative",
        "money_is_converted_fct_cost_daily_spend_native__rate_day",
        "money_is_converted_fct_partner_deliverable_fee_native__product_cost_native__revenue_native__rate_day",
        "money_is_converted_fct_partner_commission_daily_revenue_native__commission_native__network_fee_native",
        "accepted_values_fct_partner_commission_daily_status__approved__pending__rejected__unknown",
        "unique_key_fct_content_item_platform__account_id__content_id",
    }  # fmt: skip
    assert {
        "fct_cost_daily: spend is not what the rows state",
        "fct_partner_deliverable: fee is not what the rows state",
        "fct_content_item: cost is not what the rows state",
    } <= marts.messages("partner_rows_reach_the_facts")
