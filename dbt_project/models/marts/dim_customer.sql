-- Cancelled orders make nobody a customer.
with
    customer_order as (
        select * from {{ ref("fct_order") }} where customer_hash is not null and not is_cancelled
    ),

    final as (
        select
            platform,
            account_id,
            customer_hash,
            min(date_day) as first_order_day,
            max(case when customer_order_number = 1 then order_id end) as first_order_id,
            max(case when customer_order_number = 1 then channel_id end) as first_channel_id,
            max(date_day) as last_order_day,
            {{ count_type("count(*)") }} as orders,
            {{ money(whole_sum("net_revenue")) }} as net_revenue,
            {{ money(whole_sum("gross_profit")) }} as gross_profit
        from customer_order
        group by platform, account_id, customer_hash
    )

select *
from final
