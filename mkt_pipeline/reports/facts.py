"""Everything a report says, read from the published file: plain frozen objects, no formatting.

What is here: the queries on the published tables and the objects they fill. What is not: wording
(``verdict``, ``phrases/``), numbers as text (``words``), pictures (``charts``). Money is in the reporting
currency; a value the data do not give is ``None``, never 0.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import chi2

from mkt_pipeline.insights.budget_pace import Projection, project
from mkt_pipeline.metrics import Metric, registry

ALL = "(all)"
UNASSIGNED = "(unassigned)"
MIN_CONVERSIONS = 15
"""Below this many conversions no verdict and no cost ranking is given."""
DEFAULT_METRICS = ("conversions", "cpa", "roas", "clicks", "sessions")
MAX_CARDS = 6
CHANNEL_METRICS = ("ctr", "cpc", "cvr", "conversions", "cpa", "conversion_value", "roas")
OWNED_METRICS = {
    "seo": ("organic_impressions", "organic_clicks", "organic_ctr", "avg_rank"),
    "email": ("sends", "delivery_rate", "open_rate", "click_to_open", "unsub_rate"),
    "organic_social": ("social_impressions", "engagements", "engagement_rate"),
}
DETAIL_ROWS = 20

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Names:
    """A thing's names in both languages, as far as anyone gave them."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The name in that language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Value:
    """One metric over one scope and period, with what it is made of and the 90 % range where there is one."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Day:
    """One day of a metric: value, what was due, whether conversions of that day are complete."""

    day: dt.date
    value: float | None
    due: float | None
    is_mature: bool
    is_allocated: bool = False
    """Whether some of it comes from an export of a whole period, spread evenly over its days."""


@dataclass(frozen=True)
class Kpi:
    """One KPI of a campaign to date, against its target, with the last seven days beside the seven before."""

    metric: Metric
    to_date: Value
    due: float | None
    target: float | None
    attainment: float | None
    status: str | None
    waits_for_source: bool
    immature_share: float | None
    last_7: Value
    previous_7: Value
    last_7_immature: bool
    is_short: bool
    days: tuple[Day, ...]

    @property
    def change(self) -> float | None:
        """Change of the last seven days on the seven before, fraction; ``None`` without a base."""
        now, before = self.last_7.value, self.previous_7.value
        return now / before - 1 if now is not None and before else None


@dataclass(frozen=True)
class PaceDay:
    """Spend and plan of one day, daily and cumulative, money."""

    day: dt.date
    spend: float
    spend_to_date: float
    planned_to_date: float | None


@dataclass(frozen=True)
class Pace:
    """Spend against plan of one scope; the forecast exists from seven days of spend on."""

    channel_id: str
    budget: float | None
    days: tuple[PaceDay, ...]
    end_date: dt.date

    @property
    def last(self) -> PaceDay:
        """The newest day with data."""
        return self.days[-1]

    @property
    def days_left(self) -> int:
        """Days of the plan after the newest day with data."""
        return max((self.end_date - self.last.day).days, 0)

    @property
    def index(self) -> float | None:
        """Spend ÷ plan, both to date."""
        planned = self.last.planned_to_date
        return self.last.spend_to_date / planned if planned else None

    @property
    def required_daily(self) -> float | None:
        """Daily spend that ends on budget; ``None`` after the last day or without a budget."""
        if not self.budget or not self.days_left:
            return None
        return max(self.budget - self.last.spend_to_date, 0.0) / self.days_left

    @cached_property
    def projection(self) -> Projection | None:
        """Forecast of the end, same rule as the budget action."""
        spend = np.array([day.spend for day in self.days])
        return project(spend, self.days_left) if len(spend) >= 7 else None


@dataclass(frozen=True)
class Action:
    """One row of ``mart.mart_action`` with its JSON read."""

    action_id: str
    channel_id: str
    kind: str
    object_name: str
    platform: str | None
    ad_group_name: str | None
    spend: float | None
    clicks: float | None
    conversions: float | None
    evidence: Mapping[str, Any]
    rule: Mapping[str, Any]
    effect_low: float
    effect_expected: float
    effect_high: float
    effect_unit: str
    effect_period_days: int
    confidence: str
    effort: str
    owner: str | None
    due_date: dt.date
    check_metric: str
    check_date: dt.date
    guard_metric: str
    rank: int


@dataclass(frozen=True)
class Channel:
    """One row of the channel table; ``platform_conversions`` per platform, never added up."""

    channel_id: str
    values: Mapping[str, Value]
    spend_share: float | None
    budget_share: float | None
    platform_conversions: tuple[tuple[str, float], ...]
    web_conversions: float | None
    sessions: float | None
    is_immature: bool


@dataclass(frozen=True)
class Owned:
    """One metric of a channel without media cost: to date, last seven days, seven before."""

    channel_id: str
    metric: Metric
    to_date: Value
    last_7: Value
    previous_7: Value


@dataclass(frozen=True)
class Detail:
    """One search term or keyword with its totals on mature days."""

    platform: str
    campaign: str
    text: str
    match_type: str | None
    clicks: float | None
    spend: float
    conversions: float | None
    flagged_by: str | None


@dataclass(frozen=True)
class Source:
    """Freshness and files of one report of one platform."""

    platform: str
    report: str
    newest_day: dt.date | None
    days_late: int
    is_late: bool
    files: int
    rows: int
    rejected: int


@dataclass(frozen=True)
class Restated:
    """What newer exports changed, per platform and level: newest less first statement, native money."""

    platform: str
    level: str
    currency: str | None
    periods: int
    first_day: dt.date
    last_day: dt.date
    spend: float
    conversions: float | None


@dataclass(frozen=True)
class Quality:
    """What stands behind the numbers of the whole workspace, and what does not."""

    sources: tuple[Source, ...]
    quarantined: Rows
    gaps: Rows
    restated: tuple[Restated, ...]
    checks_passed: int
    checks_failed: Rows
    unassigned: Rows
    unassigned_spend: float
    total_spend: float

    @property
    def late(self) -> tuple[Source, ...]:
        """The sources of platforms that are late: every report a platform sends is older than it may be."""
        in_time = {source.platform for source in self.sources if not source.is_late}
        return tuple(source for source in self.sources if source.platform not in in_time)

    @property
    def unassigned_share(self) -> float | None:
        """Spend that belongs to no campaign ÷ all spend."""
        return self.unassigned_spend / self.total_spend if self.total_spend else None


@dataclass(frozen=True)
class Build:
    """Which data and which code a report rests on."""

    fingerprint: str
    as_of: dt.date
    code_version: str


@dataclass(frozen=True)
class Campaign:
    """One marketing campaign, everything its report says."""

    campaign_id: str
    names: Names
    source: str
    owner: str | None
    start_date: dt.date | None
    end_date: dt.date | None
    data_from: dt.date | None
    data_to: dt.date | None
    as_of: dt.date
    currency: str
    budget: float | None
    gross_margin: float | None
    basis: str | None
    conversions: float | None
    spend: float | None
    kpis: tuple[Kpi, ...]
    pace: Pace | None
    channel_paces: tuple[Pace, ...]
    silent_channels: tuple[str, ...]
    """Channels with a budget whose spend no export tells."""
    channels: tuple[Channel, ...]
    total: Channel | None
    owned: tuple[Owned, ...]
    actions: tuple[Action, ...]
    search_terms: tuple[Detail, ...]
    keywords: tuple[Detail, ...]

    @property
    def primary(self) -> Kpi | None:
        """The first goal, or the first KPI there is when no goal was set."""
        return self.kpis[0] if self.kpis else None

    @property
    def spend_days(self) -> tuple[Day, ...]:
        """Spend per day; spend needs no time to become complete."""
        return tuple(Day(day.day, day.spend, None, True) for day in self.pace.days) if self.pace else ()

    @property
    def spend_change(self) -> float | None:
        """Spend of the last seven days on the seven before, fraction."""
        spend = [day.spend for day in self.pace.days] if self.pace else []
        before = sum(spend[-14:-7])
        return sum(spend[-7:]) / before - 1 if len(spend) >= 14 and before else None

    @property
    def has_targets(self) -> bool:
        """Whether any figure has a target to be held against."""
        return any(kpi.target is not None for kpi in self.kpis)


@dataclass(frozen=True)
class Portfolio:
    """All campaigns of a workspace and what belongs to none."""

    campaigns: tuple[Campaign, ...]
    unassigned: Campaign | None
    channel_names: Mapping[str, Names]
    platform_names: Mapping[str, Names]
    quality: Quality
    build: Build


def read_portfolio(connection: Any, campaigns: Iterable[str] | None = None) -> Portfolio:
    """Read a published file; ``campaigns`` limits the campaigns, all by default."""
    wanted = None if campaigns is None else set(campaigns)
    quality = _quality(connection)
    rows = _rows(connection, "select * from mart.dim_marketing_campaign order by marketing_campaign_id")
    read = [
        _campaign(connection, row)
        for row in rows
        if wanted is None or row["marketing_campaign_id"] in wanted or row["source"] == "unassigned"
    ]
    return Portfolio(
        campaigns=tuple(campaign for campaign in read if campaign.source != "unassigned"),
        unassigned=next((campaign for campaign in read if campaign.source == "unassigned"), None),
        channel_names=_names(connection, "select channel_id, name_en, name_zh from mart.dim_channel"),
        platform_names=_names(connection, "select platform, name_en, name_zh from mart.dim_platform"),
        quality=quality,
        build=_build(connection),
    )


def _rows(connection: Any, sql: str, parameters: list[Any] | None = None) -> Rows:
    cursor = connection.execute(sql, parameters or [])
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _names(connection: Any, sql: str) -> dict[str, Names]:
    return {key: Names(en or key, zh or en or key) for key, en, zh in connection.execute(sql).fetchall()}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _campaign(connection: Any, row: Mapping[str, Any]) -> Campaign:
    campaign_id = row["marketing_campaign_id"]
    one = [campaign_id]
    periods = _period_values(connection, campaign_id)
    conversions = _value(periods, ALL, "conversions").value
    channels = _channels(connection, campaign_id, periods)
    actions = _actions(connection, campaign_id)
    paces = _paces(connection, row)
    return Campaign(
        campaign_id=campaign_id,
        names=Names(row["name_en"] or campaign_id, row["name_zh"] or row["name_en"] or campaign_id),
        source=row["source"],
        owner=row["owner"],
        start_date=row["start_date"],
        end_date=row["end_date"],
        data_from=row["data_from"],
        data_to=row["data_to"],
        as_of=row["as_of"],
        currency=row["currency_code"],
        budget=_number(row["budget"]),
        gross_margin=_number(row["gross_margin"]),
        basis=row["conversion_basis"],
        conversions=conversions,
        spend=_value(periods, ALL, "spend").value,
        kpis=_kpis(connection, campaign_id, periods, conversions),
        pace=next((pace for pace in paces if pace.channel_id == ALL), None),
        channel_paces=tuple(pace for pace in paces if pace.channel_id != ALL),
        silent_channels=tuple(
            channel for (channel,) in connection.execute(_SILENT_SQL, one).fetchall() if channel != ALL
        ),
        channels=channels,
        total=_total(connection, campaign_id, periods),
        owned=_owned(channels, periods),
        actions=actions,
        search_terms=_details(_rows(connection, _SEARCH_TERM_SQL, one), actions, "negative_search_term"),
        keywords=_details(_rows(connection, _KEYWORD_SQL, one), actions, "pause_keyword"),
    )


# KPIs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Period:
    value: Value
    due: float | None
    target: float | None
    attainment: float | None
    status: str | None
    waits_for_source: bool
    immature_share: float | None


_Periods = Mapping[tuple[str, str, str], _Period]
"""(channel, metric, period) to what the ready answers say."""

_NOTHING = Value(None)


def _period_values(connection: Any, campaign_id: str) -> _Periods:
    rows = _rows(
        connection, "select * from metrics.kpi_period where marketing_campaign_id = ?", [campaign_id]
    )
    metrics = registry()
    return {
        (row["channel_id"], row["metric_id"], row["period"]): _Period(
            _with_range(metrics[row["metric_id"]], row),
            _number(row["due"]),
            _number(row["target"]),
            _number(row["attainment"]),
            row["status"],
            bool(row["waits_for_source"]),
            _number(row["immature_share"]),
        )
        for row in rows
        if row["metric_id"] in metrics
    }


def _with_range(metric: Metric, row: Mapping[str, Any]) -> Value:
    """The value with its 90 % range: Poisson where conversions divide, Wilson where they are divided."""
    value, top, bottom = (_number(row[name]) for name in ("actual", "numerator", "denominator"))
    low = high = None
    if value is not None and top is not None and bottom:
        if metric.denominator == "conversions":
            fewest, most = poisson_range(bottom)
            low = metric.scale * top / most
            high = metric.scale * top / fewest if fewest else None
        elif metric.numerator == "conversions" and 0 <= top <= bottom:
            low, high = wilson_range(top, bottom)
    return Value(value, top, bottom, low, high)


def poisson_range(count: float, level: float = 0.90) -> tuple[float, float]:
    """Exact (Garwood) range of a Poisson mean after seeing ``count``."""
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count > 0 else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def wilson_range(successes: float, trials: float, z: float = 1.6448536) -> tuple[float, float]:
    """Wilson range of a share; 90 % by default."""
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    return float(centre - half), float(centre + half)


def _value(periods: _Periods, channel: str, metric_id: str, period: str = "to_date") -> Value:
    found = periods.get((channel, metric_id, period))
    return found.value if found else _NOTHING


def _kpis(connection: Any, campaign_id: str, periods: _Periods, conversions: float | None) -> tuple[Kpi, ...]:
    goals = connection.execute(
        "select metric_id from mart.dim_goal where marketing_campaign_id = ? and channel_id = ? "
        "order by goal_rank, metric_id",
        [campaign_id, ALL],
    ).fetchall()
    wanted = list(dict.fromkeys([row[0] for row in goals]))
    for metric_id in (*DEFAULT_METRICS,):
        if len(wanted) < 4 and metric_id not in wanted and _value(periods, ALL, metric_id).value is not None:
            wanted.append(metric_id)
    metrics = registry()
    return tuple(
        _kpi(connection, campaign_id, metrics[metric_id], periods, conversions)
        for metric_id in wanted[:MAX_CARDS]
        if metric_id in metrics and metric_id not in ("spend", "budget_used")
    )


def _kpi(
    connection: Any, campaign_id: str, metric: Metric, periods: _Periods, conversions: float | None
) -> Kpi:
    period = periods.get((ALL, metric.metric_id, "to_date"))
    recent = periods.get((ALL, metric.metric_id, "last_7_days"))
    needs_conversions = "conversion" in f"{metric.numerator} {metric.denominator}"
    return Kpi(
        metric=metric,
        to_date=period.value if period else _NOTHING,
        due=period.due if period else None,
        target=period.target if period else None,
        attainment=period.attainment if period else None,
        status=period.status if period else None,
        waits_for_source=bool(period and period.waits_for_source),
        immature_share=period.immature_share if period else None,
        last_7=_value(periods, ALL, metric.metric_id, "last_7_days"),
        previous_7=_value(periods, ALL, metric.metric_id, "previous_7_days"),
        last_7_immature=needs_conversions and bool(recent and recent.immature_share),
        is_short=needs_conversions and (conversions or 0) < MIN_CONVERSIONS,
        days=_days(connection, campaign_id, metric.metric_id),
    )


_DAYS_SQL = """
    select k.date_day, k.value, p.target as due, coalesce(m.is_mature, true) as is_mature,
        coalesce(m.is_allocated, false) as is_allocated
    from metrics.kpi_daily k
    left join mart.fct_plan_daily p
        on p.marketing_campaign_id = k.marketing_campaign_id and p.channel_id = k.channel_id
        and p.metric_id = k.metric_id and p.date_day = k.date_day
    left join (
        select marketing_campaign_id, date_day, bool_and(is_mature) as is_mature,
            bool_or(is_allocated) as is_allocated
        from mart.mart_campaign_kpi_daily group by marketing_campaign_id, date_day
    ) m on m.marketing_campaign_id = k.marketing_campaign_id and m.date_day = k.date_day
    where k.marketing_campaign_id = ? and k.channel_id = ? and k.metric_id = ?
    order by k.date_day
