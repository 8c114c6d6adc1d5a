-- What each channel cost beside what the shops sold by it, and all channels together as '(all)'.
-- Own orders decide; what platforms claim stands beside them and is never added to them. The
-- whole of the shops is their own day; channels are those of their orders, and what a shop's day
-- says beyond its orders is '(unknown)'.
{%- set costs = [
    "spend",
    "partner_fees",
    "partner_commission",
    "partner_cost",
    "other_cost",
    "total_cost",
] %}
{%- set amounts = ["revenue", "net_revenue", "refunds", "gross_profit"] %}
with
    cost_row as (
        select *
        from {{ ref("int_campaign_kpi_source") }}
        where domain in ('ads', 'email', 'partners', 'costs')
    ),

    own_order as (select * from {{ ref("int_own_order_daily") }}),

    shop_day as (select * from {{ ref("fct_shop_daily") }}),

    claim as (select * from {{ ref("int_channel_claim") }}),

    slice as (
        select cost_row.*, cost_row.channel_id as slice_channel_id
        from cost_row
        union all
        select cost_row.*, '(all)' as slice_channel_id
        from cost_row
    ),

    cost as (
        select
            slice.date_day,
            slice.slice_channel_id as channel_id,
            {%- for name in costs %} sum(slice.{{ name }}) as {{ name }}, {%- endfor %}
            {%- for name in ["claimed_conversions", "claimed_value"] %}
                sum(
                    case
                        when
                            slice.platform = claim.claiming_platform
                            and slice.domain in {{ claiming_domains() }}
                        then slice.{{ name }}
                    end
                ) as {{ name }},
            {%- endfor %}
            bool_and(slice.is_mature) as is_mature
        from slice
        left join claim on slice.slice_channel_id = claim.channel_id
        group by slice.date_day, slice.slice_channel_id
    ),

    sold as (
        select
            date_day,
            channel_id,
            sum(orders) as orders,
            sum(new_customers) as new_customers,
            {%- for name in ["revenue", "net_revenue", "refunds"] %}
                sum({{ name }}) as {{ name }},
            {%- endfor %}
            case
                when
                    sum(case when orders is not null and gross_profit is null then 1 else 0 end) = 0
                then sum(gross_profit)
            end as gross_profit,
            sum(new_customer_revenue) as new_customer_revenue
        from own_order
        group by date_day, channel_id
    ),

    -- New customers are those of the orders: a shop's day total does not tell who is new.
    new_day as (
        select
            date_day,
            sum(new_customers) as new_customers,
            sum(new_customer_revenue) as new_customer_revenue
        from own_order
        group by date_day
    ),

    sold_by_all as (
        select
            shop_day.date_day,
            '(all)' as channel_id,
            sum(shop_day.orders) as orders,
            max(new_day.new_customers) as new_customers,
            {%- for name in ["revenue", "net_revenue", "refunds"] %}
                sum(shop_day.{{ name }}) as {{ name }},
            {%- endfor %}
            case
                when
                    sum(
                        case
                            when shop_day.orders is not null and shop_day.gross_profit is null
                            then 1
                            else 0
                        end
                    )
                    = 0
                then sum(shop_day.gross_profit)
            end as gross_profit,
            max(new_day.new_customer_revenue) as new_customer_revenue
        from shop_day
        left join new_day on shop_day.date_day = new_day.date_day
        group by shop_day.date_day
    ),

    own as (
        select *
        from sold
        union all
        select *
        from sold_by_all
    ),

    joined as (
        select
            coalesce(cost.date_day, own.date_day) as date_day,
            coalesce(cost.channel_id, own.channel_id) as channel_id,
            {%- for name in costs + ["claimed_conversions", "claimed_value"] %}
                {{ money("cost." ~ name) }} as {{ name }},
            {%- endfor %}
            {%- for name in ["orders", "new_customers"] %}
                {{ count_type("own." ~ name) }} as {{ name }},
            {%- endfor %}
            {%- for name in amounts + ["new_customer_revenue"] %}
                {{ money("own." ~ name) }} as {{ name }},
            {%- endfor %}
            coalesce(cost.is_mature, true) as is_mature
        from cost
        full outer join own on cost.date_day = own.date_day and cost.channel_id = own.channel_id
    ),

    final as (
        select
            joined.date_day,
            joined.channel_id,
            {%- for name in costs %} joined.{{ name }}, {%- endfor %}
            claim.claiming_platforms,
            claim.claiming_platform,
            joined.claimed_conversions,
            joined.claimed_value,
            joined.orders,
            joined.new_customers,
            {%- for name in amounts %} joined.{{ name }}, {%- endfor %}
            joined.new_customer_revenue,
            {{ ratio("joined.claimed_conversions", "joined.orders") }} as claim_ratio,
            {{ ratio("joined.revenue", "joined.total_cost") }} as mer,
            {{ ratio("joined.new_customer_revenue", "joined.total_cost") }} as amer,
            {{ ratio("joined.total_cost", "joined.new_customers") }} as cac,
            joined.is_mature
        from joined
        left join claim on joined.channel_id = claim.channel_id
        where
            {%- for name in costs + ["claimed_conversions", "orders", "refunds", "revenue"] %}
                {% if not loop.first %} or {% endif %} joined.{{ name }} is not null
            {%- endfor %}
    )

select *
from final
