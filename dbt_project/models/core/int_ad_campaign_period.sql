{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_version"},
    )
}}
{#- The spend authority: what each campaign cost in each stated period (a day is a period of one day), by the highest
    level that says it: campaign, ad group, the larger of ad and keyword, search term, landing page. Each measure
    comes from the highest level that reports it; authority_level is the one of spend. -#}
{%- set campaign = ["platform", "account_id", "campaign_id", "period_start", "period_end"] -%}
with
    new_total as ({{ rows_of_new_versions("int_ad_total", "int_ad_version") }}),

    total as (select * from new_total where level <> 'account'),

    identity as (select * from {{ ref("int_ad_identity") }}),

    by_level as (
        select
            {{ campaign | join(", ") }},
            level,
            max(version_id) as version_id,
            max(file_id) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(currency_code) as currency_code,
            bool_or(has_shared_campaign_name) as has_shared_campaign_name
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from total
        group by {{ campaign | join(", ") }}, level
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ campaign | join(", ") }}
                order by
                    case
                        level
                        when 'campaign'
                        then 1
                        when 'ad_group'
                        then 2
                        when 'ad'
                        then 3
                        when 'keyword'
                        then 3
                        when 'search_term'
                        then 4
                        else 5
                    end,
                    spend desc nulls last,
                    impressions desc nulls last,
                    clicks desc nulls last,
                    level
            ) as level_rank
        from by_level
    ),

    authority as (
        select
            {{ campaign | join(", ") }},
            max(version_id) as version_id,
            coalesce(
                max_by(level, - level_rank) filter (where spend is not null),
                max_by(level, - level_rank)
            ) as authority_level,
            coalesce(
                max_by(file_id, - level_rank) filter (where spend is not null),
                max_by(file_id, - level_rank)
            ) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(currency_code) as currency_code,
            bool_or(has_shared_campaign_name) as has_shared_campaign_name
            {%- for measure in ad_measures() %}
                ,
                max_by({{ measure }}, - level_rank) filter (
                    where {{ measure }} is not null
                ) as {{ measure }}
            {%- endfor %}
        from ranked
        group by {{ campaign | join(", ") }}
    ),

    -- A name that several campaigns share, in an export without ids: what the campaigns with
    -- ids already say is taken off.
    id_of_shared_name as (
        select distinct platform, known_account_id as account_id, campaign_name, campaign_id
        from identity
        where campaign_id is not null and campaign_name is not null
    ),

    stated_by_id as (
        select
            {{ of("shared", campaign) }}
            {%- for measure in ad_measures() %}
                , sum(known.{{ measure }}) as {{ measure }}
            {%- endfor %}
        from authority as shared
        inner join
            id_of_shared_name
            on shared.platform = id_of_shared_name.platform
            and shared.account_id = id_of_shared_name.account_id
            and shared.campaign_id = id_of_shared_name.campaign_name
        inner join
            authority as known
            on known.platform = shared.platform
            and known.account_id = shared.account_id
            and known.campaign_id = id_of_shared_name.campaign_id
            and known.period_start = shared.period_start
            and known.period_end = shared.period_end
        where shared.has_shared_campaign_name
        group by {{ of("shared", campaign) }}
    ),

    -- Rows that name no campaign: what known campaigns spent beyond their own rows of that
    -- level is taken off, because it may be the same spend.
    stated_beyond_level as (
        select
            {{ of("nameless", campaign) }}
            {%- for measure in ad_measures() %}
                ,
                sum(
                    greatest(known.{{ measure }} - coalesce(by_level.{{ measure }}, 0), 0)
                ) as {{ measure }}
            {%- endfor %}
        from authority as nameless
        inner join
            authority as known
            on known.platform = nameless.platform
            and known.account_id = nameless.account_id
            and known.period_start = nameless.period_start
            and known.period_end = nameless.period_end
            and known.campaign_id <> '(unknown)'
        left join
            by_level
            on {{ same("by_level", "known", campaign) }}
            and by_level.level = nameless.authority_level
        where nameless.campaign_id = '(unknown)'
        group by {{ of("nameless", campaign) }}
    ),

    final as (
        select
            {{ of("authority", campaign) }},
            authority.version_id,
            authority.authority_level,
            authority.file_id,
            authority.exported_at,
            authority.landed_at,
            authority.currency_code,
            stated_by_id.platform is not null
            or stated_beyond_level.platform is not null as is_remainder
            {%- for measure in ad_measures() %}
                ,
                case
                    when stated_by_id.platform is not null
                    then {{ remaining("authority." ~ measure, "stated_by_id." ~ measure) }}
                    when stated_beyond_level.platform is not null
                    then {{ remaining("authority." ~ measure, "stated_beyond_level." ~ measure) }}
                    else authority.{{ measure }}
                end as {{ measure }}
            {%- endfor %}
        from authority
        left join stated_by_id on {{ same("stated_by_id", "authority", campaign) }}
        left join stated_beyond_level on {{ same("stated_beyond_level", "authority", campaign) }}
    )

select *
from final
