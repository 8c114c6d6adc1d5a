"""One table of an export: its columns, and what each of its rows is.

What is here: telling totals rows, notes and data apart as the reader of exports does, and the key for which a
totals row stands. What is not: finding tables (:mod:`.finding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from mkt_pipeline.exports import undeclared
from mkt_pipeline.exports.anonymise.columns import Column, unknown_column
from mkt_pipeline.exports.catalog import Platform, ReportRule

RowKind = Literal["blank", "free", "total", "data"]


@dataclass
class Table:
    """One table with its header; ``platform`` and ``report`` are None where no report fits."""

    header: list[str]
    columns: list[Column]
    platform: Platform | None = None
    report: ReportRule | None = None
    rows: int = 0
    is_keyed: bool = False
    """Whether a totals row of one day or segment was seen."""
    waiting: list[list[str]] | None = field(default_factory=list)
    """The first rows, until enough are there to tell how numbers are spelled; None from then on."""

    @cached_property
    def nulls(self) -> frozenset[str]:
        """What stands for nothing in its cells."""
        return frozenset(("", *(self.platform.null_tokens if self.platform else undeclared.NULL_TOKENS)))

    def widen(self, width: int) -> None:
        """Make room for rows that are wider than the header."""
        self.columns += [unknown_column("") for _ in range(width - len(self.columns))]

    def is_null(self, text: str) -> bool:
        """Whether a cell states nothing."""
        return text.strip() in self.nulls

    def kind(self, cells: Sequence[str]) -> RowKind:
        """What a row below the header is, told as the reader tells it."""
        filled = [cell.strip() for cell in cells if not self.is_null(cell)]
        if not filled:
            return "blank"
        if len(filled) == 1 and len(self.header) > 1 and not self.is_null(cells[0]):
            notes = self.platform.note_rows if self.platform else []
            if len(cells) != len(self.header) or any(re.fullmatch(note, filled[0]) for note in notes):
                return "free"
        return "total" if self._is_total(cells) else "data"

    def _is_total(self, cells: Sequence[str]) -> bool:
        if self.report is None:
            return any(map(undeclared.is_total, cells[:3]))
        totals = self.report.totals
        if totals is None:
            return False
        entities = self._places(cells, "is_entity")
        if totals.rule == "empty_dimensions":
            return all(
                self.is_null(cells[place]) for place in {*entities, *self._places(cells, "is_key")} or {0}
            )
        named = set(self.report.all[0].split("|")) if self.report.all else set()
        about = {place for place, column in enumerate(self.columns) if column.target in named}
        first = about.union(range(len(cells) if totals.anywhere else totals.cells))
        return any(self.is_label(cells[place]) for place in first if place < len(cells)) and all(
            self.is_null(cells[place]) or self.is_label(cells[place]) for place in entities
        )

    def _places(self, cells: Sequence[str], what: str) -> list[int]:
        return [
            place for place, (column, _) in enumerate(zip(self.columns, cells, strict=False))
            if getattr(column, what)
        ]  # fmt: skip

    def is_label(self, text: str) -> bool:
        """Whether a cell is the label of a totals row."""
        if self.report is None or self.report.totals is None:
            return undeclared.is_total(text)
        return self._labels.fullmatch(text.strip()) is not None

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        labels = self.report.totals.labels if self.report and self.report.totals else []
        patterns = [re.escape(label.removesuffix("*")) + ".*" * label.endswith("*") for label in labels]
        return re.compile("|".join(patterns) or "(?!)", re.DOTALL)

    def key(self, cells: Sequence[str], *, is_total: bool = False) -> tuple[str, ...]:
        """Day and segments of a row; empty texts where a totals row stands for all."""
        if not (self.report and self.report.totals):
            return ()
        return tuple(
            "" if is_total and (self.is_null(cells[place]) or self.is_label(cells[place])) else cells[place]
            for place in self._places(cells, "is_key")
        )

    def tolerance(self, column: Column) -> Decimal:
        """As the reader allows between the rows and their totals row."""
        stated = self.report.totals.tolerance if self.report and self.report.totals else {}
        if column.target in stated:
            return Decimal(str(stated[column.target]))
        return Decimal(0) if column.is_count else Decimal("0.06") + Decimal("0.005") * self.rows

    def row_sums(self) -> Iterator[tuple[int, list[int]]]:
        """Columns that must be the sum of others in each row, so far as the header has them all."""
        places = {column.target: place for place, column in enumerate(self.columns) if column.how == "scale"}
        for identity in self.platform.identities if self.platform else ():
            if identity.rule == "row_sum" and places.keys() >= set(identity.measures):
                first, *parts = (places[name] for name in identity.measures)
                yield first, parts
