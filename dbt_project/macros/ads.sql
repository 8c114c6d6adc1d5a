{#- Measures of paid media that may be added up: counts are bigint, the others decimal(18,6). -#}
{% macro ad_counts() -%}
    {{
        return(
            [
                "impressions",
                "clicks",
                "clicks_all",
                "interactions",
                "video_views",
                "landing_page_views",
                "engagements",
            ]
        )
    }}
{%- endmacro %}

{% macro ad_amounts() -%}
    {{ return(["spend", "conversions", "conversion_value", "view_through_conversions"]) }}
{%- endmacro %}

{% macro ad_measures() -%} {{ return(ad_counts() + ad_amounts()) }} {%- endmacro %}

{#- `expression` cast to the type of the measure. -#}
{% macro ad_measure_type(measure, expression) -%}
    {%- if measure in ad_amounts() -%} {{ money(expression) }}
    {%- else -%} {{ count_type(expression) }}
    {%- endif -%}
{%- endmacro %}

{#- Columns by which a row names its account, campaign, ad group, ad and keyword; name_key is made of them. -#}
{% macro ad_name_columns() -%}
    {{
        return(
            [
                "platform",
                "level",
                "account_id",
                "account_name",
                "account_timezone",
                "currency_code",
                "campaign_id",
                "campaign_name",
                "ad_group_id",
                "ad_group_name",
                "ad_id",
                "ad_name",
                "keyword_id",
                "keyword",
                "match_type",
            ]
        )
    }}
{%- endmacro %}

{#- The CTEs `account_of_name, with_stated_account`: rows of `stated` with the account they state, by id, or by a
    name whose only id another export or the settings give. Needs the CTE `setting`. -#}
{% macro ad_account_of_name_ctes(stated) -%}
    account_of_name as (
        select platform, account_name, min(account_id) as account_id
        from
            (
                select platform, account_name, account_id
                from {{ stated }}
                union all
                select platform, account_name, account_id
                from setting
            ) as named_account
        where account_name is not null and account_id is not null
        group by platform, account_name
        having count(distinct account_id) = 1
    ),

    with_stated_account as (
        select
            {{ stated }}.*,
            coalesce({{ stated }}.account_id, account_of_name.account_id) as stated_account_id
        from {{ stated }}
        left join
            account_of_name
            on {{ stated }}.platform = account_of_name.platform
            and {{ stated }}.account_name = account_of_name.account_name
    )
{%- endmacro %}

{#- Columns that say what one statement of a platform is about, beside its period. None is ever null: a column
    that does not apply to the level is empty. -#}
{% macro ad_entity_key() -%}
    {{
        return(
            [
                "platform",
                "account_id",
                "level",
                "campaign_id",
                "ad_group_id",
                "entity_id",
                "keyword",
                "match_key",
                "search_term",
            ]
        )
    }}
{%- endmacro %}

{#- What `known` leaves of `total`, never on the other side of 0; null when there is no total. -#}
{% macro remaining(total, known) -%}
    case
        when {{ total }} >= 0
        then greatest({{ total }} - coalesce({{ known }}, 0), 0)
        when {{ total }} < 0
        then least({{ total }} - coalesce({{ known }}, 0), 0)
    end
{%- endmacro %}

{#- Equality of two rows on a list of columns that are never null. -#}
{% macro same(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }} {%- if not loop.last %} and {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- A list of columns, each with the prefix of its relation. -#}
{% macro of(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }} {%- if not loop.last %}, {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Money columns of a fact: native amounts, currency, rate and the reporting amounts. `fact` holds the native
    amounts as spend and conversion_value; `fx` is int_fx_daily, left-joined. -#}
{% macro ad_money_columns(fact, fx) -%}
    {{ fact }}.spend as spend_native,
    {{ fact }}.conversion_value as conversion_value_native,
    {{ fact }}.currency_code,
    {{ fx }}.fx_rate,
    {{ fx }}.fx_date,
    {{ fx }}.fx_source,
    {{ reporting_money(fact ~ ".spend", fx ~ ".fx_rate") }} as spend,
    {{ reporting_money(fact ~ ".conversion_value", fx ~ ".fx_rate") }} as conversion_value
{%- endmacro %}

{#- The measures of a fact that need no currency. -#}
{% macro ad_plain_measures(fact) -%}
    {%- for measure in ad_measures() if measure not in ["spend", "conversion_value"] -%}
        {{ fact }}.{{ measure }} {%- if not loop.last %}, {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- A match type without the words that differ between exports of one account ("Exact match", "exact", "精确匹配" of
    the same language setting); empty when the export does not say. -#}
{% macro match_key(match_type) -%}
    coalesce(trim(replace(replace(lower({{ match_type }}), ' match', ''), '匹配', '')), '')
{%- endmacro %}

{#- Whether a day is older than the conversion lag of its account, else of its platform. The relations are
    stg_workspace_setting and, left-joined, int_conversion_lag (twice) and stg_platform. -#}
{% macro is_ad_day_mature(day, setting, own_lag, platform_lag, platform) -%}
    {{
        is_mature(
            day,
            setting ~ ".as_of",
            "coalesce("
            ~ own_lag
            ~ ".lag_days, "
            ~ platform_lag
            ~ ".lag_days, "
            ~ platform
            ~ ".conversion_lag_days, 0)",
        )
    }}
{%- endmacro %}

{#- The joins every ad fact needs, from a relation with platform, account_id, currency_code and date_day: rate,
    report date, conversion lag and platform, all left. -#}
{% macro ad_fact_joins(fact) -%}
    left join
        {{ ref("int_fx_daily") }} as fx
        on fx.date_day = {{ fact }}.date_day
        and fx.currency_code = {{ fact }}.currency_code
    left join {{ ref("stg_workspace_setting") }} as setting on true
    left join
        {{ ref("int_conversion_lag") }} as own_lag
        on own_lag.platform = {{ fact }}.platform
        and own_lag.account_id = {{ fact }}.account_id
    left join
        {{ ref("int_conversion_lag") }} as platform_lag
        on platform_lag.platform = {{ fact }}.platform
        and platform_lag.account_id = '(all)'
    left join {{ ref("stg_platform") }} as platform on platform.platform = {{ fact }}.platform
{%- endmacro %}

{#- The columns ad facts share after their key: measures, money, maturity. -#}
{% macro ad_fact_columns(fact) -%}
    {{ ad_plain_measures(fact) }},
    {{ ad_money_columns(fact, "fx") }},
    {{ is_ad_day_mature(fact ~ ".date_day", "setting", "own_lag", "platform_lag", "platform") }}
    as is_mature
{%- endmacro %}

{#- What a level leaves of the spend authority, as one query: one row per campaign and day whose rows in `level_rows`
    do not add up to it. Days the authority does not know count as 0. `level_rows` and `authority` are relations
    with date_day, platform, account_id, campaign_id, the measures, currency_code, is_allocated and file_id. -#}
{% macro unallocated_rows(level_rows, authority) -%}
    {%- set campaign_day = ["date_day", "platform", "account_id", "campaign_id"] -%}
    with
        level_total as (
            select
                {{ campaign_day | join(", ") }},
                max(currency_code) as currency_code,
                bool_or(is_allocated) as is_allocated
                {%- for measure in ad_measures() %}
                    , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
                {%- endfor %}
            from {{ level_rows }}
            group by {{ campaign_day | join(", ") }}
        ),

        compared as (
            select
                {% for column in campaign_day -%}
                    coalesce(authority.{{ column }}, level_total.{{ column }}) as {{ column }},
                {% endfor -%}
                coalesce(authority.currency_code, level_total.currency_code) as currency_code,
                coalesce(authority.is_allocated, false)
                or coalesce(level_total.is_allocated, false) as is_allocated
                {%- for measure in ad_measures() %}
                    ,
                    case
                        when authority.platform is null
                        then - level_total.{{ measure }}
                        else authority.{{ measure }} - coalesce(level_total.{{ measure }}, 0)
                    end as {{ measure }}
                {%- endfor %}
            from {{ authority }} as authority
            full outer join level_total on {{ same("level_total", "authority", campaign_day) }}
        )

    select {{ (campaign_day + ["currency_code", "is_allocated"] + ad_measures()) | join(", ") }}
    from compared
    where
        {% for measure in ad_measures() -%}
            coalesce({{ measure }}, 0) <> 0 {% if not loop.last %} or {% endif -%}
        {% endfor -%}
{%- endmacro %}

{#- The native column of an ad fact that holds a measure of the lake. -#}
{% macro renamed_ad_measure(measure) -%}
    {{ measure ~ "_native" if measure in ["spend", "conversion_value"] else measure }}
{%- endmacro %}
