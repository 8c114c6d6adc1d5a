"""Starting the UI: on loopback, on this workspace, with its history."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import yaml

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.orchestration import ui
from mkt_pipeline.orchestration.instance import LOCATION_NAME, ensure_home
from mkt_pipeline.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]


def test_the_command_names_loopback_and_the_location_of_the_checkout(workspace: Workspace) -> None:
    ensure_home(workspace)
    command = ui.ui_command(workspace, "127.0.0.1", 3000)
    assert command[command.index("--host") + 1] == "127.0.0.1"
    written = yaml.safe_load(Path(command[command.index("-w") + 1]).read_text())
    assert written == yaml.safe_load((REPOSITORY / "workspace.yaml").read_text())
    assert written["load_from"][0]["python_module"]["location_name"] == LOCATION_NAME


def test_the_environment_is_that_of_the_workspace(workspace: Workspace) -> None:
    environment = ui.ui_environment(workspace)
    assert environment["MKT_WORKSPACE"] == str(workspace.root)
    assert environment["DAGSTER_HOME"] == str(workspace.dagster_home)


def test_a_taken_port_is_named_before_anything_starts(workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentProblem, match=f"mkt ui --port {port + 1}"):
            ui.launch_ui(workspace, port=port)
