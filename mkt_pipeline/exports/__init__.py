"""Exports as people drop them: recognise → read → land → quarantine.

What is here: the room's public functions. What is not: Dagster, dbt, or anything one platform needs in code.
"""

from mkt_pipeline.exports.anonymise import Anonymised, anonymise_export
from mkt_pipeline.exports.catalog import Catalog, load_catalog
from mkt_pipeline.exports.inbox import Pending, pending
from mkt_pipeline.exports.inspection import Inspection, inspect
from mkt_pipeline.exports.landing import (
    UNKNOWN,
    LandResult,
    land,
    outdated,
    reland,
    write_platforms,
)
from mkt_pipeline.exports.mapping import Draft, draft_entry
from mkt_pipeline.exports.problems import problem_table
from mkt_pipeline.exports.receipts import Receipt, receipts
from mkt_pipeline.exports.sources import PlatformMeasure, PlatformSource, list_sources, platform_measures
from mkt_pipeline.exports.templates import TEMPLATES, template_csv
from mkt_pipeline.exports.values import Period

__all__ = [
    "TEMPLATES",
    "UNKNOWN",
    "Anonymised",
    "Catalog",
    "Draft",
    "Inspection",
    "LandResult",
    "Pending",
    "Period",
    "PlatformMeasure",
    "PlatformSource",
    "Receipt",
    "anonymise_export",
    "draft_entry",
    "inspect",
    "land",
    "list_sources",
    "load_catalog",
    "outdated",
    "pending",
    "platform_measures",
    "problem_table",
    "receipts",
    "reland",
    "template_csv",
    "write_platforms",
]
