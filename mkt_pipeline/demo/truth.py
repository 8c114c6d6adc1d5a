"""The known answers of the demo company: what a correct pipeline must find in the files.

What is here: the types, and the sums over the simulated truth. What is not: the simulation (``company.py``)
and the expected contents of single files beyond their totals (``inbox.py`` records those as it writes).

Spend in reporting currency is the native amount times the day's rate, not rounded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mkt_pipeline.demo import advertising
from mkt_pipeline.demo.company import Company

Totals = dict[str, Decimal]
"""Canonical measure → sum."""

AD_MEASURES = ("impressions", "clicks", "spend", "conversions", "conversion_value")

WEB_MEASURES = ("sessions", "engaged_sessions", "conversions", "conversion_value")


@dataclass(frozen=True)
class PartTruth:
    """What one part of a file must land as."""

    part: str
    """Member of a zip; empty for plain files."""
    dataset: str
    level: str
    rows: int
    totals: Totals
    """Sums of the listed rows; money in the currency of the file."""


@dataclass(frozen=True)
class FileTruth:
    """One file of the inbox."""

    name: str
    platform: str
    exported_at: dt.datetime
    """When it was exported, the team's local time; also the file's modification time."""
    first_day: dt.date
    last_day: dt.date
    parts: tuple[PartTruth, ...]
    duplicate_of: str | None = None
    """Name of the file with the same bytes."""


@dataclass(frozen=True)
class CampaignDay:
    """One platform campaign on one day, as the newest export states it."""

    platform: str
    day: dt.date
    campaign: str
    marketing_campaign: str
    channel: str
    impressions: int
    clicks: int
    spend_native: Decimal
    currency: str
    spend: Decimal
    conversions: Decimal
    conversion_value: Decimal
    """Native currency."""


@dataclass(frozen=True)
class WebWeek:
    """One source, medium and session campaign in one exported week."""

    first_day: dt.date
    last_day: dt.date
    source: str
    medium: str
    campaign: str
    marketing_campaign: str
    channel: str
    sessions: int
    engaged_sessions: int
    conversions: Decimal
    conversion_value: Decimal


@dataclass(frozen=True)
class ChannelTotal:
    """One marketing campaign (or ``(unassigned)``) in one channel, all days."""

    marketing_campaign: str
    channel: str
    impressions: int
    clicks: int
    spend: Decimal
    """Reporting currency."""
    platform_conversions: Decimal
    sessions: int
    web_conversions: Decimal
    web_conversion_value: Decimal


@dataclass(frozen=True)
class LevelTotal:
    """All listed rows of one level of one platform; the rest of the campaign total is unallocated."""

    platform: str
    level: str
    totals: Totals


@dataclass(frozen=True)
class WastefulTerm:
    """A search that costs money and never converts."""

    campaign: str
    marketing_campaign: str
    ad_group: str
    term: str
    gram: str
    """What it has in common with the others of its group."""
    clicks: int
    spend: Decimal


@dataclass(frozen=True)
class WastefulKeyword:
    """A keyword that costs money and never converts."""

    campaign: str
    marketing_campaign: str
    ad_group: str
    keyword: str
    clicks: int
    spend: Decimal


@dataclass(frozen=True)
class Restatement:
    """A campaign-day whose conversions were exported twice; ``after`` is right."""

    day: dt.date
    campaign: str
    conversions_before: Decimal
    conversions_after: Decimal
    value_before: Decimal
    value_after: Decimal


@dataclass(frozen=True)
class PlanTruth:
    """What a plan says and how the simulated truth stands to it."""

    marketing_campaign: str
    first_day: dt.date
    last_day: dt.date
    goals: Totals
    """Metric → target for the whole campaign."""
    actual: Totals
    """Metric → value up to the last day of data."""
    budgets: Totals
    """Channel → budget, reporting currency."""
    pace: Totals
    """Channel → spend to date ÷ even share of the budget to date."""


@dataclass(frozen=True)
class DemoTruth:
    """The known answer to the demo company's exports."""

    seed: int
    scale: float
    files: tuple[FileTruth, ...]
    campaign_days: tuple[CampaignDay, ...]
    web_weeks: tuple[WebWeek, ...]
    channel_totals: tuple[ChannelTotal, ...]
    level_totals: tuple[LevelTotal, ...]
    wasteful_terms: tuple[WastefulTerm, ...]
    wasteful_keywords: tuple[WastefulKeyword, ...]
    restatements: tuple[Restatement, ...]
    missing_platform: str
    missing_day: dt.date
    plans: tuple[PlanTruth, ...]

    def spend(self, **where: str) -> Decimal:
        """Spend in reporting currency over the campaign days whose fields equal ``where``."""
        return sum(
            (
                row.spend
                for row in self.campaign_days
                if all(getattr(row, key) == value for key, value in where.items())
            ),
            Decimal(0),
        )

    @property
    def unassigned_spend(self) -> Decimal:
        """Spend of campaigns that no plan claims, reporting currency."""
        return self.spend(marketing_campaign=advertising.UNASSIGNED)

    def channel(self, marketing_campaign: str, channel: str) -> ChannelTotal:
        """One channel's totals; ``StopIteration`` if the campaign has nothing there."""
        return next(
            t
            for t in self.channel_totals
            if (t.marketing_campaign, t.channel) == (marketing_campaign, channel)
        )

    def to_json(self) -> str:
        """The truth as JSON; decimals and dates as text."""
        return json.dumps(dataclasses.asdict(self), default=str, ensure_ascii=False, indent=1)


