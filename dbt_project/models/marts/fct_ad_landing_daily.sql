{#- What the URL of an ad says. The row of no URL is '(unknown)', the rest of the authority '(unallocated)'. -#}
{%- set tags = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"] -%}
{%- set key = ["date_day", "platform", "account_id", "campaign_id", "canonical_url"] + tags -%}
{%- set others = [
    "utm_source_raw",
    "utm_medium_raw",
    "example_url",
    "parse_status",
    "is_unallocated",
    "is_allocated",
    "currency_code",
    "file_id",
] -%}
with
    authority as (select * from {{ ref("int_ad_campaign_daily") }}),

    page_day as (select * from {{ ref("int_ad_level_daily") }} where level = 'landing_page'),

    rest as ({{ unallocated_rows("page_day", "authority") }}),

    url as (select distinct entity_id as landing_url from page_day),

    parsed as (
        select
            landing_url,
            case
                when landing_url = '(unknown)'
                then landing_url
                else {{ url_without_parameters("landing_url") }}
            end as canonical_url,
            {{ url_parameter("landing_url", "utm_source") }} as utm_source_raw,
            {{ url_parameter("landing_url", "utm_medium") }} as utm_medium_raw,
            {{ url_parameter("landing_url", "utm_campaign") }} as utm_campaign,
            {{ url_parameter("landing_url", "utm_content") }} as utm_content,
            {{ url_parameter("landing_url", "utm_term") }} as utm_term
        from url
    ),

    tagged as (
        select
            landing_url,
            coalesce(canonical_url, '(unknown)') as canonical_url,
            coalesce(lower(trim(utm_source_raw)), '(not set)') as utm_source,
            coalesce(lower(trim(utm_medium_raw)), '(not set)') as utm_medium,
            coalesce(utm_campaign, '(not set)') as utm_campaign,
            coalesce(utm_content, '(not set)') as utm_content,
            coalesce(utm_term, '(not set)') as utm_term,
            utm_source_raw,
            utm_medium_raw,
            case
                when landing_url = '(unknown)'
                then 'no url'
                when {{ matches_whole("utm_campaign", "'.*([{].+[}]|__[A-Z0-9_]+__).*'") }}
                then 'dynamic'
                when utm_campaign is not null and utm_source_raw is not null
                then 'tagged'
                when
                    coalesce(utm_campaign, utm_source_raw, utm_medium_raw, utm_content, utm_term)
                    is not null
                then 'incomplete'
                else 'untagged'
            end as parse_status
        from parsed
    ),

    stated as (
        select
            page_day.date_day,
            page_day.platform,
            page_day.account_id,
            page_day.campaign_id,
            tagged.canonical_url,
            {%- for tag in tags %} tagged.{{ tag }}, {%- endfor %}
            max(tagged.utm_source_raw) as utm_source_raw,
            max(tagged.utm_medium_raw) as utm_medium_raw,
            max(nullif(page_day.entity_id, '(unknown)')) as example_url,
            max(tagged.parse_status) as parse_status,
            false as is_unallocated,
            bool_or(page_day.is_allocated) as is_allocated,
            max(page_day.currency_code) as currency_code,
            max(page_day.file_id) as file_id
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(page_day." ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from page_day
        inner join tagged on page_day.entity_id = tagged.landing_url
        group by
            page_day.date_day,
            page_day.platform,
            page_day.account_id,
            page_day.campaign_id,
            tagged.canonical_url
            {%- for tag in tags %}, tagged.{{ tag }} {%- endfor %}
    ),

    unallocated as (
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            '(unallocated)' as canonical_url,
            {%- for tag in tags %} '(unallocated)' as {{ tag }}, {%- endfor %}
            cast(null as {{ dbt.type_string() }}) as utm_source_raw,
            cast(null as {{ dbt.type_string() }}) as utm_medium_raw,
            cast(null as {{ dbt.type_string() }}) as example_url,
            'unallocated' as parse_status,
            true as is_unallocated,
            is_allocated,
            currency_code,
            cast(null as {{ dbt.type_string() }}) as file_id
            {%- for measure in ad_measures() %}, {{ measure }} {%- endfor %}
        from rest
    ),

    every_day as (
        select {{ (key + others + ad_measures()) | join(", ") }}
        from stated
        union all
        select {{ (key + others + ad_measures()) | join(", ") }}
        from unallocated
    ),

    final as (
        select
            {{ of("every_day", key) }},
            every_day.utm_source_raw,
            every_day.utm_medium_raw,
            every_day.example_url,
            every_day.parse_status,
            every_day.is_unallocated,
            every_day.is_allocated,
            {{ ad_fact_columns("every_day") }},
            every_day.file_id
        from every_day {{ ad_fact_joins("every_day") }}
    )

select *
from final
