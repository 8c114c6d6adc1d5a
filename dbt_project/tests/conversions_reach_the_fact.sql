-- Newest statements of single days stand in the fact as they are: no join drops or doubles them.
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_conversion_daily"}}}) }}
with
    stated as (
        select
            platform,
            account_id,
            count(*) as row_count,
            sum(conversions) as conversions,
            sum(conversion_value) as conversion_value,
            sum(view_through_conversions) as view_through_conversions
        from {{ ref("int_conversion_statement") }}
        where
            period_start = period_end
            and coalesce(conversions, conversion_value, view_through_conversions) is not null
        group by platform, account_id
    ),

    fact as (
        select
            platform,
            account_id,
            count(*) as row_count,
            sum(conversions) as conversions,
            sum(conversion_value_native) as conversion_value,
            sum(view_through_conversions) as view_through_conversions
        from {{ ref("fct_ad_conversion_daily") }}
        where not is_allocated
        group by platform, account_id
    )

select
    coalesce(stated.platform, fact.platform) as platform,
    coalesce(stated.account_id, fact.account_id) as account_id,
    'conversions of daily exports differ from the fact' as message
from stated
full outer join fact on stated.platform = fact.platform and stated.account_id = fact.account_id
where
    coalesce(stated.row_count, 0) <> coalesce(fact.row_count, 0)
    or coalesce(stated.conversions, 0) <> coalesce(fact.conversions, 0)
    or coalesce(stated.conversion_value, 0) <> coalesce(fact.conversion_value, 0)
    or coalesce(stated.view_through_conversions, 0) <> coalesce(fact.view_through_conversions, 0)
