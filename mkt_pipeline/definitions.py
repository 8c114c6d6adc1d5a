"""The Dagster code location of the workspace in use (``MKT_WORKSPACE``, else ``./data``).

What is here: one line of assembly. What is not: anything else; see :mod:`mkt_pipeline.orchestration`.
"""

from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.workspace import Workspace

defs = build_definitions(Workspace.locate())
