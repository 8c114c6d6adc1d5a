{#-
  A query: the plan of objects in whose rows a team may write its campaign: the plan with that name or id (of several
  the one that runs on the day, then the first), else the plan whose rules match. Objects of neither have no row.

  `objects`: relation with the key, a platform, campaign_name and the values that `match_fields` names. `day`: the
  object's day, an expression on `object_`.
-#}
{% macro named_campaign(objects, key, match_fields, day) -%}
    select {{ key | join(", ") }}, marketing_campaign_id, match_method, match_rule
    from
        (
            select
                {%- for name in key %} object_.{{ name }}, {%- endfor %}
                plan.marketing_campaign_id,
                'name' as match_method,
                concat(plan.marketing_campaign_id, ': named in the row') as match_rule,
                case
                    when {{ day }} between plan.start_date and plan.end_date then 0 else 1
                end as choice,
                plan.plan_number
            from {{ objects }} as object_
            inner join
                {{ ref("stg_plan_campaign") }} as plan
                on lower(trim(object_.campaign_name))
                in (lower(plan.marketing_campaign_id), lower(plan.name_en), lower(plan.name_zh))
            union all
            select
                {{ key | join(", ") }},
                marketing_campaign_id,
                match_method,
                match_rule,
                2 as choice,
                0 as plan_number
            from ({{ matched_to_plan(objects, key, match_fields, [day, day]) }}) as ruled
        ) as candidate
    qualify
        row_number() over (
            partition by {{ key | join(", ") }}
            order by choice, plan_number nulls last, marketing_campaign_id
        )
        = 1
{%- endmacro %}
