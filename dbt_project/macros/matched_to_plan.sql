{#-
  A query: which plan each object belongs to, `key` columns → marketing_campaign_id and the rule that said so.
  Only rules whose plan runs in the object's days count; the first in plan order, then rule order, wins.
  Objects without a match have no row.

  `objects`: relation with the key, a platform and the value. `days`: its first and last day, two expressions.
-#}
{% macro matched_to_plan(objects, key, match_fields, days) -%}
    select
        {%- for name in key %} object_.{{ name }}, {%- endfor %}
        rule.marketing_campaign_id,
        concat(
            rule.marketing_campaign_id,
            ' #',
            cast(rule.rule_number as varchar(20)),
            ': ',
            rule.match_field,
            ' like ',
            rule.like_pattern
        ) as match_rule
    from {{ objects }} as object_
    inner join
        {{ ref("stg_plan_match") }} as rule
        on (
            {%- for field, column in match_fields.items() %}
                (
                    rule.match_field = '{{ field }}'
                    and {{ fits_pattern("object_." ~ column, "rule.like_pattern") }}
                )
                {%- if not loop.last %} or {% endif %}
            {%- endfor %}
        )
        and (rule.platform is null or rule.platform = object_.platform)
        and {{ days[0] }} <= rule.end_date
        and {{ days[1] }} >= rule.start_date
    qualify
        row_number() over (
            partition by
                {%- for name in key %}
                    object_.{{ name }} {%- if not loop.last %},{% endif %}
                {%- endfor %}
            order by rule.rule_rank
        )
        = 1
{%- endmacro %}

{#- Whether a day's conversions are complete: older than the lag of its account, else its platform. -#}
{% macro is_mature(day, as_of, lag_days) -%}
    {{ days_between(day, as_of) }} > {{ lag_days }}
{%- endmacro %}
