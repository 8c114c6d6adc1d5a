"""The demo company's own channels: the shop's web analytics, organic search, mailings and posts.

What is here: the simulation of everything that is not paid media, as daily truth from which an export of any
period can be cut. What is not: file formats (``writers/``), paid media (``advertising.py``).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from mkt_pipeline.demo.advertising import (
    DAYS,
    FIRST_DAY,
    NEW_ARRIVALS,
    SALE_618,
    SALE_START,
    UNASSIGNED,
    Advertising,
    Array,
    Floats,
    share_out,
)
from mkt_pipeline.demo.rows import AccountDay, Mailing, Period, Post, SearchRow, WebRow

SITE = "qinglantea.com"


# --- organic search ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrganicSearch:
    """Counts of queries, pages, countries and devices × days; ``totals`` is what the property reports."""

    queries: list[str]
    pages: list[str]
    countries: list[str]
    devices: list[str]
    clicks: dict[str, Array]
    impressions: dict[str, Array]
    rank: dict[str, Floats]
    """Average position of each label; constant over days."""

    def chart(self, period: Period) -> list[tuple[dt.date, SearchRow]]:
        """The property's totals per day, oldest first."""
        clicks, impressions = self.clicks["device"].sum(0), self.impressions["device"].sum(0)
        ranks = (self.impressions["device"] * self.rank["device"][:, None]).sum(0)
        return [
            (day, _search_row(day.isoformat(), clicks[n], impressions[n], ranks[n]))
            for n, day in enumerate(DAYS)
            if day in period
        ]

    def table(self, dimension: str, period: Period) -> list[SearchRow]:
        """One dimension over a period, most clicks first, at most the 1,000 rows that are exported."""
        days = [n for n, day in enumerate(DAYS) if day in period]
        clicks = self.clicks[dimension][:, days].sum(1)
        impressions = self.impressions[dimension][:, days].sum(1)
        labels = {
            "query": self.queries,
            "page": self.pages,
            "country": self.countries,
            "device": self.devices,
        }
        rows = [
            _search_row(label, clicks[n], impressions[n], impressions[n] * self.rank[dimension][n])
            for n, label in enumerate(labels[dimension])
            if impressions[n]
        ]
        return sorted(rows, key=lambda row: (-row.clicks, -row.impressions, row.label))[:1000]


def _search_row(label: str, clicks: int, impressions: int, rank_sum: float) -> SearchRow:
    return SearchRow(
        label, int(clicks), int(impressions), float(rank_sum / impressions) if impressions else None
    )


def organic_search(scale: float, rng: np.random.Generator) -> OrganicSearch:
    """A growing site: rare queries are kept back by the search engine, pages are counted once each."""
    queries = _queries(max(12, round(130 * scale)))
    pages = _pages(max(8, round(26 * scale)))
    countries = [
        "United States",
        "China",
        "Singapore",
        "Canada",
        "Australia",
        "United Kingdom",
        "Malaysia",
        "Germany",
        "Japan",
    ]
    devices = ["Desktop", "Mobile", "Tablet"]
    trend = np.linspace(1, 1.35, len(DAYS)) * rng.normal(1, 0.05, len(DAYS))
    shares = rng.dirichlet(np.linspace(3, 0.4, len(queries)))
    impressions = rng.poisson(3_400 * trend * shares[:, None])
    rank = np.round(rng.uniform(1.2, 28, len(queries)), 2)
    clicks = rng.binomial(impressions, (0.17 / rank**0.75)[:, None])
    hidden_impressions = rng.poisson(1_900 * trend)
    hidden_clicks = rng.binomial(hidden_impressions, 0.021)
    all_impressions, all_clicks = impressions.sum(0) + hidden_impressions, clicks.sum(0) + hidden_clicks

    def spread(weights: Floats) -> tuple[Array, Array]:
        chosen = rng.multinomial(all_clicks, weights / weights.sum())
        return chosen.T, (chosen + rng.multinomial(all_impressions - all_clicks, weights / weights.sum())).T

    page_clicks, page_impressions = spread(rng.dirichlet([1.1] * len(pages)))
    page_impressions = page_impressions + rng.binomial(
        page_impressions, 0.08
    )  # two pages of one result both count
    country_clicks, country_impressions = spread(np.array([40, 22, 9, 8, 6, 6, 4, 3, 2]))
    device_clicks, device_impressions = spread(np.array([38, 57, 5]))
    return OrganicSearch(
        queries,
        pages,
        countries,
        devices,
        {"query": clicks, "page": page_clicks, "country": country_clicks, "device": device_clicks},
        {
            "query": impressions,
            "page": page_impressions,
            "country": country_impressions,
            "device": device_impressions,
        },
        {
            "query": rank,
            "page": rng.uniform(2, 22, len(pages)),
            "country": rng.uniform(7, 14, len(countries)),
            "device": np.array([11.4, 8.9, 10.2]),
        },
    )


