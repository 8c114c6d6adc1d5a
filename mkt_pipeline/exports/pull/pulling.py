"""The order of a pull: ask, check, deliver, remember; and that one source never stops another.

What is here: the loop over sources and the one moment at which a file appears in the inbox. What is not: HTTP
(:mod:`.client`), what is asked (:mod:`.fetch`).

A download grows in ``build/pull/<name>.part``. Once it is whole and checked it is flushed to disk and renamed
into the inbox; what is remembered of the source is written after that. A process that dies before the rename
leaves the inbox as it was, one that dies after it fetches the same bytes again, which land once.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import filelock

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError, EnvironmentProblem, MktError
from mkt_pipeline.exports import files
from mkt_pipeline.exports.pull.clock import Clock
from mkt_pipeline.exports.pull.redaction import Secrets
from mkt_pipeline.exports.pull.state import (
    Days,
    Memory,
    is_due,
    read_memory,
    request_hash,
    settings_hash,
    write_memory,
)
from mkt_pipeline.workspace import SourceSettings, Workspace

LOCK_WAIT_SECONDS = 60.0

Status = Literal["fetched", "unchanged", "failed"]


@dataclass(frozen=True)
class PullResult:
    """What became of one source."""

    name: str
    status: Status
    file_name: str | None = None
    """Its name in the inbox, when something was fetched."""
    bytes: int = 0
    rows: int | None = None
    """Rows of the answer, where a recipe wrote them; 0 means that the platform has none for these days."""
    error: MktError | None = None

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(replace(self, error=None)), "error": self.error.to_dict() if self.error else None}


def due(workspace: Workspace, clock: Clock | None = None) -> list[str]:
    """The sources a run should ask now: never asked, changed, or last asked ``pull_every_hours`` ago.

    An attempt that failed counts too, so that an address that is wrong is not asked by every run.

    Raises:
        ConfigError: see :attr:`Workspace.settings`.
    """
    settings = workspace.settings
    now = (clock or Clock()).now()
    return [
        source.name
        for source in settings.sources
        if is_due(read_memory(workspace, source), source, settings.pull_every_hours, now)
    ]


def pull(
    workspace: Workspace,
    names: Sequence[str] | None = None,
    on_result: Callable[[PullResult], None] | None = None,
    *,
    clock: Clock | None = None,
) -> list[PullResult]:
    """Fetch sources into the inbox.

    Args:
        names: the sources to ask; without it, all of ``mkt.yml``.
        on_result: called after each source.

    Returns:
        One result per source. A source that fails is a result with its error, never an exception.

    Raises:
        ConfigError: ``E-PULL-03`` no source has this name; see :attr:`Workspace.settings` for the rest.
        EnvironmentProblem: ``E-PULL-14`` another pull of this workspace is under way.
    """
    sources, results = _chosen(workspace, names), []
    if not sources:
        return []
    clock = clock or Clock()
    workspace.create_folders()
    workspace.pull_dir.mkdir(parents=True, exist_ok=True)
    with _exclusive(workspace):
        for source in sources:
            results.append(_pull_one(workspace, source, clock))
            if on_result:
                on_result(results[-1])
    return results


def _chosen(workspace: Workspace, names: Sequence[str] | None) -> list[SourceSettings]:
    sources = {source.name: source for source in workspace.settings.sources}
    if names is None:
        return list(sources.values())
    for name in names:
        if name not in sources:
            known = ", ".join(sources) or "none: mkt.yml has no sources"
            raise ConfigError(
                "E-PULL-03", f"no source is named {name!r}", where=str(workspace.settings_file),
                expected=f"one of {known}", fix="use a name of this list, or add the source",
            )  # fmt: skip
    return [sources[name] for name in dict.fromkeys(names)]


@contextmanager
def _exclusive(workspace: Workspace) -> Iterator[None]:
    lock = filelock.FileLock(workspace.pull_dir / "pull.lock", timeout=LOCK_WAIT_SECONDS)
    try:
        with lock:
            yield
    except filelock.Timeout:
        raise EnvironmentProblem(
            "E-PULL-14", f"another pull has held the lock for {LOCK_WAIT_SECONDS:g} s",
            where=str(lock.lock_file), expected="one pull at a time",
            fix="wait for it, or end that process",
        ) from None  # fmt: skip


def _pull_one(workspace: Workspace, source: SourceSettings, clock: Clock) -> PullResult:
    secrets = Secrets(os.environ, f"sources.{source.name}")
    part = workspace.pull_dir / f"{source.name}.part"
    days = Days.before(clock.now().astimezone(ZoneInfo(workspace.settings.timezone)).date(), source.days)
    known = read_memory(workspace, source)
    asked = Memory(
        settings_hash(source), request_hash(source, days), clock.now().isoformat(timespec="seconds")
    )
    try:
        try:
            return _ask(workspace, source, days, part, secrets, clock, known, asked)
        except OSError as error:
            raise EnvironmentProblem(
                "E-PULL-13", f"the download cannot be written ({error.strerror or type(error).__name__})",
                where=str(part), expected="room on the disk and the right to write there",
                fix="free space or correct the rights, and run again",
            ) from None  # fmt: skip
        except MktError:
            raise
        except Exception as error:
            # The text of an unforeseen error may hold anything, a secret too.
            raise EnvironmentProblem(
                "E-PULL-19", f"{type(error).__name__} in the pull of this source",
                expected="no such failure: this is a fault of the program or of the machine",
                fix="report it with the settings of this source, without its secrets",
            ) from None  # fmt: skip
    except MktError as error:
        # What was delivered stays known; without validators, the next pull asks for all of it.
        with suppress(OSError):
            write_memory(workspace, source, replace(asked, sha256=known.sha256))
        clean = secrets.clean(error)
        clean.where = clean.where or f"sources.{source.name}"
        return PullResult(source.name, "failed", error=clean)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _ask(
    workspace: Workspace, source: SourceSettings, days: Days, part: Path, secrets: Secrets, clock: Clock,
    known: Memory, asked: Memory,
) -> PullResult:  # fmt: skip
    from mkt_pipeline.exports.pull.fetch import fetch

    found = fetch(source, days, part, secrets, clock, known if known.request == asked.request else None)
    if not found.is_new or found.sha256 == known.sha256:
        write_memory(workspace, source, replace(
            asked, etag=found.etag, last_modified=found.last_modified, sha256=known.sha256
        ))  # fmt: skip
        return PullResult(source.name, "unchanged", rows=found.rows)
    size = part.stat().st_size
    name = _deliver(part, workspace.inbox, found.file_name)
    write_memory(workspace, source, replace(
        asked, etag=found.etag, last_modified=found.last_modified, sha256=found.sha256
    ))  # fmt: skip
    return PullResult(source.name, "fetched", name, size, found.rows)


def _deliver(part: Path, inbox: Path, name: str) -> str:
    """Rename a whole download into the inbox, under a name that takes no other file's place."""
    target, number = inbox / name, 1
    while target.exists():
        number += 1
        target = inbox / f"{Path(name).stem} ({number}){Path(name).suffix}"
    try:
        lake.commit(part, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        files.copy(part, target)
    return target.name
