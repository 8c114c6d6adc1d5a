"""The audits a build must pass before it is published.

What is here: each audit, its question and its answer in words. What is not: copying (``publishing.py``) and
the tests of single models (the dbt project), whose results one audit reads.

Every audit reads the build file, attached as ``source``, and answers for itself; all of them are asked, so
that one failed run names everything that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

PUBLISHED_SCHEMAS = ("mart", "metrics", "zh", "ops")
"""What analysts see. Staging and core stay in the build file."""

REQUIRED_TABLES = (
    "mart.dim_date", "mart.dim_channel", "mart.dim_account", "mart.dim_campaign",
    "mart.dim_marketing_campaign", "mart.dim_goal", "mart.fct_ad_campaign_daily",
    "mart.mart_campaign_kpi_daily", "mart.mart_campaign_pacing_daily",
    "mart.mart_unassigned", "mart.mart_action",
    "metrics.kpi_daily", "metrics.kpi_period", "metrics.channel_summary",
    "ops.landed_file", "ops.quarantined_file", "ops.reconciliation", "ops.freshness", "ops.data_gap",
    "ops.restatement", "ops.check_result", "ops.build",
)  # fmt: skip
"""What reports, the command and every analyst's first query rely on."""

TOLERANCE = 0.005
"""Half a cent: what two sums of one quantity may differ by."""

_SHOWN = 5


@dataclass(frozen=True)
class Audit:
    """One audit of one build: its name, whether it passed, and what was found."""

    name: str
    passed: bool
    found: str

    def __str__(self) -> str:
        return f"{self.name}: {self.found}"


def audit_build(connection: duckdb.DuckDBPyConnection) -> list[Audit]:
    """Ask every audit. ``connection`` has the build file attached as ``source``."""
    present = {f"{schema}.{name}" for schema, name, _ in relations(connection)}
    missing = [name for name in REQUIRED_TABLES if name not in present]
    audits = [_audit("required_tables", missing, "not there: {}", f"{len(REQUIRED_TABLES)} tables are there")]
    if "ops.check_result" in present:
        audits.append(_checks(connection))
    if "ops.reconciliation" in present:
        audits.append(_reconciliation(connection))
    audits.append(_comments(connection))
    return audits


def relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, bool]]:
    """Schema, name and whether it is a view, of everything in the published schemas of ``source``."""
    rows = connection.execute(
        """
        SELECT schema_name, table_name, false FROM duckdb_tables()
        WHERE database_name = 'source' AND list_contains(?, schema_name)
        UNION ALL
        SELECT schema_name, view_name, true FROM duckdb_views()
        WHERE database_name = 'source' AND NOT internal AND list_contains(?, schema_name)
        ORDER BY ALL
        """,
        [list(PUBLISHED_SCHEMAS), list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return [(str(schema), str(name), bool(is_view)) for schema, name, is_view in rows]


def _audit(name: str, wrong: list[Any], found: str, otherwise: str) -> Audit:
    if not wrong:
        return Audit(name, True, otherwise)
    shown = ", ".join(str(item) for item in wrong[:_SHOWN])
    more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return Audit(name, False, found.format(shown + more))


def _checks(connection: duckdb.DuckDBPyConnection) -> Audit:
    rows = connection.execute(
        """
        SELECT check_name, status, coalesce(failures, 0), is_blocking
        FROM source.ops.check_result ORDER BY check_id
        """
    ).fetchall()
    failed = [f"{name} ({status}, {failures} rows)" for name, status, failures, blocks in rows if blocks]
    if not rows:
        return Audit("checks", False, "no check of this build is on record")
    return _audit("checks", failed, f"{len(failed)} of {len(rows)} failed: {{}}", f"{len(rows)} checks hold")


def _reconciliation(connection: duckdb.DuckDBPyConnection) -> Audit:
    rows = connection.execute(
        f"""
        SELECT file_id, measure, difference FROM source.ops.reconciliation
        WHERE abs(difference) > {TOLERANCE} ORDER BY abs(difference) DESC, file_id, measure
        """
    ).fetchall()
    differing = [f"{measure} of file {str(file_id)[:12]} by {amount}" for file_id, measure, amount in rows]
    return _audit("reconciliation", differing, "does not tie: {}", "every file ties to the marts")


def _comments(connection: duckdb.DuckDBPyConnection) -> Audit:
    rows = connection.execute(
        """
        SELECT schema_name || '.' || table_name FROM (
            SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE database_name = 'source'
            UNION ALL
            SELECT schema_name, view_name, comment FROM duckdb_views() WHERE database_name = 'source'
            UNION ALL
            SELECT schema_name, table_name || '.' || column_name, comment FROM duckdb_columns()
            WHERE database_name = 'source'
        )
        WHERE list_contains(?, schema_name) AND trim(coalesce(comment, '')) = ''
        ORDER BY ALL
        """,
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return _audit("comments", [row[0] for row in rows], "without words: {}", "every column has words")
