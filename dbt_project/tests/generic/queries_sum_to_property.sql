{#- Listed queries and the withheld rest together are the property, to the last digit, wherever there is a rest; their
    positions, where the rest has one. `days` are the model's columns of the first and the last day. -#}
{% test queries_sum_to_property(model, days) %}
    {%- set measures = ["impressions", "clicks", "ranked_impressions", "position_weight"] %}
    {%- set key = ["platform", "property", "search_type"] + days | unique | list %}
    with
        query as (
            select
                {{ key | join(", ") }},
                bool_or(is_remainder and ranked_impressions is not null) as has_position
                {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
            from {{ model }}
            group by {{ key | join(", ") }}
            having bool_or(is_remainder)
        ),

        property_day as (select * from {{ ref("fct_seo_property_daily") }}),

        property_total as (
            select
                {%- for name in key %} query.{{ name }}, {%- endfor %}
                bool_or(query.has_position) as has_position,
                {%- for measure in measures %}
                    sum(property_day.{{ measure }}) as property_{{ measure }},
                    max(query.{{ measure }}) as {{ measure }}
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            from query
            left join
                property_day
                on query.platform = property_day.platform
                and query.property = property_day.property
                and query.search_type = property_day.search_type
                and property_day.date_day between query.{{ days[0] }} and query.{{ days[1] }}
            group by
                {%- for name in key %}
                    query.{{ name }} {%- if not loop.last %},{% endif %}
                {%- endfor %}
        )

    select *, 'queries and the withheld rest are not the property' as message
    from property_total
    where
        impressions <> property_impressions
        or clicks <> property_clicks
        or has_position
        and (
            ranked_impressions <> property_ranked_impressions
            or position_weight <> property_position_weight
        )
{% endtest %}
