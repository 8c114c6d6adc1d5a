{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_version"},
    )
}}
{#- What each file says of each entity and period: rows of one file with the same key are summed; `is_newest` marks
    the statement that counts. A newer file replaces an older one, whatever names it uses for the same entity.
    Search terms and keywords that one file lists by keyword or match type and another one without are the same
    spend twice: the newest file decides which way of listing counts. -#}
{%- set statement = ad_entity_key() + [
    "period_start",
    "period_end",
    "breakdown_type",
    "breakdown_value",
] -%}
{%- set scope = ["platform", "account_id", "level", "period_start", "period_end"] -%}
{%- set attributes = [
    "campaign_name",
    "ad_group_name",
    "ad_name",
    "match_type",
    "campaign_status",
    "campaign_type",
    "entity_status",
    "search_term_status",
] -%}
with
    version as ({{ new_versions("int_ad_version") }}),

    performance as (
        select staged.*, version.version_id as part_version_id
        from {{ ref("stg_ad_performance") }} as staged
        inner join
            version on staged.platform = version.platform and staged.period_start = version.date_day
    ),

    file_account as (select * from {{ ref("int_ad_file_account") }}),

    identity as (select * from {{ ref("int_ad_identity") }}),

    identified as (
        select
            performance.part_version_id as version_id,
            performance.file_id,
            performance.report,
            performance.exported_at,
            performance.landed_at,
            performance.platform,
            identity.known_account_id as account_id,
            identity.known_currency_code as currency_code,
            performance.level,
            identity.known_campaign_id as campaign_id,
            identity.has_shared_campaign_name,
            identity.known_ad_group_id as ad_group_id,
            case
                when performance.level = 'landing_page'
                then coalesce(performance.landing_url, '(unknown)')
                else identity.known_entity_id
            end as entity_id,
            performance.keyword as keyword_text,
            case
                when performance.level = 'search_term'
                then coalesce(performance.keyword, '(unknown)')
                else ''
            end as keyword,
            case
                when performance.level = 'search_term' then identity.match_key else ''
            end as match_key,
            case
                when performance.level = 'search_term'
                then coalesce(performance.search_term, '(unknown)')
                else ''
            end as search_term,
            performance.period_start,
            performance.period_end,
            coalesce(performance.breakdown_type, '') as breakdown_type,
            coalesce(performance.breakdown_value, '') as breakdown_value,
            {{ of("performance", attributes + ad_measures()) }}
        from performance
        left join file_account on performance.file_id = file_account.file_id
        inner join
            identity
            on performance.name_key = identity.name_key
            and coalesce(file_account.file_account_id, '') = identity.file_account_id
    ),

    detail_of_file as (
        select file_id, level, max(detail) as detail
        from {{ ref("int_ad_range") }}
        where level in ('keyword', 'search_term')
        group by file_id, level
    ),

    summed as (
        select
            file_id,
            {{ statement | join(", ") }},
            max(version_id) as version_id,
            max(report) as report,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(currency_code) as currency_code,
            bool_or(has_shared_campaign_name) as has_shared_campaign_name,
            max(keyword_text) as keyword_text
            {%- for name in attributes %}, max({{ name }}) as {{ name }} {%- endfor %}
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from identified
        group by file_id, {{ statement | join(", ") }}
    ),

    -- Only where several files speak of the same period of a level is there anything to decide.
    contested_period as (
        select {{ scope | join(", ") }}
        from summed
        group by {{ scope | join(", ") }}
        having count(distinct file_id) > 1
    ),

    contested as (
        select
            summed.*,
            coalesce(detail_of_file.detail, 0) as detail,
            first_value(coalesce(detail_of_file.detail, 0)) over (
                partition by
                    {{ of("summed", scope) }},
                    summed.campaign_id,
                    summed.ad_group_id,
                    case
                        when summed.level = 'keyword'
                        then coalesce(summed.keyword_text, summed.entity_id)
                        else summed.entity_id
                    end,
                    summed.search_term,
                    summed.breakdown_type,
                    summed.breakdown_value
                order by
                    summed.exported_at desc nulls last,
                    summed.landed_at desc nulls last,
                    summed.file_id
            ) as newest_detail
        from summed
        inner join contested_period on {{ same("contested_period", "summed", scope) }}
        left join
            detail_of_file
            on summed.file_id = detail_of_file.file_id
            and summed.level = detail_of_file.level
    ),

    {%- set columns = (
        ["file_id"]
        + statement
        + [
            "version_id",
            "report",
            "exported_at",
            "landed_at",
            "currency_code",
            "has_shared_campaign_name",
            "keyword_text",
        ]
        + attributes
        + ad_measures()
    ) %}
    ranked as (
        select
            *,
            case
                when detail = newest_detail
                then
                    row_number() over (
                        partition by {{ statement | join(", ") }}, detail
                        order by exported_at desc nulls last, landed_at desc nulls last, file_id
                    )
            end as statement_rank
        from contested
    ),

    final as (
        select {{ of("summed", columns) }}, true as is_newest, 1 as statement_rank
        from summed
        left join contested_period on {{ same("contested_period", "summed", scope) }}
        where contested_period.platform is null
        union all
        select
            {{ columns | join(", ") }},
            coalesce(statement_rank = 1, false) as is_newest,
            statement_rank
        from ranked
    )

select *
from final
