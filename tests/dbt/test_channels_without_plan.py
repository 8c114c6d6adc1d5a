"""Without any plan every platform campaign is reported as it is, and links find theirs by id or name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .conftest import DbtProject


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    channels = {"google_ads": "sem", "meta_ads": "paid_social", "ga4": "other", "mailchimp": "email"}
    dbt_project.put("platform", [
        {"platform": platform, "name_en": platform, "name_zh": platform, "channel_id": channel,
         "conversion_lag_days": 3, "freshness_days": 5}
        for platform, channel in channels.items()
    ])  # fmt: skip
    dbt_project.put(
        "account_setting", [{"platform": platform, "currency_code": "USD"} for platform in channels]
    )

    def campaign(number: str, name: str, **measures: Any) -> dict[str, Any]:
        return {"day": dt.date(2026, 6, 18), "campaign_id": number, "campaign_name": name, **measures}

    dbt_project.land("google.csv", [
        campaign("11", "Brand", spend=10, clicks=5, conversions=4, conversion_value=40),
        campaign("12", "Sale", spend=20, clicks=8, conversions=3, conversion_value=30),
        campaign("13", "Twin", spend=1, clicks=1),
        campaign("14", "Quiet", spend=2, clicks=2, conversions=0),
    ], platform="google_ads", account_id="g", level="campaign")  # fmt: skip
    dbt_project.land("meta.csv", [
        campaign("21", "Sale", spend=30, clicks=9, conversions=6), campaign("22", "twin", spend=1, clicks=1),
    ], platform="meta_ads", account_id="m", level="campaign")  # fmt: skip

    def link(source: str, medium: str, utm: str, sessions: int, conversions: int = 0) -> dict[str, Any]:
        return {"source": source, "medium": medium, "utm_campaign": utm, "sessions": sessions,
                "conversions": conversions}  # fmt: skip

    dbt_project.land("ga4.csv", [
        link("google", "cpc", "12", 100, 2),  # by id
        link("facebook", "cpc", "SALE", 50, 1),  # by name, case aside, in the channel of the platform
        link("google", "cpc", "sale", 7),
        link("partner", "referral", "twin", 5),  # two campaigns of that name, neither in this channel
        link("google", "organic", "(organic)", 40, 3),
    ], dataset="web_traffic", platform="ga4", account_id="site", level="source_medium_campaign",
        period_start=dt.date(2026, 6, 18), period_end=dt.date(2026, 6, 18))  # fmt: skip
    dbt_project.land("mail.csv", [{"mailing_id": "n", "mailing_name": "Brand", "sends": 10, "orders": 2}],
                     dataset="email_campaign", platform="mailchimp", level="mailing",
                     period_start=dt.date(2026, 6, 18), period_end=dt.date(2026, 6, 18))  # fmt: skip
    dbt_project.build(
        "+dim_marketing_campaign", "+kpi_period", "+mart_unassigned", "+mart_campaign_pacing_daily"
    )
    return dbt_project


def test_nothing_fails(marts: DbtProject) -> None:
    assert marts.failures == {}


def test_platform_campaigns_stand_for_themselves(marts: DbtProject) -> None:
    rows = marts.query(
        "select marketing_campaign_id, name_en, source, platform, budget from mart.dim_marketing_campaign "
        "order by marketing_campaign_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("(unassigned)", "Unassigned", "unassigned", None, None),
        ("google_ads/11", "Brand", "platform", "google_ads", None),
        ("google_ads/12", "Sale", "platform", "google_ads", None),
        ("google_ads/13", "Twin", "platform", "google_ads", None),
        ("google_ads/14", "Quiet", "platform", "google_ads", None),
        ("meta_ads/21", "Sale", "platform", "meta_ads", None),
        ("meta_ads/22", "twin", "platform", "meta_ads", None),
    ]
    assert marts.value("select count(*) from mart.mart_campaign_pacing_daily") == 0


def test_links_find_their_campaign_by_id_or_name(marts: DbtProject) -> None:
    rows = marts.query(
        "select source, utm_campaign, marketing_campaign_id from mart.fct_web_traffic_daily order by sessions"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("partner", "twin", "(unassigned)"),
        ("google", "sale", "google_ads/12"),
        ("google", "(organic)", "(unassigned)"),
        ("facebook", "SALE", "meta_ads/21"),
        ("google", "12", "google_ads/12"),
    ]


def test_the_basis_of_conversions_is_told(marts: DbtProject) -> None:
    rows = marts.query(
        "select marketing_campaign_id, conversion_basis, conversions, conversion_base, platform_conversions "
        "from core.int_campaign_kpi_daily where channel_id = '(all)' order by marketing_campaign_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("(unassigned)", "web", 3, 45, 2),  # the mailing's two orders are its tool's claim
        ("google_ads/11", "platform", 4, 5, 4),  # no link was seen: the platform's claim, counted by click
        ("google_ads/12", "web", 2, 107, 3),
        ("google_ads/13", None, None, None, None),  # nobody counts
        ("google_ads/14", "platform", 0, 2, 0),  # counted, and nothing there
        ("meta_ads/21", "web", 1, 50, 6),
        ("meta_ads/22", None, None, None, None),
    ]


def test_without_goals_there_is_no_status(marts: DbtProject) -> None:
    assert marts.value("select count(*) from metrics.kpi_period where status is not null") == 0
    assert marts.value(
        "select actual from metrics.kpi_period where marketing_campaign_id = 'google_ads/11' "
        "and channel_id = 'sem' and metric_id = 'cvr' and period = 'to_date'"
    ) == pytest.approx(4 / 5)
