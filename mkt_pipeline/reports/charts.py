"""Pictures as static SVG: charts by Vega-Altair and one warm vl-convert, geometry of the small inline ones.

What is here: the two charts of the pace block, and the points of sparklines and bullets (drawn by template
macros). What is not: what the numbers mean, and the data table under every chart (``templates/``).

Text stays text, months follow the language, no name of a data field is ever drawn, marks carry no labels of
their own: the page gives every chart one title and one description. Days whose conversions are not complete
are hatched; the pattern is defined once per page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from mkt_pipeline.reports.facts import Day, Kpi, Pace
from mkt_pipeline.reports.words import Words

BLUE, ORANGE, INK, MUTED, GREY = "#1f5fa8", "#b4500b", "#1b1f24", "#57606a", "#8a94a0"
HATCH = "url(#hatch)"
FONT = "system-ui, PingFang SC, Hiragino Sans GB, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
WIDTH, HEIGHT = 400, 180
_ONE_DAY = dt.timedelta(days=1)


def _config() -> dict[str, Any]:
    label = {
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelFont": FONT,
        "domainColor": GREY,
        "tickColor": GREY,
    }
    return {
        "aria": False,
        "background": None,
        "view": {"stroke": None},
        "axis": {**label, "gridColor": "#e6e9ed", "title": None},
    }


def _day_axis(words: Words) -> alt.X:
    pattern = "%-m月%-d日" if words.language == "zh" else "%b %-d"
    axis = alt.Axis(format=pattern, title=None, grid=False, tickCount=6, labelOverlap=True)
    return alt.X("day:T", scale=alt.Scale(type="utc"), axis=axis)


def _value_axis(name: str, title_format: str) -> alt.Y:
    axis = alt.Axis(title=None, tickCount=5, labelExpr=title_format)
    return alt.Y(f"{name}:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)


def _label_expression(words: Words, *, percent: bool = False) -> str:
    """Axis labels as the language counts: K and M, or 万 and 亿."""
    if percent:
        return "format(datum.value, '.1~%')"
    if words.language == "zh":
        return (
            "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, '.3~g') + '亿' : "
            "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, '.3~g') + '万' : "
            "format(datum.value, ',.4~g')"
        )
    return (
        "abs(datum.value) >= 1e6 ? format(datum.value / 1e6, '.3~g') + 'M' : "
        "abs(datum.value) >= 1e4 ? format(datum.value / 1e3, '.3~g') + 'K' : format(datum.value, ',.4~g')"
    )


def _data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=list(rows))


def daily_chart(kpi: Kpi, words: Words, title: str, description: str) -> Markup:
    """A KPI per day against what is due per day (or the target, for ratios); empty without values."""
    days = [day for day in kpi.days if day.value is not None]
    if not days:
        return Markup()
    y = _value_axis("value", _label_expression(words, percent=kpi.metric.format == "percent"))
    x = _day_axis(words)
    target = kpi.target if kpi.metric.additivity == "ratio" else None
    due = [{"day": _iso(day.day), "value": day.due if target is None else target} for day in days]
    layers: list[alt.Chart] = []
    young = [day for day in days if not day.is_mature]
    if young:
        top = max([day.value or 0 for day in days] + [row["value"] or 0 for row in due])
        band = [{"day": _iso(young[0].day - _ONE_DAY), "end": _iso(young[-1].day), "value": top, "zero": 0}]
        layers.append(alt.Chart(_data(band)).mark_rect(fill=HATCH).encode(x=x, x2="end:T", y=y, y2="zero:Q"))
    if any(row["value"] is not None for row in due):
        layers.append(
            alt.Chart(_data(due)).mark_line(color=ORANGE, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y)
        )
    solid = [_row(day) for day in days if day.is_mature]
    dotted = [_row(day) for day in days if not day.is_mature]
    if solid:
        layers.append(alt.Chart(_data(solid)).mark_line(color=BLUE, strokeWidth=2.5).encode(x=x, y=y))
    if dotted:
        joined = [*solid[-1:], *dotted]
        line = alt.Chart(_data(joined)).mark_line(color=BLUE, strokeWidth=2, strokeDash=[2, 3])
        layers.append(line.encode(x=x, y=y))
    return _draw(layers, words, title, description)


def _row(day: Day) -> dict[str, Any]:
    return {"day": _iso(day.day), "value": day.value}


def budget_chart(pace: Pace, words: Words, title: str, description: str) -> Markup:
    """Cumulative spend against plan, with the forecast to the end and its 90 % range."""
    x, y = _day_axis(words), _value_axis("value", _label_expression(words))
    layers: list[alt.Chart] = []
    last = pace.last
    projection = pace.projection
    if projection and pace.days_left:
        ahead = [last.day + number * _ONE_DAY for number in range(pace.days_left + 1)]
        share = [number / pace.days_left for number in range(pace.days_left + 1)]
        low, high = projection.quantile(0.05), projection.quantile(0.95)
        band = [
            {"day": _iso(day), "value": _between(last.spend_to_date, low, part),
             "high": _between(last.spend_to_date, high, part)}
            for day, part in zip(ahead, share, strict=True)
        ]  # fmt: skip
        expected = [
            {"day": _iso(day), "value": _between(last.spend_to_date, projection.expected, part)}
            for day, part in ((ahead[0], 0.0), (ahead[-1], 1.0))
        ]
        layers.append(
            alt.Chart(_data(band)).mark_area(color=BLUE, opacity=0.18).encode(x=x, y=y, y2="high:Q")
        )
        line = alt.Chart(_data(expected)).mark_line(color=BLUE, strokeWidth=2, strokeDash=[2, 3])
        layers.append(line.encode(x=x, y=y))
    plan = [
        {"day": _iso(day.day), "value": day.planned_to_date}
        for day in pace.days
        if day.planned_to_date is not None
    ]
    if plan and pace.budget:
        plan.append({"day": _iso(pace.end_date), "value": pace.budget})
        line = alt.Chart(_data(plan)).mark_line(color=ORANGE, strokeWidth=2, strokeDash=[6, 4])
        layers.append(line.encode(x=x, y=y))
    spent = [{"day": _iso(day.day), "value": day.spend_to_date} for day in pace.days]
    layers.append(alt.Chart(_data(spent)).mark_line(color=BLUE, strokeWidth=2.5).encode(x=x, y=y))
    return _draw(layers, words, title, description)


def _between(start: float, end: float, part: float) -> float:
    return start + (end - start) * part


def _iso(day: dt.date) -> str:
    return day.isoformat()


def _draw(layers: Sequence[alt.Chart], words: Words, title: str, description: str) -> Markup:
    spec = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT).to_dict()
    spec["config"] = _config()
    return accessible(vl_convert.vegalite_to_svg(spec), title, description)


_ROOT = re.compile(r"<svg [^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>")
_NOISE = re.compile(r' (?:aria-\w+|role|pointer-events|class|stroke-miterlimit)="[^"]*"')
_EMPTY_PATH = re.compile(r'<path[^>]* d="M0,0h0v0h0Z"[^>]*/>')
_EMPTY_GROUP = re.compile(r"<g[^>]*/>|<g[^>]*></g>")


def accessible(svg: str, title: str, description: str) -> Markup:
    """A drawn chart as one image with a title and a description, without the renderer's own labels."""
    root = _ROOT.match(svg)
    if root is None:
        raise ValueError("the chart renderer did not return an SVG element")
    body = _EMPTY_PATH.sub("", _NOISE.sub("", svg[root.end() :]))
    while (shorter := _EMPTY_GROUP.sub("", body)) != body:
        body = shorter
    head = f'<svg role="img" viewBox="0 0 {root[1]} {root[2]}" preserveAspectRatio="xMidYMid meet">'
    return Markup(  # noqa: S704 - drawn by the renderer from numbers; the words are escaped
        head + f"<title>{escape(title)}</title><desc>{escape(description)}</desc>" + body
    )


