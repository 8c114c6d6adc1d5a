-- Which marketing campaigns share a platform campaign, day by day, as the plans' rules say: the
-- same
-- always-on campaign may serve two plans at once or one after the other. Days that no plan claims
-- have no row.
with
    platform_campaign as (select * from {{ ref("int_platform_campaign") }}),

    final as (
        {{
            shared_by_plans(
                "platform_campaign",
                key=["platform", "account_id", "campaign_id"],
                match_fields={
                    "campaign_id": "campaign_id",
                    "campaign_name": "campaign_name",
                },
                days=["object_.first_day", "object_.last_day"],
                by_day=true,
            )
        }}
    )

select *
from final
