"""The metric registry: what it holds, how it refuses a bad row, attainment by direction."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mkt_pipeline import metrics
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.workspace import dbt_project_dir

CHANNEL_TABLE_METRICS = {
    "spend", "impressions", "clicks", "ctr", "cpm", "cpc", "conversions", "conversion_value", "cvr", "cpa",
    "roas", "sessions", "organic_clicks", "sends", "open_rate", "engagements", "engagement_rate",
    "budget_used",
}  # fmt: skip


def test_the_shipped_registry_holds_the_metrics_reports_speak_of() -> None:
    shipped = metrics.registry()
    assert shipped.keys() >= CHANNEL_TABLE_METRICS
    assert all(metric_id == metric.metric_id for metric_id, metric in shipped.items())


@pytest.mark.parametrize(
    ("metric_id", "numerator", "denominator", "scale", "direction"),
    [
        ("cpm", "spend", "impressions", 1000, "down"),
        ("cpa", "spend", "conversions", 1, "down"),
        ("roas", "conversion_value", "spend", 1, "up"),
        ("open_rate", "opens_unique", "delivered", 1, "up"),
        ("aov", "revenue", "orders", 1, "up"),
        ("mer", "revenue", "total_cost", 1, "up"),
        ("cac", "total_cost", "new_customers", 1, "down"),
        ("partner_cpv", "partner_fees", "partner_views", 1, "down"),
        ("spend", "spend", None, 1, "band"),
    ],
)
def test_formulas(
    metric_id: str, numerator: str, denominator: str | None, scale: int, direction: str
) -> None:
    metric = metrics.registry()[metric_id]
    assert (metric.numerator, metric.denominator, metric.scale, metric.direction) == (
        numerator,
        denominator,
        scale,
        direction,
    )


def test_return_on_ad_spend_is_never_called_roi() -> None:
    """投产比 and 投资回报率 are two things: claimed value by media cost, and profit by all costs."""
    roas, roi = metrics.registry()["roas"], metrics.registry()["roi"]
    assert (roas.name_zh, roas.measures) == ("投产比", ("conversion_value", "spend"))
    assert (roi.name_zh, roi.measures) == ("投资回报率", ("contribution", "total_cost"))


def test_every_metric_is_named_in_both_languages_and_once() -> None:
    shipped = metrics.registry().values()
    assert len({metric.name_en for metric in shipped}) == len(shipped)
    assert len({metric.name_zh for metric in shipped}) == len(shipped)
    assert all(any("一" <= letter <= "鿿" for letter in metric.definition_zh) for metric in shipped)


@pytest.mark.parametrize(
    ("metric_id", "actual", "target", "expected"),
    [
        ("conversions", 90.0, 100.0, 0.9),
        ("cpa", 45.1, 42.0, 42.0 / 45.1),  # a cost above its target is a shortfall: 93 %, not 107 %
        ("cpa", 40.0, 50.0, 1.25),
        ("spend", 90.0, 100.0, None),
        ("conversions", None, 100.0, None),
        ("conversions", 10.0, None, None),
        ("conversions", 10.0, 0.0, None),
        ("cpa", 0.0, 42.0, None),
    ],
)
def test_attainment(
    metric_id: str, actual: float | None, target: float | None, expected: float | None
) -> None:
    assert metrics.attainment(metrics.registry()[metric_id], actual, target) == (
        None if expected is None else pytest.approx(expected)
    )


def _shipped_row(**changes: str) -> dict[str, str]:
    with (dbt_project_dir() / metrics.REGISTRY_FILE).open(encoding="utf-8", newline="") as handle:
        row = next(csv.DictReader(handle))
    return {**row, **changes}


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"direction": "upwards"}, "direction"),
        ({"unit": ""}, "unit"),
        ({"decimals": "two"}, "decimals"),
        ({"numerator": ""}, "numerator"),
        ({"denominator": "clicks"}, "denominator"),
        ({"additivity": "ratio"}, "denominator"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    path = _write(tmp_path / "registry.csv", [_shipped_row(), _shipped_row(metric_id="other", **change)])
    with pytest.raises(ConfigError) as raised:
        metrics.read_registry(path)
    assert raised.value.code == "E-MET-02"
    assert raised.value.where.endswith("registry.csv:3")
    assert complaint in raised.value.found


def test_a_metric_standing_twice_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="stands twice"):
        metrics.read_registry(_write(tmp_path / "twice.csv", [_shipped_row(), _shipped_row()]))
    with pytest.raises(ConfigError, match="E-MET-01"):
        metrics.read_registry(tmp_path / "absent.csv")
