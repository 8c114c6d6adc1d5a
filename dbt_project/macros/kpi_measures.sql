{#-
  The measures of the campaign KPI marts: every numerator and denominator of the metric registry is one of them.
  `source` names the domain whose exports a measure needs, to tell when a number waits for a late source;
  'conversion' follows the conversion basis, 'plan' waits for nothing, and 'profit' takes the costs of a campaign from
  the gross profit of its own orders.
-#}
{% macro kpi_measures() -%}
    {{
        return(
            [
                {"name": "impressions", "source": "ads", "type": "bigint"},
                {"name": "clicks", "source": "ads", "type": "bigint"},
                {"name": "spend", "source": "ads", "type": "decimal(18, 6)"},
                {
                    "name": "platform_conversions",
                    "source": "claim",
                    "type": "decimal(18, 6)",
                },
                {
                    "name": "platform_conversion_value",
                    "source": "claim",
                    "type": "decimal(18, 6)",
                },
                {
                    "name": "web_conversions",
                    "source": "web",
                    "type": "decimal(18, 6)",
                },
                {
                    "name": "web_conversion_value",
                    "source": "web",
                    "type": "decimal(18, 6)",
                },
                {
                    "name": "conversions",
                    "source": "conversion",
                    "type": "decimal(18, 6)",
                },
                {
                    "name": "conversion_value",
                    "source": "conversion",
                    "type": "decimal(18, 6)",
                },
                {"name": "conversion_base", "source": "conversion", "type": "bigint"},
                {"name": "sessions", "source": "web", "type": "bigint"},
                {"name": "engaged_sessions", "source": "web", "type": "bigint"},
                {"name": "bounced_sessions", "source": "web", "type": "bigint"},
                {"name": "pageviews", "source": "web", "type": "bigint"},
                {"name": "organic_impressions", "source": "seo", "type": "bigint"},
                {"name": "organic_clicks", "source": "seo", "type": "bigint"},
                {
                    "name": "organic_position_impressions",
                    "source": "seo",
                    "type": "bigint",
                },
                {
                    "name": "organic_position_weight",
                    "source": "seo",
                    "type": "double",
                },
                {"name": "sends", "source": "email", "type": "bigint"},
                {"name": "delivered", "source": "email", "type": "bigint"},
                {"name": "opens_unique", "source": "email", "type": "bigint"},
                {"name": "clicks_unique", "source": "email", "type": "bigint"},
                {"name": "unsubscribes", "source": "email", "type": "bigint"},
                {"name": "social_impressions", "source": "social", "type": "bigint"},
                {"name": "engagements", "source": "social", "type": "bigint"},
                {"name": "video_views", "source": "ads", "type": "bigint"},
                {"name": "planned_spend", "source": "plan", "type": "decimal(18, 6)"},
                {"name": "partner_fees", "source": "partners", "type": "decimal(18, 6)"},
                {
                    "name": "partner_commission",
                    "source": "partners",
                    "type": "decimal(18, 6)",
                },
                {"name": "partner_cost", "source": "partners", "type": "decimal(18, 6)"},
                {"name": "partner_views", "source": "partners", "type": "bigint"},
                {"name": "partner_engagements", "source": "partners", "type": "bigint"},
                {"name": "partner_clicks", "source": "partners", "type": "bigint"},
                {"name": "other_cost", "source": "costs", "type": "decimal(18, 6)"},
                {"name": "total_cost", "source": "ads", "type": "decimal(18, 6)"},
                {"name": "orders", "source": "orders", "type": "bigint"},
                {"name": "revenue", "source": "orders", "type": "decimal(18, 6)"},
                {"name": "net_revenue", "source": "orders", "type": "decimal(18, 6)"},
                {"name": "refunds", "source": "orders", "type": "decimal(18, 6)"},
                {"name": "gross_profit", "source": "orders", "type": "decimal(18, 6)"},
                {"name": "new_customers", "source": "orders", "type": "bigint"},
                {
                    "name": "new_customer_revenue",
                    "source": "orders",
                    "type": "decimal(18, 6)",
                },
                {"name": "contribution", "source": "profit", "type": "decimal(18, 6)"},
            ]
        )
    }}
{%- endmacro %}

{#- Those that facts state and sums of facts give; the rest follows from the claims, the conversion basis and
    the costs. -#}
{% macro kpi_stated_measures() -%}
    {{
        return(
            kpi_measures()
            | rejectattr("source", "in", ["claim", "conversion", "profit"])
            | map(attribute="name")
            | list
        )
    }}
{%- endmacro %}

{#- The value of the measure whose name a column holds; null for no name. -#}
{% macro measure_named(name_column, relation) -%}
    case
        {{ name_column }}
        {%- for measure in kpi_measures() %}
            when '{{ measure.name }}' then cast({{ relation }}.{{ measure.name }} as decimal(38, 6))
        {%- endfor %}
    end
{%- endmacro %}

{#- The domain a measure needs, by the name a column holds. -#}
{% macro source_named(name_column, basis) -%}
    case
        {{ name_column }}
        {%- for measure in kpi_measures() %}
            when '{{ measure.name }}'
            then
                {%- if measure.source == "conversion" %}
                    case when {{ basis }} = 'web' then 'web' else 'ads' end
                {%- elif measure.source == "claim" %} 'ads'
                {%- elif measure.source == "profit" %} 'orders'
                {%- else %} '{{ measure.source }}'
                {%- endif %}
        {%- endfor %}
    end
{%- endmacro %}

{#- A metric's value from its summed numerator and denominator: the only place where one is made. -#}
{% macro metric_value(metric, numerator, denominator) -%}
    case
        when {{ metric }}.denominator is null
        then cast({{ numerator }} as double)
        else {{ ratio(numerator, denominator) }} * {{ metric }}.scale
    end
{%- endmacro %}

{#- How far a target is reached by direction; null for bands, missing sides and a zero divisor. -#}
{% macro attainment(direction, actual, target) -%}
    case
        when {{ direction }} = 'up'
        then {{ ratio(actual, target) }}
        when {{ direction }} = 'down'
        then {{ ratio(target, actual) }}
    end
{%- endmacro %}

{#- A sum of columns of one row of which some are not known; null when none is. -#}
{% macro sum_of_known(columns) -%}
    case
        when coalesce({{ columns | join(", ") }}) is not null
        then
            {%- for column in columns %}
                coalesce({{ column }}, 0) {%- if not loop.last %} + {% endif -%}
            {%- endfor %}
    end
{%- endmacro %}
