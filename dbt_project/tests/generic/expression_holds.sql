{#- A condition every row must meet; a row where it is null passes. `message` says what is wrong if it does not. -#}
{% test expression_holds(model, expression, message) %}
    select *, '{{ dbt.escape_single_quotes(message) }}' as message
    from {{ model }}
    where not ({{ expression }})
{% endtest %}
