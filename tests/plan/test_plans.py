"""Plans: what is accepted, and how every mistake is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.plan import check_plans, load_plans
from mkt_pipeline.workspace import PACKAGE_DIR, Workspace

from .conftest import PLAN, WritePlan


def problems(workspace: Workspace) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in check_plans(workspace)]


def test_a_plan_is_read_exactly(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan()
    (plan,) = load_plans(workspace)
    assert plan.id == "618-2026"
    assert plan.campaign.name.english == "618 sale"
    assert plan.campaign.name.chinese == "618 大促"
    assert (plan.campaign.start, plan.campaign.end) == (dt.date(2026, 5, 25), dt.date(2026, 6, 28))
    assert plan.budget == Decimal("160000.10")
    assert plan.campaign.gross_margin == Decimal("0.38")
    assert [goal.metric for goal in plan.goals] == ["conversions", "budget_used"]
    assert plan.goals[1].band is not None
    assert plan.goals[1].band.low == Decimal("0.90")
    assert plan.channels[0].goals["cpa"].target == Decimal(45)
    # An id is text: leading zeros are part of it.
    assert [(rule.match_field, rule.platform, rule.like_pattern) for rule in plan.match] == [
        ("campaign_name", "acme_ads", r"%618\_sale%"),
        ("campaign_id", None, "000123"),
        ("utm_campaign", None, "618-2026"),
    ]


def test_no_plans_folder_means_no_plans(workspace: Workspace) -> None:
    workspace.plans_dir.rmdir()
    assert load_plans(workspace) == []


def test_one_name_serves_both_languages(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(PLAN.replace("{zh: 618 大促, en: 618 sale}", "{zh: 618 大促}"))
    name = load_plans(workspace)[0].campaign.name
    assert (name.english, name.chinese) == ("618 大促", "618 大促")
    write_plan(PLAN.replace("{zh: 618 大促, en: 618 sale}", "618 sale"))
    name = load_plans(workspace)[0].campaign.name
    assert (name.english, name.chinese) == ("618 sale", "618 sale")


def test_the_budget_is_the_sum_of_channels_only_if_every_channel_has_one(
    workspace: Workspace, write_plan: WritePlan
) -> None:
    without = PLAN.replace("  budget: 160000.10\n", "")
    write_plan(without)
    assert load_plans(workspace)[0].budget == Decimal("160000.10")
    write_plan(without.replace("{id: email, budget: 60000.10}", "{id: email}"))
    assert load_plans(workspace)[0].budget is None


def test_plans_come_in_the_order_of_their_file_names(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(PLAN, "b.yml")
    write_plan(PLAN.replace("618-2026", "other"), "a.yaml")
    write_plan("not a plan", ".hidden.yml")
    write_plan("not a plan", "notes.txt")
    assert [plan.id for plan in load_plans(workspace)] == ["other", "618-2026"]


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("owner: 李敏", "ower: 李敏", "E-PLAN-03", "6:3", "did you mean 'owner'"),
        ("owner: 李敏", "owner：李敏", "E-PLAN-01", "6:8", "not as '：'"),
        ("owner: 李敏", "budget: 1", "E-PLAN-02", "7:3", "given twice (first in line 6)"),
        ("start: 2026-05-25", "start: 2026-13-25", "E-PLAN-03", "4:10", "2026-13-25"),
        ("start: 2026-05-25", "start: 20260525", "E-PLAN-03", "4:10", "not a date such as"),
        ("end: 2026-06-28", "end: 2026-05-24", "E-PLAN-03", "2:3", "before start 2026-05-25"),
        ("end: 2026-06-28", "end: 2206-06-28", "E-PLAN-03", "2:3", "longer than five years"),
        ("id: 618-2026", "id: ../618", "E-PLAN-03", "2:7", "ASCII letters"),
        ("id: 618-2026", "id: 大促", "E-PLAN-03", "2:7", "ASCII letters"),
        ("id: 618-2026", "id: nul", "E-PLAN-03", "2:7", "reserved"),
        ("budget: 160000.10", "budget: 160,000", "E-PLAN-03", "7:11", "plain number"),
        ("budget: 160000.10", "budget: 16万", "E-PLAN-03", "7:11", "16万"),
        ("budget: 160000.10", "budget: 150000", "E-PLAN-08", "7:11", "10000.10"),
        ("currency: CNY", "currency: rmb", "E-PLAN-03", "8:13", "ISO 4217"),
        ("owner: 李敏", "owner: [李敏]", "E-PLAN-03", "6:10", "a text is expected"),
        ("goals:\n  -", "goals:\n   ", "E-PLAN-01", "12:3", "not valid YAML"),
        ("name: {zh: 618 大促, en: 618 sale}", "name: [a]", "E-PLAN-03", "3:9", "'key: value' lines"),
        ("channels:\n", "channels: {}\nchannel:\n", "E-PLAN-03", "13:11", "a list is expected"),
        ("gross_margin: 0.38", "gross_margin: 38", "E-PLAN-03", "9:17", "38"),
        ("metric: conversions", "metric: conversion", "E-PLAN-04", "11:14", "did you mean 'conversions'"),
        ("target: 12000", "band: [1, 2]", "E-PLAN-04", "11:6", "target: a number"),
        ("band: [0.90, 1.05]", "target: 1", "E-PLAN-04", "12:6", "band: [low, high]"),
        ("band: [0.90, 1.05]", "band: [1.05, 0.90]", "E-PLAN-03", "12:33", "not above"),
        ("band: [0.90, 1.05]", "band: [1.05]", "E-PLAN-03", "12:33", "[low, high]"),
        ("metric: budget_used", "metric: conversions", "E-PLAN-07", "12:14", "618.yml:11:14"),
        ("{id: sem,", "{id: semm,", "E-PLAN-05", "14:10", "did you mean 'sem'"),
        ("{id: email,", "{id: sem,", "E-PLAN-07", "15:10", "618.yml:14:10"),
        ("{cpa: 45}", "{cpaa: 45}", "E-PLAN-04", "14:39", "did you mean 'cpa'"),
        ("platform: acme_ads", "platform: acme_add", "E-PLAN-06", "17:16", "did you mean 'acme_ads'"),
        ("campaign_id: 000123", "page: a, post: b", "E-PLAN-03", "18:5", "exactly one of"),
        ("campaign_id: 000123", "platform: acme_ads", "E-PLAN-03", "18:5", "exactly one of"),
        ("campaign_id: 000123", "campaign_id: ''", "E-PLAN-03", "18:19", "empty; give a text"),
        ("campaign_id: 000123", "coupon_code: A", "E-PLAN-03", "18:6", "did you mean 'coupon'"),
        ("campaign_id: 000123", "coupon: A, weight: 0", "E-PLAN-03", "18:25", "greater than 0"),
        ("campaign_id: 000123", "coupon: A, weight: 1.5", "E-PLAN-03", "18:25", "less than or equal to 1"),
        ("campaign_id: 000123", "coupon: A, weight: 50%", "E-PLAN-03", "18:25", "plain number"),
        ("campaign_id: 000123", "coupon: A, from: 2026-05-24", "E-PLAN-03", "18:23", "is no day of the"),
        ("campaign_id: 000123", "coupon: A, to: 2026-06-29", "E-PLAN-03", "18:21", "is no day of the"),
        ("campaign_id: 000123", "coupon: A, to: 6/29", "E-PLAN-03", "18:21", "not a date such as"),
        ("campaign_id: 000123", "coupon: A, from: 2026-06-02, to: 2026-06-01", "E-PLAN-03", "18:5", "before"),
        ("campaign_id: 000123", "coupon: A, form: 2026-06-02", "E-PLAN-03", "18:17", "did you mean 'from'"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    workspace: Workspace, write_plan: WritePlan, old: str, new: str, code: str, place: str, words: str
) -> None:
    assert old in PLAN
    write_plan(PLAN.replace(old, new, 1))
    found = check_plans(workspace)
    assert (code, f"plans/618.yml:{place}") in [(problem.code, problem.where) for problem in found]
    assert words in str(found[0])
    assert all(problem.fix and problem.expected for problem in found)
    with pytest.raises(ConfigError) as raised:
        load_plans(workspace)
    assert raised.value.exit_code == 2


def test_the_remarks_of_the_example_plan_are_rules_too(workspace: Workspace, write_plan: WritePlan) -> None:
    example = (PACKAGE_DIR / "cli" / "scaffold" / "example-plan.yml").read_text(encoding="utf-8")
    write_plan(
        example.replace("  # - {", "  - {").replace("google_ads", "acme_ads").replace("meta_ads", "acme_ads")
    )
    (plan,) = load_plans(workspace)
    assert [rule.key for rule in plan.match[6:]] == ["coupon", "partner", "campaign"]
    assert plan.match[-1].weight == Decimal("0.4")


@pytest.mark.parametrize(
    ("keys", "fields"),
    [
        (("campaign", "campaign_id"), ("campaign_name", "campaign_id")),
        (("utm_campaign", "utm_source", "utm_content"), ("utm_campaign", "utm_source", "utm_content")),
        (("coupon", "partner", "partner_id"), ("coupon_code", "partner_name", "partner_id")),
        (("mailing", "mailing_id", "page"), ("mailing_name", "mailing_id", "page")),
        (("post", "post_id", "post_url"), ("post_text", "post_id", "post_url")),
    ],
)
def test_every_key_of_a_rule_names_what_it_looks_at(
    workspace: Workspace, write_plan: WritePlan, keys: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    write_plan(PLAN[: PLAN.index("match:")] + "match:\n" + "".join(f"  - {{{key}: x}}\n" for key in keys))
    assert tuple(rule.match_field for rule in load_plans(workspace)[0].match) == fields


def test_a_rule_holds_in_its_own_days_else_in_the_campaigns(
    workspace: Workspace, write_plan: WritePlan
) -> None:
    write_plan(PLAN + "  - {coupon: A, weight: 0.25, from: 2026-06-01, to: 2026-06-02}\n")
    (plan,) = load_plans(workspace)
    assert plan.days(plan.match[0]) == (dt.date(2026, 5, 25), dt.date(2026, 6, 28))
    assert plan.days(plan.match[3]) == (dt.date(2026, 6, 1), dt.date(2026, 6, 2))
    assert (plan.match[0].weight, plan.match[3].weight) == (Decimal(1), Decimal("0.25"))


def weights(workspace: Workspace, write_plan: WritePlan, *rules: str) -> list[tuple[str, str]]:
    """Problems of one plan per rule; the rule is its fourth, in line 20."""
    for number, rule in enumerate(rules, start=1):
        plan = PLAN.replace("id: 618-2026", f"id: plan-{number}").replace('"*618_sale*"', f'"{number}"')
        write_plan(f"{plan}  - {{{rule}}}\n", f"{number}.yml")
    return problems(workspace)


@pytest.mark.parametrize(
    "rules",
    [
        ("campaign: tea, weight: 0.6", "campaign: tea, weight: 0.4"),
        ("campaign: tea, weight: 0.6", "campaign: tea"),  # the second takes the rest
        ("campaign: tea", "campaign: tea"),  # the first wins
        ("campaign: tea, weight: 0.6", "campaign: tea*, weight: 0.6"),  # not the same rule
        ("campaign: tea, weight: 0.6", "utm_campaign: tea, weight: 0.6"),
        (
            "platform: acme_ads, campaign: tea, weight: 0.6",
            "platform: google_ads, campaign: tea, weight: 0.6",
        ),
        ("campaign: tea, weight: 0.6, to: 2026-06-09", "campaign: tea, weight: 0.6, from: 2026-06-10"),
    ],
)
def test_weights_that_fit_are_no_problem(
    workspace: Workspace, write_plan: WritePlan, rules: tuple[str, ...]
) -> None:
    assert weights(workspace, write_plan, *rules) == []


@pytest.mark.parametrize(
    ("rules", "column", "words"),
    [
        (("campaign: tea, weight: 0.6", "campaign: TEA, weight: 0.6"), 29, "share out 1.2 on 2026-05-25"),
        (("campaign: tea", "campaign: tea, weight: 0.1"), 29, "share out 1.1 on 2026-05-25"),
        (
            ("campaign: tea, weight: 0.6", "platform: acme_ads, campaign: tea, weight: 0.5"),
            49,
            "share out 1.1",
        ),
        (
            ("campaign: tea, weight: 0.6, to: 2026-06-10", "campaign: tea, weight: 0.6, from: 2026-06-10"),
            29,
            "share out 1.2 on 2026-06-10",
        ),
    ],
)
def test_weights_of_equal_rules_above_one_are_told(
    workspace: Workspace, write_plan: WritePlan, rules: tuple[str, ...], column: int, words: str
) -> None:
    assert weights(workspace, write_plan, *rules) == [("E-PLAN-10", f"plans/2.yml:20:{column}")]
    (problem,) = check_plans(workspace)
    assert words in problem.found
    assert "before it come plan-1" in (problem.expected or "")


def test_a_plan_that_matches_nothing_is_refused(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(PLAN[: PLAN.index("match:")])
    assert problems(workspace) == [("E-PLAN-03", "plans/618.yml:1:1")]
    write_plan(PLAN[: PLAN.index("match:")] + "match: []\n")
    assert problems(workspace) == [("E-PLAN-03", "plans/618.yml:16:8")]


def test_one_id_in_two_files_is_refused_whatever_its_case(
    workspace: Workspace, write_plan: WritePlan
) -> None:
    write_plan(PLAN.replace("618-2026", "sale-a", 1), "a.yml")
    write_plan(PLAN.replace("618-2026", "SALE-A", 1), "b.yml")
    (problem,) = check_plans(workspace)
    assert (problem.code, problem.where) == ("E-PLAN-07", "plans/b.yml:2:7")
    assert "plans/a.yml:2:7" in problem.found


def test_all_problems_of_all_files_are_listed(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(PLAN.replace("currency: CNY", "currency: x").replace("owner:", "ower:"), "a.yml")
    write_plan("- just\n- a list\n", "b.yml")
    assert problems(workspace) == [
        ("E-PLAN-03", "plans/a.yml:6:3"),
        ("E-PLAN-03", "plans/a.yml:8:13"),
        ("E-PLAN-03", "plans/b.yml:1:1"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PLAN.encode("gb18030"), "save the file again with encoding UTF-8"),
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"campaign:\n\tid: x\n", "not with tabs"),
        (b"campaign: &a {id: x}\ngoals: [*a]\n", "repeat the value"),
        (b"? [a, b]\n: c\n", "a key is not a word"),
    ],
)
def test_a_file_that_is_no_yaml_is_told_so(workspace: Workspace, content: bytes, words: str) -> None:
    (workspace.plans_dir / "x.yml").write_bytes(content)
    (problem,) = check_plans(workspace)
    assert problem.code in ("E-PLAN-01", "E-PLAN-02")
    assert words in str(problem)


def test_a_byte_order_mark_is_no_mistake(workspace: Workspace) -> None:
    (workspace.plans_dir / "x.yml").write_bytes(b"\xef\xbb\xbf" + PLAN.encode())
    assert [plan.id for plan in load_plans(workspace)] == ["618-2026"]
