"""The demo company's advertising: accounts, campaigns, keywords, and what they did on each day.

What is here: the simulation of the three paid platforms, from the finest level up, so that every coarser
level is an exact sum of the finer one. What is not: file formats (``writers/``), owned channels
(``owned.py``), plans (``setup.py``).

Counts are integers, money is integer cents and conversions are integer hundredths until rows are made;
nothing is ever rounded twice.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from mkt_pipeline.demo.rows import AdRow

Array = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_DAY = dt.date(2026, 4, 27)
LAST_DAY = dt.date(2026, 6, 21)
DAYS = tuple(FIRST_DAY + dt.timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
SALE_START = dt.date(2026, 5, 25)
SALE_PEAK = dt.date(2026, 6, 18)

NEW_ARRIVALS = "new-arrivals-2026"
SALE_618 = "618-2026"
UNASSIGNED = "(unassigned)"

WASTEFUL_GRAMS = ("free", "diy", "wholesale jobs")
"""What the searches that never buy have in common."""


HOOKS = ("Spring harvest", "Straight from the garden", "Free shipping over $39", "Hand-picked leaves")
"""First words of the ads."""
WASTE_SHARE = 0.45
"""Share of the clicks of the keyword that catches them."""
HOPELESS_SHARE = 0.24
"""Share of its ad group's clicks that go to a keyword that never converts."""
UNLISTED_SHARE = 0.28
"""Share of a keyword's clicks whose searches are too rare to be listed."""


@dataclass(frozen=True)
class AdGroup:
    """An ad group: its name, the stems of its keywords, and its wasteful searches."""

    name: str
    stems: tuple[str, ...]
    wasteful_terms: tuple[str, ...] = ()
    """Searches that cost a fixed share of the first keyword's clicks and never convert."""
    hopeless_keyword: str = ""
    """A keyword that costs money and never converts."""


@dataclass(frozen=True)
class Campaign:
    """What drives one platform campaign. Money per click and order in the account's currency."""

    name: str
    tag: str
    """``utm_campaign`` of its links; empty where the platform tags them with the campaign's name."""
    marketing_campaign: str
    daily_clicks: float
    cost_per_click: float
    click_rate: float
    conversion_rate: float
    order_value: float
    ad_groups: tuple[AdGroup, ...] = ()
    kind: str = "Search"
    start: dt.date = FIRST_DAY

    @property
    def utm(self) -> str:
        """The session campaign that web analytics shows."""
        return self.tag or self.name


@dataclass
class Advertising:
    """One ad account: its campaigns and its rows of every level, each level in day order."""

    platform: str
    channel: str
    currency: str
    campaigns: list[Campaign]
    rows: dict[str, list[AdRow]] = field(default_factory=dict)
    other_terms: list[AdRow] = field(default_factory=list)
    """Per day and campaign: what the platform does not list by search term."""

    def marketing_campaign(self, campaign: str) -> str:
        """The marketing campaign a platform campaign belongs to."""
        return {each.name: each.marketing_campaign for each in self.campaigns}[campaign]


