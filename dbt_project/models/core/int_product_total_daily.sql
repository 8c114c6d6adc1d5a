{%- set counts = ["units", "pageviews"] %}
{%- set amounts = order_line_amounts() | reject("equalto", "gross_profit") | list %}
with
    stated as (
        select *, coalesce(net_sales, revenue - coalesce(taxes, 0)) as net_revenue
        from {{ ref("stg_product_period") }}
    ),

    product as (select * from {{ ref("int_product") }}),

    statement as (
        select
            stated.platform,
            stated.account_id,
            product.product_key,
            stated.period_start,
            stated.period_end,
            {%- for name in counts %}
                {{ count_type(whole_sum("stated." ~ name)) }} as {{ name }},
            {%- endfor %}
            {%- for name in amounts %}
                {{ money(whole_sum("stated." ~ name)) }} as {{ name }},
            {%- endfor %}
            max(stated.file_id) as file_id
        from stated
        inner join
            product
            on stated.platform = product.platform
            and stated.account_id = product.account_id
            and stated.product_id = product.product_id
            and stated.sku = product.sku
            and stated.product_name = product.product_name
        group by
            stated.platform,
            stated.account_id,
            product.product_key,
            stated.period_start,
            stated.period_end
    ),

    currency as (
        select platform, account_id, file_id, max(currency_code) as currency_code
        from stated
        group by platform, account_id, file_id
    ),

    {{
        days_of_periods_ctes(
            "statement",
            owner=["platform", "account_id"],
            dimensions=["product_key"],
            counts=counts,
            amounts=amounts,
        )
    }},

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.account_id,
            by_day.product_key,
            by_day.is_allocated,
            {%- for name in counts + amounts %} by_day.{{ name }}, {%- endfor %}
            {{ money("by_day.net_revenue - by_day.cost_of_goods") }} as gross_profit,
            currency.currency_code,
            by_day.file_id
        from by_day
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.account_id = currency.account_id
            and by_day.file_id = currency.file_id
    )

select *
from final
