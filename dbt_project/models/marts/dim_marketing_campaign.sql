with
    plan as (select * from {{ ref("int_plan") }}),

    budget as (select * from {{ ref("int_plan_budget") }} where channel_id = '(all)'),

    platform_campaign as (
        select
            matched.marketing_campaign_id,
            max(campaign.platform) as platform,
            max(campaign.campaign_name) as campaign_name,
            min(campaign.first_day) as first_day,
            max(campaign.last_day) as last_day
        from {{ ref("int_campaign_match") }} as matched
        inner join
            {{ ref("int_platform_campaign") }} as campaign
            on matched.platform = campaign.platform
            and matched.account_id = campaign.account_id
            and matched.campaign_id = campaign.campaign_id
        where matched.match_method = 'platform'
        group by matched.marketing_campaign_id
    ),

    workspace as (select * from {{ ref("stg_workspace_setting") }}),

    span as (
        select marketing_campaign_id, min(date_day) as data_from, max(date_day) as data_to
        from {{ ref("int_campaign_kpi_daily") }}
        where channel_id = '(all)' and has_data
        group by marketing_campaign_id
    ),

    member as (
        select
            plan.marketing_campaign_id,
            plan.name_en,
            plan.name_zh,
            'plan' as source,
            plan.owner,
            plan.start_date,
            plan.end_date,
            budget.budget,
            plan.gross_margin,
            cast(null as varchar(1)) as platform
        from plan
        left join budget on plan.marketing_campaign_id = budget.marketing_campaign_id
        union all
        select
            marketing_campaign_id,
            campaign_name as name_en,
            campaign_name as name_zh,
            'platform' as source,
            cast(null as varchar(1)) as owner,
            first_day as start_date,
            last_day as end_date,
            cast(null as decimal(18, 6)) as budget,
            cast(null as decimal(9, 6)) as gross_margin,
            platform
        from platform_campaign
        union all
        select
            '(unassigned)' as marketing_campaign_id,
            'Unassigned' as name_en,
            '未归属' as name_zh,
            'unassigned' as source,
            cast(null as varchar(1)) as owner,
            cast(null as date) as start_date,
            cast(null as date) as end_date,
            cast(null as decimal(18, 6)) as budget,
            cast(null as decimal(9, 6)) as gross_margin,
            cast(null as varchar(1)) as platform
        from workspace
    ),

    final as (
        select
            member.marketing_campaign_id,
            member.name_en,
            member.name_zh,
            member.source,
            member.owner,
            member.start_date,
            member.end_date,
            workspace.reporting_currency as currency_code,
            member.budget,
            member.gross_margin,
            member.platform,
            span.data_from,
            span.data_to,
            basis.conversion_basis,
            case
                when basis.conversion_basis = 'platform' then basis.claiming_platform
            end as claiming_platform,
            workspace.as_of
        from member
        cross join workspace
        left join span on member.marketing_campaign_id = span.marketing_campaign_id
        left join
            {{ ref("int_campaign_conversion_basis") }} as basis
            on member.marketing_campaign_id = basis.marketing_campaign_id
    )

select *
from final
