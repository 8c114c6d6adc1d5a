"""Which report a header belongs to.

What is here: binding header cells to column rules, finding the header line and delimiter in the first lines
of a text, and naming the nearest report when none fits. What is not: opening files (:mod:`.read`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports.catalog import (
    NUMBER_KINDS,
    Catalog,
    ColumnRule,
    Kind,
    Platform,
    ReportRule,
    kind_of,
    normalise,
    split_unit,
)
from mkt_pipeline.exports.problems import masked, problem
from mkt_pipeline.lake import DATASETS

DELIMITERS = (",", "\t", ";", "|")
SEARCHED_LINES = 40
KNOWN_SHARE = 0.5
"""At least this share of the named columns must be known, else the likeness is an accident."""
MAX_COLUMNS = 16_384
MAX_SEARCHED = 4_000
"""Characters of a line or a name in which patterns are searched: the time grows with their square."""
MAX_COMPARED = 400
"""Columns of an unknown header that are compared with the reports, to name the nearest one."""


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
    """The header as it is read: of an unpivoted table the long one."""
    bound: tuple[Bound, ...]
    unmapped: tuple[int, ...]
    """Cells nobody knows."""
    spare: tuple[int, ...]
    """Known cells that are not read: a preferred one stands before them, or the column without which they
    mean nothing is missing. Kept in ``extra``."""
    currencies: frozenset[str]
    share: float
    melted: tuple[int, ...] = ()
    """Cells of the header as written that become rows."""

    @property
    def unmapped_columns(self) -> list[str]:
        """Unknown headers, as written; silent for reports of open columns."""
        if self.report.open_columns:
            return []
        return [self.header[cell] for cell in self.unmapped if self.header[cell].strip()]


@dataclass(frozen=True)
class Header:
    """A header found in a text: its line (from 1), the delimiter, and what it means."""

    line: int
    delimiter: str
    match: Match


@dataclass(frozen=True)
class Surroundings:
    """What stands around a table and may say what its header does not."""

    names: tuple[str, ...] = ()
    """Names of the file, the archive, the member or the sheet."""
    preferred: str | None = None
    """The platform whose folder the file lies in: it wins where several fit."""
    only: str | None = None
    """The platform the user named: no other is asked."""


NOWHERE = Surroundings()


def bind(platform: Platform, report: ReportRule, header: Sequence[str]) -> tuple[Match, list[str]]:
    """Bind a header to one report's rules; the second value lists what it lacks."""
    index, dataset = platform.index(report), DATASETS.get(report.dataset or "")
    header, melted = _long_header(report, header)
    names = [normalise(cell) for cell in header]
    choices: dict[int, list[ColumnRule]] = {}
    unmapped: list[int] = []
    currencies: set[str] = set()
    known = 0
    unheard: set[str] = set()
    for cell, name in enumerate(names):
        if name in unheard:  # a long header often repeats what nobody knows
            unmapped.append(cell)
            continue
        found, unit = index.get(name), None
        if not found:
            bare, unit = split_unit(name)
            found = [rule for rule in index.get(bare) if unit and kind_of(rule, dataset) == "money"]
        if found:
            known += 1
            choices[cell] = found
            if unit:
                currencies.add(unit)
        elif platform.is_ignored(name):
            known += 1
        elif name or not report.open_columns:
            unmapped.append(cell)
            unheard.add(name)
    bound, spare = _prefer(platform, report, choices, names)
    # A column that a preferred spelling displaces falls to the next rule that names it, if there is one.
    while displaced := [cell for cell in spare if len(choices[cell]) > 1]:
        choices |= {cell: choices[cell][1:] for cell in displaced}
        bound, spare = _prefer(platform, report, choices, names)
    present = {target for item in bound for target in item.targets}
    present |= {item.rule.breakdown for item in bound if item.rule.breakdown}
    lacking = report.missing(present) + [f"no {name}" for name in report.none if name in present]
    if report.unpivot and not melted:
        lacking.append(f"columns such as {report.unpivot.headers}")
    if report.closed and any(names[cell] for cell in unmapped):
        lacking.append("no unknown column")
    share = known / max(1, sum(bool(name) for name in names))
    match = Match(
        platform, report, tuple(header), tuple(bound), tuple(sorted(unmapped)), tuple(spare),
        frozenset(currencies), share, melted,
    )  # fmt: skip
    return match, lacking


def _long_header(report: ReportRule, header: Sequence[str]) -> tuple[Sequence[str], tuple[int, ...]]:
    """The header of an unpivoted table: the columns that stay, then the name and the value of the others."""
    if report.unpivot is None:
        return header, ()
    pattern = re.compile(report.unpivot.headers, re.IGNORECASE)
    melted = tuple(cell for cell, name in enumerate(header) if pattern.fullmatch(name.strip()))
    if not melted:
        return header, ()
    kept = [name for cell, name in enumerate(header) if cell not in set(melted)]
    return [*kept, report.unpivot.name, report.unpivot.value], melted


