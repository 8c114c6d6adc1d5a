"""Which phrases in search terms cost money and do not convert: negatives, few and readable.

What is here: phrases of terms, the greedy choice under the stated rule, and the candidates of one published
file, per platform account and marketing campaign. What is not: writing anything, wording, ranking.

Every phrase of one to three words (in Chinese text: two to four neighbouring characters) and every whole term
is judged on the sum of the terms that contain it, with the rule of :class:`conversion_prior.Rule`. The phrase
with the highest cost among those above the threshold is taken, its terms are removed, and the rest is judged
again, until none is left: so one negative is never proposed for spend that another already stops.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix

from mkt_pipeline.insights.conversion_prior import (
    HIGH_CONFIDENCE,
    Floats,
    Prior,
    Rule,
    fit_prior,
    saving,
    waste_evidence,
    waste_probability,
)
from mkt_pipeline.insights.proposal import Proposal, TargetCpas, as_day

MAX_WORDS = 3
HAN_LENGTHS = (2, 3, 4)
PERIOD_DAYS = 7
MAX_TERMS_SHOWN = 10
MAX_EQUIVALENTS = 5

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[{_HAN}]+|[^\s{_HAN}]+")
_HAS_HAN = re.compile(rf"[{_HAN}]")

_EXCLUDED_STATUS = ("excluded", "added/excluded", "已排除", "已添加/已排除")


@dataclass(frozen=True)
class Negative:
    """One phrase to exclude, with what it has cost and what excluding it saves.

    ``terms`` are positions in the input of the terms it blocks and no earlier pick blocked; ``equivalents``
    are other phrases that stand in exactly these terms: the data cannot tell them apart, a person may.
    """

    phrase: str
    equivalents: tuple[str, ...]
    terms: tuple[int, ...]
    clicks: float
    conversions: float
    cost: float
    probability: float


def normalise(term: str) -> str:
    """Compatibility form, case folded, single spaces: the form in which platforms compare terms."""
    return " ".join(unicodedata.normalize("NFKC", term).casefold().split())


def phrases(term: str) -> set[str]:
    """All phrases of a term that a negative could be made of.

    Words are joined by one space; runs of Chinese characters have no spaces, so their phrases are substrings.
    A negative of that text blocks exactly the terms that have it among their phrases.
    """
    text = normalise(term)
    found: set[str] = set()
    words: list[str] = []
    for piece in [*_PIECE.findall(text), ""]:
        if piece and not _HAS_HAN.match(piece):
            words.append(piece)
            continue
        found.update(_neighbours(words, range(1, MAX_WORDS + 1), " "))
        words = []
        found.update(_neighbours(list(piece), HAN_LENGTHS, ""))
    found.add(text)
    return found - {""}


def _neighbours(parts: Sequence[str], lengths: Iterable[int], glue: str) -> Iterable[str]:
    for length in lengths:
        for start in range(len(parts) - length + 1):
            yield glue.join(parts[start : start + length])


def choose_negatives(
    terms: Sequence[str],
    clicks: Floats,
    conversions: Floats,
    cost: Floats,
    target_cpa: float,
    *,
    rule: Rule | None = None,
    protected: Collection[str] = (),
) -> tuple[Prior, list[Negative]]:
    """The greedy choice over one group of terms; one entry per term in every argument.

    Args:
        terms: search terms as typed.
        clicks: clicks per term.
        conversions: conversions per term, possibly fractional.
        cost: money per term.
        target_cpa: money per conversion that is acceptable.
        rule: thresholds; the product's by default.
        protected: live keywords and names; no phrase of one of these is ever proposed.

    Returns:
        The fitted prior and the picks, in the order taken (highest cost first).

    Raises:
        ValueError: the group holds no rate to fit, see :func:`conversion_prior.fit_prior`.
    """
    rule = rule or Rule()
    prior = fit_prior(clicks, conversions, rule.max_prior_conversions)
    names, by_term, by_phrase = _phrase_matrix(terms)
    forbidden: set[str] = set().union(*(phrases(text) for text in protected))
    allowed = np.array([name not in forbidden for name in names], dtype=bool)
    column_of = {name: column for column, name in enumerate(names)}

    per_term = np.column_stack([clicks, conversions, cost]).astype(float)
    totals = np.asarray(by_phrase.T @ per_term)
    alive = np.ones(len(terms), dtype=bool)
    picks: list[Negative] = []
    while len(picks) < rule.max_picks:
        n, k, c = totals.T
        probability = waste_probability(prior, n, k, c, target_cpa, rule)
        candidates = np.flatnonzero(allowed & (probability > rule.probability))
        if candidates.size == 0:
            break
        costly = candidates[np.isclose(c[candidates], c[candidates].max(), rtol=0, atol=1e-6)]
        blocked = _terms_with(by_phrase, costly[0])
        blocked = np.sort(blocked[alive[blocked]])
        same = [
            names[j] for j in costly if set(blocked) == {i for i in _terms_with(by_phrase, j) if alive[i]}
        ]
        if len(blocked) == 1:
            same.sort(key=_narrowest)
        else:
            same.sort(key=partial(_clearest, cost=c, column_of=column_of))
        best = column_of[same[0]]
        picks.append(
            Negative(
                same[0],
                tuple(same[1:]),
                tuple(int(position) for position in blocked),
                float(n[best]),
                float(k[best]),
                float(c[best]),
                float(probability[best]),
            )
        )
        alive[blocked] = False
        # Subtract only the phrases of the blocked terms; rounding keeps emptied phrases at exactly 0.
        totals = np.round(totals - by_term[blocked].T @ per_term[blocked], 9)
    return prior, picks


def _terms_with(by_phrase: csc_matrix, column: int) -> npt.NDArray[np.int32]:
    """Rows of the terms that hold a phrase."""
    rows: npt.NDArray[np.int32] = by_phrase.indices[by_phrase.indptr[column] : by_phrase.indptr[column + 1]]
    return rows


def _narrowest(name: str) -> tuple[int, str]:
    """Order among phrases of one single term: it says nothing of other terms, so block no more than it."""
    return -len(name), name


def _clearest(name: str, cost: Floats, column_of: Mapping[str, int]) -> tuple[bool, int, str]:
    """Order among phrases of the same terms: no word that stands elsewhere too, then long, then alphabet.

    "free" before "free tea" where tea is everywhere; "second hand" before "hand".
    """
    is_han = bool(_HAS_HAN.search(name))
    parts = _neighbours(list(name), (2,), "") if is_han else name.split()
    columns = [column_of[part] for part in parts if part in column_of]
    has_common_part = any(cost[column] > cost[column_of[name]] + 1e-6 for column in columns)
    return has_common_part, -len(list(name) if is_han else name.split()), name


def _phrase_matrix(terms: Sequence[str]) -> tuple[list[str], csr_matrix, csc_matrix]:
    """Names of all phrases, and the 0/1 matrix of terms x phrases, ordered by term and by phrase."""
    column_of: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, term in enumerate(terms):
        for phrase in sorted(phrases(term)):
            rows.append(row)
            columns.append(column_of.setdefault(phrase, len(column_of)))
    shape = (len(terms), len(column_of))
    by_term = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    return list(column_of), by_term, by_term.tocsc()


_TERMS_SQL = """
    with newest_status as (
        select
            platform, account_id, campaign_id, ad_group_id, keyword, search_term,
            max_by(search_term_status, (date_day, search_term_status)) as search_term_status
        from mart.fct_ad_search_term_daily
        group by platform, account_id, campaign_id, ad_group_id, keyword, search_term
    )
    select
        t.platform, t.account_id, c.marketing_campaign_id, c.channel_id, t.search_term,
        t.campaign_id, any_value(c.campaign_name) as campaign_name,
        sum(t.clicks)::double as clicks, sum(t.conversions)::double as conversions,
        sum(t.spend)::double as spend,
        min(t.date_day) as first_day, max(t.date_day) as last_day
    from mart.fct_ad_search_term_daily t
    join mart.dim_campaign c using (platform, account_id, campaign_id)
    left join newest_status s using (
        platform, account_id, campaign_id, ad_group_id, keyword, search_term
    )
    where t.is_mature and not t.is_unallocated
        and t.search_term is not null and t.spend is not null and t.conversions is not null
        and lower(coalesce(s.search_term_status, '')) not in (select unnest(?::varchar[]))
    group by t.platform, t.account_id, c.marketing_campaign_id, c.channel_id, t.search_term, t.campaign_id
    order by t.platform, t.account_id, c.marketing_campaign_id, c.channel_id, t.search_term, t.campaign_id
