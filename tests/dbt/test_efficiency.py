"""What channels cost beside what the own shops sold, and the KPI marts that hold it: one lake, one build.

Every expected number is worked out by hand beside the rows it comes from. What is not here: how orders,
partners and
costs become facts (``test_partners.py`` and the tests of orders).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mkt_pipeline import metrics

from .conftest import DbtProject

PLATFORMS = {
    "google_ads": "sem", "baidu_ads": "sem", "meta_ads": "paid_social", "own_templates": "other",
    "shopify": "other", "sycm": "shop_ads", "ga4": "other",
}  # fmt: skip
MARTS = (
    "+mart_channel_efficiency_daily",
    "+mart_campaign_kpi_daily",
    "+mart_campaign_kpi_period",
    "+channel_summary",
    "+kpi_daily",
    "+dim_marketing_campaign",
)


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    project = dbt_project
    project.settings(as_of="2026-06-22", reporting_currency="USD")
    project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": channel,
         "conversion_lag_days": 3, "freshness_days": 10}
        for platform, channel in PLATFORMS.items()
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": day(1), "end_date": day(30), "budget": Decimal(3000)},
    ])  # fmt: skip
    project.put("plan_goal", [
        {"marketing_campaign_id": "spring", "channel_id": "(all)", "metric_id": "orders", "goal_rank": 1,
         "target": Decimal(60)},
    ])  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": number, "match_field": field, "like_pattern": like}
        for number, (field, like) in enumerate(
            [("campaign_name", "spring%"), ("coupon_code", "LIN%"), ("utm_campaign", "spring%")], start=1
        )
    ])  # fmt: skip
    media(project)
    partners_and_costs(project)
    shops(project)
    project.build(*MARTS)
    return project


def media(project: DbtProject) -> None:
    def rows(name: str, **measures: Any) -> list[dict[str, Any]]:
        return [
            {"day": day(number), "campaign_id": name, "campaign_name": name, **measures}
            for number in (10, 11)
        ]

    common = {"account_id": "a", "level": "campaign", "currency_code": "USD"}
    project.land("g.csv", rows("spring g", spend=100, clicks=50, impressions=900, conversions=4,
                               conversion_value=400), platform="google_ads", **common)  # fmt: skip
    project.land("b.csv", rows("other b", spend=30, clicks=10, impressions=90, conversions=3),
    platform="baidu_ads",
                 **common)  # fmt: skip
    project.land("m.csv", rows("spring m", spend=50, clicks=20, impressions=500, conversions=6,
                               conversion_value=60), platform="meta_ads", **common)  # fmt: skip


def partners_and_costs(project: DbtProject) -> None:
    common = {"platform": "own_templates", "account_id": "team", "currency_code": "USD"}
    project.land("kol.csv", [
        {"day": day(15), "partner_id": "P1", "deliverable_id": "D1", "published_at": "2026-06-10 20:00",
         "fee": 80,
         "product_cost": 20, "views": 1000, "likes": 30, "saves": 10, "link_clicks": 40, "orders": 9,
         "revenue": 500,
         "status": "published", "campaign_name": "Spring", "content_url": "https://v.example/1"},
        {"day": day(15), "partner_id": "P1", "deliverable_id": "D2", "fee": 500, "status": "cancelled"},
        # Its day is the report date: not yet told.
        {"day": day(22), "partner_id": "P1", "deliverable_id": "D3", "fee": 70, "status": "agreed"},
    ], dataset="partner_deliverable", **common)  # fmt: skip
    project.land("commission.csv", [
        {"day": day(10), "level": "order", "partner_id": "A1", "order_id": "1003", "status": status,
         "revenue": 50,
         "commission": amount, "network_fee": 1, "network": network}
        for status, amount, network in (("approved", 9, "n"), ("rejected", 40, "n"), ("pending", 60, "other"))
    ] + [
        # The creator's code sells as well: its cost counts, its claim stands with the deliverable.
        {"day": day(10), "level": "order", "partner_id": "P1", "order_id": "1001", "status": "approved",
         "revenue": 100, "commission": 5},
    ], dataset="partner_commission", **common)  # fmt: skip
    project.land("costs.csv", [
        # 6 a day; the last eight of its days are still to come.
        {"cost_id": "tool", "period_start": day(1), "period_end": day(30), "spend": 180},
        {"cost_id": "print", "day": day(11), "channel_id": "sem", "campaign_name": "spring", "spend": 10},
    ], dataset="cost_item", **common)  # fmt: skip


def shops(project: DbtProject) -> None:
    def order(number: int, order_id: str, revenue: float, customer: str, **more: Any) -> dict[str, Any]:
        return {"day": day(number), "order_id": order_id, "revenue": revenue, "gross_sales": revenue,
        "discounts": 0,
                "shipping": 0, "taxes": 0, "customer_hash": customer, "financial_status": "paid",
                **more}  # fmt: skip

    project.land("orders.csv", [
        order(10, "1001", 100, "ann", coupon_code="LIN10", cost_of_goods=40),
        order(10, "1002", 60, "bob", coupon_code="LIN10", cost_of_goods=20),
        order(10, "1003", 50, "cat", cost_of_goods=10),
        order(11, "1004", 30, "ann", coupon_code="LIN10", cost_of_goods=10),
        order(11, "1005", 500, "dan", coupon_code="LIN10", cost_of_goods=10, cancelled_at="2026-06-11 12:00"),
    ], dataset="order", platform="shopify", account_id="shop", level="order",
    currency_code="USD")  # fmt: skip
    project.land("refunds.csv", [
        {"day": day(12), "order_id": "1002", "refund_id": "R1", "refunds": 15},
    ], dataset="refund", platform="shopify", account_id="shop", level="refund",
    currency_code="USD")  # fmt: skip
    # A third shop: the cost of one order's goods is not known, the day's total states that of both: 150 − 70.
    project.land("orders 3.csv", [
        order(5, "3001", 100, "eve", source="google / cpc", cost_of_goods=40),
        order(5, "3002", 50, "fay", source="google / organic"),
        order(6, "3003", 20, "fay", source="google / cpc", cost_of_goods=5),
    ], dataset="order", platform="shopify", account_id="shop 3", level="order",
    currency_code="USD")  # fmt: skip
    project.land("shop 3 days.csv", [
        {"day": day(5), "orders": 2, "revenue": 150, "net_sales": 150, "cost_of_goods": 70},
        {"day": day(6), "orders": 2, "revenue": 50, "net_sales": 50, "cost_of_goods": 11},
    ], dataset="order", platform="shopify", account_id="shop 3", level="day",
    currency_code="USD")  # fmt: skip
    # A second shop tells its days alone: two orders of 80 on the 11th, which no channel has.
    project.land("shop days.csv", [
        {"day": day(11), "orders": 2, "revenue": 80},
    ], dataset="order", platform="sycm", account_id="shop 2", level="day", currency_code="USD")  # fmt: skip


def efficiency(marts: DbtProject, number: int, channel: str) -> dict[str, Any]:
    (row,) = marts.query(
        "from mart.mart_channel_efficiency_daily where date_day = ? and channel_id = ?", day(number), channel
    )
    return row


def test_nothing_stops_the_publication(marts: DbtProject) -> None:
    assert {name: text for name, text in marts.failures.items() if not text.startswith("warn")} == {}


def test_commissions_beyond_the_order_are_told(marts: DbtProject) -> None:
    """Two networks together want 69 for an order of 50."""
    assert marts.messages("partner_commissions_below_own_orders") == {
        "order 1003 brought less than its commissions"
    }


def test_a_channel_costs_media_partners_and_the_rest(marts: DbtProject) -> None:
    kol, affiliate, sem = (efficiency(marts, 10, channel) for channel in ("kol", "affiliate", "sem"))
    assert (kol["spend"], kol["partner_fees"], kol["partner_commission"], kol["total_cost"]) == (
        None,
        100,
        5,
        105,
    )
    # Rejected: 40 and its fee are no cost. Pending is.
    assert (affiliate["partner_commission"], affiliate["total_cost"]) == (9 + 1 + 60 + 1, 71)
    assert (sem["spend"], sem["partner_cost"], sem["total_cost"]) == (130, None, 130)
    assert (efficiency(marts, 11, "sem")["other_cost"], efficiency(marts, 11, "sem")["total_cost"]) == (
        10,
        140,
    )
    assert efficiency(marts, 10, "other")["other_cost"] == 6
    whole = efficiency(marts, 10, "(all)")
    assert (whole["spend"], whole["partner_cost"], whole["other_cost"]) == (180, 176, 6)
    assert whole["total_cost"] == 362


def test_the_whole_is_the_shops_and_channels_are_their_orders(marts: DbtProject) -> None:
    """On the 10th 210 of three new customers; on the 11th one old customer's 30, and 80 of another shop."""
    whole = efficiency(marts, 10, "(all)")
    assert (whole["orders"], whole["revenue"], whole["new_customers"], whole["gross_profit"]) == (
        3,
        210,
        3,
        125,
    )
    assert whole["new_customer_revenue"] == 210
    later = efficiency(marts, 11, "(all)")
    assert (later["orders"], later["revenue"], later["new_customers"]) == (3, 110, 0)
    assert later["gross_profit"] is None  # the second shop does not tell it
    assert (efficiency(marts, 12, "(all)")["refunds"], efficiency(marts, 12, "(all)")["orders"]) == (15, None)


