-- Every row of the spend authority is shared out whole, once.
{{ config(meta={"dagster": {"ref": {"name": "int_campaign_share_day"}}}) }}
{%- set day = ["date_day", "platform", "account_id", "campaign_id"] %}
with
    authority as (select * from {{ ref("int_ad_campaign_daily") }}),

    share as (
        select
            {{ day | join(", ") }}, sum(weight) as weight, sum(weight_to - weight_from) as spanned
        from {{ ref("int_campaign_share_day") }}
        group by {{ day | join(", ") }}
    )

select
    {{ of("authority", day) }},
    share.weight,
    'shares of a campaign and day do not add up to 1' as message
from authority
left join share on {{ same("share", "authority", day) }}
where coalesce(share.weight, 0) <> 1 or share.spanned <> 1
