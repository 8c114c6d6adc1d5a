"""Status and sentences, by rules: what a report concludes from its facts.

What is here: the status of a campaign, the sentences of its verdict, and the words of its actions. What is
not: reading data (``facts``) or layout (``templates/``). Sentences never claim a cause: nothing here was a
test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from mkt_pipeline.reports.facts import Action, Campaign, Kpi, Names, Portfolio
from mkt_pipeline.reports.words import Words

PACE_LOW, PACE_HIGH = 0.80, 1.20
_ORDER = ("on_track", "at_risk", "off_track")
SIGNS = {"on_track": "✓", "at_risk": "!", "off_track": "✗", "no_verdict": "?", "no_target": "·"}
REVIEW_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True)
class ActionWords:
    """One action in words: what to do, why, how to take it back."""

    what: str
    why: str
    effect: str
    effect_note: str
    undo: str
    rule: str


def status(campaign: Campaign) -> str:
    """``on_track``, ``at_risk``, ``off_track``, ``no_verdict`` or ``no_target``.

    The primary goal decides. Any other goal that is missed, and spend outside 80 to 120 % of plan, lower "on
    track" to "at risk". Too few conversions or a late source leave no verdict.
    """
    primary = campaign.primary
    if primary is None or not campaign.has_targets:
        return "no_target"
    if primary.status in (None, "no_verdict") or primary.is_short:
        return "no_verdict"
    worst = _ORDER.index(str(primary.status))
    others_miss = any(kpi.status in ("at_risk", "off_track") for kpi in campaign.kpis[1:])
    if others_miss or not pace_is_within(campaign.pace.index if campaign.pace else None):
        worst = max(worst, _ORDER.index("at_risk"))
    return _ORDER[worst]


def pace_is_within(index: float | None) -> bool:
    """Whether spend keeps to the plan; without a plan there is nothing to leave."""
    return index is None or PACE_LOW <= index <= PACE_HIGH


def sentences(campaign: Campaign, portfolio: Portfolio, words: Words) -> list[str]:
    """The verdict in at most four short sentences."""
    state = status(campaign)
    if state == "no_target":
        said = [_no_target(campaign, words)]
    elif state == "no_verdict":
        said = [_no_verdict(campaign, portfolio, words)]
    else:
        goals = [kpi for kpi in campaign.kpis if kpi.target is not None]
        said = [_goal(goals[0], words)]
        if campaign.pace and campaign.pace.index is not None:
            said.append(_pace(campaign, campaign.pace.index, portfolio, words))
        said += [_goal(kpi, words) for kpi in goals[1:2]]
    if campaign.actions:
        first = campaign.actions[0]
        in_words = action_words(first, portfolio.channel_names, portfolio.platform_names, words)
        key = "verdict_first_action" if len(campaign.actions) > 1 else "verdict_only_action"
        said.append(
            words.say(key, n=len(campaign.actions), action=in_words.what, effect=in_words.effect_note)
        )
    return said


def _pace(campaign: Campaign, index: float, portfolio: Portfolio, words: Words) -> str:
    pace = words.percent(index, 0)
    if not campaign.silent_channels:
        return words.say("verdict_pace", pace=pace)
    silent = [channel_name(name, portfolio.channel_names, words) for name in campaign.silent_channels]
    return words.say("verdict_pace_partial", pace=pace, channels=words.say("list_comma").join(silent))


def _goal(kpi: Kpi, words: Words) -> str:
    """One goal against what is due (more is better), or against its target (less is better)."""
    actual = words.metric(kpi.metric, kpi.to_date.value, short=True)
    name = words.name(kpi.metric)
    if kpi.to_date.value is None or kpi.due is None:
        return words.say("verdict_unknown", metric=name)
    due = words.metric(kpi.metric, kpi.due, short=True)
    if kpi.metric.additivity == "additive" and kpi.metric.direction == "up" and kpi.attainment is not None:
        return words.say(
            "verdict_due", metric=name, attainment=words.percent(kpi.attainment, 0), actual=actual, due=due
        )
    better = kpi.attainment is not None and kpi.attainment >= 1
    return words.say("verdict_better" if better else "verdict_worse", metric=name, actual=actual, target=due)


def _no_target(campaign: Campaign, words: Words) -> str:
    return words.say(
        "verdict_no_target",
        spend=words.money(campaign.spend, short=True),
        conversions=words.count(campaign.conversions),
    )


def _no_verdict(campaign: Campaign, portfolio: Portfolio, words: Words) -> str:
    review = words.day(campaign.as_of + REVIEW_AFTER)
    primary = campaign.primary
    if primary is None or not primary.waits_for_source:
        if primary is not None and (not primary.is_short or campaign.conversions is None):
            return words.say("verdict_unknown", metric=words.name(primary.metric))
        return words.say("verdict_short", n=words.count(campaign.conversions), date=review)
    late = sorted({source.platform for source in portfolio.quality.late})
    names = [platform_name(platform, portfolio.platform_names, words) for platform in late]
    return words.say("verdict_late", sources=words.say("list_comma").join(names) or "—", date=review)


def platform_name(platform: str, names: Mapping[str, Names], words: Words) -> str:
    """A platform's name, its id where nobody named it."""
    return names[platform].in_language(words.language) if platform in names else platform


