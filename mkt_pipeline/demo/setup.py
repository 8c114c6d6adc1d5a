"""The demo workspace around the exports: settings, exchange rates, and two campaign plans.

What is here: ``mkt.yml``, ``fx_rates.csv``, ``plans/*.yml`` and how their targets stand to the simulated
truth. What is not: exports (``inbox.py``).

Targets are set from the truth, so that at any scale and seed one campaign is on track and one is at risk,
with one channel far above its budget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import yaml

from mkt_pipeline.demo.advertising import NEW_ARRIVALS, SALE_618, SALE_START
from mkt_pipeline.demo.company import AS_OF, DATA, NAME_EN, NAME_ZH, REPORTING_CURRENCY, Company
from mkt_pipeline.demo.truth import ChannelTotal, PlanTruth, Totals, plan_actuals
from mkt_pipeline.workspace import Workspace

TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class _Plan:
    id: str
    name_en: str
    name_zh: str
    first: dt.date
    last: dt.date
    owner: str
    attainment: dict[str, str]
    """Metric → how the truth stands to its target."""
    pace: dict[str, str]
    """Channel → how spending stands to its budget."""
    patterns: dict[str, tuple[str, ...]]


_PLANS = (
    _Plan(
        NEW_ARRIVALS, "New arrivals 2026", "2026 新品上市", DATA.first, dt.date(2026, 7, 5), "Li Min 李敏",
        {"conversions": "1.02", "cpa": "1.03", "roas": "1.01"},
        {"sem": "0.98", "paid_social": "1.02"},
        {
            "campaign": ("NA2026*", "2026新品*"), "utm_campaign": ("NA2026*",), "mailing": ("NA2026*",),
            "page": ("*/new-arrivals/*",), "post": ("*#NewArrivals2026*",),
        },
    ),
    _Plan(
        SALE_618, "618 sale", "618 大促", SALE_START, dt.date(2026, 6, 28), "Chen Xi 陈曦",
        {"conversions": "0.86", "cpa": "0.84", "roas": "0.88"},
        {"sem": "1.00", "paid_social": "1.23"},
        {
            "campaign": ("618*",), "utm_campaign": ("618*",), "mailing": ("618*",), "page": ("*/618/*",),
            "post": ("*#618*",),
        },
    ),
)  # fmt: skip


def write_setup(
    workspace: Workspace, truth: Company, totals: Sequence[ChannelTotal]
) -> tuple[PlanTruth, ...]:
    """Write settings, rates and plans; returns what the plans say."""
    workspace.settings_file.write_text(_yaml(_settings()), encoding="utf-8")
    rates = ["date,from,to,rate,source"]
    rates += [f"{day},CNY,USD,{rate},demo" for day, rate in sorted(truth.rates.items())]
    workspace.fx_rates_file.write_text("\n".join(rates) + "\n", encoding="utf-8")
    plans = []
    for plan in _PLANS:
        numbers = _numbers(plan, totals)
        (workspace.plans_dir / f"{plan.id}.yml").write_text(_yaml(_document(plan, numbers)), encoding="utf-8")
        plans.append(numbers)
    return tuple(plans)


def _settings() -> dict[str, object]:
    return {
        "name": f"{NAME_EN} {NAME_ZH}",
        "languages": ["en", "zh"],
        "reporting_currency": REPORTING_CURRENCY,
        "timezone": TIMEZONE,
        "as_of": AS_OF,
        "accounts": [
            {**_account("google_ads", "604-118-2026", "USD"), "conversion_lag_days": 7},
            {**_account("baidu_ads", "qinglan-tea", "CNY"), "conversion_lag_days": 3},
            {**_account("meta_ads", "act_20260427", "USD"), "conversion_lag_days": 7},
            _account("mailchimp", "qinglan-tea", "USD"),
            {"platform": "x", "account_id": "qinglantea", "timezone": TIMEZONE},
            {"platform": "ga4", "currency_code": "USD", "timezone": TIMEZONE},
        ],
    }


def _account(platform: str, account_id: str, currency: str) -> dict[str, object]:
    """What the platform's exports do not say about the company's only account there."""
    return {
        "platform": platform,
        "account_id": account_id,
        "account_name": f"{NAME_EN} {NAME_ZH}",
        "currency_code": currency,
        "timezone": TIMEZONE,
    }


def _numbers(plan: _Plan, totals: Sequence[ChannelTotal]) -> PlanTruth:
    """Targets and budgets such that the truth stands to them as the plan's story wants."""
    actual = plan_actuals(totals, plan.id)
    elapsed = Decimal((DATA.last - plan.first).days + 1) / Decimal((plan.last - plan.first).days + 1)
    goals: Totals = {
        "conversions": (actual["conversions"] / elapsed / Decimal(plan.attainment["conversions"])).quantize(
            Decimal(1)
        ),
        "cpa": (actual["cpa"] * Decimal(plan.attainment["cpa"])).quantize(Decimal("0.01")),
        "roas": (actual["roas"] / Decimal(plan.attainment["roas"])).quantize(Decimal("0.01")),
    }
    spend = {total.channel: total.spend for total in totals if total.marketing_campaign == plan.id}
    budgets = {
        channel: (spend[channel] / elapsed / Decimal(pace) / 10).quantize(Decimal(1)) * 10
        for channel, pace in plan.pace.items()
    }
    pace = {channel: spend[channel] / (budget * elapsed) for channel, budget in budgets.items()}
    return PlanTruth(plan.id, plan.first, plan.last, goals, actual, budgets, pace)


def _document(plan: _Plan, numbers: PlanTruth) -> dict[str, object]:
    sem_cpa = float((numbers.goals["cpa"] * Decimal("1.3")).quantize(Decimal("0.01")))
    return {
        "campaign": {
            "id": plan.id,
            "name": {"en": plan.name_en, "zh": plan.name_zh},
            "start": plan.first,
            "end": plan.last,
            "owner": plan.owner,
            "budget": int(sum(numbers.budgets.values())),
            "currency": REPORTING_CURRENCY,
            "gross_margin": 0.62,
        },
        "goals": [{"metric": metric, "target": _plain(target)} for metric, target in numbers.goals.items()],
        "channels": [
            {"id": "sem", "budget": int(numbers.budgets["sem"]), "goals": {"cpa": sem_cpa}},
            {"id": "paid_social", "budget": int(numbers.budgets["paid_social"])},
            *({"id": channel} for channel in ("seo", "email", "organic_social")),
        ],
        "match": [{key: glob} for key, globs in plan.patterns.items() for glob in globs],
    }


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _yaml(document: dict[str, object]) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
