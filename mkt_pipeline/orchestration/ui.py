"""Starting the Dagster UI on a workspace, for ``mkt ui``.

What is here: the command line and the environment of ``dagster dev``. What is not: definitions; the UI loads
them in processes of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.workspace import Workspace

_WORKSPACE_YAML = """\
load_from:
  - python_module:
      module_name: mkt_pipeline.definitions
      location_name: mkt_pipeline
"""


def launch_ui(workspace: Workspace, host: str = "127.0.0.1", port: int = 3000) -> int:
    """Run ``dagster dev`` on the workspace until it is interrupted, and return its exit code.

    Works alike from a checkout and from an installed package. The UI has no login: it listens on loopback
    unless another host is named.

    Raises:
        EnvironmentProblem: ``E-ENV-20`` the port is taken.
    """
    from mkt_pipeline.orchestration.instance import clear_dead_runs, open_instance

    _require_free(host, port)
    with open_instance(workspace) as instance:
        clear_dead_runs(instance)
    try:
        return subprocess.call(  # noqa: S603 - this Python and names of ours, no shell
            ui_command(workspace, host, port), env=ui_environment(workspace), cwd=workspace.root
        )
    except KeyboardInterrupt:
        return 0


def ui_command(workspace: Workspace, host: str, port: int) -> list[str]:
    """The command line; the code location has the name that runs of ``mkt run`` carry."""
    location = _write_location(workspace)
    return [sys.executable, "-m", "dagster", "dev", "-w", str(location), "--host", host, "--port", str(port)]


def ui_environment(workspace: Workspace) -> dict[str, str]:
    """The environment: this workspace, and its run history."""
    return {
        **os.environ,
        "DAGSTER_HOME": str(workspace.dagster_home),
        "MKT_WORKSPACE": str(workspace.root),
        # `dagster dev` points to another command of its makers at each start.
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
    }


def _write_location(workspace: Workspace) -> Path:
    path = workspace.dagster_home / "workspace.yaml"
    path.write_text(_WORKSPACE_YAML, encoding="utf-8")
    return path


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise EnvironmentProblem(
                "E-ENV-20", f"{host}:{port} cannot be listened on ({error.strerror})", where="--port",
                expected="a free port", fix=f"stop what uses it, or: mkt ui --port {port + 1}",
            ) from None  # fmt: skip
