"""Inbox to lake: every file is landed, recognised as a duplicate, quarantined with a reason, or left waiting.

What is here: the order of the steps that makes a crash at any moment harmless, and the bookkeeping around it.
What is not: how a file is read (:mod:`.reading`).

For each file: read it into scratch space; write the rows to ``<file_id>.part`` and rename; move the original
to the archive; write the receipt and rename it. The receipt is the commit. A crash before it leaves the
original in the inbox or, archived without a receipt, where the next run finds and lands it; rows without a
receipt are never read and are removed by the next run. Landings exclude each other by an OS file lock, which
dies with its process.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import duckdb
import filelock

from mkt_pipeline import lake
from mkt_pipeline.errors import DataError, EnvironmentProblem
from mkt_pipeline.exports import files, read
from mkt_pipeline.exports.catalog import load_catalog
from mkt_pipeline.exports.history import History, header_fingerprint
from mkt_pipeline.exports.inbox import (
    given_entries,
    inbox_entries,
    is_unfinished,
    recognise_entry,
    why_left_alone,
)
from mkt_pipeline.exports.inspection import inspection_of, what_is_said
from mkt_pipeline.exports.notes import (
    NOTE_SUFFIX,
    archived_files,
    note_of,
    note_of_said,
    noted,
    said_in,
    write_note,
)
from mkt_pipeline.exports.privacy import is_clean, is_personal, redacted_name, workspace_salt, write_redacted
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.quarantine import quarantine, release
from mkt_pipeline.exports.reading import Reading, Said, read_export, unforeseen
from mkt_pipeline.exports.receipts import Receipt, receipt_files, receipts
from mkt_pipeline.exports.sources import platform_measures
from mkt_pipeline.exports.stage import prepare
from mkt_pipeline.exports.staged import Staged
from mkt_pipeline.exports.text import Scan
from mkt_pipeline.exports.values import Period
from mkt_pipeline.workspace import Workspace

UNKNOWN = "(unknown)"
"""The ``platform`` argument that lands only what no platform claims, that is: quarantines it."""


Status = Literal["landed", "duplicate", "quarantined", "waiting"]


@dataclass
class LandResult:
    """What became of one file."""

    status: Status
    path: Path
    file_id: str | None = None
    platform: str | None = None
    report: str | None = None
    datasets: list[str] = field(default_factory=list)
    rows: int = 0
    rejected: int = 0
    date_from: str | None = None
    date_to: str | None = None
    totals: dict[str, int | float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    header_changes: list[str] = field(default_factory=list)
    """Those of the warnings that say how a header differs from the exports before."""
    error: DataError | None = None

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        shown = dict(self.__dict__)
        return {**shown, "path": str(self.path), "error": self.error.to_dict() if self.error else None}


def land(
    workspace: Workspace,
    paths: Iterable[str | Path] | None = None,
    *,
    platform: str | None = None,
    recognise_as: str | None = None,
    period: Period | tuple[dt.date, dt.date] | None = None,
    currency: str | None = None,
    on_result: Callable[[LandResult], None] | None = None,
    lock_wait_seconds: float = 600,
) -> list[LandResult]:
    """Land files; see the module's docstring for the order of steps.

    Args:
        paths: files or export folders; without it everything in the inbox. Entries of the inbox are moved,
            files elsewhere are copied and never removed.
        platform: land only files of this platform; files of no known platform are quarantined only without
            it or with ``"(unknown)"``.
        recognise_as: read the files as reports of this platform and of no other.
        period: the days that files without dates cover.
        currency: ISO 4217 code of amounts whose currency nothing says.
        on_result: called after each file.

    Returns:
        One result per file, files landed anew from the archive included.

    Raises:
        EnvironmentProblem: ``E-ENV-10``, another landing holds the lock.
        ConfigError: ``E-CFG-11``, ``recognise_as`` is not in the catalog.
    """
    said = {"platform": recognise_as, "period": Period(*period) if period else None, "currency": currency}
    wanted = None if paths is None else [Path(path) for path in paths]
    workspace.create_folders()
    with (
        _exclusive(workspace, lock_wait_seconds),
        _Landing(workspace, **said) as landing,
    ):
        results: list[LandResult] = []
        for result in _land_all(landing, wanted, platform):
            results.append(result)
            if on_result:
                on_result(result)
        return results


def reland(
    workspace: Workspace, *, platform: str | None = None, lock_wait_seconds: float = 600
) -> list[LandResult]:
    """Land again, from the archive, what has no receipt or was read by another catalog version."""
    workspace.create_folders()
    with _exclusive(workspace, lock_wait_seconds), _Landing(workspace) as landing:
        return list(landing.reland(platform))


def outdated(workspace: Workspace) -> list[Path]:
    """Archived files that the next landing reads again: without a receipt, or of another catalog version."""
    return list(_Landing(workspace).outdated(None))


def write_platforms(workspace: Workspace) -> Path:
    """Write ``lake/platform`` and ``lake/platform_measure`` from the catalog, where anything changed.

    Returns:
        The table of platforms.
    """
    catalog = load_catalog(workspace)
    rows = [
        {
            "platform": item.platform, "name_en": item.name.get("en", item.platform),
            "name_zh": item.name.get("zh", item.platform), "channel_id": item.channel,
            "conversion_lag_days": item.conversion_lag_days, "freshness_days": item.freshness_days,
        }
        for item in catalog
    ]  # fmt: skip
    _write_if_changed(workspace, "platform_measure", [asdict(each) for each in platform_measures(catalog)])
    return _write_if_changed(workspace, "platform", rows)


def _write_if_changed(workspace: Workspace, dataset: str, rows: list[dict[str, Any]]) -> Path:
    target = lake.folder(workspace, dataset) / "current.parquet"
    if target.exists():
        with lake.engine(workspace.scratch) as connection:
            result = connection.execute("SELECT * FROM read_parquet(?)", [str(target)])
            names = [column[0] for column in result.description or ()]
            if [dict(zip(names, row, strict=True)) for row in result.fetchall()] == rows:
                return target
    return lake.write_rows(workspace, dataset, "current.parquet", rows)


def _unreadable(path: Path, error: Exception) -> LandResult:
    """The result for a file that the system did not let us read, or whose rows it did not let us write."""
    said = getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
    return LandResult("waiting", path, error=problem(
        "E-SRC-12", f"cannot be read or written ({said})", where=path.name,
        expected="a file that may be read, and room on the disk", fix="it is tried again by the next landing",
    ))  # fmt: skip


@contextmanager
def _exclusive(workspace: Workspace, wait_seconds: float) -> Iterator[None]:
    lock = filelock.FileLock(workspace.build_dir / "landing.lock", timeout=wait_seconds)
    try:
        with lock:
            yield
    except filelock.Timeout:
        raise EnvironmentProblem(
            "E-ENV-10", f"another landing has held the lock for {wait_seconds:g} s",
            where=str(lock.lock_file),
            expected="one landing at a time", fix="wait for it, or end that process",
        ) from None  # fmt: skip


def _land_all(landing: _Landing, paths: Sequence[Path] | None, platform: str | None) -> Iterator[LandResult]:
    yield from landing.reland(platform)
    entries = inbox_entries(landing.workspace) if paths is None else given_entries(paths, landing.catalog)
    for path in entries:
        if platform is not None and not is_unfinished(path):
            found = recognise_entry(path, landing.catalog).platform or UNKNOWN
            if found != platform:
                continue
        yield landing.land_one(path)


class _Landing:
    """One locked session: a connection, the catalog, the receipts that exist, and the steps for one file."""

    def __init__(self, workspace: Workspace, **said: Any) -> None:
        self.workspace = workspace
        self.catalog = load_catalog(workspace)
        self.said = what_is_said(workspace, self.catalog, **said)
        self.scratch = workspace.scratch / "landing"
        self.history = History()

    def __enter__(self) -> _Landing:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self.said = replace(self.said, salt=workspace_salt(self.workspace))
        self._connect()
        self._remove_leftovers()
        for receipt in receipts(self.workspace, self.connection):
            self.history.add(receipt)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _connect(self) -> None:
        self.connection: duckdb.DuckDBPyConnection = lake.engine(self.scratch / "engine")
        prepare(self.connection)

    def _mend_connection(self) -> None:
        """A new engine where a fatal error has made the old one refuse everything."""
        try:
            self.connection.execute("SELECT 1")
        except duckdb.Error:
            self._connect()

    def _remove_leftovers(self) -> None:
        """Half-written files and rows without a receipt, left by a landing that was killed."""
        landed = receipt_files(self.workspace)
        for dataset in (*(item.name for item in lake.EXPORT_DATASETS), "landed_file", "quarantined_file"):
            folder = lake.folder(self.workspace, dataset)
            for path in folder.glob("*") if folder.is_dir() else ():
                orphan = dataset not in ("landed_file", "quarantined_file") and path.stem not in landed
                if path.suffix == ".part" or (orphan and path.name != lake.CONTRACT_FILE):
                    path.unlink()

    # -- one file ---------------------------------------------------------------------------------

    def land_one(self, path: Path) -> LandResult:
        """Land, quarantine or leave one file."""
        if is_unfinished(path):
            return LandResult("waiting", path)
        reason = why_left_alone(path, self.workspace)
        if reason:
            return LandResult("waiting", path, error=reason)
        try:
            return self._land_readable(path)
        except (OSError, duckdb.IOException) as error:
            self._remove_leftovers()
            return _unreadable(path, error)

    def _land_readable(self, path: Path) -> LandResult:
        before = _stamp(path)
        scanned = read.scan(path)
        known = receipts(self.workspace, self.connection, scanned.sha256)
        is_current = bool(known) and known[0].catalog_version == self._version(known[0].platform)
        if is_current and self._says_nothing_new(known[0]):
            self._take_out(path)
            return self._duplicate(path, known)
        scratch = self._fresh_scratch()
        reading = self._read(path, scanned, scratch, self.said)
        if _stamp(path) != before:
            return LandResult(
                "waiting",
                path,
                error=problem("E-SRC-12", "the file changed while it was read", where=path.name),
            )
        if not reading.problem:
            self._try_to_commit(reading, lambda: self._archive(reading, path))
        if reading.problem:
            quarantine(self.workspace, self.connection, reading)
            return _result("quarantined", reading)
        release(self.workspace, scanned.sha256)
        return _result("landed", reading)

    def _says_nothing_new(self, receipt: Receipt) -> bool:
        """Whether the user says of a file that has landed what was said of it then, or nothing."""
        note = noted(self.workspace.root / receipt.archive_path)
        said = note_of_said(self.said)
        return all(note.get(key) == value for key, value in said.items())

    def _read(self, path: Path, scanned: Scan, scratch: Path, said: Said) -> Reading:
        reading = read_export(path, scanned, self.catalog, self.connection, scratch, said)
        if reading.problem:
            self._mend_connection()
        return reading

    def _try_to_commit(self, reading: Reading, archive: Callable[[], Path]) -> None:
        """Commit; why that is not possible becomes the reading's problem."""
        try:
            self._commit(reading, archive)
        except DataError as error:
            reading.problem = error
        except (OSError, duckdb.IOException):
            raise
        except Exception as error:
            if not reading.path.exists():
                raise
            reading.problem = unforeseen(error, reading.path)
        if reading.problem:
            self._mend_connection()
            self._remove_leftovers()

    def _fresh_scratch(self, name: str = "file") -> Path:
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _version(self, platform: str) -> str | None:
        entry = self.catalog.platforms.get(platform)
        return entry.version if entry else None

    def _duplicate(self, path: Path, known: Sequence[Any]) -> LandResult:
        first = known[0]
        return LandResult(
            "duplicate", path, first.file_id, first.platform, first.report,
            sorted({item.dataset for item in known if item.dataset}),
            warnings=[f"the same bytes landed as {first.file_name} at {first.landed_at:%Y-%m-%d %H:%M}"],
        )  # fmt: skip

    def _take_out(self, path: Path) -> None:
        """Remove an entry of the inbox whose content is safe elsewhere; others are not ours to remove."""
        if files.is_inside(path, self.workspace.inbox):
            files.remove(path)

    # -- commit -----------------------------------------------------------------------------------

    def _commit(self, reading: Reading, archive: Callable[[], Path]) -> None:
        """Rows, original, receipt: in this order, each complete before the next."""
        for dataset in dict.fromkeys(_dataset(table) for table in reading.tables):
            self._write_rows(reading, dataset)
        archived = archive()
        reading.warnings += self.history.unknown_columns(reading)
        reading.header_changes = self.history.header_changes(reading)
        reading.warnings += reading.header_changes
        rows = self._receipt_rows(reading, archived)
        lake.write_rows(
            self.workspace, "landed_file", f"{reading.scan.sha256}.parquet", rows, connection=self.connection
        )
        self.history.remember(reading)

    def _write_rows(self, reading: Reading, dataset: str) -> None:
        tables = [table for table in reading.tables if _dataset(table) == dataset]
        folder = lake.folder(self.workspace, dataset)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{reading.scan.sha256}.part"
        query = _landed_rows(reading, tables)
        # Rows carry their number; keeping them in order as well would cost a third of the time.
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute(
            f"COPY ({query}) TO {lake.quote(str(temporary))} "
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
        self.connection.execute("SET preserve_insertion_order = true")
        lake.commit(temporary, folder / f"{reading.scan.sha256}.parquet")

    def _archive(self, reading: Reading, path: Path) -> Path:
        """Move or copy the original to its place in the archive, with a note of a period given by hand."""
        assert reading.platform is not None
        folder = self.workspace.archive / reading.platform.platform
        folder.mkdir(parents=True, exist_ok=True)
        existing = next(archived_files(folder, reading.scan.sha256), None)
        target = existing or folder / files.kept_name(reading.scan.sha256, path)
        grids = reading.contents.grids if reading.contents else []
        if is_personal(grids):
            target = self._archive_redacted(reading, path, existing or redacted_name(path, target, grids))
            self._take_out(path)
            return target
        write_note(target, note_of(reading))
        if existing:
            self._take_out(path)
        elif files.is_inside(path, self.workspace.inbox):
            files.move(path, target)
        else:
            files.copy(path, target)
        return target

    def _archive_redacted(self, reading: Reading, path: Path, target: Path) -> Path:
        """Archive a copy without what is personal, once it is shown that it lands as the original does.

        The note that holds the identity of the original is written first: a copy is never without it.

        Raises:
            DataError: ``E-SRC-30``, no such copy can be written.
        """
        assert reading.contents is not None
        note = note_of(reading) | {
            "file_id": reading.scan.sha256,
            "exported_at": reading.exported_at.isoformat(),
        }
        write_note(target, note)
        if not target.exists() or path == target:
            notes = write_redacted(path, target, reading.contents.grids, self.said.salt, self.connection)
            reading.warnings += [f"in the archived copy, {note}" for note in notes]
        again = self._read(target, read.scan(target), self._fresh_scratch("copy"), said_in(note, self.said))
        copied = again.contents.grids if again.contents else []
        if again.problem or not is_clean(copied) or _figures(again) != _figures(reading):
            files.remove(target)
            raise problem(
                "E-SRC-30", "a copy without the personal columns does not land as the original does",
                where=path.name, expected="a table whose rows are as wide as its header",
                fix="leave the personal columns out of the export",
            )  # fmt: skip
        return target

    def _receipt_rows(self, reading: Reading, archived: Path) -> list[dict[str, Any]]:
        common = {
            "file_id": reading.scan.sha256,
            "file_name": files.original_name(archived),
            "archive_path": archived.relative_to(self.workspace.root).as_posix(),
            "bytes": reading.scan.bytes,
            "exported_at": reading.exported_at,
            "landed_at": dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
        }
        tables = [{**common, **_table_receipt(reading, table)} for table in reading.tables]
        context = [
            {**common, **_grid_receipt(grid), "row_count": reading.context_rows[grid.part]}
            for grid in reading.context
        ]
        rows = [*tables, *context]
        rows[0]["warnings"] = _json(reading.warnings)
        return rows

    # -- the archive ------------------------------------------------------------------------------

    def reland(self, platform: str | None) -> Iterator[LandResult]:
        """Files of the archive whose receipt is missing or of another catalog version."""
        for path in self.outdated(platform, self.connection):
            result = self._reland_one(path)
            if result:
                yield result

    def outdated(
        self, platform: str | None, connection: duckdb.DuckDBPyConnection | None = None
    ) -> Iterator[Path]:
        """Files of the archive that have to be read again."""
        known = {item.file_id[: files.ID_DIGITS]: item for item in receipts(self.workspace, connection)}
        for path in self._archived_files(platform):
            receipt = known.get(path.name.split("__", 1)[0])
            current = self._version(receipt.platform if receipt else path.parent.name)
            if current is not None and (receipt is None or receipt.catalog_version != current):
                yield path

    def _archived_files(self, platform: str | None) -> Iterator[Path]:
        folders = sorted(self.workspace.archive.iterdir()) if self.workspace.archive.is_dir() else []
        for folder in folders:
            if folder.is_dir() and platform in (None, folder.name):
                for path in sorted(folder.iterdir()):
                    if not path.name.endswith((NOTE_SUFFIX, ".part")):
                        yield path

    def _reland_one(self, path: Path) -> LandResult | None:
        scanned, note = read.scan(path), noted(path)
        if "file_id" in note:
            # The archive holds a copy without personal data; its identity is still that of the original.
            scanned = replace(scanned, sha256=note["file_id"])
        reading = self._read(path, scanned, self._fresh_scratch(), said_in(note, self.said))
        if reading.problem:
            # The archive keeps the original and the lake what the former entry read: nothing is lost by a
            # catalog entry that no longer fits, and the result says so.
            return _result("quarantined", reading)
        grids = reading.contents.grids if reading.contents else []
        # The newer entry may declare as personal what the older one kept.
        redact = is_personal(grids) and not is_clean(grids)
        self._try_to_commit(reading, lambda: self._redact_archived(reading, path) if redact else path)
        if reading.problem:
            return _result("quarantined", reading)
        self._remove_rows_no_longer_fed(reading)
        return _result("landed", reading)

    def _redact_archived(self, reading: Reading, path: Path) -> Path:
        assert reading.contents is not None
        target = redacted_name(path, path, reading.contents.grids)
        self._archive_redacted(reading, path, target)
        if target != path:
            files.remove(path)
        return target

    def _remove_rows_no_longer_fed(self, reading: Reading) -> None:
        """Rows that an older entry landed into a dataset that the newer one does not feed."""
        fed = {_dataset(table) for table in reading.tables}
        for dataset in lake.EXPORT_DATASETS:
            if dataset.name not in fed:
                rows = lake.folder(self.workspace, dataset.name) / f"{reading.scan.sha256}.parquet"
                rows.unlink(missing_ok=True)


def _dataset(table: Staged) -> str:
    return str(table.grid.match.report.dataset)


def _landed_rows(reading: Reading, tables: Sequence[Staged]) -> str:
    """The query that gives the rows of one dataset.

    Columns about which the file says nothing are left out, because writing them costs as much as writing
    values; the dataset's contract file names them for every reader.
    """
    values = [_landed_values(reading, table) for table in tables]
    said = [
        column for column in lake.DATASETS[_dataset(tables[0])].columns
        if any(expressions[column.name] != "NULL" for expressions in values)
    ]  # fmt: skip
    return " UNION ALL ".join(
        f"SELECT {', '.join(_typed(column, expressions[column.name]) for column in said)} "
        f"FROM {table.relation} "
        "WHERE _kind IS NULL AND _bad IS NULL"
        for table, expressions in zip(tables, values, strict=True)
    )


def _landed_values(reading: Reading, table: Staged) -> dict[str, str]:
    """Per column of the dataset, what the scratch file says of it; ``NULL`` where it says nothing."""
    report = table.grid.match.report
    constants: dict[str, Any] = {
        **table.constants,
        "file_id": reading.scan.sha256, "part": table.grid.part,
        "platform": table.grid.match.platform.platform,
        "report": report.report, "level": report.level, "exported_at": reading.exported_at,
    }  # fmt: skip
    values = {}
    for column in lake.DATASETS[_dataset(table)].columns:
        fallback = _literal(constants.get(column.name))
        value = fallback
        if column.name == "row_number":
            value = "file_row_number + 1"
        elif column.name == "breakdown_type" and "breakdown_value" in table.columns:
            value = f"CASE WHEN breakdown_value IS NOT NULL THEN {fallback} END"
        elif column.name in table.columns:
            name = lake.quote_identifier(column.name)
            value = name if fallback == "NULL" else f"coalesce({name}, {fallback})"
        values[column.name] = value
    return values


def _typed(column: lake.Column, expression: str) -> str:
    return f"CAST({expression} AS {column.type}) AS {lake.quote_identifier(column.name)}"


def _literal(value: object) -> str:
    return "NULL" if value is None else lake.quote(str(value))


def _table_receipt(reading: Reading, table: Staged) -> dict[str, Any]:
    return {
        **_grid_receipt(table.grid),
        "dataset": _dataset(table),
        "totals": _json(table.totals), "control_totals": _json(table.control),
        "unmapped_columns": _json(table.grid.match.unmapped_columns),
        "rejects": _json([reject.to_dict() for reject in table.rejects]),
        "row_count": table.rows, "rejected_count": table.rejected, "totals_row_count": table.totals_rows,
        "date_from": table.dates.start if table.dates else None,
        "date_to": table.dates.end if table.dates else None,
        "is_daily": table.is_daily,
    }  # fmt: skip


def _grid_receipt(grid: read.Grid) -> dict[str, Any]:
    match = grid.match
    return {
        "dataset": None, "part": grid.part, "platform": match.platform.platform,
        "report": match.report.report,
        "level": match.report.level, "encoding": grid.encoding, "delimiter": grid.delimiter,
        "header_fingerprint": header_fingerprint(match.header), "header": _json(match.header),
        "catalog_version": match.platform.version,
        "totals": "{}", "control_totals": "{}", "unmapped_columns": "[]", "warnings": "[]", "rejects": "[]",
        "header_line": grid.header_line, "row_count": 0, "rejected_count": 0, "totals_row_count": 0,
        "is_daily": False,
    }  # fmt: skip


def _result(status: Status, reading: Reading) -> LandResult:
    shown = inspection_of(reading)
    return LandResult(
        status, reading.path, reading.scan.sha256, shown.platform, shown.report,
        sorted({_dataset(table) for table in reading.tables}), sum(table.rows for table in reading.tables),
        shown.rejected, shown.date_from, shown.date_to, shown.totals,
        shown.warnings, reading.header_changes, reading.problem,
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of a file or of a folder's members."""
    files = [path] if path.is_file() else read.folder_members(path)
    return tuple((item.name, (stat := item.stat()).st_size, stat.st_mtime_ns) for item in files)


def _figures(reading: Reading) -> list[tuple[object, ...]]:
    """What two readings of the same rows have in common."""
    return sorted(
        (table.grid.match.report.report, table.rows, table.rejected, str(sorted(table.totals.items())))
        for table in reading.tables
    )  # fmt: skip
