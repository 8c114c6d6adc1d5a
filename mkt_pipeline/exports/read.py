"""Files to tables: what is in a dropped file, decoded and located, before any value is read.

What is here: hashing and scanning bytes, decoding, spreadsheets, bounded archives, folders, blocks; the
result is a list of :class:`Grid`, each one table in a UTF-8 csv that the engine can scan. What is not: the
values (:mod:`.stage`). Memory stays bounded: text is streamed in chunks of one mebibyte.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import files
from mkt_pipeline.exports.catalog import TEXT_KINDS, Catalog, normalise
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.recognise import Header, Match, find_header, match_header, nothing_fits, split_line

CHUNK = 1 << 20
HEAD_BYTES = 1 << 16
MAX_MEMBERS = 200
MAX_UNPACKED = 20 * 10**9
MAX_RATIO = 200
RATIO_FREE = 50 * 10**6
"""Below this unpacked size the ratio does not matter: small tables of zeros compress very well."""

_NOT_TABLES = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
               b"\x1f\x8b": "a gzip stream", b"Rar!": "a RAR archive",
                b"7z\xbc\xaf": "a 7z archive"}  # fmt: skip
_SPREADSHEET_MEMBERS = {"[Content_Types].xml", "xl/workbook.xml"}


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a file tells."""

    sha256: str
    bytes: int
    lines: int
    is_utf8: bool


@dataclass
class Grid:
    """One table: where its csv lies, where its rows begin, and what its header means."""

    part: str
    path: Path
    skip: int
    """Lines of ``path`` up to and including the header."""
    header_line: int
    """Line of the header in the original, from 1."""
    delimiter: str
    """As shown to people: the character, or ``xlsx``."""
    separator: str
    """The character that separates the cells of ``path``."""
    encoding: str
    match: Match
    preamble: list[str]
    data_lines: int | None
    """Lines below the header if known; more than the rows where cells hold line breaks."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Attributes found for this table alone, such as the dates of a block."""


@dataclass
class Contents:
    """The tables of one dropped file, and what is to be said about the rest."""

    container: str
    """``file``, ``zip`` or ``folder``."""
    names: list[str]
    """Names that may carry dates and accounts, innermost first."""
    grids: list[Grid]
    warnings: list[str]


