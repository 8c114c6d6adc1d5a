"""Orders, lines, refunds and totals of shops up to the cohorts: one lake, one build.

Every expected number is worked out by hand beside the rows it comes from.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

AS_OF = "2026-08-15"
COMMERCE = (
    "+fct_order_line", "+fct_refund", "+fct_shop_daily", "+fct_product_daily", "+dim_product",
    "+mart_customer_cohort_month", "zh_fct_shop_daily", "zh_mart_customer_cohort_month",
)  # fmt: skip


def day(number: int, month: int = 6) -> dt.date:
    """A day of 2026."""
    return dt.date(2026, month, number)


def shop_order(order_id: str, at: str, revenue: float | None, **cells: Any) -> dict[str, Any]:
    """An order placed ``at`` a moment such as ``06-01 10:00``; amounts that are not given are null."""
    moment = dt.datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M")
    return {"order_id": order_id, "day": moment.date(), "ordered_at": moment, "revenue": revenue, **cells}


SHOP: dict[str, Any] = {"platform": "shopify", "account_id": "shop-1", "currency_code": "USD"}
PLAIN: dict[str, Any] = {"shipping": 0, "taxes": 0, "discounts": 0}


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    settings_and_plans(dbt_project)
    orders(dbt_project)
    order_lines_and_products(dbt_project)
    refunds(dbt_project)
    shop_totals(dbt_project)
    words_and_unknown_amounts(dbt_project)
    dbt_project.build(*COMMERCE)
    return dbt_project


def settings_and_plans(project: DbtProject) -> None:
    project.settings(as_of=AS_OF)
    project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "EUR", "to_currency": "USD", "rate": Decimal(rate),
         "rate_source": "bank"}
        for number, rate in [(1, "1.1"), (8, "1.2"), (15, "1.2"), (22, "1.2"), (29, "1.2")]
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": campaign, "plan_number": number, "name_en": campaign, "name_zh": campaign,
         "currency_code": "USD", "start_date": day(1, month), "end_date": day(30, month)}
        for number, (campaign, month) in enumerate([("spring", 6), ("summer", 7)])
    ])  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": 1, "match_field": "coupon_code",
         "like_pattern": "SPRING%"},
        {"marketing_campaign_id": "spring", "rule_number": 2, "match_field": "utm_campaign",
         "like_pattern": "spring sale"},
        {"marketing_campaign_id": "summer", "rule_number": 1, "match_field": "utm_campaign",
         "like_pattern": "summer%"},
    ])  # fmt: skip


def orders(project: DbtProject) -> None:
    mail = "https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=summer_mail"
    project.land("june.csv", [
        # Goods 100 of gross 120.
        shop_order("#1", "06-01 10:00", 120, customer_hash="a", shipping=10, taxes=10, discounts=20,
                   coupon_code="WELCOME, SPRING10", source="google / cpc", units=3),
        # 22 back are 20 of the goods and 2 of their taxes; restated below.
        shop_order("#2", "06-01 12:00", 55, customer_hash="b", shipping=0, taxes=5, discounts=0, refunds=22,
                   source="web", units=1),
        shop_order("#3", "06-02 09:00", 110, customer_hash="d", shipping=0, taxes=10, discounts=0,
                   refunds=110, cancelled_at=dt.datetime(2026, 6, 2, 18), units=1),
        # Its own column repeats what the refund export says.
        shop_order("#4", "06-03 09:00", 33, customer_hash="a", shipping=0, taxes=3, discounts=0, refunds=11,
                   units=1),
        shop_order("#5", "06-03 10:00", 100, customer_type="Returning", currency_code="EUR", units=2,
                   **PLAIN),
    ], dataset="order", level="order", exported_at="2026-06-10 00:00:00", **SHOP)  # fmt: skip
    project.land("july.csv", [
        shop_order("#2", "06-01 12:00", 55, customer_hash="b", shipping=0, taxes=5, discounts=0, refunds=33,
                   source="web", units=1),
        shop_order("#6", "07-05 08:00", 20, customer_hash="a", units=1, **PLAIN),
        # A file joined from two exports holds it twice.
        shop_order("#7", "07-06 08:00", 40, customer_hash="c", source=mail, units=1, **PLAIN),
        shop_order("#7", "07-06 08:00", 40, customer_hash="c", source=mail, units=1, **PLAIN),
        # A cancelled first order made nobody a customer in June.
        shop_order("#8", "07-06 09:00", 10, customer_hash="d", source="Organic: Google", units=1, **PLAIN),
    ], dataset="order", level="order", exported_at="2026-07-10 00:00:00", **SHOP)  # fmt: skip
    # Net sales only, and the words of the shop for its customers.
    project.land("woo orders.csv", [
        shop_order("w1", "06-02 10:00", None, net_sales=80, customer_type="new",
                   financial_status="completed"),
        shop_order("w2", "06-02 11:00", None, net_sales=70, customer_type="returning", source="Direct"),
        # A refund is one more row of the order; a joined file repeats it.
        shop_order("w2", "06-20 11:00", None, net_sales=-30),
        shop_order("w2", "06-20 11:00", None, net_sales=-30),
        shop_order("w2", "06-20 12:00", None, net_sales=-5),
        shop_order("w3", "06-08 11:00", None, net_sales=45, customer_type="new"),
        shop_order("w4", "06-02 12:00", None, net_sales=33, customer_type="new",
                   financial_status="wc-cancelled"),
    ], dataset="order", level="order", platform="woocommerce", account_id="w",
       currency_code="USD")  # fmt: skip


def order_lines_and_products(project: DbtProject) -> None:
    june: dict[str, Any] = {
        "dataset": "order_line",
        "level": "order_line",
        "exported_at": "2026-06-10 00:00:00",
    }
    project.land("june lines.csv", [
        {"day": day(1), "order_id": "#1", "sku": "S1", "product_name": "Tea - green", "units": 2,
         "unit_price": 40, "cost_of_goods": 30},
        {"day": day(1), "order_id": "#1", "sku": "S2", "product_name": "Cup", "units": 1, "unit_price": 40,
         "cost_of_goods": 20},
        {"day": day(1), "order_id": "#2", "sku": "S1", "product_name": "Tea - green", "units": 1,
         "unit_price": 45},
        {"day": day(1), "order_id": "#2", "sku": "S9", "product_name": "Bag", "units": 1, "unit_price": 5,
         "cost_of_goods": 1},
    ], **june, **SHOP)  # fmt: skip
    # The bag was taken out of the order: the newest export states all lines.
    project.land("july lines.csv", [
        {"day": day(1), "order_id": "#2", "sku": "S1", "product_name": "Tea - green", "units": 1,
         "unit_price": 50},
    ], **(june | {"exported_at": "2026-07-10 00:00:00"}), **SHOP)  # fmt: skip
    totals: dict[str, Any] = {
        "dataset": "order_line",
        "level": "product",
        "exported_at": "2026-07-10 00:00:00",
    }
    project.land("products.csv", [
        {"period_start": day(1), "period_end": day(4), "product_id": "P1", "product_name": "Tea", "sku": "S1",
         "units": 7, "revenue": 90, "net_sales": 81, "refunds": 10},
        {"period_start": day(1), "period_end": day(4), "product_id": "P1", "product_name": "Tea", "sku": "S3",
         "units": 3, "revenue": 11, "net_sales": 9, "refunds": 0},
        {"period_start": day(1), "period_end": day(4), "revenue": 5},
    ], **totals, **SHOP)  # fmt: skip
    # The same product and days without variants, and a cut by category: neither is added.
    project.land("products again.csv", [
        {"period_start": day(1), "period_end": day(4), "product_id": "P1", "product_name": "Tea", "units": 10,
         "revenue": 102, "net_sales": 90, "refunds": 10},
    ], **(totals | {"exported_at": "2026-07-11 00:00:00"}), **SHOP)  # fmt: skip
    project.land("categories.csv", [
        {"period_start": day(1), "period_end": day(4), "category": "Drinks", "units": 10, "revenue": 102},
    ], **(totals | {"level": "category"}), **SHOP)  # fmt: skip


def refunds(project: DbtProject) -> None:
    project.land("refunds.csv", [
        {"day": day(5), "order_id": "#4", "refund_id": "r1", "refunds": 11, "units": 1, "reason": "size"},
        {"day": day(6), "order_id": "X9", "refund_id": "r2", "refunds": 5},
    ], dataset="refund", level="refund", platform="shopify", currency_code="USD",
       exported_at="2026-06-10 00:00:00")  # fmt: skip
    project.land("refunds again.csv", [
        {"day": day(5), "order_id": "#4", "refund_id": "r1", "refunds": 11, "units": 1},
    ], dataset="refund", level="refund", platform="shopify", currency_code="USD",
       exported_at="2026-06-11 00:00:00")  # fmt: skip


def shop_totals(project: DbtProject) -> None:
    woo: dict[str, Any] = {"dataset": "order", "level": "day", "platform": "woocommerce", "account_id": "w",
                           "currency_code": "USD"}  # fmt: skip
    project.land("woo days.csv", [
        {"day": day(1), "orders": 3, "revenue": 300, "net_sales": 250, "refunds": 20, "cost_of_goods": 100},
        {"day": day(8), "orders": 1, "revenue": 50},
    ], **woo)  # fmt: skip
    project.land("woo week.csv", [
        {"period_start": day(1), "period_end": day(7), "orders": 17, "revenue": 1000, "net_sales": 900},
    ], **woo)  # fmt: skip
    project.land("woo coupons.csv", [
        {"period_start": day(1), "period_end": day(7), "orders": 9, "discounts": 90, "coupon_code": "X"},
    ], **(woo | {"level": "coupon"}))  # fmt: skip
    project.land("month.csv", [
        {"period_start": day(1), "period_end": day(30), "orders": 100, "revenue": 1000, "units": 7},
    ], dataset="order", level="day", platform="jd", account_id="j", currency_code="EUR")  # fmt: skip
    project.land("restated.csv", [{"day": day(1), "orders": 2, "revenue": 10}], dataset="order", level="day",
                 platform="tmall", account_id="t", currency_code="USD",
                 exported_at="2026-06-02 00:00:00")  # fmt: skip
    project.land("restated later.csv", [{"day": day(1), "orders": 3, "revenue": 15, "refunds": 4}],
                 dataset="order", level="day", platform="tmall", account_id="t", currency_code="USD",
                 exported_at="2026-06-03 00:00:00")  # fmt: skip


SOURCES = [
    # source as written → source, medium, campaign of the link, channel, marketing campaign
    ("https://x.example/?utm_source=News&utm_medium=EMAIL&utm_campaign=spring%20sale",
     ("news", "email", "spring sale", "email", "spring")),
    ("utm_source=news utm_medium=email", ("news", "email", None, "email", "(unassigned)")),
    ("https://x.example/?xutm_source=news",
     ("https://x.example/?xutm_source=news", None, None, "(unknown)", "(unassigned)")),
    ("https://x.example/?utm_campaign=spring+sale",
     ("https://x.example/?utm_campaign=spring+sale", None, "spring sale", "(unknown)", "spring")),
    ("N/A", ("n/a", None, None, "(unknown)", "(unassigned)")),
    ("iPhone / iPad", ("iphone / ipad", None, None, "(unknown)", "(unassigned)")),
    ("Point of Sale/Kiosk", ("point of sale/kiosk", None, None, "(unknown)", "(unassigned)")),
    ("Google/CPC", ("google", "cpc", None, "sem", "(unassigned)")),
    ("xiaohongshu / note / Spring Sale",
     ("xiaohongshu", "note", "Spring Sale", "organic_social", "spring")),
]  # fmt: skip
STATUSES = [
    # payment, delivery → cancelled
    ("partially cancelled", None, False), ("not cancelled", "shipped", False), (None, "部分取消", False),
    (None, "部分已取消", False), ("partially_refunded", "Cancelled", True), ("paid", "已取消", True),
]  # fmt: skip


def words_and_unknown_amounts(project: DbtProject) -> None:
    shop: dict[str, Any] = {"platform": "shopline", "account_id": "s", "currency_code": "USD"}
    project.land("shopline orders.csv", [
        # The export knows the customer from before its first order.
        shop_order("k1", "06-10 10:00", 55, customer_hash="z", customer_type="Returning customer", shipping=0,
                   taxes=5, discounts=0, cost_of_goods=20),
        shop_order("k2", "06-10 11:00", 20, customer_hash="z", customer_type="new", **PLAIN),
        # 22 went back, of which 2 are taxes.
        shop_order("n1", "06-14 10:00", 110, net_sales=100, shipping=0, taxes=10, discounts=0),
        shop_order("n1", "06-15 10:00", -22, net_sales=-20),
        *(shop_order(f"source {number}", "06-11 10:00", 1, source=source, **PLAIN)
          for number, (source, _) in enumerate(SOURCES)),
        *(shop_order(f"status {number}", "06-11 11:00", 1, financial_status=payment,
                     fulfillment_status=delivery, **PLAIN)
          for number, (payment, delivery, _) in enumerate(STATUSES)),
    ], dataset="order", level="order", **shop)  # fmt: skip
    project.land("shopline refunds.csv", [
        {"day": day(12), "order_id": "k1", "refund_id": "1", "refunds": 11},
        {"day": day(12), "order_id": "k1", "refund_id": "2", "units": 1},
        {"day": day(13), "order_id": "k2", "refund_id": "3", "refunds": 5},
    ], dataset="refund", level="refund", **shop)  # fmt: skip


def rows(project: DbtProject, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in project.query(sql)]


def test_good_data_pass_every_test(marts: DbtProject) -> None:
    assert marts.failures == {}


def test_each_order_counts_once_and_its_newest_statement_wins(marts: DbtProject) -> None:
    # #2: 33 of 55 refunded, so 30 of its goods of 50. #4: 10 of the goods of 30. #3 went back whole.
    assert rows(marts, "select order_id, revenue, refunds, net_revenue, is_cancelled from mart.fct_order"
                       " where platform = 'shopify' order by order_id") == [
        ("#1", 120, None, 100, False), ("#2", 55, 33, 20, False), ("#3", 110, 110, 0, True),
        ("#4", 33, 11, 20, False), ("#5", 110, None, 110, False), ("#6", 20, None, 20, False),
        ("#7", 40, None, 40, False), ("#8", 10, None, 10, False),
    ]  # fmt: skip


def test_gross_sales_follow_from_what_was_paid_and_costs_from_lines_that_all_have_one(
    marts: DbtProject,
) -> None:
    assert rows(marts, "select order_id, gross_sales, cost_of_goods, gross_profit from mart.fct_order"
                       " where order_id in ('#1', '#2', 'w1') order by order_id") == [
        ("#1", 120, 50, 50), ("#2", 50, None, None), ("w1", None, None, None),
    ]  # fmt: skip


def test_foreign_money_keeps_its_amount_beside_the_converted_one(marts: DbtProject) -> None:
    assert rows(marts, "select revenue_native, currency_code, fx_rate, fx_source, revenue from mart.fct_order"
                       " where order_id = '#5'") == [(100, "EUR", Decimal("1.1"), "bank", 110)]  # fmt: skip


def test_customers_are_new_once_by_history_else_by_the_words_of_the_shop(marts: DbtProject) -> None:
    told = dict(rows(marts, "select order_id, is_new_customer from mart.fct_order"
                            " where platform in ('shopify', 'woocommerce')"))  # fmt: skip
    assert {order for order, is_new in told.items() if is_new} == {"#1", "#2", "#7", "#8", "w1", "w3"}
    assert {order for order, is_new in told.items() if is_new is False} == {"#4", "#5", "#6", "w2"}
    assert {order for order, is_new in told.items() if is_new is None} == {"#3", "w4"}


def test_campaign_and_channel_of_an_order(marts: DbtProject) -> None:
    assert rows(marts, "select order_id, source, medium, utm_campaign, channel_id, marketing_campaign_id,"
                       " match_method from mart.fct_order"
                       " where order_id in ('#1', '#2', '#7', '#8', 'w2') order by order_id") == [
        ("#1", "google", "cpc", None, "sem", "spring", "coupon_code"),
        ("#2", "web", None, None, "(unknown)", "(unassigned)", "unassigned"),
        ("#7", "news", "email", "summer_mail", "email", "summer", "utm_campaign"),
        ("#8", "google", "organic", None, "seo", "(unassigned)", "unassigned"),
        ("w2", "(direct)", "(none)", None, "direct", "(unassigned)", "unassigned"),
    ]  # fmt: skip


def test_an_order_source_is_a_pair_only_where_it_names_a_medium(marts: DbtProject) -> None:
    assert rows(marts, "select source, medium, utm_campaign, channel_id, marketing_campaign_id"
                       " from mart.fct_order where order_id like 'source%' order by order_id") == [
        known for _, known in SOURCES
    ]  # fmt: skip


def test_what_is_cancelled_in_part_is_not_cancelled(marts: DbtProject) -> None:
    assert rows(marts, "select is_cancelled from mart.fct_order where order_id like 'status%'"
                       " order by order_id") == [(cancelled,) for *_, cancelled in STATUSES]  # fmt: skip


def test_whom_the_export_calls_returning_is_not_new_but_begins_a_cohort(marts: DbtProject) -> None:
    assert rows(marts, "select order_id, customer_order_number, is_new_customer from mart.fct_order"
                       " where customer_hash = 'z' order by order_id") == [
        ("k1", 1, False), ("k2", 2, False)]  # fmt: skip
    assert rows(marts, "select customers, active_customers, orders from mart.mart_customer_cohort_month"
                       " where platform = 'shopline' and month_number = 0") == [(1, 1, 2)]  # fmt: skip


def test_an_unknown_refund_leaves_the_amounts_unknown(marts: DbtProject) -> None:
    assert rows(marts, "select order_id, refunds, net_revenue, gross_profit from mart.fct_order"
                       " where customer_hash = 'z' order by order_id") == [
        ("k1", None, None, None), ("k2", 5, 15, None)]  # fmt: skip
    assert rows(marts, "select date_day, revenue, refunds_native, refunds, net_revenue"
                       " from mart.fct_shop_daily where platform = 'shopline' and day(date_day) <> 11"
                       " order by date_day") == [
        (day(10), 75, None, None, None), (day(12), None, None, None, None), (day(13), None, 5, 5, None),
        (day(14), 110, None, None, 80), (day(15), None, 22, 22, None),
    ]  # fmt: skip


def test_rows_below_zero_take_their_net_from_net_sales(marts: DbtProject) -> None:
    assert rows(marts, "select revenue, refunds, net_revenue from mart.fct_order"
                       " where order_id = 'n1'") == [(110, 22, 80)]  # fmt: skip


def test_the_newest_export_states_all_lines_of_an_order(marts: DbtProject) -> None:
    assert rows(marts, "select order_id, line_number, product_key, units, gross_sales, net_revenue,"
                       " gross_profit from mart.fct_order_line order by order_id, line_number") == [
        ("#1", 1, "P1", 2, 80, 80, 50), ("#1", 2, "S2", 1, 40, 40, 20), ("#2", 1, "P1", 1, 50, 50, None),
    ]  # fmt: skip


def test_products_have_one_key_however_they_are_named(marts: DbtProject) -> None:
    assert rows(marts, "select product_key, product_id, product_name, skus from mart.dim_product"
                       " where product_key <> '(no product)' order by product_key") == [
        ("P1", "P1", "Tea", 2), ("S2", None, "Cup", 1),
    ]  # fmt: skip


def test_product_totals_are_spread_and_never_added_to_another_cut(marts: DbtProject) -> None:
    assert rows(marts, "select product_key, count(*), sum(units), sum(revenue), sum(net_revenue),"
                       " bool_and(is_allocated) from mart.fct_product_daily group by 1 order by 1") == [
        ("(no product)", 4, None, 5, 5, True), ("P1", 4, 10, 102, 90, True),
    ]  # fmt: skip


def test_refunds_stand_at_their_day_and_once(marts: DbtProject) -> None:
    assert rows(marts, "select order_id, date_day, account_id, basis, refunds, is_order_cancelled"
                       " from mart.fct_refund where platform <> 'shopline' order by order_id") == [
        ("#2", day(1), "shop-1", "order", 33, False), ("#3", day(2), "shop-1", "order", 110, True),
        ("#4", day(5), "shop-1", "refund", 11, False), ("X9", day(6), "shop-1", "refund", 5, False),
        ("w2", day(20), "w", "return", 35, False),
    ]  # fmt: skip


def test_days_of_a_shop_without_totals_are_the_sum_of_its_orders(marts: DbtProject) -> None:
    """The cancelled order and its refund count nowhere; two currencies have no native sum."""
    assert rows(marts, "select date_day, orders, new_customer_orders, known_customer_orders, revenue_native,"
                       " currency_code, revenue, refunds, net_revenue, basis from mart.fct_shop_daily"
                       " where platform = 'shopify' and account_id = 'shop-1' order by date_day") == [
        (day(1), 2, 2, 2, 175, "USD", 175, 33, 120, "orders"),
        (day(3), 2, 0, 2, None, None, 143, None, 130, "orders"),
        (day(5), None, None, None, None, "USD", None, 11, None, "orders"),
        (day(6), None, None, None, None, "USD", None, 5, None, "orders"),
        (day(5, 7), 1, 0, 1, 20, "USD", 20, None, 20, "orders"),
        (day(6, 7), 2, 2, 2, 50, "USD", 50, None, 50, "orders"),
    ]  # fmt: skip


def test_a_days_total_stands_above_its_orders_and_a_week_fills_what_neither_knows(marts: DbtProject) -> None:
    """The week's 17 orders less 3 of the first day and 2 of the second's, over five days.

    Of revenue 300 are known, of net sales 250 + 80 + 70 − 35. The eighth holds as many orders as its total,
    so what the total does not say comes from them.
    """
    found = rows(marts, "select date_day, basis, is_allocated, orders, revenue, net_revenue, refunds,"
                        " new_customer_orders, gross_profit from mart.fct_shop_daily"
                        " where platform = 'woocommerce' order by date_day")  # fmt: skip
    assert found[:2] == [
        (day(1), "day_total", False, 3, 300, 250, 20, None, 150),
        (day(2), "orders", False, 2, None, 115, None, 1, None),
    ]
    week = found[2:7]
    assert [row[3] for row in week] == [2, 3, 2, 3, 2]
    assert {row[1:3] for row in week} == {("day_total", True)}
    assert {row[4] for row in week} == {140}
    assert {row[5] for row in week} == {107}
    assert found[7:] == [
        (day(8), "day_total", False, 1, 50, 45, None, 1, None),
        (day(20), "orders", False, None, None, None, 35, None, None),
    ]


def test_a_month_is_spread_to_the_last_cent(marts: DbtProject) -> None:
    assert rows(marts, "select count(*), sum(orders), sum(units), sum(revenue_native),"
                       " bool_and(is_allocated), max(revenue_native) - min(revenue_native) <= 0.000001"
                       " from mart.fct_shop_daily where platform = 'jd' and currency_code = 'EUR'") == [
        (30, 100, 7, 1000, True, True)
    ]  # fmt: skip
    # Seven days at 1.1 and 23 at 1.2: a thirtieth of 1000 a day.
    assert marts.value("select abs(sum(revenue) - (7 * 1.1 + 23 * 1.2) * 1000 / 30) < 0.001"
                       " from mart.fct_shop_daily where platform = 'jd'")  # fmt: skip


def test_a_restated_total_replaces_the_older_and_says_no_net_sales_of_its_own(marts: DbtProject) -> None:
    assert rows(marts, "select orders, revenue, refunds, net_revenue from mart.fct_shop_daily"
                       " where platform = 'tmall'") == [(3, 15, 4, None)]  # fmt: skip


def test_customers_hold_their_orders(marts: DbtProject) -> None:
    assert rows(marts, "select customer_hash, first_order_day, first_order_id, first_channel_id,"
                       " last_order_day, orders, net_revenue, gross_profit from mart.dim_customer"
                       " where platform = 'shopify' order by customer_hash") == [
        ("a", day(1), "#1", "sem", day(5, 7), 3, 140, None),
        ("b", day(1), "#2", "(unknown)", day(1), 1, 20, None),
        ("c", day(6, 7), "#7", "email", day(6, 7), 1, 40, None),
        ("d", day(6, 7), "#8", "seo", day(6, 7), 1, 10, None),
    ]  # fmt: skip


def test_cohorts_run_to_the_report_date(marts: DbtProject) -> None:
    assert rows(marts, "select channel_id, month_number, customers, active_customers, orders, net_revenue,"
                       " gross_profit, cumulative_net_revenue, ltv, is_complete"
                       " from mart.mart_customer_cohort_month where cohort_month = date '2026-06-01'"
                       " and platform = 'shopify'"
                       " order by channel_id, month_number") == [
        ("(unknown)", 0, 1, 1, 1, 20, None, 20, 20.0, True),
        ("(unknown)", 1, 1, 0, 0, 0, 0, 20, 20.0, True),
        ("(unknown)", 2, 1, 0, 0, 0, 0, 20, 20.0, False),
        ("sem", 0, 1, 1, 2, 120, None, 120, 120.0, True),
        ("sem", 1, 1, 1, 1, 20, None, 140, 140.0, True),
        ("sem", 2, 1, 0, 0, 0, 0, 140, 140.0, False),
    ]  # fmt: skip


def test_the_chinese_views_answer(marts: DbtProject) -> None:
    assert marts.value("select sum(订单数) from zh.店铺每日 where 平台 = 'shopify'") == 7
    assert marts.value("select max(客均累计净收入) from zh.顾客同期群月度") == 140
