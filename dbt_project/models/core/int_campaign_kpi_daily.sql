-- Days of campaigns per channel and for the whole campaign as '(all)', whose plan is the
-- campaign's own, not a sum.
with
    source_row as (select * from {{ ref("int_campaign_kpi_source") }}),

    basis as (select * from {{ ref("int_campaign_conversion_basis") }}),

    claim as (select * from {{ ref("int_campaign_claim") }}),

    slice as (
        select source_row.*, channel_id as slice_channel_id
        from source_row
        where channel_id <> '(all)'
        union all
        select source_row.*, '(all)' as slice_channel_id
        from source_row
        where domain <> 'plan' or channel_id = '(all)'
    ),

    weighed as (
        select
            slice.*,
            basis.conversion_basis,
            case
                when slice.platform = claim.platform and slice.domain in {{ claiming_domains() }}
                then 1
            end as is_sole_claim,
            case
                when
                    basis.conversion_basis = 'platform'
                    and slice.platform = basis.claiming_platform
                    and slice.domain in {{ claiming_domains() }}
                then 1
            end as is_basis_claim
        from slice
        left join basis on slice.marketing_campaign_id = basis.marketing_campaign_id
        left join
            claim
            on slice.marketing_campaign_id = claim.marketing_campaign_id
            and slice.slice_channel_id = claim.channel_id
    ),

    summed as (
        select
            date_day,
            marketing_campaign_id,
            slice_channel_id as channel_id,
            max(conversion_basis) as conversion_basis,
            {%- for measure in kpi_stated_measures() %}
                sum({{ measure }}) as {{ measure }},
            {%- endfor %}
            sum(claimed_conversions * is_sole_claim) as platform_conversions,
            sum(claimed_value * is_sole_claim) as platform_conversion_value,
            sum(claimed_conversions * is_basis_claim) as basis_conversions,
            sum(claimed_value * is_basis_claim) as basis_value,
            sum(claimed_base * is_basis_claim) as basis_base,
            bool_and(is_mature) as is_mature,
            bool_or(is_allocated) as is_allocated,
            bool_or(domain not in ('plan', 'costs')) as has_data,
            bool_or(orders is not null and gross_profit is null) as has_unknown_profit
        from weighed
        group by date_day, marketing_campaign_id, slice_channel_id
    ),

    based as (
        select
            *,
            case
                when conversion_basis = 'web' then web_conversions else basis_conversions
            end as conversions,
            case
                when conversion_basis = 'web' then web_conversion_value else basis_value
            end as conversion_value,
            case when conversion_basis = 'web' then sessions else basis_base end as conversion_base,
            -- What own orders earned beyond what they cost, known only if the profit of all is.
            case
                when
                    count(gross_profit) over (partition by marketing_campaign_id, channel_id) > 0
                    and not bool_or(has_unknown_profit) over (
                        partition by marketing_campaign_id, channel_id
                    )
                    and (gross_profit is not null or total_cost is not null)
                then coalesce(gross_profit, 0) - coalesce(total_cost, 0)
            end as contribution
        from summed
    ),

    final as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            {%- for measure in kpi_measures() %}
                cast({{ measure.name }} as {{ measure.type }}) as {{ measure.name }},
            {%- endfor %}
            conversion_basis,
            is_mature,
            is_allocated,
            has_data
        from based
    )

select *
from final