"""


def _days(connection: Any, campaign_id: str, metric_id: str) -> tuple[Day, ...]:
    rows = _rows(connection, _DAYS_SQL, [campaign_id, ALL, metric_id])
    return tuple(
        Day(
            row["date_day"], _number(row["value"]), _number(row["due"]), row["is_mature"], row["is_allocated"]
        )
        for row in rows
    )


# Pace ----------------------------------------------------------------------------------------------------

_PACE_SQL = """
    select channel_id, date_day, spend::double as spend, planned_to_date::double as planned,
        budget::double as budget
    from mart.mart_campaign_pacing_daily
    where marketing_campaign_id = ? and spend is not null and date_day between ? and ?
    order by channel_id, date_day
"""


_SILENT_SQL = """
    select channel_id from mart.mart_campaign_pacing_daily
    where marketing_campaign_id = ? and budget > 0
    group by channel_id having count(spend) = 0 order by channel_id
"""


def _paces(connection: Any, row: Mapping[str, Any]) -> tuple[Pace, ...]:
    start, end, data_to = row["start_date"], row["end_date"], row["data_to"]
    if start is None or end is None or data_to is None:
        return ()
    found: dict[str, list[PaceDay]] = {}
    budgets: dict[str, float | None] = {}
    for line in _rows(connection, _PACE_SQL, [row["marketing_campaign_id"], start, min(end, data_to)]):
        days = found.setdefault(line["channel_id"], [])
        before = days[-1].spend_to_date if days else 0.0
        days.append(PaceDay(line["date_day"], line["spend"], before + line["spend"], line["planned"]))
        budgets[line["channel_id"]] = line["budget"]
    return tuple(Pace(channel, budgets[channel], tuple(days), end) for channel, days in found.items())


# Actions and channels --------------------------------------------------------------------------------------


def _actions(connection: Any, campaign_id: str) -> tuple[Action, ...]:
    rows = _rows(
        connection,
        "select * from mart.mart_action where marketing_campaign_id = ? order by rank, action_id",
        [campaign_id],
    )
    return tuple(
        Action(
            **{
                name: _action_value(name, row[name])
                for name in Action.__dataclass_fields__
            }
        )
        for row in rows
    )  # fmt: skip


def _action_value(name: str, value: Any) -> Any:
    if name in ("evidence", "rule"):
        return json.loads(value) if value else {}
    if isinstance(value, dt.datetime):
        return value.date()
    return value if value is None or isinstance(value, str | int | float | dt.date) else float(value)


_CHANNEL_SQL = """
    select k.channel_id, sum(k.sessions)::double as sessions,
        sum(k.web_conversions)::double as web_conversions, bool_or(not k.is_mature) as is_immature
    from mart.mart_campaign_kpi_daily k
    left join mart.dim_channel c using (channel_id)
    where k.marketing_campaign_id = ?
    group by k.channel_id, c.sort_order order by c.sort_order nulls last, k.channel_id
