"""Published tables as files: Parquet for tools, csv and xlsx for people.

What is here: one file per table, written aside and renamed when all are whole. What is not: choosing what a
reader sees (everything here reads the published file as it is), or printing.

Memory is bounded: tables are streamed. Cells that a spreadsheet would run as a formula are disarmed. What a
format cannot hold is an error before anything is written, or told with the result: nothing is cut in silence.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError, EnvironmentProblem
from mkt_pipeline.warehouse.files import open_published
from mkt_pipeline.warehouse.queries import FORMULA_STARTS, TableDescription, read_tables, table_named
from mkt_pipeline.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

Format = Literal["parquet", "csv", "xlsx"]
DEFAULT_SCHEMAS: Final = ("mart", "metrics")
MEMORY_LIMIT: Final = "1GB"

XLSX_ROWS: Final = 1_048_575
"""Rows of a sheet below its header."""
XLSX_COLUMNS: Final = 16_384
XLSX_TEXT: Final = 32_767
"""Characters of a cell."""
XLSX_NAME: Final = 31
"""Characters of a sheet's name."""
_FIRST_EXCEL_YEAR: Final = 1900
_FORMULA = f"^[{re.escape(FORMULA_STARTS)}]"
_BATCH = 10_000
_WIDEST, _SAMPLED_ROWS = 60, 200
_HUGE = ("HUGEINT", "UHUGEINT")


@dataclass(frozen=True)
class Exported:
    """One file written; ``notes`` tell what the format could not hold as it was."""

    table: str
    path: Path
    rows: int
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(self), "path": str(self.path)}


def export_tables(
    workspace: Workspace,
    format_: Format,
    names: Sequence[str] | None = None,
    folder: Path | None = None,
    *,
    overwrite: bool = False,
    on_table: Callable[[Exported], None] | None = None,
) -> list[Exported]:
    """Write tables of the published file to ``folder``, each as ``schema.table.<format>``.

    Args:
        workspace: whose published file.
        format_: which kind of file.
        names: tables, with or without schema; by default every table of schemas mart and metrics.
        folder: where to; by default ``export/`` of the workspace. Made if missing.
        overwrite: whether files of these names may be replaced.
        on_table: called when a table is written aside.

    Raises:
        ConfigError: ``E-DB-22`` no such table, ``E-DB-24`` the folder or files are in the way, ``E-DB-25`` a
            table does not fit a sheet. Nothing was written then.
        EnvironmentProblem: ``E-DB-11`` the files cannot be written, such as on a full disk.
        DataError: as :func:`~mkt_pipeline.warehouse.files.open_published`.
    """
    import duckdb

    target = folder or workspace.export_folder
    write = {"parquet": _write_parquet, "csv": _write_csv, "xlsx": _write_xlsx}[format_]
    written = []
    try:
        # One opening from the first look to the last row: a publication meanwhile changes nothing.
        with open_published(workspace, config={"memory_limit": MEMORY_LIMIT}) as connection:
            chosen = _chosen(connection, names, str(workspace.published_file))
            paths = _free_paths(target, chosen, format_, overwrite)
            if format_ == "xlsx":
                _fit_sheets(connection, chosen)
            with _staging(target) as staging:
                for table, path in zip(chosen, paths, strict=True):
                    rows, notes = write(connection, table, staging / path.name)
                    written.append(Exported(table.qualified, path, rows, notes))
                    if on_table:
                        on_table(written[-1])
                for path in paths:
                    lake.commit(staging / path.name, path)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise EnvironmentProblem(
            "E-DB-11", f"the files cannot be written ({str(error).splitlines()[0]})", where=str(target),
            expected="a folder with room and the right to write", fix="check the disk, or name another --to",
        ) from error  # fmt: skip
    return written


def _chosen(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None, where: str
) -> list[TableDescription]:
    known = read_tables(connection)
    if names:
        found = [table_named(known, name, where) for name in names]
        return list({table.qualified: table for table in found}.values())
    return [table for table in known if table.schema in DEFAULT_SCHEMAS]


