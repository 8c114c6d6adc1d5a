-- All URLs of a keyword come from the one export that spoke of it last: an older one's URL would
-- be a rank that no longer holds. Trackers write 0 for a keyword they did not find.
{%- set key = [
    "site",
    "keyword",
    "engine",
    "country_name",
    "device_name",
    "period_end",
] %}
with
    {{
        newest_statement_ctes(
            "search_rank",
            dimensions=key + ["url", "tags"],
            derived={
                "site": "coalesce(with_account.property, with_account.known_account_id)",
                "engine": "coalesce(with_account.search_engine, '(unknown)')",
                "country_name": "coalesce(with_account.country, '(unknown)')",
                "device_name": "coalesce(lower(with_account.device), '(unknown)')",
            },
            attributes=["intents", "serp_features"],
            sums={
                "position": "min(case when position >= 1 then position end)",
                "previous_position": "min(case when previous_position >= 1 then previous_position end)",
                "keyword_difficulty": "max(keyword_difficulty)",
                "cpc_estimate": "max(cpc_estimate)",
                "competition": "max(competition)",
                "search_volume": "max(search_volume)",
                "results": "max(results)",
                "traffic_estimate": "cast(sum(cast(traffic_estimate as decimal(18, 6))) as double)",
                "previous_traffic_estimate": "cast(sum(cast(previous_traffic_estimate as decimal(18, 6))) as double)",
                "traffic_cost_estimate": "cast(sum(cast(traffic_cost_estimate as decimal(18, 6))) as double)",
            },
        )
    }},

    ordered as (
        select
            *,
            dense_rank() over (
                partition by platform, {{ key | join(", ") }}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            ) as statement_number
        from per_file
    ),

    final as (
        select
            platform,
            site as property,
            case
                when keyword is not null
                then 'keyword'
                when url is not null
                then 'url'
                else 'domain'
            end as level,
            keyword,
            url,
            engine as search_engine,
            country_name as country,
            device_name as device,
            period_end as date_day,
            tags,
            intents,
            serp_features,
            position,
            previous_position,
            keyword_difficulty,
            search_volume,
            results,
            cpc_estimate,
            competition,
            traffic_estimate,
            previous_traffic_estimate,
            traffic_cost_estimate,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from ordered
        where statement_number = 1
    )

select *
from final
