"""What must hold before an export is landed: its own totals, its rows, its days, its currency, its parts.

What is here: the refusals that need the whole reading. What is not: reading (:mod:`.reading`), what is wrong
with single cells (:mod:`.stage`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mkt_pipeline.exports.catalog import TEXT_KINDS, Identity
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.staged import Staged
from mkt_pipeline.lake import DATASETS

if TYPE_CHECKING:
    from mkt_pipeline.exports.read import Grid
    from mkt_pipeline.exports.reading import Reading

COUNT_TYPES = ("BIGINT",)


def check(reading: Reading, bad_row_threshold: float) -> None:
    """Refuse what must not be landed.

    Raises:
        DataError: ``E-SRC-08`` no period, ``-09`` too many bad rows, ``-10`` totals, ``-15`` no currency,
            ``-17`` parts that contradict each other.
    """
    for table in reading.tables:
        _check_bad_rows(table, bad_row_threshold)
        _check_totals(table)
        _check_row_count(table)
        _note_cut_off(reading, table)
    if reading.platform:
        for identity in reading.platform.identities:
            _CHECKS[identity.rule](reading, identity)
    for table in reading.tables:
        if table.rows and not table.has_dates and "period_start" not in table.constants:
            raise problem(
                "E-SRC-08",
                f"which days do the {table.rows} rows of {table.grid.part or reading.path.name} cover?",
                where=table.grid.part,
            )  # fmt: skip
    for table in reading.tables:
        unpriced = table.amounts if "currency_code" not in table.constants else frozenset()
        if unpriced and table.grid.match.platform.platform not in reading.said.known_currencies:
            raise problem(
                "E-SRC-15", f"in which currency is {' and '.join(sorted(unpriced))}?", where=table.grid.part
            )


def check_repeats(seen: dict[tuple[Any, ...], str], grid: Grid) -> None:
    """Refuse a table that another one of the file, kept in ``seen``, states already.

    Asked before the table is read: a page may hold hundreds.

    Raises:
        DataError: ``E-SRC-11``.
    """
    match = grid.match
    if match.platform.blocks:
        return
    columns = tuple(
        sorted({name for bound in match.bound if bound.kind in TEXT_KINDS for name in bound.targets})
    )
    breakdowns = tuple(sorted({bound.rule.breakdown for bound in match.bound if bound.rule.breakdown}))
    said = tuple(sorted(match.report.sets.items()))
    key = (match.report.report, match.report.level, columns, breakdowns, said)
    if key in seen:
        raise problem("E-SRC-11", f"{seen[key]!r} and {grid.part!r} are the same report")
    seen[key] = grid.part


def _check_bad_rows(table: Staged, threshold: float) -> None:
    if table.rejected and table.rejected / (table.rows + table.rejected) > threshold:
        first = table.rejects[0] if table.rejects else None
        shown = (
            f"; first: line {first.line}, {first.column or 'the row'}: {first.reason} ({first.value[:80]!r})"
            if first
            else ""
        )
        raise problem(
            "E-SRC-09", f"{table.rejected} of {table.rows + table.rejected} rows are unreadable{shown}",
            where=f"line {first.line}" if first else table.grid.part,
        )  # fmt: skip


def _check_totals(table: Staged) -> None:
    rule = table.grid.match.report.totals
    if rule is None or not rule.check or not table.control:
        return
    for name, control in table.control.items():
        landed = table.totals.get(name, 0)
        if abs(landed - control) > _tolerance(table, name) + 1e-9:
            raise problem(
                "E-SRC-10",
                f"{name}: the totals row {table.control_label!r} says {control}, "
                f"the {table.rows} rows sum to {landed}",
                where=table.grid.part,
            )


def _tolerance(table: Staged, measure: str) -> float:
    """Nothing for counts; for the rest what the catalog says, else half a cent for each row."""
    rule = table.grid.match.report.totals
    assert rule is not None
    column = DATASETS[table.grid.match.report.dataset or ""].column(measure)
    if measure in rule.tolerance:
        return rule.tolerance[measure]
    return 0.0 if column.type in COUNT_TYPES else 0.06 + 0.005 * table.rows


def _note_cut_off(reading: Reading, table: Staged) -> None:
    if table.rows and table.rows == table.grid.match.report.row_cap:
        reading.warnings.append(
            f"{table.grid.part or 'the table'} has {table.rows:,} rows, as many as the platform exports: "
            "the rest is missing; export shorter periods"
        )


def _check_row_count(table: Staged) -> None:
    """Some exports say how many rows they have."""
    said = table.grid.attributes.get("row_count", "").replace(",", "")
    seen = table.rows + table.rejected
    if said.isdecimal() and (len(said) > 18 or int(said) != seen):
        raise problem(
            "E-SRC-10", f"the file says that it has {said[:20]} rows, and it has {seen:,}",
            where=table.grid.part, expected="as many rows as the file says",
        )  # fmt: skip


# -- identities between the parts of one export ---------------------------------------------------


def _equal_parts(reading: Reading, identity: Identity) -> None:
    """Tables that count the same clicks in several ways have the same sums."""
    tables = {table.grid.match.report.level: table for table in reading.tables if table.rows}
    compared = [tables[level] for level in identity.parts if level in tables]
    for measure in identity.measures:
        sums = {table.grid.part: table.totals[measure] for table in compared if measure in table.totals}
        if len(set(sums.values())) > 1:
            shown = ", ".join(f"{part or 'the file'} {value:,}" for part, value in sums.items())
            raise problem("E-SRC-17", f"{measure}: {shown}")


def _part_equals_totals_row(reading: Reading, identity: Identity) -> None:
    """The days of an export sum to the totals row of its table."""
    added_level, stated_level = identity.parts
    tables = {table.grid.match.report.level: table for table in reading.tables if table.rows}
    added = tables.get(added_level)
    stated = next(
        (table for table in reading.tables if table.control and _is_level(table, stated_level)), None
    )
    if added is None or stated is None or added is stated:
        return
    for measure in identity.measures:
        both = measure in added.totals and measure in stated.control
        if both and abs(added.totals[measure] - stated.control[measure]) > _tolerance(added, measure) + 1e-9:
            raise problem(
                "E-SRC-17",
                f"{measure}: {added.grid.part} sums to {added.totals[measure]:,}, and the totals row of "
                f"{stated.grid.part} says {stated.control[measure]:,}",
            )


def _is_level(table: Staged, level: str) -> bool:
    return level in ("*", table.grid.match.report.level)


def _row_sum(reading: Reading, identity: Identity) -> None:
    """In each row one measure is the sum of others; where it is not, the row is named."""
    whole, *parts = identity.measures
    for table in reading.tables:
        line = table.first_line_where_not_sum(whole, parts)
        if line is not None:
            reading.warnings.append(f"line {line}: {whole} is not {' + '.join(parts)}")


_CHECKS: Mapping[str, Callable[[Reading, Identity], None]] = {
    "equal_parts": _equal_parts,
    "part_equals_totals_row": _part_equals_totals_row,
    "row_sum": _row_sum,
}
