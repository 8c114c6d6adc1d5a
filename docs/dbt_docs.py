"""The dbt project's own pages, models with lineage and SQL, as one static file: `make dbt-docs`.

What is here: running ``dbt docs generate`` in the surroundings of a workspace, without network. What is not:
the tables for readers (``docs/marts.md``).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from mkt_pipeline.warehouse.dbt import environment, executable
from mkt_pipeline.warehouse.lock import build_lock
from mkt_pipeline.workspace import Workspace, dbt_project_dir

TARGET = Path(__file__).parents[1] / "build" / "dbt-docs"


def command(workspace: Workspace, target: Path) -> tuple[list[str], Mapping[str, str]]:
    """The command line and its variables. Types of columns come from the build file, where there is one."""
    line = [str(executable()), "--quiet", "docs", "generate", "--static"]
    variables = {**os.environ, **environment(workspace), "DBT_TARGET_PATH": str(target)}
    if not workspace.build_file.is_file():
        line.append("--empty-catalog")
        # dbt makes a database it does not find; never in the workspace.
        variables["MKT_BUILD_FILE"] = str(target / "empty.duckdb")
    return line, variables


def main(workspace: Workspace | None = None, target: Path = TARGET) -> Path:
    """Write the pages of a workspace (``MKT_WORKSPACE``, else ``data``); the file to open."""
    workspace = workspace or Workspace.locate()
    target.mkdir(parents=True, exist_ok=True)
    line, variables = command(workspace, target)
    with build_lock(workspace) if workspace.build_file.is_file() else nullcontext():
        subprocess.run(line, cwd=dbt_project_dir(), env=dict(variables), check=True)  # noqa: S603 - our own dbt, no shell
    return target / "static_index.html"


if __name__ == "__main__":
    sys.stdout.write(f"{main()}\n")
