"""What the columns of an unknown table may mean.

What is here: a first guess for each column, by its header as the catalog and common words know it, and by its
cells. What is not: fitting the guesses to one dataset (:mod:`.fit`).
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from mkt_pipeline.datasets import EXPORT_DATASETS
from mkt_pipeline.exports import figures, undeclared
from mkt_pipeline.exports.catalog import SPECIAL_KINDS, Catalog, normalise, split_unit
from mkt_pipeline.exports.mapping.sample import Sample

_LIKELY = 0.82
"""From this likeness on, another spelling of a known header is taken for it."""
_CONCEIVABLE = 0.5
NOT_KEPT = ("ignored", "personal")
"""Targets that are no column."""
_PHONE_DIGITS = 10
_RATE = "a rate; rates are recomputed"


@dataclass
class Column:
    """One column of the file and what it is taken for."""

    header: str
    samples: list[str]
    """Different values, the first ones."""
    target: str | None = None
    """A canonical column, a special target, ``ignored``, ``personal``, or None where nobody can guess."""
    certainty: str = ""
    """``sure``: a header of the catalog; ``likely``: nearly one; ``by value``: judged by the cells."""
    reason: str = ""
    formats: list[str] = field(default_factory=list)
    breakdown: str | None = None
    suggestions: list[str] = field(default_factory=list)
    doubt: str = ""

    @property
    def kind(self) -> str:
        """What most cells are, from ``date`` to ``text``; empty where there are none."""
        kinds = Counter(map(_kind_of, self.samples[:100]))
        return kinds.most_common(1)[0][0] if kinds else ""


def guess_columns(catalog: Catalog, sample: Sample) -> list[Column]:
    """A guess for each column."""
    known = _known_headers(catalog)
    data = [
        row for row in sample.rows
        if len(row) == len(sample.header) and not any(map(undeclared.is_total, row[:4]))
    ]  # fmt: skip
    columns = []
    for place, header in enumerate(sample.header):
        values = dict.fromkeys(row[place].strip() for row in data)
        column = Column(header, [value for value in values if value and value not in undeclared.NULL_TOKENS])
        _guess(column, column.kind, known, catalog)
        columns.append(column)
    return columns


def _known_headers(catalog: Catalog) -> dict[str, Counter[str]]:
    """Every header of the catalog, in every language, and how often it means which column."""
    known: dict[str, Counter[str]] = {}

    def add(target: str, headers: Sequence[str]) -> None:
        for header in headers:
            if "*" not in header:
                known.setdefault(normalise(header), Counter())[target] += 1

    for platform in catalog:
        for rule in chain(platform.columns, *(report.columns for report in platform.reports)):
            if rule.to not in ("extra", "key", "value") and not rule.split:
                add(f"breakdown:{rule.breakdown}" if rule.breakdown else rule.to, rule.headers)
        add("ignored", platform.ignored)
        add("personal", platform.personal)
    for target, words in undeclared.COMMON_HEADERS.items():
        add(target, words)
    return known


def _kind_of(value: str) -> str:
    if figures.is_date(value):
        return "range" if figures.is_range(value) else "date"
    if figures.is_email(value):
        return "email"
    if figures.is_url(value) or figures.is_path(value):
        return "url"
    if figures.seconds_of(value) is not None:
        return "seconds"
    number = figures.any_number(value)
    if number is not None:
        return "percent" if number.is_percent else "number"
    return "phone" if figures.is_phone(value) else "text"


def _guess(column: Column, kind: str, known: Mapping[str, Counter[str]], catalog: Catalog) -> None:
    """People first, then the header, then a nearly equal header, then the cells."""
    may_be_people = kind in ("text", "phone", "") or (
        kind == "number" and all(len(value) >= _PHONE_DIGITS for value in column.samples)
    )
    if kind == "email" or (may_be_people and undeclared.is_personal(column.header)):
        column.target, column.certainty, column.reason = "personal", "by value", "looks like data of people"
        return
    name = normalise(column.header)
    votes = known.get(name) or known.get(split_unit(name)[0]) or Counter()
    fitting = Counter({target: count for target, count in votes.items() if _fits(target, kind)})
    if fitting:
        column.suggestions = [target for target, _ in fitting.most_common(4)]
        best, count = fitting.most_common(1)[0]
        column.certainty = "sure" if count * 2 > fitting.total() else "likely"
        column.reason = f"{count} of {votes.total()} uses of this header"
        _take(column, best, kind)
        return
    near = _near(split_unit(name)[0], kind, known)
    column.suggestions = list(dict.fromkeys(target for _, target, _ in near))[:4]
    if near and near[0][2] >= _LIKELY:
        column.certainty, column.reason = "likely", f"like {near[0][0]!r}"
        _take(column, near[0][1], kind)
    elif any(platform.is_ignored(name) for platform in catalog):
        column.target, column.certainty, column.reason = (
            "ignored",
            "likely",
            "a platform ignores such headers",
        )
    elif kind in ("date", "range"):
        column.certainty, column.reason = "by value", "the cells are dates"
        _take(column, "day", kind)
    elif kind == "percent" or (kind in ("number", "seconds") and undeclared.is_rate(column.header)):
        column.target, column.certainty, column.reason = "ignored", "by value", _RATE


def _take(column: Column, target: str, kind: str) -> None:
    if target.startswith("breakdown:"):
        column.target, column.breakdown = "breakdown_value", target.partition(":")[2]
    else:
        column.target = "date_range" if target == "day" and kind == "range" else target


@lru_cache(maxsize=4096)
def _fits(target: str, kind: str) -> bool:
    """Whether cells of this kind can be such a column."""
    if kind == "" or target in NOT_KEPT:
        return True
    if target in SPECIAL_KINDS and target not in ("extra", "breakdown_value"):
        return kind in ("date", "range", "text") or (kind == "number" and target not in ("day", "date_range"))
    types = {
        column.type for dataset in EXPORT_DATASETS for column in dataset.columns if column.name == target
    }
    if types and all(type_ in ("BIGINT", "DOUBLE") or type_.startswith("DECIMAL") for type_ in types):
        return kind in ("number", "percent", "seconds")
    if types in ({"TIMESTAMP"}, {"DATE"}):
        return kind == "date"
    return kind not in ("percent", "seconds", "date", "range")


def _near(name: str, kind: str, known: Mapping[str, Counter[str]]) -> list[tuple[str, str, float]]:
    """Known headers that are spelled nearly so: header, meaning, likeness; the likest first."""
    found = []
    for header, votes in known.items():
        target = votes.most_common(1)[0][0]
        if header and _fits(target, kind):
            likeness = _likeness(name, header)
            if likeness >= _CONCEIVABLE:
                found.append((header, target, likeness))
    return sorted(found, key=lambda each: -each[2])[:6]


def _likeness(name: str, header: str) -> float:
    """How alike two headers are, from 0 to 1: by words and letters; in Chinese by the part in common."""
    if undeclared.CJK.search(name):
        return len(header) / len(name) if len(header) > 1 and header in name else 0.0
    words, others = _words(name), _words(header)
    shared = len(words & others) / max(1, len(words | others))
    if not shared and (len(words) > 1 or abs(len(header) - len(name)) > 4):
        return 0.0
    matcher = difflib.SequenceMatcher(None, name, header)
    if matcher.quick_ratio() < _CONCEIVABLE:
        return shared * 0.95
    return max(shared * 0.95, matcher.ratio())


@lru_cache(maxsize=1 << 16)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text))
