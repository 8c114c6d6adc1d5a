"""``mkt doctor``: what is wrong with this machine and workspace, and the one thing to do about each.

What is here: quick looks (a few seconds at most) that write nothing and use no network. What is not: mending.
Versions are read from package metadata; nothing is imported to learn its version.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mkt_pipeline.errors import MktError
from mkt_pipeline.workspace import Workspace

Status = Literal["ok", "warn", "fail", "none"]

DISTRIBUTION = "mkt-pipeline"
ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "dagster-webserver")
FULL_BELOW, TIGHT_BELOW = 1 << 30, 5 << 30
"""Free bytes under which a run cannot be trusted to finish, and under which it is time to look."""


@dataclass(frozen=True)
class Finding:
    """One row: what was looked at, how it is, and for ``fail`` the one fix."""

    check: str
    status: Status
    found: str
    fix: str = ""

    def to_dict(self) -> dict[str, str]:
        """For ``--json``."""
        return asdict(self)


def examine(workspace: Workspace) -> list[Finding]:
    """Every finding, in the order in which problems should be mended."""
    return [
        *_versions(),
        *_each(workspace, (_settings, _plans, _rates, _inbox, _lock, _published)),
        _disk(workspace.root),
    ]


def _versions() -> Iterator[Finding]:
    wanted = metadata.metadata(DISTRIBUTION)["Requires-Python"] or ""
    yield _version("python", platform.python_version(), SpecifierSet(wanted), "make setup PYTHON=python3.11")
    pins = {pin.name.lower(): pin for pin in map(Requirement, metadata.requires(DISTRIBUTION) or [])}
    for name in ENGINES:
        fix = f'pip install "{pins[name]}"'
        try:
            yield _version(name, metadata.version(name), pins[name].specifier, fix)
        except metadata.PackageNotFoundError:
            yield Finding(name, "fail", "not installed", fix)


def _version(name: str, found: str, wanted: SpecifierSet, fix: str) -> Finding:
    if wanted.contains(found, prereleases=True):
        return Finding(name, "ok", found)
    return Finding(name, "fail", f"{found}, but {wanted} is needed", fix)


def _each(workspace: Workspace, checks: Iterable[Callable[[Workspace], Finding]]) -> Iterator[Finding]:
    """The checks that need a workspace; the product's own errors become findings."""
    for check in checks:
        name = check.__name__.strip("_")
        if check is not _settings and not workspace.exists():
            yield Finding(name, "none", "no workspace yet")
            continue
        try:
            yield check(workspace)
        except MktError as error:
            place = f"{error.where}: " if error.where else ""
            yield Finding(name, "fail", f"{error.code} {place}{error.found}", error.fix)


def _settings(workspace: Workspace) -> Finding:
    if not workspace.exists():
        fix = f"mkt --workspace {workspace.root} init"
        return Finding("settings", "fail", f"{workspace.root} is no workspace", fix)
    settings = workspace.settings
    return Finding("settings", "ok", f"{settings.name}, {settings.reporting_currency}, {settings.timezone}")


def _plans(workspace: Workspace) -> Finding:
    from mkt_pipeline import plan

    plans = plan.load_plans(workspace)
    if not plans:
        return Finding("plans", "none", "none: every platform campaign is reported as it is")
    return Finding("plans", "ok", ", ".join(each.id for each in plans))


def _rates(workspace: Workspace) -> Finding:
    from mkt_pipeline.plan.fx import read_rates

    rates = read_rates(workspace.fx_rates_file)
    if not rates:
        return Finding("rates", "none", "none: enough while all money is in one currency")
    return Finding("rates", "ok", f"{len(rates)} rates up to {max(rate.rate_date for rate in rates)}")


def _inbox(workspace: Workspace) -> Finding:
    from mkt_pipeline import exports

    waiting = exports.pending(workspace)
    if not waiting:
        return Finding("inbox", "none", "empty")
    unknown = [entry for entry in waiting if entry.error is not None or entry.platform is None]
    if unknown:
        names = ", ".join(entry.path.name for entry in unknown[:3]) + (" …" if len(unknown) > 3 else "")
        fix = f'mkt inspect "{unknown[0].path}"'
        return Finding(
            "inbox", "warn", f"{len(unknown)} of {len(waiting)} files not recognised: {names}", fix
        )
    return Finding("inbox", "ok", f"{len(waiting)} files, all recognised")


def _lock(workspace: Workspace) -> Finding:
    from mkt_pipeline.warehouse.lock import holder_file

    try:
        note = json.loads(holder_file(workspace).read_text(encoding="utf-8"))
        process, since, command = int(note["pid"]), note["since"], note["command"]
    except (OSError, ValueError, KeyError):
        return Finding("lock", "ok", "free")
    if not _lives(process):
        return Finding("lock", "ok", "free; the last run was killed, the next one completes its work")
    return Finding(
        "lock", "warn", f"held by process {process} ({command}) since {since}", "wait until it is done"
    )


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _published(workspace: Workspace) -> Finding:
    from mkt_pipeline import warehouse

    if not workspace.published_file.exists():
        return Finding("published", "none", "nothing published yet; mkt run publishes")
    with warehouse.open_published(workspace) as connection:
        row = connection.execute("SELECT max(built_at) FROM ops.build").fetchone()
    built_at = row[0] if row else None
    size = workspace.published_file.stat().st_size / 1e6
    return Finding(
        "published", "ok", f"{workspace.published_file.name}, {size:.1f} MB, built {_age(built_at)}"
    )


def _age(moment: dt.datetime | None) -> str:
    if moment is None:
        return "at an unknown time"
    now = dt.datetime.now(dt.UTC)
    hours = (now - (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))).total_seconds() / 3600
    return f"{hours / 24:.0f} days ago" if hours >= 48 else f"{max(hours, 0):.1f} hours ago"


def _disk(root: Path) -> Finding:
    folder = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    text = f"{free / (1 << 30):.1f} GiB free"
    if free < FULL_BELOW:
        return Finding("disk", "fail", text, f"make room on the disk of {folder}")
    return Finding("disk", "warn" if free < TIGHT_BELOW else "ok", text)
