"""Reading and checking the plans of a workspace.

What is here: every check of ``plans/*.yml`` with its words: place, bad value, allowed values, nearest match.
What is not: the model itself (:mod:`mkt_pipeline.plan.models`) and writing the lake
(:mod:`mkt_pipeline.plan.sync`).
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.metrics import Metric
from mkt_pipeline.plan.models import (
    Band,
    Campaign,
    CampaignPlan,
    Channel,
    ChannelGoal,
    Goal,
    MatchRule,
)
from mkt_pipeline.plan.source import Key, PlanSource, read_source
from mkt_pipeline.plan.vocabulary import Vocabulary
from mkt_pipeline.workspace import Workspace

_KEYS_BY_PLACE: dict[tuple[str, ...], Sequence[str]] = {
    (): tuple(CampaignPlan.model_fields),
    ("campaign",): tuple(Campaign.model_fields),
    ("campaign", "name"): ("en", "zh"),
    ("goals", "#"): tuple(Goal.model_fields),
    ("channels", "#"): tuple(Channel.model_fields),
    ("match", "#"): tuple(field.alias or name for name, field in MatchRule.model_fields.items()),
}

_WORDS = {
    "model_type": "'key: value' lines are expected here",
    "dict_type": "'key: value' lines are expected here",
    "list_type": "a list is expected here ('- ' before each item)",
    "string_type": "a text is expected here",
    "string_pattern_mismatch": "not an ISO 4217 code such as CNY",
    "too_short": "the list is empty",
}
"""What pydantic's kinds of error mean in a plan, where its own words speak of Python."""


def load_plans(workspace: Workspace) -> list[CampaignPlan]:
    """The plans of a workspace, in the order of their file names; empty without any.

    Raises:
        ConfigError: the first problem found (``E-PLAN-…``, see :func:`check_plans`).
    """
    plans, problems = _read(workspace)
    if problems:
        raise problems[0]
    return plans


def check_plans(workspace: Workspace) -> list[ConfigError]:
    """Every problem of every plan, for a command that lists them all.

    ``E-PLAN-01`` not YAML · ``02`` key twice or alias · ``03`` a key or a value · ``04`` unknown metric, or
    a target for one kept in a band · ``05`` unknown channel · ``06`` unknown platform · ``07`` something
    given twice · ``08`` channel budgets above the campaign's · ``10`` weights of equal rules above 1.
    """
    return _read(workspace)[1]


def plan_files(workspace: Workspace) -> list[Path]:
    """The plan files in the order that decides between them: by name. Hidden files are no plans."""
    if not workspace.plans_dir.is_dir():
        return []
    return sorted(
        path
        for path in workspace.plans_dir.iterdir()
        if path.suffix.lower() in (".yml", ".yaml") and not path.name.startswith(".") and path.is_file()
    )


def _read(workspace: Workspace) -> tuple[list[CampaignPlan], list[ConfigError]]:
    vocabulary = Vocabulary.of(workspace)
    plans: list[CampaignPlan] = []
    sources: list[PlanSource] = []
    problems: list[ConfigError] = []
    first_use: dict[str, str] = {}
    for path in plan_files(workspace):
        label = path.relative_to(workspace.root).as_posix()
        try:
            source = read_source(path, label)
            plan = _parse(source)
        except ConfigError as error:
            problems.append(error)
            continue
        except _Invalid as invalid:
            problems.extend(invalid.problems)
            continue
        problems.extend(_check(plan, source, vocabulary))
        if plan.id.casefold() in first_use:
            problems.append(_twice(source, ("campaign", "id"), plan.id, first_use[plan.id.casefold()]))
        first_use.setdefault(plan.id.casefold(), source.where(("campaign", "id")))
        plans.append(plan)
        sources.append(source)
    problems.extend(_check_weights(plans, sources))
    return plans, problems


class _Invalid(Exception):
    """A file that is YAML but no plan."""

    def __init__(self, problems: list[ConfigError]) -> None:
        super().__init__(problems)
        self.problems = problems


def _parse(source: PlanSource) -> CampaignPlan:
    try:
        return CampaignPlan.model_validate(source.data)
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: source.place(detail["loc"]))
        raise _Invalid([_value_problem(source, detail) for detail in details]) from None


