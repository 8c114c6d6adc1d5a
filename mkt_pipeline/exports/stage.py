"""One table to typed rows: a single csv scan that types, classifies and keeps every record.

What is here: the SQL of the scan, and what to do where the engine cannot follow the lines. What is not:
finding the table (:mod:`.read`), what the records come to (:mod:`.tally`), committing rows (:mod:`.landing`).

The scan is the expensive step and happens once. Records that are totals, notes or unreadable are kept too,
marked; the landed file is written without them.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from mkt_pipeline.exports.catalog import DATED, TEXT_KINDS, ColumnRule, Totals
from mkt_pipeline.exports.columns import Style, all_styles, sampled_styles
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import Grid
from mkt_pipeline.exports.recognise import Bound, split_line
from mkt_pipeline.exports.sql import (
    CellContext,
    create_macros,
    expressions,
    is_bound,
    null_strings,
    rewritten,
    text,
)
from mkt_pipeline.exports.staged import SEPARATOR, Reject, Staged, first_row
from mkt_pipeline.exports.tally import Tally
from mkt_pipeline.exports.text import LONGEST_RECORD
from mkt_pipeline.exports.values import Period, find_period
from mkt_pipeline.lake import DATASETS, Dataset, quote, quote_identifier

csv.field_size_limit(LONGEST_RECORD)  # a quote that is never closed must not swallow the file into memory

_REJECTS_LIMIT = 200_000
"""Faults of lines that the scan notes, one for each missing cell; beyond, it would not count them all."""
_SMALL = 4_000_000
"""Bytes of a csv up to which its rows are kept in memory."""
_POSSIBLE_DAYS = "DATE '0001-01-01' AND DATE '9999-12-31'"
"""Days that every reader of the lake knows; the engine knows more, and infinity."""
_REPORTED_DAYS = "DATE '1900-01-01' AND DATE '2199-12-31'"
"""Days that an export may report on: a typing error must not make a calendar of thousands of years."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros on a connection; once per connection."""
    connection.execute(create_macros())


def stage(connection: duckdb.DuckDBPyConnection, grid: Grid, target: Path, salt: str) -> Staged:
    """Scan one table into ``target`` and read its figures.

    Args:
        salt: hashed together with personal values.

    Raises:
        DataError: ``E-SRC-14`` when the lines are no table, ``E-SRC-13`` for mixed currencies, ``E-SRC-16``
        for
            mixed ways of writing numbers, ``E-SRC-18`` for personal data that nobody declared.
    """
    if len(grid.match.currencies) > 1:
        raise problem(
            "E-SRC-13", f"found {', '.join(sorted(grid.match.currencies))}", where=f"line {grid.header_line}"
        )
    scan = TableScan(connection, grid, target, salt)
    staged = scan.run()
    if staged.rejected and scan.look_again():
        staged = scan.run()
    if scan.states_its_period(staged):
        scan.context = replace(scan.context, grain="period")
        staged = scan.run()
    if scan.totals and scan.totals.else_data and staged.totals_rows and not staged.rows:
        scan.totals = None
        staged = scan.run()
    return staged


