"""Waste in search terms: the reference case, fresh cases, and the rules around the choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mkt_pipeline.insights.conversion_prior import Rule, fit_prior, saving
from mkt_pipeline.insights.search_terms import choose_negatives, normalise, phrases

CASE = Path(__file__).parents[1] / "reference" / "searchterms"
TARGET_CPA = 40.0

PLAIN_90 = Rule(probability=0.90, max_prior_conversions=50)
"""The rule as published: the plain maximum-likelihood prior."""

HEADS = ["running shoes", "trail shoes", "hiking boots", "work boots", "kids sneakers", "wool socks"]
GOOD = ["buy", "best", "sale", "women", "men", "online", "waterproof", "size 10", "near me", "brand"]
BAD = ["free", "jobs", "diy", "repair", "images", "wiki", "second hand", "salary", "how to clean", "meaning"]
NEUTRAL = ["blue", "black", "2024", "cheap", "review", "wide", "light", "new", "city", "red", "store", "shop"]


def draw_case(seed: int, size: int) -> pd.DataFrame:
    """A fresh account with known true rates: words multiply the rate, clicks are heavy-tailed."""
    random = np.random.default_rng(seed)
    effect = {word: float(np.log(random.uniform(0.02, 0.18))) for word in BAD}
    effect |= {word: float(random.normal(0.1, 0.15)) for word in GOOD}
    effect |= {word: float(random.normal(-0.1, 0.2)) for word in NEUTRAL}
    weight = np.r_[np.full(len(GOOD), 0.045), np.full(len(NEUTRAL), 0.031), np.full(len(BAD), 0.018)]
    weight /= weight.sum()
    rows: dict[str, tuple[float, ...]] = {}
    while len(rows) < size:
        words = random.choice(GOOD + NEUTRAL + BAD, random.integers(0, 3), replace=False, p=weight)
        tail = f"{'abcdefgh'[random.integers(8)]}{random.integers(60)}" if random.random() < 0.5 else ""
        term = " ".join([HEADS[random.integers(len(HEADS))], *words, tail]).strip()
        if term in rows:
            continue
        clicks = min(int(np.ceil(random.pareto(1.1) * 2 + 0.5)), 400)
        price = random.uniform(0.6, 1.6)
        rate = min(0.035 * np.exp(sum(effect[str(word)] for word in words)), 0.5)
        rows[term] = (
            clicks,
            clicks * price,
            random.binomial(clicks, rate),
            rate,
            price / rate > 2 * TARGET_CPA,
        )
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["clicks", "cost", "conversions", "true_cvr", "is_waste"]
    )
    return frame.rename_axis("search_term").reset_index()


def reference_case() -> pd.DataFrame:
    return pd.read_csv(CASE / "terms.csv").merge(pd.read_csv(CASE / "truth.csv"), on="search_term")


def score(case: pd.DataFrame, negatives: Iterable[str]) -> tuple[float, float]:
    """Share of truly wasted cost removed, share of expected good conversions lost."""
    blocked = np.zeros(len(case), dtype=bool)
    for phrase in negatives:
        blocked |= case.search_term.map(lambda term, phrase=phrase: f" {phrase} " in f" {term} ").to_numpy()
    wasted = case.is_waste.astype(bool).to_numpy()
    expected = (case.clicks * case.true_cvr).to_numpy()
    cost = case.cost.to_numpy()
    return cost[wasted & blocked].sum() / cost[wasted].sum(), expected[
        ~wasted & blocked
    ].sum() / expected.sum()


def pick(case: pd.DataFrame, rule: Rule, **options: Any) -> list[str]:
    _, picks = choose_negatives(
        list(case.search_term), *(case[name].to_numpy(float) for name in ("clicks", "conversions", "cost")),
        TARGET_CPA, rule=rule, **options,
    )  # fmt: skip
    return [negative.phrase for negative in picks]


@pytest.mark.parametrize(
    ("probability", "picks", "waste_removed"), [(0.90, 7, 0.797), (0.95, 5, 0.602)], ids=["0.90", "0.95"]
)
def test_reference_case_scores_as_published(probability: float, picks: int, waste_removed: float) -> None:
    case = reference_case()
    chosen = pick(case, replace(PLAIN_90, probability=probability))
    removed, lost = score(case, chosen)
    assert len(chosen) == picks
    assert removed == pytest.approx(waste_removed, abs=0.005)
    assert lost <= 0.0001
    assert set(chosen) <= set(BAD)


def test_the_products_rule_removes_more_of_the_reference_waste_and_loses_nothing() -> None:
    case = reference_case()
    removed, lost = score(case, pick(case, Rule()))
    assert removed >= 0.70
    assert lost <= 0.0001


def test_fresh_cases_remove_most_waste_and_hardly_any_conversion() -> None:
    scores = []
    for seed in (101, 102, 103, 104):
        case = draw_case(seed, 4000)
        chosen = pick(case, Rule())
        assert len(chosen) <= 10
        scores.append(score(case, chosen))
    removed, lost = zip(*scores, strict=True)
    assert np.mean(removed) >= 0.70
    assert max(lost) <= 0.001


def test_without_waste_nothing_is_proposed() -> None:
    random = np.random.default_rng(5)
    terms = [f"{head} {number}" for head in HEADS for number in range(60)]
    clicks = random.integers(5, 120, len(terms)).astype(float)
    conversions = random.binomial(clicks.astype(int), 0.05).astype(float)
    _, picks = choose_negatives(terms, clicks, conversions, clicks * 1.0, TARGET_CPA)
    assert picks == []


def test_one_negative_per_cause_and_no_term_twice() -> None:
    case = reference_case()
    _, picks = choose_negatives(
        list(case.search_term), *(case[name].to_numpy(float) for name in ("clicks", "conversions", "cost")),
        TARGET_CPA, rule=PLAIN_90,
    )  # fmt: skip
    blocked = [term for negative in picks for term in negative.terms]
    assert len(blocked) == len(set(blocked))
    for negative in picks:
        assert negative.cost == pytest.approx(case.cost.to_numpy()[list(negative.terms)].sum())


def test_of_equal_phrases_the_one_without_common_words_is_taken_and_the_others_are_named() -> None:
    good = [f"{kind} tea {form}" for kind in ("green", "white", "black") for form in ("gift", "tin", "bulk")]
    bad = ["free tea samples", "free tea samples by mail"]
    clicks = np.array([100.0] * 9 + [200.0] * 2)
    conversions = np.array([6.0] * 9 + [0.0] * 2)
    _, picks = choose_negatives([*good, *bad], clicks, conversions, clicks * 1.1, 25.0)
    assert [negative.phrase for negative in picks] == ["free"]
    assert set(picks[0].equivalents) == {"samples", "free tea", "free tea samples", "tea samples"}


def test_one_term_alone_is_blocked_as_a_whole() -> None:
    good = [
        f"{kind} tea gift set" for kind in ("green", "white", "black", "yellow", "oolong", "herbal", "iced")
    ]
    clicks = np.array([100.0] * 7 + [300.0])
    conversions = np.array([6.0] * 7 + [0.0])
    _, picks = choose_negatives([*good, "free tea gift box"], clicks, conversions, clicks * 1.1, 25.0)
    assert [negative.phrase for negative in picks] == ["free tea gift box"]


def test_live_keywords_are_never_blocked() -> None:
    case = reference_case()
    chosen = pick(case, Rule())
    kept = pick(case, Rule(), protected=[f"shoe {chosen[0]} kit"])
    assert chosen[0] not in kept
    assert all(phrase not in f"shoe {chosen[0]} kit".split() for phrase in kept)


def test_below_the_minimum_data_nothing_is_called_waste() -> None:
    terms = [f"word{number}" for number in range(40)]
    clicks = np.full(40, 60.0)
    conversions = np.full(40, 3.0)
    clicks[0], conversions[0] = 19.0, 0.0
    cost = clicks * 2.5
    assert choose_negatives(terms, clicks, conversions, cost, TARGET_CPA, rule=Rule(probability=0.3))[1] == []


def test_words_of_a_term_and_characters_of_a_chinese_term() -> None:
    assert phrases("Free  Tea samples") == {
        "free", "tea", "samples", "free tea", "tea samples", "free tea samples",
    }  # fmt: skip
    assert phrases("免费茶叶 app") == {
        "免费",
        "费茶",
        "茶叶",
        "免费茶",
        "费茶叶",
        "免费茶叶",
        "app",
        "免费茶叶 app",
    }
    assert normalise("ＦＲＥＥ　Tea") == "free tea"


def test_chinese_terms_yield_a_chinese_negative() -> None:
    goods = ["茶叶", "龙井茶", "绿茶", "红茶", "白茶", "乌龙茶", "普洱茶", "花茶"]
    terms = [*goods, *(f"{good}礼盒" for good in goods), *(f"免费领{good}" for good in goods)]
    clicks = np.array([120.0] * 16 + [90.0] * 8)
    conversions = np.array([6.0] * 16 + [0.0] * 8)
    _, picks = choose_negatives(terms, clicks, conversions, clicks * 1.2, 25.0)
    assert [negative.phrase for negative in picks] == ["免费领"]
    assert len(picks[0].terms) == 8


def test_prior_is_capped_where_all_rates_are_equal() -> None:
    prior = fit_prior(np.full(200, 1000.0), np.full(200, 30.0), 1.5)
    assert prior.alpha == pytest.approx(1.5)
    assert 0.02 < prior.alpha / (prior.alpha + prior.beta) < 0.06


def test_prior_recovers_the_truth() -> None:
    random = np.random.default_rng(3)
    clicks = random.integers(20, 300, 4000).astype(float)
    conversions = random.binomial(clicks.astype(int), random.beta(2.5, 70.0, 4000)).astype(float)
    prior = fit_prior(clicks, conversions, 50.0)
    assert prior.alpha == pytest.approx(2.5, rel=0.1)
    assert prior.beta == pytest.approx(70.0, rel=0.1)


@pytest.mark.parametrize("conversions", [0.0, 50.0])
def test_a_prior_needs_both_outcomes(conversions: float) -> None:
    with pytest.raises(ValueError, match="converted"):
        fit_prior(np.array([50.0]), np.array([conversions]), 50.0)


def test_range_of_the_saving_covers_the_next_week() -> None:
    """Drawn from the model: 90 % of next weeks' true savings lie in the range, within sampling error."""
    random = np.random.default_rng(11)
    clicks = random.integers(20, 300, 3000).astype(float)
    true_rate = random.beta(2.5, 70.0, 3000)
    conversions = random.binomial(clicks.astype(int), true_rate).astype(float)
    prior = fit_prior(clicks, conversions, 50.0)
    inside = 0
    for n, k, rate in list(zip(clicks, conversions, true_rate, strict=True))[:600]:
        effect = saving(prior, n, k, n * 1.1, TARGET_CPA, days=28, period=7)
        # The click rate behind n is itself unknown: a draw from what n says about it.
        next_clicks = random.poisson(random.gamma(n) / 28 * 7)
        inside += effect.low <= next_clicks * (1.1 - rate * TARGET_CPA) <= effect.high
    assert 0.86 <= inside / 600 <= 0.95
