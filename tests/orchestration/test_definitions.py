"""The definitions as a whole: they load anywhere, and the asset graph is what was reviewed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from mkt_pipeline import exports, lake
from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.orchestration.outputs import ACTION_SOURCES
from mkt_pipeline.orchestration.run import JOB_NAME, STEPS
from mkt_pipeline.orchestration.steps import POOL
from mkt_pipeline.workspace import PACKAGE_DIR, Workspace

REVIEWED_GRAPH = Path(__file__).with_name("asset_graph.txt")


def graph_as_text(definitions: dg.Definitions) -> str:
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in sorted(graph.get_all_asset_keys(), key=lambda key: "/".join(key.path))]
    groups = sorted({node.group_name for node in nodes})
    lines = []
    for group in groups:
        lines.append(f"[{group}]")
        for node in nodes:
            if node.group_name == group:
                parents = " ".join(sorted("/".join(key.path) for key in node.parent_keys))
                lines.append(f"{'/'.join(node.key.path)} <- {parents}".rstrip())
        lines.append("")
    return "\n".join(lines)


def test_the_asset_graph_is_the_reviewed_one(definitions: dg.Definitions) -> None:
    """After a change that is meant: python -m tests.orchestration.test_definitions, then read the diff."""
    assert graph_as_text(definitions) == REVIEWED_GRAPH.read_text()


def test_they_load_where_there_is_no_workspace_yet(tmp_path: Path, manifest: Path) -> None:
    nowhere = Workspace(tmp_path / "nowhere")
    definitions = build_definitions(nowhere, manifest=manifest)
    dg.Definitions.validate_loadable(definitions)
    assert not nowhere.root.exists()
    assert definitions.resolve_schedule_def("daily").execution_timezone == "UTC"


def test_they_load_with_settings_that_are_wrong(workspace: Workspace, manifest: Path) -> None:
    workspace.settings_file.write_text("timezone: Mars/Olympus\n")
    dg.Definitions.validate_loadable(build_definitions(workspace, manifest=manifest))


def test_the_job_is_every_asset_in_six_steps_in_this_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(JOB_NAME)
    assert [node.name for node in job.nodes_in_topological_order] == sorted(
        STEPS, key=[node.name for node in job.nodes_in_topological_order].index
    )
    assert {node.name for node in job.nodes} == set(STEPS)
    assert job.executor_def is dg.in_process_executor
    everything = definitions.resolve_asset_graph().materializable_asset_keys
    assert set(job.asset_layer.selected_asset_keys) == set(everything)


def test_steps_that_write_the_build_file_are_in_the_writers_pool(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(JOB_NAME)
    pools = {node.name: node.definition.pools for node in job.nodes}
    assert {name for name, found in pools.items() if found == {POOL}} == {
        "build_marts",
        "propose_actions",
        "publish_marts",
    }


def test_every_platform_and_dataset_is_an_asset(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    for platform in exports.load_catalog(None).platforms:
        assert dg.AssetKey(["exports", platform]) in keys
    for dataset in lake.DATASETS:
        assert dg.AssetKey(["lake", dataset]) in keys


def test_every_platform_reaches_the_reports(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    upstream = dg.AssetSelection.assets(dg.AssetKey(["reports"])).upstream().resolve(graph)
    for platform in exports.load_catalog(None).platforms:
        assert dg.AssetKey(["exports", platform]) in upstream


def test_assets_say_what_they_are_in_both_languages(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        if spec.key.path[0] not in {"staging", "core"}:
            assert spec.description and " | " in spec.description, spec.key


def test_platforms_have_a_freshness_policy_from_the_catalog(definitions: dg.Definitions) -> None:
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    for platform in exports.load_catalog(None).platforms.values():
        policy = specs[dg.AssetKey(["exports", platform.platform])].freshness_policy
        assert policy is not None
        assert policy.warn_window.to_timedelta().days == platform.freshness_days + 1


def test_dbt_tests_are_checks_that_say_what_they_demand_and_block_on_errors(
    definitions: dg.Definitions, manifest: Path
) -> None:
    nodes = json.loads(manifest.read_text())["nodes"].values()
    severity = {node["name"]: node["config"]["severity"] for node in nodes if node["resource_type"] == "test"}
    checks = [
        spec
        for assets in definitions.resolve_asset_graph().assets_defs
        for spec in assets.check_specs
        if spec.name in severity
    ]
    assert len(checks) > 100
    assert [spec.name for spec in checks if not spec.description] == []
    assert [spec.name for spec in checks if spec.blocking != (severity[spec.name].lower() == "error")] == []


def test_the_schedule_is_in_the_workspaces_time_zone(definitions: dg.Definitions) -> None:
    daily = definitions.resolve_schedule_def("daily")
    assert (daily.cron_schedule, daily.execution_timezone) == ("30 8 * * *", "Asia/Shanghai")
    assert daily.default_status is dg.DefaultScheduleStatus.RUNNING
    with dg.DagsterInstance.ephemeral() as instance:
        tick = daily.evaluate_tick(dg.build_schedule_context(instance))
    assert len(tick.run_requests or []) == 1


def test_the_schedule_skips_while_there_is_no_workspace(tmp_path: Path, manifest: Path) -> None:
    daily = build_definitions(Workspace(tmp_path), manifest=manifest).resolve_schedule_def("daily")
    with dg.DagsterInstance.ephemeral() as instance:
        tick = daily.evaluate_tick(dg.build_schedule_context(instance))
    assert not tick.run_requests
    assert "mkt init" in (tick.skip_message or "")


def test_the_tables_actions_depend_on_are_those_their_sql_reads() -> None:
    source = "\n".join(path.read_text() for path in (PACKAGE_DIR / "insights").glob("*.py"))
    read = set(re.findall(r"\bmart\.(\w+)", source)) - {"mart_action"}
    assert read == set(ACTION_SOURCES)


@pytest.mark.parametrize("module", ["mkt_pipeline.orchestration.run", "mkt_pipeline.orchestration.inbox"])
def test_a_run_with_nothing_to_do_imports_neither_dagster_nor_dbt(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('dagster', 'dbt', 'dagster_dbt') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        REVIEWED_GRAPH.write_text(graph_as_text(build_definitions(Workspace(Path(folder)))))
