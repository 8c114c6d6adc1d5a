-- A refund without an id is known by its order, day and goods.
with
    {{
        newest_statement_ctes(
            "refund",
            dimensions=["order_key", "refund_key", "sku_key", "day_key"],
            derived={
                "order_key": "coalesce(trim(with_account.order_id), '')",
                "refund_key": "coalesce(trim(with_account.refund_id), '')",
                "sku_key": "coalesce(trim(with_account.sku), '')",
                "day_key": "case when coalesce(trim(with_account.refund_id), '') = '' then with_account.period_start end",
            },
            attributes=["reason", "period_start", "refunded_at"],
            sums=merged(count_sums(["units"]), money_sums(["refunds"])),
        )
    }},

    final as (
        select
            platform,
            account_id,
            order_key as order_id,
            refund_key as refund_id,
            sku_key as sku,
            period_start as date_day,
            refunded_at,
            nullif(trim(reason), '') as reason,
            units,
            refunds,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
