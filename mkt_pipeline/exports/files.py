"""Names, copies and removals of dropped files and folders.

What is here: file-system helpers without any knowledge of exports. What is not: where things go.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from mkt_pipeline import lake

ID_DIGITS = 16
"""Digits of the file id that stand before the name of an archived or quarantined file."""

_PREFIX = re.compile(rf"^[0-9a-f]{{{ID_DIGITS}}}__")


def kept_name(file_id: str, path: Path) -> str:
    """The name under which the archive and the quarantine keep a file."""
    return f"{file_id[:ID_DIGITS]}__{safe_name(original_name(path))}"


def original_name(path: Path) -> str:
    """The name a file was dropped with, also where the archive or the quarantine holds it."""
    return _PREFIX.sub("", path.name)


def safe_name(name: str) -> str:
    """A file name that is safe on every file system; the end is kept, where the extension stands."""
    cleaned = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(" .") or "export"
    while len(cleaned.encode()) > 180:
        cleaned = cleaned[1:]
    return cleaned


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path lies below a folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def remove(path: Path) -> None:
    """Remove a file or a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def move(source: Path, target: Path) -> None:
    """Move a file or folder; across file systems by a copy that appears under its name only when complete."""
    try:
        source.replace(target)
    except OSError:
        copy(source, target)
        remove(source)


def copy(source: Path, target: Path) -> None:
    """Copy a file or folder so that a crash leaves no half of it under its final name."""
    temporary = target.with_name(target.name + ".part")
    if temporary.exists():
        remove(temporary)
    if source.is_dir():
        shutil.copytree(source, temporary, symlinks=True)
    else:
        shutil.copy2(source, temporary)
    temporary.replace(target)


def write_text(path: Path, text: str) -> None:
    """Write a small text atomically."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    lake.commit(temporary, path)
