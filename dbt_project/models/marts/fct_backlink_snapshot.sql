with
    link as (select * from {{ ref("stg_backlink") }}),

    final as (
        select
            date_day,
            platform,
            property,
            level,
            lower(
                coalesce(
                    source_domain,
                    split_part(
                        case
                            when source_url like '%://%'
                            then split_part(source_url, '/', 3)
                            else split_part(source_url, '/', 1)
                        end,
                        ':',
                        1
                    ),
                    ''
                )
            ) as source_domain,
            coalesce(source_url, '') as source_url,
            coalesce(target_url, '') as target_url,
            coalesce(anchor, '') as anchor,
            link_type,
            country,
            first_seen_at,
            last_seen_at,
            links,
            domain_rating,
            url_rating,
            traffic_estimate,
            file_id
        from link
        where date_day is not null
    )

select *
from final
