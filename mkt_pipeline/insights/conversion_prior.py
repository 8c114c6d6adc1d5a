"""What one can say about a conversion rate from few clicks: a beta prior fitted on its siblings.

What is here: the empirical-Bayes fit, the probability that something is waste, and the range of what
stopping it saves. What is not: where the numbers come from, and which candidates are compared
(``search_terms``, ``keywords``).

Model: conversions of one term are binomial in its clicks, its true rate is drawn from Beta(alpha, beta)
shared by the terms of one group. The prior is the maximum-likelihood fit of that beta-binomial; the
posterior of a term with ``n`` clicks and ``k`` conversions is Beta(alpha + k, beta + n - k).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, betaln
from scipy.stats import nbinom

from mkt_pipeline.insights.proposal import TargetCpa

Floats = npt.NDArray[np.float64]

HIGH_CONFIDENCE = 0.99
"""From this probability of waste on, confidence is called high; below, medium."""

_GRID = (np.arange(64) + 0.5) / 64


@dataclass(frozen=True)
class Rule:
    """The stated rule by which something is called waste. Defaults are the product's.

    The rule: with at least ``min_clicks`` clicks and a cost of at least ``min_cost_in_cpa`` times the target
    CPA, the probability that the true CPA exceeds ``waste_factor`` times the target is above ``probability``.
    A group needs ``min_group_conversions`` conversions and ``min_members`` members with clicks, or nothing
    is proposed: the prior would be a guess. The prior is worth at most ``max_prior_conversions``. On twenty
    drawn accounts with known truth this cap removes 83 % of the waste where the plain fit removes 79 %, both
    at 0.001 % of good conversions lost; 1.5 removes 85 % but loses up to 0.5 % in one account.
    """

    probability: float = 0.95
    waste_factor: float = 2.0
    min_clicks: float = 20
    min_cost_in_cpa: float = 1.0
    min_group_conversions: float = 15
    min_members: int = 8
    max_prior_conversions: float = 2.0
    max_picks: int = 10

    def has_enough(self, clicks: Floats, conversions: Floats) -> bool:
        """Whether a group holds the data a prior needs; one entry per member."""
        return bool(
            conversions.sum() >= self.min_group_conversions
            and (clicks > 0).sum() >= self.min_members
            and conversions.sum() < clicks.sum()
        )

    def stated(self) -> dict[str, Any]:
        """The rule as it is printed beside every action that rests on it."""
        return {"id": "beta_binomial_waste", **asdict(self)}


@dataclass(frozen=True)
class Prior:
    """Beta(alpha, beta) over the true conversion rates of one group."""

    alpha: float
    beta: float


@dataclass(frozen=True)
class Saving:
    """Net saving per period, money: spend avoided less the conversions lost, valued at the target CPA.

    ``low`` and ``high`` bound 90 %; ``probability`` is P(saving > 0).
    """

    low: float
    expected: float
    high: float
    probability: float


def fit_prior(clicks: Floats, conversions: Floats, max_conversions: float) -> Prior:
    """Fit the beta-binomial by maximum likelihood, alpha at most ``max_conversions``.

    Without over-dispersion the likelihood grows for ever towards "all rates are equal", and siblings alike in
    most respects make a prior that silences a member's own clicks; the cap bounds what the siblings may say.
    It counts conversions, not clicks, so that it means the same at every rate.

    ``clicks`` and ``conversions`` are one pair per member; members without clicks say nothing and are left
    out; conversions above clicks (several per click) count as clicks. Raises ``ValueError`` if no member has
    a click, or none or all of the clicks converted: there is no rate to fit.
    """
    seen = clicks > 0
    n = clicks[seen]
    k = np.clip(conversions[seen], 0, n)
    if n.size == 0 or not 0 < k.sum() < n.sum():
        raise ValueError("a prior needs clicks, some of which converted and some of which did not")
    pairs, weight = np.unique(np.column_stack([n, k]), axis=0, return_counts=True)
    n, k = pairs[:, 0], pairs[:, 1]

    def shape(parameters: Floats) -> tuple[float, float]:
        mean, alpha = 1 / (1 + np.exp(-parameters[0])), np.exp(parameters[1])
        return float(alpha), float(alpha * (1 - mean) / mean)

    def negative_log_likelihood(parameters: Floats) -> float:
        alpha, beta = shape(parameters)
        return -float((weight * (betaln(k + alpha, n - k + beta) - betaln(alpha, beta))).sum())

    rate = float((weight * k).sum() / (weight * n).sum())
    fitted = minimize(
        negative_log_likelihood,
        [np.log(rate / (1 - rate)), 0.0],
        method="L-BFGS-B",
        bounds=[(-14.0, 14.0), (np.log(0.01), np.log(max_conversions))],
    )
    return Prior(*shape(fitted.x))


def waste_probability(
    prior: Prior, clicks: Floats, conversions: Floats, cost: Floats, target_cpa: float, rule: Rule
) -> Floats:
    """P(true CPA > factor x target) = P(cvr < cpc / (factor x target)); 0 below the minimum data."""
    judged = (clicks >= rule.min_clicks) & (cost >= rule.min_cost_in_cpa * target_cpa)
    probability = np.zeros(len(clicks))
    n, c = clicks[judged], cost[judged]
    k = np.clip(conversions[judged], 0, n)
    worst_rate = np.minimum(c / n / (rule.waste_factor * target_cpa), 1.0)
    probability[judged] = betainc(prior.alpha + k, prior.beta + n - k, worst_rate)
    return probability


def saving(
    prior: Prior, clicks: float, conversions: float, cost: float, target_cpa: float, *, days: int, period: int
) -> Saving:
    """What stopping saves over ``period`` days, having seen ``days`` days.

    Future clicks are negative binomial (a Poisson rate known from ``clicks`` in ``days``), the rate is its
    posterior, the click price stays as it was. Quantiles are taken on a fixed grid: same input, same output.
    """
    k = min(max(conversions, 0.0), clicks)
    price = cost / clicks
    rates = betaincinv(prior.alpha + k, prior.beta + clicks - k, _GRID)
    future_clicks = nbinom.ppf(_GRID, clicks, days / (days + period))
    outcomes = np.outer(future_clicks, price - rates * target_cpa).ravel()
    low, high = np.quantile(outcomes, [0.05, 0.95])
    positive = betainc(prior.alpha + k, prior.beta + clicks - k, min(price / target_cpa, 1.0))
    return Saving(float(low), float(outcomes.mean()), float(high), float(positive))


def waste_evidence(
    probability: float,
    prior: Prior,
    target: TargetCpa,
    cost: float,
    clicks: float,
    first: dt.date,
    last: dt.date,
) -> dict[str, Any]:
    """The numbers a reader needs to check a call of waste."""
    return {
        "probability": round(probability, 4),
        "cost_per_click": round(cost / clicks, 4),
        "target_cpa": round(target.value, 4),
        "target_cpa_source": target.source,
        "prior_alpha": round(prior.alpha, 3),
        "prior_beta": round(prior.beta, 3),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
