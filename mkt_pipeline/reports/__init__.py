"""Reports: facts from the published file as pages a marketer reads.

What is here: writing one page per campaign and language, and an index over all. What is not: computing
figures (the marts and ``insights``), opening databases (``warehouse``), sending anything.

Every page stands alone: no script is needed, nothing is loaded. Two runs on the same data write the same
bytes but for the time of generation.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from mkt_pipeline.errors import DataError
from mkt_pipeline.lake import commit
from mkt_pipeline.reports import html, verdict
from mkt_pipeline.reports.facts import Campaign, Portfolio, read_portfolio
from mkt_pipeline.reports.words import Words
from mkt_pipeline.warehouse import open_published
from mkt_pipeline.workspace import Workspace

INDEX = "(index)"
"""Campaign id under which the index is reported as written."""


@dataclass(frozen=True)
class WrittenReport:
    """One page: where it lies, its size, the seconds it took, and what it concludes."""

    campaign_id: str
    language: str
    path: Path
    bytes: int
    seconds: float
    status: str
    verdict: str


def write_reports(
    workspace: Workspace,
    campaigns: Iterable[str] | None = None,
    languages: Sequence[str] | None = None,
    on_report: Callable[[WrittenReport], None] | None = None,
    *,
    now: Callable[[], dt.datetime] | None = None,
) -> list[WrittenReport]:
    """Write the reports of the published file, and the index over all campaigns.

    Args:
        workspace: where the published file lies; pages go to its ``reports/``.
        campaigns: ids of the campaigns to report on; all by default.
        languages: ``en`` and ``zh``; those of ``mkt.yml`` by default.
        on_report: called with each page right after it is written.
        now: the clock printed as the time of generation; the workspace's local time by default.

    Raises:
        DataError: ``E-REP-01`` a campaign that the published file does not hold.
    """
    settings = workspace.settings
    languages = list(languages or settings.languages)
    generated_at = now() if now else dt.datetime.now(ZoneInfo(settings.timezone))
    with open_published(workspace) as connection:
        portfolio = read_portfolio(connection)
    wanted = _wanted(portfolio, campaigns)
    known = list(dict.fromkeys([*settings.languages, *languages]))
    links = html.Links(page_name, lambda code: index_name(code, known), known)
    workspace.reports_dir.mkdir(parents=True, exist_ok=True)
    written: list[WrittenReport] = []

    def finish(
        campaign_id: str, language: str, name: str, started: float, text: str, state: str, said: str
    ) -> None:
        path = workspace.reports_dir / name
        size = _write(path, text)
        report = WrittenReport(campaign_id, language, path, size, time.perf_counter() - started, state, said)
        written.append(report)
        if on_report:
            on_report(report)

    for campaign in wanted:
        for language in languages:
            started = time.perf_counter()
            words = Words(language, campaign.currency)
            said = words.separator.join(verdict.sentences(campaign, portfolio, words))
            page = html.report_page(campaign, portfolio, words, links, generated_at)
            name = page_name(campaign.campaign_id, language)
            finish(campaign.campaign_id, language, name, started, page, verdict.status(campaign), said)
    for language in languages:
        started = time.perf_counter()
        words = Words(language, settings.reporting_currency)
        page = html.index_page(portfolio, settings.name, words, links, generated_at)
        finish(INDEX, language, index_name(language, known), started, page, "", "")
    return written


def page_name(campaign_id: str, language: str) -> str:
    """The file name of a report: the id where it can be one, else made safe and told apart by a hash."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", campaign_id).strip("-")[:60]
    if safe != campaign_id:
        safe = f"{safe}-{hashlib.sha256(campaign_id.encode()).hexdigest()[:8]}".lstrip("-")
    return f"{safe}.{language}.html"


def index_name(language: str, languages: Sequence[str]) -> str:
    """``index.html`` in the workspace's first language, ``index.<language>.html`` in the others."""
    return "index.html" if language == languages[0] else f"index.{language}.html"


def _wanted(portfolio: Portfolio, campaigns: Iterable[str] | None) -> list[Campaign]:
    if campaigns is None:
        return list(portfolio.campaigns)
    by_id = {campaign.campaign_id: campaign for campaign in portfolio.campaigns}
    chosen = list(dict.fromkeys(campaigns))
    unknown = [name for name in chosen if name not in by_id]
    if unknown:
        raise DataError(
            "E-REP-01", f"no campaign {', '.join(unknown)} in the published file",
            expected=f"one of {', '.join(by_id) or 'none: nothing is published yet'}",
            fix="use an id listed on reports/index.html",
        )  # fmt: skip
    return [by_id[name] for name in chosen]


def _write(path: Path, text: str) -> int:
    data = text.encode("utf-8")
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(data)
    commit(temporary, path)
    return len(data)
