with
    listed as (select * from {{ ref("stg_search_performance") }} where level = 'page'),

    matched as (
        {{
            matched_to_plan(
                "listed",
                key=["platform", "property", "search_type", "period_start", "period_end", "page"],
                match_fields={"page": "page"},
                days=["object_.period_start", "object_.period_end"],
            )
        }}
    ),

    final as (
        select
            listed.platform,
            listed.property,
            listed.search_type,
            listed.period_start,
            listed.period_end,
            listed.page,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            listed.impressions,
            listed.clicks,
            listed.position_weight,
            listed.file_id
        from listed
        left join
            matched
            on listed.platform = matched.platform
            and listed.property = matched.property
            and listed.search_type = matched.search_type
            and listed.period_start = matched.period_start
            and listed.period_end = matched.period_end
            and listed.page = matched.page
    )

select *
from final