def channel_name(channel: str, names: Mapping[str, Names], words: Words) -> str:
    """A channel's name, its id where nobody named it."""
    return names[channel].in_language(words.language) if channel in names else channel


def action_words(
    action: Action, channels: Mapping[str, Names], platforms: Mapping[str, Names], words: Words
) -> ActionWords:
    """One action in words, from its kind and its evidence."""
    build = {
        "negative_search_term": _waste_words,
        "pause_keyword": _waste_words,
        "budget_pace": _pace_words,
    }[action.kind]
    return build(action, channels, platforms, words)


def _waste_words(
    action: Action, channels: Mapping[str, Names], platforms: Mapping[str, Names], words: Words
) -> ActionWords:
    evidence, rule = action.evidence, action.rule
    key = action.kind
    values = {
        "object": action.object_name,
        "platform": platform_name(action.platform or "", platforms, words),
        "campaigns": words.say("list_comma").join(evidence["platform_campaigns"]),
        "due": words.short_day(action.due_date),
    }
    effect = words.money(action.effect_expected, action.effect_unit, short=True)
    bounds = words.money_range(action.effect_low, action.effect_high)
    return ActionWords(
        what=words.say(f"{key}_what", **values),
        why=words.say(
            f"{key}_why",
            spend=words.money(action.spend),
            clicks=words.count(action.clicks),
            conversions=words.count(action.conversions),
            terms=words.count(evidence.get("matched_terms", 1)),
            days=words.days(
                dt.date.fromisoformat(evidence["first_day"]), dt.date.fromisoformat(evidence["last_day"])
            ),
            probability=words.probability(evidence["probability"]),
            limit=words.money(rule["waste_factor"] * evidence["target_cpa"]),
        ),
        effect=words.say("effect_saving", value=effect),
        effect_note=words.say("effect_saving_range", range=bounds, days=action.effect_period_days),
        undo=words.say(f"{key}_undo"),
        rule=words.say(
            "rule_waste",
            probability=words.percent(rule["probability"], 0),
            factor=words.number(rule["waste_factor"]),
            target=words.money(evidence["target_cpa"]),
            source=words.say(f"target_{evidence['target_cpa_source']}"),
            clicks=words.number(rule["min_clicks"]),
            group=words.number(rule["min_group_conversions"]),
            alpha=words.number(evidence["prior_alpha"], 2),
            beta=words.number(evidence["prior_beta"], 1),
        ),
    )


def _pace_words(
    action: Action, channels: Mapping[str, Names], platforms: Mapping[str, Names], words: Words
) -> ActionWords:
    evidence, rule = action.evidence, action.rule
    over = evidence["direction"] == "over"
    side = "over" if over else "under"
    channel = channel_name(action.channel_id, channels, words)
    required = evidence["required_daily_spend"]
    what = "budget_pace_stop_what" if required <= 0 else f"budget_pace_{side}_what"
    bounds = words.money_range(action.effect_low, action.effect_high)
    return ActionWords(
        what=words.say(
            what,
            channel=channel,
            current=words.money(evidence["current_daily_spend"], short=True),
            required=words.money(required, short=True),
            due=words.short_day(action.due_date),
        ),
        why=words.say(
            "budget_pace_why",
            spend=words.money(evidence["spend_to_date"], short=True),
            pace=words.percent(evidence["pace"], 0),
            projected=words.money(evidence["projected"], short=True),
            range=words.money_range(evidence["projected_low"], evidence["projected_high"]),
            budget=words.money(evidence["budget"], short=True),
        ),
        effect=words.say(
            f"effect_{side}", value=words.money(action.effect_expected, action.effect_unit, short=True)
        ),
        effect_note=words.say(f"effect_{side}_range", range=bounds, days=action.effect_period_days),
        undo=words.say("budget_pace_undo"),
        rule=words.say(
            "rule_pace",
            low=words.percent(rule["low"], 0),
            high=words.percent(rule["high"], 0),
            days=words.number(rule["min_days"]),
            replays=words.number(evidence["replays"]),
        ),
    )
