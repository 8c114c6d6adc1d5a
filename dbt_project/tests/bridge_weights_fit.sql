-- No object is shared out twice: on no day do its weights add up to more than 1, and no campaign
-- has two shares of it.
{{ config(meta={"dagster": {"ref": {"name": "bridge_campaign_touch"}}}) }}
{%- set target = ["target_type", "platform", "account_id", "target_id"] %}
with
    bridge as (select * from {{ ref("bridge_campaign_touch") }}),

    -- Sums only grow on days on which a range begins.
    beginning as (select distinct {{ target | join(", ") }}, valid_from as date_day from bridge),

    summed as (
        select
            {{ of("beginning", target) }},
            beginning.date_day,
            sum(bridge.weight) as weight,
            count(*) as row_count,
            count(distinct bridge.marketing_campaign_id) as campaign_count
        from beginning
        inner join
            bridge
            on {{ same("bridge", "beginning", target) }}
            and beginning.date_day between bridge.valid_from and bridge.valid_to
        group by {{ of("beginning", target) }}, beginning.date_day
    )

select
    *,
    case
        when weight > 1
        then 'weights add up to more than 1'
        else 'two ranges of one campaign overlap'
    end as message
from summed
where weight > 1 or row_count > campaign_count
