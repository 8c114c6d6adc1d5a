{#- A query: the channel of every source and medium, by the first rule that fits both. `pairs` is a relation of distinct
    source and medium in lower case, neither null. -#}
{% macro first_channel_rule(pairs) -%}
    select pair.source, pair.medium, rule.channel_id, rule.rule_number
    from {{ pairs }} as pair
    inner join
        {{ ref("channel_rule") }} as rule
        on (
            rule.source_pattern is null or {{ matches_whole("pair.source", "rule.source_pattern") }}
        )
        and (
            rule.medium_pattern is null or {{ matches_whole("pair.medium", "rule.medium_pattern") }}
        )
    qualify row_number() over (partition by pair.source, pair.medium order by rule.rule_number) = 1
{%- endmacro %}
