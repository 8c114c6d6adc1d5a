with
    kpi as (select * from {{ ref("int_campaign_kpi_daily") }}),

    metric as (select * from {{ ref("metric_registry") }}),

    long as (
        select
            kpi.date_day,
            kpi.marketing_campaign_id,
            kpi.channel_id,
            metric.metric_id,
            {{ measure_named("metric.numerator", "kpi") }} as numerator,
            {{ measure_named("metric.denominator", "kpi") }} as denominator
        from kpi
        cross join metric
    ),

    final as (
        select
            long.date_day,
            long.marketing_campaign_id,
            long.channel_id,
            long.metric_id,
            {{ metric_value("metric", "long.numerator", "long.denominator") }} as value,
            long.numerator,
            long.denominator
        from long
        inner join metric on long.metric_id = metric.metric_id
        where long.numerator is not null
    )

select *
from final
