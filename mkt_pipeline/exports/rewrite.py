"""Files written anew with other cells and the same shape: encoding, quoting, line ends, sheets, members.

What is here: telling how a file is put together, reading its rows, and writing a copy in which single cells
differ. What is not: which cells, and what they become; the caller decides. Text is streamed; a cell that is
not changed keeps its bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from mkt_pipeline import lake
from mkt_pipeline.exports import archives, files
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.recognise import DELIMITERS
from mkt_pipeline.exports.records import flatten, is_json, is_parquet
from mkt_pipeline.exports.sheets import is_markup, read_markup
from mkt_pipeline.exports.text import (
    head_lines,
    is_plausible,
    possible_encodings,
    read_head,
    scan_file,
)

_MOST_LINES_OF_A_CELL = 2_000

Kind = Literal["text", "workbook", "old workbook", "page", "records", "other"]


class Part(NamedTuple):
    """Where a row stands: member of an archive or folder, sheet of a workbook; empty where there is none."""

    member: str
    sheet: str


@dataclass(frozen=True)
class Layout:
    """How a text is put together."""

    codec: str
    """Python's name of the encoding, without a byte order mark."""
    bom: bool
    delimiter: str


@dataclass
class Member:
    """One file of what was dropped; the file itself where it is no archive or folder."""

    name: str
    path: Path
    kind: Kind
    info: zipfile.ZipInfo | None = None


@dataclass
class Package:
    """What was dropped, taken apart."""

    path: Path
    container: Literal["file", "zip", "folder"]
    members: list[Member]


@dataclass
class Record:
    """One row of a text as written."""

    line: int
    """Where it begins, from 1."""
    raw: list[str]
    """Cells with their quotes."""
    end: str

    @property
    def cells(self) -> list[str]:
        """The cells without their quotes."""
        return [unquoted(cell) for cell in self.raw]


Change = Callable[[Part, int, list[str]], Sequence[str | None] | None]
"""The new cells of a row; None for a cell, or for the whole row, that stays as it is."""
Decide = Callable[[Part, int, int, str], str | None]
"""The new text of a cell, given its place: part, line (from 1), column (from 0), text; None leaves it."""


@dataclass(frozen=True)
class Plan:
    """What of a copy is not cells. Names map old to new; layouts are found where none is given."""

    layouts: Mapping[str, Layout] = field(default_factory=dict)
    """By member."""
    members: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)


def rewrite_cells(path: Path, target: Path, decide: Decide, plan: Plan | None = None) -> list[str]:
    """Write a copy of an export in which single cells differ. See :func:`rewrite_rows`."""

    def change(part: Part, line: int, cells: list[str]) -> list[str | None]:
        return [decide(part, line, column, text) for column, text in enumerate(cells)]

    return rewrite_rows(path, target, change, plan)


def rewrite_rows(path: Path, target: Path, change: Change, plan: Plan | None = None) -> list[str]:
    """Write a copy of an export (file, zip or folder) in which rows differ.

    The copy appears under its name only when it is complete. Encoding, byte order mark, delimiter, quoting
    of each cell, line ends, member names and order, sheets and cell types stay.

    Returns:
        One line for each member that is no table and was left out.

    Raises:
        DataError: ``E-SRC-30`` for a file that can be read but not written (.xls, HTML), ``E-SRC-03`` for a
            damaged one, ``E-SRC-04`` for an archive beyond the bounds.
    """
    plan = plan or Plan()
    temporary = target.with_name(f"{target.name}.part")
    files.remove(temporary) if temporary.exists() else None
    try:
        with opened(path) as package:
            left_out = _write(package, temporary, change, plan)
        temporary.rename(target)
    except BaseException:
        if temporary.exists():
            files.remove(temporary)
        raise
    return left_out


def _write(package: Package, target: Path, change: Change, plan: Plan) -> list[str]:
    if package.container == "file":
        _write_member(package.members[0], target, change, plan)
        return []
    tables = [member for member in package.members if member.kind != "other"]
    if package.container == "folder":
        target.mkdir()
        for member in tables:
            _write_member(
                member, target / files.safe_name(plan.members.get(member.name, member.name)), change, plan
            )
    else:
        _write_zip(tables, target, change, plan)
    return [
        f"{member.name} is no table and is left out" for member in package.members if member.kind == "other"
    ]