"""

_PLATFORM_CONVERSIONS_SQL = """
    select channel_id, platform, sum(conversions)::double as conversions
    from mart.fct_ad_campaign_daily
    where marketing_campaign_id = ? and conversions is not null
    group by channel_id, platform order by channel_id, platform
"""


def _channels(connection: Any, campaign_id: str, periods: _Periods) -> tuple[Channel, ...]:
    claims: dict[str, list[tuple[str, float]]] = {}
    for channel, platform, count in connection.execute(_PLATFORM_CONVERSIONS_SQL, [campaign_id]).fetchall():
        claims.setdefault(channel, []).append((platform, count))
    shares = {
        row["channel_id"]: row
        for row in _rows(
            connection,
            "select channel_id, spend_share, budget_share from metrics.channel_summary "
            "where marketing_campaign_id = ?",
            [campaign_id],
        )
    }
    return tuple(
        Channel(
            channel_id=row["channel_id"],
            values=_channel_values(periods, row["channel_id"]),
            spend_share=_number(shares.get(row["channel_id"], {}).get("spend_share")),
            budget_share=_number(shares.get(row["channel_id"], {}).get("budget_share")),
            platform_conversions=tuple(claims.get(row["channel_id"], ())),
            web_conversions=row["web_conversions"],
            sessions=row["sessions"],
            is_immature=row["is_immature"],
        )
        for row in _rows(connection, _CHANNEL_SQL, [campaign_id])
    )


def _channel_values(periods: _Periods, channel: str) -> dict[str, Value]:
    return {
        name: _value(periods, channel, name) for name in ("spend", "impressions", "clicks", *CHANNEL_METRICS)
    }


def _total(connection: Any, campaign_id: str, periods: _Periods) -> Channel | None:
    """The total row: sums and ratios of sums; platform-claimed conversions have no total."""
    row = connection.execute(
        "select sum(web_conversions)::double, sum(sessions)::double, bool_or(not is_mature), count(*) "
        "from mart.mart_campaign_kpi_daily where marketing_campaign_id = ?",
        [campaign_id],
    ).fetchone()
    if not row[3]:
        return None
    return Channel(
        channel_id=ALL,
        values=_channel_values(periods, ALL),
        spend_share=None,
        budget_share=None,
        platform_conversions=(),
        web_conversions=row[0],
        sessions=row[1],
        is_immature=row[2],
    )


def _owned(channels: tuple[Channel, ...], periods: _Periods) -> tuple[Owned, ...]:
    metrics = registry()
    return tuple(
        Owned(
            channel.channel_id,
            metrics[metric_id],
            _value(periods, channel.channel_id, metric_id),
            _value(periods, channel.channel_id, metric_id, "last_7_days"),
            _value(periods, channel.channel_id, metric_id, "previous_7_days"),
        )
        for channel in channels
        for metric_id in OWNED_METRICS.get(channel.channel_id, ())
        if _value(periods, channel.channel_id, metric_id).value is not None
    )


# Details ---------------------------------------------------------------------------------------------------

_SEARCH_TERM_SQL = f"""
    select t.platform, c.campaign_name as campaign, t.search_term as text,
        max(t.match_type) as match_type, sum(t.clicks)::double as clicks, sum(t.spend)::double as spend,
        sum(t.conversions)::double as conversions
    from mart.fct_ad_search_term_daily t
    join mart.dim_campaign c using (platform, account_id, campaign_id)
    where c.marketing_campaign_id = ? and t.is_mature and not t.is_unallocated
    group by t.platform, c.campaign_name, t.search_term
    having sum(t.spend) > 0
    order by sum(t.spend) desc, t.platform, c.campaign_name, t.search_term limit {DETAIL_ROWS}
