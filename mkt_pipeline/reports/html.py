"""Facts and words as pages: what stands where on a report and on the index.

What is here: the values the templates print, already in words, and the rendering. What is not: reading data,
deciding a verdict, writing files. Everything that comes from exports or plans is escaped by the templates;
only charts, the style sheet and the script are inserted as they are, and those hold nothing from outside.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mkt_pipeline.metrics import Metric, registry
from mkt_pipeline.reports import charts, verdict
from mkt_pipeline.reports.facts import (
    ALL,
    CHANNEL_METRICS,
    Action,
    Campaign,
    Channel,
    Kpi,
    Pace,
    Portfolio,
    Source,
    Value,
)
from mkt_pipeline.reports.words import UNKNOWN, Words

MAX_INDEX_ACTIONS = 12
_TONES = {"on_track": "good", "at_risk": "bad", "off_track": "bad"}


@dataclass(frozen=True)
class Links:
    """Where pages lie, relative to the folder of reports: by campaign and language, and the index."""

    report: Callable[[str, str], str]
    index: Callable[[str], str]
    languages: Sequence[str]


@dataclass(frozen=True)
class Card:
    """One KPI card in words; ``actual``, ``due`` and ``target`` draw the bullet bar."""

    name: str
    definition: str
    value: str
    days: Sequence[Any]
    actual: float | None
    due: float | None
    target: float | None
    bar_label: str
    against: str
    word: str
    tone: str
    change: str
    is_short: bool
    is_incomplete: bool
    interval: str


def report_page(
    campaign: Campaign, portfolio: Portfolio, words: Words, links: Links, generated_at: dt.datetime
) -> str:
    """The report of one campaign in one language."""
    state = verdict.status(campaign)
    metrics = registry()
    return _environment().get_template("report.html.j2").render(
        **_common(portfolio, words, generated_at),
        data_to=campaign.data_to,
        campaign=campaign,
        name=campaign.names.in_language(words.language),
        basis=words.say(f"basis_{campaign.basis or 'none'}"),
        chips=_chips(portfolio, words),
        index_link=links.index(words.language),
        language_links=_language_links(links, words, lambda code: links.report(campaign.campaign_id, code)),
        state=state,
        sign=verdict.SIGNS[state],
        sentences=words.separator.join(verdict.sentences(campaign, portfolio, words)),
        cards=[*(_card(kpi, words) for kpi in campaign.kpis), *_spend_card(campaign, words)],
        actions=[_action(action, portfolio, words) for action in campaign.actions],
        primary=campaign.primary,
        daily=_daily(campaign.primary, words),
        budget=_budget(campaign.pace, words),
        paces=[_pace_line(pace, words) for pace in campaign.channel_paces if pace.budget],
        channel_metrics=[metrics[name] for name in ("impressions", "clicks", *CHANNEL_METRICS)],
        channels=_channel_rows(campaign, portfolio, words),
        details=[
            {"title": words.say("search_terms"), "column": words.say("search_term"),
             "rows": campaign.search_terms, "view": "mart.fct_ad_search_term_daily"},
            {"title": words.say("keywords"), "column": words.say("keyword"),
             "rows": campaign.keywords, "view": "mart.fct_ad_entity_daily"},
        ],
        cpa_name=words.name(metrics["cpa"]),
        cannot=_cannot(campaign, portfolio, words),
        glossary=_glossary(campaign),
    )  # fmt: skip


def index_page(
    portfolio: Portfolio, workspace_name: str, words: Words, links: Links, generated_at: dt.datetime
) -> str:
    """The page over all campaigns in one language."""
    actions = sorted(
        ((action, campaign) for campaign in portfolio.campaigns for action in campaign.actions),
        key=lambda pair: (pair[0].rank, pair[0].due_date, pair[0].action_id),
    )
    return _environment().get_template("index.html.j2").render(
        **_common(portfolio, words, generated_at),
        data_to=max((campaign.data_to for campaign in portfolio.campaigns if campaign.data_to), default=None),
        workspace_name=workspace_name,
        unassigned_owned=portfolio.unassigned.owned if portfolio.unassigned else (),
        chips=_chips(portfolio, words),
        language_links=_language_links(links, words, links.index),
        sentences=words.separator.join(_portfolio_sentences(portfolio, words)),
        groups=_groups(portfolio.campaigns, words, links),
        actions=[
            {**_action(action, portfolio, words), "campaign": campaign.names.in_language(words.language),
             "link": links.report(campaign.campaign_id, words.language)}
            for action, campaign in actions[:MAX_INDEX_ACTIONS]
        ],
    )  # fmt: skip


# Both pages ----------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("mkt_pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(sparkline=charts.sparkline, bullet=charts.bullet)
    return environment


@cache
def _asset(name: str) -> str:
    text = resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    return text.replace("\n", "")


@cache
def _policy() -> str:
    """Nothing is ever loaded; only this style sheet and this script may act."""

    def allowed(name: str) -> str:
        digest = hashlib.sha256(_asset(name).encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return (
        f"default-src 'none'; style-src {allowed('style.css')}; script-src {allowed('page.js')}; "
        "base-uri 'none'; form-action 'none'"
    )


def _common(portfolio: Portfolio, words: Words, generated_at: dt.datetime) -> dict[str, Any]:
    return {
        "words": words,
        "build": portfolio.build,
        "quality": portfolio.quality,
        "generated_at": words.time(generated_at),
        "style": Markup(_asset("style.css")),  # noqa: S704 - shipped with the package
        "script": Markup(_asset("page.js")),  # noqa: S704 - shipped with the package
        "policy": _policy(),
        "platform": lambda name: verdict.platform_name(name, portfolio.platform_names, words),
        "channel": lambda name: verdict.channel_name(name, portfolio.channel_names, words),
        "signed": lambda value: ("+" if value and value > 0 else "") + words.count(value),
    }


def _chips(portfolio: Portfolio, words: Words) -> list[dict[str, Any]]:
    """One chip per platform: its newest day; late only if every report it sends is."""
    by_platform: dict[str, list[Source]] = {}
    for source in portfolio.quality.sources:
        by_platform.setdefault(source.platform, []).append(source)
    chips = []
    for platform, sources in by_platform.items():
        late = min(source.days_late if source.is_late else 0 for source in sources)
        newest = max((source.newest_day for source in sources if source.newest_day), default=None)
        name = verdict.platform_name(platform, portfolio.platform_names, words)
        state = words.say("late_by", n=late) if late else words.say("newest", day=words.short_day(newest))
        chips.append({"text": f"{'! ' if late else ''}{name} {state}", "is_late": bool(late)})
    return chips


def _language_links(links: Links, words: Words, target: Callable[[str], str]) -> list[dict[str, str]]:
    return [
        {
            "href": target(code),
            "lang": Words(code, words.currency).html_language,
            "text": words.say("language_link"),
        }
        for code in links.languages
        if code != words.language
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _action(action: Action, portfolio: Portfolio, words: Words) -> dict[str, Any]:
    metrics = registry()
    in_words = verdict.action_words(action, portfolio.channel_names, portfolio.platform_names, words)
    return {
        "action": action,
        "words": in_words,
        "what": _capital(in_words.what),
        "check": words.name(metrics[action.check_metric]),
        "guard": words.name(metrics[action.guard_metric]),
        "terms": [term["search_term"] for term in action.evidence.get("top_terms", ())],
        "equivalents": action.evidence.get("equivalent_phrases", ()),
    }


# Cards ---------------------------------------------------------------------------------------------


def _card(kpi: Kpi, words: Words) -> Card:
    metric, actual = kpi.metric, kpi.to_date.value
    value = words.metric(metric, actual, short=True)
    word, tone = _against_target(kpi, words)
    return Card(
        name=words.name(metric),
        definition=words.definition(metric),
        value=value,
        days=kpi.days,
        actual=actual,
        due=kpi.due,
        target=kpi.target,
        bar_label=f"{words.name(metric)} {value}",
        against=_due_and_target(metric, kpi.due, kpi.target, words),
        word=word,
        tone=tone,
        change=words.say("change_7", change=_change(kpi, words)) if kpi.change is not None else "",
        is_short=kpi.is_short,
        is_incomplete=bool(kpi.last_7_immature),
        interval=_interval(metric, kpi.to_date, words),
    )


def _due_and_target(metric: Metric, due: float | None, target: float | None, words: Words) -> str:
    if target is None:
        return words.say("no_target")
    parts = [words.say("target_of", value=words.metric(metric, target, short=True))]
    if due is not None and due != target:
        parts.insert(0, words.say("due_of", value=words.metric(metric, due, short=True)))
    return _capital(" · ".join(parts))


def _against_target(kpi: Kpi, words: Words) -> tuple[str, str]:
    """Attainment in the words of the metric's direction: a share of what is due, or in and over target."""
    if kpi.is_short or kpi.attainment is None or kpi.to_date.value is None or not kpi.due:
        return "", ""
    tone = _TONES.get(kpi.status or "", "")
    if kpi.metric.direction == "down":
        over = kpi.to_date.value / kpi.due - 1
        if over <= 0:
            return "✓ " + words.say("within_target"), "good"
        return "! " + words.say("over_target", share=words.percent(over, 0)), tone
    sign = verdict.SIGNS.get(kpi.status or "", "·")
    key = "of_target" if kpi.due == kpi.target else "of_due"
    return f"{sign} " + words.say(key, attainment=words.percent(kpi.attainment, 0)), tone