def test_ratios_are_of_sums(marts: DbtProject) -> None:
    whole = efficiency(marts, 10, "(all)")
    assert whole["mer"] == pytest.approx(210 / 362)
    assert whole["amer"] == pytest.approx(210 / 362)
    assert whole["cac"] == pytest.approx(362 / 3)
    assert efficiency(marts, 11, "(all)")["cac"] is None  # nobody new
    assert efficiency(marts, 12, "(all)")["mer"] is None  # no orders


def test_claims_are_never_added(marts: DbtProject) -> None:
    """Two platforms claim in search, one in social; what partners' codes sold is no platform's claim."""
    found = {
        channel: (row["claiming_platforms"], row["claiming_platform"], row["claimed_conversions"])
        for channel in ("sem", "paid_social", "kol", "affiliate", "(all)")
        for row in [efficiency(marts, 10, channel)]
    }
    assert found == {
        "sem": (2, None, None), "paid_social": (1, "meta_ads", 6), "kol": (None, None, None),
        "affiliate": (None, None, None), "(all)": (3, None, None),
    }  # fmt: skip


def test_days_to_come_are_not_told(marts: DbtProject) -> None:
    assert marts.value("select max(date_day) from mart.mart_channel_efficiency_daily") == day(21)
    assert marts.value("select max(date_day) from mart.fct_cost_daily") == day(30)


