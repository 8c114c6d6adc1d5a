"""X analytics exports: the account per day, and posts with counters as of the export.

What is here: the two files of the present analytics page, with the post headers of 2026. What is not: the
older tweet activity files, X Ads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from mkt_pipeline.demo.rows import AccountDay, Period, Post
from mkt_pipeline.demo.writers import text

OVERVIEW_HEADER = (
    "Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows",
    "Replies", "Reposts", "Profile visits", "Create Post", "Video views", "Media views",
)  # fmt: skip
CONTENT_HEADER = (
    "Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares",
    "New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks", "Hashtag Clicks",
    "Permalink Clicks",
)  # fmt: skip


def overview(days: Sequence[AccountDay]) -> bytes:
    """``account_overview_analytics.csv``: newest day first."""
    newest_first = sorted(days, reverse=True)
    return text.lines(
        [OVERVIEW_HEADER, *([_date(day[0]), *map(str, day[1:])] for day in newest_first)]
    ).encode()


def content(posts: Sequence[Post]) -> bytes:
    """``account_analytics_content_<from>_<to>.csv``: newest post first."""
    return text.lines(
        [CONTENT_HEADER, *(_post(post) for post in sorted(posts, key=_age, reverse=True))]
    ).encode()


def content_name(period: Period) -> str:
    """The file name, which holds the range that was asked for."""
    return f"account_analytics_content_{period.first}_{period.last}.csv"


def _age(post: Post) -> tuple[dt.date, str]:
    return post.day, post.post_id


def _date(day: dt.date) -> str:
    return f"{day:%a, %b} {day.day}, {day.year}"


def _post(post: Post) -> list[str]:
    cells: list[object] = [
        post.post_id, _date(post.day), post.text, post.url, post.impressions, post.likes, post.engagements,
        post.bookmarks, post.shares, post.follows, post.replies, post.reposts, post.profile_visits,
        post.detail_expands, post.url_clicks, post.hashtag_clicks, post.permalink_clicks,
    ]  # fmt: skip
    return [str(cell) for cell in cells]