def _change(kpi: Kpi, words: Words) -> str:
    if kpi.metric.format == "percent" and kpi.last_7.value is not None and kpi.previous_7.value is not None:
        return words.points(kpi.last_7.value - kpi.previous_7.value, kpi.metric.decimals)
    return words.change(kpi.change)


def _interval(metric: Metric, value: Value, words: Words) -> str:
    if value.low is None or value.high is None:
        return ""
    return words.say("interval", low=words.metric(metric, value.low), high=words.metric(metric, value.high))


def _spend_card(campaign: Campaign, words: Words) -> Iterable[Card]:
    """Spend against plan to date; only where something was spent or planned."""
    pace, metric = campaign.pace, registry()["spend"]
    spent = pace.last.spend_to_date if pace else campaign.spend
    if spent is None:
        return
    planned = pace.last.planned_to_date if pace else None
    word, tone = ("", "")
    if pace and pace.index is not None:
        side, tone = _pace_words(pace, words)
        word = f"{side} · {words.say('of_plan', pace=words.percent(pace.index, 0))}"
    yield Card(
        name=words.name(metric),
        definition=words.definition(metric),
        value=words.money(spent, short=True),
        days=campaign.spend_days,
        actual=spent,
        due=planned,
        target=pace.budget if pace else None,
        bar_label=words.money(spent, short=True),
        against=words.say("budget_of", value=words.money(campaign.budget, short=True))
        if campaign.budget
        else words.say("no_budget"),
        word=word,
        tone=tone,
        change=words.say("change_7", change=words.change(campaign.spend_change))
        if campaign.spend_change is not None
        else "",
        is_short=False,
        is_incomplete=False,
        interval="",
    )