def _queries(count: int) -> list[str]:
    stems = (
        "qinglan tea", "青岚茶", "loose leaf green tea", "longjing tea", "how to brew green tea",
        "cold brew tea", "tea gift set", "618 tea sale", "biluochun", "jasmine tea benefits",
        "oolong vs green tea", "tea for beginners",
    )  # fmt: skip
    tails = (
        "",
        " buy",
        " price",
        " review",
        " 2026",
        " online",
        " near me",
        " recipe",
        " 怎么泡",
        " vs matcha",
    )
    endless = (
        f"{stem}{tail}{f' {size}' if size else ''}"
        for size in itertools.count()
        for tail, stem in itertools.product(tails, stems)
    )
    return list(itertools.islice(endless, count))


def _pages(count: int) -> list[str]:
    fixed = (
        "/", "/new-arrivals/", "/618/", "/new-arrivals/spring-longjing", "/618/gift-sets",
        "/blog/how-to-brew-green-tea", "/new-arrivals/cold-brew", "/618/deals",
    )  # fmt: skip
    folders = ("/new-arrivals/tea-", "/blog/story-", "/618/offer-", "/shop/tea-")
    endless = (f"{folder}{number}" for number in itertools.count(1) for folder in folders)
    return [f"https://{SITE}{path}" for path in itertools.islice(itertools.chain(fixed, endless), count)]


# --- mailings ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MailingTruth:
    """A mailing with its final numbers, and the campaign its links name."""

    final: Mailing
    marketing_campaign: str
    utm: str

    def at(self, moment: dt.datetime) -> Mailing:
        """The mailing as an export made at ``moment`` shows it: opens, clicks and orders still grow."""
        age = (moment - self.final.sent_at) / dt.timedelta(days=1)
        grown = 1 - 2.0 ** (-max(age, 0) / 0.9)
        growing = (
            "unique_opens", "total_opens", "unique_clicks", "total_clicks", "unsubscribes", "complaints",
            "forwards", "forwarded_opens", "orders",
        )  # fmt: skip
        now: dict[str, Any] = {name: int(getattr(self.final, name) * grown) for name in growing}
        each = self.final.revenue / self.final.orders if self.final.orders else Decimal(0)
        return self.final._replace(**now, revenue=(each * now["orders"]).quantize(Decimal("0.01")))


