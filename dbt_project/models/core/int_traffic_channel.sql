-- The channel of every source and medium, by the first rule that matches.
with
    rule as (select * from {{ ref("channel_rule") }}),

    pair as (
        {%- for model in ["stg_web_traffic", "int_web_session"] %}
            select source, coalesce(medium, '(not set)') as medium
            from {{ ref(model) }}
            where source is not null
            {% if not loop.last %}
                union
            {% endif %}
        {%- endfor %}
    ),

    ruled as ({{ first_channel_rule("pair") }}),

    final as (
        select ruled.source, ruled.medium, ruled.channel_id, ruled.rule_number, rule.rule_version
        from ruled
        inner join rule on ruled.rule_number = rule.rule_number
    )

select *
from final
