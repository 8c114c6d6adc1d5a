-- Partners of deliverables and commissions. Whoever delivers content is a creator, whoever only
-- earns commissions an affiliate.
with
    deliverable as (select * from {{ ref("int_partner_deliverable") }}),

    commission as (select * from {{ ref("stg_partner_commission") }}),

    statement as (
        select
            platform,
            account_id,
            partner_id,
            partner_name,
            lower(trim(partner_type)) as partner_type,
            followers,
            deliverable_id,
            coalesce(cast(published_at as date), first_snapshot_day) as first_day,
            snapshot_day as last_day
        from deliverable
        union all
        select
            platform,
            account_id,
            partner_id,
            partner_name,
            cast(null as varchar(1)) as partner_type,
            cast(null as bigint) as followers,
            cast(null as varchar(1)) as deliverable_id,
            period_start as first_day,
            period_end as last_day
        from commission
    ),

    partner as (
        select
            platform,
            account_id,
            partner_id,
            {%- for name in ["partner_name", "partner_type", "followers"] %}
                max_by(
                    {{ name }}, case when {{ name }} is not null then last_day end
                ) as {{ name }},
            {%- endfor %}
            count(distinct deliverable_id) as deliverables,
            min(first_day) as first_day,
            max(last_day) as last_day
        from statement
        group by platform, account_id, partner_id
    ),

    final as (
        select
            platform,
            account_id,
            partner_id,
            partner_name,
            partner_type,
            case
                when deliverables > 0 and coalesce(partner_type, '') not in ('affiliate', '联盟')
                then 'kol'
                else 'affiliate'
            end as channel_id,
            followers,
            deliverables,
            first_day,
            last_day
        from partner
    )

select *
from final
