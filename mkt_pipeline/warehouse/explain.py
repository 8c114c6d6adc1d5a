"""What a metric is, where it stands, who reports it, and which files one value of it comes from.

What is here: the registry's words joined with the catalog and the published file. What is not: the registry
(:mod:`mkt_pipeline.metrics`), or printing.

The definition needs no data: without a published file everything but values and files is told.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.metrics import INPUTS, Input, Metric, metric_named, traps
from mkt_pipeline.warehouse.audits import TOLERANCE
from mkt_pipeline.warehouse.files import open_published
from mkt_pipeline.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

WHOLE = "(all)"
UNASSIGNED = "(unassigned)"
_LONG = ("metrics.kpi_daily", "metrics.kpi_period")
_SHOWN_CAMPAIGNS = 5


@dataclass(frozen=True)
class Place:
    """A table where a metric or what it is made of stands."""

    table: str
    columns: tuple[str, ...]
    holds: str
    """``value``, ``measures`` or ``facts``."""


@dataclass(frozen=True)
class Reporter:
    """A platform that can state something a metric is made of."""

    platform: str
    dataset: str
    measure: str
    levels: tuple[str, ...]
    is_seen: bool | None
    """Whether a landed file stated it; None where there is no published file or receipts do not total it."""


@dataclass(frozen=True)
class SourceFile:
    """What one file gives to one measure of one value."""

    measure: str
    table: str
    value: Any
    first_day: dt.date | None
    last_day: dt.date | None
    file_id: str | None
    platform: str | None
    report: str | None
    file_name: str | None
    archive_path: str | None


@dataclass(frozen=True)
class CampaignValue:
    """A metric of one campaign to date, and what stands behind it."""

    campaign: str
    value: float | None
    numerator: float | None
    denominator: float | None
    first_day: dt.date
    last_day: dt.date
    days: int
    """Days with numbers."""
    immature_share: float | None
    conversion_basis: str | None
    channels: dict[str, float | None] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    untraced: dict[str, float] = field(default_factory=dict)
    """Measure → what its files do not account for: campaigns shared by weight between plans, and what a
    shop's day totals say beyond its orders."""


@dataclass(frozen=True)
class Explanation:
    """Everything there is to say about a metric."""

    metric: Metric
    places: list[Place]
    reporters: list[Reporter]
    campaign: CampaignValue | None = None

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            **asdict(self.metric), "formula": self.metric.formula,
            "traps": {language: traps(self.metric, language) for language in ("en", "zh")},
            "places": [asdict(place) for place in self.places],
            "reporters": [asdict(reporter) for reporter in self.reporters],
            "campaign": asdict(self.campaign) if self.campaign else None,
        }  # fmt: skip


def explain_metric(workspace: Workspace, name: str, campaign: str | None = None) -> Explanation:
    """Explain the metric of that id or name; with a campaign also its value to date and the files behind it.

    Raises:
        ConfigError: ``E-MET-03`` no such metric, ``E-MET-04`` no such campaign.
        DataError, EnvironmentProblem: with a campaign, or where there is a published file, as
            :func:`~mkt_pipeline.warehouse.files.open_published`.
    """
    metric = metric_named(name)
    if campaign is None and not workspace.published_file.is_file():
        return Explanation(metric, _places(metric, None), _reporters(workspace, metric, None))
    with open_published(workspace) as connection:
        return Explanation(
            metric,
            _places(metric, connection),
            _reporters(workspace, metric, connection),
            _campaign_value(connection, metric, campaign) if campaign is not None else None,
        )


