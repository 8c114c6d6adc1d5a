"""Paid media: one spend authority, grains that tie, days of period exports. Known answers.

Each scenario is a platform of its own in one lake, built once. What is not here: the other channels, and
tests that must stop a publication (``test_ads_guards.py``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from .conftest import DbtProject, Row

ADDITIVE = ("spend_native", "impressions", "clicks", "conversions")
LEVELS = ("ad_group", "ad", "keyword")


def day(number: int) -> str:
    return f"2026-06-{number:02d}"


def spend_row(number: int, spend: float | str, clicks: int = 10, **cells: Any) -> Row:
    return {
        "day": day(number), "spend": Decimal(str(spend)), "clicks": clicks, "impressions": clicks * 20,
        "conversions": Decimal(clicks) / 10, **cells,
    }  # fmt: skip


def campaign(number: int, name: str, spend: float | str, clicks: int = 10, **cells: Any) -> Row:
    return spend_row(number, spend, clicks, level="campaign", campaign_name=name, **cells)


def keyword(number: int, name: str, word: str, spend: float | str, clicks: int = 5, **cells: Any) -> Row:
    return spend_row(
        number, spend, clicks, level="keyword", campaign_name=name, ad_group_name="group", keyword=word,
        match_type="Exact match", **cells,
    )  # fmt: skip


def period(start: int, end: int, spend: float | str, clicks: int = 10, **cells: Any) -> Row:
    row = dict(spend_row(start, spend, clicks, **cells))
    del row["day"]
    return {**row, "period_start": day(start), "period_end": day(end)}


def mixture(project: DbtProject) -> None:
    """Campaign and keyword exports of the same days, in both orders of export."""
    for platform, campaigns_at, keywords_at in (
        ("mix_a", "2026-06-10 08:00", "2026-06-11 08:00"),
        ("mix_b", "2026-06-11 08:00", "2026-06-10 08:00"),
    ):
        common = {"platform": platform, "account_id": "1", "currency_code": "USD"}
        project.land(f"{platform} campaigns", [
            campaign(1, "search", 100, 40), campaign(2, "search", 50, 20), campaign(1, "pmax", 70, 30),
        ], exported_at=campaigns_at, **common)  # fmt: skip
        project.land(f"{platform} keywords", [
            keyword(1, "search", "tea", 60, 20), keyword(1, "search", "green tea", 30, 10),
            keyword(2, "search", "tea", 50, 20),
        ], exported_at=keywords_at, **common)  # fmt: skip
        project.land(f"{platform} ads", [
            spend_row(1, 95, 39, level="ad", campaign_name="search", ad_group_name="group", ad_id="a1"),
        ], **common)  # fmt: skip


def partial(project: DbtProject) -> None:
    """A campaign export of one campaign, an ad group export of two, a keyword export of a third."""
    common = {"platform": "partial", "account_id": "1", "currency_code": "USD"}
    project.land("partial campaigns", [campaign(1, "one", 100)], **common)
    project.land("partial groups", [
        spend_row(1, 90, level="ad_group", campaign_name="one", ad_group_name="g"),
        spend_row(1, 40, level="ad_group", campaign_name="two", ad_group_name="g"),
    ], **common)  # fmt: skip
    project.land("partial keywords", [keyword(1, "three", "tea", 5)], **common)
    project.land("partial terms", [
        spend_row(
            1, 4, level="search_term", campaign_name="three", ad_group_name="group", search_term="buy tea"
        ),
    ], **common)  # fmt: skip


def identities(project: DbtProject) -> None:
    """Ids here, names there; a renamed campaign; files without an account; names two campaigns share."""
    common = {"platform": "ids", "currency_code": "USD"}
    project.land("ids old", [
        campaign(1, "brand", 10, campaign_id="c1", account_id="1"),
        campaign(2, "brand", 11, campaign_id="c1", account_id="1"),
    ], exported_at="2026-06-03 00:00", **common)  # fmt: skip
    project.land("ids renamed", [
        campaign(2, "brand new", 12, campaign_id="c1", account_id="1"),
        campaign(3, "brand new", 13, campaign_id="c1", account_id="1"),
    ], exported_at="2026-06-04 00:00", **common)  # fmt: skip
    project.land("ids names only", [
        keyword(1, "brand", "tea", 9), keyword(3, "brand new", "tea", 12), keyword(3, "brand new", "pot", 1),
    ], exported_at="2026-06-05 00:00", **common)  # fmt: skip

    common = {"platform": "accounts", "currency_code": "USD"}
    project.land("accounts one", [campaign(1, "east", 10, account_id="1")], **common)
    project.land("accounts two", [campaign(1, "west", 20, account_id="2")], **common)
    project.land("accounts unsaid", [keyword(1, "west", "tea", 15), keyword(1, "west", "pot", 5)], **common)

    common = {"platform": "account_names", "currency_code": "USD"}
    project.land("account names a", [campaign(1, "x", 10, account_id="1", account_name="Shop A")], **common)
    project.land("account names b", [campaign(1, "x", 10, account_name="Shop B")], **common)
    project.land("account names again", [keyword(1, "x", "tea", 8, account_name="Shop A")], **common)

    common = {"platform": "shared_names", "account_id": "1", "currency_code": "USD"}
    project.land("shared ids", [
        campaign(1, "sale", 10, campaign_id="c1"), campaign(1, "sale", 20, campaign_id="c2"),
    ], **common)  # fmt: skip
    project.land("shared names", [keyword(1, "sale", "tea", 25), campaign(2, "sale", 7)], **common)

    common = {"platform": "nameless", "account_id": "1", "currency_code": "USD"}
    project.land("nameless campaigns", [
        campaign(1, "c", 10, campaign_id="c1"), campaign(1, "d", 30, campaign_id="c2"),
    ], **common)  # fmt: skip
    project.land("nameless sets", [
        spend_row(1, 10, level="ad_group", campaign_name="c", ad_group_name="set one"),
    ], **common)  # fmt: skip
    project.land("nameless ads", [
        spend_row(1, 6, level="ad", ad_group_name="set one", ad_name="picture"),
        spend_row(1, 3, level="ad", ad_group_name="set one", ad_name="film"),
        spend_row(1, 25, level="ad", ad_group_name="set two", ad_name="picture"),
    ], **common)  # fmt: skip


def statements(project: DbtProject) -> None:
    """Restated days, duplicates within a file, breakdowns, listings with and without keywords, no receipt."""
    common = {"platform": "restated", "account_id": "1", "currency_code": "USD"}
    newer = [campaign(number, "c", 20 + number, conversions=Decimal(9)) for number in (2, 3, 4)]
    older = [campaign(number, "c", 10 + number, conversions=Decimal(5)) for number in (1, 2, 3)]
    project.land(
        "restated newer", newer, exported_at="2026-06-09 00:00", landed_at="2026-06-09 01:00", **common
    )
    project.land(
        "restated older", older, exported_at="2026-06-05 00:00", landed_at="2026-06-10 01:00", **common
    )
    project.land("restated undated", older, landed_at="2026-06-20 01:00", **common)
    project.land(
        "restated lost", [campaign(1, "c", 999)], exported_at="2026-06-12 00:00", receipt=False, **common
    )

    common = {"platform": "summed", "account_id": "1", "currency_code": "USD"}
    term = {
        "level": "search_term", "campaign_name": "c", "ad_group_name": "g", "search_term": "tea",
        "keyword": "tea", "match_type": "Broad match",
    }  # fmt: skip
    project.land("summed terms", [spend_row(1, 1.5, **term), spend_row(1, 2.5, **term)], **common)

    common = {"platform": "devices", "account_id": "1", "currency_code": "USD"}
    project.land("devices", [
        campaign(number, "c", spend, breakdown_type="device", breakdown_value=value)
        for number in (1, 2) for value, spend in (("Mobile", 30), ("Desktop", 20))
    ], **common)  # fmt: skip
    project.land("ages", [campaign(1, "c", 45, breakdown_type="age", breakdown_value="18-24")], **common)
    project.land("device totals", [campaign(2, "c", 51)], **common)

    common = {"platform": "listings", "account_id": "1", "currency_code": "USD"}
    bare = {"level": "search_term", "campaign_name": "c", "ad_group_name": "g"}
    project.land("listing with keywords", [
        spend_row(1, 2, **bare, search_term="tea", keyword="tea", match_type="Exact match"),
        spend_row(1, 3, **bare, search_term="tea", keyword="pot", match_type="Broad match"),
        spend_row(1, 4, **bare, search_term="pot", match_type="AI Max"),
    ], exported_at="2026-06-05 00:00", **common)  # fmt: skip
    project.land("listing without", [
        spend_row(1, 5.5, **bare, search_term="tea"), spend_row(2, 6, **bare, search_term="tea"),
    ], exported_at="2026-06-06 00:00", **common)  # fmt: skip


def left_out(project: DbtProject) -> None:
    """A newer export restates spend and leaves out conversions."""
    common = {"platform": "left_out", "account_id": "1", "currency_code": "USD"}
    project.land("left out older", [campaign(1, "c", 10, 20)], exported_at="2026-06-05 00:00", **common)
    newer = {name: value for name, value in campaign(1, "c", 12, 30).items() if name != "conversions"}
    project.land("left out newer", [newer], exported_at="2026-06-06 00:00", **common)


def unreported(project: DbtProject) -> None:
    """A measure the export does not have is null, not 0; a lower level may report it."""
    common = {"platform": "unreported", "account_id": "1", "currency_code": "USD"}
    project.land("unreported campaigns", [
        {"day": day(1), "level": "campaign", "campaign_name": "c", "clicks": 10, "impressions": 100},
        {"day": day(1), "level": "campaign", "campaign_name": "free", "clicks": 1, "impressions": 5},
    ], **common)  # fmt: skip
    project.land("unreported keywords", [keyword(1, "c", "tea", 12, 8, conversions=None)], **common)


def accounts(project: DbtProject) -> None:
    """An account row beside its campaigns: by day, and for a period."""
    common = {"platform": "totals", "account_id": "1", "currency_code": "USD"}
    project.land("totals account", [
        spend_row(1, 100, 50, level="account"), spend_row(2, 30, 10, level="account"),
        spend_row(3, 40, 10, level="account"),
    ], **common)  # fmt: skip
    project.land("totals campaigns", [campaign(1, "c", 60, 20), campaign(2, "c", 30, 10)], **common)

    common = {"platform": "totals_period", "account_id": "1", "currency_code": "USD"}
    project.land("period account", [period(1, 4, 100, 40, level="account")], **common)
    project.land("period campaigns", [campaign(1, "c", 20, 4), campaign(2, "c", 20, 4)], **common)


def periods(project: DbtProject) -> None:
    """Period exports fill only the days no daily export covers."""
    common = {"platform": "filled", "account_id": "1", "currency_code": "USD"}
    project.land("filled daily", [campaign(number, "c", 10) for number in (1, 2, 3, 4)], **common)
    project.land("filled period", [
        period(1, 10, "100.01", 47, level="campaign", campaign_name="c"),
        period(1, 10, 7, 7, level="campaign", campaign_name="elsewhere"),
    ], **common)  # fmt: skip

    common = {"platform": "covered", "account_id": "1", "currency_code": "USD"}
    project.land("covered daily", [campaign(number, "c", 10) for number in range(1, 11)], **common)
    project.land("covered period", [
        period(1, 10, 130, level="campaign", campaign_name="c"),
        period(1, 10, 50, level="campaign", campaign_name="left out"),
    ], **common)  # fmt: skip

    common = {"platform": "windows", "account_id": "1", "currency_code": "USD"}
    for number, start in enumerate((1, 4), start=1):
        project.land(f"windows {number}", [
            period(start, start + 9, 100 * number, level="campaign", campaign_name="c"),
        ], exported_at=f"2026-06-{start + 10} 00:00", **common)  # fmt: skip

    common = {"platform": "nested", "account_id": "1", "currency_code": "USD"}
    project.land("nested month", [period(1, 14, 100, level="campaign", campaign_name="c")], **common)
    project.land("nested week", [period(1, 7, 30, level="campaign", campaign_name="c")], **common)

    common = {"platform": "only_keywords", "account_id": "1", "currency_code": "USD"}
    project.land("only keywords", [
        period(1, 7, amount, clicks, level="keyword", campaign_name="c", ad_group_name="g", keyword=word)
        for word, amount, clicks in (("tea", 10, 3), ("pot", 1, 1), ("cup", 2, 5))
    ], **common)  # fmt: skip

    common = {"platform": "term_days", "account_id": "1", "currency_code": "USD"}
    project.land("term days", [
        spend_row(number, 2, level="search_term", campaign_name="c", ad_group_name="g", search_term="tea")
        for number in (1, 2)
    ], **common)  # fmt: skip
    project.land("term days period", [period(1, 4, 20, 60, level="campaign", campaign_name="c")], **common)

    common = {"platform": "term_periods", "account_id": "1", "currency_code": "USD"}
    project.land("term campaigns", [campaign(number, "c", 10) for number in range(1, 11)], **common)
    project.land("term period", [
        period(1, 10, 73, 50, level="search_term", campaign_name="c", ad_group_name="g", search_term="tea"),
    ], **common)  # fmt: skip


def money(project: DbtProject) -> None:
    """A currency with a rate of some days before; the settings say what the export does not."""
    project.put("fx_rate", [
        {"rate_date": rated, "from_currency": "CNY", "to_currency": to, "rate": rate, "rate_source": "a"}
        for rated, to, rate in (("2026-05-30", "USD", "0.1"), (day(3), "USD", "0.14"), (day(3), "EUR", "0.9"))
    ])  # fmt: skip
    project.put("account_setting", [
        {"platform": "yuan", "account_id": "77", "account_name": "茶", "currency_code": "CNY",
         "timezone": "Asia/Shanghai", "conversion_lag_days": 15},
    ])  # fmt: skip
    project.land("yuan", [
        campaign(number, "c", 100, conversion_value=Decimal(50)) for number in (2, 3, 10)
    ], platform="yuan")  # fmt: skip
    project.land("yuan keywords", [keyword(3, "c", "tea", "33.33")], platform="yuan")


RANDOM_MIXTURES = range(24)
DAYS = range(1, 7)


@dataclass(frozen=True)
class KeywordDay:
    """What one keyword really cost on one day; a campaign without keywords has one row without a word."""

    day: int
    campaign: str
    group: str
    word: str | None
    spend: Decimal
    clicks: int


def true_costs(random: Random) -> list[KeywordDay]:
    """Three search campaigns and one without keywords; not every keyword runs every day."""
    entities: list[tuple[str, str, str | None]] = [
        (f"campaign {c}", f"group {g}", f"word {w}") for c in range(3) for g in range(2) for w in range(2)
    ]
    entities.append(("pmax", "asset group", None))
    running = [(number, *entity) for number in DAYS for entity in entities if random.random() < 0.8]
    return [
        KeywordDay(*words, Decimal(random.randrange(1, 99_999_999)).scaleb(-6), random.randrange(9))
        for words in running
    ]


def export_rows(
    random: Random, truth: list[KeywordDay], level: str, has_ids: bool, has_devices: bool
) -> list[Row]:
    """The truth as an export of one level writes it."""
    sums: dict[tuple[object, ...], tuple[Decimal, int]] = {}
    for cost in truth:
        names = {
            "account": (), "campaign": (cost.campaign,), "ad_group": (cost.campaign, cost.group),
            "keyword": (cost.campaign, cost.group, cost.word),
            "search_term": (cost.campaign, cost.group, cost.word, f"buy {cost.word}"),
        }[level]  # fmt: skip
        spend, clicks = sums.get((cost.day, *names), (Decimal(0), 0))
        sums[(cost.day, *names)] = (spend + cost.spend, clicks + cost.clicks)
    rows: list[Row] = []
    columns = ("campaign_name", "ad_group_name", "keyword", "search_term")
    for (number, *names), (spend, clicks) in sums.items():
        row = {"day": day(int(str(number))), "level": level, **dict(zip(columns, names, strict=False))}
        if has_ids and names:
            row["campaign_id"] = f"id of {names[0]}"
        first = Decimal(random.randrange(int(spend * 10**6) + 1)).scaleb(-6)
        parts = (
            [(first, clicks), (spend - first, 0)]
            if has_devices or random.random() < 0.2
            else [(spend, clicks)]
        )
        for device, (part, part_clicks) in zip(("phone", "desk"), parts, strict=False):
            broken = {"breakdown_type": "device", "breakdown_value": device} if has_devices else {}
            rows.append(row | broken | {"spend": part, "clicks": part_clicks})
    return rows


def random_mixtures(project: DbtProject) -> None:
    """Exports of random levels, campaigns, days, ids, devices and ages that together cover all days."""
    for seed in RANDOM_MIXTURES:
        random = Random(seed)
        truth = true_costs(random)
        covered: set[tuple[int, str]] = set()

        def land(
            name: str, part: list[KeywordDay], level: str, random: Random = random, seed: int = seed,
            covered: set[tuple[int, str]] = covered,
        ) -> None:  # fmt: skip
            has_ids, has_devices = random.random() < 0.5, random.random() < 0.3
            rows = export_rows(random, part, level, has_ids, has_devices)
            random.shuffle(rows)
            common = {"platform": f"random {seed}", "currency_code": "USD"}
            if random.random() < 0.7:
                common["account_id"] = "1"
            day_of_export = random.randrange(10, 20)
            if random.random() < 0.4:
                stale = [row | {"spend": row["spend"] * 2} for row in rows]
                project.land(f"{name} stale", stale, exported_at=day(day_of_export - 1), **common)
            project.land(name, rows, exported_at=day(day_of_export), **common)
            if level not in ("account", "search_term"):
                covered |= {(cost.day, cost.campaign) for cost in part}

        for number in range(random.randrange(1, 6)):
            level = random.choice(["account", "campaign", "ad_group", "keyword", "search_term"])
            start, end = sorted((random.choice(DAYS), random.choice(DAYS)))
            campaigns = {cost.campaign for cost in truth}
            if level != "account":
                campaigns = set(random.sample(sorted(campaigns), random.randrange(1, len(campaigns) + 1)))
            part = [
                cost for cost in truth
                if start <= cost.day <= end and cost.campaign in campaigns
                and (cost.word or level not in ("keyword", "search_term"))
            ]  # fmt: skip
            if part:
                land(f"random {seed} {number} {level}", part, level)
        rest = [cost for cost in truth if (cost.day, cost.campaign) not in covered]
        if rest:
            land(f"random {seed} rest", rest, "campaign")


SCENARIOS = (
    mixture,
    partial,
    identities,
    statements,
    left_out,
    unreported,
    accounts,
    periods,
    money,
    random_mixtures,
)


@pytest.fixture(scope="module")
def built(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22", reporting_currency="USD")
    dbt_project.put("platform", [
        {"platform": "mix_a", "name_en": "A", "name_zh": "甲", "channel_id": "sem", "conversion_lag_days": 13,
         "freshness_days": 3},
    ])  # fmt: skip
    for scenario in SCENARIOS:
        scenario(dbt_project)
    dbt_project.build(
        "+fct_ad_campaign_daily", "+fct_ad_entity_daily", "+fct_ad_search_term_daily",
        "+fct_ad_breakdown_daily",
        "+dim_account", "+dim_campaign", "+dim_ad_entity", "+restatement",
        "+reconciliation", "+data_gap", "+freshness",
    )  # fmt: skip
    # Random mixtures know some campaigns by name and others by id, and one period is planted above its days.
    assert dbt_project.failed_tests() == {
        "ads_names_without_id_stand_alone", "ads_periods_say_no_more_than_days",
    }  # fmt: skip
    assert all(message.startswith("warn") for message in dbt_project.failures.values())
    return dbt_project


def spend(project: DbtProject, platform: str) -> dict[tuple[str, int], Decimal]:
    """(campaign, day of June) → native spend."""
    rows = project.query("from mart.fct_ad_campaign_daily where platform = ?", platform)
    return {(row["campaign_id"], row["date_day"].day): row["spend_native"] for row in rows}


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


@pytest.mark.parametrize("platform", ["mix_a", "mix_b"])
def test_campaign_and_keyword_exports_count_once_in_any_order(built: DbtProject, platform: str) -> None:
    assert spend(built, platform) == {("search", 1): 100, ("search", 2): 50, ("pmax", 1): 70}


@pytest.mark.parametrize("seed", RANDOM_MIXTURES)
def test_any_mixture_of_exports_gives_the_true_total(built: DbtProject, seed: int) -> None:
    expected: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for cost in true_costs(Random(seed)):
        expected[cost.campaign, cost.day] += cost.spend
    found = {
        (name.removeprefix("id of "), number): amount
        for (name, number), amount in spend(built, f"random {seed}").items()
    }
    assert found == expected


def test_campaign_without_keywords_is_unallocated_at_keyword_level(built: DbtProject) -> None:
    rows = built.query(
        "from mart.fct_ad_entity_daily where platform = 'mix_a' and level = 'keyword' and is_unallocated"
    )
    assert {(row["campaign_id"], row["date_day"].day): (row["spend"], row["clicks"]) for row in rows} == {
        ("search", 1): (10, 10), ("pmax", 1): (70, 30),
    }  # fmt: skip


@pytest.mark.parametrize("level", [*LEVELS, "search_term"])
@pytest.mark.parametrize("measure", ADDITIVE)
def test_every_level_adds_up_to_the_authority(built: DbtProject, level: str, measure: str) -> None:
    source = (
        "mart.fct_ad_search_term_daily" if level == "search_term"
        else f"(from mart.fct_ad_entity_daily where level = '{level}')"
    )  # fmt: skip
    rows = built.query(
        f"""
        with authority as (select platform, account_id, campaign_id, sum({measure}) as amount
                           from mart.fct_ad_campaign_daily group by all),
             lower_level as (select platform, account_id, campaign_id, sum({measure}) as amount from {source}
                             group by all)
        select platform, campaign_id, authority.amount as authority, lower_level.amount as lower_level
        from authority full join lower_level using (platform, account_id, campaign_id)
        """
    )
    assert rows
    different = [
        row for row in rows if abs((row["authority"] or 0) - (row["lower_level"] or 0)) > Decimal("0.005")
    ]
    assert different == []


def test_each_campaign_has_its_own_highest_level(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'partial'")
    assert {row["campaign_id"]: (row["authority_level"], row["spend"]) for row in rows} == {
        "one": ("campaign", 100), "two": ("ad_group", 40), "three": ("keyword", 5),
    }  # fmt: skip


def test_names_find_their_id_and_a_renamed_campaign_stays_one(built: DbtProject) -> None:
    assert spend(built, "ids") == {("c1", 1): 10, ("c1", 2): 12, ("c1", 3): 13}
    assert built.query("select campaign_name, account_id from mart.dim_campaign where platform = 'ids'") == [
        {"campaign_name": "brand new", "account_id": "1"}
    ]


def test_a_file_without_account_belongs_to_the_account_of_its_campaigns(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'accounts'")
    assert {(row["account_id"], row["campaign_id"]): row["spend"] for row in rows} == {
        ("1", "east"): 10, ("2", "west"): 20,
    }  # fmt: skip


def test_accounts_known_by_name_alone_stay_apart(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'account_names'")
    assert {row["account_id"]: row["spend"] for row in rows} == {"1": 10, "Shop B": 10}


def test_a_name_two_campaigns_share_adds_nothing_their_ids_already_say(built: DbtProject) -> None:
    assert spend(built, "shared_names") == {("c1", 1): 10, ("c2", 1): 20, ("sale", 1): 0, ("sale", 2): 7}


def test_ads_without_campaign_columns_add_nothing_the_campaigns_already_say(built: DbtProject) -> None:
    """The first two ads find their campaign by their ad set; the third set is seen in no campaign."""
    assert spend(built, "nameless") == {("c1", 1): 10, ("c2", 1): 30, ("(unknown)", 1): 0}
    ads = built.query(
        "select campaign_id, sum(spend) as spend from mart.fct_ad_entity_daily"
        " where platform = 'nameless' and level = 'ad' and not is_unallocated group by all"
    )
    assert {row["campaign_id"]: row["spend"] for row in ads} == {"c1": 9, "(unknown)": 25}


def test_newest_statement_wins_whatever_landed_last(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'restated'")
    assert {row["date_day"].day: (row["spend"], row["conversions"]) for row in rows} == {
        1: (11, 5), 2: (22, 9), 3: (23, 9), 4: (24, 9),
    }  # fmt: skip


def test_a_column_a_newer_export_leaves_out_keeps_its_value(built: DbtProject) -> None:
    (row,) = built.query("from mart.fct_ad_campaign_daily where platform = 'left_out'")
    assert (row["spend"], row["clicks"], row["conversions"]) == (12, 30, 2)


def test_rows_of_one_file_with_the_same_key_are_summed(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_search_term_daily where platform = 'summed' and not is_unallocated")
    assert [(row["search_term"], row["spend"], row["clicks"]) for row in rows] == [("tea", 4, 20)]


def test_breakdowns_are_never_added_to_totals_or_to_each_other(built: DbtProject) -> None:
    assert spend(built, "devices") == {("c", 1): 50, ("c", 2): 51}
    parts = built.query(
        "select breakdown_type, sum(spend) as spend from mart.fct_ad_breakdown_daily"
        " where platform = 'devices' group by all"
    )
    assert {row["breakdown_type"]: row["spend"] for row in parts} == {"device": 100, "age": 45}


def test_a_term_listed_by_keyword_and_without_counts_once(built: DbtProject) -> None:
    """The newer listing without keywords replaces the older one of the same term, and only of that term."""
    rows = built.query(
        "from mart.fct_ad_search_term_daily where platform = 'listings' and not is_unallocated"
    )
    assert {(row["date_day"].day, row["search_term"], row["keyword"]): row["spend"] for row in rows} == {
        (1, "tea", "(unknown)"): Decimal("5.5"), (1, "pot", "(unknown)"): 4, (2, "tea", "(unknown)"): 6,
    }  # fmt: skip


def test_a_measure_nobody_reports_is_null(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'unreported' order by campaign_id")
    assert [(row["clicks"], row["spend"], row["conversions"], row["authority_level"]) for row in rows] == [
        (10, 12, None, "keyword"), (1, None, None, "campaign"),
    ]  # fmt: skip


def test_what_an_account_row_says_beyond_its_campaigns_is_unallocated(built: DbtProject) -> None:
    assert spend(built, "totals") == {
        ("c", 1): 60, ("(unallocated)", 1): 40, ("c", 2): 30, ("(unallocated)", 3): 40,
    }  # fmt: skip


def test_an_account_period_fills_days_without_daily_rows(built: DbtProject) -> None:
    assert spend(built, "totals_period") == {
        ("c", 1): 20, ("c", 2): 20, ("(unallocated)", 3): 30, ("(unallocated)", 4): 30,
    }  # fmt: skip


def test_a_period_fills_only_uncovered_days_and_is_exact(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'filled' order by date_day")
    own = [row for row in rows if row["campaign_id"] == "c"]
    assert [row["is_allocated"] for row in own] == [False] * 4 + [True] * 6
    assert total(row["spend_native"] for row in own) == Decimal("100.01")
    assert sum(row["clicks"] for row in own) == 47
    assert {row["spend_native"] for row in own[4:]} <= {Decimal("10.001666"), Decimal("10.001667")}
    other = [row for row in rows if row["campaign_id"] == "elsewhere"]
    assert {row["date_day"].day for row in other} == {5, 6, 7, 8, 9, 10}
    assert total(row["spend_native"] for row in other) == 7


def test_a_period_inside_covered_days_adds_only_campaigns_left_out(built: DbtProject) -> None:
    amounts = spend(built, "covered")
    assert total(amount for (name, _), amount in amounts.items() if name == "c") == 100
    assert [amount for (name, _), amount in amounts.items() if name == "left out"] == [5] * 10


def test_of_overlapping_windows_the_newer_one_holds_its_days(built: DbtProject) -> None:
    amounts = spend(built, "windows")
    assert {number: amounts["c", number] for number in range(4, 14)} == dict.fromkeys(range(4, 14), 20)
    # The first window stated 100 for days 1–10; the second says 140 for days 4–10 of them: nothing is left.
    assert [amounts["c", number] for number in (1, 2, 3)] == [0, 0, 0]


def test_a_week_inside_a_longer_period_is_taken_off_it(built: DbtProject) -> None:
    amounts = spend(built, "nested")
    assert total(amounts["c", number] for number in range(1, 8)) == 30
    assert {amounts["c", number] for number in range(8, 15)} == {10}


def test_period_keywords_alone_leave_nothing_unallocated(built: DbtProject) -> None:
    assert total(spend(built, "only_keywords").values()) == 13
    assert built.query(
        "from mart.fct_ad_entity_daily"
        " where platform = 'only_keywords' and level = 'keyword' and is_unallocated"
    ) == []  # fmt: skip


def test_period_search_terms_under_daily_campaigns(built: DbtProject) -> None:
    assert total(spend(built, "term_periods").values()) == 100
    rows = built.query("from mart.fct_ad_search_term_daily where platform = 'term_periods'")
    terms = [row for row in rows if not row["is_unallocated"]]
    assert [row["spend"] for row in terms] == [Decimal("7.3")] * 10
    assert all(row["is_allocated"] for row in terms)
    assert total(row["spend"] for row in rows) == 100


def test_daily_search_terms_do_not_hide_the_rest_of_a_campaign_period(built: DbtProject) -> None:
    """Terms say 2 a day for two days; the campaign says 20 for four: the other 16 fill all four."""
    assert spend(built, "term_days") == {("c", 1): 6, ("c", 2): 6, ("c", 3): 4, ("c", 4): 4}


def test_money_carries_its_rate_and_settings_say_the_currency(built: DbtProject) -> None:
    rows = built.query("from mart.fct_ad_campaign_daily where platform = 'yuan' order by date_day")
    assert [
        (row["account_id"], row["currency_code"], row["fx_rate"], row["fx_date"], row["spend"],
         row["conversion_value"])
        for row in rows
    ] == [
        ("77", "CNY", Decimal("0.1"), dt.date(2026, 5, 30), 10, 5),
        ("77", "CNY", Decimal("0.14"), dt.date(2026, 6, 3), 14, 7),
        ("77", "CNY", Decimal("0.14"), dt.date(2026, 6, 3), 14, 7),
    ]  # fmt: skip
    assert {
        row["fx_source"] for row in built.query("from mart.fct_ad_campaign_daily where platform = 'mix_a'")
    } == {"same currency"}


def test_maturity_uses_the_account_then_the_platform(built: DbtProject) -> None:
    """as_of is 22 June: 15 days of lag leave 6 June and before, 13 days leave 8 June and before."""
    rows = built.query(
        "from mart.fct_ad_campaign_daily where platform in ('yuan', 'mix_a') order by date_day"
    )
    assert {(row["platform"], row["date_day"].day): row["is_mature"] for row in rows} == {
        ("yuan", 2): True, ("yuan", 3): True, ("yuan", 10): False, ("mix_a", 1): True, ("mix_a", 2): True,
    }  # fmt: skip


def test_losing_statements_stay_visible(built: DbtProject) -> None:
    rows = built.query(
        "from ops.restatement where platform = 'restated' and period_start = date '2026-06-02'"
    )
    assert {
        row["measure"]: (row["first_value"], row["newest_value"])
        for row in rows
        if row["measure"] in ("spend", "conversions")
    } == {"spend": (12, 22), "conversions": (5, 9)}