"""

_KEYWORD_SQL = f"""
    select f.platform, c.campaign_name as campaign,
        coalesce(any_value(e.keyword), any_value(e.entity_name), f.entity_id) as text,
        any_value(e.match_type) as match_type, sum(f.clicks)::double as clicks,
        sum(f.spend)::double as spend, sum(f.conversions)::double as conversions
    from mart.fct_ad_entity_daily f
    join mart.dim_campaign c using (platform, account_id, campaign_id)
    left join mart.dim_ad_entity e
        on e.platform = f.platform and e.account_id = f.account_id
        and e.level = f.level and e.entity_id = f.entity_id
    where c.marketing_campaign_id = ? and f.level = 'keyword' and f.is_mature and not f.is_unallocated
    group by f.platform, c.campaign_name, f.entity_id
    having sum(f.spend) > 0
    order by sum(f.spend) desc, f.platform, c.campaign_name, f.entity_id limit {DETAIL_ROWS}
"""


def _details(rows: Rows, actions: tuple[Action, ...], kind: str) -> tuple[Detail, ...]:
    """Rows with the id of the action that concerns them: its own keyword, or a term it would block."""
    concerned: dict[str, str] = {}
    for action in actions:
        if action.kind == kind:
            concerned[action.object_name] = action.action_id
            for term in action.evidence.get("top_terms", ()):
                concerned[term["search_term"]] = action.action_id
    return tuple(Detail(**row, flagged_by=concerned.get(row["text"])) for row in rows)


# Quality ---------------------------------------------------------------------------------------------------

_SOURCE_SQL = """
    select f.platform, f.report, f.newest_day, f.days_late, f.is_late, f.files, f.rows,
        coalesce(l.rejected, 0)::bigint as rejected
    from ops.freshness f
    left join (
        select platform, report, sum(rejected_count) as rejected from ops.landed_file
        group by platform, report
    ) l on l.platform = f.platform and l.report = f.report
    order by f.platform, f.report
