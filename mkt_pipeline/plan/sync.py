"""Plans and settings into the lake, so that models read them like any other data.

What is here: the rows of the ``workspace_setting``, ``account_setting``, ``fx_rate`` and ``plan_*`` datasets,
and writing those that changed. What is not: checking plans (:mod:`mkt_pipeline.plan.load`) or joining them to
anything (the warehouse).

Each dataset is one file, ``current.parquet``, replaced as a whole. Beside it stands a hash of the rows and
columns it was written from; a file whose hash still holds is left alone: nothing downstream looks new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.plan.fx import read_rates
from mkt_pipeline.plan.load import load_plans
from mkt_pipeline.plan.models import Band, CampaignPlan
from mkt_pipeline.plan.vocabulary import platform_ids
from mkt_pipeline.workspace import Settings, Workspace

WHOLE_CAMPAIGN = "(all)"
"""The channel id that stands for all channels together."""

CURRENT_FILE = "current.parquet"
HASH_FILE = "current.sha256"

Row = Mapping[str, Any]


def sync(workspace: Workspace) -> list[Path]:
    """Bring the plan datasets of the lake up to date with ``mkt.yml``, ``plans/`` and ``fx_rates.csv``.

    Everything is read and checked before anything is written. Contract files are made where they are missing
    and never removed.

    Returns:
        The files written; empty when nothing changed.

    Raises:
        ConfigError: see :func:`~mkt_pipeline.plan.load.load_plans`, :func:`~mkt_pipeline.plan.fx.read_rates`
            and :attr:`Workspace.settings`; ``E-CFG-04`` an account of a platform nobody knows.
    """
    tables = plan_tables(workspace)
    lake.ensure_contracts(workspace)
    return [path for name, rows in tables.items() if (path := _write_if_changed(workspace, name, rows))]


def plan_tables(workspace: Workspace) -> dict[str, list[Row]]:
    """The rows of every plan dataset, as the workspace's files say."""
    settings = workspace.settings
    _check_accounts(workspace, settings)
    plans = load_plans(workspace)
    return {
        "workspace_setting": [_workspace_row(settings)],
        "account_setting": [account.model_dump() for account in settings.accounts],
        "fx_rate": [dict(vars(rate)) for rate in read_rates(workspace.fx_rates_file)],
        "plan_campaign": [
            _campaign_row(number, plan, settings) for number, plan in enumerate(plans, start=1)
        ],
        "plan_goal": [row for plan in plans for row in _goal_rows(plan)],
        "plan_channel": [row for plan in plans for row in _channel_rows(plan)],
        "plan_match": [row for plan in plans for row in _match_rows(plan)],
    }


def _check_accounts(workspace: Workspace, settings: Settings) -> None:
    known = platform_ids(workspace)
    for index, account in enumerate(settings.accounts):
        if account.platform not in known:
            raise ConfigError(
                "E-CFG-04", f"accounts[{index}]: unknown platform {account.platform!r}",
                where=str(workspace.settings_file), expected=f"one of {', '.join(sorted(known))}",
                fix="use a platform of this list",
            )  # fmt: skip


def _workspace_row(settings: Settings) -> Row:
    return {
        "workspace_name": settings.name,
        "reporting_currency": settings.reporting_currency,
        "timezone": settings.timezone,
        "as_of": settings.report_date(),
    }


def _campaign_row(number: int, plan: CampaignPlan, settings: Settings) -> Row:
    campaign = plan.campaign
    return {
        "marketing_campaign_id": plan.id,
        "plan_number": number,
        "name_en": campaign.name.english,
        "name_zh": campaign.name.chinese,
        "owner": campaign.owner,
        "currency_code": campaign.currency or settings.reporting_currency,
        "start_date": campaign.start,
        "end_date": campaign.end,
        "budget": plan.budget,
        "gross_margin": campaign.gross_margin,
    }


def _goal_rows(plan: CampaignPlan) -> Iterable[Row]:
    for rank, goal in enumerate(plan.goals, start=1):
        yield _goal_row(plan, WHOLE_CAMPAIGN, goal.metric, rank, goal.target, goal.band)
    for channel in plan.channels:
        for rank, (metric, wanted) in enumerate(channel.goals.items(), start=1):
            yield _goal_row(plan, channel.id, metric, rank, wanted.target, wanted.band)


def _goal_row(
    plan: CampaignPlan, channel_id: str, metric: str, rank: int, target: Any, band: Band | None
) -> Row:
    return {
        "marketing_campaign_id": plan.id,
        "channel_id": channel_id,
        "metric_id": metric,
        "goal_rank": rank,
        "target": target,
        "band_low": band.low if band else None,
        "band_high": band.high if band else None,
    }


def _channel_rows(plan: CampaignPlan) -> Iterable[Row]:
    for channel in plan.channels:
        yield {"marketing_campaign_id": plan.id, "channel_id": channel.id, "budget": channel.budget}


def _match_rows(plan: CampaignPlan) -> Iterable[Row]:
    for number, rule in enumerate(plan.match, start=1):
        valid_from, valid_to = plan.days(rule)
        yield {
            "marketing_campaign_id": plan.id,
            "rule_number": number,
            "match_field": rule.match_field,
            "platform": rule.platform,
            "like_pattern": rule.like_pattern,
            "weight": rule.weight,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }


def _write_if_changed(workspace: Workspace, dataset: str, rows: list[Row]) -> Path | None:
    folder = lake.folder(workspace, dataset)
    digest = _digest(dataset, rows)
    recorded = folder / HASH_FILE
    if (
        (folder / CURRENT_FILE).is_file()
        and recorded.is_file()
        and recorded.read_text(encoding="ascii") == digest
    ):
        return None
    # Without its hash the file counts as changed: a crash between the two writes only writes it again.
    recorded.unlink(missing_ok=True)
    path = lake.write_rows(workspace, dataset, CURRENT_FILE, rows)
    recorded.write_text(digest, encoding="ascii")
    return path


def _digest(dataset: str, rows: list[Row]) -> str:
    """Hash of the rows and of the declared columns: a changed declaration writes the file anew."""
    columns = [(column.name, column.type) for column in lake.DATASETS[dataset].columns]
    return hashlib.sha256(json.dumps([columns, rows], default=str, sort_keys=True).encode()).hexdigest()