def google_ads(scale: float, rng: np.random.Generator) -> Advertising:
    """Search campaigns, two Performance Max campaigns without keywords, and a brand campaign of no plan."""
    green = AdGroup(
        "Green tea - loose leaf",
        ("loose leaf green tea", "longjing tea", "biluochun tea", "spring green tea"),
        wasteful_terms=(
            "free green tea samples", "free tea samples by mail",
            "diy green tea bags", "diy tea blend recipe",
        ),
    )  # fmt: skip
    bags = AdGroup("Green tea - tea bags", ("green tea bags", "pyramid tea bags", "jasmine tea bags"))
    cold = AdGroup(
        "Cold brew", ("cold brew tea", "cold brew tea bags", "iced green tea"),
        hopeless_keyword="cold brew coffee maker",
    )  # fmt: skip
    fruit = AdGroup("Fruit tea", ("fruit tea", "peach oolong", "lychee black tea"))
    gifts = AdGroup(
        "Tea gift sets", ("tea gift set", "chinese tea gift", "tea gift box"),
        wasteful_terms=(
            "tea wholesale jobs", "tea gift wholesale jobs near me",
            "wholesale jobs tea factory", "free tea gift set",
        ),
    )  # fmt: skip
    sale = AdGroup("618 deals", ("618 tea deals", "tea sale", "discount tea"))
    brand = AdGroup("Brand", ("qinglan tea", "qing lan tea", "青岚茶"))
    # Auto-tagging: web analytics shows these campaigns under their own names.
    campaigns = [
        Campaign("NA2026 | Green Tea | Search", "", NEW_ARRIVALS, daily_clicks=130, cost_per_click=0.92,
                 click_rate=0.055, conversion_rate=0.045, order_value=46, ad_groups=(green, bags)),
        Campaign("NA2026 | Cold Brew | Search", "", NEW_ARRIVALS, daily_clicks=85, cost_per_click=0.81,
                 click_rate=0.048, conversion_rate=0.038, order_value=39, ad_groups=(cold, fruit)),
        Campaign("NA2026 | Performance Max", "", NEW_ARRIVALS, daily_clicks=90, cost_per_click=0.48,
                 click_rate=0.012, conversion_rate=0.026, order_value=42, kind="Performance Max",
                 start=dt.date(2026, 5, 11)),
        Campaign("618 | Gift Sets | Search", "", SALE_618, daily_clicks=170, cost_per_click=1.04,
                 click_rate=0.06, conversion_rate=0.05, order_value=61, ad_groups=(gifts, sale),
                 start=SALE_START),
        Campaign("618 | Performance Max", "", SALE_618, daily_clicks=120, cost_per_click=0.52,
                 click_rate=0.011, conversion_rate=0.028, order_value=48, kind="Performance Max",
                 start=SALE_START),
        Campaign("Evergreen | Brand | Search", "", UNASSIGNED, daily_clicks=60, cost_per_click=0.31,
                 click_rate=0.21, conversion_rate=0.09, order_value=44, ad_groups=(brand,)),
    ]  # fmt: skip
    account = Advertising("google_ads", "sem", "USD", list(_copies(campaigns, scale)))
    return _simulate(account, _Shape(_per_group(9, scale), 5, _per_group(3, scale), True), rng)


def baidu_ads(scale: float, rng: np.random.Generator) -> Advertising:
    """Chinese search ads in CNY; conversions are whole, values are not reported."""
    green = AdGroup("明前绿茶", ("明前龙井", "碧螺春茶叶", "绿茶新茶"))
    cold = AdGroup("冷泡茶", ("冷泡茶", "水果茶", "茉莉花茶包"))
    gift = AdGroup("茶叶礼盒", ("茶叶礼盒", "送礼茶叶", "父亲节茶叶"))
    deal = AdGroup("618优惠", ("618茶叶", "茶叶优惠", "茶叶旗舰店"))
    campaigns = [
        Campaign("2026新品-搜索", "na2026_baidu_search", NEW_ARRIVALS, daily_clicks=140, cost_per_click=2.6,
                 click_rate=0.035, conversion_rate=0.034, order_value=0, ad_groups=(green, cold)),
        Campaign("618大促-搜索", "618_baidu_search", SALE_618, daily_clicks=180, cost_per_click=2.9,
                 click_rate=0.04, conversion_rate=0.04, order_value=0, ad_groups=(gift, deal),
                 start=SALE_START),
    ]  # fmt: skip
    account = Advertising("baidu_ads", "sem", "CNY", list(_copies(campaigns, scale)))
    return _simulate(account, _Shape(_per_group(8, scale), 3, _per_group(3, scale), False), rng)


def meta_ads(scale: float, rng: np.random.Generator) -> Advertising:
    """Paid social: ad sets and ads, no keywords. It claims more purchases than the shop sees."""
    wide = AdGroup("Tea lovers 25-44", ())
    alike = AdGroup("Lookalike buyers 2%", ())
    visitors = AdGroup("Site visitors 30d", ())
    buyers = AdGroup("Past buyers", ())
    campaigns = [
        Campaign("NA2026 - Prospecting", "na2026_meta_prospecting", NEW_ARRIVALS, daily_clicks=210,
                 cost_per_click=0.52, click_rate=0.011, conversion_rate=0.02, order_value=41,
                 ad_groups=(wide, alike), kind="Sales"),
        Campaign("NA2026 - Retargeting", "na2026_meta_retargeting", NEW_ARRIVALS, daily_clicks=60,
                 cost_per_click=0.63, click_rate=0.018, conversion_rate=0.05, order_value=44,
                 ad_groups=(visitors,), kind="Sales"),
        Campaign("618 - Prospecting", "618_meta_prospecting", SALE_618, daily_clicks=330,
                 cost_per_click=0.58, click_rate=0.012, conversion_rate=0.021, order_value=50,
                 ad_groups=(wide, alike), kind="Sales", start=SALE_START),
        Campaign("618 - Retargeting", "618_meta_retargeting", SALE_618, daily_clicks=110,
                 cost_per_click=0.69, click_rate=0.02, conversion_rate=0.052, order_value=55,
                 ad_groups=(visitors, buyers), kind="Sales", start=SALE_START),
    ]  # fmt: skip
    account = Advertising("meta_ads", "paid_social", "USD", list(_copies(campaigns, scale)))
    return _simulate(account, _Shape(0, 0, _per_group(3, scale), False), rng)


