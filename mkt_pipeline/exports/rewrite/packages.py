"""What was dropped, taken apart: members of archives and folders, their sheets, and the rows of all of them.

What is here: telling kinds of files apart and reading their rows as the reader of exports sees them. What is
not: writing (:mod:`.copies`). Workbooks, pages and records are read by the same functions, under the same
bounds, as when they are landed.
"""

from __future__ import annotations

import csv
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from mkt_pipeline import lake
from mkt_pipeline.exports import archives
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import folder_members
from mkt_pipeline.exports.records import flatten, is_json, is_parquet
from mkt_pipeline.exports.rewrite.texts import Layout, records, sniff
from mkt_pipeline.exports.sheets import Sheet, is_markup, read_markup, read_workbook
from mkt_pipeline.exports.text import read_head, scan_file

Kind = Literal["text", "workbook", "old workbook", "page", "records", "other"]
KINDS: dict[Kind, str] = {
    "text": "a text", "workbook": "an .xlsx workbook", "old workbook": "an .xls workbook",
    "page": "an HTML or XML table", "records": "JSON or Parquet", "other": "no text and no workbook",
}  # fmt: skip
"""What people call them."""


class Part(NamedTuple):
    """Where a row stands: member of an archive or folder, sheet of a workbook; empty where there is none."""

    member: str
    sheet: str
    place: tuple[int, int] = (0, 0)
    """Numbers of the member and of the sheet, since neither name need be the only one."""


@dataclass
class Member:
    """One file of what was dropped; the file itself where it is no archive or folder."""

    name: str
    """Without folders, as the reader of exports calls it; empty for the file itself."""
    path: Path
    place: int
    scratch: Path

    @cached_property
    def kind(self) -> Kind:
        """What the file is, from its first bytes."""
        head = read_head(self.path)
        if archives.is_zip(head):
            return "workbook" if archives.is_workbook(self.path) else "other"
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            return "old workbook"
        if is_markup(head):
            return "page"
        if is_json(head) or is_parquet(head):
            return "records"
        is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:2]
        return "text" if head and (is_wide or b"\0" not in head) and not head.startswith(b"%PDF") else "other"

    @property
    def becomes_workbook(self) -> bool:
        """Whether it can only be written in another form, as an .xlsx workbook."""
        return self.kind in ("old workbook", "page")

    @cached_property
    def layout(self) -> Layout:
        """How a text is put together; may be set by who knows better."""
        return sniff(self.path)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The tables of a workbook, a page or records, each as a csv of what the reader of exports sees.

        Raises:
            DataError: ``E-SRC-03`` … for what cannot be read.
        """
        prefix = f"sheet-{self.place}"
        if self.kind == "page":
            return read_markup(self.path, scan_file(self.path), self.scratch, prefix)
        if self.kind == "records":
            return [self._records(self.scratch / f"{prefix}.csv")]
        return read_workbook(self.path, self.scratch, prefix)

    def parts(self) -> list[Part]:
        """The tables in it, in their order."""
        if self.kind == "text":
            return [Part(self.name, "", (self.place, 0))]
        return [Part(self.name, sheet.name, (self.place, number)) for number, sheet in enumerate(self.sheets)]

    def rows(self, part: Part) -> Iterator[tuple[int, list[str]]]:
        """Line (from 1) and cells of each row of one of its tables."""
        if self.kind == "text":
            return ((record.line, record.cells) for record in records(self.path, self.layout))
        return sheet_rows(self.sheets[part.place[1]])

    def _records(self, target: Path) -> Sheet:
        body = target.with_suffix(".body")
        with lake.engine(self.scratch / "engine") as connection:
            header, count = flatten(connection, self.path, read_head(self.path), (), body)
        with (
            target.open("w", encoding="utf-8", newline="") as out,
            body.open(encoding="utf-8", newline="") as rest,
        ):
            csv.writer(out, lineterminator="\n").writerow(header)
            shutil.copyfileobj(rest, out)
        return Sheet("", target, count + 1)


@dataclass
class Package:
    """What was dropped, taken apart."""

    path: Path
    container: Literal["file", "gzip", "zip", "folder"]
    members: list[Member]

    @property
    def tables(self) -> list[Member]:
        """The members that hold rows.

        Raises:
            DataError: ``E-SRC-30``, none does.
        """
        found = [member for member in self.members if member.kind != "other"]
        if not found:
            refuse(self.members[0] if self.members else Member("", self.path, 0, self.path))
        return found


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The files of what was dropped; what is unpacked lies in scratch space until the end.

    Raises:
        DataError: ``E-SRC-01`` … ``-04``: the archive is empty, damaged, encrypted or beyond the bounds.
    """
    with tempfile.TemporaryDirectory(prefix="mkt-rewrite-") as folder:
        scratch, numbers = Path(folder), itertools.count()

        def new_file() -> Path:
            return scratch / f"member-{next(numbers)}"

        container: Literal["file", "gzip", "zip", "folder"] = "file"
        found = [("", path)]
        if path.is_dir():
            container, found = "folder", [(item.name, item) for item in folder_members(path)]
        elif archives.is_gzip(head := read_head(path)):
            container, found = "gzip", [("", new_file())]
            archives.gunzip(path, found[0][1])
        elif archives.is_zip(head) and not archives.is_workbook(path):
            container, found = "zip", archives.unpack(path, new_file)
        members = [Member(name, item, place, scratch) for place, (name, item) in enumerate(found)]
        yield Package(path, container, members)


def rows(package: Package) -> Iterator[tuple[Part, int, list[str]]]:
    """Every row of every table: its part, its line and its cells."""
    for member in package.tables:
        for part in member.parts():
            for line, cells in member.rows(part):
                yield part, line, cells


def sheet_rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row of a sheet that lies as csv."""
    with sheet.path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        line = 1
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1


def refuse(member: Member) -> None:
    """Raise for a file that cannot be written anew.

    Raises:
        DataError: ``E-SRC-30``, names the kind.
    """
    if member.kind in ("records", "other"):
        raise problem("E-SRC-30", f"it is {KINDS[member.kind]}", where=member.name or member.path.name)
