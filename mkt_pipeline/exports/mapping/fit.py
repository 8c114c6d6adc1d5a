"""Guesses fitted to one dataset.

What is here: which dataset holds the columns best, one column per target, the formats of dates, the level of
a row, and what is still missing. What is not: the first guess of each column (:mod:`.guess`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mkt_pipeline.datasets import DATASETS, EXPORT_DATASETS, Dataset
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.exports.catalog import DATED, SPECIAL_KINDS, Catalog
from mkt_pipeline.exports.mapping.guess import NOT_KEPT, Column
from mkt_pipeline.exports.mapping.sample import Sample

_ENTITIES = {
    "search_term": ("search_term",), "keyword": ("keyword", "keyword_id"), "ad": ("ad_name", "ad_id"),
    "ad_group": ("ad_group_name", "ad_group_id"), "campaign": ("campaign_name", "campaign_id"),
}  # fmt: skip
"""Levels of advertising to the columns that name what a row is about, the finest first."""


def choose_dataset(columns: Sequence[Column], wanted: str | None) -> Dataset:
    """The dataset named, else the one that holds most guessed columns; measures count twice.

    Raises:
        ConfigError: ``E-CFG-12``, there is no such dataset.
    """
    if not wanted:
        return max(EXPORT_DATASETS, key=lambda dataset: _held(columns, dataset))
    names = [dataset.name for dataset in EXPORT_DATASETS]
    if wanted not in names:
        raise ConfigError(
            "E-CFG-12", f"no dataset {wanted!r}", expected=f"one of {', '.join(names)}",
            fix="use one of these names",
        )  # fmt: skip
    return DATASETS[wanted]


def _held(columns: Sequence[Column], dataset: Dataset) -> float:
    measures, names = set(dataset.measures), {column.name for column in dataset.columns}
    score = 0.0
    for column in columns:
        held = [target for target in (column.target, *column.suggestions) if target in names]
        if held:
            score += (2 if held[0] in measures else 1) * (1 if held[0] == column.target else 0.5)
    return score


def settle(columns: Sequence[Column], dataset: Dataset) -> None:
    """Fit the guesses to the dataset: one column per target, the surer first, and formats of dates."""
    names = {column.name for column in dataset.columns} | set(SPECIAL_KINDS)
    taken: set[str] = set()
    for column in sorted(columns, key=lambda each: each.certainty != "sure"):
        if column.target is None or column.target in NOT_KEPT:
            continue
        fitting = [
            choice for choice in (column.target, *column.suggestions)
            if choice in names and (choice not in taken or column.breakdown)
        ]  # fmt: skip
        if not fitting or (fitting[0] != column.target and column.certainty == "by value"):
            column.target, column.certainty = None, ""
            continue
        if fitting[0] != column.target:
            column.target, column.certainty = fitting[0], "likely"
        taken.add(column.target)
        if column.target in ("day", "period_start", "period_end") or _type(column, dataset) in (
            "DATE",
            "TIMESTAMP",
        ):
            column.formats, column.doubt = date_formats(column.samples)


def _type(column: Column, dataset: Dataset) -> str:
    """The type of the canonical column it is taken for; empty where it is none."""
    name = column.target
    return "" if name is None or name in NOT_KEPT or name in SPECIAL_KINDS else dataset.column(name).type


def is_money(column: Column, dataset: Dataset) -> bool:
    """Whether it is taken for an amount of money."""
    return _type(column, dataset).startswith("DECIMAL")


def date_formats(samples: Sequence[str]) -> tuple[list[str], str]:
    """The catalog's formats for these dates, and what is doubtful about them."""
    values = [value.strip() for value in samples[:200]]
    if all(re.match(r"(19|20)\d\d\D?\d{1,2}\D?\d{1,2}", value) for value in values):
        return (["iso", "%Y%m%d"] if all(re.fullmatch(r"\d{8}", value) for value in values) else []), ""
    if any(re.search(r"[^\W\d_]{3,}", re.sub(r"(?i)[ap]m$", "", value)) for value in values):
        return ["words"], ""
    pattern = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2,4})(.*)")
    matches = [match for value in values if (match := pattern.match(value))]
    if not matches:
        return [], "no format is known for these dates"
    mark, year = matches[0][2], "%Y" if len(matches[0][4]) == 4 else "%y"
    is_day_first = any(int(match[1]) > 12 for match in matches)
    is_month_first = any(int(match[3]) > 12 for match in matches)
    doubt = ""
    if is_day_first == is_month_first:
        is_day_first = mark != "/"
        if mark != ".":
            other = "%m/%d" if is_day_first else "%d/%m"
            doubt = f"day and month cannot be told apart here; {other} is the other order"
    order = ("%d", "%m") if is_day_first else ("%m", "%d")
    return [mark.join((*order, year)) + _time_format(matches[0][5])], doubt


def _time_format(text: str) -> str:
    """The strptime pattern of what follows a date."""
    if not text.strip(", "):
        return ""
    comma = "," if text.startswith(",") else ""
    seconds = ":%S" if text.count(":") == 2 else ""
    is_half = re.search(r"[ap]m", text, re.IGNORECASE)
    return f"{comma} {'%I' if is_half else '%H'}:%M{seconds}{' %p' if is_half else ''}"


def level_of(columns: Sequence[Column], dataset: Dataset, catalog: Catalog) -> str:
    """The finest thing that rows are about; outside advertising the dataset's usual one."""
    if dataset.name in ("ad_performance", "ad_conversion"):
        targets = {column.target for column in columns}
        return next((level for level, names in _ENTITIES.items() if targets.intersection(names)), "account")
    levels = Counter(
        report.level for platform in catalog for report in platform.reports if report.dataset == dataset.name
    )
    return levels.most_common(1)[0][0] if levels else dataset.name


def missing_parts(columns: Sequence[Column], dataset: Dataset, sample: Sample) -> list[str]:
    """What a person must fill in before the file can be read."""
    targets = {column.target for column in columns}
    is_dated = targets.intersection((*DATED, "period_start")) or any(
        _type(column, dataset) == "TIMESTAMP" for column in columns
    )
    missing = []
    if not (is_dated or sample.has_dates_above or sample.has_dated_name):
        missing.append(
            "which days the rows cover: a column to day, date_range, week or month, or dates above the header"
        )
    if not targets.intersection(dataset.measures):
        missing.append(f"at least one measure of {dataset.name}: {', '.join(dataset.measures[:8])} …")
    return missing