def share_out(total: Array, weights: Array) -> Array:
    """Split whole numbers by weights along a new last axis; the parts always sum to the whole.

    ``total`` has the shape of ``weights`` without its last axis. Where all weights are 0, the last part
    takes all.
    """
    weights = weights.copy()
    weights[..., -1] += weights.sum(axis=-1) == 0
    edges = total[..., None] * weights.cumsum(axis=-1) // weights.sum(axis=-1)[..., None]
    return np.asarray(np.diff(edges, axis=-1, prepend=0), dtype=np.int64)


def _copies(campaigns: list[Campaign], scale: float) -> Iterator[Campaign]:
    """Above scale 1 half of the growth (in orders of magnitude) is more campaigns, half is more keywords."""
    for copy in range(1, max(1, round(scale**0.5)) + 1):
        for each in campaigns:
            name, tag = (each.name, each.tag) if copy == 1 else (f"{each.name} {copy}", f"{each.tag}_{copy}")
            yield replace(each, name=name, tag=tag if each.tag else "")


def _per_group(count: int, scale: float) -> int:
    return max(2, round(count * (scale if scale < 1 else scale**0.5)))


def _season(campaign: Campaign) -> Floats:
    """How busy each day is: weekends are, the sale builds up to its peak, nothing before the start."""
    weekday = np.array([0.96, 0.98, 0.97, 0.99, 1.0, 1.06, 1.04])
    busy = weekday[[day.weekday() for day in DAYS]]
    if campaign.marketing_campaign == SALE_618:
        distance = np.array([(day - SALE_PEAK).days for day in DAYS])
        busy = busy * (1 + 0.7 * np.exp(-((distance / 4.0) ** 2)))
    active = np.array([day >= campaign.start for day in DAYS])
    return np.asarray(busy * active, dtype=np.float64)


@dataclass
class _Counts:
    """Counts of entities × days (× parts): impressions, clicks, cents, conversion hundredths, value cents."""

    impressions: Array
    clicks: Array
    cents: Array
    conversions: Array
    value: Array

    def sum_over(self, axis: int) -> _Counts:
        return _Counts(*(each.sum(axis=axis) for each in self.columns))

    def plus(self, other: _Counts) -> _Counts:
        return _Counts(*(mine + its for mine, its in zip(self.columns, other.columns, strict=True)))

    def pick(self, index: int | tuple[slice, int]) -> _Counts:
        return _Counts(*(each[index] for each in self.columns))

    @property
    def columns(self) -> tuple[Array, ...]:
        return self.impressions, self.clicks, self.cents, self.conversions, self.value


def _entity_days(
    campaign: Campaign, shares: Floats, converting: Floats, fractional: bool, rng: np.random.Generator
) -> _Counts:
    """Entities × days of one campaign; ``shares`` of its demand, ``converting`` scales each entity's rate."""
    demand = campaign.daily_clicks * _season(campaign) * rng.normal(1, 0.06, len(DAYS)).clip(0.7, 1.3)
    rate = campaign.click_rate * rng.uniform(0.8, 1.2, shares.size)
    impressions = rng.poisson(shares[:, None] * demand / rate[:, None])
    clicks = rng.binomial(impressions, rate[:, None])
    price = campaign.cost_per_click * rng.normal(1, 0.09, clicks.shape).clip(0.6, 1.4)
    cents = np.rint(clicks * price * 100).astype(np.int64)
    orders = rng.binomial(clicks, (campaign.conversion_rate * converting)[:, None])
    conversions = orders * 100
    if fractional:  # data-driven attribution gives a part of some conversions to other channels
        conversions = conversions - rng.choice([0, 0, 0, 33, 50], clicks.shape) * (orders > 0)
    worth = campaign.order_value * rng.normal(1, 0.12, clicks.shape).clip(0.5, 1.6)
    return _Counts(impressions, clicks, cents, conversions, np.rint(conversions * worth).astype(np.int64))


