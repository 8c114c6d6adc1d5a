{#- Whether a row of web traffic is of all users: a comparison of audiences repeats the same sessions, and the whole
    has a name in every language. -#}
{% macro is_all_users(audience) -%}
    coalesce(lower({{ audience }}), 'all users') in ('all users', 'tous les utilisateurs', '所有用户')
{%- endmacro %}
