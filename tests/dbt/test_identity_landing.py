"""URLs of ads: how their tags are read, and that no spend is lost with them. One row of the lake per case.

What is not here: how tags meet web traffic (``test_identity_marts.py``).
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DbtProject

NONE = "(not set)"
SHOP = "https://shop.example/tea"
CASES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    # URL, then: page, source, medium, campaign, content, status
    "tagged": (
        f"{SHOP}?utm_source=Google&utm_medium=CPC&utm_campaign=Summer&utm_content=A1",
        (SHOP, "google", "cpc", "Summer", "A1", "tagged"),
    ),
    "encoded": (
        f"{SHOP}/?utm_source=x&utm_campaign=%E5%A4%8F%E5%AD%A3+100%25",
        (SHOP, "x", NONE, "夏季 100%", NONE, "tagged"),
    ),
    "not decodable": (
        f"{SHOP}?utm_source=x&utm_campaign=%D6%D0", (SHOP, "x", NONE, "%D6%D0", NONE, "tagged"),
    ),
    "repeated": (f"{SHOP}?utm_campaign=a&utm_campaign=b", (SHOP, NONE, NONE, "a", NONE, "incomplete")),
    "empty": (f"{SHOP}?utm_campaign=&utm_source=s1", (SHOP, "s1", NONE, NONE, NONE, "incomplete")),
    "only in the fragment": (
        f"{SHOP}#/page?utm_source=s2&utm_campaign=f", (SHOP, "s2", NONE, "f", NONE, "tagged"),
    ),
    "bare fragment": (f"{SHOP}#utm_campaign=g", (SHOP, NONE, NONE, "g", NONE, "incomplete")),
    "the query before the fragment": (
        f"{SHOP}?utm_campaign=q#utm_campaign=r&utm_source=s3", (SHOP, "s3", NONE, "q", NONE, "tagged"),
    ),
    "tokens": (
        f"{SHOP}?utm_source=s4&utm_campaign=%7Bcampaignid%7D&utm_content=__CID__",
        (SHOP, "s4", NONE, "{campaignid}", "__CID__", "dynamic"),
    ),
    "token of another tag": (
        f"{SHOP}?utm_source=s5&utm_campaign=h&utm_content={{creative}}",
        (SHOP, "s5", NONE, "h", "{creative}", "tagged"),
    ),
    "escaped separators": (
        f"{SHOP}?a=1&amp;utm_source=s6&amp;UTM_CAMPAIGN=i", (SHOP, "s6", NONE, "i", NONE, "tagged"),
    ),
    "other names": (
        f"{SHOP}?my_utm_campaign=j&utm_campaign_id=9", (SHOP, NONE, NONE, NONE, NONE, "untagged"),
    ),
    "no scheme": (
        "shop.example/Tea?utm_campaign=k", ("shop.example/Tea", NONE, NONE, "k", NONE, "incomplete"),
    ),
    "case of host and path": (
        "HTTP://Shop.Example/Tea/?utm_campaign=l",
        ("http://shop.example/Tea", NONE, NONE, "l", NONE, "incomplete"),
    ),
    "no URL": (None, ("(unknown)", NONE, NONE, NONE, NONE, "no url")),
    "no URL but a post": ("urn:li:share:7", ("urn:li:share:7", NONE, NONE, NONE, NONE, "untagged")),
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-30")
    common: dict[str, Any] = {
        "platform": "google_ads", "account_id": "g", "currency_code": "USD", "day": "2026-06-01",
    }  # fmt: skip
    dbt_project.land("campaigns.csv", [
        {"campaign_name": name, "spend": 10, "clicks": 5} for name in [*CASES, "without pages"]
    ], level="campaign", **common)  # fmt: skip
    dbt_project.land("pages.csv", [
        {"campaign_name": name, "spend": 7, "clicks": 4, "landing_url": url}
        for name, (url, _) in CASES.items()
    ], level="landing_page", **common)  # fmt: skip
    dbt_project.build("+fct_ad_landing_daily")
    return dbt_project


@pytest.mark.parametrize("case", CASES)
def test_a_url_is_read(pages: DbtProject, case: str) -> None:
    (row,) = pages.query(
        "select canonical_url, utm_source, utm_medium, utm_campaign, utm_content, parse_status "
        "from mart.fct_ad_landing_daily where campaign_id = ? and not is_unallocated", case,
    )  # fmt: skip
    assert tuple(row.values()) == CASES[case][1]


def test_nothing_is_lost_whatever_urls_say(pages: DbtProject) -> None:
    assert pages.failures == {}
    rows = pages.query(
        "select campaign_id, sum(spend) as spend, sum(clicks) as clicks "
        "from mart.fct_ad_landing_daily group by 1"
    )
    assert {(row["spend"], row["clicks"]) for row in rows} == {(10, 5)}
    assert len(rows) == len(CASES) + 1
