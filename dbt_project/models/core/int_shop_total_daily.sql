-- What a shop's own totals say of its days: a day's total stands; a period's total gives the days
-- without one, and without orders, what is left of it.
{%- set amounts = shop_amounts() %}
with
    total as (
        select
            *,
            net_sales as net_revenue,
            {{ money("net_sales - cost_of_goods") }} as gross_profit,
            false as is_of_orders
        from {{ ref("stg_shop_period") }}
    ),

    shop_order as (select * from {{ ref("int_order") }} where not is_cancelled),

    day_total as (
        select distinct platform, account_id, period_start as date_day
        from total
        where period_start = period_end
    ),

    -- Days of which only orders are known, so that no period states them again.
    order_day as (
        select
            shop_order.platform,
            shop_order.account_id,
            shop_order.date_day,
            count(*) as orders,
            {{ whole_sum("shop_order.units") }} as units,
            {%- for name in amounts %}
                {{ whole_sum("shop_order." ~ name) }} as {{ name }},
            {%- endfor %}
            max(shop_order.file_id) as file_id
        from shop_order
        left join
            day_total
            on shop_order.platform = day_total.platform
            and shop_order.account_id = day_total.account_id
            and shop_order.date_day = day_total.date_day
        where day_total.date_day is null
        group by shop_order.platform, shop_order.account_id, shop_order.date_day
    ),

    statement as (
        select
            platform,
            account_id,
            period_start,
            period_end,
            orders,
            units,
            {%- for name in amounts %} {{ name }}, {%- endfor %}
            file_id
        from total
        union all
        select
            platform,
            account_id,
            date_day as period_start,
            date_day as period_end,
            {{ count_type("orders") }} as orders,
            {{ count_type("units") }} as units,
            {%- for name in amounts %} {{ money(name) }} as {{ name }}, {%- endfor %}
            file_id
        from order_day
    ),

    currency as (
        select platform, account_id, file_id, max(currency_code) as currency_code
        from total
        group by platform, account_id, file_id
    ),

    {{
        days_of_periods_ctes(
            "statement",
            owner=["platform", "account_id"],
            dimensions=[],
            counts=["orders", "units"],
            amounts=amounts,
        )
    }},

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.account_id,
            by_day.is_allocated,
            by_day.orders,
            by_day.units,
            {%- for name in amounts %} by_day.{{ name }}, {%- endfor %}
            currency.currency_code,
            by_day.file_id
        from by_day
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.account_id = currency.account_id
            and by_day.file_id = currency.file_id
        left join
            order_day
            on by_day.platform = order_day.platform
            and by_day.account_id = order_day.account_id
            and by_day.date_day = order_day.date_day
        where order_day.date_day is null
    )

select *
from final
