"""What lies in the inbox: its files and export folders, and those that are left alone.

What is here: which entries there are, whether one is finished, and the platform its head belongs to. What is
not: reading rows (:mod:`.reading`), landing them (:mod:`.landing`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import files, read
from mkt_pipeline.exports.catalog import Catalog, load_catalog
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.recognise import find_header
from mkt_pipeline.exports.text import HEAD_BYTES, first_lines
from mkt_pipeline.workspace import Workspace

MAX_FOLDERS = 20
"""Folders in folders that are looked into; what is deeper is taken for one export."""
_UNFINISHED = (".part", ".crdownload", ".download", ".tmp", ".partial")


@dataclass(frozen=True)
class Pending:
    """An entry of the inbox, recognised by its head alone."""

    path: Path
    platform: str | None
    error: DataError | None = None


def pending(workspace: Workspace) -> list[Pending]:
    """What waits in the inbox, with the platform its head belongs to; reads no rows and writes nothing."""
    catalog = load_catalog(workspace)
    entries = [path for path in inbox_entries(workspace) if not is_unfinished(path)]
    return [recognise_entry(path, catalog) for path in entries if not why_left_alone(path, workspace)]


def inbox_entries(workspace: Workspace) -> list[Path]:
    """Files and export folders of the inbox; other folders are looked into, links are not followed."""
    return list(entries_below(workspace.inbox, load_catalog(workspace))) if workspace.inbox.is_dir() else []


def entries_below(folder: Path, catalog: Catalog, depth: int = 0) -> Iterator[Path]:
    """Files and export folders below a folder, in order of name."""
    for item in sorted(folder.iterdir()):
        if not item.is_dir() or item.is_symlink():
            yield item
        elif not item.name.startswith("."):
            closed = depth >= MAX_FOLDERS or not os.access(item, os.R_OK | os.X_OK)
            if closed or is_export_folder(item, catalog):
                yield item
            else:
                yield from entries_below(item, catalog, depth + 1)


def why_left_alone(path: Path, workspace: Workspace) -> DataError | None:
    """Why an entry is not touched: a link in the inbox, neither file nor folder, a name nobody can write."""
    if path.is_symlink() and files.is_inside(path.parent, workspace.inbox):
        return problem(
            "E-SRC-12", f"{path.name!r} is a link", expected="a file or folder",
            fix="put the file itself into the inbox",
        )  # fmt: skip
    if path.exists() and not (path.is_file() or path.is_dir()):
        return problem(
            "E-SRC-12", f"{path.name!r} is a device or a pipe", expected="a file or folder",
            fix="write its content into a file",
        )  # fmt: skip
    if not _is_unicode(str(path)):
        return problem(
            "E-SRC-12", f"the name {os.fsencode(path)!r} is not Unicode", expected="a name in UTF-8",
            fix="rename it",
        )  # fmt: skip
    return None


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_export_folder(folder: Path, catalog: Catalog) -> bool:
    """Whether a folder is one export: by its name, or by a part that only such exports have."""
    members = read.folder_members(folder)
    if not members:
        return False
    for platform in catalog:
        if any(re.search(pattern, folder.name) for pattern in platform.folders):
            return True
    return any(_is_context(member, catalog) for member in members if member.stat().st_size < HEAD_BYTES)


def _is_context(member: Path, catalog: Catalog) -> bool:
    lines = first_lines(member)
    try:
        header = find_header(catalog, lines)
    except DataError:
        return False
    return header is not None and header.match.report.dataset is None


def is_unfinished(path: Path) -> bool:
    """Whether the name says that something still writes the file, or that it is no export at all."""
    return path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED)


def recognise_entry(path: Path, catalog: Catalog) -> Pending:
    """The platform the head of an entry belongs to, or why there is none."""
    try:
        return Pending(path, read.platform_of(path, catalog))
    except DataError as error:
        return Pending(path, None, error)
    except OSError as error:
        return Pending(
            path, None, problem("E-SRC-12", f"cannot be opened ({error.strerror})", where=path.name)
        )


def given_entries(paths: Sequence[Path], catalog: Catalog) -> Iterator[Path]:
    """The files and export folders that a user names, folders looked into.

    Raises:
        DataError: ``E-SRC-12``, there is no such file.
    """
    for path in paths:
        if not path.exists():
            raise problem(
                "E-SRC-12", "no such file", where=str(path), expected="an export", fix="check the path"
            )
        if path.is_dir() and not is_export_folder(path, catalog):
            yield from entries_below(path, catalog)
        else:
            yield path
