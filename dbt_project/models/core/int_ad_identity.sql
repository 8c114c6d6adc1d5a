{#- Which account, campaign, ad group and entity each way of naming them means. A file may give ids, names or
    both, with or without an account column; what one export leaves out, another one of the same account says. -#}
{%- set names = ad_name_columns() -%}
with
    stated as (select * from {{ ref("int_ad_name") }}),

    setting as (select * from {{ ref("stg_account_setting") }}),

    -- Accounts: the row's own, the id another export or the settings give for its name, the
    -- only account of the platform, the only account whose campaigns the file shows.
    {{ ad_account_of_name_ctes("stated") }},

    only_set_account as (
        select platform, min(account_id) as account_id
        from setting
        where account_id is not null
        group by platform
        having count(distinct account_id) = 1
    ),

    seen_account as (
        select
            platform,
            count(distinct account_name) as name_count,
            case
                when count(distinct stated_account_id) = 1 and count(distinct account_name) <= 1
                then min(stated_account_id)
                when count(distinct coalesce(stated_account_id, account_name)) = 1
                then min(coalesce(stated_account_id, account_name))
            end as only_account
        from with_stated_account
        group by platform
    ),

    with_account as (
        select
            with_stated_account.*,
            coalesce(
                with_stated_account.stated_account_id,
                case
                    when with_stated_account.account_name is null or seen_account.name_count = 1
                    then coalesce(only_set_account.account_id, seen_account.only_account)
                end,
                with_stated_account.account_name,
                nullif(with_stated_account.file_account_id, ''),
                '(unknown)'
            ) as known_account_id
        from with_stated_account
        left join only_set_account on with_stated_account.platform = only_set_account.platform
        left join seen_account on with_stated_account.platform = seen_account.platform
    ),

    only_seen_currency as (
        select platform, known_account_id, min(currency_code) as currency_code
        from with_account
        where currency_code is not null
        group by platform, known_account_id
        having count(distinct currency_code) = 1
    ),

    with_currency as (
        select
            with_account.*,
            coalesce(
                with_account.currency_code,
                own_setting.currency_code,
                platform_setting.currency_code,
                only_seen_currency.currency_code
            ) as known_currency_code,
            coalesce(
                with_account.account_timezone,
                own_setting.account_timezone,
                platform_setting.account_timezone
            ) as known_timezone
        from with_account
        left join
            setting as own_setting
            on with_account.platform = own_setting.platform
            and with_account.known_account_id = own_setting.account_id
        left join
            setting as platform_setting
            on with_account.platform = platform_setting.platform
            and platform_setting.account_id is null
        left join
            only_seen_currency
            on with_account.platform = only_seen_currency.platform
            and with_account.known_account_id = only_seen_currency.known_account_id
    ),

    -- Campaigns: the row's own id, the only id seen for its name, its name; without any, the
    -- only campaign its ad group or ad is seen in.
    ids_of_campaign_name as (
        select
            platform,
            known_account_id,
            campaign_name,
            min(campaign_id) as campaign_id,
            count(distinct campaign_id) as id_count
        from with_currency
        where campaign_name is not null and campaign_id is not null
        group by platform, known_account_id, campaign_name
    ),

    with_own_campaign as (
        select
            with_currency.*,
            coalesce(
                with_currency.campaign_id,
                case when ids.id_count = 1 then ids.campaign_id end,
                with_currency.campaign_name
            ) as own_campaign_id,
            with_currency.campaign_id is null
            and coalesce(ids.id_count, 0) > 1 as has_shared_campaign_name
        from with_currency
        left join
            ids_of_campaign_name as ids
            on with_currency.platform = ids.platform
            and with_currency.known_account_id = ids.known_account_id
            and with_currency.campaign_name = ids.campaign_name
    ),

    campaign_of_child as (
        select platform, known_account_id, child, min(own_campaign_id) as campaign_id
        from
            (
                {% for column in ["ad_group_id", "ad_id", "ad_group_name", "ad_name"] -%}
                    select
                        platform,
                        known_account_id,
                        '{{ column }} ' || {{ column }} as child,
                        own_campaign_id
                    from with_own_campaign
                    where
                        {{ column }} is not null
                        and own_campaign_id is not null
                        and not has_shared_campaign_name
                    {% if not loop.last -%}
                        union all
                    {% endif -%}
                {% endfor -%}
            ) as known_child
        group by platform, known_account_id, child
        having count(distinct own_campaign_id) = 1
    ),

    with_campaign as (
        select
            with_own_campaign.*,
            case
                when level = 'account'
                then ''
                else
                    coalesce(
                        with_own_campaign.own_campaign_id,
                        {% for column in ["ad_group_id", "ad_id", "ad_group_name", "ad_name"] -%}
                            of_{{ column }}.campaign_id,
                        {% endfor -%}
                        '(unknown)'
                    )
            end as known_campaign_id
        from with_own_campaign
        {% for column in ["ad_group_id", "ad_id", "ad_group_name", "ad_name"] -%}
            left join
                campaign_of_child as of_{{ column }}
                on with_own_campaign.platform = of_{{ column }}.platform
                and with_own_campaign.known_account_id = of_{{ column }}.known_account_id
                and of_{{ column }}.child = '{{ column }} ' || with_own_campaign.{{ column }}
        {% endfor -%}
    ),

    -- Ad groups: the row's own id, the only id seen for its name in the campaign, the only one
    -- of its ad, its name.
    group_of_sign as (
        select platform, known_account_id, sign, min(ad_group_id) as ad_group_id
        from
            (
                select
                    platform,
                    known_account_id,
                    known_campaign_id || '/' || ad_group_name as sign,
                    ad_group_id
                from with_campaign
                where ad_group_name is not null and ad_group_id is not null
                union all
                select platform, known_account_id, 'ad ' || ad_id, ad_group_id
                from with_campaign
                where ad_id is not null and ad_group_id is not null
            ) as known_sign
        group by platform, known_account_id, sign
        having count(distinct ad_group_id) = 1
    ),

    with_group as (
        select
            with_campaign.*,
            case
                when with_campaign.level in ('account', 'campaign')
                then ''
                else
                    coalesce(
                        with_campaign.ad_group_id,
                        of_name.ad_group_id,
                        of_ad.ad_group_id,
                        with_campaign.ad_group_name,
                        '(unknown)'
                    )
            end as known_ad_group_id,
            {{ match_key("with_campaign.match_type") }} as match_key
        from with_campaign
        left join
            group_of_sign as of_name
            on with_campaign.platform = of_name.platform
            and with_campaign.known_account_id = of_name.known_account_id
            and of_name.sign = with_campaign.known_campaign_id || '/' || with_campaign.ad_group_name
        left join
            group_of_sign as of_ad
            on with_campaign.platform = of_ad.platform
            and with_campaign.known_account_id = of_ad.known_account_id
            and of_ad.sign = 'ad ' || with_campaign.ad_id
    ),

    -- Ads and keywords: the row's own id, the only id seen for its words, its words.
    entity_of_sign as (
        select platform, known_account_id, sign, min(entity_id) as entity_id
        from
            (
                select
                    platform,
                    known_account_id,
                    'ad ' || known_campaign_id || '/' || ad_name as sign,
                    ad_id as entity_id
                from with_group
                where ad_name is not null and ad_id is not null
                union all
                select
                    platform,
                    known_account_id,
                    'ad ' || known_campaign_id || '/' || known_ad_group_id || '/' || ad_name,
                    ad_id
                from with_group
                where ad_name is not null and ad_id is not null
                union all
                select
                    platform,
                    known_account_id,
                    'keyword '
                    || known_campaign_id
                    || '/'
                    || known_ad_group_id
                    || '/'
                    || keyword
                    || '/'
                    || match_key,
                    keyword_id
                from with_group
                where keyword is not null and keyword_id is not null
            ) as known_sign
        group by platform, known_account_id, sign
        having count(distinct entity_id) = 1
    ),

    identified as (
        select
            with_group.name_key,
            with_group.file_account_id,
            with_group.last_landed_at,
            {%- for name in names %} with_group.{{ name }}, {%- endfor %}
            with_group.known_account_id,
            with_group.known_currency_code,
            with_group.known_timezone,
            with_group.known_campaign_id,
            with_group.has_shared_campaign_name,
            with_group.known_ad_group_id,
            with_group.match_key,
            case
                with_group.level
                when 'ad_group'
                then with_group.known_ad_group_id
                when 'ad'
                then
                    coalesce(
                        with_group.ad_id,
                        of_ad_in_group.entity_id,
                        of_ad.entity_id,
                        with_group.known_ad_group_id
                        || '/'
                        || coalesce(with_group.ad_name, '(unknown)')
                    )
                when 'keyword'
                then
                    with_group.known_ad_group_id
                    || '/'
                    || coalesce(
                        with_group.keyword_id,
                        of_keyword.entity_id,
                        with_group.keyword || ' [' || with_group.match_key || ']',
                        '(unknown)'
                    )
                else ''
            end as known_entity_id
        from with_group
        left join
            entity_of_sign as of_ad
            on with_group.platform = of_ad.platform
            and with_group.known_account_id = of_ad.known_account_id
            and of_ad.sign = 'ad ' || with_group.known_campaign_id || '/' || with_group.ad_name
        left join
            entity_of_sign as of_ad_in_group
            on with_group.platform = of_ad_in_group.platform
            and with_group.known_account_id = of_ad_in_group.known_account_id
            and of_ad_in_group.sign
            = 'ad '
            || with_group.known_campaign_id
            || '/'
            || with_group.known_ad_group_id
            || '/'
            || with_group.ad_name
        left join
            entity_of_sign as of_keyword
            on with_group.platform = of_keyword.platform
            and with_group.known_account_id = of_keyword.known_account_id
            and of_keyword.sign
            = 'keyword '
            || with_group.known_campaign_id
            || '/'
            || with_group.known_ad_group_id
            || '/'
            || with_group.keyword
            || '/'
            || with_group.match_key
    ),

    -- What a version of the facts depends on. Campaigns that share a name count together.
    id_of_name as (
        select distinct platform, known_account_id, campaign_name, campaign_id
        from identified
        where campaign_id is not null and campaign_name is not null
    ),

    ids_of_name as (
        select
            platform,
            known_account_id,
            campaign_name,
            sum({{ hash_of(["campaign_id"]) }}) as ids_hash
        from id_of_name
        group by platform, known_account_id, campaign_name
    ),

    final as (
        select
            identified.*,
            {{
                hash_of(
                    [
                        "identified.name_key",
                        "identified.known_account_id",
                        "identified.known_currency_code",
                        "identified.known_campaign_id",
                        "identified.has_shared_campaign_name",
                        "identified.known_ad_group_id",
                        "identified.known_entity_id",
                        "case when identified.has_shared_campaign_name then ids_of_name.ids_hash end",
                    ]
                )
            }}
            as meaning_hash
        from identified
        left join
            ids_of_name
            on identified.platform = ids_of_name.platform
            and identified.known_account_id = ids_of_name.known_account_id
            and identified.campaign_name = ids_of_name.campaign_name
    )

select *
from final
