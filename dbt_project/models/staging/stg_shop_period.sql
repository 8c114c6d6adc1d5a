-- Totals of a shop by day or period. Totals by coupon, source or country are parts of them.
with
    {{
        newest_statement_ctes(
            "order",
            dimensions=["period_start", "period_end"],
            sums=merged(
                count_sums(["orders", "units"]),
                money_sums(
                    [
                        "gross_sales",
                        "discounts",
                        "shipping",
                        "taxes",
                        "revenue",
                        "net_sales",
                        "refunds",
                        "cost_of_goods",
                    ]
                ),
            ),
            where="order_id is null and coupon_code is null and source is null and country is null",
        )
    }},

    final as (
        select
            platform,
            account_id,
            period_start,
            period_end,
            orders,
            units,
            gross_sales,
            discounts,
            shipping,
            taxes,
            revenue,
            net_sales,
            refunds,
            cost_of_goods,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
