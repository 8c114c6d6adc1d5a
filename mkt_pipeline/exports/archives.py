"""Archives: their members as scratch files, within bounds.

What is here: zip archives, archives in archives, gzip streams, and the budget of what may be unpacked. What
is not: what the members hold (:mod:`.read`). Names inside archives are never used as paths.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.text import CHUNK

MAX_MEMBERS = 200
MAX_DEPTH = 3
MAX_UNPACKED = 20 * 10**9
MAX_RATIO = 200
RATIO_FREE = 50 * 10**6
"""Below this unpacked size the ratio does not matter: small tables of zeros compress very well."""

_SPREADSHEET_MEMBERS = {"[Content_Types].xml", "xl/workbook.xml"}
_DAMAGED = (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error, RuntimeError)
"""What the standard library raises for archives that are cut off, altered or of an unknown method."""


class Budget:
    """What an archive may still unpack to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.packed = max(1, path.stat().st_size)
        self.unpacked = 0
        self.members = 0

    def spend(self, size: int) -> None:
        """Count unpacked bytes.

        Raises:
            DataError: ``E-SRC-04``, more than an export can be.
        """
        self.unpacked += size
        excessive = self.unpacked > RATIO_FREE and self.unpacked > MAX_RATIO * self.packed
        if self.unpacked > MAX_UNPACKED or excessive:
            raise problem(
                "E-SRC-04", f"{self.packed} bytes unpack to more than {self.unpacked}", where=self.path.name
            )

    def chunks(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of one member."""
        try:
            with archive.open(info) as source:
                while chunk := source.read(CHUNK):
                    self.spend(len(chunk))
                    yield chunk
        except _DAMAGED as error:
            raise problem("E-SRC-03", f"member {info.filename!r}: {error}", where=self.path.name) from None


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip archive, open.

    Raises:
        DataError: ``E-SRC-03``, the file is no complete zip.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise problem("E-SRC-03", f"not a complete zip ({error})", where=path.name) from None
    with archive:
        yield archive


def is_zip(head: bytes) -> bool:
    """Whether the content begins as a zip does."""
    return head[:2] == b"PK"


def is_gzip(head: bytes) -> bool:
    """Whether the content begins as a gzip stream does."""
    return head[:2] == b"\x1f\x8b"


def is_workbook(path: Path) -> bool:
    """Whether a zip is a spreadsheet."""
    with opened(path) as archive:
        return bool(_SPREADSHEET_MEMBERS & set(archive.namelist()))


def unpack(path: Path, new_file: Callable[[], Path]) -> list[tuple[str, Path]]:
    """The members of an archive, and of archives in it, as scratch files: name without folders, and path.

    A name that occurs again gets a number, so that each names one member.

    Raises:
        DataError: ``E-SRC-01`` empty, ``E-SRC-03`` damaged, ``E-SRC-04`` encrypted or beyond the bounds.
    """
    members: dict[str, Path] = {}
    for name, member in _unpack(path, new_file, Budget(path), 1):
        stem, dot, ending = name.rpartition(".")
        number, unique = 2, name
        while unique in members:
            unique, number = f"{stem} ({number}){dot}{ending}", number + 1
        members[unique] = member
    return list(members.items())


def gunzip(path: Path, target: Path) -> None:
    """Unpack a gzip stream.

    Raises:
        DataError: ``E-SRC-03`` damaged, ``E-SRC-04`` beyond the bounds.
    """
    budget = Budget(path)
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            _copy(source, out, budget)
    except _DAMAGED as error:
        raise problem("E-SRC-03", f"not a complete gzip stream ({error})", where=path.name) from None


def _copy(source: IO[bytes] | gzip.GzipFile, out: IO[bytes], budget: Budget) -> None:
    while chunk := source.read(CHUNK):
        budget.spend(len(chunk))
        out.write(chunk)


def _unpack(
    path: Path, new_file: Callable[[], Path], budget: Budget, depth: int
) -> Iterator[tuple[str, Path]]:
    with opened(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
        if not infos:
            raise problem("E-SRC-01", "the archive holds no files", where=budget.path.name)
        budget.members += len(infos)
        if budget.members > MAX_MEMBERS:
            raise problem("E-SRC-04", f"the archive holds {budget.members} members", where=budget.path.name)
        if any(info.flag_bits & 1 for info in infos):
            raise problem("E-SRC-04", "the archive is encrypted", where=budget.path.name)
        for info in infos:
            target = new_file()
            with target.open("wb") as out:
                for chunk in budget.chunks(archive, info):
                    out.write(chunk)
            with target.open("rb") as handle:
                inner = is_zip(handle.read(2)) and not is_workbook(target)
            if not inner:
                yield info.filename.replace("\\", "/").rsplit("/", 1)[-1], target
            elif depth == MAX_DEPTH:
                raise problem("E-SRC-04", f"archives are nested {depth + 1} deep", where=budget.path.name)
            else:
                yield from _unpack(target, new_file, budget, depth + 1)


def _is_clutter(name: str) -> bool:
    """Files that operating systems add to archives."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith((".", "~$"))
