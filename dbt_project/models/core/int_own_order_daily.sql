-- What the shops sold, by campaign and channel. Orders carry both; what a shop's day total says
-- beyond its orders belongs to no campaign and no known channel, so that all rows of a day
-- together are the day of the shop. A day's profit beyond its orders is known only if theirs is.
-- Refunds belong to the day of the refund.
{%- set slice = [
    "date_day",
    "platform",
    "account_id",
    "marketing_campaign_id",
    "channel_id",
] %}
{%- set order_measures = [
    "orders",
    "new_customers",
    "revenue",
    "net_revenue",
    "gross_profit",
] %}
{%- set measures = order_measures + ["refunds", "new_customer_revenue"] %}
with
    shop_order as (select * from {{ ref("fct_order") }}),

    shop_day as (select * from {{ ref("fct_shop_daily") }}),

    order_day as (
        select
            {{ slice | join(", ") }},
            count(*) as orders,
            sum(
                case when is_new_customer then 1 when not is_new_customer then 0 end
            ) as new_customers,
            {%- for name in ["revenue", "net_revenue", "gross_profit"] %}
                {{ whole_sum(name) }} as {{ name }},
            {%- endfor %}
            sum(
                case when is_new_customer then revenue when not is_new_customer then 0 end
            ) as new_customer_revenue
        from shop_order
        where not is_cancelled
        group by {{ slice | join(", ") }}
    ),

    refund_day as (
        select
            refund.date_day,
            refund.platform,
            refund.account_id,
            coalesce(shop_order.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            coalesce(shop_order.channel_id, '(unknown)') as channel_id,
            -- A part of a day's refunds is not its refunds.
            case when count(shop_day.refunds) > 0 then sum(refund.refunds) end as refunds
        from {{ ref("fct_refund") }} as refund
        left join
            shop_order on {{ same("refund", "shop_order", ["platform", "account_id", "order_id"]) }}
        left join
            shop_day on {{ same("refund", "shop_day", ["date_day", "platform", "account_id"]) }}
        where not refund.is_order_cancelled
        group by
            refund.date_day,
            refund.platform,
            refund.account_id,
            coalesce(shop_order.marketing_campaign_id, '(unassigned)'),
            coalesce(shop_order.channel_id, '(unknown)')
    ),

    stated as (
        select
            {{ slice | join(", ") }},
            {{ order_measures | join(", ") }},
            cast(null as decimal(18, 6)) as refunds,
            new_customer_revenue
        from order_day
        union all
        select
            {{ slice | join(", ") }},
            {%- for name in order_measures %} null as {{ name }}, {%- endfor %}
            refunds,
            null as new_customer_revenue
        from refund_day
    ),

    by_shop as (
        select
            date_day,
            platform,
            account_id,
            bool_or(orders is not null and gross_profit is null) as has_unknown_profit
            {%- for name in measures %}, sum({{ name }}) as {{ name }} {%- endfor %}
        from stated
        group by date_day, platform, account_id
    ),

    beyond as (
        select
            shop_day.date_day,
            shop_day.platform,
            shop_day.account_id,
            '(unassigned)' as marketing_campaign_id,
            '(unknown)' as channel_id,
            {%- for name in order_measures + ["refunds"] %}
                {%- if name == "new_customers" %} null
                {%- else %}
                    case
                        {%- if name == "gross_profit" %} when by_shop.has_unknown_profit then null
                        {%- endif %}
                        when by_shop.{{ name }} is null
                        then shop_day.{{ name }}
                        when shop_day.{{ name }} <> by_shop.{{ name }}
                        then shop_day.{{ name }} - by_shop.{{ name }}
                    end
                {%- endif %} as {{ name }},
            {%- endfor %}
            null as new_customer_revenue
        from shop_day
        left join
            by_shop on {{ same("shop_day", "by_shop", ["date_day", "platform", "account_id"]) }}
    ),

    every as (
        select *
        from stated
        union all
        select *
        from beyond
        where
            {%- for name in order_measures + ["refunds"] %}
                {% if not loop.first %} or {% endif %} {{ name }} is not null
            {%- endfor %}
    ),

    final as (
        select
            {{ slice | join(", ") }},
            {%- for name in ["orders", "new_customers"] %}
                {{ count_type("sum(" ~ name ~ ")") }} as {{ name }},
            {%- endfor %}
            {%- for name in ["revenue", "net_revenue", "refunds", "new_customer_revenue"] %}
                {{ money("sum(" ~ name ~ ")") }} as {{ name }},
            {%- endfor %}
            -- A part of the profit is not the profit.
            case
                when
                    sum(case when orders is not null and gross_profit is null then 1 else 0 end) = 0
                then {{ money("sum(gross_profit)") }}
            end as gross_profit
        from every
        group by {{ slice | join(", ") }}
    )

select *
from final
