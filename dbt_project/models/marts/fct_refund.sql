with
    refund as (select * from {{ ref("int_refund") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            refund.platform,
            refund.account_id,
            refund.order_id,
            refund.refund_id,
            refund.sku,
            refund.date_day,
            refund.basis,
            refund.refunded_at,
            refund.reason,
            refund.is_order_cancelled,
            refund.units,
            {{ money_triples("refund", ["refunds"]) }},
            refund.file_id
        from refund
        left join fx on refund.date_day = fx.date_day and refund.currency_code = fx.currency_code
    )

select *
from final
