-- Plans in the reporting currency. All money of a plan is converted at one rate, that of its
-- first day (of the report date for plans still to come), so that budgets and targets keep
-- their proportions.
with
    plan as (select * from {{ ref("stg_plan_campaign") }}),

    workspace as (select * from {{ ref("stg_workspace_setting") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    dated as (
        select
            plan.*,
            workspace.reporting_currency,
            workspace.as_of,
            least(plan.start_date, workspace.as_of) as rate_day
        from plan
        cross join workspace
    ),

    final as (
        select
            dated.marketing_campaign_id,
            dated.plan_number,
            dated.name_en,
            dated.name_zh,
            dated.owner,
            dated.start_date,
            dated.end_date,
            {{ days_between("dated.start_date", "dated.end_date") }} + 1 as day_count,
            dated.currency_code as plan_currency_code,
            dated.reporting_currency as currency_code,
            dated.rate_day,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            dated.budget as budget_native,
            {{ converted("dated.budget", "fx.fx_rate") }} as budget,
            dated.gross_margin
        from dated
        left join fx on dated.rate_day = fx.date_day and dated.currency_code = fx.currency_code
    )

select *
from final
