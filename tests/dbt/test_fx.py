"""Exchange rates: a bank's published file and a person's own, from the inbox to the facts, exact."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest

from mkt_pipeline.exports import land
from mkt_pipeline.plan import read_rates

from .conftest import DbtProject

HISTORY = """\
Date,USD,JPY,CYP,GBP,TRL,CNY,IDR,
2026-06-02,1.1398,163.2,N/A,0.8431,N/A,8.21,18543.21,
2026-06-01,1.1412,163.91,N/A,0.84345,N/A,8.2187,18520.5,
2026-05-24,1.13,N/A,0.58231,0.84,1911000.5,8.2,N/A,
"""
OF_ONE_DAY = "Date, USD, JPY, GBP, CNY, \n03 June 2026, 1.1500, 164.00, 0.8500, 8.2500, \n"
OWN = "date,from,to,rate,source\n2026-06-02,CNY,USD,0.15,our bank\n2026-06-08,VND,USD,0.0000393,our bank\n"
GUARDS = (
    "fx_directions_agree", "fx_pairs_have_no_gap", "fx_rates_are_recent_and_above_zero",
    "fx_same_currency_is_one", "fx_quotes_are_of_other_currencies",
)  # fmt: skip


def day(number: int) -> dt.date:
    return dt.date(2026, 6, number)


def quotient(numerator: str, denominator: str) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP)


@pytest.fixture(scope="module")
def built(dbt_project: DbtProject) -> DbtProject:
    workspace = dbt_project.workspace
    workspace.create_folders()
    workspace.settings_file.write_text("name: Test\n", encoding="utf-8")
    (workspace.inbox / "eurofxref-hist.csv").write_text(HISTORY, encoding="utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref.csv", OF_ONE_DAY)
    (workspace.inbox / "eurofxref.zip").write_bytes(packed.getvalue())
    landed = land(workspace)
    assert [(file.status, file.platform, file.rows, file.rejected) for file in landed] == [
        ("landed", "ecb", 21, 0), ("landed", "ecb", 4, 0),
    ]  # fmt: skip
    workspace.fx_rates_file.write_text(OWN, encoding="utf-8")
    dbt_project.put("fx_rate", [vars(rate) for rate in read_rates(workspace.fx_rates_file)])
    dbt_project.settings(as_of="2026-06-10")
    dbt_project.land("yuan", [
        {"level": "campaign", "day": day(number), "campaign_name": "c", "spend": Decimal(100)}
        for number in (1, 2, 3, 9)
    ], platform="baidu_ads", account_id="7", currency_code="CNY")  # fmt: skip
    dbt_project.build("+fct_ad_campaign_daily", "+dim_fx_rate")
    return dbt_project


def rates(project: DbtProject, date_day: dt.date) -> dict[tuple[str, str], tuple[Decimal, dt.date, str]]:
    rows = project.query("from mart.dim_fx_rate where date_day = ?", date_day)
    return {
        (row["from_currency"], row["to_currency"]): (row["fx_rate"], row["fx_date"], row["fx_source"])
        for row in rows
    }


def test_everything_holds(built: DbtProject) -> None:
    assert built.failures == {}


def test_rates_between_two_currencies_are_made_of_the_day_s_two_quotes(built: DbtProject) -> None:
    first, by_way = rates(built, day(1)), "ecb, by way of EUR"
    assert first == {
        ("USD", "USD"): (1, day(1), "same currency"),
        ("EUR", "USD"): (Decimal("1.1412"), day(1), "ecb"),
        ("USD", "EUR"): (quotient("1", "1.1412"), day(1), "ecb"),
        ("CNY", "USD"): (Decimal("0.138854076679"), day(1), by_way),
        ("USD", "CNY"): (quotient("8.2187", "1.1412"), day(1), by_way),
        ("GBP", "USD"): (quotient("1.1412", "0.84345"), day(1), by_way),
        ("USD", "GBP"): (quotient("0.84345", "1.1412"), day(1), by_way),
        ("JPY", "USD"): (quotient("1.1412", "163.91"), day(1), by_way),
        ("USD", "JPY"): (quotient("163.91", "1.1412"), day(1), by_way),
        ("IDR", "USD"): (quotient("1.1412", "18520.5"), day(1), by_way),
        ("USD", "IDR"): (quotient("18520.5", "1.1412"), day(1), by_way),
    }  # fmt: skip


def test_what_a_person_says_wins_on_its_day_and_a_newer_quote_after_it(built: DbtProject) -> None:
    assert rates(built, day(2))["CNY", "USD"] == (Decimal("0.15"), day(2), "our bank")
    assert rates(built, day(2))["USD", "CNY"] == (Decimal("6.666666666667"), day(2), "our bank, inverse")
    assert rates(built, day(2))["GBP", "USD"][0] == quotient("1.1398", "0.8431")
    assert rates(built, day(3))["CNY", "USD"] == (quotient("1.15", "8.25"), day(3), "ecb, by way of EUR")
    assert rates(built, day(8))["VND", "USD"] == (Decimal("0.0000393"), day(8), "our bank")


def test_a_rate_holds_for_seven_days(built: DbtProject) -> None:
    """Rupiah were quoted last on 2 June, the others on 3 June."""
    assert rates(built, day(9))["IDR", "USD"][1] == day(2)
    assert ("IDR", "USD") not in rates(built, day(10))
    assert rates(built, day(10))["CNY", "USD"][1] == day(3)


def test_there_and_back_is_one(built: DbtProject) -> None:
    assert built.value(
        "select max(abs(there.fx_rate::double * back.fx_rate::double - 1)) from mart.dim_fx_rate there"
        " join mart.dim_fx_rate back on there.date_day = back.date_day"
        " and there.from_currency = back.to_currency and there.to_currency = back.from_currency"
    ) < 1e-6  # fmt: skip


def test_facts_are_converted_with_the_rates_shown(built: DbtProject) -> None:
    rows = built.query(
        "select date_day, spend, fx_rate, fx_date from mart.fct_ad_campaign_daily order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(1), Decimal("13.885408"), Decimal("0.138854076679"), day(1)),
        (day(2), 15, Decimal("0.15"), day(2)),
        (day(3), Decimal("13.939394"), quotient("1.15", "8.25"), day(3)),
        (day(9), Decimal("13.939394"), quotient("1.15", "8.25"), day(3)),
    ]  # fmt: skip


def test_a_currency_that_was_worth_millionths_is_read(built: DbtProject) -> None:
    quoted = built.query("select rate from staging.stg_fx_quote where quote_currency = 'TRL'")
    assert quoted == [{"rate": Decimal("1911000.5")}]
    rate = built.value("select rate from core.int_fx_rate where from_currency = 'TRL'")
    assert rate == quotient("1.13", "1911000.5") == Decimal("0.000000591313")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Date,USD,JPY,\n2026-06-04,1.15,a lot,\n",
            "line 3, Units for one euro: cannot be read as an amount",
        ),
        ("Date,USD,JPY,\n04.06.2026 or so,1.15,164,\n", "line 2, Date: cannot be read as a date"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(built: DbtProject, text: str, found: str) -> None:
    (built.workspace.inbox / "eurofxref.csv").write_text(text, encoding="utf-8")
    (result,) = land(built.workspace)
    assert (result.status, result.platform, result.error.code if result.error else "") == (
        "quarantined", "ecb", "E-SRC-09",
    )  # fmt: skip
    assert found in str(result.error)


@pytest.fixture(scope="module")
def falsified(built: DbtProject) -> DbtProject:
    built.tamper(
        "update mart.dim_fx_rate set fx_rate = 9 where from_currency = 'CNY' and fx_date = date '2026-06-02'",
        "delete from mart.dim_fx_rate where from_currency = 'GBP' and date_day = date '2026-06-04'",
        "update mart.dim_fx_rate set fx_date = date '2026-05-20' where from_currency = 'JPY'",
        "update mart.dim_fx_rate set fx_rate = 2 where from_currency = to_currency",
        "update staging.stg_fx_quote set quote_currency = 'EUR' where quote_currency = 'TRL'",
    )
    built.build(*GUARDS, command="test")
    return built


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(falsified: DbtProject, guard: str) -> None:
    noticed = {
        name.split(".")[2] for name, message in falsified.failures.items() if not message.startswith("error")
    }
    assert guard in noticed