def _write_zip(tables: Sequence[Member], target: Path, change: Change, plan: Plan) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, _scratch() as scratch:
        for member in tables:
            written = scratch / "member"
            _write_member(member, written, change, plan)
            assert member.info is not None
            info = zipfile.ZipInfo(plan.members.get(member.name, member.name), member.info.date_time)
            info.compress_type, info.external_attr = member.info.compress_type, member.info.external_attr
            with written.open("rb") as source, archive.open(info, "w", force_zip64=True) as out:
                shutil.copyfileobj(source, out)
            written.unlink()


def _write_member(member: Member, target: Path, change: Change, plan: Plan) -> None:
    refuse(member)
    if member.kind == "workbook":
        _write_workbook(member, target, change, plan)
    else:
        layout = plan.layouts.get(member.name) or sniff(member.path)
        _write_text(member, target, change, layout)


def refuse(member: Member) -> None:
    """Raise for a file that cannot be written anew.

    Raises:
        DataError: ``E-SRC-30``, names the kind.
    """
    what = {
        "old workbook": "an .xls workbook", "page": "an HTML or XML table", "records": "JSON or Parquet",
        "other": "no text and no workbook",
    }.get(member.kind)  # fmt: skip
    if what:
        raise problem("E-SRC-30", f"it is {what}", where=member.name or member.path.name)


# -- taking apart -----------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The files of what was dropped; members of an archive lie in scratch space until the end."""
    if path.is_dir():
        listed = sorted(item for item in path.iterdir() if item.is_file() and item.name[:1] != ".")
        yield Package(path, "folder", [Member(item.name, item, kind_of_file(item)) for item in listed])
    elif archives.is_zip(read_head(path)) and kind_of_file(path) != "workbook":
        with _scratch() as scratch:
            yield Package(path, "zip", _unpacked(path, scratch))
    else:
        yield Package(path, "file", [Member("", path, kind_of_file(path))])


def kind_of_file(path: Path) -> Kind:
    """What a file is, from its first bytes."""
    head = read_head(path)
    if archives.is_zip(head):
        return "workbook" if archives.is_workbook(path) else "other"  # an archive in an archive
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "old workbook"
    if is_markup(head):
        return "page"
    if is_json(head) or is_parquet(head):
        return "records"
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:2]
    return "text" if head and (is_wide or b"\0" not in head) and not head.startswith(b"%PDF") else "other"