# Pace ----------------------------------------------------------------------------------------------


def _pace_words(pace: Pace, words: Words) -> tuple[str, str]:
    """Whether spend keeps to the plan, with its sign, and the tone."""
    index = pace.index
    if index is None:
        return UNKNOWN, ""
    if verdict.pace_is_within(index):
        return "✓ " + words.say("status_within"), "good"
    return "! " + words.say("status_over" if index > 1 else "status_under"), "bad"


def _pace_line(pace: Pace, words: Words) -> dict[str, Any]:
    word, tone = _pace_words(pace, words)
    forecast = pace.projection if pace.days_left else None
    return {
        "pace": pace,
        "word": word,
        "tone": tone,
        "forecast": words.money(forecast.expected, short=True) if forecast else UNKNOWN,
        "range": words.money_range(forecast.quantile(0.05), forecast.quantile(0.95)) if forecast else "",
    }


def _daily(kpi: Kpi | None, words: Words) -> dict[str, Any] | None:
    if kpi is None or not any(day.value is not None for day in kpi.days):
        return None
    known = [day for day in kpi.days if day.value is not None]
    mature = [day for day in known if day.is_mature] or known
    name = words.name(kpi.metric)
    due = kpi.target if kpi.metric.additivity == "ratio" else mature[-1].due
    title = words.say("chart_daily", metric=name)
    description = words.say(
        "chart_daily_alt",
        metric=name,
        first=words.day(known[0].day),
        last=words.day(known[-1].day),
        value=words.metric(kpi.metric, mature[-1].value),
        due=words.metric(kpi.metric, due),
    )
    return {
        "title": title,
        "svg": charts.daily_chart(kpi, words, title, description),
        "has_due": due is not None,
        "has_young": any(not day.is_mature for day in known),
        "has_allocated": any(day.is_allocated for day in known),
    }


