{%- set shown = [
    "spend",
    "impressions",
    "clicks",
    "ctr",
    "cpm",
    "cpc",
    "conversions",
    "conversion_value",
    "cvr",
    "cpa",
    "roas",
    "platform_conversions",
    "platform_conversion_value",
    "web_conversions",
    "web_conversion_value",
    "sessions",
    "bounce_rate",
    "organic_impressions",
    "organic_clicks",
    "avg_rank",
    "sends",
    "delivery_rate",
    "open_rate",
    "click_to_open",
    "unsub_rate",
    "social_impressions",
    "engagements",
    "engagement_rate",
    "partner_cost",
    "other_cost",
    "total_cost",
    "orders",
    "revenue",
    "new_customers",
    "aov",
    "mer",
    "cac",
    "roi",
] %}
{#- Sums keep the type of their measure: money is exact here as everywhere, and only ratios are double. -#}
{%- set types = {} -%}
{%- for measure in kpi_measures() -%}
    {%- do types.update({measure.name: measure.type}) -%}
{%- endfor %}
with
    kpi as (
        select * from {{ ref("kpi_period") }} where period = 'to_date' and channel_id <> '(all)'
    ),

    budget as (select * from {{ ref("int_plan_budget") }}),

    budget_sum as (
        select marketing_campaign_id, sum(budget) as budget
        from budget
        where channel_id <> '(all)'
        group by marketing_campaign_id
    ),

    wide as (
        select
            marketing_campaign_id,
            channel_id,
            max(period_start) as period_start,
            max(period_end) as period_end
            {%- for metric_id in shown %}
                {%- set value = "max(case when metric_id = '" ~ metric_id ~ "' then actual end)" %}
                {%- if metric_id in types %}
                    , cast({{ value }} as {{ types[metric_id] }}) as {{ metric_id }}
                {%- else %}, {{ value }} as {{ metric_id }}
                {%- endif %}
            {%- endfor %}
        from kpi
        group by marketing_campaign_id, channel_id
    ),

    spend_sum as (
        select marketing_campaign_id, sum(spend) as spend from wide group by marketing_campaign_id
    ),

    final as (
        select
            wide.marketing_campaign_id,
            wide.channel_id,
            wide.period_start,
            wide.period_end,
            {{ ratio("wide.spend", "spend_sum.spend") }} as spend_share,
            budget.budget,
            {{ ratio("budget.budget", "budget_sum.budget") }} as budget_share
            {%- for metric_id in shown %}, wide.{{ metric_id }} {%- endfor %}
        from wide
        left join spend_sum on wide.marketing_campaign_id = spend_sum.marketing_campaign_id
        left join
            budget
            on wide.marketing_campaign_id = budget.marketing_campaign_id
            and wide.channel_id = budget.channel_id
        left join budget_sum on wide.marketing_campaign_id = budget_sum.marketing_campaign_id
    )

select *
from final
