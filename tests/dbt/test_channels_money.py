"""Money without a rate or a currency stops publication with a message that says what to add."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from .conftest import DbtProject

DAY = dt.date(2026, 6, 18)


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.put("account_setting", [{"platform": "mailchimp", "currency_code": "EUR"}])
    dbt_project.put("fx_rate", [
        # Eight days old on the 18th: too old.
        {"rate_date": dt.date(2026, 6, 10), "from_currency": "EUR", "to_currency": "USD",
         "rate": Decimal("1.1"), "rate_source": "bank"},
    ])  # fmt: skip
    dbt_project.put("plan_campaign", [
        {"marketing_campaign_id": "tea", "name_en": "Tea", "name_zh": "茶", "currency_code": "GBP",
         "start_date": DAY, "end_date": DAY, "budget": Decimal(10)},
    ])  # fmt: skip
    common = {"period_start": DAY, "period_end": DAY}
    dbt_project.land("mail.csv", [
        {**common, "mailing_id": "paid", "sends": 10, "revenue": 5},
        {**common, "mailing_id": "free", "sends": 10, "revenue": 0},
    ], dataset="email_campaign", platform="mailchimp", level="mailing")  # fmt: skip
    dbt_project.land("ga4.csv", [
        {**common, "source": "google", "medium": "organic", "sessions": 9, "conversion_value": 7},
        {**common, "source": "bing", "medium": "organic", "sessions": 9, "conversion_value": 0},
    ], dataset="web_traffic", platform="ga4", level="source_medium")  # fmt: skip
    dbt_project.build("+fct_email_send", "+fct_web_traffic_daily", "+int_plan")
    return dbt_project


def test_missing_rates_and_currencies_fail(marts: DbtProject) -> None:
    failed = {name: message for name, message in marts.failures.items() if message.startswith("fail")}
    assert {marts.manifest.nodes[name].attached_node for name in failed} == {
        "model.mkt.fct_message_send", "model.mkt.fct_web_traffic_daily", "model.mkt.int_plan",
    }  # fmt: skip


def test_there_is_no_silent_rate_and_nothing_needs_none(marts: DbtProject) -> None:
    mailings = marts.query("select mailing_id, revenue from mart.fct_message_send order by mailing_id")
    assert [tuple(row.values()) for row in mailings] == [("free", 0), ("paid", None)]
    visits = marts.query("select source, conversion_value from mart.fct_web_traffic_daily order by source")
    assert [tuple(row.values()) for row in visits] == [("bing", 0), ("google", None)]
    assert marts.value("select budget from core.int_plan") is None