def _free_paths(
    folder: Path, chosen: Sequence[TableDescription], format_: Format, overwrite: bool
) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise ConfigError(
            "E-DB-24", "there is a file of that name", where=str(folder), expected="a folder, or none yet",
            fix="name another folder with --to",
        )  # fmt: skip
    paths = [folder / f"{_file_name(table.qualified)}.{format_}" for table in chosen]
    taken = [path for path in paths if path.is_dir() or (path.exists() and not overwrite)]
    if taken:
        raise ConfigError(
            "E-DB-24", f"{len(taken)} of the files exist, such as {taken[0].name}", where=str(folder),
            expected="a folder without them",
            fix="name another folder with --to"
            if any(path.is_dir() for path in taken)
            else "--overwrite replaces them; --to names another folder",
        )  # fmt: skip
    return paths


def _file_name(table: str) -> str:
    """A table's name as one name in a folder, never a path; different for different tables."""
    return re.sub(r"[^\w.-]", lambda match: f"%{ord(match[0]):02x}", table)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder of our own in the same place: what is in it is renamed into place, or gone."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _relation(table: TableDescription) -> str:
    return f"{lake.quote_identifier(table.schema)}.{lake.quote_identifier(table.name)}"


def _count(connection: duckdb.DuckDBPyConnection, table: TableDescription) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {_relation(table)}").fetchall()[0]
    return int(count)


# -- parquet and csv: DuckDB writes -------------------------------------------------------------------


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, table: TableDescription, path: Path
) -> tuple[int, list[str]]:
    """Types as they are; Parquet has none for integers of 128 bits, and would round them."""
    picks = [
        f"CAST({name} AS DECIMAL(38, 0)) AS {name}" if column.type in _HUGE else name
        for column in table.columns
        for name in [lake.quote_identifier(column.name)]
    ]
    return _copy(connection, table, picks, path, "FORMAT parquet, COMPRESSION zstd")


def _write_csv(
    connection: duckdb.DuckDBPyConnection, table: TableDescription, path: Path
) -> tuple[int, list[str]]:
    """Numbers exact, texts disarmed; spreadsheets read Chinese only after a byte order mark."""
    picks = [
        f"CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN '''' || {name} ELSE {name} END AS {name}"
        if column.type == "VARCHAR"
        else name
        for column in table.columns
        for name in [lake.quote_identifier(column.name)]
    ]
    bare = path.with_suffix(".bare")
    rows, notes = _copy(connection, table, picks, bare, "FORMAT csv, HEADER true")
    with bare.open("rb") as source, path.open("wb") as target:
        target.write(b"\xef\xbb\xbf")
        shutil.copyfileobj(source, target)
    bare.unlink()
    return rows, notes


def _copy(
    connection: duckdb.DuckDBPyConnection,
    table: TableDescription,
    picks: Sequence[str],
    path: Path,
    options: str,
) -> tuple[int, list[str]]:
    (rows,) = connection.execute(
        f"COPY (SELECT {', '.join(picks)} FROM {_relation(table)}) TO {lake.quote(str(path))} ({options})"
    ).fetchall()[0]
    return int(rows), []


# -- xlsx ---------------------------------------------------------------------------------------------


def _fit_sheets(connection: duckdb.DuckDBPyConnection, chosen: Sequence[TableDescription]) -> None:
    for table in chosen:
        rows = _count(connection, table)
        if rows > XLSX_ROWS or len(table.columns) > XLSX_COLUMNS:
            raise ConfigError(
                "E-DB-25", f"{rows:,} rows × {len(table.columns):,} columns", where=table.qualified,
                expected=f"at most {XLSX_ROWS:,} rows and {XLSX_COLUMNS:,} columns, as a sheet can hold",
                fix="export it as csv or parquet, or leave it out by naming the others with --table",
            )  # fmt: skip


