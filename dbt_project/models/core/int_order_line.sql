-- Lines of orders: the account of the order where the lines name none, and the amounts that
-- follow from others.
with
    line as (select * from {{ ref("stg_order_line") }}),

    sole_order as (
        select platform, order_id, max(account_id) as account_id
        from {{ ref("stg_order") }}
        group by platform, order_id
        having count(*) = 1
    ),

    with_gross as (
        select
            line.*,
            case
                when line.account_id = '(unknown)'
                then coalesce(sole_order.account_id, line.account_id)
                else line.account_id
            end as known_account_id,
            coalesce(
                line.gross_sales, {{ money("round(line.unit_price * line.units, 6)") }}
            ) as known_gross_sales
        from line
        left join
            sole_order
            on line.platform = sole_order.platform
            and line.order_id = sole_order.order_id
    ),

    newest as (
        select *
        from with_gross
        qualify
            dense_rank() over (
                partition by platform, known_account_id, order_id
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
    ),

    with_net as (
        select
            *,
            coalesce(
                net_sales,
                known_gross_sales - coalesce(discounts, 0) - coalesce(refunds, 0),
                revenue - coalesce(taxes, 0) - coalesce(refunds, 0)
            ) as net_revenue
        from newest
    ),

    final as (
        select
            platform,
            known_account_id as account_id,
            order_id,
            line_number,
            date_day,
            ordered_at,
            product_id,
            sku,
            product_name,
            variant,
            category,
            vendor,
            coupon_code,
            units,
            unit_price,
            {{ money("known_gross_sales") }} as gross_sales,
            discounts,
            taxes,
            revenue,
            refunds,
            {{ money("net_revenue") }} as net_revenue,
            cost_of_goods,
            {{ money("net_revenue - cost_of_goods") }} as gross_profit,
            currency_code,
            file_id
        from with_net
    )

select *
from final
