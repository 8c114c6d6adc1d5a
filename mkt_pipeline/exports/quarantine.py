"""Refused files: kept, with the reason and the fix where people and SQL can read them.

What is here: putting a file into quarantine and letting it out again once it has landed. What is not: the
decision to refuse (:mod:`.reading`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.exports import files
from mkt_pipeline.exports.reading import Reading
from mkt_pipeline.workspace import Workspace


def quarantine(workspace: Workspace, connection: duckdb.DuckDBPyConnection, reading: Reading) -> Path:
    """Write the reason, then move the file out of the inbox, or copy one from elsewhere.

    A crash between the two leaves the file in the inbox, and the next run does both again.
    """
    assert reading.problem is not None
    file_id = reading.scan.sha256
    workspace.quarantine.mkdir(parents=True, exist_ok=True)
    kept = _kept(workspace, file_id)
    target = kept or workspace.quarantine / files.kept_name(file_id, reading.path)
    error = reading.problem.to_dict()
    row = {
        "file_id": file_id, "file_name": files.original_name(reading.path),
        "quarantine_path": target.relative_to(workspace.root).as_posix(), "code": error["code"],
        "place": error["where"], "found": error["found"], "expected": error["expected"], "fix": error["fix"],
        "platform": reading.platform.platform if reading.platform else None, "bytes": reading.scan.bytes,
        "quarantined_at": dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
    }  # fmt: skip
    lake.write_rows(workspace, "quarantined_file", f"{file_id}.parquet", [row], connection=connection)
    from_inbox = files.is_inside(reading.path, workspace.inbox)
    if kept is None:
        (files.move if from_inbox else files.copy)(reading.path, target)
    elif from_inbox:
        files.remove(reading.path)
    return target


def release(workspace: Workspace, file_id: str) -> None:
    """Forget the quarantine of a file that has landed."""
    (lake.folder(workspace, "quarantined_file") / f"{file_id}.parquet").unlink(missing_ok=True)
    kept = _kept(workspace, file_id)
    if kept:
        files.remove(kept)


def _kept(workspace: Workspace, file_id: str) -> Path | None:
    found = (
        workspace.quarantine.glob(f"{file_id[: files.ID_DIGITS]}__*") if workspace.quarantine.is_dir() else ()
    )
    return next((path for path in found if not path.name.endswith(".part")), None)