def scan_file(path: Path) -> Scan:
    """Hash a file and learn whether it is UTF-8, in one pass."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")("strict")
    size = lines = 0
    is_utf8, last = True, b""
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            lines += chunk.count(b"\n")
            last = chunk[-1:]
            if is_utf8 and not (chunk.isascii() and decoder.getstate()[0] == b""):
                is_utf8 = _decodes(decoder, chunk, final=False)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return Scan(digest.hexdigest(), size, lines + (last not in (b"", b"\n")), is_utf8)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def scan(path: Path) -> Scan:
    """Hash what was dropped: a file's bytes, or a folder's member names and bytes."""
    if path.is_file():
        return scan_file(path)
    digest, size, lines = hashlib.sha256(), 0, 0
    for member in folder_members(path):
        inner = scan_file(member)
        digest.update(f"{member.relative_to(path).as_posix()}\0{inner.sha256}\n".encode())
        size, lines = size + inner.bytes, lines + inner.lines
    return Scan(digest.hexdigest(), size, lines, True)


def folder_members(path: Path) -> list[Path]:
    """The files of an export folder, in order of name; hidden ones are not part of an export."""
    return sorted(item for item in path.iterdir() if item.is_file() and not item.name.startswith((".", "~$")))


def open_contents(
    path: Path, catalog: Catalog, scratch: Path, scanned: Scan, platform: str | None = None
) -> Contents:
    """Find the tables of a dropped file or folder.

    Args:
        scratch: an empty folder for decoded and unpacked copies; the caller removes it.
        platform: recognise only reports of this platform.

    Raises:
        DataError: ``E-SRC-01`` … ``-07``, ``-14``: nothing in it can be used, and why.
    """
    reader, name = _Reader(catalog, scratch, platform), files.original_name(path)
    if path.is_dir():
        grids = reader.members([(item.name, item) for item in folder_members(path)])
        return Contents("folder", [name], grids, reader.warnings)
    if scanned.bytes == 0:
        raise problem("E-SRC-01", "the file holds no bytes", where=path.name)
    if _is_zip(path):
        archive = _open_zip(path)
        with archive:
            if not _SPREADSHEET_MEMBERS & set(archive.namelist()):
                members = reader.unpack(archive, path)
                grids = reader.members(members)
                names = [members[0][0], name] if len(members) == 1 else [name]
                return Contents("zip", names, grids, reader.warnings)
    grids = reader.table("", path, scanned)
    return Contents("file", [name], grids, reader.warnings)


def _head(path: Path) -> bytes:
    with path.open("rb") as handle:
        return handle.read(HEAD_BYTES)


def _is_zip(path: Path) -> bool:
    return _head(path)[:2] == b"PK"


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise problem("E-SRC-03", f"not a complete zip ({error})", where=path.name) from None


class _Reader:
    """Carries the catalog, the scratch folder and the warnings through the members of one file."""

    def __init__(self, catalog: Catalog, scratch: Path, platform: str | None) -> None:
        self.catalog = catalog
        self.scratch = scratch
        self.platform = platform
        self.warnings: list[str] = []
        self._count = 0

    def new_file(self) -> Path:
        """A scratch path; names from archives are never used as paths."""
        self._count += 1
        return self.scratch / f"{self._count}.csv"

    def unpack(self, archive: zipfile.ZipFile, path: Path) -> list[tuple[str, Path]]:
        """The members of a zip as scratch files, within the bounds; name and path."""
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
        if not infos:
            raise problem("E-SRC-01", "the archive holds no files", where=path.name)
        if len(infos) > MAX_MEMBERS:
            raise problem("E-SRC-04", f"the archive holds {len(infos)} members", where=path.name)
        if any(info.flag_bits & 1 for info in infos):
            raise problem("E-SRC-04", "the archive is encrypted", where=path.name)
        budget = _Budget(path)
        members = []
        for info in infos:
            target = self.new_file()
            try:
                with archive.open(info) as source, target.open("wb") as out:
                    budget.copy(source, out)
            except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
                raise problem("E-SRC-03", f"member {info.filename!r}: {error}", where=path.name) from None
            except Exception as error:
                if type(error).__module__ != "zlib":
                    raise
                raise problem("E-SRC-03", f"member {info.filename!r}: {error}", where=path.name) from None
            members.append((info.filename.replace("\\", "/").rsplit("/", 1)[-1], target))
        return members

    def members(self, members: Sequence[tuple[str, Path]]) -> list[Grid]:
        """The tables of several files that belong together; what is no table becomes a warning."""
        grids: list[Grid] = []
        errors = []
        for name, path in members:
            try:
                grids += self.table(name, path, scan_file(path))
            except DataError as error:
                errors.append((name, error))
        if not grids:
            if not errors:
                raise problem("E-SRC-01", "the folder holds no files")
            raise errors[0][1]
        self.warnings += [f"{name} is not read: {error.found}" for name, error in errors]
        return grids

    def table(self, part: str, path: Path, scanned: Scan) -> list[Grid]:
        """The tables of one file that is no archive."""
        head = _head(path)
        if not head:
            raise problem("E-SRC-01", "the file holds no bytes", where=part)
        for magic, what in _NOT_TABLES.items():
            if head.startswith(magic):
                raise problem("E-SRC-02", f"the content is {what}", where=part)
        if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            return self.workbook(part, path)
        if re.match(rb"\s*<(!doctype|html|table|\?xml)", head, re.IGNORECASE):
            raise problem("E-SRC-02", "the content is a web page", where=part)
        return self.text(part, path, scanned, head)

    def text(self, part: str, path: Path, scanned: Scan, head: bytes) -> list[Grid]:
        """The tables of a text file: the first encoding whose header is known wins."""
        failures = []
        for codec, label in _encodings(head, scanned):
            lines = _head_lines(head, codec)
            if lines is None:
                continue
            header = find_header(self.catalog, lines, self.platform)
            if header is None:
                failures.append(lines)
                continue
            utf8, count = path, scanned.lines
            if codec != "utf-8-sig":
                utf8, count = self.new_file(), _transcode(path, codec, self.scratch / f"{self._count}.csv")
            if header.match.platform.blocks:
                return self.blocks(part, utf8, label, lines, header)
            return [
                Grid(
                    part, utf8, header.line, header.line, header.delimiter, header.delimiter, label,
                    header.match, lines[: header.line - 1], count - header.line,
                )
            ]  # fmt: skip
        if failures:
            raise nothing_fits(self.catalog, failures[0])
        raise problem("E-SRC-05", _undecodable(head, path), where=part)

    def blocks(self, part: str, path: Path, label: str, lines: Sequence[str], header: Header) -> list[Grid]:
        """One grid per block of a file whose tables are parted by blank lines and ``#`` lines."""
        grids: list[Grid] = []
        platform, delimiter = header.match.platform, header.delimiter
        preamble = [line for line in lines[: header.line - 1] if line.strip()]
        common = [line for line in preamble if line.startswith("#")]
        for number, block in enumerate(_split_blocks(path), start=1):
            cells = split_line(block.header, delimiter)
            matches = match_header(self.catalog, cells, platform.platform)
            if not matches:
                self.warnings.append(
                    f"block {number} at line {block.line} is not read: unknown header {block.header[:80]!r}"
                )
                continue
            target = self.new_file()
            with target.open("w", encoding="utf-8", newline="") as out:
                out.writelines(block.rows)
            grids.append(
                Grid(
                    f"{part + ' ' if part else ''}{number} {cells[0]}".strip(), target, 0, block.line,
                    delimiter, delimiter, label, matches[0], [*common, *block.comments], len(block.rows),
                )
            )  # fmt: skip
        return self.widest(grids)

    def widest(self, grids: list[Grid]) -> list[Grid]:
        """Of blocks that repeat a dimension for the same days, only the widest: the others chart it."""
        best: dict[tuple[object, ...], Grid] = {}
        for grid in grids:
            key = _block_key(grid)
            rival = best.get(key)
            if rival is None or _width(grid) > _width(rival):
                best[key] = grid
        kept = set(map(id, best.values()))
        for grid in grids:
            if id(grid) not in kept:
                self.warnings.append(
                    f"block {grid.part!r} at line {grid.header_line} repeats "
                    f"{best[_block_key(grid)].part!r} and is left out"
                )
        return [grid for grid in grids if id(grid) in kept]

    def workbook(self, part: str, path: Path) -> list[Grid]:
        """The sheets of a workbook whose header is known, each as a scratch csv."""
        from python_calamine import CalamineWorkbook

        try:
            with CalamineWorkbook.from_path(str(path)) as book:
                names = list(book.sheet_names)
                sheets = {name: self._sheet(book, name) for name in names}
        except Exception as error:  # the library raises several unrelated types
            raise problem(
                "E-SRC-03", f"the workbook cannot be read ({error})", where=part or path.name
            ) from None
        grids: list[Grid] = []
        unknown: dict[str, list[str]] = {}
        for name, (csv_path, rows) in sheets.items():
            lines = [line for line in first_lines(csv_path)]
            header = find_header(self.catalog, lines, self.platform)
            if header is None:
                unknown[name] = lines
                continue
            grids.append(
                Grid(
                    name, csv_path, header.line, header.line, "xlsx", ",", "xlsx", header.match,
                    [line.rstrip(",") for line in lines[: header.line - 1]], rows - header.line,
                )
            )  # fmt: skip
        if not grids:
            raise nothing_fits(self.catalog, max(unknown.values(), key=len, default=[]))
        grids = self._preferred_sheets(grids)
        self.warnings += [
            f"sheet {name!r} is not read: unknown header" for name, lines in unknown.items() if lines
        ]
        if len(grids) == 1:
            grids[0].part = part
        return grids

    def _preferred_sheets(self, grids: list[Grid]) -> list[Grid]:
        wanted = [normalise(name) for name in grids[0].match.platform.sheets]
        preferred = [grid for grid in grids if normalise(grid.part) in wanted]
        for grid in grids:
            if preferred and grid is not preferred[0]:
                self.warnings.append(
                    f"sheet {grid.part!r} is left out: {preferred[0].part!r} holds the raw rows"
                )
        return preferred[:1] or grids

    def _sheet(self, book: Any, name: str) -> tuple[Path, int]:
        """Write one sheet as csv, values as a csv export would show them; the number of rows."""
        target = self.new_file()
        count = 0
        sheet = book.get_sheet_by_name(name)
        start = sheet.start[0] if sheet.start else 0
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
            width = sheet.width
            for _ in range(start):
                writer.writerow([""] * max(width, 2))
                count += 1
            for row in sheet.iter_rows():
                writer.writerow([_cell(value) for value in row])
                count += 1
        return target, count


