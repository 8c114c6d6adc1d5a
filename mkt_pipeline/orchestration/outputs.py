"""Assets of the way out: proposed actions, the published file, the reports.

What is here: three steps, each one call of a room, and what a user wants to see of it. What is not: the rules
behind an action, what an audit checks, how a report looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from mkt_pipeline import insights, reports, warehouse
from mkt_pipeline.orchestration.steps import LOCK_WAIT_SECONDS, POOL, RESULT_METADATA, table, user_errors
from mkt_pipeline.reports import WrittenReport
from mkt_pipeline.workspace import Workspace

ACTIONS = dg.AssetKey(["mart", "mart_action"])
PUBLISHED = dg.AssetKey(["published"])
REPORTS = dg.AssetKey(["reports"])


def build_outputs(workspace: Workspace, marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The steps ``propose_actions``, ``publish_marts`` and ``write_reports``.

    Args:
        workspace: where they work.
        marts: the tables of the build file, all of which are published.
    """
    return [_actions(workspace, marts), _publish(workspace, marts), _reports(workspace)]


def _actions(workspace: Workspace, marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    spec = dg.AssetSpec(
        ACTIONS,
        deps=[key for key in marts if key.path[0] in {"mart", "metrics"}],
        description="优化建议 | Proposed actions with evidence, rule and expected effect: search terms and "
        "keywords that spend without converting, and budgets off their pace.",
        group_name="insights",
        kinds={"python", "duckdb"},
    )

    @dg.multi_asset(name="propose_actions", specs=[spec], pool=POOL)
    def propose_actions(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with user_errors(), warehouse.build_lock(workspace, LOCK_WAIT_SECONDS):
            with warehouse.open_build(workspace) as connection:
                actions = insights.propose_actions(connection, workspace.settings)
            warehouse.write_actions(workspace, actions)
        context.log.info(f"{len(actions)} actions proposed")
        return dg.MaterializeResult(
            ACTIONS,
            metadata={
                "dagster/row_count": len(actions),
                "expected effect": float(actions["effect_expected"].sum()),
                "actions": table(
                    actions[
                        [
                            "marketing_campaign_id",
                            "kind",
                            "object_name",
                            "spend",
                            "effect_expected",
                            "confidence",
                        ]
                    ].to_dict("records")
                ),
            },
        )

    return propose_actions


def _publish(workspace: Workspace, marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    spec = dg.AssetSpec(
        PUBLISHED,
        deps=[*marts, ACTIONS],
        description="已发布的数据 | `marts.duckdb`: the file analysts, BI tools and reports read. It is swapped "
        "in one instant and only after every audit passed; until then the last good one stays.",
        group_name="publish",
        kinds={"duckdb"},
    )

    @dg.multi_asset(name="publish_marts", specs=[spec], pool=POOL)
    def publish_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with user_errors(), warehouse.build_lock(workspace, LOCK_WAIT_SECONDS):
            publication = warehouse.publish(workspace)
        context.log.info(f"{publication.path.name}: {publication.tables} tables, {publication.bytes:,} bytes")
        return dg.MaterializeResult(
            PUBLISHED,
            metadata={
                "path": dg.MetadataValue.path(str(publication.path)),
                "tables": publication.tables,
                "bytes": publication.bytes,
                RESULT_METADATA: dg.MetadataValue.json({"published": str(publication.path)}),
            },
        )

    return publish_marts


def _reports(workspace: Workspace) -> dg.AssetsDefinition:
    spec = dg.AssetSpec(
        REPORTS,
        deps=[PUBLISHED],
        description="优化报告 | One self-contained HTML report per campaign and language, and an index over "
        "all of them.",
        group_name="reports",
        kinds={"html"},
    )

    @dg.multi_asset(name="write_reports", specs=[spec])
    def write_reports(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        def tell(report: WrittenReport) -> None:
            context.log.info(f"{report.path.name}: {report.verdict}")

        with user_errors():
            written = reports.write_reports(workspace, on_report=tell)
        context.log.info(f"{len(written)} reports in {workspace.reports_dir}")
        return dg.MaterializeResult(REPORTS, metadata=_report_metadata(workspace, written))

    return write_reports


def _report_metadata(workspace: Workspace, written: Sequence[WrittenReport]) -> dict[str, Any]:
    rows = [
        {
            "campaign_id": report.campaign_id,
            "language": report.language,
            "path": str(report.path),
            "bytes": report.bytes,
            "seconds": report.seconds,
            "status": report.status,
            "verdict": report.verdict,
        }
        for report in written
    ]
    return {
        "verdict": table({name: row[name] for name in ("campaign_id", "status", "verdict")} for row in rows),
        "index": dg.MetadataValue.path(str(workspace.reports_dir / "index.html")),
        "reports": len(rows),
        "bytes": sum(report.bytes for report in written),
        "seconds": float(sum(report.seconds for report in written)),
        RESULT_METADATA: dg.MetadataValue.json({"reports": rows}),
    }