def _unpacked(path: Path, scratch: Path) -> list[Member]:
    members: list[Member] = []
    budget = archives.Budget(path)
    with archives.opened(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
        if len(infos) > archives.MAX_MEMBERS or any(info.flag_bits & 1 for info in infos):
            raise problem("E-SRC-04", f"{len(infos)} members, or encrypted", where=path.name)
        for number, info in enumerate(infos):
            target = scratch / str(number)
            with target.open("wb") as out:
                out.writelines(budget.chunks(archive, info))
            members.append(Member(info.filename, target, kind_of_file(target), info))
    return members


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith((".", "~$"))


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mkt-rewrite-") as folder:
        yield Path(folder)


# -- texts ------------------------------------------------------------------------------------------


def codecs_of(path: Path) -> list[tuple[str, bool]]:
    """Encodings a text may have, the likeliest first, each with whether a byte order mark stands in front.

    The last one decodes anything, and writes the same bytes again.
    """
    head, scanned = read_head(path), scan_file(path)
    found = [
        encoding.codec for encoding in possible_encodings(head, scanned)
        if head_lines(head, encoding.codec) is not None and is_plausible(encoding, path, scanned)
    ]  # fmt: skip
    marked = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le" if head[:1] == b"\xff" else "utf-16-be"}
    has_mark = head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    return [(marked.get(codec, codec), has_mark and codec in marked) for codec in [*found, "latin-1"]]


def sniff(path: Path) -> Layout:
    """How a text is put together: its likeliest encoding, and the delimiter most lines agree on."""
    codec, bom = codecs_of(path)[0]
    return Layout(codec, bom, _delimiter(first_lines(path, codec, 60)))


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives the most lines the same number of cells, the more cells the better."""
    best = (0, ",")
    for delimiter in DELIMITERS:
        widths = [len(split_cells(line, delimiter) or [line]) for line in lines if delimiter in line]
        for width in set(widths):
            best = max(best, (widths.count(width) * (width - 1), delimiter), key=lambda each: each[0])
    return best[1]


def first_lines(path: Path, codec: str, most: int) -> list[str]:
    """The first lines of a text without their ends."""
    with _open(path, codec) as handle:
        lines: list[str] = []
        for line in handle:
            lines.append(line.lstrip("\ufeff").rstrip("\r\n"))
            if len(lines) == most:
                break
    return lines


def _open(path: Path, codec: str) -> IO[str]:
    """A text with its line ends as they are; a lone carriage return ends a line only where none else does."""
    only_returns = b"\n" not in read_head(path)
    return path.open(encoding=codec, errors="surrogateescape", newline="\r" if only_returns else "\n")


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """The rows of a text. A quote that is never closed is a sign like any other."""
    with _open(path, layout.codec) as handle:
        waiting: deque[str] = deque()
        lines = iter(handle)
        number = 0
        while True:
            line = waiting.popleft() if waiting else next(lines, None)
            if line is None:
                return
            if number == 0:
                line = line.removeprefix("\ufeff")
            start, taken = number + 1, [line]
            body, end = _without_end(line)
            cells = split_cells(body, layout.delimiter)
            while cells is None and len(taken) < _MOST_LINES_OF_A_CELL:
                following = waiting.popleft() if waiting else next(lines, None)
                if following is None:
                    break
                taken.append(following)
                if '"' in following:
                    body, end = _without_end("".join(taken))
                    cells = split_cells(body, layout.delimiter)
            if cells is None:
                waiting.extendleft(reversed(taken[1:]))
                body, end = _without_end(line)
                cells, taken = body.split(layout.delimiter), taken[:1]
            number += len(taken)
            yield Record(start, cells, end)


def _without_end(line: str) -> tuple[str, str]:
    body = line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line.removesuffix("\r")
    return body, line[len(body) :]


def split_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row as written; None while a quote is open."""
    if '"' not in text:
        return text.split(delimiter)
    cells: list[str] = []
    position = 0
    while True:
        search = position
        if text.startswith('"', position):
            search = text.find('"', position + 1)
            while search >= 0 and text.startswith('""', search):
                search = text.find('"', search + 2)
            if search < 0:
                return None
        stop = text.find(delimiter, search)
        if stop < 0:
            cells.append(text[position:])
            return cells
        cells.append(text[position:stop])
        position = stop + 1


def unquoted(raw: str) -> str:
    """A cell as written, without its quotes."""
    if not raw.startswith('"') or len(raw) < 2:
        return raw
    inside, _, rest = raw[1:].rpartition('"')
    return inside.replace('""', '"') + rest


def quoted_like(raw: str, text: str, delimiter: str) -> str:
    """A new text, quoted as the old cell was, or because it must be."""
    if raw.startswith('"') or any(sign in text for sign in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _write_text(member: Member, target: Path, change: Change, layout: Layout) -> None:
    part = Part(member.name, "")
    with target.open("w", encoding=layout.codec, newline="", errors="surrogateescape") as out:
        if layout.bom:
            out.write("\ufeff")
        for record in records(member.path, layout):
            new = change(part, record.line, record.cells)
            if new is not None:
                record.raw = [
                    raw if text is None else quoted_like(raw, text, layout.delimiter)
                    for raw, text in zip(record.raw, new, strict=True)
                ]
            out.write(layout.delimiter.join(record.raw) + record.end)


# -- workbooks --------------------------------------------------------------------------------------


def sheets(member: Member) -> Iterator[tuple[str, int, int, Iterator[list[Any]]]]:
    """Name, first row, first column (from 0) and typed rows of each sheet.

    Raises:
        DataError: ``E-SRC-03`` for a workbook that cannot be read.
    """
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(member.path))
    except Exception as error:  # the library raises several unrelated types
        raise problem("E-SRC-03", f"the workbook cannot be read ({error})", where=member.name) from None
    with book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            row, column = sheet.start or (0, 0)
            yield name, row, column, iter(sheet.iter_rows())


def cell_text(value: object) -> str:
    """A spreadsheet value as a csv export would show it."""
    if isinstance(value, float):
        shown = repr(value)
        return (
            str(int(value)) if value.is_integer()
            else shown if "e" not in shown else f"{value:.12f}".rstrip("0")
        )  # fmt: skip
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def csv_line(cells: Sequence[str]) -> str:
    """Cells as one line of csv, for what looks at lines."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _write_workbook(member: Member, target: Path, change: Change, plan: Plan) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
        "strings_to_urls": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(target), options) as book:
        formats = {
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.time: book.add_format({"num_format": "hh:mm:ss"}),
            dt.timedelta: book.add_format({"num_format": "[h]:mm:ss"}),
        }
        for name, first_row, first_column, rows in sheets(member):
            sheet = book.add_worksheet(plan.sheets.get(name, name))
            for number, values in enumerate(rows, start=first_row):
                new = change(Part(member.name, name), number + 1, [cell_text(value) for value in values])
                for column, value in enumerate(values):
                    text = new[column] if new is not None else None
                    _write_cell(
                        sheet,
                        number,
                        first_column + column,
                        value if text is None else _typed(text, value),
                        formats,
                    )


def _typed(text: str, like: object) -> object:
    """A new text as a value of the old cell's type, where it can be one."""
    if isinstance(like, int | float) and not isinstance(like, bool):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _write_cell(sheet: Any, row: int, column: int, value: object, formats: Mapping[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        whole = isinstance(value, dt.datetime) and value.time() == dt.time()
        sheet.write_datetime(row, column, value, formats[dt.date if whole else type(value)])
    else:
        sheet.write_string(row, column, str(value))


# -- rows of everything -----------------------------------------------------------------------------


def rows(package: Package, layouts: Mapping[str, Layout]) -> Iterator[tuple[Part, int, list[str]]]:
    """Every row of every table: its part, its line and its cells, as :data:`Change` will be asked.

    Kinds that cannot be written anew are read too: old workbooks, pages, JSON and Parquet.
    """
    for member in package.members:
        if member.kind in ("workbook", "old workbook"):
            for name, first_row, _, values in sheets(member):
                for number, row in enumerate(values, start=first_row + 1):
                    yield Part(member.name, name), number, [cell_text(value) for value in row]
        elif member.kind == "text":
            for record in records(member.path, layouts.get(member.name) or sniff(member.path)):
                yield Part(member.name, ""), record.line, record.cells
        elif member.kind in ("page", "records"):
            with _scratch() as scratch:
                read = _page_rows if member.kind == "page" else _record_rows
                yield from read(member, scratch)
        elif package.container == "file":
            refuse(member)


def _page_rows(member: Member, scratch: Path) -> Iterator[tuple[Part, int, list[str]]]:
    for sheet in read_markup(member.path, scan_file(member.path), scratch, "page"):
        with sheet.path.open(encoding="utf-8", newline="") as handle:
            for number, cells in enumerate(csv.reader(handle), start=1):
                yield Part(member.name, sheet.name), number, cells


def _record_rows(member: Member, scratch: Path) -> Iterator[tuple[Part, int, list[str]]]:
    target = scratch / "records.csv"
    with lake.engine(scratch / "engine") as connection:
        header, _ = flatten(connection, member.path, read_head(member.path), (), target)
    with target.open(encoding="utf-8", newline="") as handle:
        for number, cells in enumerate([header, *csv.reader(handle)], start=1):
            yield Part(member.name, ""), number, cells
