"""Files to tables: what is in a dropped file, decoded and located, before any value is read.

What is here: telling archives, workbooks, pages, records and texts apart, and finding the known tables in
them; the result is a list of :class:`Grid`, each one table in a UTF-8 csv that the engine can scan. What is
not: the values (:mod:`.stage`), and how each kind of file is taken apart (:mod:`.text`, :mod:`.sheets`,
:mod:`.records`, :mod:`.archives`).
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import archives, files, records, sheets, text
from mkt_pipeline.exports.catalog import NUMBER_KINDS, TEXT_KINDS, Catalog, Platform, ReportRule, normalise
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.recognise import (
    Header,
    Match,
    Surroundings,
    bind,
    candidates,
    find_header,
    match_header,
    nothing_fits,
    split_line,
)
from mkt_pipeline.exports.text import HEAD_BYTES, Encoding, Scan, first_lines, read_head, scan_file

_NOT_TABLES = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
               b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive"}  # fmt: skip
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_GLOB = frozenset("*?[]{}")
"""Characters that a SQL engine would take for a pattern of file names."""


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
    """As shown to people: the character, or ``xlsx``, ``html``, ``json``, ``parquet``."""
    separator: str
    """The character that separates the cells of ``path``."""
    encoding: str
    match: Match
    preamble: list[str]
    data_lines: int | None
    """Lines below the header if known; more than the rows where cells hold line breaks."""
    member: str = ""
    """Member of the archive or folder it stands in."""
    sheet: str = ""
    """Sheet of the workbook it stands in."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Attributes found for this table alone, such as the dates of a block."""
    stated: tuple[str, ...] = ()
    """The last lines above a block: what it compares, and its dates."""


@dataclass
class Contents:
    """The tables of one dropped file, and what is to be said about the rest."""

    container: str
    """``file``, ``zip`` or ``folder``."""
    names: list[str]
    """Names that may carry dates and accounts, innermost first."""
    grids: list[Grid]
    warnings: list[str]


def scan(path: Path) -> Scan:
    """Hash what was dropped: a file's bytes, or a folder's member names and bytes."""
    if path.is_file():
        return scan_file(path)
    digest, size, lines = hashlib.sha256(), 0, 0
    for member in folder_members(path):
        inner = scan_file(member)
        digest.update(f"{member.relative_to(path).as_posix()}\0{inner.sha256}\n".encode())
        size, lines = size + inner.bytes, lines + inner.lines
    return Scan(digest.hexdigest(), size, lines, None)


def folder_members(path: Path) -> list[Path]:
    """The files of an export folder, in order of name; hidden ones and links are not part of an export."""
    return [item for item in _visible(path) if item.is_file() and not item.is_symlink()]


def _visible(path: Path) -> list[Path]:
    return sorted(item for item in path.iterdir() if not item.name.startswith((".", "~$")))


def open_contents(
    path: Path, catalog: Catalog, scratch: Path, scanned: Scan,
    connection: duckdb.DuckDBPyConnection | None = None, *, platform: str | None = None,
) -> Contents:  # fmt: skip
    """Find the tables of a dropped file or folder.

    Args:
        scratch: an empty folder for decoded and unpacked copies; the caller removes it.
        connection: reads JSON and Parquet; one is opened where it is needed and none is given.
        platform: recognise only reports of this platform.

    Raises:
        DataError: ``E-SRC-01`` … ``-07``, ``-14``, ``-19``: nothing in it can be used, and why.
    """
    name = files.original_name(path)
    preferred = next((each.name for each in path.parents[:2] if each.name in catalog.platforms), None)
    around = Surroundings((name,), preferred, platform)
    reader = _Reader(catalog, scratch, connection, around)
    if path.is_dir():
        listed = folder_members(path)
        grids = reader.members([(item.name, item) for item in listed])
        others = [item for item in _visible(path) if item not in listed]
        reader.warnings += [f"{item.name} is not read: it is no file of this folder" for item in others]
        return Contents("folder", [name], grids, reader.warnings)
    if scanned.bytes == 0:
        raise problem("E-SRC-01", "the file holds no bytes", where=path.name)
    head = read_head(path)
    if archives.is_zip(head) and not archives.is_workbook(path):
        members = archives.unpack(path, reader.new_file)
        grids = reader.members(members)
        names = [members[0][0], name] if len(members) == 1 else [name]
        return Contents("zip", names, grids, reader.warnings)
    if archives.is_gzip(head):
        target = reader.new_file()
        archives.gunzip(path, target)
        grids = reader.table("", target, scan_file(target))
        return Contents("gzip", [name.removesuffix(".gz"), name], grids, reader.warnings)
    grids = reader.table("", reader.plainly_named(path), scanned)
    return Contents("file", [name], grids, reader.warnings)


