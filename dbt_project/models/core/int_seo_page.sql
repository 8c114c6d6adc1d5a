with
    listed as (select * from {{ ref("stg_search_performance") }} where level = 'page'),

    page_period as (select distinct platform, page, period_start, period_end from listed),

    matched as (
        {{
            matched_to_plan(
                "page_period",
                key=["platform", "page", "period_start", "period_end"],
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
            listed.is_filtered,
            listed.is_withheld,
            listed.impressions,
            listed.clicks,
            listed.ranked_impressions,
            listed.position_weight,
            listed.file_id
        from listed
        left join
            matched
            on listed.platform = matched.platform
            and listed.page = matched.page
            and listed.period_start = matched.period_start
            and listed.period_end = matched.period_end
    )

select *
from final
