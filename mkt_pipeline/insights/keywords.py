"""Which keywords spend without converting, under the same stated rule as search terms.

What is here: the keywords of one published file that the rule calls waste. What is not: phrases (a keyword is
paused as a whole), wording, ranking.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from mkt_pipeline.insights.conversion_prior import (
    HIGH_CONFIDENCE,
    Rule,
    fit_prior,
    saving,
    waste_evidence,
    waste_probability,
)
from mkt_pipeline.insights.proposal import Proposal, TargetCpas, as_day

PERIOD_DAYS = 7

_KEYWORDS_SQL = """
    select
        f.platform, f.account_id, c.marketing_campaign_id, c.channel_id, f.campaign_id, f.entity_id,
        any_value(c.campaign_name) as campaign_name,
        any_value(coalesce(e.keyword, e.entity_name, f.entity_id)) as keyword,
        any_value(e.match_type) as match_type, any_value(e.ad_group_name) as ad_group_name,
        sum(f.clicks)::double as clicks, sum(f.conversions)::double as conversions,
        sum(f.spend)::double as spend,
        min(f.date_day) as first_day, max(f.date_day) as last_day
    from mart.fct_ad_entity_daily f
    join mart.dim_campaign c using (platform, account_id, campaign_id)
    left join mart.dim_ad_entity e
        on e.platform = f.platform and e.account_id = f.account_id
        and e.level = f.level and e.entity_id = f.entity_id
    where f.level = 'keyword' and f.is_mature and not f.is_unallocated
        and f.spend is not null and f.conversions is not null
    group by f.platform, f.account_id, c.marketing_campaign_id, c.channel_id, f.campaign_id, f.entity_id
    order by f.platform, f.account_id, c.marketing_campaign_id, c.channel_id, f.campaign_id, f.entity_id
"""


def propose(connection: Any, targets: TargetCpas, rule: Rule | None = None) -> list[Proposal]:
    """Keywords to pause, per platform account x marketing campaign of a database with the mart tables."""
    rule = rule or Rule()
    rows = connection.execute(_KEYWORDS_SQL).df()
    proposals: list[Proposal] = []
    for key, group in rows.groupby(["platform", "account_id", "marketing_campaign_id", "channel_id"]):
        proposals.extend(_propose_for_group(key, group, targets, rule))
    return proposals


def _propose_for_group(
    key: tuple[Any, ...], group: pd.DataFrame, targets: TargetCpas, rule: Rule
) -> list[Proposal]:
    platform, _, campaign, channel = (str(part) for part in key)
    clicks, conversions, spend = (group[name].to_numpy(float) for name in ("clicks", "conversions", "spend"))
    if not rule.has_enough(clicks, conversions):
        return []
    target = targets.of(campaign, channel, spend.sum(), conversions.sum())
    prior = fit_prior(clicks, conversions, rule.max_prior_conversions)
    first, last = as_day(group.first_day.min()), as_day(group.last_day.max())
    judged = group.assign(
        probability=waste_probability(prior, clicks, conversions, spend, target.value, rule)
    )
    wasteful = judged[judged.probability > rule.probability].sort_values(
        ["spend", "entity_id"], ascending=[False, True]
    )
    proposals = []
    row: Any
    for row in wasteful.head(rule.max_picks).itertuples():
        effect = saving(
            prior, row.clicks, row.conversions, row.spend, target.value,
            days=(last - first).days + 1, period=PERIOD_DAYS,
        )  # fmt: skip
        proposals.append(
            Proposal(
                marketing_campaign_id=campaign,
                channel_id=channel,
                kind="pause_keyword",
                object_type="keyword",
                object_name=str(row.keyword),
                platform=platform,
                platform_campaign_id=str(row.campaign_id),
                ad_group_name=row.ad_group_name if isinstance(row.ad_group_name, str) else None,
                spend=row.spend,
                clicks=row.clicks,
                conversions=row.conversions,
                effect_low=effect.low,
                effect_expected=effect.expected,
                effect_high=effect.high,
                effect_period_days=PERIOD_DAYS,
                probability=effect.probability,
                confidence="high" if row.probability >= HIGH_CONFIDENCE else "medium",
                effort="low",
                check_metric="cpa",
                guard_metric="conversions",
                due_in_days=2,
                check_after_days=14,
                evidence={
                    **waste_evidence(row.probability, prior, target, row.spend, row.clicks, first, last),
                    "entity_id": str(row.entity_id),
                    "match_type": row.match_type if isinstance(row.match_type, str) else None,
                    "platform_campaigns": [str(row.campaign_name)],
                },
                rule=rule.stated(),
            )
        )
    return proposals
