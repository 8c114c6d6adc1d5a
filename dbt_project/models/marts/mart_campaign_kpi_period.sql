-- metrics.kpi_period side by side: one row per campaign, channel and period. The period before
-- is known for the last seven days alone; the plan says what was due by the period's end.
{%- set compared = [
    "spend",
    "total_cost",
    "impressions",
    "clicks",
    "ctr",
    "cpc",
    "sessions",
    "conversions",
    "conversion_value",
    "cvr",
    "cpa",
    "roas",
    "orders",
    "revenue",
    "aov",
    "new_customers",
    "mer",
    "cac",
    "roi",
] %}
{%- set types = {} -%}
{%- for measure in kpi_measures() -%}
    {%- do types.update({measure.name: measure.type}) -%}
{%- endfor %}
with
    kpi as (select * from {{ ref("kpi_period") }}),

    before as (select * from kpi where period = 'previous_7_days'),

    beside as (
        select
            kpi.*,
            before.actual as previous,
            before.period_start as previous_start,
            before.period_end as previous_end
        from kpi
        left join
            before
            on {{ same("kpi", "before", ["marketing_campaign_id", "channel_id", "metric_id"]) }}
            and kpi.period = 'last_7_days'
    ),

    final as (
        select
            marketing_campaign_id,
            channel_id,
            period,
            max(period_start) as period_start,
            max(period_end) as period_end,
            max(previous_start) as previous_start,
            max(previous_end) as previous_end,
            bool_or(coalesce(immature_share, 0) > 0) as has_immature_days,
            bool_or(waits_for_source) as waits_for_source
            {%- for metric_id in compared %}
                {%- set part = "case when metric_id = '" ~ metric_id ~ "' then " %}
                {%- set type = types.get(metric_id, "double") %},
                cast(max({{ part }} actual end) as {{ type }}) as {{ metric_id }},
                cast(max({{ part }} previous end) as {{ type }}) as {{ metric_id }}_previous,
                max({{ part }} due end) as {{ metric_id }}_due,
                max({{ part }} attainment end) as {{ metric_id }}_attainment
            {%- endfor %}
        from beside
        group by marketing_campaign_id, channel_id, period
    )

select *
from final
