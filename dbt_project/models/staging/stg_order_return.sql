-- Some shops (WooCommerce) write a refund as one more row of the order, below zero, at the moment
-- of the refund. Such a row is no order.
with
    {{
        newest_statement_ctes(
            "order",
            dimensions=["order_id", "returned_at"],
            derived={
                "returned_at": "coalesce(with_account.ordered_at, cast(with_account.period_start as timestamp))"
            },
            attributes=["period_start"],
            sums={
                "units": "max(abs(units))",
                "refunds": "max(- coalesce(revenue, net_sales))",
                "net_refunds": "max(- coalesce(net_sales, revenue))",
            },
            where="order_id is not null and coalesce(revenue, net_sales, 0) < 0",
        )
    }},

    final as (
        select
            platform,
            account_id,
            order_id,
            returned_at,
            period_start as date_day,
            units,
            refunds,
            net_refunds,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
