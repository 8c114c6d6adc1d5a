-- Daily rows and the days filled from a period add up to the period's total exactly, unless the
-- daily rows alone say more. Periods that overlap another one of the campaign share their days
-- and are left out.
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_campaign_daily"}}}) }}
{%- set campaign = ["platform", "account_id", "campaign_id"] %}
{%- set measures = {"spend": "spend_native", "impressions": "impressions", "clicks": "clicks"} %}
with
    period as (select * from {{ ref("int_ad_campaign_period") }} where period_end > period_start),

    fact as (select * from {{ ref("fct_ad_campaign_daily") }}),

    overlapped as (
        select distinct
            period.platform,
            period.account_id,
            period.campaign_id,
            period.period_start,
            period.period_end
        from period
        inner join
            period as other
            on period.platform = other.platform
            and period.account_id = other.account_id
            and period.campaign_id = other.campaign_id
            and period.period_start <= other.period_end
            and period.period_end >= other.period_start
            and (period.period_start <> other.period_start or period.period_end <> other.period_end)
    ),

    stated_daily as (
        select
            period.platform,
            period.account_id,
            period.campaign_id,
            period.period_start,
            period.period_end
            {%- for measure in measures %}, sum(daily.{{ measure }}) as {{ measure }} {%- endfor %}
        from period
        inner join
            {{ ref("int_ad_campaign_period") }} as daily
            on {{ same("daily", "period", campaign) }}
            and daily.period_start = daily.period_end
            and daily.period_start >= period.period_start
            and daily.period_end <= period.period_end
        group by
            period.platform,
            period.account_id,
            period.campaign_id,
            period.period_start,
            period.period_end
    ),

    filled as (
        select
            period.platform,
            period.account_id,
            period.campaign_id,
            period.period_start,
            period.period_end
            {%- for measure, column in measures.items() %}
                ,
                max(period.{{ measure }}) as stated_{{ measure }},
                sum(fact.{{ column }}) as filled_{{ measure }},
                max(stated_daily.{{ measure }}) as daily_{{ measure }}
            {%- endfor %}
        from period
        inner join
            fact
            on {{ same("fact", "period", campaign) }}
            and period.period_start <= fact.date_day
            and period.period_end >= fact.date_day
        left join
            stated_daily
            on {{ same("stated_daily", "period", campaign + ["period_start", "period_end"]) }}
        left join
            overlapped
            on {{ same("overlapped", "period", campaign + ["period_start", "period_end"]) }}
        where overlapped.platform is null
        group by
            period.platform,
            period.account_id,
            period.campaign_id,
            period.period_start,
            period.period_end
        having bool_or(fact.is_allocated)
    )

select *, 'days of the period do not add up to its total' as message
from filled
where
    {% for measure in measures -%}
        filled_{{ measure }} <> greatest(stated_{{ measure }}, coalesce(daily_{{ measure }}, 0))
        {% if not loop.last %} or {% endif -%}
    {% endfor -%}
