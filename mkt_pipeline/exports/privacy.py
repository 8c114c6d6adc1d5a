"""Personal data at the door: the workspace's salt, and archived copies without names and addresses.

What is here: which cells of an export are personal, by the catalog's word, and the copy the archive keeps in
which they are hashed or empty. What is not: hashing while rows are read (:mod:`.sql`), finding personal
columns nobody declared (:mod:`.stage`).

A hash in an archived copy is marked as one, so that reading the copy again gives the same rows.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.exports import archives, rewrite
from mkt_pipeline.exports.catalog import normalise
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import Grid
from mkt_pipeline.exports.sql import BLANKS, HASHED, HASHED_PATTERN, hashed, rewritten
from mkt_pipeline.exports.text import read_head
from mkt_pipeline.lake import quote, quote_identifier
from mkt_pipeline.workspace import Workspace

Treatment = Literal["hash", "blank"]
_RECORDS = ("json", "parquet")


def workspace_salt(workspace: Workspace) -> str:
    """The secret that is hashed together with personal values; made once for each workspace.

    Without it the hashes cannot be tried out against a list of addresses; two workspaces have different
    hashes.
    """
    if not workspace.salt_file.exists():
        workspace.root.mkdir(parents=True, exist_ok=True)
        temporary = workspace.salt_file.with_name(f"{workspace.salt_file.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(temporary, workspace.salt_file)
        except FileExistsError:
            pass  # another process was first; its salt counts
        finally:
            temporary.unlink()
    return workspace.salt_file.read_text().strip()


def personal_cells(grid: Grid) -> dict[int, Treatment]:
    """The cells of a table that are personal, and what becomes of them."""
    match = grid.match
    declared = match.platform.personal_index
    found: dict[int, Treatment] = {
        cell: "blank" for cell, name in enumerate(match.header) if declared.get(normalise(name))
    }
    return found | {cell: "hash" for bound in match.bound if bound.kind == "hash" for cell in bound.cells}


def is_personal(grids: Sequence[Grid]) -> bool:
    """Whether any of the tables has a personal column."""
    return any(personal_cells(grid) for grid in grids)


def redacted_name(path: Path, target: Path, grids: Sequence[Grid]) -> Path:
    """The name of the copy of an export without its personal cells, where the original would be ``target``.

    Raises:
        DataError: ``E-SRC-30``, records stand in an archive and cannot be written into one again.
    """
    if any(grid.delimiter in _RECORDS for grid in grids):
        if len(grids) > 1 or grids[0].member or not path.is_file() or archives.is_gzip(read_head(path)):
            raise problem(
                "E-SRC-30", "JSON or Parquet with personal columns, in an archive", where=path.name,
                expected="such files one by one", fix="unpack it and drop the files one by one",
            )  # fmt: skip
        return target.with_name(f"{target.name}.parquet")
    with rewrite.opened(path) as package:
        return target.with_name(rewrite.copy_name(package, target.name))


def write_redacted(
    path: Path, target: Path, grids: Sequence[Grid], salt: str, connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """Write the copy that the archive keeps of an export with personal columns.

    It has the shape of the original where that can be written; pages and old workbooks become xlsx, JSON
    becomes Parquet, with the same rows. Rows that are wider or shorter than their header, and sheets and
    members that are no known table, are emptied: what nobody understands may be personal. The copy appears
    under its name only when it is complete and on the disk.

    Returns:
        What was left out or written in another form.

    Raises:
        DataError: as :func:`.rewrite.write_copy`.
    """
    if grids[0].delimiter in _RECORDS:
        _write_parquet(target, grids[0], salt, connection)
        return []
    tables = _by_place(grids)

    def change(part: rewrite.Part, line: int, cells: list[str]) -> list[str | None]:
        found = tables.get((part.member, part.sheet))
        if found is None:
            return [""] * len(cells)
        above = [grid for grid in found if grid.header_line < line]
        if not above:
            return [None] * len(cells)
        if len(cells) != len(above[-1].match.header) + max(0, len(above[-1].match.melted) - 2):
            return [""] * len(cells) if any(cells) and len(cells) > 1 else [None] * len(cells)
        treatments = personal_cells(above[-1])
        nulls = above[-1].match.platform.null_tokens
        return [
            _treated(cell, treatments[column], salt, nulls) if column in treatments else None
            for column, cell in enumerate(cells)
        ]

    with rewrite.opened(path) as package:
        for member in package.members:
            known = [grid for grid in grids if grid.member == member.name and len(grid.delimiter) == 1]
            if known and member.kind == "text":
                member.layout = replace(member.layout, delimiter=known[0].delimiter)
        return rewrite.write_copy(package, target, change)


def is_clean(grids: Sequence[Grid]) -> bool:
    """Whether every personal cell of the tables is empty, a null token or a hash."""
    return all(_is_clean(grid) for grid in grids)


def _is_clean(grid: Grid) -> bool:
    cells = personal_cells(grid)
    allowed = {"", *grid.match.platform.null_tokens}
    if not cells:
        return True
    with grid.path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(itertools.islice(handle, grid.skip, None), delimiter=grid.separator)
        return all(
            row[cell].strip(BLANKS) in allowed or re.fullmatch(HASHED_PATTERN, row[cell].strip(BLANKS))
            for row in rows
            for cell in cells
            if cell < len(row)
        )


def _by_place(grids: Sequence[Grid]) -> dict[tuple[str, str], list[Grid]]:
    """The tables of each member and sheet, downwards."""
    found: dict[tuple[str, str], list[Grid]] = {}
    for grid in sorted(grids, key=lambda grid: grid.header_line):
        found.setdefault((grid.member, grid.sheet), []).append(grid)
    return found


def _treated(text: str, treatment: Treatment, salt: str, nulls: Sequence[str]) -> str | None:
    """The cell of the copy; it lands again as the original does."""
    value = text.strip(BLANKS)
    if value in nulls or re.fullmatch(HASHED_PATTERN, value):
        return None
    if not value or treatment == "blank":
        return ""
    return HASHED + hashlib.sha256((salt + value.lower()).encode()).hexdigest()[:32]


def _write_parquet(target: Path, grid: Grid, salt: str, connection: duckdb.DuckDBPyConnection) -> None:
    cells = personal_cells(grid)
    # Addresses in the queries of URLs are taken out as they are in the lake.
    cleaned = {
        cell: grid.match.platform.rewrite[target]
        for bound in grid.match.bound
        for target in bound.targets
        if target in grid.match.platform.rewrite
        for cell in bound.cells
    }
    picks = []
    for cell, name in enumerate(grid.match.header):
        value = rewritten(f"c{cell}", cleaned.get(cell, ()))
        if cells.get(cell) == "blank":
            value = "NULL::VARCHAR"
        elif cell in cells:
            value = f"{quote(HASHED)} || {hashed(value, salt)}"
        picks.append(f"{value} AS {quote_identifier(name)}")
    columns = ", ".join(f"'c{cell}': 'VARCHAR'" for cell in range(len(grid.match.header)))
    temporary = target.with_name(f"{target.name}.part")
    connection.execute(
        f"COPY (SELECT {', '.join(picks)} FROM read_csv({quote(str(grid.path))}, auto_detect = false, "
        f"header = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})) "
        f"TO {quote(str(temporary))} (FORMAT parquet)"
    )
    lake.commit(temporary, target)
