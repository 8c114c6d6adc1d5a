-- Spend against plan, day by day up to the campaign's last day of data. The projection assumes
-- that the days left cost the mean of two rates: that of the whole time so far and that of the
-- last seven days. A campaign that ended projects its spend.
with
    budget as (select * from {{ ref("int_plan_budget") }}),

    plan as (select * from {{ ref("int_plan") }}),

    period as (select * from {{ ref("int_campaign_period") }} where period = 'to_date'),

    planned as (select * from {{ ref("fct_plan_daily") }} where metric_id = 'spend'),

    kpi as (
        select date_day, marketing_campaign_id, channel_id, spend
        from {{ ref("int_campaign_kpi_daily") }}
    ),

    day as (
        select
            planned.date_day,
            planned.marketing_campaign_id,
            planned.channel_id,
            planned.target as planned_spend,
            budget.budget,
            kpi.spend,
            {{ days_between("plan.start_date", "planned.date_day") }} + 1 as days_elapsed,
            {{ days_between("planned.date_day", "plan.end_date") }} as days_left
        from planned
        inner join period on planned.marketing_campaign_id = period.marketing_campaign_id
        inner join plan on planned.marketing_campaign_id = plan.marketing_campaign_id
        inner join
            budget
            on planned.marketing_campaign_id = budget.marketing_campaign_id
            and planned.channel_id = budget.channel_id
        left join
            kpi
            on planned.date_day = kpi.date_day
            and planned.marketing_campaign_id = kpi.marketing_campaign_id
            and planned.channel_id = kpi.channel_id
        where planned.date_day <= period.period_end
    ),

    running as (
        select
            *,
            coalesce(sum(spend) over to_date, 0) as spend_to_date,
            sum(planned_spend) over to_date as planned_to_date,
            coalesce(
                sum(spend) over (
                    partition by marketing_campaign_id, channel_id
                    order by date_day
                    rows between 6 preceding and current row
                ),
                0
            ) as last_7_days_spend
        from day
        window
            to_date as (
                partition by marketing_campaign_id, channel_id
                order by date_day
                rows between unbounded preceding and current row
            )
    ),

    projected as (
        select
            *,
            cast(spend_to_date as double)
            + days_left
            * (
                {{ ratio("spend_to_date", "days_elapsed") }}
                + {{ ratio("last_7_days_spend", "least(days_elapsed, 7)") }}
            )
            / 2 as projection
        from running
    ),

    final as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            spend,
            {{ money("spend_to_date") }} as spend_to_date,
            planned_spend,
            {{ money("planned_to_date") }} as planned_to_date,
            budget,
            {{ ratio("spend_to_date", "planned_to_date") }} as pace_index,
            case
                when days_left = 0
                then {{ money("spend_to_date") }}
                else {{ money("round(projection, 6)") }}
            end as projected_spend,
            days_elapsed,
            days_left,
            case
                when days_left > 0
                then
                    {{
                        money(
                            "round(cast(greatest(budget - spend_to_date, 0) as double) / days_left, 6)"
                        )
                    }}
            end as required_daily_spend
        from projected
    )

select *
from final
