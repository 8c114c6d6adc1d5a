-- Orders with what follows from their lines, their refunds and the customer's other orders.
-- A refund pays back goods and their taxes first, shipping only beyond them.
{%- set key = ["platform", "account_id", "order_id"] %}
with
    shop_order as (select * from {{ ref("stg_order") }}),

    line_total as (
        select
            platform,
            account_id,
            order_id,
            {{ whole_sum("units") }} as units,
            {{ whole_sum("gross_sales") }} as gross_sales,
            {{ whole_sum("cost_of_goods") }} as cost_of_goods
        from {{ ref("int_order_line") }}
        group by platform, account_id, order_id
    ),

    refund_total as (
        select
            platform,
            account_id,
            order_id,
            case
                when count(distinct coalesce(currency_code, '')) = 1
                then coalesce(max(currency_code), '')
                else '(several)'
            end as currency_code,
            {{ whole_sum("refunds") }} as refunds,
            sum(net_refunds) as returns
        from {{ ref("int_refund") }}
        group by platform, account_id, order_id
    ),

    -- A cancelled order makes nobody a customer.
    history as (
        select
            platform,
            account_id,
            order_id,
            row_number() over (
                partition by platform, account_id, customer_hash
                order by coalesce(ordered_at, cast(date_day as timestamp)) nulls last, order_id
            ) as customer_order_number
        from shop_order
        where customer_hash is not null and not is_cancelled
    ),

    origin as (select * from {{ ref("int_order_source") }}),

    campaign as (select * from {{ ref("int_order_campaign") }}),

    paid as (
        select
            shop_order.*,
            coalesce(
                shop_order.revenue,
                shop_order.gross_sales
                - shop_order.discounts
                + shop_order.shipping
                + shop_order.taxes
            ) as known_revenue,
            coalesce(shop_order.units, line_total.units) as known_units,
            line_total.gross_sales as line_gross_sales,
            coalesce(shop_order.cost_of_goods, line_total.cost_of_goods) as known_cost_of_goods,
            refund_total.returns,
            refund_total.currency_code
            <> coalesce(shop_order.currency_code, '') as is_refunded_in_other_currency,
            case
                when refund_total.order_id is null or refund_total.currency_code = '(several)'
                then shop_order.refunds
                when refund_total.currency_code = coalesce(shop_order.currency_code, '')
                then refund_total.refunds
            end as known_refunds,
            refund_total.order_id is not null as is_refunded
        from shop_order
        left join line_total on {{ same("line_total", "shop_order", key) }}
        left join refund_total on {{ same("refund_total", "shop_order", key) }}
    ),

    goods as (
        select
            *,
            coalesce(
                gross_sales,
                known_revenue - shipping - taxes + coalesce(discounts, 0),
                line_gross_sales
            ) as known_gross_sales,
            known_revenue - coalesce(shipping, 0) - coalesce(taxes, 0) as goods_paid,
            known_revenue - coalesce(shipping, 0) as goods_and_taxes_paid
        from paid
    ),

    netted as (
        select
            *,
            coalesce(
                -- Stated net sales have returns deducted, except those written as rows below zero.
                case
                    when returns is null
                    then net_sales
                    when is_refunded_in_other_currency
                    then null
                    when returns > net_sales
                    then 0
                    else net_sales - returns
                end,
                case
                    -- How much came back is not known.
                    when is_refunded and known_refunds is null
                    then null
                    when coalesce(known_refunds, 0) = 0 or goods_and_taxes_paid <= 0
                    then goods_paid
                    when known_refunds >= goods_and_taxes_paid
                    then 0
                    else
                        goods_paid
                        -
                        {{
                            money(
                                "round(cast(known_refunds as double) * cast(goods_paid as double) / cast(goods_and_taxes_paid as double), 6)"
                            )
                        }}
                end
            ) as net_revenue
        from goods
    ),

    final as (
        select
            netted.platform,
            netted.account_id,
            netted.order_id,
            netted.date_day,
            netted.ordered_at,
            netted.customer_hash,
            history.customer_order_number,
            case
                when netted.is_cancelled
                then null
                -- The history of the exports may begin after a customer's first order.
                when
                    {{
                        matches_whole(
                            "lower(netted.customer_type)",
                            "'(returning|repeat|existing|old)([ _-]customer)?|老客户?|老顾客|老买家|老会员|回头客|复购'",
                        )
                    }}
                then false
                when netted.customer_hash is not null
                then history.customer_order_number = 1
                when
                    {{
                        matches_whole(
                            "lower(netted.customer_type)",
                            "'new([ _-]customer)?|first([ _-]?time)?([ _-]customer)?|新客户?|新顾客|新买家|新会员'",
                        )
                    }}
                then true
            end as is_new_customer,
            netted.coupon_code,
            coalesce(origin.source, lower(netted.source)) as source,
            origin.medium,
            origin.utm_campaign,
            coalesce(origin.channel_id, '(unknown)') as channel_id,
            coalesce(campaign.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            coalesce(campaign.match_method, 'unassigned') as match_method,
            netted.country,
            netted.financial_status,
            netted.fulfillment_status,
            netted.payment_method,
            netted.is_cancelled,
            netted.known_units as units,
            {{ money("netted.known_gross_sales") }} as gross_sales,
            netted.discounts,
            netted.shipping,
            netted.taxes,
            {{ money("netted.known_revenue") }} as revenue,
            {{ money("netted.known_refunds") }} as refunds,
            {{ money("netted.net_revenue") }} as net_revenue,
            {{ money("netted.known_cost_of_goods") }} as cost_of_goods,
            {{ money("netted.net_revenue - netted.known_cost_of_goods") }} as gross_profit,
            netted.currency_code,
            netted.file_id
        from netted
        left join history on {{ same("history", "netted", key) }}
        left join origin on {{ same("origin", "netted", key) }}
        left join campaign on {{ same("campaign", "netted", key) }}
    )

select *
from final