def campaign_days(truth: Company) -> tuple[CampaignDay, ...]:
    """All platform campaigns on all days with data."""
    return tuple(
        CampaignDay(
            account.platform,
            row.day,
            row.campaign,
            account.marketing_campaign(row.campaign),
            account.channel,
            row.impressions,
            row.clicks,
            row.spend,
            account.currency,
            row.spend * truth.rate(account.currency, row.day),
            row.conversions,
            row.conversion_value,
        )
        for account in truth.accounts
        for row in account.rows["campaign"]
    )


def level_totals(truth: Company) -> tuple[LevelTotal, ...]:
    """What each level of each platform lists; money native."""
    return tuple(
        LevelTotal(account.platform, level, sums(AD_MEASURES, rows))
        for account in truth.accounts
        for level, rows in account.rows.items()
    )


def web_channel(medium: str) -> str:
    """The channel of a session medium of this company's links."""
    return {
        "cpc": "sem", "paid_social": "paid_social", "organic": "seo", "email": "email",
        "social": "organic_social", "(none)": "direct", "referral": "referral",
    }.get(medium, "other")  # fmt: skip


def web_campaign(truth: Company, campaign: str) -> str:
    """The marketing campaign that a session campaign belongs to."""
    owners = {each.utm: each.marketing_campaign for account in truth.accounts for each in account.campaigns}
    owners |= {letter.utm: letter.marketing_campaign for letter in truth.mailings}
    owners |= {post.utm: post.marketing_campaign for post in truth.posts if post.utm}
    return owners.get(campaign, advertising.UNASSIGNED)


def channel_totals(days: Iterable[CampaignDay], weeks: Iterable[WebWeek]) -> tuple[ChannelTotal, ...]:
    """Paid media and web sessions side by side, per marketing campaign and channel."""
    paid, web = list(days), list(weeks)
    owners = [(row.marketing_campaign, row.channel) for row in paid]
    owners += [(row.marketing_campaign, row.channel) for row in web]
    result = []
    for key in sorted(set(owners)):
        ads = sums(AD_MEASURES, [row for row in paid if (row.marketing_campaign, row.channel) == key])
        visits = sums(WEB_MEASURES, [row for row in web if (row.marketing_campaign, row.channel) == key])
        result.append(
            ChannelTotal(
                *key, int(ads["impressions"]), int(ads["clicks"]), ads["spend"], ads["conversions"],
                int(visits["sessions"]), visits["conversions"], visits["conversion_value"],
            )
        )  # fmt: skip
    return tuple(result)


def wasteful_terms(truth: Company) -> tuple[WastefulTerm, ...]:
    """The planted searches with what they cost."""
    google = truth.account("google_ads")
    planted = {
        (campaign.name, group.name, term): campaign
        for campaign in google.campaigns
        for group in campaign.ad_groups
        for term in group.wasteful_terms
    }
    spent: dict[tuple[str, str, str], list[Any]] = {key: [0, Decimal(0)] for key in planted}
    for row in google.rows["search_term"]:
        key = (row.campaign, row.ad_group, row.search_term)
        if key in spent:
            spent[key][0] += row.clicks
            spent[key][1] += row.spend
    return tuple(
        WastefulTerm(key[0], planted[key].marketing_campaign, key[1], key[2], _gram(key[2]), clicks, spend)
        for key, (clicks, spend) in spent.items()
    )


def _gram(term: str) -> str:
    return next(gram for gram in advertising.WASTEFUL_GRAMS if gram in term)


def wasteful_keywords(truth: Company) -> tuple[WastefulKeyword, ...]:
    """The planted keywords with what they cost."""
    google = truth.account("google_ads")
    result = []
    for campaign in google.campaigns:
        for group in campaign.ad_groups:
            if group.hopeless_keyword:
                rows = [
                    r
                    for r in google.rows["keyword"]
                    if (r.campaign, r.keyword) == (campaign.name, group.hopeless_keyword)
                ]
                spend = sum((row.spend for row in rows), Decimal(0))
                clicks = sum(row.clicks for row in rows)
                result.append(
                    WastefulKeyword(
                        campaign.name,
                        campaign.marketing_campaign,
                        group.name,
                        group.hopeless_keyword,
                        clicks,
                        spend,
                    )
                )
    return tuple(result)


def restatements(truth: Company) -> tuple[Restatement, ...]:
    """Campaign-days whose first statement was incomplete."""
    final = {(row.day, row.campaign): row for row in truth.account("google_ads").rows["campaign"]}
    return tuple(
        Restatement(
            row.day, row.campaign, row.conversions, final[row.day, row.campaign].conversions,
            row.conversion_value, final[row.day, row.campaign].conversion_value,
        )
        for row in truth.first_statement
        if row.conversions != final[row.day, row.campaign].conversions
    )  # fmt: skip


def sums(measures: Iterable[str], rows: Iterable[Any]) -> Totals:
    """Exact sums of named fields over rows."""
    rows = list(rows)
    return {name: sum((Decimal(getattr(row, name)) for row in rows), Decimal(0)) for name in measures}


def plan_actuals(days: Iterable[ChannelTotal], campaign: str) -> Totals:
    """The plan's metrics over all data so far, orders as the shop's web analytics sees them."""
    own = [total for total in days if total.marketing_campaign == campaign]
    spend = sum((total.spend for total in own), Decimal(0))
    conversions = sum((total.web_conversions for total in own), Decimal(0))
    value = sum((total.web_conversion_value for total in own), Decimal(0))
    return {
        "spend": spend,
        "conversions": conversions,
        "conversion_value": value,
        "cpa": spend / conversions,
        "roas": value / spend,
    }
