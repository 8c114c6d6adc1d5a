-- Status: on_track from 95 % of what is due, at_risk from 80 %, else off_track; within its band
-- a metric is on track, and outside it the distance to the nearer bound counts the same way. No
-- verdict where a source the metric needs is late, or where it rests on fewer than 15
-- conversions.
with
    kpi as (select * from {{ ref("int_campaign_kpi_daily") }}),

    period as (select * from {{ ref("int_campaign_period") }}),

    metric as (select * from {{ ref("metric_registry") }}),

    goal as (select * from {{ ref("dim_goal") }}),

    late as (select * from {{ ref("int_campaign_late_source") }}),

    basis as (select * from {{ ref("int_campaign_conversion_basis") }}),

    in_period as (
        select kpi.*, period.period, period.period_start, period.period_end
        from kpi
        inner join
            period
            on kpi.marketing_campaign_id = period.marketing_campaign_id
            and kpi.date_day between period.period_start and period.period_end
    ),

    total as (
        select
            marketing_campaign_id,
            channel_id,
            period,
            {%- for measure in kpi_measures() %}
                sum({{ measure.name }}) as {{ measure.name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from in_period
        group by marketing_campaign_id, channel_id, period
    ),

    immature as (
        select
            marketing_campaign_id,
            channel_id,
            period,
            {%- for measure in kpi_measures() %}
                sum({{ measure.name }}) as {{ measure.name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from in_period
        where not is_mature
        group by marketing_campaign_id, channel_id, period
    ),

    planned as (
        select
            plan.marketing_campaign_id,
            plan.channel_id,
            plan.metric_id,
            period.period,
            sum(plan.target) as target,
            sum(
                case
                    when plan.date_day between period.period_start and period.period_end
                    then plan.target
                end
            ) as due
        from {{ ref("fct_plan_daily") }} as plan
        inner join period on plan.marketing_campaign_id = period.marketing_campaign_id
        group by plan.marketing_campaign_id, plan.channel_id, plan.metric_id, period.period
    ),

    elapsed as (
        select
            plan.marketing_campaign_id,
            period.period,
            ({{ days_between("period.period_start", "period.period_end") }} + 1)
            / cast(plan.day_count as double) as share
        from {{ ref("int_plan") }} as plan
        inner join period on plan.marketing_campaign_id = period.marketing_campaign_id
    ),

    target as (
        select
            coalesce(
                planned.marketing_campaign_id, wanted.marketing_campaign_id
            ) as marketing_campaign_id,
            coalesce(planned.channel_id, wanted.channel_id) as channel_id,
            coalesce(planned.metric_id, wanted.metric_id) as metric_id,
            coalesce(planned.period, wanted.period) as period,
            coalesce(wanted.target, planned.target) as target,
            coalesce(planned.due, wanted.target) as due,
            wanted.band_low * wanted.band_share as band_low,
            wanted.band_high * wanted.band_share as band_high
        from planned
        full outer join
            (
                select
                    goal.*,
                    elapsed.period,
                    case
                        when metric.additivity = 'ratio' then 1 else elapsed.share
                    end as band_share
                from goal
                inner join elapsed on goal.marketing_campaign_id = elapsed.marketing_campaign_id
                inner join metric on goal.metric_id = metric.metric_id
            ) as wanted
            on planned.marketing_campaign_id = wanted.marketing_campaign_id
            and planned.channel_id = wanted.channel_id
            and planned.metric_id = wanted.metric_id
            and planned.period = wanted.period
    ),

    measured as (
        select
            total.marketing_campaign_id,
            total.channel_id,
            metric.metric_id,
            total.period,
            {{ measure_named("metric.numerator", "total") }} as numerator,
            {{ measure_named("metric.denominator", "total") }} as denominator,
            {{ measure_named("metric.numerator", "immature") }} as immature_numerator,
            total.conversions
        from total
        cross join metric
        left join
            immature
            on total.marketing_campaign_id = immature.marketing_campaign_id
            and total.channel_id = immature.channel_id
            and total.period = immature.period
    ),

    answered as (
        select
            coalesce(
                measured.marketing_campaign_id, target.marketing_campaign_id
            ) as marketing_campaign_id,
            coalesce(measured.channel_id, target.channel_id) as channel_id,
            coalesce(measured.metric_id, target.metric_id) as metric_id,
            coalesce(measured.period, target.period) as period,
            measured.numerator,
            measured.denominator,
            measured.immature_numerator,
            measured.conversions,
            target.target,
            target.due,
            target.band_low,
            target.band_high,
            target.metric_id is not null as has_goal
        from measured
        full outer join
            target
            on measured.marketing_campaign_id = target.marketing_campaign_id
            and measured.channel_id = target.channel_id
            and measured.metric_id = target.metric_id
            and measured.period = target.period
        where measured.numerator is not null or target.metric_id is not null
    ),

    valued as (
        select
            answered.*,
            metric.direction,
            metric.numerator as numerator_name,
            metric.denominator as denominator_name,
            {{ metric_value("metric", "answered.numerator", "answered.denominator") }} as actual,
            {{ source_named("metric.numerator", "basis.conversion_basis") }} as numerator_source,
            {{ source_named("metric.denominator", "basis.conversion_basis") }} as denominator_source
        from answered
        inner join metric on answered.metric_id = metric.metric_id
        left join basis on answered.marketing_campaign_id = basis.marketing_campaign_id
    ),

    judged as (
        select
            valued.*,
            {{ attainment("valued.direction", "valued.actual", "valued.due") }} as attainment,
            case
                when valued.direction = 'band'
                then
                    least(
                        {{
                            ratio(
                                "valued.actual",
                                "coalesce(valued.band_low, valued.due)",
                            )
                        }},
                        {{
                            ratio(
                                "coalesce(valued.band_high, valued.due)",
                                "valued.actual",
                            )
                        }}
                    )
                else {{ attainment("valued.direction", "valued.actual", "valued.due") }}
            end as closeness,
            numerator_late.domain is not null
            or denominator_late.domain is not null as waits_for_source,
            (
                valued.numerator_name in ('conversions', 'conversion_value')
                or coalesce(valued.denominator_name, '') in ('conversions', 'conversion_value')
            )
            and coalesce(valued.conversions, 0) < 15 as has_few_conversions
        from valued
        left join
            late as numerator_late
            on valued.marketing_campaign_id = numerator_late.marketing_campaign_id
            and valued.channel_id = numerator_late.channel_id
            and valued.numerator_source = numerator_late.domain
        left join
            late as denominator_late
            on valued.marketing_campaign_id = denominator_late.marketing_campaign_id
            and valued.channel_id = denominator_late.channel_id
            and valued.denominator_source = denominator_late.domain
    ),

    final as (
        select
            judged.marketing_campaign_id,
            judged.channel_id,
            judged.metric_id,
            judged.period,
            period.period_start,
            period.period_end,
            judged.actual,
            judged.numerator,
            judged.denominator,
            cast(judged.due as double) as due,
            cast(judged.target as double) as target,
            cast(judged.band_low as double) as band_low,
            cast(judged.band_high as double) as band_high,
            judged.attainment,
            judged.direction,
            case
                when not judged.has_goal
                then null
                when judged.waits_for_source or judged.has_few_conversions
                then 'no_verdict'
                when judged.closeness is null
                then 'no_verdict'
                when judged.closeness >= 0.95
                then 'on_track'
                when judged.closeness >= 0.80
                then 'at_risk'
                else 'off_track'
            end as status,
            judged.waits_for_source,
            {{ ratio("coalesce(judged.immature_numerator, 0)", "judged.numerator") }}
            as immature_share
        from judged
        inner join
            period
            on judged.marketing_campaign_id = period.marketing_campaign_id
            and judged.period = period.period
    )

select *
from final
