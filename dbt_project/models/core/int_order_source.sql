-- Where orders came from, for the orders whose source as written says so: link tags, "google /
-- cpc", or words such as "Organic: Google" and "Direct". Names of sales channels ("web", "pos")
-- say nothing of it.
with
    written as (
        select platform, account_id, order_id, source as written_source, lower(source) as words
        from {{ ref("stg_order") }}
        where source is not null
    ),

    told_apart as (
        select
            *,
            case
                when regexp_extract(words, 'utm_source=([^&# ]+)', 1) <> ''
                then 'tags'
                when {{ matches_whole("words", "'[^/:]+/[^/:]+(/[^/]+)?'") }}
                then 'pair'
                when {{ matches_whole("words", "'(organic|referral|source): .+'") }}
                then 'origin'
                when {{ matches_whole("words", "'[(]?direct[)]?|直接|直接访问'") }}
                then 'direct'
            end as writing
        from written
    ),

    parsed as (
        select
            platform,
            account_id,
            order_id,
            trim(
                case
                    writing
                    when 'tags'
                    then regexp_extract(words, 'utm_source=([^&# ]+)', 1)
                    when 'pair'
                    then split_part(words, '/', 1)
                    when 'origin'
                    then regexp_extract(words, '^[a-z]+: (.+)$', 1)
                    else '(direct)'
                end
            ) as source,
            coalesce(
                nullif(
                    trim(
                        case
                            writing
                            when 'tags'
                            then regexp_extract(words, 'utm_medium=([^&# ]+)', 1)
                            when 'pair'
                            then split_part(words, '/', 2)
                            when 'origin'
                            then replace(regexp_extract(words, '^([a-z]+): ', 1), 'source', '')
                            else '(none)'
                        end
                    ),
                    ''
                ),
                '(not set)'
            ) as medium,
            nullif(
                trim(
                    case
                        writing
                        when 'tags'
                        then regexp_extract(written_source, 'utm_campaign=([^&# ]+)', 1)
                        when 'pair'
                        then split_part(written_source, '/', 3)
                    end
                ),
                ''
            ) as utm_campaign
        from told_apart
        where writing is not null
    ),

    pair as (select distinct source, medium from parsed),

    ruled as ({{ first_channel_rule("pair") }}),

    final as (
        select
            parsed.platform,
            parsed.account_id,
            parsed.order_id,
            parsed.source,
            parsed.medium,
            parsed.utm_campaign,
            ruled.channel_id
        from parsed
        left join ruled on parsed.source = ruled.source and parsed.medium = ruled.medium
    )

select *
from final