def _rank(rule: ColumnRule, name: str) -> int:
    return next((place for place, text in enumerate(rule.headers) if normalise(text) == name), 10**6)


def _prefer(
    platform: Platform, report: ReportRule, choices: Mapping[int, list[ColumnRule]], names: Sequence[str]
) -> tuple[list[Bound], list[int]]:
    """One rule per target, in the catalog's order, and the known cells that are not read."""
    claims: dict[int, list[int]] = {}
    rules: dict[int, ColumnRule] = {}
    for cell, (rule, *_) in choices.items():
        claims.setdefault(id(rule), []).append(cell)
        rules[id(rule)] = rule
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
    all_read = rule.join is not None or rule.coalesce or rule.to == "extra"
    return tuple(by_preference) if all_read else (by_preference[0],)


def match_header(
    catalog: Catalog, header: Sequence[str], above: Sequence[str] = (), around: Surroundings = NOWHERE
) -> list[Match]:
    """The best match of each platform whose signature the header satisfies, best first.

    Args:
        above: the lines above the header, for reports that are recognised by their title.
    """
    found: dict[str, Match] = {}
    unsigned: dict[str, list[Match]] = {}
    for match in _matches(catalog, tuple(header)):
        platform = match.platform.platform
        if platform in found or around.only not in (None, platform):
            continue
        if _is_signed(match.report, above, around):
            found[platform] = match
        elif platform in (around.only, around.preferred):
            unsigned.setdefault(platform, []).append(match)
    for platform, matches in unsigned.items():
        # Who names the platform says what a title or a name would say, unless it would say what is counted.
        if _agree(matches):
            found.setdefault(platform, matches[0])
    return sorted(found.values(), key=lambda match: _score(match, around), reverse=True)


def _matches(catalog: Catalog, header: tuple[str, ...]) -> list[Match]:
    """Every report whose columns the header has, in the catalog's order. Remembered: exports come in
    series."""
    if header not in catalog.remembered:
        if len(catalog.remembered) > 512:
            catalog.remembered.clear()
        catalog.remembered[header] = [
            match for platform in _likely(catalog, header) for report in platform.reports
            for match, lacking in [bind(platform, report, header)]
            if not lacking and (report.open_columns or match.share >= KNOWN_SHARE)
        ]  # fmt: skip
    return catalog.remembered[header]


def _likely(catalog: Catalog, header: Sequence[str]) -> list[Platform]:
    """The platforms that know enough of the header to be asked in detail."""
    counts: dict[str, int] = {}
    names = [name for name in map(normalise, header) if name]
    for name in names:
        for platform in catalog.knowing(name):
            counts[platform] = counts.get(platform, 0) + 1
    return [
        platform for platform in catalog
        if counts.get(platform.platform, 0) >= (1 if platform.is_open else KNOWN_SHARE * len(names))
    ]  # fmt: skip


def _is_signed(report: ReportRule, above: Sequence[str], around: Surroundings) -> bool:
    return _any_match(report.title, above) and _any_match(report.name, around.names)


def _agree(matches: Sequence[Match]) -> bool:
    """Whether the reports read the same measures from the same cells."""
    read: dict[int, tuple[str, ...]] = {}
    return all(
        read.setdefault(bound.cells[0], bound.targets) == bound.targets
        for match in matches
        for bound in match.bound
        if bound.kind in NUMBER_KINDS
    )


def _any_match(patterns: Sequence[str], texts: Sequence[str]) -> bool:
    return not patterns or any(
        re.search(pattern, text[:MAX_SEARCHED]) for pattern in patterns for text in texts
    )


def _score(match: Match, around: Surroundings) -> tuple[bool, bool, float, int]:
    """The user's word, then a title or a name, then how much of the header is known."""
    return (
        match.platform.platform == around.preferred,
        bool(match.report.title or match.report.name),
        match.share,
        len(match.bound),
    )


def find_header(catalog: Catalog, lines: Sequence[str], around: Surroundings = NOWHERE) -> Header | None:
    """The first line among the first ones that is the header of a known report.

    Raises:
        DataError: ``E-SRC-07`` when two platforms claim the line equally, ``E-SRC-19`` for too many columns.
    """
    for number, delimiter, cells in candidates(catalog, lines):
        if len(cells) > MAX_COLUMNS:
            raise problem("E-SRC-19", f"{len(cells):,} columns", where=f"line {number}")
        matches = match_header(catalog, cells, lines[: number - 1], around)
        if not matches:
            continue
        if len(matches) > 1 and _score(matches[0], around) == _score(matches[1], around):
            names = [f"{match.platform.platform}/{match.report.report}" for match in matches[:3]]
            raise problem("E-SRC-07", f"the header fits {' and '.join(names)}", where=f"line {number}")
        return Header(number, delimiter, matches[0])
    return None


