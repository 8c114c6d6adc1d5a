{%- set amounts = order_line_amounts() %}
with
    product_day as (select * from {{ ref("int_product_total_daily") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            product_day.date_day,
            product_day.platform,
            product_day.account_id,
            product_day.product_key,
            product_day.is_allocated,
            product_day.units,
            product_day.pageviews,
            {{ money_triples("product_day", amounts) }},
            product_day.file_id
        from product_day
        left join
            fx
            on product_day.date_day = fx.date_day
            and product_day.currency_code = fx.currency_code
    )

select *
from final
