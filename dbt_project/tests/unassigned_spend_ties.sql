-- Media cost that plans claim and media cost that none claims together are all media cost.
{{ config(meta={"dagster": {"ref": {"name": "mart_unassigned"}}}) }}
with
    total as (
        select
            (select coalesce(sum(spend), 0) from {{ ref("fct_ad_campaign_daily") }}) as authority,
            (
                select coalesce(sum(spend), 0)
                from {{ ref("mart_campaign_kpi_daily") }}
                where marketing_campaign_id <> '(unassigned)'
            ) as assigned,
            (
                select coalesce(sum(spend), 0)
                from {{ ref("mart_unassigned") }}
                where kind = 'campaign'
            ) as unassigned
    )

select *, 'assigned and unassigned spend are not all spend' as message
from total
where abs(authority - assigned - unassigned) > 0.005
