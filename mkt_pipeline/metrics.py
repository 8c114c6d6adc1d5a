"""The metric registry: what every number of the product is called, how it is made, which way is good.

What is here: ``dbt_project/seeds/metric_registry.csv`` as checked, frozen objects, which facts their measures
are summed from, what readers get wrong about them, and attainment against a target. What is not: values (the
``metrics`` schema makes them from the same file), formatting (``reports/``), or targets (``plan/``).
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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

    @property
    def measures(self) -> tuple[str, ...]:
        """Its numerator and, where it has one, its denominator."""
        return (self.numerator, self.denominator) if self.denominator else (self.numerator,)

    @property
    def formula(self) -> str:
        """How its value over any slice is made, in measures."""
        if self.denominator is None:
            return f"Σ {self.numerator}"
        times = f" × {self.scale}" if self.scale != 1 else ""
        return f"Σ {self.numerator} ÷ Σ {self.denominator}{times}"


@dataclass(frozen=True)
class Input:
    """A column of a fact that a measure is summed from, and what of exports the column holds."""

    table: str
    column: str
    """A column, or an expression over columns of the table."""
    dataset: str | None = None
    """Dataset of the lake; None for numbers that come from plans."""
    lake_measures: tuple[str, ...] = ()
    where: str | None = None
    """Which rows of the fact count."""
    basis: Literal["web", "platform"] | None = None
    """For measures that follow a campaign's conversion basis: with which basis this input counts."""
    campaign: str | None = None
    """The campaign of a row, where it is not the fact's ``marketing_campaign_id``."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table it takes; none where rows are counted."""
        return tuple(dict.fromkeys(re.findall(r"\b(?!(?:case|when|then|end|is|not|null|coalesce)\b)[a-z]\w*",
                                              self.column)))  # fmt: skip


def _known(*columns: str) -> str:
    """The sum of columns of one row of which some are not known; null when none is."""
    total = " + ".join(f"coalesce({column}, 0)" for column in columns)
    return f"case when coalesce({', '.join(columns)}) is not null then {total} end"


def _ads(column: str) -> Input:
    return Input("mart.fct_ad_campaign_daily", column, "ad_performance", (column,))


def _web(column: str, *lake_measures: str) -> Input:
    return Input("mart.fct_web_traffic_daily", column, "web_traffic", lake_measures or (column,))


def _seo(column: str, lake_measure: str | None = None) -> Input:
    return Input(
        "mart.fct_seo_property_daily", column, "search_performance", (lake_measure or column,),
        where="not is_part",
    )  # fmt: skip


def _email(column: str) -> Input:
    return Input("mart.fct_email_send", column, "email_campaign", (column,))


def _social(column: str) -> tuple[Input, Input]:
    """Posts; of accounts whose posts are not exported, the account's own totals."""
    posts = "select (platform, account_id) from mart.fct_content_post_daily where is_in_totals"
    return (
        Input("mart.fct_content_post_daily", column, "social_post", (column,), where="is_in_totals"),
        Input(
            "mart.fct_social_account_daily", column, "social_account", (column,),
            where=f"(platform, account_id) not in ({posts})",
        ),
    )  # fmt: skip


def _order(column: str, *lake_measures: str) -> Input:
    return Input("mart.fct_order", column, "order", lake_measures, where="not is_cancelled")


def _deliverable(column: str, *lake_measures: str) -> Input:
    return Input(
        "mart.fct_partner_deliverable", column, "partner_deliverable", lake_measures, where="not is_cancelled"
    )


def _commission(column: str, *lake_measures: str) -> Input:
    return Input(
        "mart.fct_partner_commission_daily", column, "partner_commission", lake_measures, where="is_cost"
    )


def _follows_basis(web: Input, *claimed: Input) -> tuple[Input, ...]:
    return (replace(web, basis="web"), *(replace(each, basis="platform") for each in claimed))


def _deducted(each: Input) -> Input:
    return replace(each, column=f"-({each.column})")


