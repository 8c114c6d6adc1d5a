{#- The attribution models, and the one place of their parameters: how a touch is weighed among the touches of its
    conversion. `weight` is an expression over int_conversion_touch; weights are divided by their sum. Days of the
    look-back are those before the conversion; a touch of exactly that age still counts. -#}
{% macro attribution_models() -%}
    {%- set half_life_days = 7 -%}
    {{
        return(
            [
                {"name": "first_touch", "weight": "case when position = 1 then 1 else 0 end"},
                {
                    "name": "last_touch",
                    "weight": "case when position = touch_count then 1 else 0 end",
                },
                {
                    "name": "last_non_direct",
                    "weight": "case when position = coalesce(last_non_direct_position, touch_count) then 1 else 0 end",
                },
                {"name": "linear", "weight": "1"},
                {
                    "name": "position_based",
                    "weight": "case when touch_count <= 2 then 1 when position in (1, touch_count) then 0.4 else 0.2 / (touch_count - 2) end",
                },
                {
                    "name": "time_decay",
                    "weight": "power(2, - age_seconds / (86400.0 * " ~ half_life_days ~ "))",
                    "half_life_days": half_life_days,
                },
            ]
        )
    }}
{%- endmacro %}

{#- Days before a conversion in which a touch may take part in it. -#}
{% macro attribution_window_days() -%} {{ return(30) }} {%- endmacro %}

{#- The part of `amount` that falls on a touch, given the shares of all touches up to it and before it: rounded so that
    the parts of one conversion are the amount exactly. -#}
{% macro share_of(amount, type, digits) -%}
    cast(
        {{ rounded_share(amount, "share_up_to", type, digits) }}
        - {{ rounded_share(amount, "share_before", type, digits) }} as {{ type }}
    )
{%- endmacro %}

{% macro rounded_share(amount, share, type, digits) -%}
    case
        when {{ share }} = 1
        then cast({{ amount }} as {{ type }})
        else cast(round(cast({{ amount }} as double) * {{ share }}, {{ digits }}) as {{ type }})
    end
{%- endmacro %}