class _Reader:
    """Carries the catalog, the scratch folder and the warnings through the members of one file."""

    def __init__(
        self, catalog: Catalog, scratch: Path, connection: duckdb.DuckDBPyConnection | None,
        around: Surroundings,
    ) -> None:  # fmt: skip
        self.catalog = catalog
        self.scratch = scratch
        self.connection = connection
        self.around = around
        self.warnings: list[str] = []
        self._count = 0

    def new_file(self) -> Path:
        """A scratch path; names from archives are never used as paths."""
        self._count += 1
        return self.scratch / f"{self._count}.csv"

    def plainly_named(self, path: Path) -> Path:
        """The same file under a name that no SQL engine takes for a pattern."""
        if not _GLOB & set(str(path)):
            return path
        link = self.new_file()
        link.symlink_to(path.resolve())
        return link

    def members(self, members: Sequence[tuple[str, Path]]) -> list[Grid]:
        """The tables of several files that belong together; what is no table becomes a warning."""
        grids: list[Grid] = []
        errors = []
        for name, path in members:
            try:
                found = self.table(name, self.plainly_named(path), scan_file(path))
                grids += [replace(grid, member=name) for grid in found]
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
        head = read_head(path)
        if not head:
            raise problem("E-SRC-01", "the file holds no bytes", where=part)
        for magic, what in _NOT_TABLES.items():
            if head.startswith(magic):
                raise problem("E-SRC-02", f"the content is {what}", where=part)
        if head.startswith((b"PK", _OLD_WORKBOOK)):
            found = sheets.read_workbook(path, self.scratch, self.new_file().stem)
            return self.sheets(part, found, "xlsx", "xlsx" if head.startswith(b"PK") else "xls")
        if sheets.is_markup(head):
            found = sheets.read_markup(path, scanned, self.scratch, self.new_file().stem)
            return self.sheets(part, found, "html", "html")
        if records.is_parquet(head):
            return self.records(part, path, head, "parquet")
        if records.is_json(head) and scanned.is_utf8:
            return self.records(part, path, head, "json")
        return self.text(part, path, scanned, head)

    def _around(self, part: str) -> Surroundings:
        return replace(self.around, names=(part, *self.around.names)) if part else self.around

    # -- texts ------------------------------------------------------------------------------------

    def text(self, part: str, path: Path, scanned: Scan, head: bytes) -> list[Grid]:
        """The tables of a text file: the first encoding whose header is known wins."""
        failures = []
        for encoding in text.possible_encodings(head, scanned):
            lines = text.head_lines(head, encoding.codec)
            if lines is None:
                continue
            header = find_header(self.catalog, lines, self._around(part))
            if header is None:
                failures.append(lines)
                continue
            if "".join(lines[: header.line]).isascii() and not text.is_plausible(encoding, path, scanned):
                continue
            return self._decoded(part, path, scanned, encoding, lines, header)
        if failures:
            raise nothing_fits(self.catalog, failures[0])
        raise problem("E-SRC-05", text.undecodable(head, scanned), where=part)

    def _decoded(
        self, part: str, path: Path, scanned: Scan, encoding: Encoding, lines: list[str], header: Header
    ) -> list[Grid]:
        count = scanned.lines
        if encoding.codec != "utf-8-sig":
            target = self.new_file()
            path, count = target, text.transcode(path, encoding.codec, target)
        if header.match.platform.blocks:
            return self.blocks(part, path, encoding.label, lines, header)
        return [self._grid(part, path, header, header.delimiter, encoding.label, lines, count - header.line)]

    def _grid(
        self, part: str, path: Path, header: Header, shown: str, encoding: str, lines: Sequence[str],
        data_lines: int | None,
    ) -> Grid:  # fmt: skip
        grid = Grid(
            part, path, header.line, header.line, shown, header.delimiter, encoding, header.match,
            list(lines[: header.line - 1]), data_lines,
        )  # fmt: skip
        return self.unpivoted(grid) if header.match.melted else grid

    def unpivoted(self, grid: Grid) -> Grid:
        """One row for each cell of the columns that are values of one dimension."""
        melted, target, count = set(grid.match.melted), self.new_file(), 0
        with (
            grid.path.open(encoding="utf-8-sig", newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            for _ in range(grid.skip - 1):
                source.readline()
            rows = csv.reader(source, delimiter=grid.separator)
            names, writer = next(rows), csv.writer(out, lineterminator="\n")
            for row in rows:
                kept = [cell for place, cell in enumerate(row) if place not in melted]
                for place in grid.match.melted:
                    if any(row) and place < len(row):
                        writer.writerow([*kept, names[place].strip(), row[place]])
                        count += 1
        return replace(grid, path=target, skip=0, separator=",", data_lines=count)

    # -- several tables ---------------------------------------------------------------------------

    def blocks(self, part: str, path: Path, label: str, lines: Sequence[str], header: Header) -> list[Grid]:
        """One grid per block of a file whose tables are parted by blank lines and ``#`` lines."""
        grids: list[Grid] = []
        platform, delimiter = header.match.platform, header.delimiter
        only = replace(self._around(part), only=platform.platform)
        preamble = [line for line in lines[: header.line - 1] if line.strip()]
        common = [line for line in preamble if line.startswith("#")]

        def is_header(cells: Sequence[str]) -> bool:
            return bool(match_header(self.catalog, cells, (), only))

        for number, block in enumerate(text.split_blocks(path, delimiter, is_header, self.new_file), start=1):
            cells = split_line(block.header, delimiter)
            # What stands above the block itself comes first: the first block's dates are not those of all.
            own = block.notes or common
            notes = list(dict.fromkeys([*own, *common]))
            matches = match_header(self.catalog, cells, notes, only)
            if not matches:
                self.warnings.append(
                    f"block {number} at line {block.line} is not read: unknown header {block.header[:80]!r}"
                )
                continue
            name = f"{part + ' ' if part else ''}{number} {cells[0]}".strip()
            grids.append(
                Grid(
                    name, block.path, 0, block.line, delimiter, delimiter, label, matches[0], notes,
                    block.rows, stated=tuple(own[-3:]),
                )
            )  # fmt: skip
        return self.widest(grids)

    def widest(self, grids: list[Grid]) -> list[Grid]:
        """Of blocks that repeat measures of a dimension for the same days, only the widest: the others
        chart it."""
        kept: dict[tuple[object, ...], list[Grid]] = {}
        left_out: dict[int, Grid] = {}
        for grid in sorted(grids, key=_width, reverse=True):
            rivals = kept.setdefault(_block_key(grid), [])
            measures = _measures(grid)
            wider = next((each for each in rivals if not measures or measures & _measures(each)), None)
            if wider is None:
                rivals.append(grid)
            else:
                left_out[id(grid)] = wider
        for grid in grids:
            if id(grid) in left_out:
                self.warnings.append(
                    f"block {grid.part!r} at line {grid.header_line} repeats "
                    f"{left_out[id(grid)].part!r} and is left out"
                )
        return [grid for grid in grids if id(grid) not in left_out]

    def sheets(self, part: str, found: Sequence[sheets.Sheet], shown: str, encoding: str) -> list[Grid]:
        """The sheets whose header is known."""
        grids: list[Grid] = []
        unknown: dict[str, list[str]] = {}
        for sheet in found:
            lines = first_lines(sheet.path)
            around = self._around(part)
            header = find_header(self.catalog, lines, replace(around, names=(sheet.name, *around.names)))
            if header is None:
                unknown[sheet.name] = lines
                continue
            if header.match.platform.blocks:
                tables = self.blocks(sheet.name, sheet.path, encoding, lines, header)
            else:
                titles, rows = [line.strip(",") for line in lines], sheet.rows - header.line
                tables = [self._grid(sheet.name, sheet.path, header, shown, encoding, titles, rows)]
            grids += [replace(table, sheet=sheet.name) for table in tables]
        if not grids:
            longest = max(unknown.values(), key=len, default=[])
            if shown == "html" and not any(candidates(self.catalog, longest)):
                raise problem("E-SRC-02", "the content is a web page without a known report", where=part)
            raise nothing_fits(self.catalog, longest)
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

    # -- records ----------------------------------------------------------------------------------

    def records(self, part: str, path: Path, head: bytes, shown: str) -> list[Grid]:
        """The one table of a JSON or Parquet file."""
        target = self.new_file()
        if self.connection is None:
            self.connection = lake.engine(self.scratch / "records")
        header, count = records.flatten(self.connection, path, head, self.catalog.headers, target)
        matches = match_header(self.catalog, header, (), self._around(part))
        line = ",".join(f'"{name}"' for name in header)
        if not matches:
            raise nothing_fits(self.catalog, [line])
        found = Header(0, ",", matches[0])
        return [self._grid(part, target, found, shown, shown, [], count)]


def also_read(grid: Grid) -> list[Grid]:
    """The same rows, read as the other reports they state."""
    match = grid.match
    grids = []
    for name in match.report.also:
        report = _report_named(match.platform, name)
        other, lacking = bind(match.platform, report, match.header)
        if not lacking:
            grids.append(replace(grid, match=other, part=f"{grid.part} {report.report}".strip()))
    return grids


def _report_named(platform: Platform, name: str) -> ReportRule:
    return next(report for report in platform.reports if report.report == name)


def _block_key(grid: Grid) -> tuple[object, ...]:
    match = grid.match
    dimensions = tuple(
        sorted(target for bound in match.bound if bound.kind in TEXT_KINDS for target in bound.targets)
    ) + tuple(sorted(bound.kind for bound in match.bound if bound.kind in ("nth_day", "nth_week")))
    scopes = tuple(sorted(value for bound in match.bound for value in bound.rule.sets.values()))
    scopes += tuple(sorted(bound.rule.breakdown for bound in match.bound if bound.rule.breakdown))
    series = tuple(match.header) if match.report.open_columns else ()
    return match.report.report, match.report.level, dimensions, scopes, series, grid.stated


def _measures(grid: Grid) -> set[str]:
    """The columns a block counts, those that are merely kept among them."""
    match = grid.match
    counted = {bound.rule.to for bound in match.bound if bound.kind in NUMBER_KINDS}
    kept = [cell for bound in match.bound if bound.rule.to == "extra" for cell in bound.cells]
    return counted | {match.header[cell] for cell in [*kept, *match.unmapped]}


def _width(grid: Grid) -> tuple[int, int]:
    return len(grid.match.header), grid.data_lines or 0


def platform_of(path: Path, catalog: Catalog) -> str:
    """The platform an inbox entry belongs to, from the heads of its tables.

    Raises:
        DataError: as :func:`open_contents`, when no platform claims it.
    """
    with tempfile.TemporaryDirectory(prefix="mkt-recognise-") as folder:
        scratch = Path(folder)
        if path.is_file() and path.stat().st_size > HEAD_BYTES and _is_text(read_head(path)):
            # A folder of the same name, since a file may lie in the folder of its platform.
            head = scratch / path.parent.name / files.safe_name(path.name)
            head.parent.mkdir()
            head.write_bytes(_whole_lines(read_head(path)))
            path = head
        grids = open_contents(path, catalog, scratch, scan(path)).grids
    return grids[0].match.platform.platform


def _is_text(head: bytes) -> bool:
    binary = head.startswith((b"PK", b"\x1f\x8b", _OLD_WORKBOOK, *_NOT_TABLES))
    return not (binary or sheets.is_markup(head) or records.is_parquet(head) or records.is_json(head))


def _whole_lines(head: bytes) -> bytes:
    """The head without a torn last line."""
    for line_end, start in ((b"\n\0", 0), (b"\0\n", 1), (b"\n", None)):
        if start is not None and b"\0" not in head:
            continue
        place = head.rfind(line_end)
        if place >= 0:
            return head[: place + len(line_end)]
    return head