def test_a_campaign_has_its_costs_and_its_orders(marts: DbtProject) -> None:
    """300 media, 105 for the creator, 10 for print; orders 1001, 1002, 1004: 190, profit 120 − 15."""
    kpi = {
        row["metric_id"]: row
        for row in marts.query(
            "from metrics.kpi_period where marketing_campaign_id = 'spring' and channel_id = '(all)'"
            " and period = 'to_date'"
        )
    }
    found = {name: row["actual"] for name, row in kpi.items()}
    assert found["spend"] == 300
    assert (found["partner_cost"], found["other_cost"], found["total_cost"]) == (100, 10, 410)
    assert (found["orders"], found["revenue"], found["new_customers"], found["refunds"]) == (3, 190, 2, 15)
    assert found["aov"] == pytest.approx(190 / 3)
    assert (found["net_revenue"], found["gross_profit"]) == (175, 105)
    assert found["mer"] == pytest.approx(190 / 410)
    assert found["amer"] == pytest.approx(160 / 410)
    assert found["cac"] == pytest.approx(410 / 2)
    assert found["roi"] == pytest.approx((105 - 410) / 410)
    assert (found["partner_views"], found["partner_engagements"], found["partner_clicks"]) == (1000, 40, 40)
    assert found["partner_cpv"] == pytest.approx(0.1)
    assert found["partner_cpe"] == pytest.approx(100 / 40)


def test_orders_decide_nothing_about_the_conversion_basis(marts: DbtProject) -> None:
    """Two platforms claim, no web analytics: conversions stay unknown, orders stand beside them."""
    assert marts.query(
        "select conversion_basis from mart.dim_marketing_campaign where marketing_campaign_id = 'spring'"
    ) == [{"conversion_basis": None}]
    assert marts.query(
        "select channel_id, sum(platform_conversions) as claimed from mart.mart_campaign_kpi_daily"
        " where marketing_campaign_id = 'spring' group by channel_id having claimed > 0 order by channel_id"
    ) == [{"channel_id": "paid_social", "claimed": 12}, {"channel_id": "sem", "claimed": 8}]


def test_a_profit_of_parts_is_no_profit(marts: DbtProject) -> None:
    """The second shop's goods have no known cost: what belongs to no campaign has no return on investment."""
    assert marts.query(
        "select metric_id, actual from metrics.kpi_period where marketing_campaign_id = '(unassigned)'"
        " and channel_id = '(all)' and period = 'to_date' and metric_id in ('roi', 'orders')"
    ) == [{"metric_id": "orders", "actual": 7}]


