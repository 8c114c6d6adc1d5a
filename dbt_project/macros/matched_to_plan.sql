{#-
  A query: which plan each object belongs to, one row per `key`: marketing_campaign_id with the largest weight (ties:
  the first in plan order), its weight, and the rule that said so with its method. Objects without a match have no row.

  `objects`: relation with the key, a platform and the values that `match_fields` (field of a rule → column) names.
  `days`: the object's first and last day, two expressions on `object_`.
-#}
{% macro matched_to_plan(objects, key, match_fields, days) -%}
    select {{ key | join(", ") }}, marketing_campaign_id, match_method, match_rule, weight
    from ({{ shared_by_plans(objects, key, match_fields, days) }}) as share
    qualify
        row_number() over (
            partition by {{ key | join(", ") }} order by weight desc nulls last, rule_rank
        )
        = 1
{%- endmacro %}

{#-
  A query: all plans an object belongs to, one row per `key` and marketing_campaign_id. The first of a plan's rules that
  fits gives its weight; plans are asked in their order, and none takes more than those before it left: weights of an
  object never add up to more than 1. `weight_from` and `weight_to` are the running sums before and after the row.
  `stated_weight` is what the rule asked for.

  With `by_day`, days[0] … days[1] is a span whose every day is an object of its own: the key has date_day too.
-#}
{% macro shared_by_plans(objects, key, match_fields, days, by_day=false) -%}
    {%- set full_key = (["date_day"] if by_day else []) + key -%}
    {%- set fields = match_fields.values() | unique | list -%}
    with
        matching_value as (
            select distinct
                platform
                {%- for column in fields if column != "platform" %}, {{ column }} {%- endfor %}
            from {{ objects }}
        ),

        matching_rule as (
            select
                matching_value.*,
                rule.marketing_campaign_id,
                rule.rule_rank,
                rule.match_method,
                rule.match_rule,
                rule.weight as stated_weight,
                rule.valid_from,
                rule.valid_to
            from matching_value
            inner join
                {{ ref("stg_plan_match") }} as rule
                on (
                    {%- for field, column in match_fields.items() %}
                        (
                            rule.match_field = '{{ field }}'
                            and {{ fits_pattern("matching_value." ~ column, "rule.like_pattern") }}
                        )
                        {%- if not loop.last %} or {% endif %}
                    {%- endfor %}
                )
                and (rule.platform is null or rule.platform = matching_value.platform)
        ),

        matching_plan as (
            select
                {%- for name in key %} object_.{{ name }}, {%- endfor %}
                {%- if by_day %} calendar.date_day, {%- endif %}
                matching_rule.marketing_campaign_id,
                matching_rule.rule_rank,
                matching_rule.match_method,
                matching_rule.match_rule,
                matching_rule.stated_weight
            from {{ objects }} as object_
            inner join
                matching_rule on object_.platform = matching_rule.platform
                {%- for column in fields if column != "platform" %}
                    and object_.{{ column }} is not distinct from matching_rule.{{ column }}
                {%- endfor %}
                and {{ days[0] }} <= matching_rule.valid_to
                and {{ days[1] }} >= matching_rule.valid_from
            {%- if by_day %}
                inner join
                    {{ ref("dim_date") }} as calendar
                    on calendar.date_day >= {{ days[0] }}
                    and calendar.date_day <= {{ days[1] }}
                    and calendar.date_day >= matching_rule.valid_from
                    and calendar.date_day <= matching_rule.valid_to
            {%- endif %}
            qualify
                row_number() over (
                    partition by
                        {%- for name in key %} object_.{{ name }}, {%- endfor %}
                        {%- if by_day %} calendar.date_day, {%- endif %}
                        matching_rule.marketing_campaign_id
                    order by matching_rule.rule_rank
                )
                = 1
        ),

        matching_share as (
            select
                *,
                cast(
                    sum(stated_weight) over (
                        partition by {{ full_key | join(", ") }}
                        order by rule_rank
                        rows between unbounded preceding and current row
                    ) as decimal(18, 6)
                ) as asked
            from matching_plan
        )

    select
        {{ full_key | join(", ") }},
        marketing_campaign_id,
        rule_rank,
        match_method,
        match_rule,
        stated_weight,
        cast(least(asked, 1) - (asked - stated_weight) as decimal(9, 6)) as weight,
        cast(asked - stated_weight as decimal(9, 6)) as weight_from,
        cast(least(asked, 1) as decimal(9, 6)) as weight_to
    from matching_share
    where asked - stated_weight < 1
{%- endmacro %}

{#-
  A campaign's part of an amount by the running sums of weights, `digits` after the point: parts add up to the amount
  to the last digit.
-#}
{% macro weighted_part(amount, weight_from, weight_to, digits) -%}
    round({{ exact(amount) }} * {{ weight_to }}, {{ digits }})
    - round({{ exact(amount) }} * {{ weight_from }}, {{ digits }})
{%- endmacro %}

{#- A query: rows of fct_ad_campaign_daily, one per marketing campaign that shares the row, each with its part. -#}
{% macro ad_parts(ads) -%}
    select
        ad.date_day,
        ad.platform,
        ad.account_id,
        ad.campaign_id,
        ad.channel_id,
        share.marketing_campaign_id,
        ad.is_mature,
        ad.is_allocated
        {%- for measure in [
            "impressions",
            "clicks",
            "video_views",
            "spend",
            "conversions",
            "conversion_value",
        ] %}
            ,
            {{
                ad_measure_type(
                    measure,
                    weighted_part(
                        "ad." ~ measure,
                        "share.weight_from",
                        "share.weight_to",
                        6 if measure in ad_amounts() else 0,
                    ),
                )
            }} as {{ measure }}
        {%- endfor %}
    from {{ ads }} as ad
    inner join
        {{ ref("int_campaign_share_day") }} as share
        on {{ same("share", "ad", ["date_day", "platform", "account_id", "campaign_id"]) }}
{%- endmacro %}

{#- Whether a day's conversions are complete: older than the lag of its account, else its platform. -#}
{% macro is_mature(day, as_of, lag_days) -%}
    {{ days_between(day, as_of) }} > {{ lag_days }}
{%- endmacro %}
