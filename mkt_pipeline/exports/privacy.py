"""Personal data at the door: the workspace's salt, and archived copies without names and addresses.

What is here: which cells of an export are personal, by the catalog's word, and the copy the archive keeps in
which they are hashed or empty. What is not: hashing while rows are read (:mod:`.sql`), finding personal
columns nobody declared (:mod:`.stage`).

A hash in an archived copy is marked as one, so that reading the copy again gives the same rows.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import duckdb

from mkt_pipeline.exports import rewrite
from mkt_pipeline.exports.catalog import normalise
from mkt_pipeline.exports.read import Grid
from mkt_pipeline.exports.sql import HASHED, rewritten
from mkt_pipeline.lake import quote, quote_identifier
from mkt_pipeline.workspace import Workspace

Treatment = Literal["hash", "blank"]


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


def write_redacted(
    path: Path, target: Path, grids: Sequence[Grid], salt: str, connection: duckdb.DuckDBPyConnection
) -> Path:
    """Write the copy that the archive keeps of an export with personal columns; its path.

    It has the shape of the original where that can be written; pages and old workbooks become xlsx, JSON
    becomes Parquet, with the same rows.

    Raises:
        DataError: as :func:`.rewrite.rewrite_cells`.
    """
    shown = grids[0].delimiter
    if shown in ("json", "parquet"):
        target = target.with_name(f"{target.name}.parquet")
        _write_parquet(target, grids[0], salt, connection)
    else:
        tables = _by_place(grids)

        def decide(part: rewrite.Part, line: int, column: int, text: str) -> str | None:
            above = [table for table in tables.get((part.member, part.sheet), ()) if table[0] < line]
            treatment = above[-1][1].get(column) if above else None
            return _treated(text, treatment, salt) if treatment else None

        with rewrite.opened(path) as package:
            target = target.with_name(rewrite.copy_name(package, target.name))
        rewrite.rewrite_cells(path, target, decide)
    stat = path.stat()
    os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return target


def _by_place(grids: Sequence[Grid]) -> dict[tuple[str, str], list[tuple[int, Mapping[int, Treatment]]]]:
    """Per member and sheet, the header line and the personal cells of each table, downwards."""
    found: dict[tuple[str, str], list[tuple[int, Mapping[int, Treatment]]]] = {}
    for grid in sorted(grids, key=lambda grid: grid.header_line):
        found.setdefault((grid.member, grid.sheet), []).append((grid.header_line, personal_cells(grid)))
    return found


def _treated(text: str, treatment: Treatment, salt: str) -> str:
    value = text.strip()
    if not value or treatment == "blank":
        return ""
    if value.startswith(HASHED):
        return value
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
            digest = f"substring(sha256({quote(salt)} || lower(trim({value}))), 1, 32)"
            fresh = f"{quote(HASHED)} || {digest}"
            value = f"CASE WHEN starts_with({value}, {quote(HASHED)}) THEN {value} ELSE {fresh} END"
        picks.append(f"{value} AS {quote_identifier(name)}")
    columns = ", ".join(f"'c{cell}': 'VARCHAR'" for cell in range(len(grid.match.header)))
    connection.execute(
        f"COPY (SELECT {', '.join(picks)} FROM read_csv({quote(str(grid.path))}, auto_detect = false, "
        f"header = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})) "
        f"TO {quote(str(target))} (FORMAT parquet)"
    )
