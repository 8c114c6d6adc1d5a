"""Copies of what was dropped, in which cells and names differ.

What is here: writing files, gzip streams, zips and folders whole or not at all. What is not: the rows of a
text (:mod:`.texts`) and of a workbook (:mod:`.workbooks`).
"""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from mkt_pipeline import lake
from mkt_pipeline.exports import files
from mkt_pipeline.exports.rewrite.packages import KINDS, Member, Package, Part, opened, refuse
from mkt_pipeline.exports.rewrite.texts import write_text
from mkt_pipeline.exports.rewrite.workbooks import write_workbook

Change = Callable[[Part, int, list[str]], Sequence[str | None] | None]
"""The new cells of a row, given part, line (from 1), cells; None for a cell, or for the row, that stays."""
Decide = Callable[[Part, int, int, str], str | None]
"""The new text of a cell, given its place: part, line (from 1), column (from 0), text; None leaves it."""


def rewrite_cells(path: Path, target: Path, decide: Decide) -> list[str]:
    """Write a copy of an export in which single cells differ. See :func:`write_copy`."""

    def change(part: Part, line: int, cells: list[str]) -> list[str | None]:
        return [decide(part, line, column, text) for column, text in enumerate(cells)]

    with opened(path) as package:
        return write_copy(package, target, change)


def write_copy(
    package: Package, target: Path, change: Change, rename: Callable[[str], str] = str
) -> list[str]:
    """Write a copy of an export in which rows, and the names of members and sheets, differ.

    The copy appears under its name only when it is complete. Encoding, byte order mark, delimiter, quoting
    of each cell, line ends, order of members, sheets and cell types stay.

    Returns:
        One line for each member that is no table and was left out, or that became a workbook.

    Raises:
        DataError: ``E-SRC-30`` for a file that can be read but not written, ``E-SRC-03`` for a damaged one,
            ``E-SRC-04`` for an archive beyond the bounds.
    """
    temporary = target.with_name(f"{target.name}.part")
    if temporary.exists():
        files.remove(temporary)
    try:
        _write(package, temporary, change, rename)
        if temporary.is_dir():
            temporary.rename(target)
        else:
            lake.commit(temporary, target)
    except BaseException:
        if temporary.exists():
            files.remove(temporary)
        raise
    return [*_notes(package)]


def copy_name(package: Package, name: str) -> str:
    """The name of a copy of the whole under which programs know it: old workbooks and pages become .xlsx."""
    if package.container in ("zip", "folder"):
        return name
    packed = ".gz" if package.container == "gzip" and name.endswith(".gz") else ""
    return _member_name(package.members[0], name.removesuffix(packed)) + packed


def _notes(package: Package) -> Iterator[str]:
    for member in package.members:
        name = member.name or package.path.name
        if member.kind == "other":
            yield f"{name} is no table and is left out"
        elif member.becomes_workbook:
            yield f"{name} is {KINDS[member.kind]} and is written as an .xlsx workbook with the same rows"


def _member_name(member: Member, name: str) -> str:
    if not member.becomes_workbook:
        return name
    return re.sub(r"\.(xls|x?html?|xml)$", "", name, flags=re.IGNORECASE) + ".xlsx"


def _write(package: Package, target: Path, change: Change, rename: Callable[[str], str]) -> None:
    members = package.tables
    names = _distinct([files.safe_name(_member_name(member, rename(member.name))) for member in members])
    write = partial(_write_member, change=change, rename=rename)
    if package.container == "file":
        write(members[0], target)
    elif package.container == "gzip":
        with target.open("wb") as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
            _pour(members[0], write, packed)
    elif package.container == "folder":
        target.mkdir()
        for member, name in zip(members, names, strict=True):
            write(member, target / name)
    else:
        with zipfile.ZipFile(target, "w") as archive:
            for member, name in zip(members, names, strict=True):
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as packed_member:
                    _pour(member, write, packed_member)


def _pour(member: Member, write: Callable[[Member, Path], None], out: IO[bytes] | gzip.GzipFile) -> None:
    written = member.scratch / "written"
    write(member, written)
    with written.open("rb") as source:
        shutil.copyfileobj(source, out)
    written.unlink()


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where several members have the same."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        stem, dot, ending = name.rpartition(".")
        found.append(f"{stem} {place}{dot}{ending}" if name in found else name)
    return found


def _write_member(member: Member, target: Path, change: Change, rename: Callable[[str], str]) -> None:
    refuse(member)
    if member.kind == "text":
        [part] = member.parts()
        write_text(member.path, target, member.layout, partial(change, part))
    else:
        write_workbook(member, target, change, rename)
