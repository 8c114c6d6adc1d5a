"""The metric registry: what every number of the product is called, how it is made, which way is good.

What is here: ``dbt_project/seeds/metric_registry.csv`` as checked, frozen objects, and attainment against a
target. What is not: values (the ``metrics`` schema makes them from the same file), formatting (``reports/``),
or targets (``plan/``).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, cast, get_args

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.workspace import dbt_project_dir

Unit = Literal["count", "money", "ratio", "days"]
Direction = Literal["up", "down", "band"]
Additivity = Literal["additive", "ratio", "non_additive"]
Format = Literal["integer", "money", "percent", "ratio"]

REGISTRY_FILE: Final = Path("seeds") / "metric_registry.csv"

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": get_args(Unit),
    "direction": get_args(Direction),
    "additivity": get_args(Additivity),
    "format": get_args(Format),
}
_REQUIRED: Final = ("metric_id", "name_en", "name_zh", "numerator", "definition_en", "definition_zh")
_WHOLE_NUMBERS: Final = ("scale", "decimals")


@dataclass(frozen=True)
class Metric:
    """One metric. Its value over any slice is ``scale × Σ numerator ÷ Σ denominator``.

    ``numerator`` and ``denominator`` are columns of the daily campaign KPI mart; without a denominator the
    value is the plain sum. ``direction`` says whether more is better (``up``), less is better (``down``) or
    the value should stay within a band. ``additivity`` is ``non_additive`` where sums over channels or
    platforms mean nothing.
    """

    metric_id: str
    name_en: str
    name_zh: str
    unit: Unit
    numerator: str
    denominator: str | None
    scale: int
    direction: Direction
    additivity: Additivity
    decimals: int
    format: Format
    definition_en: str
    definition_zh: str


def registry() -> Mapping[str, Metric]:
    """All metrics by id, in the order in which they are shown. The mapping is read-only.

    Raises:
        ConfigError: ``E-MET-01`` the file is missing, ``E-MET-02`` a row is not a metric.
    """
    return read_registry(dbt_project_dir() / REGISTRY_FILE)


@cache
def read_registry(path: Path) -> Mapping[str, Metric]:
    """The registry in one file; raises as :func:`registry`."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except FileNotFoundError:
        raise ConfigError(
            "E-MET-01", "no metric registry here", where=str(path), expected="the seed that is shipped",
            fix="restore the file from the release",
        ) from None  # fmt: skip
    metrics: dict[str, Metric] = {}
    for line, row in enumerate(rows, start=2):
        metric = _metric(row, f"{path}:{line}")
        if metric.metric_id in metrics:
            raise _not_a_metric(f"{path}:{line}", f"{metric.metric_id} stands twice", "one row per metric_id")
        metrics[metric.metric_id] = metric
    return MappingProxyType(metrics)


def attainment(metric: Metric, actual: float | None, target: float | None) -> float | None:
    """How far a target is reached: 1.0 is exactly met, more is better in either direction.

    ``actual ÷ target`` where more is better, ``target ÷ actual`` where less is better; ``None`` for metrics
    kept in a band, and where a side is missing or the divisor is 0.
    """
    if metric.direction == "band" or actual is None or target is None:
        return None
    above, below = (actual, target) if metric.direction == "up" else (target, actual)
    return above / below if below else None


def _metric(row: Mapping[str, str | None], where: str) -> Metric:
    for column in _REQUIRED:
        if not row.get(column):
            raise _not_a_metric(where, f"{column} is empty", "a value")
    for column, allowed in _CHOICES.items():
        if row.get(column) not in allowed:
            raise _not_a_metric(where, f"{column} is {row.get(column)!r}", f"one of {', '.join(allowed)}")
    for column in _WHOLE_NUMBERS:
        if not (row.get(column) or "").isdecimal():
            raise _not_a_metric(where, f"{column} is {row.get(column)!r}", "a whole number")
    text = cast(Mapping[str, str], row)
    if (text["additivity"] == "ratio") != bool(text["denominator"]):
        raise _not_a_metric(
            where, f"additivity {text['additivity']} with denominator {text['denominator']!r}",
            "a denominator for ratios and only for them",
        )  # fmt: skip
    return Metric(
        metric_id=text["metric_id"],
        name_en=text["name_en"],
        name_zh=text["name_zh"],
        unit=cast(Unit, text["unit"]),
        numerator=text["numerator"],
        denominator=text["denominator"] or None,
        scale=int(text["scale"]),
        direction=cast(Direction, text["direction"]),
        additivity=cast(Additivity, text["additivity"]),
        decimals=int(text["decimals"]),
        format=cast(Format, text["format"]),
        definition_en=text["definition_en"],
        definition_zh=text["definition_zh"],
    )


def _not_a_metric(where: str, found: str, expected: str) -> ConfigError:
    return ConfigError(
        "E-MET-02", found, where=where, expected=expected, fix="correct that row of metric_registry.csv"
    )
