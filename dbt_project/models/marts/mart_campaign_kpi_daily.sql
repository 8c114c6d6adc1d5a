with
    kpi as (select * from {{ ref("int_campaign_kpi_daily") }}),

    final as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            {%- for measure in kpi_measures() %} {{ measure.name }}, {%- endfor %}
            conversion_basis,
            is_mature,
            is_allocated
        from kpi
        where channel_id <> '(all)'
    )

select *
from final
