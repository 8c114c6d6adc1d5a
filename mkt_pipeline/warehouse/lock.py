"""Who may write the build file: one process at a time, by a file lock of the operating system.

What is here: the lock and the note that names its holder. What is not: DuckDB's own lock on a file
(:mod:`mkt_pipeline.warehouse.files`), which guards against programs that know nothing of this one.

The operating system frees the lock when its holder dies, however it dies; a child that inherited it
(:func:`descriptors`) keeps it until it ends too. The note beside it is only for people and may outlive its
writer.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.workspace import Workspace

DEFAULT_WAIT_SECONDS = 30.0


@contextmanager
def build_lock(workspace: Workspace, wait_seconds: float = DEFAULT_WAIT_SECONDS) -> Iterator[None]:
    """Hold the right to write the build file. A thread that holds it may ask for it again.

    Raises:
        EnvironmentProblem: ``E-DB-01`` another process held it for all of ``wait_seconds``; names the holder.
    """
    workspace.build_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file(workspace), is_singleton=True)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise _held(workspace, wait_seconds) from None
    try:
        if lock.lock_counter == 1:
            _write_note(holder_file(workspace))
        yield
    finally:
        if lock.lock_counter == 1:
            holder_file(workspace).unlink(missing_ok=True)
        lock.release()


def descriptors(workspace: Workspace) -> tuple[int, ...]:
    """What a child process that writes the build file must inherit (``pass_fds`` of ``subprocess``).

    If this process is killed, such a child is still writing; with the lock inherited, the next run waits for
    its end. Empty where locks are not inherited (Windows), or if this thread does not hold the lock.
    """
    # filelock shows the descriptor nowhere else.
    descriptor = FileLock(lock_file(workspace), is_singleton=True)._context.lock_file_fd
    return (descriptor,) if os.name == "posix" and descriptor is not None else ()


def lock_file(workspace: Workspace) -> Path:
    """The file the operating system locks. It stays; its existence means nothing."""
    return workspace.build_dir / "build.lock"


def holder_file(workspace: Workspace) -> Path:
    """The note about the holder: ``pid``, ``since`` (UTC) and ``command``."""
    return workspace.build_dir / "build.lock.json"


def _write_note(path: Path) -> None:
    note = {
        "pid": os.getpid(),
        "since": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def _held(workspace: Workspace, wait_seconds: float) -> EnvironmentProblem:
    try:
        note = json.loads(holder_file(workspace).read_text(encoding="utf-8"))
        owner = f"process {note['pid']} ({note['command']})"
        holder = f"{owner} since {note['since']}"
        if not _is_alive(note["pid"]):
            holder = f"a child of {owner}, which was ended; it is still at work"
    except (OSError, ValueError, KeyError, TypeError):
        holder = "a process that left no note"
    return EnvironmentProblem(
        "E-DB-01", f"another run is writing this workspace: {holder}; waited {wait_seconds:g} s",
        where=str(workspace.build_file), expected="one writing run at a time",
        fix="wait until it is done, or end that process; the lock frees itself",
    )  # fmt: skip


def _is_alive(pid: int) -> bool:
    """Whether a process of this number runs; True where that cannot be asked without harm (Windows)."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