"""

_GAP_SQL = """
    select platform, account_id, min(date_day) as first_day, max(date_day) as last_day, count(*) as days
    from (
        select *, date_day - cast(
            row_number() over (partition by platform, account_id order by date_day) as integer
        ) as island
        from ops.data_gap
    )
    group by platform, account_id, island order by platform, account_id, first_day
"""

_RESTATED_SQL = """
    select platform, level, currency_code as currency, count(distinct period_start)::bigint as periods,
        min(period_start) as first_day, max(period_end) as last_day,
        coalesce(sum(delta) filter (measure = 'spend'), 0)::double as spend,
        coalesce(sum(delta) filter (measure = 'conversions'), 0)::double as conversions
    from ops.restatement
    where measure in ('spend', 'conversions')
    group by platform, level, currency_code order by platform, level, currency_code
"""


def _quality(connection: Any) -> Quality:
    spends = connection.execute(
        "select coalesce(sum(spend), 0)::double, "
        "coalesce(sum(spend) filter (marketing_campaign_id = ?), 0)::double from mart.fct_ad_campaign_daily",
        [UNASSIGNED],
    ).fetchone()
    checks = _rows(connection, "select * from ops.check_result order by check_name, message")
    return Quality(
        sources=tuple(Source(**row) for row in _rows(connection, _SOURCE_SQL)),
        quarantined=_rows(connection, "select * from ops.quarantined_file order by file_name, file_id"),
        gaps=_rows(connection, _GAP_SQL),
        restated=tuple(Restated(**row) for row in _rows(connection, _RESTATED_SQL)),
        checks_passed=sum(check["status"] == "pass" for check in checks),
        checks_failed=[check for check in checks if check["status"] != "pass"],
        unassigned=_rows(
            connection,
            # Posts carry no money to weigh them by; the mart lists them.
            "select * from mart.mart_unassigned where kind <> 'post'"
            " order by spend desc nulls last, platform, kind, name",
        ),
        unassigned_spend=spends[1],
        total_spend=spends[0],
    )


def _build(connection: Any) -> Build:
    row = connection.execute(
        "select fingerprint, as_of, code_version from ops.build order by built_at desc limit 1"
    ).fetchone()
    return Build(*row)