_IS_NEW = "case when is_new_customer then {} when not is_new_customer then 0 end"
_OF_ORDER = (
    "coalesce((select max(shop_order.marketing_campaign_id) from mart.fct_order as shop_order where "
    "(shop_order.platform, shop_order.account_id, shop_order.order_id) = "
    "(fct_refund.platform, fct_refund.account_id, fct_refund.order_id)), '(unassigned)')"
)
_AFFILIATE_CLICKS = replace(_commission("clicks", "clicks"), where="is_cost and channel_id = 'affiliate'")
"""A creator's clicks are counted by the deliverable."""
_CLAIMED = (_ads("conversions"), _email("orders"))
_CLAIMED_VALUE = (_ads("conversion_value"), _email("revenue"))
_FEES = _deliverable(_known("fee", "product_cost"), "fee", "product_cost")
_COMMISSIONS = _commission(_known("commission", "network_fee"), "commission", "network_fee")
_OTHER_COST = Input("mart.fct_cost_daily", "spend", "cost_item", ("spend",))
_COSTS = (_ads("spend"), _FEES, _COMMISSIONS, _OTHER_COST)
_GROSS_PROFIT = _order("gross_profit", "revenue", "net_sales", "cost_of_goods")
_ENGAGEMENTS = ("likes", "comments", "shares", "saves")

INPUTS: Final[Mapping[str, tuple[Input, ...]]] = MappingProxyType({
    "spend": (_ads("spend"),),
    "impressions": (_ads("impressions"),),
    "clicks": (_ads("clicks"),),
    "video_views": (_ads("video_views"), *_social("video_views")),
    "platform_conversions": _CLAIMED,
    "platform_conversion_value": _CLAIMED_VALUE,
    "web_conversions": (_web("conversions"),),
    "web_conversion_value": (_web("conversion_value"),),
    "conversions": _follows_basis(_web("conversions"), *_CLAIMED),
    "conversion_value": _follows_basis(_web("conversion_value"), *_CLAIMED_VALUE),
    "conversion_base": _follows_basis(_web("sessions"), _ads("clicks"), _email("clicks_unique")),
    "sessions": (_web("sessions"),),
    "engaged_sessions": (_web("engaged_sessions"),),
    "bounced_sessions": (_web("sessions - engaged_sessions", "sessions", "engaged_sessions"),),
    "pageviews": (_web("pageviews"),),
    "organic_impressions": (_seo("impressions"),),
    "organic_clicks": (_seo("clicks"),),
    "organic_position_impressions": (_seo("ranked_impressions", "position"),),
    "organic_position_weight": (_seo("position_weight", "position"),),
    "sends": (_email("sends"),),
    "delivered": (_email("delivered"),),
    "opens_unique": (_email("opens_unique"),),
    "clicks_unique": (_email("clicks_unique"),),
    "unsubscribes": (_email("unsubscribes"),),
    "social_impressions": _social("impressions"),
    "engagements": _social("engagements"),
    "orders": (_order("1", "orders"),),
    "revenue": (_order("revenue", "revenue"),),
    "net_revenue": (_order("net_revenue", "revenue", "net_sales"),),
    "refunds": (Input("mart.fct_refund", "refunds", "refund", ("refunds",), "not is_order_cancelled",
                      campaign=_OF_ORDER),),
    "gross_profit": (_GROSS_PROFIT,),
    "new_customers": (_order(_IS_NEW.format("1")),),
    "new_customer_revenue": (_order(_IS_NEW.format("revenue"), "revenue"),),
    "partner_fees": (_FEES,),
    "partner_commission": (_COMMISSIONS,),
    "partner_cost": (_FEES, _COMMISSIONS),
    "partner_views": (_deliverable("views", "views"),),
    "partner_engagements": (_deliverable(_known(*_ENGAGEMENTS), *_ENGAGEMENTS),),
    "partner_clicks": (_deliverable("link_clicks", "link_clicks"), _AFFILIATE_CLICKS),
    "other_cost": (_OTHER_COST,),
    "total_cost": _COSTS,
    "contribution": (_GROSS_PROFIT, *map(_deducted, _COSTS)),
    "planned_spend": (
        Input("mart.fct_plan_daily", "target", where="metric_id = 'spend' and channel_id = '(all)'"),
    ),
})  # fmt: skip
"""Measure of the campaign KPI marts → where it is summed from; a measure that is not here is told as such."""


def follows_basis(metric: Metric) -> bool:
    """Whether the metric is made of a measure that follows a campaign's conversion basis."""
    return any(each.basis for measure in metric.measures for each in INPUTS.get(measure, ()))


TRAPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "ratio": (
        "Never average or add it: sum numerator and denominator over the slice, then divide.",
        "不可平均、不可相加：先分别汇总分子与分母，再相除。",
    ),
    "non_additive": (
        "Never add it over platforms or channels: each platform claims the same sale for itself.",
        "不可跨平台或跨渠道相加：同一笔成交会被各平台分别计入。",
    ),
    "spend": (
        "Taxes and fees are as each platform bills them; agency fees and tools are not media cost.",
        "税费按各平台账单口径；代理费、工具费不在其中。",
    ),
    "clicks": (
        "Link clicks on social platforms, all clicks elsewhere: compare a platform with itself.",
        "社交平台为链接点击，其他平台为全部点击：只与同一平台比较。",
    ),
    "impressions": (
        "Platforms count an impression by different rules of visibility.",
        "各平台对“展现”的可见性要求不同。",
    ),
    "video_views": (
        "From two seconds to half a minute: what counts as a view differs by platform.",
        "从 2 秒到 30 秒，各平台对“播放”的定义不同。",
    ),
    "conversions": (
        "The newest days are incomplete until the conversion lag has passed (is_mature); campaigns with few "
        "conversions get no verdict.",
        "最近几天的转化尚未收齐（见 is_mature）；转化过少的活动不作判断。",
    ),
    "conversion_value": (
        "Refunds after the fact are not taken off unless the source does.",
        "除非来源已扣减，事后退款不在其中扣除。",
    ),
    "platform_conversions": (
        "A platform's own claim by its own windows, perhaps with view-through; null when several platforms "
        "claim some.",
        "平台按自己的归因窗口自报，可能含浏览转化；多个平台上报时为空。",
    ),
    "orders": (
        "A campaign's orders are those its code or link names; the others stay unassigned.",
        "活动的订单只含带其优惠码或链接的订单；其余归为未分配。",
    ),
    "gross_profit": (
        "Empty as soon as the cost of any of the goods is unknown.",
        "任一商品成本未知即为空。",
    ),
    "new_customers": (
        "New to the exports that landed: orders before the first export make old customers look new.",
        "以已入库的订单为准：最早导出之前的老客会被当作新客。",
    ),
    "total_cost": (
        "Only costs that landed: fees, tools and agencies count when their tables are filled in.",
        "只含已入库的费用：合作、工具与代理费用需填表后才计入。",
    ),
    "sessions": (
        "A property sees only people who allow it to; compare days of one property.",
        "只统计允许跟踪的访问；只比较同一站点的不同日期。",
    ),
    "bounced_sessions": (
        "Engagement is each tool's own definition.",
        "“互动访问”按各工具自己的定义。",
    ),
    "organic_impressions": (
        "Search consoles hide rare queries: queries add up to less than the property.",
        "搜索平台会隐藏低频搜索词：各词之和小于站点合计。",
    ),
    "organic_position_weight": (
        "A position holds only where the page was shown: new keywords at the bottom worsen the average.",
        "只统计有展现的排名：新增的靠后关键词会拉低平均排名。",
    ),
    "opens_unique": (
        "Mail programs open messages by themselves: use it to compare mailings, not to count readers.",
        "邮件客户端会自动打开邮件：可用于比较，不可当作阅读人数。",
    ),
    "clicks_unique": (
        "Security scanners click links too: click rates of mailings to companies read high.",
        "安全扫描也会点击链接：发往企业邮箱的点击率偏高。",
    ),
    "engagements": (
        "Each platform adds up other actions; never compare the sum across networks.",
        "各平台纳入的互动行为不同；不可跨平台比较总数。",
    ),
    "social_impressions": (
        "Some networks report views instead of impressions; the two are not read for each other.",
        "部分平台只报播放量而非展现量；两者不互相替代。",
    ),
})  # fmt: skip
"""What readers get wrong, English and Chinese, by measure and by additivity."""


def traps(metric: Metric, language: str = "en") -> list[str]:
    """What to beware of with a metric: by how it adds up, then by its measures."""
    place = 1 if language == "zh" else 0
    return [TRAPS[key][place] for key in (metric.additivity, *metric.measures) if key in TRAPS]


def metric_named(name: str) -> Metric:
    """The metric of that id or name in either language.

    Raises:
        ConfigError: ``E-MET-03`` there is none.
    """
    known = registry()
    wanted = name.strip().casefold()
    by_name = {
        word.casefold(): metric
        for metric in known.values()
        for word in (metric.name_zh, metric.name_en, metric.metric_id)
    }
    if wanted in by_name:
        return by_name[wanted]
    near = difflib.get_close_matches(wanted, by_name, n=3)
    ids = list(dict.fromkeys(by_name[word].metric_id for word in near))
    raise ConfigError(
        "E-MET-03", f"no metric is called {name!r}", expected="a metric of the registry",
        fix=f"did you mean {', '.join(ids)}?" if ids else f"one of {', '.join(known)}",
    )  # fmt: skip


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
