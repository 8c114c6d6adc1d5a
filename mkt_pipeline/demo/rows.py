"""The rows the demo company's platforms report: plain values, one small type per kind of report.

What is here: the row types that the simulation makes and the writers spell out. What is not: any number,
any format. Money and fractional conversions are exact decimals; money has two places, in the currency of
the account.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal("0.00")


class AdRow(NamedTuple):
    """One day of one advertising entity. Fields of levels below the row's own level are empty."""

    day: dt.date
    campaign: str
    impressions: int = 0
    clicks: int = 0
    spend: Decimal = ZERO
    conversions: Decimal = ZERO
    conversion_value: Decimal = ZERO
    campaign_type: str = "Search"
    ad_group: str = ""
    ad: str = ""
    keyword: str = ""
    match_type: str = ""
    search_term: str = ""
    interactions: int = 0
    """The platform's own mix; equals ``clicks`` on search ads, more on Performance Max and social."""
    reach: int = 0


class WebRow(NamedTuple):
    """One day of sessions from one source, medium and session campaign, as web analytics counts them."""

    day: dt.date
    source: str
    medium: str
    campaign: str
    sessions: int
    engaged_sessions: int
    event_count: int
    key_events: int
    revenue: Decimal


class SearchRow(NamedTuple):
    """Organic search: clicks and impressions of a day, query, page, country or device."""

    label: str
    clicks: int
    impressions: int
    position: float | None
    """Average position, 1 is the top; ``None`` where there were no impressions."""


class Mailing(NamedTuple):
    """One mailing as it stood when the export was made."""

    title: str
    subject: str
    audience: str
    sent_at: dt.datetime
    unique_id: str
    recipients: int
    soft_bounces: int
    hard_bounces: int
    unique_opens: int
    total_opens: int
    unique_clicks: int
    total_clicks: int
    unsubscribes: int
    complaints: int
    forwards: int
    forwarded_opens: int
    orders: int
    revenue: Decimal


class Post(NamedTuple):
    """One post as it stood when the export was made: counters run from publication."""

    post_id: str
    day: dt.date
    text: str
    url: str
    impressions: int
    likes: int
    bookmarks: int
    shares: int
    follows: int
    replies: int
    reposts: int
    profile_visits: int
    detail_expands: int
    url_clicks: int
    hashtag_clicks: int
    permalink_clicks: int

    @property
    def engagements(self) -> int:
        """Everything people did with the post."""
        return sum(self[5:])


class AccountDay(NamedTuple):
    """One day of a social account."""

    day: dt.date
    impressions: int
    likes: int
    engagements: int
    bookmarks: int
    shares: int
    follows: int
    unfollows: int
    replies: int
    reposts: int
    profile_visits: int
    posts: int
    video_views: int
    media_views: int


@dataclass(frozen=True)
class Period:
    """A range of days, both ends included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> list[dt.date]:
        """The days, in order."""
        return [self.first + dt.timedelta(n) for n in range((self.last - self.first).days + 1)]
