-- A period export that states more than the daily exports covering all its days: the days may
-- be incomplete (filtered, or a level that leaves campaigns out), or the period was exported
-- later. The daily rows count: a warning.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_ad_campaign_daily"}}}) }}
{%- set campaign = ["platform", "account_id", "campaign_id"] %}
with
    authority as (select * from {{ ref("int_ad_campaign_period") }}),

    fact as (select * from {{ ref("fct_ad_campaign_daily") }})

select
    {{ of("authority", campaign) }},
    authority.period_start,
    authority.period_end,
    max(authority.spend) as stated_spend,
    sum(fact.spend_native) as daily_spend,
    concat(
        'daily rows of ',
        authority.platform,
        ' campaign ',
        authority.campaign_id,
        ' say less than its period export'
    ) as message
from authority
inner join
    fact
    on {{ same("fact", "authority", campaign) }}
    and fact.date_day >= authority.period_start
    and fact.date_day <= authority.period_end
where authority.period_end > authority.period_start
group by {{ of("authority", campaign) }}, authority.period_start, authority.period_end
having not bool_or(fact.is_allocated) and max(authority.spend) > sum(fact.spend_native) * 1.01
