"""The copy of one export: two passes over its rows, and what is to be said about it.

What is here: :func:`anonymise_export` and its result. What is not: what numbers and texts become
(:mod:`.amounts`, :mod:`.texts`).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mkt_pipeline.exports import files
from mkt_pipeline.exports.anonymise.amounts import Amounts, amount_of
from mkt_pipeline.exports.anonymise.finding import Tables
from mkt_pipeline.exports.anonymise.tables import Table
from mkt_pipeline.exports.anonymise.texts import Texts
from mkt_pipeline.exports.catalog import Catalog, Platform, load_catalog, normalise
from mkt_pipeline.exports.inspection import Inspection, inspect
from mkt_pipeline.exports.rewrite import Package, Part, copy_name, opened, refuse, rows, write_copy
from mkt_pipeline.workspace import Workspace

LEAST, MOST = 0.3, 3.0
"""Bounds of the factor."""
_NEAR_ONE = (0.8, 1.25)
"""No factor lies between these: sizes must change."""
_SAMPLE_ROWS = 300
"""Rows that tell how the numbers of a table are spelled."""
_SAME = (
    "platform", "report", "level", "encoding", "delimiter", "header_line", "rows", "rejected", "totals_rows",
    "date_from", "date_to", "currency",
)  # fmt: skip
"""What must be read from the copy as from the original."""
_OF_THE_FORM = ("encoding", "delimiter")
"""What changes where the copy can only be written in another form."""


@dataclass(frozen=True)
class Anonymised:
    """What was made. Nothing in it says what the names or the factor were."""

    source: Path
    target: Path
    platform: str | None
    """None where no report of the catalog fits; cells were then judged by their values alone."""
    report: str | None
    rows: int
    names: int
    """Different names that got a stand-in."""
    numbers: int
    """Columns of numbers that were scaled."""
    notes: tuple[str, ...]
    """What a person should look at before sharing the copy."""

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        texts = {"source": str(self.source), "target": str(self.target), "notes": list(self.notes)}
        return {**self.__dict__, **texts}


def anonymise_export(
    path: Path, target: Path | None = None, workspace: Workspace | None = None, *, seed: int | None = None
) -> Anonymised:
    """Write a shareable copy of an export.

    Args:
        target: by default ``<name>.anonymised<ext>`` beside the file, the name without account or site.
        seed: fixes the factor, for tests.

    Raises:
        DataError: ``E-SRC-30`` for kinds of files that cannot be written, ``E-SRC-01`` … for damaged ones.
        FileExistsError: the target exists.
    """
    before = inspect(path, workspace)
    with opened(path) as package:
        work = _Work(package, load_catalog(workspace), _factor(seed), before.platform)
        work.learn()
        target = target or path.with_name(work.output_name())
        if target.exists():
            raise FileExistsError(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        written = write_copy(package, target, work.change, work.renamed)
        is_other_form = any(member.becomes_workbook for member in package.members)
    after = inspect(target, workspace)
    notes = (
        *written,
        *work.notes(target.name),
        *_differences(before, after, _OF_THE_FORM if is_other_form else ()),
    )
    return Anonymised(
        path, target, before.platform, before.report, before.rows, len(work.texts.names.known),
        work.scaled_columns(), notes,
    )  # fmt: skip


def _factor(seed: int | None) -> Decimal:
    source: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311
    while True:
        value = source.uniform(LEAST, MOST)
        if not _NEAR_ONE[0] < value < _NEAR_ONE[1]:
            return Decimal(f"{value:.6f}")


def _differences(before: Inspection, after: Inspection, excused: Sequence[str]) -> Iterator[str]:
    """What reads otherwise in the copy; nothing, if all is well."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in _SAME if name not in excused}
    pairs["problem"] = _code(before), _code(after)
    for name, (old, new) in pairs.items():
        if old != new:
            yield f"the copy is read otherwise: {name} was {old}, is {new}"


def _code(shown: Inspection) -> str | None:
    return shown.problem["code"] if shown.problem else None


