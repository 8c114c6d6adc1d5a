"""The next step as one would type it.

What is here: command lines and paths for hints. What is not: which step is next.
"""

from __future__ import annotations

from pathlib import Path


def command_line(command: str, root: Path) -> str:
    """The command line for a next step; the workspace is named unless it is the default one."""
    if root == Path("data").resolve():
        return f"mkt {command}"
    return f"mkt --workspace {short_path(root)} {command}"


def short_path(path: Path) -> str:
    """A path as one would type it here."""
    path = path.resolve()
    text = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return f'"{text}"' if " " in text else text
