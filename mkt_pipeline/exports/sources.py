"""What can be read, how well that is known, and what of it has landed.

What is here: platforms and reports of the catalog with their header languages and evidence, and the figures
of the receipts beside them. What is not: their words for people (``cli``, ``docs``).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mkt_pipeline.exports.catalog import Catalog, Evidence, Platform, load_catalog, usable_rules
from mkt_pipeline.exports.receipts import Receipt, receipts
from mkt_pipeline.lake import DATASETS
from mkt_pipeline.workspace import Workspace

EVIDENCE: tuple[Evidence, ...] = ("seen", "documented", "reported", "unverified")
"""The strongest first."""
MARKS: dict[Evidence, str] = {"seen": "S", "documented": "D", "reported": "R", "unverified": "U"}


@dataclass
class Landed:
    """What has landed: files, rows, first and newest day."""

    files: int = 0
    rows: int = 0
    first_day: dt.date | None = None
    newest_day: dt.date | None = None


@dataclass
class ReportSource:
    """One kind of report of a platform; its levels are table shapes of it."""

    report: str
    dataset: str | None
    levels: list[str]
    languages: dict[str, Evidence]
    """Language of the header to the best evidence for it."""
    landed: Landed | None = None

    @property
    def evidence(self) -> Evidence:
        """The best evidence for any language."""
        return min(self.languages.values(), key=EVIDENCE.index, default="unverified")


@dataclass
class PlatformSource:
    """One platform."""

    platform: str
    name: dict[str, str]
    channel: str
    reports: list[ReportSource] = field(default_factory=list)
    landed: Landed | None = None
    """None where there is no workspace."""

    @property
    def languages(self) -> dict[str, Evidence]:
        """Language to the best evidence in any report."""
        best: dict[str, Evidence] = {}
        for report in self.reports:
            _keep_best(best, report.languages)
        return best

    @property
    def evidence(self) -> dict[Evidence, int]:
        """Evidence to the number of reports that have it, the strongest first."""
        counts = Counter(report.evidence for report in self.reports)
        return {mark: counts[mark] for mark in EVIDENCE if counts[mark]}

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(self), "languages": self.languages, "evidence": self.evidence}


def list_sources(workspace: Workspace | None = None) -> list[PlatformSource]:
    """Every platform of the catalog in order of its id; with what has landed, where there is a workspace."""
    catalog = load_catalog(workspace)
    landed = receipts(workspace) if workspace and workspace.exists() else None
    return [_platform(entry, landed) for entry in _in_order(catalog)]


@dataclass(frozen=True, order=True)
class PlatformMeasure:
    """A measure that exports of a platform can state at one level: a row of ``platform_measure``."""

    platform: str
    dataset: str
    level: str
    measure: str
    is_additive: bool
    reports: int


def platform_measures(catalog: Catalog) -> list[PlatformMeasure]:
    """Which platform can state which measure at which level, as the catalog declares it, in order.

    What a platform is not in this list with, it does not report: there it is unknown and never 0.
    """
    reports: dict[tuple[str, str, str, str], set[str]] = {}
    for entry in catalog:
        for rule in entry.reports:
            if rule.dataset is None:
                continue
            said = {*rule.sets, *entry.copy_to}
            for column in usable_rules(entry, rule):
                said |= {*column.split.into} if column.split else {column.to}
            for measure in said.intersection(DATASETS[rule.dataset].measures):
                key = (entry.platform, rule.dataset, rule.level, measure)
                reports.setdefault(key, set()).add(rule.report)
    return sorted(
        PlatformMeasure(*key, DATASETS[key[1]].column(key[3]).is_additive, len(names))
        for key, names in reports.items()
    )


def _in_order(catalog: Catalog) -> list[Platform]:
    return sorted(catalog, key=lambda entry: entry.platform)


def _platform(entry: Platform, landed: Sequence[Receipt] | None) -> PlatformSource:
    source = PlatformSource(entry.platform, entry.name, entry.channel)
    by_report: dict[str, ReportSource] = {}
    for rule in entry.reports:
        if rule.dataset is None:
            continue
        report = by_report.setdefault(rule.report, ReportSource(rule.report, rule.dataset, [], {}))
        if rule.level not in report.levels:
            report.levels.append(rule.level)
        _keep_best(report.languages, rule.evidence)
    source.reports = list(by_report.values())
    if landed is not None:
        own = [receipt for receipt in landed if receipt.platform == entry.platform]
        source.landed = _landed(own)
        for report in source.reports:
            report.landed = _landed([receipt for receipt in own if receipt.report == report.report])
    return source


def _keep_best(best: dict[str, Evidence], found: dict[str, Evidence]) -> None:
    for language, mark in found.items():
        best[language] = min(best.get(language, mark), mark, key=EVIDENCE.index)


def _landed(own: Sequence[Receipt]) -> Landed:
    return Landed(
        len({receipt.file_id for receipt in own}),
        sum(receipt.row_count for receipt in own if receipt.dataset),
        min((receipt.date_from for receipt in own if receipt.date_from), default=None),
        max((receipt.date_to for receipt in own if receipt.date_to), default=None),
    )
