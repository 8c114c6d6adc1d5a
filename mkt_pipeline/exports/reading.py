"""One dropped file, read whole: tables, account, currency, period, figures, and what is wrong with it.

What is here: putting together what the names, the preamble, sister tables and the rows say. What is not:
finding tables (:mod:`.read`), typing cells (:mod:`.stage`), committing (:mod:`.landing`).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports.catalog import TEXT_KINDS, Catalog, Platform, ReportRule, normalise
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import Contents, Grid, Scan, open_contents
from mkt_pipeline.exports.stage import Staged, count_records, stage
from mkt_pipeline.exports.values import Period, find_moments, find_period
from mkt_pipeline.lake import DATASETS

COUNT_TYPES = ("BIGINT",)


@dataclass
class Reading:
    """What one dropped file holds. ``problem`` is why it cannot be landed, if it cannot."""

    path: Path
    scan: Scan
    platform: Platform | None = None
    contents: Contents | None = None
    tables: list[Staged] = field(default_factory=list)
    """Tables that carry rows, highest level first."""
    context: list[Grid] = field(default_factory=list)
    """Tables that only describe the export."""
    context_rows: dict[str, int] = field(default_factory=dict)
    exported_at: dt.datetime | None = None
    period_given: bool = False
    warnings: list[str] = field(default_factory=list)
    problem: DataError | None = None


def read_export(
    path: Path, scan: Scan, catalog: Catalog, connection: duckdb.DuckDBPyConnection, scratch: Path, *,
    period: Period | None = None, bad_row_threshold: float = 0.01, platform: str | None = None,
) -> Reading:  # fmt: skip
    """Read a file or folder into scratch space; never raises for what is wrong with the data."""
    reading = Reading(path, scan)
    try:
        contents = open_contents(path, catalog, scratch, scan, platform)
        reading.contents = contents
        reading.warnings += contents.warnings
        reading.platform = _one_platform(contents)
        _stage_all(reading, connection, scratch)
        _describe(reading, period)
        _check(reading, bad_row_threshold)
    except DataError as error:
        reading.problem = error
    return reading


def _one_platform(contents: Contents) -> Platform:
    platforms = {grid.match.platform.platform: grid.match.platform for grid in contents.grids}
    if len(platforms) > 1:
        raise problem("E-SRC-11", f"it holds exports of {' and '.join(sorted(platforms))}",
                      expected="exports of one platform")  # fmt: skip
    return next(iter(platforms.values()))


def _rank(grid: Grid) -> int:
    return next(place for place, rule in enumerate(grid.match.platform.reports) if rule is grid.match.report)


def _stage_all(reading: Reading, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    assert reading.contents is not None
    for number, grid in enumerate(sorted(reading.contents.grids, key=_rank)):
        grid.attributes = {**_attributes(grid, reading.contents.names), **grid.attributes}
        if grid.match.report.dataset is None:
            reading.context.append(grid)
            reading.context_rows[grid.part] = count_records(grid)
        else:
            reading.tables.append(stage(connection, grid, scratch / f"{number}.parquet"))


def _attributes(grid: Grid, names: list[str]) -> dict[str, str]:
    """What the preamble and the names say; the preamble wins, then the innermost name."""
    platform = grid.match.platform
    found: dict[str, str] = {}
    for line in grid.preamble:
        for pattern in platform.preamble:
            match = re.search(pattern, line)
            if match:
                _add(found, match.groupdict(), single_day=True)
    for name in names:
        for pattern in platform.file_names:
            match = re.search(pattern, name)
            if match:
                _add(found, match.groupdict(), single_day=False)
    if "date_from" in found and "date_to" in found:
        _add(found, {"period": f"{found['date_from']} {found['date_to']}"}, single_day=False)
    for attribute, rules in platform.rewrite.items():
        for pattern, replacement in rules:
            if attribute in found:
                found[attribute] = re.sub(pattern, replacement, found[attribute])
    return {name: _spelled(platform, name, value) for name, value in found.items()}


def _add(found: dict[str, str], groups: Mapping[str, str | None], *, single_day: bool) -> None:
    for name, value in groups.items():
        if not value or not value.strip() or name in found:
            continue
        if name == "period":
            period = find_period(value, single_day=single_day)
            if period:
                found[name] = f"{period.start} {period.end}"
        elif name != "exported_at" or find_moments(value):
            found[name] = value.strip().strip('"')


def _spelled(platform: Platform, attribute: str, value: str) -> str:
    """The canonical value of an attribute whose spellings the catalog lists."""
    for canonical, spellings in platform.values.get(attribute, {}).items():
        if normalise(value) in map(normalise, spellings):
            return canonical
    return value


def _describe(reading: Reading, period: Period | None) -> None:
    """Give every table its constants: account, currency, time zone, period."""
    shared = _context_values(reading)
    main = next((table for table in reading.tables if table.dates), None)
    moments = [find_moments(grid.attributes["exported_at"]) for grid in _grids(reading)
               if "exported_at" in grid.attributes]  # fmt: skip
    reading.exported_at = moments[0][0] if moments else _modified(reading.path)
    for table in reading.tables:
        attributes = {**table.grid.attributes, **shared}
        table.constants = _constants(table, attributes)
        if table.has_dates or table.rows == 0:
            continue
        found = _period(attributes)
        dates = period or found or (main.dates if main else None)
        if dates:
            table.dates = dates
            table.constants |= {"period_start": dates.start, "period_end": dates.end}
            reading.period_given = reading.period_given or dates is period


def _grids(reading: Reading) -> list[Grid]:
    return [*reading.context, *(table.grid for table in reading.tables)]


def _context_values(reading: Reading) -> dict[str, str]:
    """Attributes that tables of names and values hold; names nobody knows are kept as ``filters``."""
    values: dict[str, str] = {}
    others: dict[str, str] = {}
    for grid in reading.context:
        names = {
            normalise(word): attribute
            for attribute, words in grid.match.report.key_values.items()
            for word in words
        }
        if not names:
            continue
        with grid.path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle, delimiter=grid.separator))[grid.skip :]
        for row in rows:
            if len(row) < 2:
                continue
            attribute = names.get(normalise(row[0]))
            if attribute is None:
                others[row[0]] = row[1]
            elif attribute == "period":
                _add(values, {"period": row[1]}, single_day=True)
            elif attribute != "ignored":
                values[attribute] = _spelled(grid.match.platform, attribute, row[1])
    if others:
        values["filters"] = json.dumps(others, ensure_ascii=False, sort_keys=True)
    return values


def _constants(table: Staged, attributes: Mapping[str, str]) -> dict[str, Any]:
    """Columns that hold one value for all rows of the table."""
    grid = table.grid
    platform, report = grid.match.platform, grid.match.report
    known = {column.name for column in DATASETS[report.dataset or ""].columns}
    constants: dict[str, Any] = {}
    if platform.currency:
        constants["currency_code"] = platform.currency
    if platform.timezone:
        constants["account_timezone"] = platform.timezone
    constants |= {
        name: value for name, value in attributes.items() if name in known and name != "exported_at"
    }
    if grid.match.currencies:
        constants["currency_code"] = next(iter(grid.match.currencies))
    for bound in grid.match.bound:
        constants |= bound.rule.sets
    breakdowns = [bound.rule.breakdown for bound in grid.match.bound if bound.rule.breakdown]
    if breakdowns:
        constants["breakdown_type"] = "+".join(sorted(set(breakdowns)))
    constants |= report.sets
    for target, source in platform.copy_to.items():
        if source in constants and target in known:
            constants.setdefault(target, constants[source])
    return constants


def _period(attributes: Mapping[str, str]) -> Period | None:
    text = attributes.get("period")
    return find_period(text, single_day=True) if text else None


def _modified(path: Path) -> dt.datetime:
    stat = path.stat()
    return dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC).replace(tzinfo=None, microsecond=0)


def _check(reading: Reading, bad_row_threshold: float) -> None:
    """Refuse what must not be landed.

    Raises:
        DataError: ``E-SRC-08`` no period, ``-09`` too many bad rows, ``-10`` totals, ``-11`` repeated tables.
    """
    _check_repeats(reading)
    for table in reading.tables:
        _check_bad_rows(table, bad_row_threshold)
        _check_totals(table)
    for table in reading.tables:
        if table.rows and not table.has_dates and "period_start" not in table.constants:
            raise problem(
                "E-SRC-08",
                f"which days do the {table.rows} rows of {table.grid.part or reading.path.name} cover?",
                where=table.grid.part,
            )  # fmt: skip


def _check_repeats(reading: Reading) -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for table in reading.tables:
        match = table.grid.match
        if match.platform.blocks:
            continue
        columns = tuple(
            sorted({name for bound in match.bound if bound.kind in TEXT_KINDS for name in bound.targets})
        )
        key = (match.report.report, match.report.level, columns, str(table.constants.get("breakdown_type")))
        if key in seen:
            raise problem("E-SRC-11", f"{seen[key]!r} and {table.grid.part!r} are the same report")
        seen[key] = table.grid.part


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


def main_report(reading: Reading) -> ReportRule | None:
    """The report of the highest level, else of the first table that only describes."""
    if reading.tables:
        return reading.tables[0].grid.match.report
    return reading.context[0].match.report if reading.context else None
