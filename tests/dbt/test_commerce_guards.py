"""The tests of orders and shops notice what they are for.

What is here: bad data in the lake and falsified tables in the build file. What is not: known answers of good
data (``test_commerce_marts.py``).
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DbtProject
from .test_commerce_marts import PLAIN, day, shop_order

ORDER_GUARDS = (
    "orders_count_once", "orders_stated_once_per_file", "order_lines_sum_to_gross_sales",
    "order_amounts_make_the_revenue", "order_refunds_within_revenue", "order_net_revenue_fits_revenue",
    "order_cost_leaves_gross_profit", "order_currency_and_rate_are_known",
    "order_line_currency_and_rate_are_known", "refund_currency_and_rate_are_known", "refunds_count_once",
    "commerce_rows_reach_the_facts",
)  # fmt: skip
SHOP_GUARDS = (
    "shop_days_tie_to_orders", "shop_periods_tie", "shop_day_totals_reach_the_fact",
    "shop_currency_and_rate_are_known",
    "shop_new_customers_within_orders", "product_currency_and_rate_are_known", "products_are_known",
    "product_periods_reach_the_fact",
    "cohort_month_0_is_all_new_customers", "cohorts_hold_their_active_customers",
)  # fmt: skip
GUARDS = ORDER_GUARDS + SHOP_GUARDS
WARNINGS = {
    "orders_stated_once_per_file", "order_lines_sum_to_gross_sales", "order_amounts_make_the_revenue",
    "order_refunds_within_revenue", "order_net_revenue_fits_revenue",
    "product_periods_reach_the_fact",
}  # fmt: skip


def fill(project: DbtProject) -> None:
    """One shop in order; the others each break one rule."""
    project.settings(as_of="2026-06-22")

    def land(platform: str, *rows: dict[str, Any], **common: Any) -> None:
        whole = {"dataset": "order", "level": "order", "platform": platform, "account_id": "1",
                 "currency_code": "USD"}  # fmt: skip
        name = f"{platform} {common.get('dataset', 'order')} {common.get('account_id', 1)}"
        project.land(name, rows, **(whole | common))

    good = [shop_order(f"g{number}", f"06-0{number} 10:00", 10 * number, customer_hash=str(number), **PLAIN)
            for number in (1, 2, 3)]  # fmt: skip
    land("good", *good)
    land("good", {"day": day(1), "order_id": "g1", "sku": "s", "units": 1, "unit_price": 10},
         dataset="order_line", level="order_line")  # fmt: skip
    land("good", {"day": day(4), "order_id": "g3", "refund_id": "r", "refunds": 3}, dataset="refund")
    land("period", {"period_start": day(1), "period_end": day(7), "orders": 70, "revenue": 700}, level="day")
    land("total", {"day": day(1), "orders": 7, "revenue": 70}, level="day")

    land("sums", shop_order("s1", "06-01 10:00", 90, gross_sales=100, **PLAIN))
    land("lines", shop_order("l1", "06-01 10:00", 90, **PLAIN))
    land("lines", {"day": day(1), "order_id": "l1", "sku": "s", "units": 2, "unit_price": 50},
         dataset="order_line", level="order_line")  # fmt: skip
    land("more", shop_order("m1", "06-01 10:00", 90, refunds=95, **PLAIN))
    land("net", shop_order("n1", "06-01 10:00", 90, net_sales=20, **PLAIN))
    land("differ", shop_order("d1", "06-01 10:00", 90), shop_order("d1", "06-01 10:00", 80))
    for account in ("1", "2", None):
        land("twice", shop_order("t1", "06-01 10:00", 90), account_id=account)

    # 500 went back in a currency without a rate, of which the refunds tell 30.
    land("untold", {"day": day(1), "orders": 7, "refunds": 500}, level="day", currency_code="XXX")
    land("untold", {"day": day(1), "order_id": "u1", "refund_id": "u", "refunds": 30}, dataset="refund")
    # The days own the week, and do not tell of the cup.
    land("week", *({"day": day(number), "product_id": "tea", "units": 1} for number in (1, 2)),
         {"period_start": day(1), "period_end": day(2), "product_id": "tea", "units": 2},
         {"period_start": day(1), "period_end": day(2), "product_id": "cup", "units": 4},
         dataset="order_line", level="product")  # fmt: skip

    mute = {"currency_code": None}
    land("mute", shop_order("x1", "06-01 10:00", 90), **mute)
    land("mute", {"day": day(1), "order_id": "x1", "sku": "s", "gross_sales": 90}, dataset="order_line",
         level="order_line", **mute)  # fmt: skip
    land("mute", {"day": day(1), "order_id": "x2", "refunds": 1}, dataset="refund", **mute)
    land("rateless", {"day": day(9), "product_id": "p", "revenue": 9}, dataset="order_line", level="product",
         currency_code="EUR")  # fmt: skip


@pytest.fixture(scope="module")
def guarded(dbt_project: DbtProject) -> DbtProject:
    """Built without looking at tests, then falsified, then tested."""
    fill(dbt_project)
    dbt_project.build(
        "+fct_order_line", "+fct_refund", "+fct_shop_daily", "+fct_product_daily", "+dim_product",
        "+mart_customer_cohort_month", tested=False,
    )  # fmt: skip
    assert dbt_project.failures == {}
    dbt_project.tamper(
        "update mart.fct_shop_daily set revenue = revenue + 0.01"
        " where platform = 'good' and date_day = '2026-06-01'",
        "delete from mart.fct_shop_daily where platform = 'good' and date_day = '2026-06-02'",
        "update mart.fct_shop_daily set refunds = 9 where platform = 'good' and date_day = '2026-06-04'",
        "update mart.fct_shop_daily set new_customer_orders = 2"
        " where platform = 'good' and date_day = '2026-06-03'",
        "update mart.fct_shop_daily set revenue_native = 71 where platform = 'total'",
        "update core.int_shop_total_daily set revenue = revenue + 0.01"
        " where platform = 'period' and date_day = '2026-06-03'",
        "update core.int_order set gross_profit = 1, cost_of_goods = 1 where order_id = 'g1'",
        "delete from mart.fct_order_line where order_id = 'g1'",
        "update mart.fct_refund set refunds_native = 4 where order_id = 'g3'",
        "delete from mart.dim_product where platform = 'rateless'",
        "update mart.mart_customer_cohort_month set customers = 2, active_customers = 3"
        " where platform = 'good'",
    )
    dbt_project.build(*GUARDS, command="test")
    return dbt_project


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    """dbt numbers the names of generic tests."""
    found = {unique_id.split(".")[2]: text for unique_id, text in guarded.failures.items()}
    assert found[guard].startswith("warn" if guard in WARNINGS else "fail")


def test_the_rules_are_reported_where_they_break(guarded: DbtProject) -> None:
    def where(test: str, column: str = "platform") -> set[Any]:
        return {row[column] for row in guarded.query(guarded.compiled[test])}

    assert where("orders_count_once", "account_id") == {"1", "2"}
    assert where("orders_stated_once_per_file") == {"differ"}
    assert where("order_lines_sum_to_gross_sales") == {"lines"}
    assert where("order_amounts_make_the_revenue") == {"sums"}
    assert where("order_refunds_within_revenue") == {"more"}
    assert where("order_net_revenue_fits_revenue") == {"net"}
    assert where("order_cost_leaves_gross_profit", "order_id") == {"g1"}
    assert where("refunds_count_once", "order_id") == {"g3"}
    assert where("commerce_rows_reach_the_facts", "what") == {"lines", "units of lines", "refunds"}
    assert where("shop_days_tie_to_orders", "date_day") == {day(1), day(2), day(4)}
    assert where("shop_periods_tie") == {"period"}
    assert where("shop_day_totals_reach_the_fact") == {"total"}
    assert where("shop_new_customers_within_orders", "date_day") == {day(3)}
    assert where("products_are_known") == {"rateless"}
    assert where("product_periods_reach_the_fact", "product_key") == {"cup"}
    assert where("cohort_month_0_is_all_new_customers") == {"good"}


def test_messages_name_the_order_and_the_way_out(guarded: DbtProject) -> None:
    assert guarded.messages("order_lines_sum_to_gross_sales") == {
        "lines of order l1 of lines do not add up to its gross sales"
    }
    assert "order t1 of twice is known with account 2 and without one: name the account of the export" in (
        guarded.messages("orders_count_once")
    )
    assert guarded.messages("order_currency_and_rate_are_known") == {
        "currency of mute account 1 is unknown: name it in mkt.yml"
    }
    assert guarded.messages("product_currency_and_rate_are_known") == {
        "no rate EUR to USD for 2026-06-09 or the 7 days before: add it to fx_rates.csv"
    }


def test_a_stated_total_without_a_rate_is_not_replaced_by_a_part_of_it(guarded: DbtProject) -> None:
    (row,) = guarded.query(
        "select refunds_native, currency_code, refunds from mart.fct_shop_daily where platform = 'untold'"
    )
    assert tuple(row.values()) == (500, "XXX", None)
