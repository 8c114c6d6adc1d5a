-- The periods a campaign's KPIs are told for. They end on its last day of data, never on the
-- report date itself.
with
    kpi as (
        select * from {{ ref("int_campaign_kpi_daily") }} where channel_id = '(all)' and has_data
    ),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    plan as (select * from {{ ref("int_plan") }}),

    span as (
        select
            kpi.marketing_campaign_id, min(kpi.date_day) as data_from, max(kpi.date_day) as data_to
        from kpi
        cross join workspace
        where kpi.date_day < workspace.as_of
        group by kpi.marketing_campaign_id
    ),

    bound as (
        select
            span.marketing_campaign_id,
            coalesce(plan.start_date, span.data_from) as first_day,
            -- What comes after the plan, such as a refund, stands in the daily marts alone.
            least(span.data_to, coalesce(plan.end_date, span.data_to)) as last_day
        from span
        left join plan on span.marketing_campaign_id = plan.marketing_campaign_id
    ),

    period as (
        select
            marketing_campaign_id,
            'to_date' as period,
            first_day as period_start,
            last_day as period_end
        from bound
        union all
        select
            marketing_campaign_id,
            'last_7_days' as period,
            greatest(first_day, {{ add_days("last_day", -6) }}) as period_start,
            last_day as period_end
        from bound
        union all
        select
            marketing_campaign_id,
            'previous_7_days' as period,
            greatest(first_day, {{ add_days("last_day", -13) }}) as period_start,
            {{ add_days("last_day", -7) }} as period_end
        from bound
    ),

    final as (
        select marketing_campaign_id, period, period_start, period_end
        from period
        where period_end >= period_start
    )

select *
from final