@dataclass
class _Block:
    line: int
    comments: list[str]
    header: str
    rows: list[str]


class _Budget:
    """What an archive may still unpack to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.packed = max(1, path.stat().st_size)
        self.unpacked = 0

    def copy(self, source: IO[bytes], out: IO[bytes]) -> None:
        while chunk := source.read(CHUNK):
            self.unpacked += len(chunk)
            if self.unpacked > MAX_UNPACKED or (
                self.unpacked > RATIO_FREE and self.unpacked > MAX_RATIO * self.packed
            ):
                raise problem(
                    "E-SRC-04",
                    f"{self.packed} bytes unpack to more than {self.unpacked}",
                    where=self.path.name,
                )
            out.write(chunk)


def _is_clutter(name: str) -> bool:
    """Files that operating systems add to archives."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith((".", "~$"))


def _encodings(head: bytes, scanned: Scan) -> list[tuple[str, str]]:
    """Codecs to try with their labels; never one that decodes anything."""
    if head.startswith(b"\xff\xfe"):
        return [("utf-16", "UTF-16LE")]
    if head.startswith(b"\xfe\xff"):
        return [("utf-16", "UTF-16BE")]
    if scanned.is_utf8:
        return [("utf-8-sig", "UTF-8+BOM" if head.startswith(codecs.BOM_UTF8) else "UTF-8")]
    return [("gb18030", "GB18030"), ("big5hkscs", "Big5")]


