{#- What an ad platform says of conversions, in the order in which they stand in every model. -#}
{% macro conversion_measures() -%}
    {{ return(["conversions", "conversion_value", "view_through_conversions"]) }}
{%- endmacro %}

{#- Columns that say which conversions a row counts, beside its day or period. None is ever null: what does not
    apply to the level is empty. -#}
{% macro conversion_key() -%}
    {{
        return(
            [
                "platform",
                "account_id",
                "level",
                "campaign_id",
                "ad_group_id",
                "ad_id",
                "keyword_id",
                "conversion_action",
                "attribution_window",
                "conversion_basis",
            ]
        )
    }}
{%- endmacro %}

{#- Signs of what was done before a conversion, as regular expressions. -#}
{% macro click_signs() -%} {{ return("click|tap|swipe|点击") }} {%- endmacro %}

{% macro view_signs() -%} {{ return("view|impression|浏览|展示|曝光") }} {%- endmacro %}

{#- The days of a window that its words give for the signs of clicks or of views; null where they give none. Words that
    begin with a sign say the days after it ("click 7d", "点击后7天"), others before it ("7d_click", "1-day view"). -#}
{% macro window_days(words, signs) -%}
    {%- set unit = "[ _-]*(?:d|day|days|天|日)" -%}
    {%- set before = (
        "([0-9]+)" ~ unit ~ "[ _-]*(?:after|post|following|内)?[ _-]*(?:" ~ signs ~ ")"
    ) -%}
    {%- set after = "(?:" ~ signs ~ ")[^0-9]{0,10}([0-9]+)" ~ unit -%}
    {%- set first_sign = "^[^0-9]*(" ~ click_signs() ~ "|" ~ view_signs() ~ ")" -%}
    try_cast(
        nullif(
            case
                when regexp_extract(lower({{ words }}), '{{ first_sign }}', 1) <> ''
                then regexp_extract(lower({{ words }}), '{{ after }}', 1)
                else regexp_extract(lower({{ words }}), '{{ before }}', 1)
            end,
            ''
        ) as bigint
    )
{%- endmacro %}

{#- One of several statements of the same thing, per `partition`: the first in `rank` order among those that stand on
    at least nine in ten of the days (`days` of `all_days`); if none does, the one with the most days. The choice
    holds for all time: it never changes from day to day, and one stray day does not change it. -#}
{% macro is_first_choice(partition, days, all_days, rank) -%}
    row_number() over (
        partition by {{ partition | join(", ") }}
        order by
            case
                when {{ days }} * 10 >= {{ all_days }} * 9 then 0 else {{ all_days }} - {{ days }}
            end,
            {{ rank | join(", ") }}
    )
    = 1
{%- endmacro %}