def _places(metric: Metric, connection: duckdb.DuckDBPyConnection | None) -> list[Place]:
    """Tables with the ready value first, then its measures, then the facts these are summed from."""
    places = [Place(table, ("value" if table == _LONG[0] else "actual",), "value") for table in _LONG]
    if connection is not None:
        named = connection.execute(
            """
            SELECT schema_name || '.' || table_name FROM duckdb_columns()
            WHERE schema_name = 'metrics' AND column_name = ? ORDER BY 1
            """,
            [metric.metric_id],
        ).fetchall()
        places += [Place(table, (metric.metric_id,), "value") for (table,) in named]
    places.append(Place("mart.mart_campaign_kpi_daily", metric.measures, "measures"))
    facts: defaultdict[str, list[str]] = defaultdict(list)
    for measure in metric.measures:
        for each in INPUTS.get(measure, ()):
            facts[each.table] += [column for column in each.columns if column not in facts[each.table]]
    return places + [Place(table, tuple(columns), "facts") for table, columns in facts.items()]


def _reporters(
    workspace: Workspace, metric: Metric, connection: duckdb.DuckDBPyConnection | None
) -> list[Reporter]:
    """Platforms whose exports can state what the metric is made of, as the catalog declares it."""
    from mkt_pipeline import exports

    wanted = {
        (each.dataset, lake_measure)
        for measure in metric.measures
        for each in INPUTS.get(measure, ())
        for lake_measure in each.lake_measures
    }
    levels: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for declared in exports.platform_measures(
        exports.load_catalog(workspace if workspace.exists() else None)
    ):
        if (declared.dataset, declared.measure) in wanted:
            levels[declared.platform, declared.dataset, declared.measure].append(declared.level)
    seen = _seen(connection) if connection else {}
    reporters = [Reporter(*key, tuple(found), seen.get(key)) for key, found in levels.items()]
    return sorted(reporters, key=lambda each: not each.is_seen)


def _seen(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], bool | None]:
    if not _columns(connection, "metrics.metric_availability"):
        return {}
    rows = connection.execute(
        "SELECT platform, dataset, measure, bool_or(is_seen) FROM metrics.metric_availability GROUP BY ALL"
    ).fetchall()
    return {(platform, dataset, measure): is_seen for platform, dataset, measure, is_seen in rows}


def _campaign_value(
    connection: duckdb.DuckDBPyConnection, metric: Metric, campaign: str
) -> CampaignValue | None:
    """The metric of the whole campaign to date; None where it has no value there."""
    basis, claiming = _basis(connection, campaign)
    rows = connection.execute(
        """
        SELECT channel_id, actual, numerator, denominator, period_start, period_end, immature_share
        FROM metrics.kpi_period
        WHERE marketing_campaign_id = ? AND metric_id = ? AND period = 'to_date' ORDER BY channel_id
        """,
        [campaign, metric.metric_id],
    ).fetchall()
    whole = next((row for row in rows if row[0] == WHOLE), None)
    if whole is None:
        return None
    _, value, numerator, denominator, first_day, last_day, immature_share = whole
    (days,) = connection.execute(
        """
        SELECT count(DISTINCT date_day) FROM metrics.kpi_daily
        WHERE marketing_campaign_id = ? AND metric_id = ? AND channel_id = ? AND numerator IS NOT NULL
            AND date_day BETWEEN ? AND ?
        """,
        [campaign, metric.metric_id, WHOLE, first_day, last_day],
    ).fetchall()[0]  # fmt: skip
    sums = {
        measure: float(total)
        for measure, total in zip(metric.measures, (numerator, denominator), strict=False)
        if total is not None
    }
    files = [
        file
        for measure in sums
        for file in _files(connection, measure, campaign, (basis, claiming), first_day, last_day)
    ]
    rest = {
        measure: total - sum(float(file.value) for file in files if file.measure == measure)
        for measure, total in sums.items()
    }
    return CampaignValue(
        campaign, value, numerator, denominator, first_day, last_day, days, immature_share, basis,
        channels={row[0]: row[1] for row in rows if row[0] != WHOLE}, files=files,
        untraced={measure: total for measure, total in rest.items() if abs(total) > TOLERANCE},
    )  # fmt: skip


