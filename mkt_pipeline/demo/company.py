"""The demo company "Qinglan Tea 青岚茶": one seeded, simulated truth of eight weeks of marketing.

What is here: the assembly of the truth from its parts, and the two events that only exports show (a day that
was never exported, numbers the platform restated later). What is not: the parts (``advertising.py``,
``owned.py``), file formats (``writers/``) and which files are written (``inbox.py``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from mkt_pipeline.demo import advertising, owned
from mkt_pipeline.demo.advertising import Advertising
from mkt_pipeline.demo.rows import AccountDay, AdRow, Period, WebRow

NAME_EN = "Qinglan Tea"
NAME_ZH = "青岚茶"
REPORTING_CURRENCY = "USD"
AS_OF = dt.date(2026, 6, 22)
DATA = Period(advertising.FIRST_DAY, advertising.LAST_DAY)
MISSING_DAY = dt.date(2026, 6, 10)
"""The day nobody exported from Baidu."""
RESTATED = Period(dt.date(2026, 6, 8), dt.date(2026, 6, 21))
"""The days whose Google conversions were exported twice, the second time complete."""


@dataclass(frozen=True)
class Company:
    """Everything that happened, and what the platforms will show of it."""

    accounts: tuple[Advertising, ...]
    web: list[WebRow]
    search: owned.OrganicSearch
    mailings: list[owned.MailingTruth]
    posts: list[owned.PostTruth]
    account_days: list[AccountDay]
    first_statement: list[AdRow]
    """Google campaign rows of the restated days as first exported: conversions incomplete."""
    rates: dict[dt.date, Decimal]
    """USD for one CNY, on banking days only."""

    def account(self, platform: str) -> Advertising:
        """The ad account of a platform id."""
        return next(each for each in self.accounts if each.platform == platform)

    def rate(self, currency: str, day: dt.date) -> Decimal:
        """Reporting currency for one unit of ``currency``: the newest rate on or before the day."""
        if currency == REPORTING_CURRENCY:
            return Decimal(1)
        return self.rates[max(each for each in self.rates if each <= day)]


def simulate(scale: float, seed: int) -> Company:
    """The whole truth. Each part has its own random stream: changing one leaves the others alone."""
    google, baidu, meta, search, mail, social, web, first, fx = (
        np.random.default_rng(sequence) for sequence in np.random.SeedSequence(seed).spawn(9)
    )
    accounts = (
        advertising.google_ads(scale, google),
        advertising.baidu_ads(scale, baidu),
        advertising.meta_ads(scale, meta),
    )
    organic = owned.organic_search(scale, search)
    letters = owned.mailings(mail)
    feed = owned.posts(scale, social)
    sessions = owned.web_sessions(accounts, organic, letters, feed, web)
    _forget_day(accounts[1], MISSING_DAY)
    return Company(
        accounts,
        sessions,
        organic,
        letters,
        feed,
        owned.account_days(feed, social),
        [_incomplete(row, first) for row in accounts[0].rows["campaign"] if row.day in RESTATED],
        _exchange_rates(fx),
    )


def _forget_day(account: Advertising, day: dt.date) -> None:
    """Take a day out of all of an account's reports, as if nobody had exported it."""
    for level, rows in account.rows.items():
        account.rows[level] = [row for row in rows if row.day != day]
    account.other_terms = [row for row in account.other_terms if row.day != day]


def _incomplete(row: AdRow, rng: np.random.Generator) -> AdRow:
    """The row as first exported: younger days miss more of their conversions."""
    age = (RESTATED.last - row.day).days
    known = Decimal(str(round(min(0.95, 0.55 + 0.03 * age + rng.uniform(0, 0.05)), 4)))
    cent = Decimal("0.01")
    return row._replace(
        conversions=(row.conversions * known).quantize(cent),
        conversion_value=(row.conversion_value * known).quantize(cent),
    )


def _exchange_rates(rng: np.random.Generator) -> dict[dt.date, Decimal]:
    rates, rate = {}, 0.1392
    for day in Period(DATA.first - dt.timedelta(7), AS_OF).days:
        if day.weekday() < 5:
            rate *= 1 + rng.normal(0, 0.0012)
            rates[day] = Decimal(f"{rate:.6f}")
    return rates
