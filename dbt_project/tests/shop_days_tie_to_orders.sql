-- A day of a shop that is the sum of its orders is that sum, and every order that was not
-- cancelled is in the day of its shop, unless the shop's own total stands there. So are its
-- refunds, at their own day.
{{ config(meta={"dagster": {"ref": {"name": "fct_shop_daily"}}}) }}
{%- set measures = ["revenue_native", "revenue", "net_revenue", "gross_profit", "units"] %}
with
    shop_day as (select * from {{ ref("fct_shop_daily") }}),

    order_day as (
        select
            date_day,
            platform,
            account_id,
            count(*) as orders,
            min(currency_code) as first_currency,
            max(currency_code) as last_currency
            {%- for name in measures %}
                , sum({{ name }}) as {{ name }}, count({{ name }}) as {{ name }}_orders
            {%- endfor %}
        from {{ ref("fct_order") }}
        where not is_cancelled
        group by date_day, platform, account_id
    ),

    refund_day as (
        select date_day, platform, account_id, {{ whole_sum("refunds") }} as refunds
        from {{ ref("fct_refund") }}
        where not is_order_cancelled
        group by date_day, platform, account_id
    )

select
    order_day.date_day,
    order_day.platform,
    order_day.account_id,
    order_day.orders,
    shop_day.orders as shop_orders,
    'the day of the shop is not the sum of its orders' as message
from order_day
left join
    shop_day
    on order_day.date_day = shop_day.date_day
    and order_day.platform = shop_day.platform
    and order_day.account_id = shop_day.account_id
where
    shop_day.basis is null
    or shop_day.basis = 'orders'
    and (
        coalesce(shop_day.orders, -1) <> order_day.orders
        {%- for name in measures %}
            or coalesce(
                abs(shop_day.{{ name }} - order_day.{{ name }}) > 0.000001,
                order_day.{{ name }}_orders = order_day.orders
                {%- if name == "revenue_native" %}
                    and order_day.first_currency = order_day.last_currency
                {%- endif %}
            )
        {%- endfor %}
    )
union all
select
    refund_day.date_day,
    refund_day.platform,
    refund_day.account_id,
    null as orders,
    null as shop_orders,
    'the day of the shop does not hold its refunds' as message
from refund_day
left join shop_day on {{ same("shop_day", "refund_day", ["date_day", "platform", "account_id"]) }}
where
    shop_day.basis is null
    or (shop_day.basis = 'orders' and shop_day.refunds is distinct from refund_day.refunds)
