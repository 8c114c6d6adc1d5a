"""Assets of the dbt project: lake → staging → core → marts, with the tests as checks.

What is here: how dbt resources look in the UI, the one step that runs ``dbt build``, and what a failed test means
in words. What is not: any SQL of a model or a test, the environment dbt needs (``warehouse.dbt``).

dbt is started by hand rather than through ``DbtCliResource``, which asks ``dbt --version`` and opens an adapter of
its own first: seconds in which nothing happens. Its results still become Dagster events by dagster-dbt's own code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from mkt_pipeline import lake, warehouse
from mkt_pipeline.errors import DataError, EnvironmentProblem, MktError
from mkt_pipeline.orchestration.steps import FAILING_ROWS_METADATA, POOL, failure, nothing_to_build, user_errors
from mkt_pipeline.workspace import Workspace

GROUPS = {"staging": "staging", "core": "core", "marts": "marts", "metrics": "metrics", "zh": "zh", "ops": "ops"}
"""Group by the folder of a model; seeds belong to ``core``, which reads them."""

SAMPLE_ROWS = 5
"""Rows shown of a failed test."""

_RESULTS = {"LogModelResult", "LogSeedResult", "LogSnapshotResult"}

DbtEvent = dg.Output[Any] | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult | dg.AssetCheckEvaluation


class Translator(DagsterDbtTranslator):
    """dbt resources as a user of the warehouse knows them: ``schema/table``, grouped by layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Sources keep the key they name (``meta.dagster.asset_key``); models and seeds are ``schema/name``."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer of a model."""
        folder = dbt_resource_props["fqn"][1]
        return GROUPS.get(folder, "core")

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """The test with the words that stand beside it in the project."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        words = _test_words(manifest["nodes"].get(unique_id, {}))
        return spec._replace(description=words) if spec and words else spec


def build_dbt(workspace: Workspace, manifest_path: Path) -> dg.AssetsDefinition:
    """The step ``build_marts``: every model, seed and test of the project."""
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    translator = Translator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="build_marts", pool=POOL)
    def build_marts(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        """构建数据集市 | dbt build: staging, core and marts, and every test of them."""
        with user_errors(), warehouse.build_lock(workspace):
            if nothing_to_build(context, workspace):
                context.log.info("nothing changed: the published numbers and the reports are those of the lake")
                return
            build = DbtBuild(workspace, manifest)
            for line in build.run(_arguments(context, manifest, translator)):
                context.log.info(line)
            facts = table_facts(workspace)
            failed = build.failed_tests()
            samples = {test.unique_id: test for test in failed}
            for raw in build.results:
                event = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
                for dagster_event in event.to_default_asset_events(manifest, translator, context):
                    yield _with_facts(dagster_event, raw, facts, samples)
            build.record_checks()
            if build.errors or not build.succeeded:
                raise failure(build.problems(failed))
            context.log.info(build.summary())

    return build_marts


@dataclass(frozen=True)
class FailedTest:
    """A dbt test that did not pass."""

    unique_id: str
    name: str
    table: str
    severity: str
    failures: int
    words: str
    rows: list[dict[str, Any]]

    def error(self) -> DataError:
        """The test as an error: what it means, how many rows, the first of them."""
        sample = "; ".join(", ".join(f"{key}={value}" for key, value in row.items()) for row in self.rows[:2])
        return DataError(
            "E-DB-10",
            f"the test {self.name} found {self.failures} rows" + (f", such as {sample}" if sample else ""),
            where=self.table,
            expected=self.words or "no such rows",
            fix="correct the export or setting these rows come from; the numbers published before stay in place",
        )


@dataclass
class DbtBuild:
    """One run of ``dbt build``: its live lines, its result events, and its failed tests."""

    workspace: Workspace
    manifest: Mapping[str, Any]
    results: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    succeeded: bool = False

    def run(self, arguments: list[str]) -> Iterator[str]:
        """Run dbt to its end and yield one line per model as it finishes."""
        process = subprocess.Popen(  # noqa: S603 - arguments are dbt's own selection words
            [str(Path(sys.executable).with_name("dbt")), "build", *arguments],
            cwd=warehouse.dbt.project_dir(),
            env={**os.environ, **warehouse.dbt.environment(self.workspace), "DBT_LOG_FORMAT": "json"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            for line in process.stdout or ():
                yield from self._read(line)
            self.succeeded = process.wait() == 0
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def _read(self, line: bytes) -> Iterator[str]:
        try:
            event = json.loads(line)
        except ValueError:
            self.errors.append(line.decode(errors="replace").strip())
            return
        name, node = event["info"]["name"], event["data"].get("node_info", {})
        if name in _RESULTS or name == "LogTestResult":
            self.results.append(event)
        if name in _RESULTS:
            yield f"{node['node_relation']['schema']}.{node['node_name']}: {node['node_status']}"
        elif event["info"]["level"] == "error":
            self.errors.append(event["info"]["msg"])