def _value_problem(source: PlanSource, detail: ErrorDetails) -> ConfigError:
    """One pydantic error in the product's form."""
    location: tuple[Key, ...] = detail["loc"]
    name = ".".join(str(part) for part in location) or "the file"
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = _keys_at(location[:-1])
        return ConfigError(
            "E-PLAN-03", f"unknown key {str(location[-1])!r}", where=source.where(location, key=True),
            expected=f"one of {', '.join(allowed)}",
            fix=_nearest(str(location[-1]), allowed, "delete the key"),
        )  # fmt: skip
    if kind == "missing":
        return ConfigError(
            "E-PLAN-03", f"{name} is missing", where=source.where(location[:-1]),
            expected=f"the key {location[-1]!r}", fix=f"add {location[-1]}: …",
        )  # fmt: skip
    message = _WORDS.get(kind) or detail["msg"].removeprefix("Value error, ")
    value = detail.get("input")
    found = f" (found {value!r})" if isinstance(value, str | int) else ""
    return ConfigError(
        "E-PLAN-03", f"{name}: {message}{found}", where=source.where(location),
        expected="a value as the plan's reference describes it", fix=f"correct {name}",
    )  # fmt: skip


def _keys_at(location: Sequence[Key]) -> Sequence[str]:
    shape = tuple("#" if isinstance(part, int) else str(part) for part in location)
    return _KEYS_BY_PLACE.get(shape, ())


def _check(plan: CampaignPlan, source: PlanSource, vocabulary: Vocabulary) -> Iterator[ConfigError]:
    """What a plan must satisfy beyond its own shape."""
    yield from _check_goals(plan.goals, source, vocabulary)
    yield from _check_channels(plan.channels, source, vocabulary)
    yield from _check_budgets(plan, source)
    yield from _check_match(plan, source, vocabulary)


def _check_goals(goals: Sequence[Goal], source: PlanSource, vocabulary: Vocabulary) -> Iterator[ConfigError]:
    first_use: dict[str, str] = {}
    for index, goal in enumerate(goals):
        place: tuple[Key, ...] = ("goals", index, "metric")
        if goal.metric in first_use:
            yield _twice(source, place, goal.metric, first_use[goal.metric])
        first_use.setdefault(goal.metric, source.where(place))
        yield from _check_metric(goal.metric, goal.target, goal.band, source, place, vocabulary)


def _check_metric(
    metric_id: str,
    target: Decimal | None,
    band: Band | None,
    source: PlanSource,
    place: tuple[Key, ...],
    vocabulary: Vocabulary,
) -> Iterator[ConfigError]:
    metric = vocabulary.metrics.get(metric_id)
    if metric is None:
        yield _unknown("E-PLAN-04", "metric", metric_id, vocabulary.metrics, source, place)
    elif (metric.direction == "band") != (band is not None):
        yield _wrong_kind_of_goal(metric, target, source, place)


def _wrong_kind_of_goal(
    metric: Metric, target: Decimal | None, source: PlanSource, place: tuple[Key, ...]
) -> ConfigError:
    wants_band = metric.direction == "band"
    reason = "is kept in a band" if wants_band else f"has one good direction ({metric.direction})"
    return ConfigError(
        "E-PLAN-04",
        f"{metric.metric_id} {reason}, and a {'target' if target is not None else 'band'} is given",
        where=source.where(place, key=True),
        expected="band: [low, high]" if wants_band else "target: a number",
        fix="give a band in place of the target" if wants_band else "give a target in place of the band",
    )


def _check_channels(
    channels: Sequence[Channel], source: PlanSource, vocabulary: Vocabulary
) -> Iterator[ConfigError]:
    first_use: dict[str, str] = {}
    for index, channel in enumerate(channels):
        place: tuple[Key, ...] = ("channels", index, "id")
        if channel.id not in vocabulary.channels:
            yield _unknown("E-PLAN-05", "channel", channel.id, vocabulary.channels, source, place)
        if channel.id in first_use:
            yield _twice(source, place, channel.id, first_use[channel.id])
        first_use.setdefault(channel.id, source.where(place))
        for metric_id, goal in channel.goals.items():
            yield from _check_channel_goal(metric_id, goal, source, index, vocabulary)


def _check_channel_goal(
    metric_id: str, goal: ChannelGoal, source: PlanSource, index: int, vocabulary: Vocabulary
) -> Iterator[ConfigError]:
    place = ("channels", index, "goals", metric_id)
    yield from _check_metric(metric_id, goal.target, goal.band, source, place, vocabulary)


