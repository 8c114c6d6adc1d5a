{#- Every file, from its own totals row to the mart, measure by measure. `difference` is the largest gap between two
    stages that must agree: receipt and lake, lake and statements, statements and mart. What reaches the mart as it
    is are the newest daily statements; period statements are spread and only compared up to core. -#}
{%- set ad_key = ["platform", "account_id", "campaign_id"] -%}
{#- dataset → measures that are tied. -#}
{%- set datasets = {
    "ad_performance": ad_measures(),
    "ad_conversion": ["conversions", "conversion_value", "view_through_conversions"],
    "touchpoint": ["conversion_value", "touch_cost"],
    "conversion_path": ["conversions", "non_conversions", "conversion_value"],
    "search_performance": ["impressions", "clicks"],
    "search_coverage": ["impressions"],
    "search_citation": ["citations"],
    "backlink": ["links"],
    "social_post": post_counters() | list,
    "social_account": social_account_counters() | list,
    "email_campaign": [
        "sends",
        "delivered",
        "bounces_hard",
        "bounces_soft",
        "opens_unique",
        "opens_total",
        "clicks_unique",
        "clicks_total",
        "unsubscribes",
        "complaints",
        "orders",
        "revenue",
    ],
    "email_event": ["events"],
    "web_traffic": [
        "sessions",
        "engaged_sessions",
        "new_users",
        "pageviews",
        "event_count",
        "conversions",
        "conversion_value",
    ],
    "web_session": ["pageviews", "event_count", "conversions", "conversion_value"],
    "order": ["units", "revenue"],
    "order_line": [
        "units",
        "gross_sales",
        "discounts",
        "taxes",
        "revenue",
        "cost_of_goods",
    ],
    "refund": ["units", "refunds"],
    "partner_deliverable": [
        "impressions",
        "views",
        "likes",
        "comments",
        "shares",
        "saves",
        "link_clicks",
        "orders",
        "fee",
        "product_cost",
        "revenue",
    ],
    "partner_commission": ["revenue", "commission", "network_fee"],
    "cost_item": ["spend"],
    "content_item": ["cost"],
} -%}
{#- dataset → relations and conditions of the newest statements that stand in a mart as they are. -#}
{%- set newest = {
    "ad_conversion": [["int_conversion_statement", "period_start = period_end"]],
    "touchpoint": [["stg_touchpoint", "true"]],
    "conversion_path": [["stg_conversion_path", "true"]],
    "search_performance": [
        ["stg_search_performance", "level = 'property' and period_start = period_end"]
    ],
    "search_coverage": [["stg_search_coverage", "date_day is not null"]],
    "search_citation": [
        ["stg_search_citation", "level <> 'property' or period_start = period_end"]
    ],
    "backlink": [["stg_backlink", "date_day is not null"]],
    "social_post": [["stg_social_post", "true"]],
    "social_account": [["stg_social_account", "period_start = period_end"]],
    "email_campaign": [["stg_email_campaign", "true"]],
    "email_event": [["stg_email_event", "true"]],
    "web_traffic": [["int_web_traffic_period", "period_start = period_end"]],
    "web_session": [["int_web_session", "basis= 'session_export'"]],
    "order": [["int_order", "true"], ["stg_shop_period", "period_start = period_end"]],
    "order_line": [["int_order_line", "true"]],
    "refund": [["int_refund", "basis= 'refund'"]],
    "partner_deliverable": [["int_partner_deliverable", "not is_carried"]],
    "partner_commission": [["stg_partner_commission", "order_id <> '(not stated)'"]],
    "cost_item": [["stg_cost_item", "true"]],
    "content_item": [["stg_content_item", "true"]],
} -%}
{#- dataset → facts and conditions. -#}
{%- set facts = {
    "ad_conversion": [["fct_ad_conversion_daily", "not is_allocated"]],
    "touchpoint": [["fct_touchpoint", "true"]],
    "conversion_path": [["mart_conversion_path", "true"]],
    "search_performance": [["fct_seo_property_daily", "not is_allocated"]],
    "search_coverage": [["fct_seo_coverage_daily", "true"]],
    "search_citation": [
        ["fct_search_citation_daily", "not is_allocated"],
        ["fct_search_citation_period", "true"],
    ],
    "backlink": [["fct_backlink_snapshot", "true"]],
    "social_post": [["fct_content_post_daily", "true"]],
    "social_account": [["fct_social_account_daily", "not is_allocated"]],
    "email_campaign": [["fct_message_send", "true"]],
    "email_event": [["fct_email_event", "true"]],
    "web_traffic": [["fct_web_traffic_daily", "not is_allocated"]],
    "web_session": [["fct_web_session", "basis= 'session_export'"]],
    "order": [
        ["fct_order", "true"],
        ["fct_shop_daily", "basis= 'day_total' and not is_allocated"],
    ],
    "order_line": [["fct_order_line", "true"]],
    "refund": [["fct_refund", "basis= 'refund'"]],
    "partner_deliverable": [["fct_partner_deliverable", "not is_carried"]],
    "partner_commission": [["fct_partner_commission_daily", "order_id is not null"]],
    "cost_item": [["fct_cost_daily", "true"]],
    "content_item": [["fct_content_item", "true"]],
} -%}
{%- set amounts = [
    "conversion_value",
    "touch_cost",
    "revenue",
    "gross_sales",
    "discounts",
    "taxes",
    "cost_of_goods",
    "refunds",
    "fee",
    "product_cost",
    "commission",
    "network_fee",
    "cost",
    "spend",
] -%}
{#- Relations before the marts whose amounts are named as in the marts. -#}
{%- set native_before_marts = ["int_web_traffic_period", "int_web_session"] -%}
with
    receipt as (select * from {{ ref("stg_landed_file") }} where dataset is not null),

    {% for dataset, measures in datasets.items() -%}
        {{ dataset }}_landed as (
            select
                file_id,
                max(platform) as platform,
                max(report) as report,
                max(file_name) as file_name
                {%- for measure in measures %}
                    ,
                    sum({{ json_number("totals", measure) }}) as landed_{{ measure }},
                    sum({{ json_number("control_totals", measure) }}) as control_{{ measure }}
                {%- endfor %}
            from receipt
            where dataset = '{{ dataset }}'
            group by file_id
        ),

    {% endfor -%}
    {% for dataset, measures in datasets.items() if dataset != "ad_performance" -%}
        {{ dataset }}_lake as ({{ landed_rows(dataset) }}),

        {{ dataset }}_staged as (
            select
                file_id
                {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
            from {{ dataset }}_lake
            group by file_id
        ),

        {{ dataset }}_core as (
            select
                file_id
                {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
            from
                (
                    {% for relation, condition in newest[dataset] -%}
                        select
                            file_id
                            {%- for measure in measures %}
                                {%- set suffix = (
                                    "_native"
                                    if relation in native_before_marts
                                    and measure in amounts
                                    else ""
                                ) %},
                                {{ measure ~ suffix }} as {{ measure }}
                            {%- endfor %}
                        from {{ ref(relation) }}
                        where {{ condition }}
                        {% if not loop.last -%}
                            union all
                        {% endif -%}
                    {% endfor -%}
                ) as newest_statement
            group by file_id
        ),

        {{ dataset }}_mart as (
            select
                file_id
                {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
            from
                (
                    {% for relation, condition in facts[dataset] -%}
                        select
                            file_id
                            {%- for measure in measures %}
                                {%- set prefix = (
                                    "cumulative_" if dataset == "social_post" else ""
                                ) %}
                                {%- set suffix = "_native" if measure in amounts else "" %},
                                {{ prefix ~ measure ~ suffix }} as {{ measure }}
                            {%- endfor %}
                        from {{ ref(relation) }}
                        where {{ condition }}
                        {% if not loop.last -%}
                            union all
                        {% endif -%}
                    {% endfor -%}
                ) as fact
            group by file_id
        ),

    {% endfor -%}
    ad_performance_staged as (
        select
            file_id
            {%- for measure in ad_measures() %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
        from {{ ref("stg_ad_performance") }}
        group by file_id
    ),

    statement as (select * from {{ ref("int_ad_statement") }}),

    ad_performance_statement as (
        select
            file_id
            {%- for measure in ad_measures() %}
                ,
                sum({{ measure }}) as {{ measure }},
                sum(case when is_newest then 0 else {{ measure }} end) as superseded_{{ measure }}
            {%- endfor %}
        from statement
        group by file_id
    ),

    -- Newest daily statements beside the fact row of the same key.
    campaign_day as (select * from {{ ref("fct_ad_campaign_daily") }}),

    account_day as (
        select
            platform,
            account_id,
            date_day
            {%- for measure in ad_measures() %}
                , sum({{ renamed_ad_measure(measure) }}) as {{ renamed_ad_measure(measure) }}
            {%- endfor %}
        from campaign_day
        group by platform, account_id, date_day
    ),

    remainder as (
        select platform, account_id, campaign_id, period_start
        from {{ ref("int_ad_campaign_period") }}
        where is_remainder and period_start = period_end
    ),

    compared as (
        {% for fact in ["account_day", "campaign_day", "entity", "term", "breakdown"] -%}
            select
                statement.file_id
                {%- for measure in ad_measures() %}
                    ,
                    statement.{{ measure }} as {{ measure }},
                    case
                        when statement.{{ measure }} is not null
                        then fact.{{ renamed_ad_measure(measure) }}
                    end as mart_{{ measure }}
                {%- endfor %}
            from statement
            left join
                {{
                    {
                        "account_day": "account_day",
                        "campaign_day": "campaign_day",
                        "entity": ref("fct_ad_entity_daily"),
                        "term": ref("fct_ad_search_term_daily"),
                        "breakdown": ref("fct_ad_breakdown_daily"),
                    }[fact]
                }} as fact
                on fact.date_day = statement.period_start
                and fact.platform = statement.platform
                and fact.account_id = statement.account_id
                {% if fact == "breakdown" -%}
                    and fact.level = statement.level
                    and fact.campaign_id = case
                        when statement.level = 'account' then '(all)' else statement.campaign_id
                    end
                    and fact.entity_id = case
                        statement.level
                        when 'account'
                        then statement.account_id
                        when 'campaign'
                        then statement.campaign_id
                        else statement.entity_id
                    end
                    and fact.breakdown_type = statement.breakdown_type
                    and fact.breakdown_value
                    = coalesce(nullif(statement.breakdown_value, ''), '(unknown)')
                {%- elif fact != "account_day" -%} and fact.campaign_id = statement.campaign_id
                {%- endif %}
                {% if fact in ["entity", "breakdown"] -%}
                    and fact.ad_group_id = statement.ad_group_id
                {%- endif %}
                {% if fact == "entity" -%}
                    and fact.level = statement.level and fact.entity_id = statement.entity_id
                {%- elif fact == "term" -%}
                    and fact.ad_group_id = statement.ad_group_id
                    and fact.keyword = statement.keyword
                    and {{ match_key("fact.match_type") }}
                    = coalesce(nullif(statement.match_key, ''), '(unknown)')
                    and fact.search_term = statement.search_term
                {%- endif %}
            {% if fact == "campaign_day" -%}
                left join
                    remainder
                    on remainder.platform = statement.platform
                    and remainder.account_id = statement.account_id
                    and remainder.campaign_id = statement.campaign_id
                    and remainder.period_start = statement.period_start
            {%- endif %}
            where
                statement.is_newest and statement.period_start = statement.period_end
                {% if fact == "breakdown" -%}
                    and statement.breakdown_type <> '' and statement.level <> 'search_term'
                {%- else -%} and statement.breakdown_type = ''
                {%- endif %}
                {% if fact == "account_day" -%} and statement.level = 'account'
                {%- elif fact == "campaign_day" -%}
                    and statement.level = 'campaign' and remainder.platform is null
                {%- elif fact == "entity" -%} and statement.level in ('ad_group', 'ad', 'keyword')
                {%- elif fact == "term" -%} and statement.level = 'search_term'
                {%- endif %}
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
    ),

    ad_performance_core as (
        select
            file_id
            {%- for measure in ad_measures() %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
        from compared
        group by file_id
    ),

    ad_performance_mart as (
        select
            file_id
            {%- for measure in ad_measures() %}
                , sum(mart_{{ measure }}) as {{ measure }}
            {%- endfor %}
        from compared
        group by file_id
    ),

    {% for dataset, measures in datasets.items() -%}
        {{ dataset }}_file as (
            select
                landed.*
                {%- for measure in measures %}
                    ,
                    staged.{{ measure }} as staged_{{ measure }},
                    {% if dataset == "ad_performance" -%}
                        statement.{{ measure }} as statement_{{ measure }},
                        statement.superseded_{{ measure }},
                    {%- else -%}
                        staged.{{ measure }} as statement_{{ measure }},
                        null as superseded_{{ measure }},
                    {%- endif %}
                    core.{{ measure }} as core_{{ measure }},
                    mart.{{ measure }} as mart_{{ measure }}
                {%- endfor %}
            from {{ dataset }}_landed as landed
            left join {{ dataset }}_staged as staged on landed.file_id = staged.file_id
            {% if dataset == "ad_performance" -%}
                left join
                    ad_performance_statement as statement on landed.file_id = statement.file_id
            {%- endif %}
            left join {{ dataset }}_core as core on landed.file_id = core.file_id
            left join {{ dataset }}_mart as mart on landed.file_id = mart.file_id
        ),

    {% endfor -%}
    measure_of_dataset as (
        {% for dataset, measures in datasets.items() -%}
            {%- set last_dataset = loop.last -%}
            {% for measure in measures -%}
                select '{{ dataset }}' as dataset, '{{ measure }}' as measure
                {% if not (loop.last and last_dataset) -%}
                    union all
                {% endif -%}
            {% endfor -%}
        {% endfor -%}
    ),

    stage as (
        {% for dataset, measures in datasets.items() -%}
            select
                totals.file_id,
                measure_of_dataset.dataset,
                measure_of_dataset.measure,
                totals.platform,
                totals.report,
                totals.file_name
                {%- for name in [
                    "control",
                    "landed",
                    "staged",
                    "statement",
                    "superseded",
                    "core",
                    "mart",
                ] %}
                    ,
                    case
                        measure_of_dataset.measure
                        {%- for measure in measures %}
                            when '{{ measure }}' then {{ exact("totals." ~ name ~ "_" ~ measure) }}
                        {%- endfor %}
                    end as {{ name }}_total
                {%- endfor %}
            from {{ dataset }}_file as totals
            cross join measure_of_dataset
            where measure_of_dataset.dataset = '{{ dataset }}'
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
    ),

    final as (
        select
            file_id,
            dataset,
            measure,
            platform,
            report,
            file_name,
            control_total,
            landed_total,
            staged_total,
            superseded_total,
            core_total,
            mart_total,
            control_total - landed_total as control_difference,
            greatest(
                abs(coalesce(landed_total, staged_total, 0) - coalesce(staged_total, 0)),
                abs(coalesce(staged_total, 0) - coalesce(statement_total, 0)),
                abs(coalesce(core_total, 0) - coalesce(mart_total, 0))
            ) as difference
        from stage
        where coalesce(control_total, landed_total, staged_total) is not null
    )

select *
from final
