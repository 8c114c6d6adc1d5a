{%- set campaign = ["platform", "account_id", "campaign_id"] -%}
with
    fact as (
        select
            {{ campaign | join(", ") }},
            channel_id,
            min(date_day) as first_day,
            max(date_day) as last_day
        from {{ ref("fct_ad_campaign_daily") }}
        group by {{ campaign | join(", ") }}, channel_id
    ),

    named as (select * from {{ ref("int_platform_campaign") }}),

    statement as (
        select * from {{ ref("int_ad_statement") }} where level not in ('account', 'search_term')
    ),

    match as (select * from {{ ref("int_campaign_match") }}),

    {% for attribute in ["campaign_type", "campaign_status"] -%}
        stated_{{ attribute }} as (
            select
                {{ (campaign + [attribute]) | join(", ") }},
                max(period_end) as period_end,
                max(exported_at) as exported_at,
                max(landed_at) as landed_at
            from statement
            where {{ attribute }} is not null
            group by {{ (campaign + [attribute]) | join(", ") }}
        ),

        newest_{{ attribute }} as (
            select *
            from stated_{{ attribute }}
            qualify
                row_number() over (
                    partition by {{ campaign | join(", ") }}
                    order by
                        period_end desc nulls last,
                        exported_at desc nulls last,
                        landed_at desc nulls last,
                        {{ attribute }}
                )
                = 1
        ),

    {% endfor -%}
    final as (
        select
            {{ of("fact", campaign) }},
            coalesce(named.campaign_name, fact.campaign_id) as campaign_name,
            newest_campaign_type.campaign_type,
            newest_campaign_status.campaign_status,
            fact.channel_id,
            fact.first_day,
            fact.last_day,
            coalesce(match.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            match.match_method
        from fact
        left join named on {{ same("named", "fact", campaign) }}
        left join newest_campaign_type on {{ same("newest_campaign_type", "fact", campaign) }}
        left join newest_campaign_status on {{ same("newest_campaign_status", "fact", campaign) }}
        left join match on {{ same("match", "fact", campaign) }}
    )

select *
from final
