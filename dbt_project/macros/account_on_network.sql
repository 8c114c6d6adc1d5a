{#- An account of a platform that serves several networks, such as the Facebook and the Instagram account of one
    business: each is an account of its own. -#}
{% macro account_on_network() -%}
    case when network is null then account_id else concat(account_id, ' / ', network) end
{%- endmacro %}
