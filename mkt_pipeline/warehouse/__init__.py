"""The warehouse: the build file, the published file, and the one way from the first to the second.

What is here: the only code that opens DuckDB files; the build lock, dbt's surroundings, audits, publishing,
read-only questions. What is not: SQL of models (the dbt project), what SQL cannot solve (``insights/``).

A DuckDB file has one writing process or many reading ones. So every connection is opened late and closed at
once, the build file is guarded by a file lock, and readers only ever see the published file, which is
replaced as a whole.

Names are loaded when they are first used: whether anything is due can be told without importing DuckDB.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkt_pipeline.warehouse.checks import CheckResult, read_results, record_checks
    from mkt_pipeline.warehouse.explain import Explanation, explain_metric
    from mkt_pipeline.warehouse.exporting import Exported, export_tables
    from mkt_pipeline.warehouse.files import open_build, open_published
    from mkt_pipeline.warehouse.lock import build_lock
    from mkt_pipeline.warehouse.publishing import AuditFailed, Publication, publish
    from mkt_pipeline.warehouse.queries import QueryResult, TableDescription, describe, run_sql, tables
    from mkt_pipeline.warehouse.starters import (
        StarterQuery,
        is_name,
        questions_about,
        starter_queries,
        starter_query,
        table_examples,
    )
    from mkt_pipeline.warehouse.state import begin_build, fingerprint, is_current, record_build
    from mkt_pipeline.warehouse.writing import write_table

_HOME = {
    "AuditFailed": "publishing",
    "CheckResult": "checks",
    "Explanation": "explain",
    "Exported": "exporting",
    "Publication": "publishing",
    "QueryResult": "queries",
    "StarterQuery": "starters",
    "TableDescription": "queries",
    "begin_build": "state",
    "build_lock": "lock",
    "describe": "queries",
    "explain_metric": "explain",
    "export_tables": "exporting",
    "fingerprint": "state",
    "is_current": "state",
    "is_name": "starters",
    "open_build": "files",
    "open_published": "files",
    "publish": "publishing",
    "questions_about": "starters",
    "read_results": "checks",
    "record_build": "state",
    "record_checks": "checks",
    "run_sql": "queries",
    "starter_queries": "starters",
    "starter_query": "starters",
    "table_examples": "starters",
    "tables": "queries",
    "write_table": "writing",
}

__all__ = [
    "AuditFailed",
    "CheckResult",
    "Explanation",
    "Exported",
    "Publication",
    "QueryResult",
    "StarterQuery",
    "TableDescription",
    "begin_build",
    "build_lock",
    "describe",
    "explain_metric",
    "export_tables",
    "fingerprint",
    "is_current",
    "is_name",
    "open_build",
    "open_published",
    "publish",
    "questions_about",
    "read_results",
    "record_build",
    "record_checks",
    "run_sql",
    "starter_queries",
    "starter_query",
    "table_examples",
    "tables",
    "write_table",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
