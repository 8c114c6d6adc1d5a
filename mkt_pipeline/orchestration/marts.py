"""Assets of the dbt project: lake → staging → core → marts, with the tests as checks.

What is here: how dbt resources look in the UI, the one step that runs ``dbt build``, and what a failed test
means in words. What is not: any SQL of a model or a test, the environment dbt needs and what its tests found
(``warehouse``).

dbt is started by hand rather than through ``DbtCliResource``, which asks ``dbt --version`` and opens an
adapter of its own first: seconds in which nothing happens. Its results still become Dagster events by
dagster-dbt's own code.
"""

# No postponed annotations here: Dagster reads the type of a step's context as it stands.

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from mkt_pipeline import lake, warehouse
from mkt_pipeline.errors import DataError, EnvironmentProblem, MktError
from mkt_pipeline.orchestration.steps import (
    FAILING_ROWS_METADATA,
    LOCK_WAIT_SECONDS,
    POOL,
    failure,
    nothing_to_build,
    tell,
    user_errors,
)
from mkt_pipeline.warehouse import CheckResult
from mkt_pipeline.warehouse import dbt as dbt_process
from mkt_pipeline.workspace import Workspace, dbt_project_dir

LAYERS = ("staging", "core", "marts", "metrics", "zh", "ops")
"""Groups, by the folder of a model; seeds belong to ``core``, which reads them."""

_SPEND_TABLES = {("mart", "fct_ad_campaign_daily"), ("mart", "mart_campaign_kpi_daily")}
"""Tables whose spend may be summed over all rows; others hold several levels of the same money."""

_NODE_RESULTS = {"LogModelResult", "LogSeedResult", "LogSnapshotResult"}
_TEST_RESULT = "LogTestResult"

DbtEvent = (
    dg.Output[Any]
    | dg.AssetMaterialization
    | dg.AssetObservation
    | dg.AssetCheckResult
    | dg.AssetCheckEvaluation
)


