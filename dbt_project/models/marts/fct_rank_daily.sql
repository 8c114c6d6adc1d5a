-- The rank of a keyword is that of its best URL; estimated visits are those of all its URLs.
{%- set key = [
    "date_day",
    "platform",
    "property",
    "keyword",
    "search_engine",
    "country",
    "device",
] %}
with
    statement as (select * from {{ ref("stg_search_rank") }} where level = 'keyword'),

    placed as (
        select
            *,
            -- Beyond the first hundred, and where a tracker writes its depth + 1, there is no rank.
            case when position between 1 and 100 then position end as rank_,
            case
                when previous_position between 1 and 100 then previous_position
            end as previous_rank
        from statement
    ),

    best as (
        select
            *,
            row_number() over (
                partition by {{ key | join(", ") }}
                order by
                    rank_ nulls last,
                    traffic_estimate desc nulls last,
                    url nulls last,
                    tags nulls last
            ) as place
        from placed
    ),

    keyword_total as (
        select
            {{ key | join(", ") }},
            min(previous_rank) as previous_rank,
            max(search_volume) as search_volume,
            cast(sum(cast(traffic_estimate as decimal(18, 6))) as double) as traffic_estimate,
            cast(
                sum(cast(traffic_cost_estimate as decimal(18, 6))) as double
            ) as traffic_cost_estimate,
            count(distinct url) as ranking_urls
        from placed
        group by {{ key | join(", ") }}
    ),

    final as (
        select
            {%- for name in key %} best.{{ name }}, {%- endfor %}
            best.rank_ as rank,
            keyword_total.previous_rank,
            best.url,
            keyword_total.ranking_urls,
            best.intents,
            best.serp_features,
            best.tags,
            keyword_total.search_volume,
            best.results,
            best.keyword_difficulty,
            best.competition,
            best.cpc_estimate,
            keyword_total.traffic_estimate,
            keyword_total.traffic_cost_estimate,
            best.currency_code,
            best.file_id
        from best
        inner join
            keyword_total
            on {% for name in key -%}
                best.{{ name }} = keyword_total.{{ name }} {%- if not loop.last %} and {% endif %}
            {%- endfor %}
        where best.place = 1 and best.date_day is not null
    )

select *
from final
