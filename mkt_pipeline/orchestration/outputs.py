"""Assets of the way out: proposed actions, the published file, the reports.

What is here: three steps, each one call of a room, and what a user wants to see of it. What is not: the rules
behind an action, what an audit checks, how a report looks.
"""

# No postponed annotations here: Dagster reads the type of a step's context as it stands.

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from mkt_pipeline import warehouse
from mkt_pipeline.orchestration.steps import (
    LOCK_WAIT_SECONDS,
    POOL,
    RESULT_METADATA,
    table,
    tell,
    user_errors,
)
from mkt_pipeline.warehouse.audits import PUBLISHED_SCHEMAS
from mkt_pipeline.workspace import Workspace

if TYPE_CHECKING:
    from mkt_pipeline.reports import WrittenReport

ACTIONS = dg.AssetKey(["mart", "mart_action"])
PUBLISHED = dg.AssetKey(["published"])
REPORTS = dg.AssetKey(["reports"])

ACTION_SOURCES = (
    "dim_ad_entity",
    "dim_campaign",
    "dim_goal",
    "dim_marketing_campaign",
    "fct_ad_entity_daily",
    "fct_ad_search_term_daily",
    "mart_campaign_pacing_daily",
)
"""Tables of ``mart`` that the insights read; a test compares them with their SQL."""


def build_outputs(workspace: Workspace, marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The steps ``propose_actions``, ``publish_marts`` and ``write_reports``.

    Args:
        workspace: where they work.
        marts: the tables dbt builds; those of :data:`PUBLISHED_SCHEMAS` are published.
    """
    return [_actions(workspace), _publish(workspace, marts), _reports(workspace)]


def _actions(workspace: Workspace) -> dg.AssetsDefinition:
    spec = dg.AssetSpec(
        ACTIONS,
        deps=[dg.AssetKey(["mart", name]) for name in ACTION_SOURCES],
        description="优化建议 | Proposed actions with evidence, rule and expected effect: search terms and "
        "keywords that spend without converting, and budgets off their pace.",
        group_name="insights",
        kinds={"python", "duckdb"},
    )

    @dg.multi_asset(name="propose_actions", specs=[spec], pool=POOL)
    def propose_actions(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        from mkt_pipeline import insights  # seconds of numerics that a run with nothing to do need not load

        with user_errors(), warehouse.build_lock(workspace, LOCK_WAIT_SECONDS):
            with warehouse.open_build(workspace) as connection:
                actions = insights.propose_actions(connection, workspace.settings)
            warehouse.write_table(
                workspace,
                "mart",
                "mart_action",
                actions,
                insights.ACTION_COMMENT,
                insights.ACTION_WORDS,
                insights.ACTION_TYPES,
            )
        tell(context, f"{len(actions)} 条建议 | {len(actions)} actions proposed")
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
        deps=[*(key for key in marts if key.path[0] in PUBLISHED_SCHEMAS), ACTIONS],
        description="已发布的数据 | `marts.duckdb`: the file analysts, BI tools and reports read. It "
        "is swapped in one instant, after every audit passed; until then the last good one stays.",
        group_name="publish",
        kinds={"duckdb"},
    )

    @dg.multi_asset(name="publish_marts", specs=[spec], pool=POOL)
    def publish_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        with user_errors(), warehouse.build_lock(workspace, LOCK_WAIT_SECONDS):
            publication = warehouse.publish(workspace)
        count = len(publication.tables)
        tell(context, f"已发布 {count} 张表 | {count} tables published, {publication.bytes:,} bytes")
        return dg.MaterializeResult(
            PUBLISHED,
            metadata={
                "path": dg.MetadataValue.path(str(publication.path)),
                "tables": count,
                "rows": sum(item.rows for item in publication.tables if not item.is_view),
                "bytes": publication.bytes,
                "seconds": publication.seconds,
                "audits": table(
                    {"audit": audit.name, "passed": audit.passed, "found": audit.found}
                    for audit in publication.audits
                ),
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
    def write_reports(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        from mkt_pipeline import reports  # as above: charts

        def on_report(report: "WrittenReport") -> None:
            tell(context, f"{report.path.name}: {report.verdict}")

        with user_errors():
            written = reports.write_reports(workspace, on_report=on_report)
        tell(context, f"{len(written)} 份报告 | {len(written)} reports in {workspace.reports_dir}")
        return dg.MaterializeResult(REPORTS, metadata=_report_metadata(workspace, written))

    return write_reports


def _report_metadata(workspace: Workspace, written: Sequence["WrittenReport"]) -> dict[str, Any]:
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
    main = [row for row in rows if row["language"] == rows[0]["language"] and row["status"]]
    return {
        # Short enough to be shown as a table at once; longer Markdown hides behind a link.
        "verdict": table(
            ({"campaign": row["campaign_id"], "status": row["status"]} for row in main), limit=3
        ),
        "verdicts": table({name: row[name] for name in ("campaign_id", "status", "verdict")} for row in main),
        "index": dg.MetadataValue.path(str(workspace.reports_dir / "index.html")),
        "reports": len(rows),
        "bytes": sum(report.bytes for report in written),
        "seconds": float(sum(report.seconds for report in written)),
        RESULT_METADATA: dg.MetadataValue.json({"reports": rows}),
    }