def _basis(connection: duckdb.DuckDBPyConnection, campaign: str) -> tuple[str | None, str | None]:
    """Where the campaign's conversions come from, and the one platform whose claims they are, if it is one.

    Raises:
        ConfigError: ``E-MET-04`` nobody knows the campaign.
    """
    known: dict[str, tuple[str | None, str | None]] = {
        name: (basis, claiming)
        for name, basis, claiming in connection.execute(
            """
            SELECT kpi.marketing_campaign_id, max(kpi.conversion_basis), max(campaign.claiming_platform)
            FROM mart.mart_campaign_kpi_daily AS kpi
            LEFT JOIN mart.dim_marketing_campaign AS campaign USING (marketing_campaign_id) GROUP BY 1
            """
        ).fetchall()
    }
    if campaign in known:
        return known[campaign]
    near = difflib.get_close_matches(campaign, known, n=1)
    raise ConfigError(
        "E-MET-04", f"no campaign {campaign!r} has numbers", expected=f"one of {_some(known)}",
        fix=f"did you mean {near[0]}?" if near else "mkt sql goals lists the campaigns",
    )  # fmt: skip


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - _SHOWN_CAMPAIGNS} more" if len(listed) > _SHOWN_CAMPAIGNS else ""
    return ", ".join(listed[:_SHOWN_CAMPAIGNS]) + more


def _files(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    campaign: str,
    basis: tuple[str | None, str | None],
    first_day: dt.date,
    last_day: dt.date,
) -> Iterable[SourceFile]:
    """The files of the facts' rows that a measure of a campaign is summed from, the most first.

    ``basis`` is the campaign's conversion basis and, where it is a platform, that platform: the claims of no
    other count.
    """
    for each in INPUTS.get(measure, ()):
        columns = _columns(connection, each.table)
        if not columns or each.basis not in (None, basis[0]):
            continue
        claiming = basis[1] if each.basis == "platform" else None
        yield from _files_of_input(
            connection, each, measure, columns, campaign, claiming, first_day, last_day
        )


def _files_of_input(
    connection: duckdb.DuckDBPyConnection,
    each: Input,
    measure: str,
    columns: frozenset[str],
    campaign: str,
    claiming_platform: str | None,
    first_day: dt.date,
    last_day: dt.date,
) -> Iterable[SourceFile]:
    # Facts that no plan claims a part of (organic search, social accounts) belong to no campaign.
    own = "marketing_campaign_id" if "marketing_campaign_id" in columns else f"'{UNASSIGNED}'"
    file_id = "file_id" if "file_id" in columns else "CAST(NULL AS VARCHAR)"
    rows = connection.execute(
        f"""
        WITH part AS (
            SELECT {file_id} AS file_id, sum({each.column}) AS value, min(date_day) AS first_day,
                max(date_day) AS last_day
            FROM {each.table}
            WHERE {each.campaign or own} = $campaign AND date_day BETWEEN $first_day AND $last_day
                AND {each.where or "true"} AND {"platform = $claiming" if claiming_platform else "true"}
            GROUP BY 1 HAVING sum({each.column}) IS NOT NULL
        ),
        receipt AS (
            SELECT file_id, min(platform) AS platform, min(report) AS report, min(file_name) AS file_name,
                min(archive_path) AS archive_path
            FROM ops.landed_file GROUP BY file_id
        )
        SELECT part.value, part.first_day, part.last_day, part.file_id, receipt.platform, receipt.report,
            receipt.file_name, receipt.archive_path
        FROM part LEFT JOIN receipt USING (file_id) ORDER BY part.value DESC, part.file_id
        """,
        {"campaign": campaign, "first_day": first_day, "last_day": last_day}
        | ({"claiming": claiming_platform} if claiming_platform else {}),
    ).fetchall()
    return (SourceFile(measure, each.table, *row) for row in rows)


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> frozenset[str]:
    """Names of a table's columns; none where there is no such table."""
    schema, _, name = table.partition(".")
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = ? AND table_name = ?", [schema, name]
    ).fetchall()
    return frozenset(str(row[0]) for row in rows)
