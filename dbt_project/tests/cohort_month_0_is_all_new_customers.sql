-- In month 0 a cohort is all customers whose first order was in it, and no one else.
{{ config(meta={"dagster": {"ref": {"name": "mart_customer_cohort_month"}}}) }}
with
    month_0 as (
        select
            platform,
            account_id,
            cohort_month,
            sum(customers) as customers,
            sum(active_customers) as active_customers
        from {{ ref("mart_customer_cohort_month") }}
        where month_number = 0
        group by platform, account_id, cohort_month
    ),

    new_customer as (
        select
            platform,
            account_id,
            {{ month_start("date_day") }} as cohort_month,
            count(*) as customers
        from {{ ref("fct_order") }}
        where customer_order_number = 1
        group by platform, account_id, {{ month_start("date_day") }}
    )

select
    coalesce(month_0.platform, new_customer.platform) as platform,
    coalesce(month_0.account_id, new_customer.account_id) as account_id,
    coalesce(month_0.cohort_month, new_customer.cohort_month) as cohort_month,
    'month 0 of the cohort is not all customers with their first order in it' as message
from month_0
full outer join
    new_customer
    on month_0.platform = new_customer.platform
    and month_0.account_id = new_customer.account_id
    and month_0.cohort_month = new_customer.cohort_month
where
    coalesce(month_0.customers, 0) <> coalesce(new_customer.customers, 0)
    or coalesce(month_0.active_customers, 0) <> coalesce(new_customer.customers, 0)
