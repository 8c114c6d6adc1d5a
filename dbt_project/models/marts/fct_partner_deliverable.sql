-- What partners delivered and cost. Fee and goods belong to the day of publication, until then
-- to the day the deliverable was first written down; days to come are converted at the report
-- date.
{%- set key = ["platform", "account_id", "partner_id", "deliverable_id"] %}
with
    deliverable as (select * from {{ ref("int_partner_deliverable") }}),

    partner as (select * from {{ ref("dim_partner") }}),

    status as (select * from {{ ref("partner_status") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    dated as (
        select
            deliverable.*,
            coalesce(
                cast(deliverable.published_at as date), deliverable.first_snapshot_day
            ) as date_day,
            least(
                coalesce(cast(deliverable.published_at as date), deliverable.first_snapshot_day),
                workspace.as_of
            ) as rate_day
        from deliverable
        cross join workspace
    ),

    matched as (
        {{
            named_campaign(
                "dated",
                key=key,
                match_fields={
                    "campaign_name": "campaign_name",
                    "utm_campaign": "utm_campaign",
                    "coupon_code": "coupon_code",
                    "partner_id": "partner_id",
                    "partner_name": "partner_name",
                    "post_url": "content_url",
                },
                day="object_.date_day",
            )
        }}
    ),

    final as (
        select
            {%- for name in key %} dated.{{ name }}, {%- endfor %}
            dated.date_day,
            partner.channel_id,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            matched.match_method,
            matched.match_rule,
            dated.network,
            dated.content_type,
            dated.content_url,
            dated.status,
            coalesce(status.status = 'rejected', false) as is_cancelled,
            dated.published_at,
            dated.first_snapshot_day,
            dated.snapshot_day,
            dated.is_carried,
            dated.campaign_name,
            dated.utm_campaign,
            dated.coupon_code,
            {%- for name in partner_counters() + ["followers", "reach"] %}
                dated.{{ name }},
            {%- endfor %}
            {%- for name in partner_amounts() %}
                dated.{{ name }} as {{ name }}_native,
            {%- endfor %}
            dated.currency_code,
            dated.rate_day,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {%- for name in partner_amounts() %}
                {{ reporting_money("dated." ~ name, "fx.fx_rate") }} as {{ name }},
            {%- endfor %}
            dated.file_id
        from dated
        left join
            partner on {{ same("dated", "partner", ["platform", "account_id", "partner_id"]) }}
        left join matched on {{ same("dated", "matched", key) }}
        left join status on dated.status = status.stated
        left join fx on dated.rate_day = fx.date_day and dated.currency_code = fx.currency_code
    )

select *
from final
