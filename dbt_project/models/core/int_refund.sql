-- Refunds, each once: the refund exports where they hold any of an order, else its rows below
-- zero, else what the order itself says has been refunded, dated at the order because it tells no
-- day.
{%- set key = ["order_id", "refund_id", "sku", "date_day"] %}
with
    stated as (
        select
            platform,
            account_id,
            order_id,
            refund_id,
            sku,
            date_day,
            'refund' as basis,
            refunded_at,
            reason,
            units,
            refunds,
            cast(null as decimal(18, 6)) as net_refunds,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from {{ ref("stg_refund") }}
        union all
        select
            platform,
            account_id,
            order_id,
            '' as refund_id,
            '' as sku,
            date_day,
            'return' as basis,
            max(returned_at) as refunded_at,
            cast(null as varchar(1)) as reason,
            {{ count_type("sum(units)") }} as units,
            {{ money("sum(refunds)") }} as refunds,
            {{ money("sum(net_refunds)") }} as net_refunds,
            max(currency_code) as currency_code,
            max(file_id) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from {{ ref("stg_order_return") }}
        group by platform, account_id, order_id, date_day
    ),

    shop_order as (select * from {{ ref("stg_order") }}),

    sole_order as (
        select platform, order_id, max(account_id) as account_id
        from shop_order
        group by platform, order_id
        having count(*) = 1
    ),

    sole_shop as (
        select platform, max(account_id) as account_id
        from shop_order
        group by platform
        having count(distinct account_id) = 1
    ),

    settled as (
        select
            stated.*,
            case
                when stated.account_id = '(unknown)'
                then coalesce(sole_order.account_id, sole_shop.account_id, stated.account_id)
                else stated.account_id
            end as known_account_id
        from stated
        left join
            sole_order
            on stated.platform = sole_order.platform
            and stated.order_id = sole_order.order_id
        left join sole_shop on stated.platform = sole_shop.platform
    ),

    -- Refund exports stand before rows below zero, as 'refund' does before 'return'.
    from_one_source as (
        select *
        from settled
        qualify
            basis = min(basis) over (partition by platform, known_account_id, order_id)
            or order_id = ''
    ),

    with_account as (
        select *
        from from_one_source
        qualify
            row_number() over (
                partition by platform, known_account_id, basis, {{ key | join(", ") }}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
    ),

    refunded_order as (
        select distinct platform, known_account_id as account_id, order_id from with_account
    ),

    final as (
        select
            with_account.platform,
            with_account.known_account_id as account_id,
            with_account.order_id,
            with_account.refund_id,
            with_account.sku,
            with_account.date_day,
            with_account.basis,
            with_account.refunded_at,
            with_account.reason,
            with_account.units,
            with_account.refunds,
            with_account.net_refunds,
            coalesce(with_account.currency_code, shop_order.currency_code) as currency_code,
            coalesce(shop_order.is_cancelled, false) as is_order_cancelled,
            with_account.file_id
        from with_account
        left join
            shop_order
            on with_account.platform = shop_order.platform
            and with_account.known_account_id = shop_order.account_id
            and with_account.order_id = shop_order.order_id
        union all
        select
            shop_order.platform,
            shop_order.account_id,
            shop_order.order_id,
            '' as refund_id,
            '' as sku,
            shop_order.date_day,
            'order' as basis,
            cast(null as timestamp) as refunded_at,
            cast(null as varchar(1)) as reason,
            cast(null as bigint) as units,
            shop_order.refunds,
            cast(null as decimal(18, 6)) as net_refunds,
            shop_order.currency_code,
            shop_order.is_cancelled as is_order_cancelled,
            shop_order.file_id
        from shop_order
        left join
            refunded_order
            on shop_order.platform = refunded_order.platform
            and shop_order.account_id = refunded_order.account_id
            and shop_order.order_id = refunded_order.order_id
        where shop_order.refunds <> 0 and refunded_order.order_id is null
    )

select *
from final
