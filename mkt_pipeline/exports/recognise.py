"""Which report a header belongs to.

What is here: binding header cells to column rules, finding the header line and delimiter in the first lines
of a text, and naming the nearest report when none fits. What is not: opening files (:mod:`.read`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports.catalog import (
    Catalog,
    ColumnRule,
    Kind,
    Platform,
    ReportRule,
    kind_of,
    normalise,
    split_unit,
)
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.lake import DATASETS

DELIMITERS = (",", "\t", ";", "|")
SEARCHED_LINES = 40
_KNOWN_SHARE = 0.5
"""At least this share of the named columns must be known, else the likeness is an accident."""


@dataclass(frozen=True)
class Bound:
    """A column rule bound to the cells of one header."""

    rule: ColumnRule
    kind: Kind
    cells: tuple[int, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The canonical columns it fills."""
        return tuple(self.rule.split.into) if self.rule.split else (self.rule.to,)


@dataclass(frozen=True)
class Match:
    """A header understood: which report, which cell is which column, and what nobody knows."""

    platform: Platform
    report: ReportRule
    header: tuple[str, ...]
    bound: tuple[Bound, ...]
    unmapped: tuple[int, ...]
    """Cells nobody knows."""
    spare: tuple[int, ...]
    """Known cells that are not read: a preferred one stands before them, or the column without which they
    mean nothing is missing. Kept in ``extra``."""
    currencies: frozenset[str]
    share: float

    @property
    def unmapped_columns(self) -> list[str]:
        """Unknown headers, as written; silent for reports of open columns."""
        return [] if self.report.open_columns else [self.header[cell] for cell in self.unmapped]


@dataclass(frozen=True)
class Header:
    """A header found in a text: its line (from 1), the delimiter, and what it means."""

    line: int
    delimiter: str
    match: Match


def bind(platform: Platform, report: ReportRule, header: Sequence[str]) -> tuple[Match, list[str]]:
    """Bind a header to one report's rules; the second value lists the required columns it lacks."""
    index, dataset = platform.index(report), DATASETS.get(report.dataset or "")
    names = [normalise(cell) for cell in header]
    claims: dict[int, list[int]] = {}
    rules: dict[int, ColumnRule] = {}
    ranks: dict[int, int] = {}
    unmapped: list[int] = []
    currencies: set[str] = set()
    known = 0
    for cell, name in enumerate(names):
        candidates, unit = index.get(name, []), None
        if not candidates:
            bare, unit = split_unit(name)
            candidates = [rule for rule in index.get(bare, []) if unit and kind_of(rule, dataset) == "money"]
        if candidates:
            known += 1
            rule = candidates[0]
            claims.setdefault(id(rule), []).append(cell)
            rules[id(rule)] = rule
            ranks[id(rule)] = min(ranks.get(id(rule), 10**6), _rank(rule, name))
            if unit:
                currencies.add(unit)
        elif platform.is_ignored(name):
            known += 1
        elif name or not report.open_columns:
            unmapped.append(cell)
    bound, spare = _prefer(platform, report, claims, rules, names)
    present = {target for item in bound for target in item.targets}
    present |= {item.rule.breakdown for item in bound if item.rule.breakdown}
    lacking = report.missing(present) + [f"no {name}" for name in report.none if name in present]
    if report.closed and any(names[cell] for cell in unmapped):
        lacking.append("no unknown column")
    share = known / max(1, sum(bool(name) for name in names))
    match = Match(
        platform,
        report,
        tuple(header),
        tuple(bound),
        tuple(sorted(unmapped)),
        tuple(spare),
        frozenset(currencies),
        share,
    )
    return match, lacking


def _rank(rule: ColumnRule, name: str) -> int:
    return next((place for place, text in enumerate(rule.headers) if normalise(text) == name), 10**6)


def _prefer(
    platform: Platform, report: ReportRule, claims: dict[int, list[int]], rules: dict[int, ColumnRule],
    names: Sequence[str],
) -> tuple[list[Bound], list[int]]:  # fmt: skip
    """One rule per target, in the catalog's order, and the known cells that are not read."""
    dataset = DATASETS.get(report.dataset or "")
    headed = {target for rule in rules.values() for target in (rule.split.into if rule.split else [rule.to])}
    taken: set[str] = set()
    bound: list[Bound] = []
    spare: list[int] = []
    ordered = [rule for rule in [*report.columns, *platform.columns] if id(rule) in claims]
    for rule in ordered:
        cells = claims[id(rule)]
        targets = set(rule.split.into if rule.split else [rule.to])
        repeated = bool(rule.breakdown) or rule.to == "extra"
        if targets & taken and not repeated:
            spare.extend(cells)
            continue
        if not set(rule.needs) <= headed:
            spare.extend(cells)
            continue
        taken |= targets
        read = _cells(rule, cells, names)
        bound.append(Bound(rule, kind_of(rule, dataset), read))
        # A header written twice says the same twice; other spellings of the column are other numbers.
        spare.extend(cell for cell in cells if names[cell] not in {names[chosen] for chosen in read})
    return bound, spare