def _check_budgets(plan: CampaignPlan, source: PlanSource) -> Iterator[ConfigError]:
    whole = plan.campaign.budget
    parts = sum((channel.budget for channel in plan.channels if channel.budget is not None), Decimal(0))
    if whole is not None and parts > whole:
        yield ConfigError(
            "E-PLAN-08", f"the channels' budgets add up to {parts}, the campaign has {whole}",
            where=source.where(("campaign", "budget")), expected="channel budgets within the campaign's",
            fix=f"raise campaign.budget to {parts} or cut the channels by {parts - whole}",
        )  # fmt: skip


def _check_match(plan: CampaignPlan, source: PlanSource, vocabulary: Vocabulary) -> Iterator[ConfigError]:
    campaign = plan.campaign
    for index, rule in enumerate(plan.match):
        if rule.platform is not None and rule.platform not in vocabulary.platforms:
            place = ("match", index, "platform")
            yield _unknown("E-PLAN-06", "platform", rule.platform, vocabulary.platforms, source, place)
        for key, day in (("from", rule.first), ("to", rule.last)):
            if day is not None and not campaign.start <= day <= campaign.end:
                yield ConfigError(
                    "E-PLAN-03", f"match.{index}.{key}: {day} is no day of the campaign",
                    where=source.where(("match", index, key)),
                    expected=f"a day from {campaign.start} to {campaign.end}",
                    fix=f"correct {key}, or campaign.start and campaign.end",
                )  # fmt: skip


@dataclass(frozen=True)
class _PlacedRule:
    """A rule with its plan and its place."""

    plan: CampaignPlan
    rule: MatchRule
    where: str

    def holds(self, platform: str | None, day: dt.date) -> bool:
        first, last = self.plan.days(self.rule)
        return self.rule.platform in (None, platform) and first <= day <= last


def _check_weights(plans: Sequence[CampaignPlan], sources: Sequence[PlanSource]) -> Iterator[ConfigError]:
    """Rules that say the same share it; a weight that the rules before it leave no room for is a mistake."""
    alike: defaultdict[tuple[str, str], list[_PlacedRule]] = defaultdict(list)
    for plan, source in zip(plans, sources, strict=True):
        for index, rule in enumerate(plan.match):
            place: tuple[Key, ...] = ("match", index, "weight")
            alike[rule.match_field, rule.like_pattern.casefold()].append(
                _PlacedRule(plan, rule, source.where(place))
            )
    for rules in alike.values():
        if any(placed.rule.weight < 1 for placed in rules):
            yield from _shared_beyond_one(rules)


def _shared_beyond_one(rules: Sequence[_PlacedRule]) -> Iterator[ConfigError]:
    """Each rule, in the order they are asked, whose weight does not fit on some day of some platform."""
    told: set[str] = set()
    platforms = {placed.rule.platform for placed in rules}
    # Sums of weights only grow on days on which a rule begins.
    for day in sorted({placed.plan.days(placed.rule)[0] for placed in rules}):
        for platform in sorted(platforms, key=str):
            given: dict[str, Decimal] = {}
            for placed in rules:
                weight = placed.rule.weight
                if placed.plan.id in given or not placed.holds(platform, day):
                    continue
                taken = sum(given.values(), Decimal(0))
                given[placed.plan.id] = weight
                if weight < 1 and taken + weight > 1 and placed.where not in told:
                    told.add(placed.where)
                    yield ConfigError(
                        "E-PLAN-10",
                        f"with this weight of {weight}, equal rules share out {taken + weight} on {day}",
                        where=placed.where,
                        expected=f"at most 1 in all; before it come {', '.join(list(given)[:-1])}",
                        fix="lower a weight; the last of the rules takes the rest without one",
                    )


def _unknown(
    code: str, what: str, value: str, allowed: Collection[str], source: PlanSource, place: tuple[Key, ...]
) -> ConfigError:
    is_key = place[-1] == value
    return ConfigError(
        code, f"unknown {what} {value!r}", where=source.where(place, key=is_key),
        expected=f"one of {', '.join(sorted(allowed))}",
        fix=_nearest(value, allowed, f"use a {what} of this list"),
    )  # fmt: skip


def _nearest(value: str, allowed: Collection[str], otherwise: str) -> str:
    matches = difflib.get_close_matches(value.lower(), list(allowed), n=1, cutoff=0.6)
    return f"did you mean {matches[0]!r}?" if matches else otherwise


def _twice(source: PlanSource, place: tuple[Key, ...], value: str, first: str) -> ConfigError:
    return ConfigError(
        "E-PLAN-07", f"{value!r} is given twice (first at {first})", where=source.where(place),
        expected="each one once", fix="rename or delete one of the two",
    )  # fmt: skip
