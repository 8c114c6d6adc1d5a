"""A new workspace: its folders and first files, and the mark of a demo workspace.

What is here: writing what is missing; nothing that exists is ever overwritten. What is not: the demo company
(``demo/``) or the meaning of a setting (``workspace.py``).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.workspace import Workspace

SCAFFOLD: Final = Path(__file__).with_name("scaffold")
FILES: Final = {
    "mkt.yml": "mkt.yml",
    "plans/example.yml.txt": "example-plan.yml",
    ".gitignore": "gitignore.txt",
    "README.md": "README.md",
}
"""File of the workspace → template. Plans end in ``.yml``, so the example takes no part."""

DEMO_MARK: Final = ".mkt-demo"


def make_workspace(workspace: Workspace) -> dict[str, bool]:
    """Make the folders and first files; the answer says of each file whether it was made now."""
    workspace.create_folders()
    return {
        name: _copy_if_missing(SCAFFOLD / source, workspace.root / name) for name, source in FILES.items()
    }


def _copy_if_missing(source: Path, target: Path) -> bool:
    text = source.read_text(encoding="utf-8")
    try:
        with target.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        return False
    return True


def is_demo(workspace: Workspace) -> bool:
    """Whether the folder was made by ``mkt demo``."""
    return (workspace.root / DEMO_MARK).is_file()


def clear_for_demo(workspace: Workspace) -> None:
    """An empty, marked folder for the demo company, in place of an earlier demo.

    Raises:
        ConfigError: ``E-CLI-02`` the folder holds anything that ``mkt demo`` did not make.
    """
    root = workspace.root
    if root.exists() and not is_demo(workspace) and (not root.is_dir() or any(root.iterdir())):
        raise ConfigError(
            "E-CLI-02", "this folder holds something else than a demo company", where=str(root),
            expected="a folder that is empty, missing, or made by `mkt demo`",
            fix="mkt demo --workspace some/new/folder",
        )  # fmt: skip
    if root.exists():
        for entry in root.iterdir():
            # The mark goes last: a deletion cut short leaves a folder that is still known as a demo.
            if entry.name != DEMO_MARK:
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    root.mkdir(parents=True, exist_ok=True)
    (root / DEMO_MARK).write_text(
        "Made by `mkt demo`, which may delete everything in this folder.\n", "utf-8"
    )