class TableScan:
    """The scan of one grid: its SQL, its records, its figures."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, grid: Grid, target: Path, salt: str) -> None:
        self.connection = connection
        self.grid = grid
        self.target = target
        self.match = grid.match
        dataset = grid.match.report.dataset
        self.dataset: Dataset | None = DATASETS[dataset] if dataset else None
        self.width = len(grid.match.header)
        self.totals = grid.match.report.totals
        self.relation = ""
        self.long_totals = 0
        """Totals rows that are longer than the header by their label."""
        self.extra_names: dict[int, str] = {}
        """What the cells that are kept in ``extra`` are called there."""
        self.faulty = 0
        """Records that the last scan could not read, notes among them."""
        self.columns: list[str] = []
        self.styles = sampled_styles(grid)
        period = _stated_period(grid)
        self.context = CellContext(
            guards=grid.match.platform.guards, is_workbook=grid.delimiter == "xlsx", salt=salt,
            counted_from=period.start if period else None, within=period, grain=grid.attributes.get("grain"),
        )  # fmt: skip

    def states_its_period(self, staged: Staged) -> bool:
        """Whether all rows bear the first day of a longer period that the file names."""
        within = self.context.within
        return bool(
            self.match.platform.period_on_first_day
            and within
            and within.end > within.start
            and staged.dates == Period(within.start, within.start)
        )

    def look_again(self) -> bool:
        """Learn from all rows how numbers are written; whether that differs from what the first rows
        showed."""
        styles = all_styles(self.grid)
        changed = styles != self.styles
        self.styles = styles
        return changed

    # -- the scan ---------------------------------------------------------------------------------

    def run(self) -> Staged:
        """Scan the csv and read what it says."""
        structural = self._records()
        return Tally(self, structural).staged()

    def _records(self) -> list[Reject]:
        """Scan the csv; files whose line ends the engine cannot follow are rewritten first."""
        try:
            structural = self._copy()
            # The engine takes quotes at their word; Python's csv forgives one that is not doubled.
            misquoted = any("quote" in reject.reason for reject in structural)
            if self._is_complete(structural) and not misquoted:
                return structural
        except duckdb.InvalidInputException:
            pass
        expected = self._rewrite()
        try:
            structural = self._copy()
        except duckdb.InvalidInputException as error:
            raise problem("E-SRC-14", str(error).splitlines()[0], where=self.grid.part) from None
        found = first_row(self.connection, f"SELECT count(*) FROM {self.relation}")[0] + self.faulty
        if found != expected:
            raise problem(
                "E-SRC-14", f"of {expected:,} records {found:,} can be told apart", where=self.grid.part
            )
        return structural

    def _copy(self) -> list[Reject]:
        # A scan that fails leaves them behind, and the next scan would add to them.
        self.connection.execute("DROP TABLE IF EXISTS scan_rejects; DROP TABLE IF EXISTS scan_runs")
        self.connection.execute(self._keep(self._select()))
        rejects = self.connection.execute(
            "SELECT min(line), any_value(csv_line), any_value(error_message) "
            "FROM scan_rejects GROUP BY line_byte_position, file_id "
            "ORDER BY 1"
        ).fetchall()
        noted = first_row(self.connection, "SELECT count(*) FROM scan_rejects")[0]
        self.connection.execute("DROP TABLE scan_rejects; DROP TABLE scan_runs")
        if noted >= _REJECTS_LIMIT:
            raise problem(
                "E-SRC-09", f"at least {len(rejects):,} lines are unreadable", where=self.grid.part,
                fix="export the report again without editing it",
            )  # fmt: skip
        # The engine gives the line with what stands before it: half of a line end, blank lines.
        found = [
            Reject(int(line), "", str(text).strip("\r\n"), _structural_reason(str(message)))
            for line, text, message in rejects
        ]
        self.faulty = len(found)
        long = [reject for reject in found if self._is_long_total(reject.value)]
        self.long_totals = len(long)
        return [reject for reject in found if reject not in long and not self._is_note(reject.value)]

    def _is_long_total(self, line: str) -> bool:
        """Whether a row is too long by a label behind its last column, and names no entity."""
        if self.totals is None or not self.totals.anywhere:
            return False
        cells = split_line(line.rstrip("\r\n"), self.grid.separator)
        behind = cells[self.width :]
        return (
            len(behind) == 1
            and re.fullmatch(_label_pattern(self.totals), behind[0]) is not None
            and not any(cells[cell].strip() for cell in self._entity_cells())
        )

    def _keep(self, query: str) -> str:
        """Keep the result: small ones in memory, where asking them costs least."""
        if self.grid.path.stat().st_size <= _SMALL:
            table = f"staged_{self.target.stem}"
            self.relation = f"(SELECT *, rowid AS file_row_number FROM {quote_identifier(table)})"
            return f"CREATE OR REPLACE TEMP TABLE {quote_identifier(table)} AS {query}"
        self.relation = f"read_parquet({quote(str(self.target))}, file_row_number = true)"
        return f"COPY ({query}) TO {quote(str(self.target))} (FORMAT parquet)"

    def _read_csv(self) -> str:
        nulls = null_strings(self.match.platform.null_tokens, self.grid.separator)
        columns = ", ".join(f"'c{cell}': 'VARCHAR'" for cell in range(self.width))
        return (
            f"read_csv({quote(str(self.grid.path))}, auto_detect = false, header = false, "
            f"skip = {self.grid.skip}, compression = 'none', "
            f"delim = {quote(self.grid.separator)}, quote = '\"', escape = '\"', columns = {{{columns}}}, "
            f"nullstr = {nulls}, max_line_size = 4194304, store_rejects = true, "
            f"rejects_table = 'scan_rejects', rejects_scan = 'scan_runs', rejects_limit = {_REJECTS_LIMIT})"
        )

    def _select(self) -> str:
        """Three layers: typed columns; columns made of those and the kind of record; label and fault."""
        typed = self._typed()
        derived = self._derived(typed)
        self.columns = columns = [*typed, *(name for name in derived if name not in typed)]
        replaced = [name for name in derived if name in typed]
        everything = f"* EXCLUDE ({_listed(replaced)})" if replaced else "*"
        return (
            f"SELECT {_listed(columns)}, _kind, {self._label()} AS _label, {self._bad(columns)} AS _bad "
            f"FROM (SELECT {everything}{_aliased(derived)}, {self._kind(typed)} AS _kind "
            f"FROM ({self._filled(f'SELECT *{_aliased(typed)} FROM {self._read_csv()}', typed)}))"
        )

    def _filled(self, query: str, typed: Mapping[str, str]) -> str:
        """The query with the cells filled that only the first row of a group states, such as of an order."""
        rule = self.match.report.fill_down
        if rule is None or rule.per not in typed:
            return query
        group = quote_identifier(rule.per)
        filled = [
            f"coalesce({name}, max({name}) OVER (PARTITION BY {group})) AS {name}"
            for name in map(quote_identifier, rule.columns) if name.strip('"') in typed
        ]  # fmt: skip
        if not filled:
            return query
        # Groups are put together for that, and the rows back into their order.
        numbered = f"SELECT *, row_number() OVER () AS _row FROM ({query})"
        return f"SELECT * EXCLUDE (_row) REPLACE ({', '.join(filled)}) FROM ({numbered}) ORDER BY _row"

    def _typed(self) -> dict[str, str]:
        typed: dict[str, str] = {}
        breakdowns: list[Bound] = []
        for bound in self.match.bound:
            if bound.rule.breakdown:
                breakdowns.append(bound)
            elif bound.rule.to != "extra" and self.dataset is not None:
                style = self.styles.get(bound.cells[0], Style())
                found = {
                    name: rewritten(sql, self.match.platform.rewrite.get(name, ()))
                    for name, sql in expressions(bound, style, self.context).items()
                }
                typed.update({name: sql for name, sql in found.items() if name not in typed})
        if breakdowns:
            values = ", ".join(
                text(f"c{cell}", self.context.guards) for bound in breakdowns for cell in bound.cells
            )
            typed["breakdown_value"] = f"nullif(concat_ws(' / ', {values}), '')"
        extra = self._extra()
        if extra:
            typed["extra"] = extra
        return typed

    def _extra(self) -> str | None:
        """Columns without a canonical one as JSON, without the empty ones; and bounds given in place of
        numbers."""
        kept = [cell for bound in self.match.bound if bound.rule.to == "extra" for cell in bound.cells]
        kept += [*self.match.spare, *self.match.unmapped]
        censored = [bound.cells[0] for bound in self.match.bound if bound.rule.censored]
        if not (kept or censored) or self.dataset is None:
            return None
        cells = [(cell, f"c{cell}") for cell in kept]
        cells += [(cell, f"CASE WHEN {is_bound(f'c{cell}')} THEN c{cell} END") for cell in censored]
        names = self._names([cell for cell, _ in cells])
        self.extra_names = dict(zip([cell for cell, _ in cells], names, strict=True))
        pairs = ", ".join(f"{quote(name)}, {value}" for name, (_, value) in zip(names, cells, strict=True))
        return f"nullif(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')"

    def _names(self, cells: Sequence[int]) -> list[str]:
        """Headers that are not empty and not twice the same."""
        names: list[str] = []
        for cell in cells:
            name = self.match.header[cell].strip() or f"column {cell + 1}"
            while name in names:
                name = f"{name} ({cell + 1})"
            names.append(name)
        return names

    def _derived(self, typed: dict[str, str]) -> dict[str, str]:
        """Columns made of others: the end of a day, and what the export leaves empty."""
        derived: dict[str, str] = {}
        if "period_start" in typed and typed.get("period_end") == typed["period_start"]:
            del typed["period_end"]
            derived["period_end"] = "period_start"
        for rule in self._rules_with_otherwise():
            sources = [name for name in rule.otherwise if name in typed]
            if not sources:
                continue
            if rule.to == "day":
                if "period_start" not in typed:
                    derived["period_start"] = derived["period_end"] = (
                        f"CAST({quote_identifier(sources[0])} AS DATE)"
                    )
                continue
            together = f"nullif(concat_ws(' ', {_listed(sources)}), '')"
            derived[rule.to] = (
                f"coalesce({quote_identifier(rule.to)}, {together})" if rule.to in typed else together
            )
        return derived

    def _rules_with_otherwise(self) -> list[ColumnRule]:
        if self.dataset is None:
            return []
        rules = [*self.match.report.columns, *self.match.platform.columns]
        known = {column.name for column in self.dataset.columns} | {"day"}
        return [rule for rule in rules if rule.otherwise and rule.to in known]

    def _kind(self, typed: Mapping[str, str]) -> str:
        # Only cells that are read anyway: naming a cell makes the scan keep it.
        read = sorted({cell for bound in self.match.bound for cell in bound.cells} | {*self.match.unmapped})
        cases = [f"WHEN coalesce({', '.join(f'c{cell}' for cell in read)}) IS NULL THEN 'blank'"]
        notes = self.match.platform.note_rows
        if notes and self.width > 1:
            others = ", ".join(f"c{cell}" for cell in range(1, self.width))
            patterns = " OR ".join(f"regexp_full_match(trim(c0), {quote(pattern)})" for pattern in notes)
            cases.append(f"WHEN coalesce({others}) IS NULL AND ({patterns}) THEN 'note'")
        totals = self.totals
        if totals:
            cases.append(f"WHEN {self._is_total(totals)} THEN 'total'")
        needed = [quote_identifier(name) for name in self.match.report.keep_where if name in typed]
        if needed:
            cases.append(
                f"WHEN coalesce({', '.join(f'{name}::VARCHAR' for name in needed)}) IS NULL THEN 'other'"
            )
        return f"CASE {' '.join(cases)} END"

    def _is_total(self, totals: Totals) -> str:
        dimensions = self._dimension_cells()
        if totals.rule == "empty_dimensions":
            cells = dimensions or [0]
            return f"coalesce({', '.join(f'c{cell}' for cell in cells)}) IS NULL"
        cells, pattern = self._label_cells(totals), quote(_label_pattern(totals))
        # Every row is asked the first, cheap question; hardly any the others.
        likely = _may_be_labelled([f"c{cell}" for cell in cells], totals)
        others = ", ".join(f"c{cell}" for cell in self._entity_cells()) or "NULL"
        unlabelled = f"c IS NOT NULL AND NOT regexp_full_match(c, {pattern})"
        contradicted = f"len(list_filter([{others}], lambda c: {unlabelled})) > 0"
        return f"CASE WHEN {likely} THEN {self._labels(totals)} IS NOT NULL AND NOT {contradicted} END"

    def _label(self) -> str:
        totals = self.totals
        if not totals or totals.rule != "label":
            return "NULL::VARCHAR"
        return f"CASE WHEN _kind = 'total' THEN {self._labels(totals)} END"

    def _labels(self, totals: Totals) -> str:
        """The first label in the row."""
        cells = ", ".join(f"c{cell}" for cell in self._label_cells(totals))
        pattern = quote(_label_pattern(totals))
        return f"trim(list_extract(list_filter([{cells}], lambda c: regexp_full_match(c, {pattern})), 1))"

    def _label_cells(self, totals: Totals) -> list[int]:
        """The first cells and, as segments may stand in front of it, the name the report is about."""
        named = {*self.match.report.all[0].split("|")}
        about = {bound.cells[0] for bound in self.match.bound if named.intersection(bound.targets)}
        first = range(self.width if totals.anywhere else min(totals.cells, self.width))
        return sorted(about.union(first))

    def _entity_cells(self) -> list[int]:
        """Cells of the dimensions that say what a row is about."""
        return [
            cell for bound in self._dimension_bounds() if not bound.rule.breakdown for cell in bound.cells
        ]

    def _dimension_cells(self) -> list[int]:
        """Entity cells, breakdowns and days: all empty in an unlabelled totals row."""
        days = [b.cells[0] for b in self.match.bound if b.rule.to in DATED]
        return [cell for bound in self._dimension_bounds() for cell in bound.cells] + days

    def _dimension_bounds(self) -> list[Bound]:
        if self.dataset is None:
            return []
        names = {column.name for column in self.dataset.columns if column.kind == "dimension"} | {
            "account_name"
        }
        return [
            bound for bound in self.match.bound
            if bound.kind in TEXT_KINDS and (bound.rule.breakdown or names.intersection(bound.targets))
        ]  # fmt: skip

    def _bad(self, columns: Sequence[str]) -> str:
        """``header␟value`` of the first cell that says something unreadable."""
        cases = []
        for bound in self.match.bound:
            if bound.kind in TEXT_KINDS or self.dataset is None:
                continue
            name = bound.rule.to if bound.rule.to in columns else "period_start"
            if name not in columns:
                continue
            cell = bound.cells[0]
            shown = f"{quote(self.match.header[cell] + SEPARATOR)} || c{cell}"
            unless = f" AND NOT {is_bound(f'c{cell}')}" if bound.rule.censored else ""
            unread = f"{quote_identifier(name)} IS NULL"
            if bound.kind in ("date", "datetime"):
                unread = f"({unread} OR NOT {quote_identifier(name)} BETWEEN {_POSSIBLE_DAYS})"
            cases.append(f"WHEN {unread} AND c{cell} IS NOT NULL{unless} THEN {shown}")
        if "period_start" in columns:
            cases.append(f"WHEN period_start IS NULL OR period_end IS NULL THEN {quote('date' + SEPARATOR)}")
            cases.append(
                f"WHEN NOT period_start BETWEEN {_REPORTED_DAYS} OR NOT period_end BETWEEN {_REPORTED_DAYS} "
                f"THEN {quote('date' + SEPARATOR)} || period_start::VARCHAR"
            )
            cases.append(
                f"WHEN period_end < period_start THEN {quote('date' + SEPARATOR)} || period_end::VARCHAR"
            )
        return f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"

    def _is_note(self, line: str) -> bool:
        # Spreadsheets pad lines with separators, not always as many as the table has.
        text = line.strip(f'" \t\r\n{self.grid.separator}')
        return not text or any(re.fullmatch(pattern, text) for pattern in self.match.platform.note_rows)

    # -- what cannot be scanned as it is ----------------------------------------------------------

    def _is_complete(self, structural: Sequence[Reject]) -> bool:
        """Whether every line of the file is accounted for; line breaks inside cells are counted exactly."""
        if self.grid.data_lines is None:
            return True
        counted = self.connection.execute(f"SELECT count(*) FROM {self.relation}").fetchone()
        records = counted[0] if counted else 0
        seen = records + sum(reject.value.count("\n") + 1 for reject in structural)
        if seen == self.grid.data_lines:
            return True
        return bool(records + len(structural) == sum(1 for _ in self.python_records(notes=False)))

    def python_records(self, *, notes: bool = True) -> Iterator[tuple[int, list[str]]]:
        """Non-empty records below the header with the line of ``grid.path`` they begin in."""
        with self.grid.path.open(encoding="utf-8-sig", newline="") as handle:
            for _ in range(self.grid.skip):
                handle.readline()
            reader = csv.reader(handle, delimiter=self.grid.separator)
            line = self.grid.skip + 1
            for record in reader:
                if record and (
                    notes or not self._is_note(self.grid.separator.join(record)) or len(record) == self.width
                ):
                    yield line, record
                line = self.grid.skip + reader.line_num + 1

    def _rewrite(self) -> int:
        """Let Python's csv read a file the engine cannot follow (mixed or bare line ends); its records."""
        rewritten = self.target.with_suffix(".rewritten.csv")
        count = 0
        try:
            with rewritten.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                for _, record in self.python_records():
                    writer.writerow(record)
                    count += 1
        except (csv.Error, UnicodeDecodeError) as error:
            raise problem("E-SRC-14", str(error), where=self.grid.part) from None
        self.grid.path, self.grid.skip, self.grid.separator = rewritten, 0, ","
        self.grid.data_lines = None
        return count