def mailings(rng: np.random.Generator) -> list[MailingTruth]:
    """A weekly letter on the new teas, sale letters in June, and a service letter that no plan claims."""
    plan = [
        (
            f"NA2026 Weekly {week + 1}",
            "New this week: spring teas 春茶上新",
            NEW_ARRIVALS,
            "na2026_newsletter",
            7 * week + 2,
        )
        for week in range(8)
    ]
    plan += [
        (f"618 Letter {n + 1}", "618 sale: gift sets up to 30% off", SALE_618, "618_newsletter", day)
        for n, day in enumerate((29, 36, 43, 50, 52))
    ]
    plan += [("How to store tea", "Keep your tea fresh", UNASSIGNED, "service_letter", 17)]
    result = []
    for number, (title, subject, campaign, utm, day) in enumerate(sorted(plan, key=lambda each: each[4])):
        recipients = 14_200 + 160 * number + int(rng.integers(0, 120))
        soft, hard = int(rng.binomial(recipients, 0.006)), int(rng.binomial(recipients, 0.003))
        delivered = recipients - soft - hard
        opens = int(rng.binomial(delivered, 0.34))
        clicks = int(rng.binomial(opens, 0.085))
        orders = int(rng.binomial(clicks, 0.055))
        revenue = Decimal(int(orders * 4_600 * rng.uniform(0.85, 1.15))).scaleb(-2)
        sent = dt.datetime.combine(DAYS[day], dt.time(9 + number % 3, 30))
        unique_id = "".join(rng.choice(list("0123456789abcdef"), 10))
        result.append(
            MailingTruth(
                Mailing(
                    title,
                    subject,
                    "Qinglan Tea customers",
                    sent,
                    unique_id,
                    recipients,
                    soft,
                    hard,
                    opens,
                    int(opens * 1.6),
                    clicks,
                    int(clicks * 1.3),
                    int(rng.binomial(delivered, 0.0016)),
                    int(rng.binomial(delivered, 0.0001)),
                    int(rng.integers(0, 9)),
                    int(rng.integers(0, 22)),
                    orders,
                    revenue,
                ),
                campaign,
                utm,
            ),
        )
    return result


# --- posts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostTruth:
    """A post with its final numbers, and the campaign its text and link name."""

    final: Post
    marketing_campaign: str
    utm: str

    def at(self, day: dt.date) -> Post:
        """The post as an export up to ``day`` shows it."""
        grown = 1 - 2.0 ** -((day - self.final.day).days + 0.6)
        now: dict[str, Any] = {name: int(getattr(self.final, name) * grown) for name in Post._fields[4:]}
        return self.final._replace(**now)


def posts(scale: float, rng: np.random.Generator) -> list[PostTruth]:
    """Posts every other day or so, for the launch, for the sale and for neither."""
    result = []
    for number in range(max(10, round(44 * scale))):
        day = DAYS[int(number * len(DAYS) / max(10, round(44 * scale)))]
        kinds = [
            (NEW_ARRIVALS, "na2026_x", "Fresh from the garden: spring longjing 🍃 #NewArrivals2026"),
            (UNASSIGNED, "", "Water at 80 °C, two minutes, no more. How do you brew?"),
        ]
        if day >= SALE_START:
            kinds.insert(0, (SALE_618, "618_x", "618 gift sets are here, up to 30% off 青岚茶 #618sale"))
        campaign, utm, text = kinds[number % len(kinds)]
        seen = int(rng.lognormal(8.1, 0.5))
        rates = (
            0.011,
            0.0022,
            0.0009,
            0.0006,
            0.0014,
            0.0017,
            0.0025,
            0.014,
            0.006 if utm else 0.0,
            0.0007,
            0.0003,
        )
        post_id = str(1_916_000_000_000_000_000 + number * 7_340_033_912_345)
        reactions = [int(rng.binomial(seen, rate)) for rate in rates]
        final = Post(
            post_id,
            day,
            f"{text} ({number + 1})",
            f"https://x.com/{SITE.split('.')[0]}/status/{post_id}",
            seen,
            *reactions,
        )
        result.append(PostTruth(final, campaign, utm))
    return result


def account_days(feed: Sequence[PostTruth], rng: np.random.Generator) -> list[AccountDay]:
    """The account per day: its posts and the profile itself. Not the sum of the post table."""
    published: dict[dt.date, int] = defaultdict(int)
    for post in feed:
        published[post.final.day] += 1
    result = []
    for day in DAYS:
        seen = int(rng.lognormal(7.2, 0.3)) + 2_100 * published[day]
        rates = (0.01, 0.031, 0.0021, 0.0009, 0.0007, 0.0003, 0.0013, 0.0016, 0.003)
        reactions = [int(rng.binomial(seen, rate)) for rate in rates]
        result.append(
            AccountDay._make([day, seen, *reactions, published[day], int(seen * 0.11), int(seen * 0.17)])
        )
    return result


