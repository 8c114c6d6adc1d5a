"""GA4 report downloads: comment lines, several blocks in one file, one period per file.

What is here: the traffic-acquisition report by session source / medium and session campaign, with the chart
and the bar chart that come in the same file. What is not: explorations, the BigQuery export.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mkt_pipeline.demo.rows import Period, WebRow
from mkt_pipeline.demo.writers import text

RULE = "# ----------------------------------------"
HEADER = (
    "Session source / medium", "Session campaign", "Sessions", "Engaged sessions", "Engagement rate",
    "Average engagement time per session", "Events per session", "Event count", "Key events",
    "Session key event rate", "Total revenue",
)  # fmt: skip


def sums(rows: Sequence[WebRow], period: Period) -> list[WebRow]:
    """One row per source, medium and campaign over the period, most sessions first."""
    found: dict[tuple[str, str, str], WebRow] = {}
    for row in rows:
        if row.day not in period:
            continue
        old = found.get(row[1:4])
        found[row[1:4]] = row if old is None else WebRow(
            old.day, *row[1:4], old.sessions + row.sessions, old.engaged_sessions + row.engaged_sessions,
            old.event_count + row.event_count, old.key_events + row.key_events, old.revenue + row.revenue,
        )  # fmt: skip
    return sorted(found.values(), key=lambda row: (-row.sessions, row[1:4]))


def traffic_acquisition(
    rows: Sequence[WebRow], period: Period, *, account: str = "Qinglan Tea", website: str = "Qinglan Tea web"
) -> bytes:
    """The report of one period: a line chart of days, a bar chart of the top five, then the table."""
    table = sums(rows, period)
    dates = [f"# Start date: {period.first:%Y%m%d}", f"# End date: {period.last:%Y%m%d}"]
    preamble = [
        RULE, "# Traffic acquisition: Session source / medium", f"# Account: {account}",
        f"# Property: {website}", RULE,
    ]  # fmt: skip
    per_day = {day: 0 for day in period.days}
    per_source: dict[str, int] = {}
    for row in rows:
        if row.day in period:
            per_day[row.day] += row.sessions
            name = f"{row.source} / {row.medium}"
            per_source[name] = per_source.get(name, 0) + row.sessions
    top = sorted(per_source.items(), key=lambda item: -item[1])[:5]
    blocks = [
        [
            ["Nth day", "Sessions"],
            *([f"{n:04}", str(sessions)] for n, sessions in enumerate(per_day.values())),
        ],
        [["Session source / medium", "Sessions"], *([name, str(sessions)] for name, sessions in top)],
        [list(HEADER), *(_cells(row) for row in table)],
    ]
    written = "\r\n".join(preamble) + "\r\n"
    for block in blocks:
        written += (
            "# All Users\r\n" + "\r\n".join(dates) + "\r\n" + text.lines(block, newline="\r\n") + "\r\n"
        )
    return written.encode()


def _cells(row: WebRow) -> list[str]:
    rates = (
        row.engaged_sessions / row.sessions,
        row.engaged_sessions * 41.5 / row.sessions,
        row.event_count / row.sessions,
        row.key_events / row.sessions,
    )
    engagement, seconds, events, key_rate = (_full(rate) for rate in rates)
    return [
        f"{row.source} / {row.medium}", row.campaign, str(row.sessions), str(row.engaged_sessions),
        engagement, seconds, events, str(row.event_count), str(row.key_events), key_rate, _full(row.revenue),
    ]  # fmt: skip


def _full(number: float | Decimal) -> str:
    """Full precision, whole numbers without a point."""
    return str(int(number)) if number == int(number) else str(float(number))
