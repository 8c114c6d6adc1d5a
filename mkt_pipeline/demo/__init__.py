"""A seeded demo company that writes exports in the platforms' true formats, with known answers.

What is here: :func:`write_demo`, which makes a whole workspace, and the :class:`DemoTruth` it returns. What
is not: anything that reads exports; reader and writer share no code, so that neither can hide the other's
mistakes.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from mkt_pipeline.demo import truth as known
from mkt_pipeline.demo.company import MISSING_DAY, Company, simulate
from mkt_pipeline.demo.inbox import WEEKS, write_inbox
from mkt_pipeline.demo.setup import write_setup
from mkt_pipeline.demo.truth import DemoTruth
from mkt_pipeline.demo.writers import ga4
from mkt_pipeline.workspace import Workspace

__all__ = ["DemoTruth", "write_demo"]


def write_demo(
    root: Path, *, scale: float = 1.0, seed: int = 2026, truth_file: Path | None = None
) -> DemoTruth:
    """Make a workspace of the demo company: settings, plans, exchange rates, and exports in ``inbox/``.

    Args:
        root: folder of the workspace; files of the demo's names in it are replaced, others stay.
        scale: size; 1 is a small company (about 20,000 rows), 0.2 suits tests, 10 and more benchmarks.
        seed: the same seed and scale give the same bytes.
        truth_file: where to write the known answers as JSON too; not inside the workspace's own folders.
    """
    workspace = Workspace(root)
    workspace.create_folders()
    company = simulate(scale, seed)
    days, weeks = known.campaign_days(company), _web_weeks(company)
    totals = known.channel_totals(days, weeks)
    answer = DemoTruth(
        seed=seed,
        scale=scale,
        files=write_inbox(workspace.inbox, company),
        campaign_days=days,
        web_weeks=weeks,
        channel_totals=totals,
        level_totals=known.level_totals(company),
        wasteful_terms=known.wasteful_terms(company),
        wasteful_keywords=known.wasteful_keywords(company),
        restatements=known.restatements(company),
        missing_platform="baidu_ads",
        missing_day=MISSING_DAY,
        plans=write_setup(workspace, company, totals),
    )
    if truth_file is not None:
        truth_file.write_text(answer.to_json(), encoding="utf-8")
    return answer


def _web_weeks(company: Company) -> tuple[known.WebWeek, ...]:
    return tuple(
        known.WebWeek(
            week.first,
            week.last,
            row.source,
            row.medium,
            row.campaign,
            known.web_campaign(company, row.campaign),
            known.web_channel(row.medium),
            row.sessions,
            row.engaged_sessions,
            Decimal(row.key_events),
            row.revenue,
        )
        for week in WEEKS
        for row in ga4.sums(company.web, week)
    )
