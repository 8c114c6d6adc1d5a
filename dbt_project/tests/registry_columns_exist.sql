-- Every numerator and denominator of the metric registry is a measure of the campaign KPI
-- marts.
with
    metric as (select * from {{ ref("metric_registry") }}),

    named as (
        select metric_id, numerator as measure
        from metric
        union all
        select metric_id, denominator as measure
        from metric
        where denominator is not null
    )

select metric_id, measure, 'no such measure' as message
from named
where
    measure not in (
        {%- for measure in kpi_measures() -%}
            '{{ measure.name }}' {%- if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
    or measure is null