@dataclass(frozen=True)
class Sparkline:
    """Points of a 100 x 24 line from zero: complete days, then incomplete ones, joined to them."""

    solid: str
    dotted: str


def sparkline(days: Sequence[Day]) -> Sparkline | None:
    """The points of a sparkline; ``None`` below two values."""
    known = [day for day in days if day.value is not None]
    if len(known) < 2:
        return None
    top = max(max(day.value or 0 for day in known), 1e-12)
    step = 100 / (len(known) - 1)
    points = [
        f"{number * step:.1f},{23 - 22 * (day.value or 0) / top:.1f}" for number, day in enumerate(known)
    ]
    complete = next((number for number, day in enumerate(known) if not day.is_mature), len(known))
    dotted = points[max(complete - 1, 0) :] if complete < len(known) else []
    return Sparkline(" ".join(points[:complete]), " ".join(dotted))


@dataclass(frozen=True)
class Bullet:
    """Widths of a bullet bar, percent of its length: the bar, the due tick, the target tick."""

    bar: float
    due: float | None
    target: float | None


def bullet(actual: float | None, due: float | None, target: float | None) -> Bullet | None:
    """The geometry of a bullet bar; ``None`` without an actual or anything to hold it against."""
    marks = [value for value in (due, target) if value is not None]
    if actual is None or not marks:
        return None
    full = max(actual, *marks) * 1.08 or 1.0

    def part(value: float | None) -> float | None:
        return None if value is None else round(max(value, 0) / full * 100, 1)

    return Bullet(part(actual) or 0.0, part(due), part(target) if target != due else None)
