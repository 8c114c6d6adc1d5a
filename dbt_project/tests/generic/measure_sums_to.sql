{#- Measures of a model add up to those of the `rows` it is made from, whatever was joined on the way. -#}
{% test measure_sums_to(model, to, measures, rows="true") %}
    with
        {%- for name, relation, condition in [("made", model, "true"), ("source_", to, rows)] %}
            {{ name }} as (
                select
                    {%- for measure in measures %}
                        sum(cast({{ measure }} as decimal(38, 6))) as {{ measure }}
                        {%- if not loop.last %},{% endif %}
                    {%- endfor %}
                from {{ relation }}
                where {{ condition }}
            )
            {%- if not loop.last %},{% endif %}
        {%- endfor %}

    {% for measure in measures %}
        select
            made.{{ measure }} as in_model,
            source_.{{ measure }} as in_source,
            '{{ measure }} is lost or counted twice' as message
        from made
        cross join source_
        where coalesce(made.{{ measure }}, 0) <> coalesce(source_.{{ measure }}, 0)
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{% endtest %}