def candidates(catalog: Catalog, lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Lines that hold at least two known headers (one of two), with the delimiter that shows most of them."""
    for number, line in enumerate(lines[:SEARCHED_LINES], start=1):
        best: tuple[int, str, list[str]] | None = None
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            cells = split_line(line, delimiter)
            known = sum(_is_known(catalog, cell) for cell in cells)
            named = sum(bool(cell.strip()) for cell in cells)
            if known >= min(2, max(1, named - 1)) and named > 1 and (best is None or known > best[0]):
                best = (known, delimiter, cells)
        if best:
            yield number, best[1], best[2]


def _is_known(catalog: Catalog, cell: str) -> bool:
    name = normalise(cell)
    if not name:
        return False
    return bool(catalog.knowing(name)) or any(pattern.fullmatch(name) for pattern in catalog.melting)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line; a line that is no csv is one cell."""
    try:
        return next(csv.reader([line.lstrip("\ufeff")], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def nothing_fits(catalog: Catalog, lines: Sequence[str]) -> DataError:
    """The error for a text no report fits: names the nearest reports and what differs."""
    nearest: list[tuple[float, Match, list[str], int]] = []
    for number, _, cells in candidates(catalog, lines):
        if len(cells) > MAX_COLUMNS:
            return problem("E-SRC-19", f"{len(cells):,} columns", where=f"line {number}")
        for platform in catalog:
            scored = [
                # What a report needs weighs by its share: one that needs little is not near for that.
                (match.share - len(lacking) / max(1, len(report.all)), match, lacking, number)
                for report in platform.reports
                if not (report.open_columns or report.unpivot)
                for match, lacking in [bind(platform, report, cells[:MAX_COMPARED])]
                if len(match.bound) > 1
            ]
            nearest += sorted(scored, key=lambda each: -each[0])[:1]
    if not nearest:
        shown = next((line.strip()[:120] for line in lines if line.strip()), "")
        return problem(
            "E-SRC-06",
            f"no line among the first {SEARCHED_LINES} is a known header; it begins {masked(shown)!r}",
        )
    best, *others = sorted(nearest, key=lambda each: -each[0])
    found = f"no report has this header; nearest is {_report_name(best[1])}: it {_differences(*best[1:3])}"
    rival = next((each for each in others if each[1].platform is not best[1].platform), None)
    if rival and rival[0] >= KNOWN_SHARE:
        found += f"; next {_report_name(rival[1])}: it {_differences(*rival[1:3])}"
    return problem("E-SRC-06", found, where=f"line {best[3]}")


def _report_name(match: Match) -> str:
    return f"{match.platform.platform}/{match.report.report} ({match.report.level})"


def _differences(match: Match, lacking: Sequence[str]) -> str:
    barred = [name for name in lacking if name.startswith("no ")]
    missing = [name for name in lacking if name not in barred]
    differs = [f"lacks {', '.join(missing)}"] if missing else []
    if barred:
        differs.append(f"must have {', '.join(barred)}")
    if not lacking and match.report.title:
        differs.append(f"lacks a title above the header such as {_shown(match.report.title[0])!r}")
    if not lacking and match.report.name:
        differs.append(f"lacks a name such as {_shown(match.report.name[0])!r}")
    if match.unmapped:
        unknown = [match.header[cell] for cell in match.unmapped][:6]
        differs.append(f"has unknown columns {', '.join(map(repr, unknown))}")
    return " and ".join(differs) or "knows too few of the columns"


_SIMPLER = (
    (r"\(\?[a-z]+\)|[\^$]", ""),
    (r"\[[^\]]*\][*?]", ""),
    (r"\[(.)[^\]]*\]\+?", r"\1"),
    (r"\\W[*?+]?", ""),
    (r"\\s[*?+]?", " "),
    (r"(\\d(\{\d+\}|[*+])?|\.[*+])+", "…"),
)
_CHOICE = re.compile(r"\((?:\?[:=!<]+)?([^()|]*)[^()]*\)([*+?])?")


def _shown(pattern: str) -> str:
    """A pattern as people would write what it means: the first of each choice, no signs of patterns."""
    for signs, plain in _SIMPLER:
        pattern = re.sub(signs, plain, pattern)
    while (shorter := _CHOICE.sub(_first_choice, pattern)) != pattern:
        pattern = shorter
    first = re.sub(r"\w?\?|[\\*+\"]|\{[\d,]+\}", "", pattern.split("|")[0])
    return " ".join(re.sub("…[.…]*", "…", first).split())


def _first_choice(group: re.Match[str]) -> str:
    return "" if group[2] in ("?", "*") else group[1]
