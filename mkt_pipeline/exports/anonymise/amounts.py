"""Numbers times one secret factor, so that rows still add up to their totals rows.

What is here: learning how each column spells its numbers and what they add up to, and the scaled numbers of a
row. What is not: texts (:mod:`.texts`).

Rounding carries its remainder from row to row: the n-th cell becomes ``round(f·Cₙ) − round(f·Cₙ₋₁)``, where C
is the running sum of the column. So the rows sum to ``round(f·C)`` exactly, and a zero stays a zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from mkt_pipeline.exports import figures
from mkt_pipeline.exports.anonymise.columns import MOST_DECIMALS, Column
from mkt_pipeline.exports.anonymise.tables import RowKind, Table
from mkt_pipeline.exports.columns import Evidence

_WITH_UNIT = re.compile(r"(\s*)([-+]?\d[\d,]*(?:\.\d+)?)(\s*[^\W\d_]{1,12}\+?\s*)")
"""A number with a unit of its own, such as ``1.2万`` or ``3.4K``."""


class Amounts:
    """Scales the numbers of tables, after all of their rows have been learnt."""

    def __init__(self, factor: Decimal) -> None:
        self.factor = factor
        self.unread = 0
        """Cells of number columns that hold digits and stayed as they are."""

    # -- first pass

    def settle(self, table: Table, rows: Sequence[Sequence[str]]) -> None:
        """Decide from its first rows how each column of a table spells its numbers."""
        evidence = [Evidence() for _ in table.columns]
        for row in rows:
            for text, seen in zip(row, evidence, strict=False):
                seen.add(text.strip())
        commas = sum(seen.comma > seen.point for seen in evidence)
        points = sum(seen.point > seen.comma for seen in evidence)
        for column, seen in zip(table.columns, evidence, strict=True):
            column.comma = commas > points if seen.comma == seen.point else seen.comma > seen.point

    def learn(self, table: Table, cells: Sequence[str], kind: RowKind) -> None:
        """Add up one row that is data, or take a totals row for what it stands for."""
        table.rows += kind == "data"
        if kind == "total":
            table.is_keyed = table.is_keyed or any(table.key(cells, is_total=True))
        key = table.key(cells)
        for text, column in zip(cells, table.columns, strict=False):
            value = amount_of(table, column, text)
            if value is None:
                continue
            amount, number = value
            if number is not None:
                column.decimals = max(column.decimals, min(number.decimals, _decimals(amount)))
                column.grouping = column.grouping or number.grouping
            column.is_scaled = True
            if kind == "data":
                column.sums[key] = column.sums.get(key, Decimal(0)) + amount

    # -- second pass

    def scaled(self, table: Table, cells: Sequence[str], *, is_total: bool) -> list[str | None]:
        """The scaled numbers of a row; None for every other cell."""
        new: list[str | None] = [None] * len(cells)
        old: dict[int, Decimal] = {}
        scaled: dict[int, Decimal] = {}
        spelled: dict[int, figures.Number | None] = {}
        key = table.key(cells, is_total=is_total)
        for place, (text, column) in enumerate(zip(cells, table.columns, strict=False)):
            value = amount_of(table, column, text)
            if value is not None:
                old[place], spelled[place] = value
                scaled[place] = self._scaled(table, column, old[place], key, is_total=is_total)
            elif column.how in ("scale", "state") and not table.is_null(text):
                new[place] = self._with_unit(text)
        for first, parts in table.row_sums():
            if old.keys() >= {first, *parts} and old[first] == sum(old[part] for part in parts):
                scaled[first] = sum((scaled[part] for part in parts), Decimal(0))
        for place, amount in scaled.items():
            column, number = table.columns[place], spelled[place]
            new[place] = (
                figures.clock(amount, cells[place]) if number is None
                else number.spell(amount, min(column.decimals, MOST_DECIMALS), column.grouping)
            )  # fmt: skip
        return new

    def _scaled(
        self, table: Table, column: Column, amount: Decimal, key: tuple[str, ...], *, is_total: bool
    ) -> Decimal:
        if column.how == "state":
            rounded = self._rounded(amount, column)
            return max(rounded, column.unit) if amount > 0 else rounded
        if is_total:
            old, new = self._sums(table, column, key)
            rest = amount - old
            return new if abs(rest) <= table.tolerance(column) else new + self._rounded(rest, column)
        key = key if table.is_keyed else ()
        before = column.done.get(key, Decimal(0))
        column.done[key] = before + amount
        return self._rounded(before + amount, column) - self._rounded(before, column)

    def _sums(self, table: Table, column: Column, key: tuple[str, ...]) -> tuple[Decimal, Decimal]:
        """The sum of the rows a totals row stands for, old and new."""
        if not table.is_keyed:
            old = sum(column.sums.values(), Decimal(0))
            return old, self._rounded(old, column)
        chosen = [
            amount for each, amount in column.sums.items()
            if all(wanted in ("", found) for wanted, found in zip(key, each, strict=False))
        ]  # fmt: skip
        return sum(chosen, Decimal(0)), sum((self._rounded(amount, column) for amount in chosen), Decimal(0))

    def _rounded(self, amount: Decimal, column: Column) -> Decimal:
        return (amount * self.factor).quantize(column.unit, ROUND_HALF_UP)

    def _with_unit(self, text: str) -> str | None:
        match = _WITH_UNIT.fullmatch(text)
        number = figures.read_number(match[2], comma=False) if match else None
        if not match or number is None:
            self.unread += "%" not in text and any(map(str.isdigit, text))
            return None
        amount = (number.value * self.factor).quantize(Decimal(1).scaleb(-number.decimals))
        return f"{match[1]}{number.spell(amount, 0)}{match[3]}"


def amount_of(table: Table, column: Column, text: str) -> tuple[Decimal, figures.Number | None] | None:
    """The amount of a cell to scale, and its spelling (None for a duration); None for all other cells."""
    if column.how not in ("scale", "state", "by value") or column.is_fixed or table.is_null(text):
        return None
    if column.how == "by value" and (figures.is_date(text) or column.is_id(text)):
        return None
    number = figures.read_number(text, column.comma)
    if number is not None:
        return None if number.is_percent else (number.value, number)
    seconds = figures.seconds_of(text)
    return None if seconds is None else (seconds, None)


def _decimals(amount: Decimal) -> int:
    """Decimals that say something: a spreadsheet writes 0.1 + 0.2 with seventeen."""
    exponent = round(amount, MOST_DECIMALS).normalize().as_tuple().exponent
    return max(0, -int(exponent))
