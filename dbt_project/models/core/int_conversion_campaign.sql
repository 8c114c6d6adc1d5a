-- Which campaign a name, an ad group or an ad of an account means, as the exports of ad
-- performance tell. The one place where conversions look at them.
{%- set signs = {
    "campaign": "campaign_name",
    "ad group": "ad_group_id",
    "ad": "ad_id",
} %}
with
    identity as (
        select distinct
            platform, known_account_id, campaign_name, ad_group_id, ad_id, known_campaign_id
        from {{ ref("int_ad_identity") }}
        where known_campaign_id not in ('', '(unknown)')
    ),

    known as (
        {%- for kind, column in signs.items() %}
            select
                platform,
                known_account_id as account_id,
                concat('{{ kind }} ', {{ column }}) as sign,
                known_campaign_id as campaign_id
            from identity
            where {{ column }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    final as (
        select platform, account_id, sign, min(campaign_id) as campaign_id
        from known
        group by platform, account_id, sign
        having count(distinct campaign_id) = 1
    )

select *
from final
