"""Receipts: what has landed, read back from the lake.

What is here: one record per landed export, dataset and part, and the list of what was landed with which
catalog version. What is not: writing them (:mod:`.landing`).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.workspace import Workspace

_JSON = ("header", "totals", "control_totals", "unmapped_columns", "warnings", "rejects")


@dataclass(frozen=True)
class Receipt:
    """One row of ``lake/landed_file``; JSON columns as Python values."""

    file_id: str
    dataset: str | None
    part: str
    platform: str
    report: str
    level: str
    file_name: str
    archive_path: str
    encoding: str
    delimiter: str
    header_fingerprint: str
    header: list[str] | None
    catalog_version: str
    totals: dict[str, int | float]
    control_totals: dict[str, int | float]
    unmapped_columns: list[str]
    warnings: list[str]
    rejects: list[dict[str, Any]]
    bytes: int
    header_line: int
    row_count: int
    rejected_count: int
    totals_row_count: int
    date_from: dt.date | None
    date_to: dt.date | None
    is_daily: bool
    exported_at: dt.datetime
    landed_at: dt.datetime


def receipt_files(workspace: Workspace) -> dict[str, Path]:
    """File id to receipt file, from the folder listing alone."""
    folder = lake.folder(workspace, "landed_file")
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in folder.glob("*.parquet") if path.name != lake.CONTRACT_FILE}


def receipts(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection | None = None, file_id: str | None = None
) -> list[Receipt]:
    """All receipts, or those of one file, in order of landing."""
    files = receipt_files(workspace)
    paths = [files[file_id]] if file_id in files else ([] if file_id else sorted(files.values()))
    if not paths:
        return []
    if connection is None:
        with lake.engine(workspace.scratch) as own:
            return receipts(workspace, own, file_id)
    names = [field.name for field in fields(Receipt)]
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM read_parquet(?, union_by_name = true) "
        "ORDER BY landed_at, file_id, part",
        [[str(path) for path in paths]],
    ).fetchall()
    return [_receipt(dict(zip(names, row, strict=True))) for row in rows]


def _receipt(row: dict[str, Any]) -> Receipt:
    return Receipt(
        **{name: json.loads(value) if name in _JSON and value else value for name, value in row.items()}
    )
