-- Days and periods that several files state, by campaign and file, at the highest level those
-- files share. Sums per campaign come before anything else, so that search terms by the million
-- cost one aggregation.
{%- set period = ["platform", "account_id", "period_start", "period_end"] -%}
{%- set level = ["level", "breakdown_type"] %}
with
    statement as (select * from {{ ref("int_ad_statement") }}),

    by_file as (
        select
            {{ (period + level) | join(", ") }},
            campaign_id,
            file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(currency_code) as currency_code
            {%- for measure in restated_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from statement
        group by {{ (period + level) | join(", ") }}, campaign_id, file_id
    ),

    restated as (
        select {{ (period + level) | join(", ") }}, campaign_id
        from by_file
        group by {{ (period + level) | join(", ") }}, campaign_id
        having count(*) > 1
    ),

    -- Rows by device and the like state the same once more: totals come first.
    shared_level as (
        select distinct {{ (period + level) | join(", ") }}
        from restated
        qualify
            dense_rank() over (
                partition by {{ period | join(", ") }}
                order by
                    case
                        level
                        when 'account'
                        then 1
                        when 'campaign'
                        then 2
                        when 'ad_group'
                        then 3
                        when 'ad'
                        then 4
                        when 'keyword'
                        then 5
                        when 'search_term'
                        then 6
                        else 7
                    end,
                    level nulls last,
                    breakdown_type nulls last
            )
            = 1
    ),

    final as (
        select
            {{ of("by_file", period + level) }},
            by_file.campaign_id,
            by_file.file_id,
            by_file.exported_at,
            by_file.landed_at,
            {{
                days_between(
                    "by_file.period_end",
                    "cast(coalesce(by_file.exported_at, by_file.landed_at) as date)",
                )
            }} as age_days,
            by_file.currency_code,
            {{ of("by_file", restated_measures()) }}
        from by_file
        inner join shared_level on {{ same("shared_level", "by_file", period + level) }}
    )

select *
from final
