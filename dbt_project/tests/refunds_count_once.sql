-- What an order was refunded is the sum of its refunds, from one source; unknown where one of them
-- is.
{{ config(meta={"dagster": {"ref": {"name": "fct_refund"}}}) }}
with
    refunded as (
        select
            platform,
            account_id,
            order_id,
            {{ whole_sum("refunds_native") }} as refunds,
            count(distinct basis) as sources,
            min(currency_code) as first_currency,
            max(currency_code) as last_currency
        from {{ ref("fct_refund") }}
        where order_id <> ''
        group by platform, account_id, order_id
    ),

    shop_order as (select * from {{ ref("fct_order") }})

select
    refunded.platform,
    refunded.account_id,
    refunded.order_id,
    concat(
        'refunds of order ', refunded.order_id, ' of ', refunded.platform, ' do not tie'
    ) as message
from refunded
left join
    shop_order
    on refunded.platform = shop_order.platform
    and refunded.account_id = shop_order.account_id
    and refunded.order_id = shop_order.order_id
where
    refunded.sources > 1
    or (
        shop_order.order_id is not null
        and refunded.first_currency = refunded.last_currency
        and refunded.first_currency = shop_order.currency_code
        and shop_order.refunds_native is distinct from refunded.refunds
    )
