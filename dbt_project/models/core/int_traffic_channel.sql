with
    traffic as (select * from {{ ref("stg_web_traffic") }}),

    rule as (select * from {{ ref("channel_rule") }}),

    pair as (
        select distinct source, coalesce(medium, '(not set)') as medium
        from traffic
        where source is not null
    ),

    final as (
        select pair.source, pair.medium, rule.channel_id, rule.rule_number
        from pair
        inner join
            rule
            on (
                rule.source_pattern is null
                or {{ matches_whole("pair.source", "rule.source_pattern") }}
            )
            and (
                rule.medium_pattern is null
                or {{ matches_whole("pair.medium", "rule.medium_pattern") }}
            )
        qualify
            row_number() over (partition by pair.source, pair.medium order by rule.rule_number) = 1
    )

select *
from final
