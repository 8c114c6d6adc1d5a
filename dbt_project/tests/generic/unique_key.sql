{#- The declared key of a model: no two rows share it and, unless `allow_null`, no part of it is null. Returns the
    offending keys. -#}
{% test unique_key(model, columns, allow_null=false) %}
    select
        {{ columns | join(", ") }},
        count(*) as row_count,
        'key is ' || case when count(*) > 1 then 'not unique' else 'null' end as message
    from {{ model }}
    group by {{ columns | join(", ") }}
    having
        count(*) > 1
        {%- if not allow_null %}
            {%- for column in columns %} or {{ column }} is null {%- endfor %}
        {%- endif %}
{% endtest %}
