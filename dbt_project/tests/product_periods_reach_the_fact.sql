-- A product of a longer period that no finer export of its days names is in no day of the fact: the
-- finer periods own the days. A warning: a finer export may leave out small products.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_product_daily"}}}) }}
{%- set key = ["platform", "account_id", "product_key"] %}
with
    period as (
        select
            {{ of("product", key) }},
            stated.period_start,
            stated.period_end,
            sum(stated.units) as units,
            sum(coalesce(stated.net_sales, stated.revenue)) as amount
        from {{ ref("stg_product_period") }} as stated
        inner join
            {{ ref("int_product") }} as product
            on {{
                same(
                    "stated",
                    "product",
                    ["platform", "account_id", "product_id", "sku", "product_name"],
                )
            }}
        group by {{ of("product", key) }}, stated.period_start, stated.period_end
    )

select
    {{ of("period", key) }},
    period.period_start,
    period.period_end,
    period.units,
    period.amount,
    concat(
        period.product_key,
        ' of ',
        period.platform,
        ' ',
        period.account_id,
        ' from ',
        cast(period.period_start as varchar(10)),
        ' to ',
        cast(period.period_end as varchar(10)),
        ' is missing from the finer exports of its days and counts on none of them'
    ) as message
from period
left join
    {{ ref("fct_product_daily") }} as product_day
    on {{ same("product_day", "period", key) }}
    and product_day.date_day between period.period_start and period.period_end
where product_day.date_day is null and (period.units <> 0 or period.amount <> 0)
