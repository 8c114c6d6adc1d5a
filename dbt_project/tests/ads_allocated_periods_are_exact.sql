-- Daily rows and the days filled from a period add up to the period's total exactly, unless the
-- daily rows alone say
-- more. Periods that overlap another one of the campaign share their days and are left out.
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
                sum(
                    case when fact.is_allocated then 0 else fact.{{ column }} end
                ) as daily_{{ measure }}
            {%- endfor %}
        from period
        inner join
            fact
            on period.platform = fact.platform
            and period.account_id = fact.account_id
            and period.campaign_id = fact.campaign_id
            and period.period_start <= fact.date_day
            and period.period_end >= fact.date_day
        left join
            overlapped
            on period.platform = overlapped.platform
            and period.account_id = overlapped.account_id
            and period.campaign_id = overlapped.campaign_id
            and period.period_start = overlapped.period_start
            and period.period_end = overlapped.period_end
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
        filled_{{ measure }} <> greatest(stated_{{ measure }}, daily_{{ measure }})
        {% if not loop.last %} or {% endif -%}
    {% endfor -%}
