-- Where orders came from, for the orders whose source as written says so: link tags, "google /
-- cpc", or words such as "Organic: Google" and "Direct". Names of sales channels and devices
-- ("web", "pos", "iphone / ipad", "n/a") say nothing of it: two words with a slash are a source and
-- a medium where the second is a medium, or where a rule of channels knows them.
{%- set tags = ["source", "medium", "campaign"] %}
{%- set media = "cpc|ppc|cpm|cpa|cps|paid([ _-].+)?|organic([ _-].+)?|referral|link|e[-_ ]?mail|edm|newsletter|social([ _-].+)?|affiliates?|display|banner|video|sms|push|qr|kol|influencers?|[(](none|not set)[)]|邮件|电子邮件|短信|社交|自然搜索|付费搜索|信息流|联盟|达人" %}
with
    written as (
        select
            platform,
            account_id,
            order_id,
            trim(source) as words,
            concat('?', replace(source, ' utm_', '&utm_')) as link
        from {{ ref("stg_order") }}
        where source is not null
    ),

    tagged as (
        select
            *
            {%- for tag in tags %}
                , nullif(trim({{ url_parameter("link", "utm_" ~ tag) }}), '') as {{ tag }}_tag
            {%- endfor %}
        from written
    ),

    told_apart as (
        select
            *,
            coalesce(
                {{ matches_whole("trim(split_part(lower(words), '/', 2))", "'" ~ media ~ "'") }},
                false
            ) as has_known_medium,
            case
                when
                    {% for tag in tags %}
                        {{ tag }}_tag is not null {% if not loop.last %} or {% endif %}
                    {% endfor %}
                then 'tags'
                when {{ matches_whole("words", "'[^/:]+/[^/:]+(/[^/]+)?'") }}
                then 'pair'
                when {{ matches_whole("lower(words)", "'(organic|referral|source): .+'") }}
                then 'origin'
                when {{ matches_whole("lower(words)", "'[(]?direct[)]?|直接|直接访问'") }}
                then 'direct'
            end as writing
        from tagged
    ),

    parsed as (
        select
            platform,
            account_id,
            order_id,
            writing,
            has_known_medium,
            words like '% / %' as is_spaced,
            lower(
                trim(
                    case
                        writing
                        when 'tags'
                        then
                            coalesce(
                                source_tag, case when medium_tag is not null then '(not set)' end
                            )
                        when 'pair'
                        then split_part(words, '/', 1)
                        when 'origin'
                        then regexp_extract(words, '^[A-Za-z]+: (.+)$', 1)
                        else '(direct)'
                    end
                )
            ) as source,
            lower(
                trim(
                    case
                        writing
                        when 'tags'
                        then
                            coalesce(
                                medium_tag, case when source_tag is not null then '(not set)' end
                            )
                        when 'pair'
                        then coalesce(nullif(trim(split_part(words, '/', 2)), ''), '(not set)')
                        when 'origin'
                        then
                            coalesce(
                                nullif(
                                    replace(
                                        regexp_extract(lower(words), '^([a-z]+): ', 1), 'source', ''
                                    ),
                                    ''
                                ),
                                '(not set)'
                            )
                        else '(none)'
                    end
                )
            ) as medium,
            nullif(
                trim(
                    case
                        writing
                        when 'tags'
                        then campaign_tag
                        when 'pair'
                        then split_part(words, '/', 3)
                    end
                ),
                ''
            ) as utm_campaign
        from told_apart
        where writing is not null
    ),

    pair as (select distinct source, medium from parsed where source is not null),

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
        where
            parsed.writing <> 'pair'
            or parsed.has_known_medium
            or (parsed.is_spaced and ruled.channel_id <> 'other')
    )

select *
from final