class Translator(DagsterDbtTranslator):  # type: ignore[misc, unused-ignore]
    """dbt resources as a user of the warehouse knows them: ``schema/table``, grouped by layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Sources keep the key they name (``meta.dagster.asset_key``); the rest is ``schema/name``."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer of a model."""
        folder = dbt_resource_props["fqn"][1]
        return folder if folder in LAYERS else "core"

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """The test with the words that stand beside it in the project."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=demand(manifest["nodes"][unique_id]))


def build_dbt(workspace: Workspace, manifest_path: Path) -> dg.AssetsDefinition:
    """The step ``build_marts``: every model, seed and test of the project."""
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    translator = Translator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="build_marts", pool=POOL)
    def build_marts(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        """构建数据集市 | dbt build: staging, core and marts, and every test of them."""
        with user_errors(), warehouse.build_lock(workspace, LOCK_WAIT_SECONDS):
            if nothing_to_build(context, workspace):
                tell(context, "无变化，不重建 | nothing changed: what is published is what the lake says")
                return
            made_from = warehouse.fingerprint(workspace)
            if not context.is_subset:
                warehouse.begin_build(workspace)
            build = DbtBuild(workspace)
            for line in build.run(_selection(context, manifest, translator)):
                tell(context, line)
            checks = build.checks(manifest_path)
            facts = table_facts(workspace)
            for result in build.results:
                event = DbtCoreCliEventMessage(raw_event=result, event_history_metadata={})
                for found in event.to_default_asset_events(manifest, translator, context):
                    yield _with_facts(found, result["data"]["node_info"], facts, checks)
            problems = build.problems(checks)
            if problems:
                raise failure(problems)
            if not context.is_subset:
                warehouse.record_build(workspace, made_from)
            tell(context, build.summary())

    return build_marts


class DbtBuild:
    """One run of ``dbt build``: its live lines, its result events, and what went wrong."""

    def __init__(self, workspace: Workspace) -> None:
        self.results: list[dict[str, Any]] = []
        """dbt's result events of models, seeds and tests, in the order they ended."""
        self._workspace = workspace
        self._messages: list[str] = []
        self._succeeded = False

    def run(self, selection: tuple[Sequence[str], Mapping[str, str]]) -> Iterator[str]:
        """Run dbt to its end on the selected resources, and yield a line per table as it ends."""
        arguments, environment = selection
        target = dbt_process.target_path(self._workspace)
        (target / "run_results.json").unlink(missing_ok=True)
        process = subprocess.Popen(  # noqa: S603 - our own dbt, no shell; the words are names of resources
            [str(dbt_process.executable()), "build", *arguments],
            cwd=dbt_project_dir(),
            env={
                **os.environ,
                **dbt_process.environment(self._workspace),
                **environment,
                "DBT_LOG_FORMAT": "json",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            for line in process.stdout or ():
                yield from self._read(line)
            self._succeeded = process.wait() == 0
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def _read(self, line: bytes) -> Iterator[str]:
        try:
            event = json.loads(line)
            name, level = event["info"]["name"], event["info"]["level"]
        except (ValueError, TypeError, KeyError):
            self._messages.append(line.decode(errors="replace").strip())
            return
        if name in _NODE_RESULTS or name == _TEST_RESULT:
            self.results.append(event)
        if name in _NODE_RESULTS:
            node = event["data"]["node_info"]
            yield f"{node['node_relation']['schema']}.{node['node_name']}: {node['node_status']}"
        elif level == "error" and name != _TEST_RESULT:
            self._messages.append(event["info"]["msg"].strip())

    def checks(self, manifest_path: Path) -> dict[str, CheckResult]:
        """What the tests found, by unique id; also put on record in ``ops.check_result``."""
        target = dbt_process.target_path(self._workspace)
        if not (target / "run_results.json").is_file():
            return {}
        checks = warehouse.read_results(self._workspace, target, manifest_path)
        warehouse.record_checks(self._workspace, checks)
        return {check.check_id: check for check in checks}

    def problems(self, checks: Mapping[str, CheckResult]) -> list[MktError]:
        """What stops this build: broken checks, else what dbt itself says; empty if nothing does."""
        blocking = [check for check in checks.values() if check.is_blocking]
        causes = [check for check in blocking if check.status != "skipped"] or blocking
        if causes:
            return [_check_error(check) for check in causes]
        if self._succeeded:
            return []
        words = " ".join(self._messages[-5:]) or "no reason given"
        return [
            EnvironmentProblem(
                "E-RUN-11", f"dbt could not build: {words}", where=str(dbt_project_dir()),
                expected="a build that ends", fix="mkt doctor; if it finds nothing, report this message",
            )
        ]  # fmt: skip

    def summary(self) -> str:
        """Counts in one line."""
        names = Counter(event["info"]["name"] for event in self.results)
        tests = names.pop(_TEST_RESULT, 0)
        built = sum(names.values())
        return f"{built} 张表，{tests} 项检查 | {built} tables built, {tests} tests run"


def table_facts(workspace: Workspace) -> dict[tuple[str, str], dict[str, Any]]:
    """Row count, first and newest day, and spend of the build file's tables, by schema and name."""
    if not workspace.build_file.exists():
        return {}
    with warehouse.open_build(workspace) as connection:
        counts = connection.execute(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE NOT internal"
        ).fetchall()
        dated = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_columns() "
            "WHERE NOT internal AND column_name = 'date_day'"
        ).fetchall()
        facts: dict[tuple[str, str], dict[str, Any]] = {
            (schema, name): {"dagster/row_count": rows} for schema, name, rows in counts
        }
        for schema, name in facts.keys() & set(dated):
            relation = f"{lake.quote_identifier(schema)}.{lake.quote_identifier(name)}"
            first, last = connection.execute(
                f"SELECT min(date_day), max(date_day) FROM {relation}"
            ).fetchall()[0]
            facts[schema, name] |= {"first day": str(first or "—"), "newest day": str(last or "—")}
        for schema, name in facts.keys() & _SPEND_TABLES:
            spend = connection.execute(f"SELECT sum(spend) FROM {schema}.{name}").fetchall()[0][0]
            facts[schema, name] |= {"spend": float(spend or 0)}
    return facts


def demand(node: Mapping[str, Any]) -> str:
    """What a test demands: its description, else words made from its kind and arguments, else its name."""
    test = node.get("test_metadata") or {"name": node["name"]}
    given = test.get("kwargs") or {}
    if node.get("description") or given.get("message"):
        return str(node.get("description") or given["message"])
    column, columns, values = given.get("column_name"), given.get("columns", []), given.get("values", [])
    words = {
        "unique_key": f"主键唯一且非空 | one row per {', '.join(columns)}, none of them null",
        "not_null": f"不得为空 | {column} is never null",
        "unique": f"不得重复 | {column} is unique",
        "accepted_values": f"取值受限 | {column} is one of {', '.join(map(str, values))}",
        "relationships": f"引用须存在 | every {column} is in {given.get('to')}",
    }
    return words.get(test["name"]) or f"{test['name'].replace('_', ' ')} {column or ''}".strip()


def _check_error(check: CheckResult) -> MktError:
    """A blocking check as an error: what it demands, how many rows do not, and the first of them."""
    if check.kind != "test":
        return EnvironmentProblem(
            "E-RUN-11", f"the table could not be built: {check.message or check.status}",
            where=check.model or check.check_name, expected="a table",
            fix="mkt doctor; if it finds nothing, report this message",
        )  # fmt: skip
    rows = json.loads(check.sample_rows or "[]")
    sample = "; ".join(
        ", ".join(f"{name} = {value}" for name, value in row.items() if value is not None) for row in rows[:2]
    )
    return DataError(
        "E-RUN-10",
        f"{check.failures or 'some'} rows fail the test {check.check_name}"
        + (f": {sample}" if sample else ""),
        where=check.model or "",
        expected=check.description or "no such rows",
        fix="correct the export or the setting these rows come from; what was published before stays",
    )


def _selection(
    context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator
) -> tuple[Sequence[str], Mapping[str, str]]:
    """dbt's selection arguments for the assets of this run, and the environment they need."""
    chosen = get_updated_cli_invocation_params_for_context(context, manifest, translator)
    indirect = chosen.indirect_selection
    return chosen.selection_args, {"DBT_INDIRECT_SELECTION": indirect} if indirect else {}


def _with_facts(
    event: DbtEvent,
    node: Mapping[str, Any],
    facts: Mapping[tuple[str, str], Mapping[str, Any]],
    checks: Mapping[str, CheckResult],
) -> DbtEvent:
    """The event with the table's counts, or with the rows that broke the test."""
    if isinstance(event, dg.Output):
        relation = node["node_relation"]
        known = facts.get((relation["schema"], relation["alias"]), {})
        return event.with_metadata({**event.metadata, **known})
    check = checks.get(node["unique_id"])
    if isinstance(event, dg.AssetCheckResult) and check and not event.passed:
        rows = dg.MetadataValue.json(json.loads(check.sample_rows or "[]"))
        return event._replace(
            description=check.description or check.message,
            metadata={**event.metadata, FAILING_ROWS_METADATA: rows},
        )
    return event
