"""How a file would be read, without landing it.

What is here: :func:`inspect` and its result. What is not: any write below a workspace; scratch space is a
temporary folder of the system and is removed.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.exports.catalog import Catalog, load_catalog
from mkt_pipeline.exports.read import scan
from mkt_pipeline.exports.reading import Reading, Said, main_report, read_export
from mkt_pipeline.exports.stage import prepare
from mkt_pipeline.exports.staged import Staged
from mkt_pipeline.exports.values import Period
from mkt_pipeline.workspace import Settings, Workspace


@dataclass
class Inspection:
    """What ``mkt inspect`` shows; all values can be written as JSON."""

    file: str
    file_id: str
    platform: str | None = None
    report: str | None = None
    dataset: str | None = None
    level: str | None = None
    container: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    rows: int = 0
    rejected: int = 0
    totals_rows: int = 0
    date_from: str | None = None
    date_to: str | None = None
    exported_at: str | None = None
    currency: str | None = None
    account: str | None = None
    totals: dict[str, int | float] = field(default_factory=dict)
    control_totals: dict[str, int | float] = field(default_factory=dict)
    unmapped_columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    problem: dict[str, str] | None = None
    """Why ``mkt land`` would quarantine the file; None if it would land."""

    def to_dict(self) -> dict[str, Any]:
        """The same as a plain dictionary."""
        return dict(self.__dict__)


def inspect(
    path: str | Path, workspace: Workspace | None = None, *,
    period: Period | None = None, platform: str | None = None, currency: str | None = None,
) -> Inspection:  # fmt: skip
    """Read a file or folder as landing would, and say what was found. Writes nothing into the workspace.

    Raises:
        DataError: ``E-SRC-06`` when there is no such file.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(
            "E-SRC-06", "no such file", where=str(path), expected="an export", fix="check the path"
        )
    catalog = load_catalog(workspace)
    said = what_is_said(workspace, catalog, period=period, platform=platform, currency=currency)
    with tempfile.TemporaryDirectory(prefix="mkt-inspect-") as folder:
        scratch = Path(folder)
        with lake.engine(scratch / "engine") as connection:
            prepare(connection)
            return inspection_of(read_export(path, scan(path), catalog, connection, scratch, said))


def what_is_said(
    workspace: Workspace | None, catalog: Catalog, *, period: Period | None = None,
    platform: str | None = None, currency: str | None = None, salt: str = "",
) -> Said:  # fmt: skip
    """What the user and the settings say about exports of this workspace.

    Raises:
        ConfigError: ``E-CFG-11``, the platform is not in the catalog.
    """
    if platform is not None and platform not in catalog.platforms:
        raise ConfigError(
            "E-CFG-11", f"no platform {platform!r} in the catalog", where="--platform",
            expected="an id that mkt sources lists", fix="mkt sources",
        )  # fmt: skip
    settings = workspace.settings if workspace and workspace.exists() else Settings()
    known = {item.platform: item.currency_code for item in settings.accounts if item.currency_code}
    return Said(
        platform=platform, period=period, currency=currency, known_currencies=known,
        bad_row_threshold=settings.bad_row_threshold, salt=salt,
    )  # fmt: skip


def inspection_of(reading: Reading) -> Inspection:
    """The figures of a reading; sums of a multi-part export are those of its highest level."""
    shown = Inspection(
        str(reading.path), reading.scan.sha256, problem=reading.problem.to_dict() if reading.problem else None
    )
    shown.warnings = list(reading.warnings)
    report = main_report(reading)
    if report is None or reading.platform is None:
        return shown
    tables = main_tables(reading)
    first = tables[0].grid if tables else reading.context[0]
    shown.platform, shown.report = reading.platform.platform, report.report
    shown.dataset, shown.level = report.dataset, report.level
    shown.container = reading.contents.container if reading.contents else None
    shown.encoding, shown.delimiter, shown.header_line = first.encoding, first.delimiter, first.header_line
    shown.exported_at = reading.exported_at.isoformat(sep=" ")
    shown.rows = sum(table.rows for table in tables) or sum(reading.context_rows.values()) * (not tables)
    shown.rejected = sum(table.rejected for table in reading.tables)
    shown.totals_rows = sum(table.totals_rows for table in reading.tables)
    if reading.tables:
        top = reading.tables[0]
        shown.totals, shown.control_totals = top.totals, top.control
        shown.currency, shown.account = (
            _constant(top, "currency_code"),
            _constant(top, "account_id", "account_name"),
        )
    dates = [table.dates for table in reading.tables if table.dates]
    if dates:
        shown.date_from, shown.date_to = str(min(d.start for d in dates)), str(max(d.end for d in dates))
    shown.unmapped_columns = unmapped(reading)
    shown.rejects = [reject.to_dict() for table in reading.tables for reject in table.rejects][:100]
    shown.parts = [part_of(table) for table in reading.tables] if _has_parts(reading) else []
    return shown


def main_tables(reading: Reading) -> list[Staged]:
    """The tables whose rows count as the file's: blocks together; of an archive's parts the highest level."""
    if reading.platform and reading.platform.blocks:
        return reading.tables
    return reading.tables[:1]


def _has_parts(reading: Reading) -> bool:
    return len(reading.tables) + len(reading.context) > 1


def part_of(table: Staged) -> dict[str, Any]:
    """One part as a dictionary."""
    report = table.grid.match.report
    return {
        "part": table.grid.part, "report": report.report, "level": report.level, "dataset": report.dataset,
        "header_line": table.grid.header_line, "rows": table.rows, "rejected": table.rejected,
        "date_from": str(table.dates.start) if table.dates else None,
        "date_to": str(table.dates.end) if table.dates else None,
        "totals": table.totals, "control_totals": table.control,
        "unmapped_columns": table.grid.match.unmapped_columns,
    }  # fmt: skip


def unmapped(reading: Reading) -> list[str]:
    """Headers nobody knows, each once."""
    return list(dict.fromkeys(name for table in reading.tables for name in table.grid.match.unmapped_columns))


def _constant(table: Staged, *names: str) -> str | None:
    known = {**table.constants, **table.shown}
    return next((str(known[name]) for name in names if known.get(name)), None)


__all__ = ["Inspection", "inspect", "inspection_of"]