def _cells(rule: ColumnRule, cells: list[int], names: Sequence[str]) -> tuple[int, ...]:
    """The cells a rule reads: the one whose header it names first; all of joined and of merely kept ones."""
    by_preference = sorted(cells, key=lambda cell: (_rank(rule, names[cell]), cell))
    return tuple(by_preference) if rule.join is not None or rule.to == "extra" else (by_preference[0],)


def match_header(catalog: Catalog, header: Sequence[str], platform: str | None = None) -> list[Match]:
    """The best match of each platform whose signature the header satisfies, best first."""
    matches = []
    for entry in catalog:
        if platform and entry.platform != platform:
            continue
        for report in entry.reports:
            match, lacking = bind(entry, report, header)
            if not lacking and (report.open_columns or match.share >= _KNOWN_SHARE):
                matches.append(match)
                break
    return sorted(matches, key=lambda match: -match.share)


def find_header(catalog: Catalog, lines: Sequence[str], platform: str | None = None) -> Header | None:
    """The first line among the first ones that is the header of a known report.

    Raises:
        DataError: ``E-SRC-07`` when two platforms claim the line equally.
    """
    for number, delimiter, cells in _candidates(catalog, lines):
        matches = match_header(catalog, cells, platform)
        if not matches:
            continue
        if len(matches) > 1 and matches[0].share == matches[1].share:
            names = [f"{match.platform.platform}/{match.report.report}" for match in matches[:3]]
            raise problem("E-SRC-07", f"the header fits {' and '.join(names)}", where=f"line {number}")
        return Header(number, delimiter, matches[0])
    return None


def _candidates(catalog: Catalog, lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Lines that hold at least two known headers, with the delimiter that shows most of them."""
    for number, line in enumerate(lines[:SEARCHED_LINES], start=1):
        best: tuple[int, str, list[str]] | None = None
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            cells = split_line(line, delimiter)
            known = sum(_is_known(catalog, cell) for cell in cells)
            if known >= 2 and (best is None or known > best[0]):
                best = (known, delimiter, cells)
        if best:
            yield number, best[1], best[2]


def _is_known(catalog: Catalog, cell: str) -> bool:
    name = normalise(cell)
    return name in catalog.headers or split_unit(name)[0] in catalog.headers


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line; a line that is no csv is one cell."""
    try:
        return next(csv.reader([line.lstrip("\ufeff")], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def nothing_fits(catalog: Catalog, lines: Sequence[str]) -> DataError:
    """The error for a text no report fits: names the nearest report and what differs."""
    nearest: tuple[float, Match, list[str], int] | None = None
    for number, _, cells in _candidates(catalog, lines):
        for platform in catalog:
            for report in platform.reports:
                match, lacking = bind(platform, report, cells)
                # What a report needs weighs by its share: one that needs little is not near for that.
                score = match.share - len(lacking) / max(1, len(report.all))
                if nearest is None or score > nearest[0]:
                    nearest = (score, match, lacking, number)
    if nearest is None:
        shown = next((line.strip()[:120] for line in lines if line.strip()), "")
        return problem(
            "E-SRC-06", f"no line among the first {SEARCHED_LINES} is a known header; it begins {shown!r}"
        )
    _, match, lacking, number = nearest
    barred = [name for name in lacking if name.startswith("no ")]
    lacking = [name for name in lacking if name not in barred]
    differs = [f"lacks {', '.join(lacking)}"] if lacking else []
    if barred:
        differs.append(f"must have {', '.join(barred)}")
    if match.unmapped:
        unknown = [match.header[cell] for cell in match.unmapped][:6]
        differs.append(f"has unknown columns {', '.join(map(repr, unknown))}")
    return problem(
        "E-SRC-06",
        f"no report has this header; nearest is {match.platform.platform}/{match.report.report} "
        f"({match.report.level}): it {' and '.join(differs) or 'knows too few of the columns'}",
        where=f"line {number}",
    )
