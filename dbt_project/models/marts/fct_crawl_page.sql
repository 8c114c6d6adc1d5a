with
    crawl as (select * from {{ ref("stg_site_crawl") }}),

    final as (
        select
            date_day,
            platform,
            account_id,
            url,
            lower(
                case
                    when url like '%://%' then split_part(url, '/', 3) else split_part(url, '/', 1)
                end
            ) as host,
            crawled_at,
            content_type,
            status_code,
            status,
            lower(indexability) = 'indexable' as is_indexable,
            indexability_status,
            title,
            title_length,
            meta_description,
            meta_description_length,
            h1,
            h1_length,
            meta_robots,
            canonical_url,
            redirect_url,
            language,
            crawl_depth,
            word_count,
            size_bytes,
            response_seconds,
            inlinks,
            unique_inlinks,
            outlinks,
            external_outlinks,
            link_score,
            file_id
        from crawl
        where url is not null and date_day is not null
    )

select *
from final
