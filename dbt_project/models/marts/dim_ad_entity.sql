{#- Ad groups, ads and keywords of the entity fact, as the newest statement names them. The row
    "(unallocated)" of each level stands for what no entity explains. -#}
{%- set entity = ["platform", "account_id", "level", "entity_id"] -%}
{%- set words = ["ad_group_name", "ad_name", "keyword_text", "match_type", "entity_status"] -%}
with
    fact as (
        select
            {{ entity | join(", ") }},
            min(campaign_id) as campaign_id,
            min(ad_group_id) as ad_group_id,
            bool_or(is_unallocated) as is_unallocated,
            min(date_day) as first_day,
            max(date_day) as last_day
        from {{ ref("fct_ad_entity_daily") }}
        group by {{ entity | join(", ") }}
    ),

    statement as (
        select *
        from {{ ref("int_ad_statement") }}
        where level not in ('account', 'campaign', 'search_term')
    ),

    wording as (
        select
            {{ (entity + words) | join(", ") }},
            max(period_end) as period_end,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from statement
        group by {{ (entity + words) | join(", ") }}
    ),

    newest as (
        select *
        from wording
        qualify
            row_number() over (
                partition by {{ entity | join(", ") }}
                order by
                    period_end desc nulls last,
                    exported_at desc nulls last,
                    landed_at desc nulls last
                    {%- for word in words %}, {{ word }} nulls last {%- endfor %}
            )
            = 1
    ),

    group_name as (
        select platform, account_id, ad_group_id, max(ad_group_name) as ad_group_name
        from statement
        group by platform, account_id, ad_group_id
    ),

    final as (
        select
            {{ of("fact", entity) }},
            case
                when fact.is_unallocated
                then fact.entity_id
                else
                    coalesce(
                        case
                            fact.level
                            when 'ad_group'
                            then coalesce(newest.ad_group_name, group_name.ad_group_name)
                            when 'ad'
                            then newest.ad_name
                            when 'keyword'
                            then newest.keyword_text
                        end,
                        fact.entity_id
                    )
            end as entity_name,
            case
                when fact.is_unallocated then '(unallocated)' else fact.campaign_id
            end as campaign_id,
            fact.ad_group_id,
            coalesce(newest.ad_group_name, group_name.ad_group_name) as ad_group_name,
            newest.keyword_text as keyword,
            newest.match_type,
            newest.entity_status,
            fact.first_day,
            fact.last_day
        from fact
        left join newest on {{ same("newest", "fact", entity) }}
        left join
            group_name
            on fact.platform = group_name.platform
            and fact.account_id = group_name.account_id
            and fact.ad_group_id = group_name.ad_group_id
    )

select *
from final