def _label_pattern(totals: Totals) -> str:
    """A pattern of all labels, blanks around them allowed; a label that ends in ``*`` is a beginning."""
    labels = [re.escape(label.removesuffix("*")) + ".*" * label.endswith("*") for label in totals.labels]
    return rf"(?s)\s*({'|'.join(labels)})\s*"


def _may_be_labelled(cells: Sequence[str], totals: Totals) -> str:
    """A cheap test that settles nearly every row: does any cell begin as a label or a blank does?"""
    first = sorted({ord(label[0]) for label in totals.labels if label} | {ord(" "), ord("\u00a0")})
    listed = ", ".join(map(str, first))
    return " OR ".join(f"ord({cell}) IN ({listed})" for cell in cells)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quote_identifier, names))


def _aliased(columns: Mapping[str, str]) -> str:
    return "".join(f", {sql} AS {quote_identifier(name)}" for name, sql in columns.items())


def _structural_reason(message: str) -> str:
    lowered = message.lower()
    if "expected number of columns" in lowered:
        return (
            message.split("\n")[0]
            .replace("Expected Number of Columns", "cells expected")
            .replace("Found", "found")
        )
    if "unterminated quote" in lowered:
        return "a quote is not closed"
    return message.split("\n")[0]


def _stated_period(grid: Grid) -> Period | None:
    stated = grid.attributes.get("period")
    return find_period(stated, single_day=True) if stated else None


def count_records(grid: Grid) -> int:
    """The non-empty records below the header of a small table."""
    with grid.path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(itertools.islice(handle, grid.skip, None), delimiter=grid.separator)
        return sum(1 for row in rows if row)
