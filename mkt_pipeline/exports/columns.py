"""How the numbers of a column are written: with a decimal point or comma, grouped, with a currency sign.

What is here: deciding that for each number column from its cells, never for one cell: ``1,234`` is a thousand
or one and a bit, and only its neighbours tell. What is not: reading the numbers (:mod:`.sql`).
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mkt_pipeline.exports.catalog import NUMBER_KINDS
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import Grid

SAMPLE_ROWS = 100
LONGEST_NUMBER = 60
"""Characters of a cell that may be a number; the patterns would take long to say no to longer ones."""

CURRENCY_SIGNS: Mapping[str, str] = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "NT$": "TWD", "S$": "SGD", "SG$": "SGD", "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR",
    "Rs.": "INR", "Rs": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "₱": "PHP",
    "zł": "PLN", "CN¥": "CNY", "JP¥": "JPY", "元": "CNY", "円": "JPY",
}  # fmt: skip
"""Signs that stand for one currency."""
AMBIGUOUS_SIGNS: Mapping[str, str] = {"$": "USD", "¥": "CNY", "￥": "CNY", "kr": "SEK", "kr.": "DKK"}
"""Signs that several currencies use, with the one they are taken for where nothing else is known."""

SIGN_PATTERN = (
    "(?:" + "|".join(sorted(map(re.escape, [*CURRENCY_SIGNS, *AMBIGUOUS_SIGNS]), key=len, reverse=True))
    + "|[A-Z]{3})"
)  # fmt: skip
BLANK = "[\\s\u00a0\u202f\u3000]"

_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_SIGNED = re.compile(rf"{BLANK}*[-+]?{BLANK}*(?P<before>{SIGN_PATTERN})?{BLANK}*"
                     rf"(?P<number>[-+]?[\d.,'\s\u00a0\u202f]*\d[\d.,]*)"
                     rf"{BLANK}*%?{BLANK}*(?P<after>{SIGN_PATTERN})?{BLANK}*")  # fmt: skip
_COMMA = re.compile(
    r"[-+]?\d{1,3}([.\s\u00a0\u202f']\d{3})*,(\d{1,2}|\d{4,})|[-+]?\d{4,},\d+|[-+]?0,\d+|\d{1,3}(\.\d{3}){2,}"
)
_POINT = re.compile(
    r"[-+]?\d{1,3}([,\s\u00a0\u202f']\d{3})*\.(\d{1,2}|\d{4,})|[-+]?\d{4,}\.\d+|[-+]?0\.\d+|\d{1,3}(,\d{3}){2,}"
)


@dataclass(frozen=True)
class Style:
    """How the numbers of one column are written."""

    is_plain: bool = False
    """Nothing but digits, a sign and a decimal point."""
    decimal_comma: bool = False
    sign: str | None = None
    """The currency sign in the cells."""


@dataclass
class Evidence:
    """What the cells of one column show."""

    cells: int = 0
    plain: int = 0
    whole: int = 0
    comma: int = 0
    point: int = 0
    signs: Counter[str] | None = None

    def add(self, cell: str) -> None:
        """Take one stated cell into account."""
        self.cells += 1
        if _PLAIN.fullmatch(cell):
            self.plain += 1
            self.whole += bool(_WHOLE.fullmatch(cell))
            self.point += bool(_POINT.fullmatch(cell))
            return
        cell = " ".join(cell.split())  # each run of blanks would multiply the ways to match
        match = _SIGNED.fullmatch(cell) if len(cell) <= LONGEST_NUMBER else None
        if not match:
            return
        number = match["number"].strip()
        self.comma += bool(_COMMA.fullmatch(number))
        self.point += bool(_POINT.fullmatch(number))
        sign = match["before"] or match["after"]
        if sign:
            self.signs = self.signs or Counter()
            self.signs[sign] += 1


def sampled_styles(grid: Grid) -> dict[int, Style]:
    """The style of each number cell from the first rows; wrong guesses show as cells that cannot be read."""
    return styles_of(grid, _rows(grid, SAMPLE_ROWS))


def all_styles(grid: Grid) -> dict[int, Style]:
    """The style of each number cell from all rows."""
    return styles_of(grid, _rows(grid, None))


def styles_of(grid: Grid, rows: Iterable[list[str]]) -> dict[int, Style]:
    """The style of each number cell that the rows show.

    Raises:
        DataError: ``E-SRC-13`` several currency signs, ``E-SRC-16`` points and commas in one column.
    """
    kinds = {bound.cells[0]: bound.kind for bound in grid.match.bound if bound.kind in NUMBER_KINDS}
    evidence = {cell: Evidence() for cell in kinds}
    nulls = frozenset(("", *grid.match.platform.null_tokens))
    for row in rows:
        for cell, seen in evidence.items():
            value = row[cell] if cell < len(row) else ""
            if value.strip() not in nulls:
                seen.add(value)
    # Conventions are never mixed within a file: a column that shows nothing follows those that do.
    commas = sum(each.comma > each.point for each in evidence.values())
    points = sum(each.point > each.comma for each in evidence.values())
    return {
        cell: _style(grid, cell, seen, kinds[cell], others_use_commas=commas > points)
        for cell, seen in evidence.items()
    }


def _style(grid: Grid, cell: int, seen: Evidence, kind: str, *, others_use_commas: bool) -> Style:
    if min(seen.comma, seen.point) * 20 > seen.cells:
        raise problem(
            "E-SRC-16",
            f"{grid.match.header[cell]!r} has {seen.point} cells with a decimal point "
            f"and {seen.comma} with a comma",
            where=f"column {cell + 1}",
        )
    signs = dict(seen.signs or {})
    if kind == "money" and len(signs) > 1:
        shown = ", ".join(sorted(signs))
        raise problem(
            "E-SRC-13", f"{grid.match.header[cell]!r} has the signs {shown}", where=f"column {cell + 1}"
        )
    undecided = seen.comma == seen.point
    whole = seen.cells == seen.whole
    if seen.cells and (
        whole or (seen.cells == seen.plain and kind != "count" and not (undecided and others_use_commas))
    ):
        return Style(is_plain=True)
    return Style(
        decimal_comma=others_use_commas if undecided else seen.comma > seen.point,
        sign=next(iter(signs), None),
    )


def _rows(grid: Grid, most: int | None) -> Iterator[list[str]]:
    with grid.path.open(encoding="utf-8-sig", newline="") as handle:
        lines = itertools.islice(handle, grid.skip, None if most is None else grid.skip + most)
        try:
            yield from csv.reader(lines, delimiter=grid.separator)
        except csv.Error:
            return  # the scan names what is wrong with the lines