def _budget(pace: Pace | None, words: Words) -> dict[str, Any] | None:
    if pace is None or not pace.budget:
        return None
    last, projection = pace.last, pace.projection if pace.days_left else None
    title = words.say("chart_budget")
    spent, planned = words.money(last.spend_to_date), words.money(last.planned_to_date)
    description = words.say("chart_budget_alt", spend=spent, day=words.day(last.day), planned=planned)
    budget = words.money(pace.budget, short=True)
    if pace.days_left:
        required = words.money(pace.required_daily, short=True)
        lines = [words.say("budget_left", days=pace.days_left, required=required, budget=budget)]
    else:
        lines = [words.say("budget_over", spend=spent, budget=budget)]
    if projection:
        lines.append(
            words.say(
                "budget_forecast",
                expected=words.money(projection.expected, short=True),
                low=words.money(projection.quantile(0.05), short=True),
                high=words.money(projection.quantile(0.95), short=True),
            )
        )
    return {
        "title": title,
        "svg": charts.budget_chart(pace, words, title, description),
        "has_forecast": projection is not None,
        "lines": lines,
    }


# Tables --------------------------------------------------------------------------------------------


def _channel_rows(campaign: Campaign, portfolio: Portfolio, words: Words) -> list[dict[str, Any]]:
    rows = [campaign.total, *campaign.channels] if campaign.total else []
    return [_channel_row(row, portfolio, words) for row in rows if row]


def _channel_row(channel: Channel, portfolio: Portfolio, words: Words) -> dict[str, Any]:
    metrics = registry()
    is_total = channel.channel_id == ALL
    return {
        "channel": channel,
        "is_total": is_total,
        "name": words.say("total") if is_total
        else verdict.channel_name(channel.channel_id, portfolio.channel_names, words),
        "spend": channel.values["spend"].value,
        "cells": [
            {"text": words.metric(metrics[name], value.value), "value": value.value,
             "extra": _range(metrics[name], value, words) if name == "cpa" else ""}
            for name in ("impressions", "clicks", *CHANNEL_METRICS)
            for value in (channel.values[name],)
        ],
        "claims": [
            f"{verdict.platform_name(platform, portfolio.platform_names, words)} {words.count(count)}"
            for platform, count in channel.platform_conversions
        ],
    }  # fmt: skip


def _range(metric: Metric, value: Value, words: Words) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{words.metric(metric, value.low)} – {words.metric(metric, value.high)}"


def _cannot(campaign: Campaign, portfolio: Portfolio, words: Words) -> list[str]:
    silent = [
        words.say("cannot_channel", channel=verdict.channel_name(name, portfolio.channel_names, words))
        for name in campaign.silent_channels
    ]
    late = [
        words.say(
            "cannot_late",
            platform=verdict.platform_name(source.platform, portfolio.platform_names, words),
            day=words.day(source.newest_day),
        )
        for source in portfolio.quality.late
    ]
    always = ("cannot_cause", "cannot_incremental", "cannot_overlap", "cannot_range")
    return [*silent, *dict.fromkeys(late), *(words.say(key) for key in always)]