# --- web analytics ----------------------------------------------------------------------------------------


def web_sessions(
    accounts: Sequence[Advertising],
    search: OrganicSearch,
    letters: Sequence[MailingTruth],
    feed: Sequence[PostTruth],
    rng: np.random.Generator,
) -> list[WebRow]:
    """Sessions per day, source, medium and campaign. A click is a session unless the visitor left too early.

    One row per source, medium, campaign and day; key events are orders seen by the shop, so they are fewer
    than the platforms together claim.
    """
    visits: dict[tuple[str, str, str], Array] = {}

    def add(source: str, medium: str, campaign: str, clicks: Array) -> None:
        key = (source, medium, campaign)
        visits[key] = visits.get(key, np.zeros(len(DAYS), dtype=np.int64)) + rng.binomial(clicks, 0.91)

    tags = {
        "google_ads": ("google", "cpc"),
        "baidu_ads": ("baidu", "cpc"),
        "meta_ads": ("facebook", "paid_social"),
    }
    for account in accounts:
        for campaign in account.campaigns:
            clicks = np.zeros(len(DAYS), dtype=np.int64)
            for row in account.rows["campaign"]:
                if row.campaign == campaign.name:
                    clicks[(row.day - FIRST_DAY).days] += row.clicks
            add(*tags[account.platform], campaign.utm, clicks)
    add("google", "organic", "(organic)", search.clicks["device"].sum(0))
    add("bing", "organic", "(organic)", rng.poisson(14, len(DAYS)))
    for letter in letters:
        add("newsletter", "email", letter.utm, _after(letter.final.sent_at.date(), letter.final.total_clicks))
    for post in feed:
        if post.utm:
            add("x", "social", post.utm, _after(post.final.day, post.final.url_clicks))
    add("(direct)", "(none)", "(direct)", rng.poisson(150, len(DAYS)))
    add("teaforum.example", "referral", "(referral)", rng.poisson(21, len(DAYS)))
    add("(not set)", "(not set)", "(not set)", rng.poisson(4, len(DAYS)))
    return [row for key, sessions in visits.items() for row in _web_rows(key, sessions, rng)]


def _after(day: dt.date, clicks: int) -> Array:
    """Clicks on something published on ``day``, spread over the days after it; all stay within the data."""
    result = np.zeros(len(DAYS), dtype=np.int64)
    first = (day - FIRST_DAY).days
    parts = share_out(np.array(clicks), np.array([20, 7, 3, 70]))[[3, 0, 1, 2]]
    np.add.at(result, np.minimum(first + np.arange(4), len(DAYS) - 1), parts)
    return result


def _web_rows(key: tuple[str, str, str], sessions: Array, rng: np.random.Generator) -> list[WebRow]:
    source, medium, campaign = key
    rates = {
        "cpc": 0.037,
        "paid_social": 0.017,
        "email": 0.05,
        "organic": 0.022,
        "social": 0.012,
        "(none)": 0.03,
    }
    values = {"cpc": 47.0, "paid_social": 45.0, "email": 52.0}
    engaged = rng.binomial(sessions, 0.61)
    events = sessions * 4 + rng.poisson(sessions * 2.2)
    orders = rng.binomial(sessions, rates.get(medium, 0.01))
    cents = np.rint(
        orders * values.get(medium, 43.0) * 100 * rng.normal(1, 0.11, sessions.size).clip(0.6, 1.4)
    )
    table = zip(
        DAYS,
        sessions.tolist(),
        engaged.tolist(),
        events.tolist(),
        orders.tolist(),
        cents.tolist(),
        strict=True,
    )
    return [
        WebRow(day, source, medium, campaign, visits, deep, seen, bought, Decimal(int(money)).scaleb(-2))
        for day, visits, deep, seen, bought, money in table
        if visits
    ]
