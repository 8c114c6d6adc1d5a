"""A proposed action before it is ranked, and the target CPA its evidence is judged by.

What is here: the one shape that every module of this room proposes actions in. What is not: how a proposal is
found, its number and its rank.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["negative_search_term", "pause_keyword", "budget_pace"]
Confidence = Literal["high", "medium", "low"]
Effort = Literal["low", "medium", "high"]

ALL_CHANNELS = "(all)"


@dataclass(frozen=True)
class TargetCpa:
    """Money per conversion that is acceptable, and whether the plan or the group's own mean says so."""

    value: float
    source: Literal["plan", "own"]


@dataclass(frozen=True)
class TargetCpas:
    """CPA goals of the plans: (marketing campaign, channel) to money in reporting currency."""

    goals: dict[tuple[str, str], float]

    @classmethod
    def read(cls, connection: Any) -> TargetCpas:
        """The goals in ``mart.dim_goal``."""
        rows = connection.execute(
            "select marketing_campaign_id, channel_id, target from mart.dim_goal "
            "where metric_id = 'cpa' and target > 0"
        ).fetchall()
        return cls({(campaign, channel): float(target) for campaign, channel, target in rows})

    def of(self, campaign: str, channel: str, spend: float, conversions: float) -> TargetCpa:
        """The channel's goal, else the campaign's, else spend ÷ conversions of the group itself."""
        for scope in (channel, ALL_CHANNELS):
            if (campaign, scope) in self.goals:
                return TargetCpa(self.goals[campaign, scope], "plan")
        return TargetCpa(spend / conversions, "own")


@dataclass(frozen=True)
class Proposal:
    """One action with its evidence; money in reporting currency.

    ``effect_*`` is what the action is worth over ``effect_period_days``; ``low`` to ``high`` is the 90 %
    range and ``probability`` is P(effect > 0). Effects of two proposals may overlap and are never added up.
    """

    marketing_campaign_id: str
    channel_id: str
    kind: Kind
    object_type: str
    object_name: str
    effect_low: float
    effect_expected: float
    effect_high: float
    effect_period_days: int
    probability: float
    confidence: Confidence
    effort: Effort
    check_metric: str
    guard_metric: str
    due_in_days: int
    check_after_days: int
    evidence: dict[str, Any]
    rule: dict[str, Any]
    platform: str | None = None
    platform_campaign_id: str | None = None
    ad_group_name: str | None = None
    spend: float | None = None
    clicks: float | None = None
    conversions: float | None = None

    @property
    def score(self) -> float:
        """Expected value per week x P(effect > 0) ÷ effort (low 1, medium 2, high 3)."""
        weekly = self.effect_expected * 7 / self.effect_period_days
        return weekly * self.probability / {"low": 1, "medium": 2, "high": 3}[self.effort]


def as_day(value: dt.date) -> dt.date:
    """A plain date; frames hold days as timestamps."""
    return value.date() if isinstance(value, dt.datetime) else value