def _write_xlsx(
    connection: duckdb.DuckDBPyConnection, table: TableDescription, path: Path
) -> tuple[int, list[str]]:
    """One workbook with one sheet, row by row: memory does not grow with the table."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    notes = []
    name = re.sub(r"[\[\]:*?/\\]", "_", table.name)[:XLSX_NAME]
    if name != table.name:
        notes.append(f"the sheet is called {name}: its name holds {XLSX_NAME} characters at most")
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
    try:
        with xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False}) as workbook:
            sheet = _Sheet(workbook, name, table)
            cursor = connection.execute(f"SELECT * FROM {_relation(table)}")
            while batch := cursor.fetchmany(_BATCH):
                sheet.add(batch)
            notes += sheet.notes()
    except XlsxFileError as error:
        raise OSError(str(error)) from error
    return sheet.rows, notes


class _Sheet:
    """A sheet that is filled from top to bottom, and what it could not hold as it was."""

    def __init__(self, workbook: Any, name: str, table: TableDescription) -> None:
        self.sheet = workbook.add_worksheet(name)
        self.names = [column.name for column in table.columns]
        self.rows = self.cut = self.as_text = 0
        self.bold = workbook.add_format({"bold": True})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.disarmed = workbook.add_format({"quote_prefix": True})
        self.is_started = False

    def add(self, batch: Sequence[Sequence[Any]]) -> None:
        """Write rows below those written before; the first ones say how wide the columns are."""
        if not self.is_started:
            self._start(batch[:_SAMPLED_ROWS])
        for row in batch:
            self.rows += 1
            for place, value in enumerate(row):
                if value is not None:
                    self._write(self.rows, place, value)

    def notes(self) -> list[str]:
        """What a reader must know."""
        if not self.is_started:
            self._start([])
        found = (
            (self.cut, f"texts were cut to the {XLSX_TEXT:,} characters a cell holds"),
            (self.as_text, "numbers or dates a cell cannot hold exactly were written as text"),
        )
        return [f"{count:,} {words}" for count, words in found if count]

    def _start(self, sample: Sequence[Sequence[Any]]) -> None:
        # Widths and the frozen header come before the first row: rows are written out as they come.
        self.is_started = True
        for place, name in enumerate(self.names):
            longest = max((len(str(row[place])) for row in sample if row[place] is not None), default=0)
            self.sheet.set_column(place, place, min(max(longest, len(name)) + 2, _WIDEST))
        self.sheet.freeze_panes(1, 0)
        for place, name in enumerate(self.names):
            self.sheet.write_string(0, place, name, self.bold)

    def _write(self, row: int, place: int, value: Any) -> None:
        if isinstance(value, bool):
            self.sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float | Decimal):
            if _is_exact(value):
                self.sheet.write_number(row, place, float(value))
            else:
                self._write_text(row, place, str(value), is_number=True)
        elif isinstance(value, dt.date):
            if value.year >= _FIRST_EXCEL_YEAR and getattr(value, "tzinfo", None) is None:
                shape = self.moment if isinstance(value, dt.datetime) else self.day
                self.sheet.write_datetime(row, place, value, shape)
            else:
                self._write_text(row, place, str(value), is_number=True)
        else:
            self._write_text(row, place, str(value))

    def _write_text(self, row: int, place: int, text: str, *, is_number: bool = False) -> None:
        self.as_text += is_number
        self.cut += len(text) > XLSX_TEXT
        shape = self.disarmed if re.match(_FORMULA, text) else None
        self.sheet.write_string(row, place, text[:XLSX_TEXT], shape)


def _is_exact(value: int | float | Decimal) -> bool:
    """Whether a cell, which keeps 15 digits, shows the number as it is. Floats were never more exact."""
    if isinstance(value, float):
        return math.isfinite(value)
    return Decimal(f"{float(value):.15g}") == value
