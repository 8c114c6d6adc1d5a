"""Workbooks and HTML tables: each sheet or table as a csv, within bounds.

What is here: xlsx and xls sheets, and the HTML and XML tables that some platforms save under the name
``.xls``. What is not: finding headers in them (:mod:`.read`).

A workbook is untrusted: its parts are unpacked once under a budget, and its cells are counted, before a
library reads it, because a few bytes can claim a sheet of billions of cells.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkt_pipeline.exports.archives import Budget, opened
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.text import CHUNK, Scan, possible_encodings, read_head

MAX_CELLS = 50_000_000
MAX_COLUMNS = 16_384
MAX_HTML_BYTES = 500_000_000

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|meta|style|table|\?xml|workbook)", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """One sheet or table written as csv."""

    name: str
    path: Path
    rows: int


def is_markup(head: bytes) -> bool:
    """Whether the content is HTML or XML."""
    return _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


# -- workbooks ------------------------------------------------------------------------------------


def read_workbook(path: Path, scratch: Path, prefix: str) -> list[Sheet]:
    """Every sheet of a workbook as csv below ``scratch``, values as a csv export would show them.

    Raises:
        DataError: ``E-SRC-03`` damaged or encrypted, ``E-SRC-04`` a bomb or with XML entities, ``E-SRC-19``
        too large.
    """
    from python_calamine import CalamineWorkbook

    if read_head(path)[:2] == b"PK":
        _check_workbook(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [
                _write_sheet(book.get_sheet_by_name(name), name, scratch / f"{prefix}-{number}.csv")
                for number, name in enumerate(book.sheet_names, start=1)
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the library raises unrelated types, and a panic is no Exception
        shown = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise problem("E-SRC-03", f"the workbook cannot be read ({shown})", where=path.name) from None


def _check_workbook(path: Path) -> None:
    budget = Budget(path)
    with opened(path) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise problem("E-SRC-04", "the workbook is encrypted", where=path.name)
            if info.filename.endswith((".xml", ".rels")):
                _check_part(archive, info, budget)


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> None:
    """Unpack one part for its size, its declarations and the corner of its cells."""
    rows = columns = 0
    tail = b""
    for chunk in budget.chunks(archive, info):
        window = tail + chunk
        if _DECLARATION.search(window):
            raise problem("E-SRC-04", f"{info.filename} declares XML entities", where=budget.path.name)
        for letters, number in _CELL.findall(window):
            rows, columns = max(rows, int(number)), max(columns, _column_number(letters))
        tail = window[-32:]
    if rows * columns > MAX_CELLS or columns > MAX_COLUMNS:
        raise problem(
            "E-SRC-19", f"{info.filename} reaches from A1 to row {rows:,}, column {columns:,}",
            where=budget.path.name,
        )  # fmt: skip


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _write_sheet(sheet: Any, name: str, target: Path) -> Sheet:
    count = 0
    first = sheet.start[0] if sheet.start else 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        # Rows above the first cell count as lines, so that line numbers are those of the sheet.
        for _ in range(min(first, MAX_COLUMNS)):
            writer.writerow([""] * max(sheet.width, 2))
            count += 1
        for row in sheet.iter_rows():
            writer.writerow([_cell(value) for value in row])
            count += 1
    return Sheet(name, target, count)


def _cell(value: object) -> str:
    """A spreadsheet value as a csv cell: whole floats without a point, no exponents, ISO dates."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _plain(value)
    if isinstance(value, dt.datetime):
        return (
            value.isoformat(sep=" ", timespec="seconds")
            if value.time() != dt.time()
            else value.date().isoformat()
        )
    return str(value)


def _plain(value: float) -> str:
    shown = repr(value)
    return shown if "e" not in shown else f"{value:.12f}".rstrip("0")


# -- markup ---------------------------------------------------------------------------------------


def read_markup(path: Path, scanned: Scan, scratch: Path, prefix: str) -> list[Sheet]:
    """Every table of an HTML page or an XML workbook as csv.

    Raises:
        DataError: ``E-SRC-02`` a page without a table, ``E-SRC-05`` no known encoding, ``E-SRC-19`` too
        large.
    """
    if scanned.bytes > MAX_HTML_BYTES:
        raise problem("E-SRC-19", f"the page has {scanned.bytes:,} bytes", where=path.name)
    for encoding in possible_encodings(read_head(path), scanned):
        parser = _Tables(scratch, prefix)
        try:
            with path.open(encoding=encoding.codec, newline="") as handle:
                while text := handle.read(CHUNK):
                    parser.feed(text)
            parser.finish()
        except UnicodeDecodeError:
            parser.finish()
            continue
        if parser.sheets:
            return parser.sheets
        title = f" titled {parser.title.strip()[:80]!r}" if parser.title.strip() else ""
        raise problem("E-SRC-02", f"the content is a web page{title}, without a table", where=path.name)
    raise problem("E-SRC-05", "the page is of no known encoding", where=path.name)


class _Tables(HTMLParser):
    """Writes the rows of each table as they end. Entities stand for characters only, so nothing expands."""

    ROWS = frozenset({"tr", "row", "ss:row"})
    CELLS = frozenset({"td", "th", "cell", "ss:cell"})
    TABLES = frozenset({"table", "ss:table"})

    def __init__(self, scratch: Path, prefix: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self.title = ""
        self._scratch, self._prefix = scratch, prefix
        self._name = ""
        self._rows: Iterator[Any] | Any = None
        self._out: Any = None
        self._count = self._cells = 0
        self._row: list[str] | None = None
        self._text: list[str] | None = None
        self._span = 1
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in self.TABLES:
            self._end_table()
            self._start_table()
        elif tag == "worksheet":
            self._name = said.get("ss:name") or ""
        elif tag in self.ROWS and self._out:
            self._end_row()
            self._row = []
        elif tag in self.CELLS and self._row is not None:
            self._end_cell()
            place = _whole(said.get("ss:index"))
            self._row += [""] * min(max(0, place - 1 - len(self._row)), MAX_COLUMNS)
            self._span = min(max(1, _whole(said.get("colspan"))), MAX_COLUMNS)
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        if tag in self.TABLES:
            self._end_table()
        elif tag in self.ROWS:
            self._end_row()
        elif tag in self.CELLS:
            self._end_cell()
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)
        elif self._in_title:
            self.title += data[:200]

    def finish(self) -> None:
        """Close what the page left open."""
        self.close()
        self._end_table()

    def _start_table(self) -> None:
        target = self._scratch / f"{self._prefix}-{len(self.sheets) + 1}.csv"
        self._out = target.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._count = 0

    def _end_cell(self) -> None:
        if self._text is None or self._row is None:
            return
        self._row.append(" ".join("".join(self._text).split()))
        self._row += [""] * (self._span - 1)
        self._text, self._span = None, 1
        self._cells += 1
        if len(self._row) > MAX_COLUMNS or self._cells > MAX_CELLS:
            self._out.close()
            raise problem("E-SRC-19", f"row {self._count + 1} has more than {MAX_COLUMNS:,} cells")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None and self._out:
            self._writer.writerow(self._row if len(self._row) != 1 else [*self._row, ""])
            self._count += 1
        self._row = None

    def _end_table(self) -> None:
        self._end_row()
        if self._out is None:
            return
        self._out.close()
        if self._count > 0:
            name = self._name or (f"table {len(self.sheets) + 1}" if self.sheets else "")
            self.sheets.append(Sheet(name, Path(self._out.name), self._count))
        self._out = None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0
