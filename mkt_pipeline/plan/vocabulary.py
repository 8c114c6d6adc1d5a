"""The names a plan may use: metrics, channels, platforms.

What is here: where each list of names comes from. What is not: the lists themselves; they are the dbt
project's seeds and the names of the catalog's files.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from mkt_pipeline.metrics import Metric, registry
from mkt_pipeline.workspace import PACKAGE_DIR, Workspace, dbt_project_dir


@dataclass(frozen=True)
class Vocabulary:
    """The known metrics (id → metric), channel ids and platform ids."""

    metrics: Mapping[str, Metric]
    channels: frozenset[str]
    platforms: frozenset[str]

    @classmethod
    def of(cls, workspace: Workspace) -> Vocabulary:
        """The names that hold for this workspace, its own catalog entries included."""
        return cls(registry(), channel_ids(), platform_ids(workspace))


def channel_ids() -> frozenset[str]:
    """Ids of the channels: the seed ``channel.csv``."""
    with (dbt_project_dir() / "seeds" / "channel.csv").open(encoding="utf-8", newline="") as handle:
        return frozenset(row["channel_id"] for row in csv.DictReader(handle))


def platform_ids(workspace: Workspace) -> frozenset[str]:
    """Ids of the platforms: a catalog entry's file is named after its platform."""
    folders = (PACKAGE_DIR / "exports" / "catalog", workspace.catalog_dir)
    return frozenset(path.stem for folder in folders for path in folder.glob("*.yml"))