class _Work:
    """Two passes over one export: the first learns tables, sums and names, the second changes cells."""

    def __init__(self, package: Package, catalog: Catalog, factor: Decimal, preferred: str | None) -> None:
        self.package = package
        self.tables = Tables(package.path, catalog, preferred)
        self.amounts = Amounts(factor)
        self.texts = Texts(catalog)

    def learn(self) -> None:
        """Find the tables, then add up their columns and count their names."""
        for member in self.package.tables:
            refuse(member)
        self.tables.find(self.package)
        for part, line, cells in rows(self.package):
            table, place = self.tables.route(part, line, cells)
            if table is not None and place == "row":
                self._learn_row(table, cells)
        for table in self.tables.found.values():
            self._settle(table)
        self.tables.rewind()

    def _learn_row(self, table: Table, cells: list[str]) -> None:
        kind = table.kind(cells)
        if kind in ("blank", "free"):
            return
        if table.waiting is not None:
            table.waiting.append(cells)
            if len(table.waiting) == _SAMPLE_ROWS:
                self._settle(table)
            return
        table.widen(len(cells))
        self.amounts.learn(table, cells, kind)
        for text, column in zip(cells, table.columns, strict=False):
            if kind == "data" and amount_of(table, column, text) is None:
                self.texts.of_cell(table, column, text)

    def _settle(self, table: Table) -> None:
        """Decide how numbers are spelled, and learn the rows that waited for it."""
        waiting, table.waiting = table.waiting or [], None
        if waiting:
            table.widen(max(map(len, waiting)))
            self.amounts.settle(table, waiting)
        for cells in waiting:
            self._learn_row(table, cells)

    def change(self, part: Part, line: int, cells: list[str]) -> Sequence[str | None] | None:
        """The new cells of a row."""
        table, place = self.tables.route(part, line, cells)
        if table is not None and place == "header":
            return self.texts.of_header(table, cells)
        kind = table.kind(cells) if table else "free"
        if kind == "blank":
            return None
        if table is None or kind == "free":
            platform = self.tables.platforms.get(part) or next(iter(self._platforms()), None)
            return self.texts.of_free_row(platform, cells)
        new = self.amounts.scaled(table, cells, is_total=kind == "total")
        for position, (text, column) in enumerate(zip(cells, table.columns, strict=False)):
            if new[position] is None:
                is_label = kind == "total" and table.is_label(text)
                new[position] = (
                    self.texts.masked(text) if is_label else self.texts.of_cell(table, column, text)
                )
        return new

    def renamed(self, name: str) -> str:
        """A file, member or sheet name without names of accounts and sites."""
        return self.texts.of_name(name, self._platforms())

    def output_name(self) -> str:
        """The name of the copy beside the file."""
        name = copy_name(self.package, self.renamed(files.original_name(self.package.path)))
        packed = ".gz" if self.package.container == "gzip" and name.endswith(".gz") else ""
        stem, dot, ending = name.removesuffix(packed).rpartition(".")
        if not stem or self.package.container == "folder":
            return f"{name}.anonymised"
        return f"{stem}.anonymised{dot}{ending}{packed}"

    def scaled_columns(self) -> int:
        """How many columns of numbers were scaled."""
        return sum(column.is_scaled for table in self.tables.found.values() for column in table.columns)

    def notes(self, name: str) -> Iterator[str]:
        """What a person should look at in the copy of this name."""
        if not self._platforms():
            yield "no report of the catalog fits: cells were judged by their values alone"
        headers = dict.fromkeys(
            column.header for table in self.tables.found.values() if table.platform
            for column in table.columns if column.how == "by value" and column.header
            and normalise(column.header) not in self.tables.catalog.headers
            and not table.platform.is_ignored(normalise(column.header))
        )  # fmt: skip
        if headers:
            yield f"headers nobody knows are kept as they are: {', '.join(headers)}"
        if self.amounts.unread:
            yield f"cells of number columns that cannot be read are kept as they are: {self.amounts.unread}"
        if self.texts.vocabulary.unknown_words(name):
            yield f"the file's name may say whose it is: {name}"

    def _platforms(self) -> list[Platform]:
        return [*{each.platform: each for each in self.tables.platforms.values() if each}.values()]
