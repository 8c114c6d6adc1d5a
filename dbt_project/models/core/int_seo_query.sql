-- Search engines withhold rare queries: the row '(anonymised)' holds what the property counted
-- beyond the listed ones, so that both are the property. It is negative where the queries say
-- more than the property; it is left out where the property is not known on all days.
{%- set key = ["platform", "property", "search_type", "period_start", "period_end"] %}
{%- set measures = ["impressions", "clicks", "ranked_impressions", "position_weight"] %}
with
    listed as (select * from {{ ref("stg_search_performance") }} where level = 'query'),

    property_day as (select * from {{ ref("fct_seo_property_daily") }}),

    listed_total as (
        select
            {{ key | join(", ") }},
            {%- for measure in measures %} sum({{ measure }}) as {{ measure }}, {%- endfor %}
            max(file_id) as file_id
        from listed
        group by {{ key | join(", ") }}
    ),

    property_total as (
        select
            {%- for name in key %} listed_total.{{ name }}, {%- endfor %}
            {%- for measure in measures %}
                sum(property_day.{{ measure }}) as {{ measure }},
            {%- endfor %}
            bool_or(property_day.is_filtered) as is_filtered,
            bool_or(property_day.is_allocated) as is_allocated
        from listed_total
        inner join
            property_day
            on listed_total.platform = property_day.platform
            and listed_total.property = property_day.property
            and listed_total.search_type = property_day.search_type
            and property_day.date_day between listed_total.period_start and listed_total.period_end
        group by
            {%- for name in key %}
                listed_total.{{ name }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        having
            count(*)
            = {{ days_between("listed_total.period_start", "listed_total.period_end") }} + 1
    ),

    final as (
        select
            {{ key | join(", ") }},
            query,
            is_filtered,
            false as is_remainder,
            false as is_allocated,
            {{ measures | join(", ") }},
            file_id
        from listed
        union all
        select
            {%- for name in key %} property_total.{{ name }}, {%- endfor %}
            '(anonymised)' as query,
            property_total.is_filtered,
            true as is_remainder,
            property_total.is_allocated,
            cast(property_total.impressions - listed_total.impressions as bigint) as impressions,
            cast(property_total.clicks - listed_total.clicks as bigint) as clicks,
            -- Properties may be stated without positions where queries have them.
            {%- for measure, type in {
                "ranked_impressions": "bigint",
                "position_weight": "decimal(18, 6)",
            }.items() %}
                case
                    when property_total.ranked_impressions >= listed_total.ranked_impressions
                    then
                        cast(
                            property_total.{{ measure }} - listed_total.{{ measure }} as {{ type }}
                        )
                end as {{ measure }},
            {%- endfor %}
            listed_total.file_id
        from property_total
        inner join
            listed_total
            on {% for name in key -%}
                property_total.{{ name }} = listed_total.{{ name }}
                {%- if not loop.last %} and {% endif %}
            {%- endfor %}
    )

select *
from final
