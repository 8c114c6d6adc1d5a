-- Statements of days and periods as days. Counts and values compete for days apart, and so does
-- each action: daily counts say nothing of values, and days of one action nothing of another.
{%- set key = conversion_key() %}
{%- set measures = conversion_measures() %}
{%- set owner = [
    "platform",
    "account_id",
    "level",
    "conversion_action",
    "attribution_window",
    "conversion_basis",
    "measure",
] %}
with
    statement as (
        select *, {{ key_of(key) }} as row_key from {{ ref("int_conversion_statement") }}
    ),

    stated as (
        {%- for measure in measures %}
            select
                {{ owner[:-1] | join(", ") }},
                '{{ measure }}' as measure,
                row_key,
                period_start,
                period_end,
                file_id,
                {{ measure }} as amount
            from statement
            where {{ measure }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    {{
        days_of_periods_ctes(
            "stated", owner=owner, dimensions=["row_key"], counts=[], amounts=["amount"]
        )
    }},

    per_day as (
        select
            date_day,
            row_key,
            bool_or(is_allocated) as is_allocated,
            max(file_id) as file_id
            {%- for measure in measures %}
                , max(case when measure = '{{ measure }}' then amount end) as {{ measure }}
            {%- endfor %}
        from by_day
        group by date_day, row_key
    ),

    described as (
        select *
        from statement
        qualify
            row_number() over (
                partition by row_key
                order by
                    period_end desc nulls last,
                    exported_at desc nulls last,
                    landed_at desc nulls last,
                    period_start desc nulls last
            )
            = 1
    ),

    final as (
        select
            per_day.date_day,
            {%- for name in key %} described.{{ name }}, {%- endfor %}
            described.campaign_name,
            described.ad_group_name,
            described.ad_name,
            described.keyword,
            described.conversion_category,
            described.is_category_total,
            described.click_days,
            described.view_days,
            per_day.is_allocated,
            described.currency_code,
            {%- for measure in measures %} per_day.{{ measure }}, {%- endfor %}
            per_day.file_id
        from per_day
        inner join described on per_day.row_key = described.row_key
    )

select *
from final
