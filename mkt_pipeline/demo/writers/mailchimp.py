"""Mailchimp's campaigns.csv: one row per mailing, numbers as they stand at the moment of the export.

What is here: the campaign list export. What is not: exports per recipient; they hold personal data.
"""

from __future__ import annotations

from collections.abc import Sequence

from mkt_pipeline.demo.rows import Mailing
from mkt_pipeline.demo.writers import text

HEADER = (
    "Title", "Subject", "Audience", "Send Date", "Send Weekday", "Total Recipients", "Successful Deliveries",
    "Soft Bounces", "Hard Bounces", "Total Bounces", "Times Forwarded", "Forwarded Opens", "Unique Opens",
    "Open Rate", "Total Opens", "Unique Clicks", "Click Rate", "Total Clicks", "Unsubscribes",
    "Abuse Complaints", "Times Liked on Facebook", "Folder Id", "Unique Id", "Total Orders",
    "Total Gross Sales", "Total Revenue",
)  # fmt: skip

CANONICAL = {
    "recipients": "sends", "unique_opens": "opens_unique", "total_opens": "opens_total",
    "unique_clicks": "clicks_unique", "total_clicks": "clicks_total", "unsubscribes": "unsubscribes",
    "orders": "orders", "revenue": "revenue",
}  # fmt: skip
"""Field of a mailing → canonical measure."""


def campaigns(mailings: Sequence[Mailing]) -> bytes:
    """The export, newest mailing first; rates are per cent of deliveries, without a sign."""
    ordered = sorted(mailings, key=lambda each: each.sent_at, reverse=True)
    return text.lines([HEADER, *(_row(each) for each in ordered)]).encode()


def _row(each: Mailing) -> list[str]:
    bounces = each.soft_bounces + each.hard_bounces
    delivered = each.recipients - bounces
    rates = [text.ratio(100 * part, delivered) for part in (each.unique_opens, each.unique_clicks)]
    cells: list[object] = [
        each.title, each.subject, each.audience,
        f"{each.sent_at:%b %d, %Y %I:%M} {each.sent_at:%p}".lower().capitalize(), f"{each.sent_at:%A}",
        each.recipients, delivered, each.soft_bounces, each.hard_bounces, bounces, each.forwards,
        each.forwarded_opens, each.unique_opens, rates[0], each.total_opens, each.unique_clicks, rates[1],
        each.total_clicks, each.unsubscribes, each.complaints, 0, "", each.unique_id, each.orders,
        each.revenue, each.revenue,
    ]  # fmt: skip
    return [str(cell) for cell in cells]
