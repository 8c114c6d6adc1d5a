"""When the inbox calls for a run: a listing, a cursor, a decision. Plain functions, no Dagster.

What is here: what the inbox sensor decides on. What is not: reading a file's content beyond a fingerprint of
its ends, recognising platforms, landing.

The cursor holds what was seen, never a time: files that were seen twice unchanged are complete, and a file
that a run has already been asked for does not ask again while it stays as it is (it waits, or it failed, and
the run said so). A clock would miss files whose time stamp is old, such as those moved in from another
folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

UNFINISHED_SUFFIXES = frozenset({".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart"})
"""Endings that browsers and copy tools give to files they are still writing."""

MAX_HOLD = 10
"""Ticks for which complete files wait for others that are still changing."""

_ENDS = 65_536

State = tuple[int, int]
"""Size in bytes and modification time in nanoseconds."""


@dataclass(frozen=True)
class Cursor:
    """What earlier ticks saw. ``asked`` are the files a run was requested for, ``requests`` counts the
    requests."""

    seen: Mapping[str, State] = field(default_factory=dict)
    asked: Mapping[str, State] = field(default_factory=dict)
    held: int = 0
    requests: int = 0

    @classmethod
    def parse(cls, text: str | None) -> Cursor:
        """The cursor of a stored text; an empty or foreign text is a fresh start."""
        try:
            data = json.loads(text or "{}")
            return cls(
                seen={name: (int(size), int(time)) for name, (size, time) in data.get("seen", {}).items()},
                asked={name: (int(size), int(time)) for name, (size, time) in data.get("asked", {}).items()},
                held=int(data.get("held", 0)),
                requests=int(data.get("requests", 0)),
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def dump(self) -> str:
        """The text to store."""
        return json.dumps(
            {"seen": self.seen, "asked": self.asked, "held": self.held, "requests": self.requests},
            sort_keys=True,
        )


@dataclass(frozen=True)
class Decision:
    """What one tick found: names by state, and the run key when a run is called for."""

    cursor: Cursor
    new: tuple[str, ...]
    changing: tuple[str, ...]
    waiting: tuple[str, ...]
    run_key: str | None

    def summary(self) -> str:
        """The counts in one sentence, for the tick's skip reason."""
        if not (self.new or self.changing or self.waiting):
            return "收件箱为空 | the inbox is empty"
        return (
            f"{len(self.new)} new, {len(self.changing)} still changing, "
            f"{len(self.waiting)} waiting since an earlier run (its log says why)"
        )


def list_inbox(inbox: Path) -> dict[str, State]:
    """Files below the inbox by relative path; hidden and unfinished ones and those that vanish are left
    out."""
    return dict(sorted(_files(inbox, inbox)))


def decide(inbox: Path, cursor: Cursor) -> Decision:
    """Compare the inbox with the cursor.

    A run is called for when there are complete files no run was asked for yet, and nothing is changing any
    more, or when such files have waited :data:`MAX_HOLD` ticks for the rest.
    """
    files = list_inbox(inbox)
    changing = tuple(name for name, state in files.items() if cursor.seen.get(name) != state)
    complete = {name: state for name, state in files.items() if name not in changing}
    new = tuple(name for name, state in complete.items() if cursor.asked.get(name) != state)
    waiting = tuple(name for name in complete if name not in new)
    ask = bool(new) and (not changing or cursor.held >= MAX_HOLD)
    asked = {name: state for name, state in complete.items() if ask or name in waiting}
    following = Cursor(
        seen=files,
        asked=asked,
        held=cursor.held + 1 if new and not ask else 0,
        requests=cursor.requests + 1 if ask else cursor.requests,
    )
    return Decision(
        cursor=following,
        new=new,
        changing=changing,
        waiting=waiting,
        run_key=f"inbox-{following.requests}-{_fingerprint(inbox, new)}" if ask else None,
    )


def _files(folder: Path, root: Path) -> Iterator[tuple[str, State]]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name.startswith((".", "~$")) or entry.suffix.lower() in UNFINISHED_SUFFIXES:
            continue
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            continue  # links are not followed, and reading a pipe would wait for ever
        if entry.is_dir():
            yield from _files(entry, root)
            continue
        try:
            stat = entry.stat()
        except FileNotFoundError:
            continue
        yield entry.relative_to(root).as_posix(), (stat.st_size, stat.st_mtime_ns)


def _fingerprint(inbox: Path, names: tuple[str, ...]) -> str:
    """A short hash of names, sizes, times and both ends of the contents: cheap for files of any size."""
    digest = hashlib.sha256()
    for name in names:
        path = inbox / name
        try:
            stat = path.stat()
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
            with path.open("rb") as handle:
                digest.update(handle.read(_ENDS))
                handle.seek(max(stat.st_size - _ENDS, 0))
                digest.update(handle.read(_ENDS))
        except FileNotFoundError:
            digest.update(f"{name}\0gone\0".encode())
    return digest.hexdigest()[:16]