def _glossary(campaign: Campaign) -> list[Metric]:
    """The metrics this report prints, in the registry's order."""
    used = {"spend", "budget_used", "impressions", "clicks", *CHANNEL_METRICS, "web_conversions"}
    used |= {kpi.metric.metric_id for kpi in campaign.kpis} | {
        line.metric.metric_id for line in campaign.owned
    }
    return [metric for name, metric in registry().items() if name in used]


# Index ---------------------------------------------------------------------------------------------


def _portfolio_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    states = [verdict.status(campaign) for campaign in portfolio.campaigns]
    counts = words.say("list_comma").join(
        f"{verdict.SIGNS[state]} {words.say(state)} {states.count(state)}"
        for state in verdict.SIGNS
        if state in states
    )
    quality = portfolio.quality
    said = [words.say("portfolio_line", n=len(states), counts=counts or words.say("nothing"))]
    spend = words.say("portfolio_spend", spend=words.money(quality.total_spend))
    if quality.unassigned_spend:
        unassigned = words.say("portfolio_unassigned", spend=words.money(quality.unassigned_spend))
        spend = f"{spend}{words.separator}{unassigned}"
    said.append(spend)
    if quality.late:
        late = dict.fromkeys(
            verdict.platform_name(source.platform, portfolio.platform_names, words) for source in quality.late
        )
        said.append(words.say("portfolio_late", sources=words.say("list_comma").join(late)))
    return said


def _groups(campaigns: Sequence[Campaign], words: Words, links: Links) -> list[dict[str, Any]]:
    """Campaigns by primary goal; figures of different goals are never summed."""
    by_goal: dict[str | None, list[Campaign]] = {}
    for campaign in campaigns:
        goal = campaign.primary.metric.metric_id if campaign.primary and campaign.has_targets else None
        by_goal.setdefault(goal, []).append(campaign)
    groups = []
    for goal in sorted(by_goal, key=lambda name: (name is None, list(registry()).index(name) if name else 0)):
        metric = registry()[goal] if goal else None
        members = sorted(
            by_goal[goal], key=lambda one: (-_money_at_risk(one), -(one.spend or 0), one.campaign_id)
        )
        groups.append(
            {
                "metric": metric,
                "rows": [_index_row(member, words, links) for member in members],
                "spend": sum(member.spend or 0 for member in members),
                "budget": sum(member.budget or 0 for member in members) or None,
                "actual": _subtotal(metric, members, words),
            }
        )
    return groups


def _subtotal(metric: Metric | None, members: Sequence[Campaign], words: Words) -> str:
    if metric is None or metric.additivity != "additive":
        return UNKNOWN
    values = [member.primary.to_date.value for member in members if member.primary]
    return words.metric(metric, sum(value for value in values if value is not None))


def _money_at_risk(campaign: Campaign) -> float:
    """Spend to date x the share of the primary goal that is missing."""
    attainment = campaign.primary.attainment if campaign.primary else None
    return max(1 - attainment, 0) * (campaign.spend or 0) if attainment is not None else 0.0


def _index_row(campaign: Campaign, words: Words, links: Links) -> dict[str, Any]:
    state, primary = verdict.status(campaign), campaign.primary
    spent = campaign.pace.last.spend_to_date if campaign.pace else campaign.spend

    def metric(value: float | None) -> str:
        return words.metric(primary.metric, value) if primary else UNKNOWN

    return {
        "campaign": campaign,
        "name": campaign.names.in_language(words.language),
        "link": links.report(campaign.campaign_id, words.language),
        "state": state,
        "sign": verdict.SIGNS[state],
        "tone": _TONES.get(state, ""),
        "days_left": campaign.pace.days_left if campaign.pace else None,
        "used": spent / campaign.budget if spent is not None and campaign.budget else None,
        "actual": metric(primary.to_date.value) if primary else UNKNOWN,
        "actual_value": primary.to_date.value if primary else None,
        "due": metric(primary.due) if primary else UNKNOWN,
        "target": metric(primary.target) if primary else UNKNOWN,
        "attainment": words.percent(primary.attainment, 0) if primary else UNKNOWN,
    }
