-- Mature days expect nothing more, and every young day of the fact is there with its numbers and,
-- where its platform has a curve, its age on it. A measured curve begins at the first age with
-- enough evidence; younger ages expect nothing yet.
{{ config(meta={"dagster": {"ref": {"name": "mart_conversion_late"}}}) }}

select
    coalesce(fact.date_day, late.date_day) as date_day,
    coalesce(fact.platform, late.platform) as platform,
    coalesce(fact.account_id, late.account_id) as account_id,
    coalesce(fact.campaign_id, late.campaign_id) as campaign_id,
    case
        when
            fact.date_day = late.date_day and fact.conversions is not distinct from late.conversions
        then 'the age of the day is not on the curve of its platform'
        else 'expected conversions do not stand on the young days of the fact alone'
    end as message
from (select * from {{ ref("fct_ad_campaign_daily") }} where not is_mature) as fact
full outer join
    {{ ref("mart_conversion_late") }} as late
    on fact.date_day = late.date_day
    and fact.platform = late.platform
    and fact.account_id = late.account_id
    and fact.campaign_id = late.campaign_id
left join
    (select distinct platform from {{ ref("int_conversion_lag") }}) as lag_
    on late.platform = lag_.platform
where
    fact.platform is null
    or late.platform is null
    or fact.conversions is distinct from late.conversions
    or (
        lag_.platform is not null
        and late.conversions is not null
        and late.completeness is null
        and coalesce(late.basis, '(no curve)') <> 'measured'
    )
