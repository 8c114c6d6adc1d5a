{%- set amounts = ["unit_price"] + order_line_amounts() %}
with
    line as (select * from {{ ref("int_order_line") }}),

    shop_order as (select * from {{ ref("int_order") }}),

    product as (select * from {{ ref("int_product") }}),

    -- A line belongs to its order's day, whatever it says itself.
    dated as (
        select
            line.*,
            coalesce(shop_order.date_day, line.date_day) as order_day,
            coalesce(line.currency_code, shop_order.currency_code) as known_currency_code,
            shop_order.is_cancelled,
            shop_order.marketing_campaign_id,
            shop_order.channel_id
        from line
        left join
            shop_order
            on line.platform = shop_order.platform
            and line.account_id = shop_order.account_id
            and line.order_id = shop_order.order_id
    ),

    settled as (
        select
            platform,
            account_id,
            order_id,
            line_number,
            order_day as date_day,
            ordered_at,
            product_id,
            sku,
            product_name,
            variant,
            category,
            vendor,
            coalesce(channel_id, '(unknown)') as channel_id,
            coalesce(marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            is_cancelled,
            units,
            {%- for name in amounts %} {{ name }}, {%- endfor %}
            known_currency_code as currency_code,
            file_id
        from dated
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            settled.platform,
            settled.account_id,
            settled.order_id,
            settled.line_number,
            settled.date_day,
            settled.ordered_at,
            product.product_key,
            settled.product_id,
            settled.sku,
            settled.product_name,
            settled.variant,
            settled.category,
            settled.vendor,
            settled.channel_id,
            settled.marketing_campaign_id,
            settled.is_cancelled,
            settled.units,
            {{ money_triples("settled", amounts) }},
            settled.file_id
        from settled
        left join
            product
            on settled.platform = product.platform
            and settled.account_id = product.account_id
            and coalesce(settled.product_id, '') = product.product_id
            and coalesce(settled.sku, '') = product.sku
            and coalesce(settled.product_name, '') = product.product_name
        left join fx on settled.date_day = fx.date_day and settled.currency_code = fx.currency_code
    )

select *
from final
