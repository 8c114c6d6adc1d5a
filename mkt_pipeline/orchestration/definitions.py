"""The one place where Dagster definitions are put together.

What is here: :func:`build_definitions`. What is not: any asset, check, schedule or sensor of its own.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from mkt_pipeline import exports
from mkt_pipeline.exports import Catalog
from mkt_pipeline.orchestration.automation import build_job, build_schedule, build_sensor
from mkt_pipeline.orchestration.ingest import build_landing, build_plan
from mkt_pipeline.orchestration.marts import build_dbt
from mkt_pipeline.orchestration.outputs import build_outputs
from mkt_pipeline.warehouse import dbt
from mkt_pipeline.workspace import Workspace


def build_definitions(
    workspace: Workspace, *, catalog: Catalog | None = None, manifest: Path | None = None
) -> dg.Definitions:
    """All definitions of one workspace. It need not exist yet: loading succeeds and a run says what to do.

    Args:
        workspace: where the definitions work.
        catalog: for tests; by default the shipped catalog and the workspace's own entries.
        manifest: dbt's manifest, for tests; by default it is made when missing or out of date.
    """
    catalog = catalog or exports.load_catalog(workspace)
    marts = build_dbt(workspace, manifest or dbt.ensure_manifest(workspace))
    job = build_job()
    return dg.Definitions(
        assets=[
            build_landing(workspace, catalog),
            build_plan(workspace),
            marts,
            *build_outputs(workspace, sorted(marts.keys)),
        ],
        jobs=[job],
        schedules=[build_schedule(workspace, job)],
        sensors=[build_sensor(workspace, job)],
        executor=dg.in_process_executor,
    )