def _split(
    counts: _Counts, shares: Floats, converting: Array, fractional: bool, rng: np.random.Generator
) -> _Counts:
    """Split entities × days into parts; parts with ``converting`` 0 cost money but never convert."""
    unit = 1 if fractional else 100
    clicks = rng.multinomial(counts.clicks, shares)
    impressions = clicks + rng.multinomial(counts.impressions - counts.clicks, shares)
    conversions = share_out(counts.conversions // unit, clicks * converting) * unit
    return _Counts(
        impressions,
        clicks,
        share_out(counts.cents, clicks),
        conversions,
        share_out(counts.value, conversions),
    )


@dataclass(frozen=True)
class _Shape:
    """How many entities an ad group has, and whether conversions are split between channels."""

    keywords: int
    terms: int
    """Searches listed per keyword, besides the wasteful ones."""
    ads: int
    fractional: bool


def _simulate(account: Advertising, shape: _Shape, rng: np.random.Generator) -> Advertising:
    levels = ("campaign", "ad_group", "ad", *(("keyword", "search_term") if shape.keywords else ()))
    account.rows = {level: [] for level in levels}
    one = np.ones(1)
    for campaign in account.campaigns:
        if campaign.ad_groups:
            whole = _ad_groups(account, campaign, shape, rng)
            account.rows["campaign"] += _rows(campaign, whole)
        else:
            whole = _entity_days(campaign, one, one, shape.fractional, rng).pick(0)
            account.rows["campaign"] += _rows(campaign, whole, interaction_factor=6)
    for level in levels:
        account.rows[level].sort(key=lambda row: row.day)
    return account


def _ad_groups(account: Advertising, campaign: Campaign, shape: _Shape, rng: np.random.Generator) -> _Counts:
    """Ad groups and what is below them; returns the campaign's counts."""
    whole = _Counts(*(np.zeros(len(DAYS), dtype=np.int64) for _ in range(5)))
    shares = rng.dirichlet([16.0 if group.wasteful_terms else 8.0 for group in campaign.ad_groups])
    for share, group in zip(shares, campaign.ad_groups, strict=True):
        if shape.keywords:
            counts = _keyword_group(account, campaign, group, share, shape, rng)
        else:
            counts = _entity_days(campaign, np.array([share]), np.ones(1), shape.fractional, rng).pick(0)
        _ads(account, campaign, group, counts, shape, rng)
        account.rows["ad_group"] += _rows(campaign, counts, ad_group=group.name)
        whole = whole.plus(counts)
    return whole


def _keyword_group(
    account: Advertising,
    campaign: Campaign,
    group: AdGroup,
    share: float,
    shape: _Shape,
    rng: np.random.Generator,
) -> _Counts:
    """Keywords and search terms of one ad group; returns the group's counts."""
    chinese = account.platform == "baidu_ads"
    keywords = list(itertools.islice(_keywords(group.stems, chinese), shape.keywords))
    converting = np.ones(len(keywords))
    shares = rng.dirichlet(np.linspace(9, 3, len(keywords)))
    if group.wasteful_terms:  # the broad first keyword catches most searches, the wasteful ones among them
        shares *= 0.4
        shares[0] += 0.6
        converting[0] = 1 - WASTE_SHARE
    if group.hopeless_keyword:
        keywords.append((group.hopeless_keyword, "Broad match"))
        shares = np.append(shares * (1 - HOPELESS_SHARE), HOPELESS_SHARE)
        converting = np.append(converting, 0.0)
    counts = _entity_days(campaign, shares * share, converting, shape.fractional, rng)
    for number, (keyword, match_type) in enumerate(keywords):
        own = counts.pick(number)
        account.rows["keyword"] += _rows(
            campaign, own, ad_group=group.name, keyword=keyword, match_type=match_type, skip_idle=True
        )
        wasteful = group.wasteful_terms if number == 0 else ()
        terms = list(itertools.islice(_search_terms(keyword, chinese), shape.terms))
        parts = _split_by_term(own, len(wasteful), len(terms), shape.fractional, rng)
        for part, term in enumerate([*wasteful, *terms]):
            caught_by = match_type if term == keyword else _close_match(match_type)
            account.rows["search_term"] += _rows(
                campaign, parts.pick((slice(None), part)), ad_group=group.name, keyword=keyword,
                match_type=caught_by, search_term=term, skip_idle=True,
            )  # fmt: skip
        account.other_terms += _rows(campaign, parts.pick((slice(None), -1)), skip_idle=True)
    return counts.sum_over(0)


def _split_by_term(
    own: _Counts, wasteful: int, listed: int, fractional: bool, rng: np.random.Generator
) -> _Counts:
    """A keyword's days by search term: wasteful ones, listed ones, and one last part that is not listed."""
    waste = np.full(wasteful, WASTE_SHARE / max(wasteful, 1))
    rest = rng.dirichlet([4.0] * listed) * (1 - UNLISTED_SHARE - waste.sum())
    converting = np.array([0] * wasteful + [1] * (listed + 1))
    return _split(own, np.concatenate([waste, rest, [UNLISTED_SHARE]]), converting, fractional, rng)


def _ads(
    account: Advertising,
    campaign: Campaign,
    group: AdGroup,
    counts: _Counts,
    shape: _Shape,
    rng: np.random.Generator,
) -> None:
    """Ads of one ad group: its counts, split."""
    converting = np.ones(shape.ads, dtype=np.int64)
    parts = _split(counts, rng.dirichlet([6.0] * shape.ads), converting, shape.fractional, rng)
    for part in range(shape.ads):
        version, number = divmod(part, len(HOOKS))
        hook = HOOKS[number] + (f" v{version + 1}" if version else "")
        name = f"{hook} - {group.name}"
        account.rows["ad"] += _rows(
            campaign, parts.pick((slice(None), part)), ad_group=group.name, ad=name, skip_idle=True
        )


def _rows(
    campaign: Campaign,
    counts: _Counts,
    *,
    interaction_factor: int = 1,
    skip_idle: bool = False,
    ad_group: str = "",
    ad: str = "",
    keyword: str = "",
    match_type: str = "",
    search_term: str = "",
) -> list[AdRow]:
    """One entity's rows from its days; days before the start are left out, idle ones on request."""
    table = zip(DAYS, *(each.tolist() for each in counts.columns), strict=True)
    return [
        AdRow(
            day,
            campaign.name,
            impressions,
            clicks,
            _hundredths(cents),
            _hundredths(conversions),
            _hundredths(value),
            campaign.kind,
            ad_group,
            ad,
            keyword,
            match_type,
            search_term,
            clicks * interaction_factor,
            reach=round(impressions * 0.83),
        )
        for day, impressions, clicks, cents, conversions, value in table
        if day >= campaign.start and (impressions or not skip_idle)
    ]


def _hundredths(number: int) -> Decimal:
    return Decimal(number).scaleb(-2)


MATCH_TYPES = ("Broad match", "Phrase match", "Exact match")


def _keywords(stems: tuple[str, ...], chinese: bool) -> Iterator[tuple[str, str]]:
    """Endless different keywords with their match types, the plain stems first."""
    before = ("", "买", "正宗", "高端") if chinese else ("", "buy ", "best ", "organic ", "premium ")
    after = ("", "价格", "多少钱", "哪家好") if chinese else ("", " online", " shop", " price")
    for size in itertools.count():
        weight = f"{size * 50}g" if chinese else f" {size * 50}g"
        for tail, head, stem in itertools.product(after, before, stems):
            match_type = MATCH_TYPES[len(head + tail) % 3] if head or tail else MATCH_TYPES[0]
            yield f"{head}{stem}{tail}{weight if size else ''}", match_type


def _search_terms(keyword: str, chinese: bool) -> Iterator[str]:
    """Endless different searches that a keyword catches, the keyword itself first."""
    yield keyword
    tails = (
        ("推荐", "2026", "排行榜", "怎么选", "官网")
        if chinese
        else (" 2026", " for mom", " near me", " reviews", " delivery")
    )
    for size in itertools.count():
        for tail in tails:
            yield f"{keyword}{tail}{size if size else ''}"


def _close_match(match_type: str) -> str:
    return match_type if match_type != "Exact match" else "Exact match (close variant)"
