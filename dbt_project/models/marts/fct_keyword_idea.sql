with
    idea as (select * from {{ ref("stg_keyword_idea") }}),

    final as (
        select
            period_start,
            period_end,
            platform,
            account_id,
            report,
            keyword,
            country,
            parent_topic,
            intents,
            serp_features,
            search_volume,
            results,
            keyword_difficulty,
            competition,
            cpc_estimate,
            bid_low,
            bid_high,
            interest,
            currency_code,
            file_id
        from idea
        where keyword is not null and period_end is not null
    )

select *
from final