def test_profit_beyond_the_orders_needs_theirs(marts: DbtProject) -> None:
    """On the 5th the profit of one order is unknown: what is beyond 60 is nobody's. On the 6th 39 − 15 is."""
    rows = marts.query(
        "select date_day, channel_id, orders, gross_profit from core.int_own_order_daily"
        " where account_id = 'shop 3' order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(5), "sem", 1, 60), (day(5), "seo", 1, None),
        (day(6), "(unknown)", 1, 24), (day(6), "sem", 1, 15),
    ]  # fmt: skip


def test_both_marts_name_the_same_claimants(marts: DbtProject) -> None:
    """Paid social has one claimant, by campaign and by channel; a creator's 9 orders stand in neither."""
    claims = "sum(platform_conversions) as by_campaign from mart.mart_campaign_kpi_daily where channel_id"
    for channel, claimed in (("paid_social", 12), ("kol", None), ("affiliate", None)):
        assert marts.value(f"select {claims} = ?", channel) == claimed
        assert marts.value(
            "select sum(claimed_conversions) from mart.mart_channel_efficiency_daily where channel_id = ?",
            channel,
        ) == claimed  # fmt: skip


def test_periods_side_by_side(marts: DbtProject) -> None:
    """Days of data end on the 12th; the plan asks for 60 orders in 30 days."""
    rows = {
        row["period"]: row
        for row in marts.query(
            "from mart.mart_campaign_kpi_period"
            " where marketing_campaign_id = 'spring' and channel_id = '(all)'"
        )
    }
    recent = rows["last_7_days"]
    assert (recent["period_start"], recent["period_end"]) == (day(6), day(12))
    assert (recent["orders"], recent["orders_due"], recent["spend"]) == (3, 14, 300)
    assert recent["orders_attainment"] == pytest.approx(3 / 14)
    assert rows["to_date"]["orders_due"] == 24
    assert rows["to_date"]["spend_previous"] is None
    assert rows["to_date"]["mer"] == pytest.approx(190 / 410)


def test_every_column_that_is_a_metric_holds_it(marts: DbtProject) -> None:
    columns = {
        row["column_name"]
        for row in marts.query(
            "select column_name from duckdb_columns() where table_name = 'mart_campaign_kpi_period'"
        )
    }
    shown = columns & set(metrics.registry())
    assert len(shown) == 19
    assert columns >= {f"{name}_{part}" for name in shown for part in ("previous", "due", "attainment")}


def test_channels_to_date(marts: DbtProject) -> None:
    (row,) = marts.query(
        "from metrics.channel_summary where marketing_campaign_id = 'spring' and channel_id = 'kol'"
    )
    assert (row["partner_cost"], row["total_cost"], row["spend"]) == (100, 100, None)


def test_falsified_marts_are_noticed(marts: DbtProject) -> None:
    """Last in the module: it leaves the marts false."""
    marts.tamper(
        "update mart.mart_channel_efficiency_daily set orders = coalesce(orders, 0) + 9"
        " where channel_id = 'kol'",
        "update mart.mart_channel_efficiency_daily set orders = 1, total_cost = 1 where channel_id = '(all)'",
        "update mart.mart_channel_efficiency_daily set claimed_conversions = 7 where channel_id = 'sem'",
        "update mart.mart_campaign_kpi_daily set other_cost = 7 where other_cost = 10",
        "update mart.mart_campaign_kpi_daily set net_revenue = 1 where net_revenue = 50",
        "update mart.mart_campaign_kpi_daily set new_customers = 9 where new_customers = 2",
        "delete from mart.mart_channel_efficiency_daily where date_day = date '2026-06-12'",
        "update mart.mart_channel_efficiency_daily set net_revenue = 1"
        " where channel_id = '(all)' and date_day = date '2026-06-06'",
    )
    marts.build(
        "mart_channel_efficiency_daily",
        "own_orders_tie_to_shops",
        "kpi_sums_to_facts",
        command="test",
    )
    assert marts.failed_tests() == {
        "own_orders_tie_to_shops", "efficiency_costs_add_up", "efficiency_claims_have_one_claimant",
        "kpi_sums_to_facts",
    }  # fmt: skip
    assert {row["date_day"].day for row in marts.query(marts.compiled["own_orders_tie_to_shops"])} >= {6, 12}
    assert {row["measure"] for row in marts.query(marts.compiled["kpi_sums_to_facts"])} == {
        "other_cost", "total_cost", "net_revenue", "new_customers",
    }  # fmt: skip
