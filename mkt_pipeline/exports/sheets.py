"""Workbooks and HTML tables: each sheet or table as a csv, within bounds.

What is here: xlsx and xls sheets, and the HTML and XML tables that some platforms save under the name
``.xls``. What is not: finding headers in them (:mod:`.read`).

A workbook is untrusted: its parts are unpacked once under a budget, and its cells are counted, before a
library reads it, because a few bytes can claim a sheet of billions of cells. Where the count cannot promise
that it stays small, and for the old format, the library works in a process of its own: what it cannot cope
with ends that process and not this one.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports.archives import Budget, opened
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.text import CHUNK, Scan, possible_encodings, read_head

MAX_CELLS = 50_000_000
MAX_COLUMNS = 16_384
MAX_SHEETS = 1_000
MAX_HTML_BYTES = 500_000_000
MAX_CELL_TEXT = 1 << 20
_MAX_OPEN, _MAX_OPEN_AT_END = 4 << 20, 1 << 16
"""Characters of a tag, comment or script that is not closed yet: the parser reads all of it again with each
chunk, and at the end of the page again and again."""

_SMALL_BYTES = 500_000_000
"""Memory up to which a workbook is read in this process."""
_MOST_BYTES, _MOST_BYTES_OLD = 2_000_000_000, 1_300_000_000
_MOST_SECONDS = 600
"""Bounds of the process that reads any other; the old format has at most a quarter of the cells."""
_BYTES_A_CELL = 32
_HOLLOW, _HOLLOW_FREE = 50, 200_000
"""A sheet may reach over as many cells for each one it states; the number that matters to no sheet."""
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*>')
_CELL_MARKS = [start + end for start in (b"<c", b":c") for end in (b" ", b"\t", b"\r", b"\n", b">", b"/")]
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
    is_small = read_head(path)[:2] == b"PK" and _count(path).is_small
    return (_read if is_small else _read_apart)(path, scratch, prefix)


def _read(path: Path, scratch: Path, prefix: str) -> list[Sheet]:
    from python_calamine import CalamineWorkbook

    try:
        # By its content: platforms name either kind .xls.
        with path.open("rb") as handle, CalamineWorkbook.from_filelike(handle) as book:
            if len(book.sheet_names) > MAX_SHEETS:
                raise problem("E-SRC-19", f"{len(book.sheet_names):,} sheets", where=path.name)
            return [
                _write_sheet(book.get_sheet_by_name(name), name, scratch / f"{prefix}-{number}.csv")
                for number, name in enumerate(book.sheet_names, start=1)
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError, DataError):
        raise
    except BaseException as error:  # the library raises unrelated types, and a panic is no Exception
        shown = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise problem("E-SRC-03", f"the workbook cannot be read ({shown})", where=path.name) from None


def _read_apart(path: Path, scratch: Path, prefix: str) -> list[Sheet]:
    """Read in a process of its own: a library that gets no more memory ends the process it works in."""
    command = f"from {__name__} import read_and_tell; read_and_tell()"
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter, no shell)
            [sys.executable, "-c", command, str(path), str(scratch), prefix],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0"},
            capture_output=True, timeout=_MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise problem("E-SRC-19", f"reading it takes more than {_MOST_SECONDS} s", where=path.name) from None
    if done.returncode:
        raise problem("E-SRC-03", "the workbook cannot be read: reading it ended the reader", where=path.name)
    told = json.loads(done.stdout)
    if isinstance(told, dict):
        raise problem(told["code"], told["found"], where=path.name)
    return [Sheet(name, Path(file), rows) for name, file, rows in told]


def read_and_tell() -> None:
    """The process of :func:`_read_apart`: bounded memory; sheets, or what is wrong, as JSON on stdout."""
    if os.name == "posix":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        bound = _MOST_BYTES if read_head(Path(sys.argv[1]))[:2] == b"PK" else _MOST_BYTES_OLD
        bound = bound if most == resource.RLIM_INFINITY else min(most, bound)
        resource.setrlimit(resource.RLIMIT_AS, (bound, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = _read(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
        print(json.dumps([[sheet.name, str(sheet.path), sheet.rows] for sheet in found]))
    except DataError as error:
        print(json.dumps({"code": error.code, "found": error.found}))


@dataclass
class _Count:
    """What the parts of a workbook amount to."""

    cells: int = 0
    extent: int = 0
    """Cells from A1 to the last one, which the library keeps, empty ones too."""
    longest_text: int = 0
    """Of the texts that cells share, each of which keeps its own."""
    is_usual: bool = True
    """Whether all cells are written as nearly everybody writes them, so that none was missed."""

    @property
    def is_small(self) -> bool:
        """Whether reading it stays within a small part of the memory."""
        return self.is_usual and self.extent * _BYTES_A_CELL + self.cells * self.longest_text <= _SMALL_BYTES


def _count(path: Path) -> _Count:
    budget, count = Budget(path), _Count()
    with opened(path) as archive:
        for info in archive.infolist():
            name = info.filename.replace("\\", "/").lower()
            if info.flag_bits & 1:
                raise problem("E-SRC-04", "the workbook is encrypted", where=path.name)
            if name in ("content.xml", "xl/workbook.bin"):
                raise problem("E-SRC-02", "the content is an .ods or .xlsb workbook", where=path.name)
            _count_part(archive, info, budget, count, shared=name.endswith("sharedstrings.xml"))
    return count


def _count_part(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, count: _Count, *, shared: bool
) -> None:
    """Unpack one part for its size, its declarations, its texts and the corner of its cells."""
    rows = columns = text = 0
    tail = b""
    for chunk in budget.chunks(archive, info):
        window = tail + chunk
        if _DECLARATION.search(window):
            raise problem("E-SRC-04", f"{info.filename} declares XML entities", where=budget.path.name)
        if shared:
            lengths = [len(piece) for piece in chunk.split(b"si>")]
            lengths[0] += text
            count.longest_text, text = max(count.longest_text, *lengths), lengths[-1]
            tail = chunk[-32:]
            continue
        # What follows the last tag belongs to the next chunk, unless it is no tag at all.
        place = window.rfind(b"<")
        is_open = place >= 0 and b">" not in window[place:] and len(window) - place < CHUNK
        tail = window[place:] if is_open else b""
        window = window.removesuffix(tail)
        found = _CELL.findall(window)
        for letters, number in found:
            rows, columns = max(rows, int(number)), max(columns, _column_number(letters))
        cells = sum(window.count(mark) for mark in _CELL_MARKS)
        count.cells += cells
        count.is_usual = count.is_usual and cells == len(found)
    count.extent += rows * columns
    is_hollow = count.extent > _HOLLOW * max(count.cells, _HOLLOW_FREE)
    if count.extent > MAX_CELLS or columns > MAX_COLUMNS or is_hollow:
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
    """Write a sheet; rows above its first cell count, so that line numbers are those of the sheet."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
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
                    parser.refuse_open_end(_MAX_OPEN)
            parser.refuse_open_end(_MAX_OPEN_AT_END)
            parser.finish()
        except UnicodeDecodeError:
            parser.abandon()
            continue
        except (AssertionError, ValueError, RecursionError) as error:  # what the parser raises for odd markup
            parser.abandon()
            raise problem("E-SRC-03", f"the page cannot be read ({error})"[:300], where=path.name) from None
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
        self._length = 0
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
            skipped = min(max(0, place - 1 - len(self._row)), MAX_COLUMNS)
            self._row += [""] * skipped
            self._cells += skipped
            self._span = min(max(1, _whole(said.get("colspan"))), MAX_COLUMNS)
            self._text, self._length = [], 0
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
            self._length += len(data)
            if self._length > MAX_CELL_TEXT:
                found = f"a cell of row {self._count + 1} is longer than {MAX_CELL_TEXT:,} characters"
                raise problem("E-SRC-19", found)
        elif self._in_title:
            self.title = (self.title + data)[:200]

    def refuse_open_end(self, most: int) -> None:
        """Stop where what is not closed is longer than ``most`` characters."""
        if len(self.rawdata) > most and not self.cdata_elem:
            self.abandon()
            raise problem("E-SRC-03", f"a tag or comment of the page is not closed after {most:,} characters")

    def finish(self) -> None:
        """Close what the page left open."""
        self.close()
        self._end_table()

    def abandon(self) -> None:
        """Leave a page that cannot be read."""
        if self._out is not None:
            self._out.close()

    def _start_table(self) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise problem("E-SRC-19", f"the page has more than {MAX_SHEETS:,} tables")
        target = self._scratch / f"{self._prefix}-{len(self.sheets) + 1}.csv"
        self._out = target.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._count = 0

    def _end_cell(self) -> None:
        if self._text is None or self._row is None:
            return
        self._row.append(" ".join("".join(self._text).split()))
        self._row += [""] * (self._span - 1)
        self._cells += self._span
        self._text, self._span = None, 1
        if len(self._row) > MAX_COLUMNS or self._cells > MAX_CELLS:
            self._out.close()
            found = f"row {self._count + 1} has more than {MAX_COLUMNS:,} cells, or the page {MAX_CELLS:,}"
            raise problem("E-SRC-19", found)

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
