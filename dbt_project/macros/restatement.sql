{#- What is followed from statement to statement of a platform. -#}
{% macro restated_measures() -%}
    {{ return(["spend", "clicks", "impressions", "conversions", "conversion_value"]) }}
{%- endmacro %}

{#- The age in days to which a day's conversions are followed: no lag is longer. -#}
{% macro longest_conversion_lag() -%} {{ return(90) }} {%- endmacro %}

{#- The order in which statements were made, oldest first: the one by which the newest counts. -#}
{% macro statement_order() -%}
    exported_at nulls first, landed_at nulls first, file_id desc
{%- endmacro %}
