"""A table whose cells have been typed: where its records are, and what they come to.

What is here: the result that the scan hands on. What is not: the scan (:mod:`.stage`), the sums
(:mod:`.tally`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from mkt_pipeline.exports.read import Grid
from mkt_pipeline.exports.values import Period
from mkt_pipeline.lake import quote_identifier

SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Reject:
    """A record that was not landed, and why."""

    line: int
    column: str
    value: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """As the receipt keeps it."""
        return {"line": self.line, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass
class Staged:
    """A typed table in scratch space and its figures."""

    grid: Grid
    relation: str
    """The typed records in SQL, each with its ``file_row_number`` from 0; those that are no rows are marked
    by ``_kind`` (blank, note, total, other) or ``_bad``."""
    columns: list[str]
    """Canonical columns the records have."""
    rows: int
    rejected: int
    rejects: list[Reject]
    totals_rows: int
    totals: dict[str, int | float]
    """Sums of the additive measures; other measures only where the table is one row."""
    control: dict[str, int | float]
    """The file's own totals row, where there is one."""
    control_label: str
    dates: Period | None
    is_daily: bool
    shown: dict[str, str] = field(default_factory=dict)
    """Account and currency where all rows name the same."""
    constants: dict[str, Any] = field(default_factory=dict)
    """Columns that hold one value for all rows of the table."""
    signs: frozenset[str] = frozenset()
    """Currency signs in the cells."""
    amounts: frozenset[str] = frozenset()
    """Columns of money in which some row states an amount other than 0 without saying its currency."""

    _connection: duckdb.DuckDBPyConnection | None = None

    def first_line_where_not_sum(self, whole: str, parts: Sequence[str]) -> int | None:
        """The place of the first row whose ``whole`` is not the sum of ``parts``; rows that lack one do not
        count."""
        if self._connection is None or not {whole, *parts} <= set(self.columns):
            return None
        added = " + ".join(map(quote_identifier, parts))
        row = self._connection.execute(
            f"SELECT file_row_number FROM {self.relation} "
            f"WHERE _kind IS NULL AND _bad IS NULL AND {quote_identifier(whole)} <> {added} LIMIT 1"
        ).fetchone()
        return None if row is None else int(row[0]) + 1 + self.grid.header_line

    @property
    def has_dates(self) -> bool:
        """Whether the rows themselves say which days they cover."""
        return "period_start" in self.columns


def first_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The one row of an answer."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)