def _head_lines(head: bytes, codec: str) -> list[str] | None:
    """The complete lines of the head; None if it is not of this encoding."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        text = decoder.decode(head, final=False)
    except UnicodeDecodeError:
        return None
    lines = text.splitlines() if "\n" not in text and "\r" in text else text.replace("\r\n", "\n").split("\n")
    if len(head) == HEAD_BYTES:
        lines = lines[:-1]
    return lines


def first_lines(path: Path) -> list[str]:
    """The first lines of a UTF-8 text; none if it is not UTF-8."""
    return _head_lines(_head(path), "utf-8") or []


def _transcode(path: Path, codec: str, target: Path) -> int:
    """Stream a text into UTF-8 and return its number of lines."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position = lines = 0
    last = ""
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = source.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise problem(
                    "E-SRC-05", f"not {codec.upper()} at byte {position + error.start}", where=path.name
                ) from None
            out.write(text)
            lines += text.count("\n")
            last = text[-1:] or last
            position += len(chunk)
            if not chunk:
                return lines + (last not in ("", "\n"))


def _undecodable(head: bytes, path: Path) -> str:
    try:
        head.decode("gb18030")
    except UnicodeDecodeError as error:
        return f"byte {error.start} (0x{head[error.start]:02X}) is of no known encoding"
    return f"{path.name} is of no known encoding"


def _split_blocks(path: Path) -> Iterator[_Block]:
    """The blocks of a text: comment lines, a header, rows up to a blank or a comment line."""
    comments: list[str] = []
    block: _Block | None = None
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, line in enumerate(_records(handle), start=1):
            start, record = line
            if record.startswith("#") or not record.strip():
                if block:
                    yield block
                    block, comments = None, []
                if record.startswith("#"):
                    comments.append(record.rstrip("\r\n"))
            elif block is None:
                block = _Block(start, comments, record.rstrip("\r\n"), [])
            else:
                block.rows.append(record)
            del number
    if block:
        yield block


def _records(handle: IO[str]) -> Iterator[tuple[int, str]]:
    """Lines with their number, joined while a quote is open."""
    pending, start = "", 0
    for number, line in enumerate(handle, start=1):
        start = start if pending else number
        pending += line
        if pending.startswith("#") or pending.count('"') % 2 == 0:
            yield start, pending
            pending = ""
    if pending:
        yield start, pending


def _block_key(grid: Grid) -> tuple[object, ...]:
    match = grid.match
    dimensions = tuple(
        sorted(target for bound in match.bound if bound.kind in TEXT_KINDS for target in bound.targets)
    ) + tuple(sorted(bound.kind for bound in match.bound if bound.kind in ("nth_day", "nth_week")))
    scopes = tuple(sorted(value for bound in match.bound for value in bound.rule.sets.values()))
    series = tuple(match.header) if match.report.open_columns else ()
    return match.report.report, match.report.level, dimensions, scopes, series, tuple(grid.preamble[-3:])


def _width(grid: Grid) -> tuple[int, int]:
    return len(grid.match.header), grid.data_lines or 0


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


def platform_of(path: Path, catalog: Catalog) -> str:
    """The platform an inbox entry belongs to, from the heads of its tables.

    Raises:
        DataError: as :func:`open_contents`, when no platform claims it.
    """
    with tempfile.TemporaryDirectory(prefix="mkt-recognise-") as folder:
        scratch = Path(folder)
        if path.is_file() and not _is_zip(path) and path.stat().st_size > HEAD_BYTES:
            head = scratch / "head.csv"
            head.write_bytes(_head(path))
            scanned = _head_scan(head)
            grids = _Reader(catalog, scratch, None).table("", head, scanned)
        else:
            grids = open_contents(path, catalog, scratch, scan(path)).grids
    return grids[0].match.platform.platform


def _head_scan(head: Path) -> Scan:
    """A scan of a cut-off text, whose last character may be torn."""
    scanned = scan_file(head)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    return replace(scanned, is_utf8=_decodes(decoder, head.read_bytes(), final=False))
