{%- set amounts = order_amounts() %}
with
    shop_order as (select * from {{ ref("int_order") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            shop_order.platform,
            shop_order.account_id,
            shop_order.order_id,
            shop_order.date_day,
            shop_order.ordered_at,
            shop_order.customer_hash,
            shop_order.customer_order_number,
            shop_order.is_new_customer,
            shop_order.coupon_code,
            shop_order.source,
            shop_order.medium,
            shop_order.utm_campaign,
            shop_order.channel_id,
            shop_order.marketing_campaign_id,
            shop_order.match_method,
            shop_order.country,
            shop_order.financial_status,
            shop_order.fulfillment_status,
            shop_order.payment_method,
            shop_order.is_cancelled,
            shop_order.units,
            {{ money_triples("shop_order", amounts) }},
            shop_order.file_id
        from shop_order
        left join
            fx on shop_order.date_day = fx.date_day and shop_order.currency_code = fx.currency_code
    )

select *
from final