"""

_KEYWORDS_SQL = """
    select distinct platform, account_id, keyword from mart.dim_ad_entity
    where level = 'keyword' and entity_id <> '(unallocated)'
    union
    select distinct platform, account_id, keyword from mart.fct_ad_search_term_daily where not is_unallocated
"""


def propose(connection: Any, targets: TargetCpas, rule: Rule | None = None) -> list[Proposal]:
    """Negatives for every platform account x marketing campaign of a database with the mart tables.

    Only mature days, only terms whose platform reports conversions, never the rows that stand for spend the
    search-term export does not explain, nor terms already excluded.
    """
    rule = rule or Rule()
    keywords = _live_keywords(connection)
    rows = connection.execute(_TERMS_SQL, [list(_EXCLUDED_STATUS)]).df()
    proposals: list[Proposal] = []
    for key, group in rows.groupby(["platform", "account_id", "marketing_campaign_id", "channel_id"]):
        live = keywords.get((key[0], key[1]), set())
        proposals.extend(_propose_for_group(key, group, live, targets, rule))
    return proposals


def _live_keywords(connection: Any) -> dict[tuple[str, str], set[str]]:
    keywords: dict[tuple[str, str], set[str]] = {}
    for platform, account_id, keyword in connection.execute(_KEYWORDS_SQL).fetchall():
        if keyword:
            keywords.setdefault((platform, account_id), set()).add(keyword)
    return keywords


def _propose_for_group(
    key: tuple[Any, ...], group: pd.DataFrame, live: Collection[str], targets: TargetCpas, rule: Rule
) -> list[Proposal]:
    platform, _, campaign, channel = (str(part) for part in key)
    terms = group.groupby("search_term", sort=True)[["clicks", "conversions", "spend"]].sum()
    clicks, conversions, spend = (terms[name].to_numpy(float) for name in terms.columns)
    if not rule.has_enough(clicks, conversions):
        return []
    target = targets.of(campaign, channel, spend.sum(), conversions.sum())
    prior, picks = choose_negatives(
        list(terms.index), clicks, conversions, spend, target.value, rule=rule, protected=live
    )
    first, last = as_day(group.first_day.min()), as_day(group.last_day.max())
    days = (last - first).days + 1
    proposals = []
    for pick in picks:
        matched = terms.iloc[list(pick.terms)].sort_values("spend", ascending=False, kind="stable")
        homes = group[group.search_term.isin(matched.index)].groupby("campaign_id").campaign_name.first()
        effect = saving(
            prior, pick.clicks, pick.conversions, pick.cost, target.value, days=days, period=PERIOD_DAYS
        )
        proposals.append(
            Proposal(
                marketing_campaign_id=campaign,
                channel_id=channel,
                kind="negative_search_term",
                object_type="search_term_phrase",
                object_name=pick.phrase,
                platform=platform,
                platform_campaign_id=str(homes.index[0]) if len(homes) == 1 else None,
                spend=pick.cost,
                clicks=pick.clicks,
                conversions=pick.conversions,
                effect_low=effect.low,
                effect_expected=effect.expected,
                effect_high=effect.high,
                effect_period_days=PERIOD_DAYS,
                probability=effect.probability,
                confidence="high" if pick.probability >= HIGH_CONFIDENCE else "medium",
                effort="low",
                check_metric="spend",
                guard_metric="conversions",
                due_in_days=2,
                check_after_days=14,
                evidence={
                    **waste_evidence(pick.probability, prior, target, pick.cost, pick.clicks, first, last),
                    "equivalent_phrases": list(pick.equivalents[:MAX_EQUIVALENTS]),
                    "matched_terms": len(matched),
                    "top_terms": [
                        {
                            "search_term": str(name),
                            "clicks": float(row.clicks),
                            "conversions": float(row.conversions),
                            "spend": round(float(row.spend), 2),
                        }
                        for name, row in matched.head(MAX_TERMS_SHOWN).iterrows()
                    ],
                    "platform_campaigns": [str(name) for name in homes],
                },
                rule=rule.stated(),
            )
        )
    return proposals
