"""Which channels will not end on budget, by how much, and what daily spend puts that right.

What is here: the forecast of a channel's spend to the end of its campaign with a range, and the channels
whose pace is outside the stated limits. What is not: moving budget between channels, wording, ranking.

The forecast: the remaining days cost the mean of two daily levels, all days so far and the last seven. Its
range is a replay: the same rule is applied on every earlier day that leaves at least one day to check, the
log errors of the remainder give the scale of a t distribution with five degrees of freedom.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student_t

from mkt_pipeline.insights.proposal import ALL_CHANNELS, Proposal, as_day

RECENT_DAYS = 7
DEGREES_OF_FREEDOM = 5
MIN_ERROR = 0.02
"""The scale of log errors is never taken as smaller: a flat past does not promise a flat future."""


@dataclass(frozen=True)
class PaceRule:
    """The stated rule: pace (spend ÷ plan to date) outside ``low`` to ``high`` after ``min_days`` days."""

    low: float = 0.80
    high: float = 1.20
    min_days: int = 7
    level: float = 0.90


@dataclass(frozen=True)
class Projection:
    """Spend at the end of the campaign, money: expected and the bounds of the central ``level`` range."""

    spend_to_date: float
    daily_level: float
    days_left: int
    error: float
    replays: int

    @property
    def expected(self) -> float:
        """Spend to date plus the remaining days at the daily level."""
        return self.spend_to_date + self.daily_level * self.days_left

    def quantile(self, probability: float) -> float:
        """Spend at the end that is not exceeded with this probability."""
        spread = float(np.exp(self.error * student_t.ppf(probability, DEGREES_OF_FREEDOM)))
        return self.spend_to_date + self.daily_level * self.days_left * spread

    def probability_above(self, amount: float) -> float:
        """P(spend at the end > amount)."""
        remainder = self.daily_level * self.days_left
        if amount <= self.spend_to_date or remainder == 0:
            return float(amount < self.spend_to_date + remainder)
        distance = np.log((amount - self.spend_to_date) / remainder) / self.error
        return float(student_t.sf(distance, DEGREES_OF_FREEDOM))


def daily_level(spend: npt.NDArray[np.float64]) -> float:
    """Half the mean of all days, half the mean of the last seven."""
    return float((spend.mean() + spend[-RECENT_DAYS:].mean()) / 2)


def project(spend: npt.NDArray[np.float64], days_left: int) -> Projection:
    """Forecast the end from one amount per day so far (money, no gaps).

    Raises ``ValueError`` for fewer than seven days: there is nothing to replay the rule on.
    """
    if len(spend) < RECENT_DAYS:
        raise ValueError(f"a forecast needs {RECENT_DAYS} days of spend, there are {len(spend)}")
    errors = []
    for day in range(RECENT_DAYS, len(spend)):
        ahead = spend[day : day + max(days_left, 1)]
        forecast, actual = daily_level(spend[:day]) * len(ahead), ahead.sum()
        if forecast > 0 and actual > 0:
            # A short horizon errs more than the days left will: scale to the horizon that is asked for.
            errors.append(np.log(actual / forecast) * np.sqrt(len(ahead) / max(days_left, 1)))
    if len(errors) >= RECENT_DAYS:
        error = float(np.sqrt(np.mean(np.square(errors))))
    elif spend.sum() > 0:
        error = float(spend.std(ddof=1) / spend.mean() / np.sqrt(max(days_left, 1)))
    else:
        error = MIN_ERROR
    return Projection(float(spend.sum()), daily_level(spend), days_left, max(error, MIN_ERROR), len(errors))


_PACING_SQL = """
    select p.marketing_campaign_id, p.channel_id, p.date_day, p.spend::double as spend,
        p.planned_to_date::double as planned_to_date, p.budget::double as budget, m.end_date
    from mart.mart_campaign_pacing_daily p
    join mart.dim_marketing_campaign m using (marketing_campaign_id)
    where p.budget > 0 and p.spend is not null
        and p.date_day between m.start_date and least(m.data_to, m.end_date)
    order by p.marketing_campaign_id, p.channel_id, p.date_day
"""


def propose(connection: Any, rule: PaceRule | None = None) -> list[Proposal]:
    """New daily spends for the channels out of pace, for a database with the mart tables.

    A day without spend data is unknown, not 0: a channel is judged up to its newest known day, and one
    without any data is not judged.
    """
    rule = rule or PaceRule()
    rows = connection.execute(_PACING_SQL).df()
    rows = rows[rows.channel_id != ALL_CHANNELS]
    proposals = []
    for key, days in rows.groupby(["marketing_campaign_id", "channel_id"]):
        proposal = _propose_for_channel(str(key[0]), str(key[1]), days, rule)
        if proposal:
            proposals.append(proposal)
    return proposals


def _propose_for_channel(campaign: str, channel: str, days: pd.DataFrame, rule: PaceRule) -> Proposal | None:
    last = days.iloc[-1]
    today, end = as_day(last.date_day), as_day(last.end_date)
    days_left = (end - today).days
    spend = days.spend.to_numpy(float)
    if len(spend) < rule.min_days or days_left <= 0 or not last.planned_to_date > 0:
        return None
    pace = spend.sum() / last.planned_to_date
    if rule.low <= pace <= rule.high:
        return None
    projection = project(spend, days_left)
    tail = (1 - rule.level) / 2
    low, high = projection.quantile(tail), projection.quantile(1 - tail)
    above = projection.probability_above(last.budget)
    side = 1 if pace > rule.high else -1
    gaps = sorted(side * (bound - last.budget) for bound in (low, high))
    return Proposal(
        marketing_campaign_id=campaign,
        channel_id=channel,
        kind="budget_pace",
        object_type="channel",
        object_name=channel,
        spend=float(spend.sum()),
        effect_low=gaps[0],
        effect_expected=side * (projection.expected - last.budget),
        effect_high=gaps[1],
        effect_period_days=days_left,
        probability=above if side > 0 else 1 - above,
        confidence="high" if gaps[0] > 0 else "medium",
        effort="low",
        check_metric="budget_used",
        guard_metric="conversions",
        due_in_days=1,
        check_after_days=7,
        evidence={
            "direction": "over" if side > 0 else "under",
            "pace": round(pace, 4),
            "spend_to_date": round(float(spend.sum()), 2),
            "planned_to_date": round(float(last.planned_to_date), 2),
            "budget": round(float(last.budget), 2),
            "projected": round(projection.expected, 2),
            "projected_low": round(low, 2),
            "projected_high": round(high, 2),
            "current_daily_spend": round(float(spend[-RECENT_DAYS:].mean()), 2),
            "required_daily_spend": round(max(float(last.budget - spend.sum()), 0.0) / days_left, 2),
            "days_left": days_left,
            "replays": projection.replays,
            "first_day": as_day(days.iloc[0].date_day).isoformat(),
            "last_day": today.isoformat(),
        },
        rule={"id": "budget_pace", **asdict(rule)},
    )
