"""Insights: what SQL cannot solve. Plain functions on relations in, tables out, one module per question.

What is here: the one entry that collects the proposals of all modules, ranks and numbers them. What is not:
opening databases (``warehouse``), words (``reports``), the follow-up of actions.

Ranking, within a marketing campaign: expected value per week x P(effect > 0) ÷ effort, ties by due date.
Effects of actions overlap and are never added up. Fewer than 15 conversions never yield a cost action: the
waste rule refuses groups below that, and judges single terms on its own posterior. Budget pace compares spend
with the plan and needs no conversions.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd

from mkt_pipeline.insights import budget_pace, keywords, search_terms
from mkt_pipeline.insights.proposal import Proposal, TargetCpas
from mkt_pipeline.insights.table import ACTION_COLUMNS, ACTION_COMMENT, ACTION_TYPES, ACTION_WORDS
from mkt_pipeline.workspace import Settings

__all__ = ["ACTION_COLUMNS", "ACTION_COMMENT", "ACTION_TYPES", "ACTION_WORDS", "propose_actions"]


def propose_actions(connection: Any, settings: Settings) -> pd.DataFrame:
    """All proposed actions of a database with the mart tables: the rows of ``mart.mart_action``.

    ``connection`` is an open DuckDB connection (build or published file). Ids are ``R-<yymmdd>-<n>``: the day
    is the report day, ``n`` counts through campaigns in order of id and rank, so the same data give the same
    ids. ``evidence`` and ``rule`` are JSON; money is in the reporting currency.
    """
    targets = TargetCpas.read(connection)
    proposals = [
        *search_terms.propose(connection, targets),
        *keywords.propose(connection, targets),
        *budget_pace.propose(connection),
    ]
    owners, as_of = _owners_and_day(connection, settings)
    rows = [
        _action(proposal, number, rank, owners.get(proposal.marketing_campaign_id), as_of, settings)
        for number, (rank, proposal) in enumerate(_ranked(proposals), start=1)
    ]
    return pd.DataFrame(rows, columns=list(ACTION_COLUMNS))


def _ranked(proposals: list[Proposal]) -> list[tuple[int, Proposal]]:
    """Proposals by campaign and score, each with its rank within the campaign, from 1."""
    ordered = sorted(
        proposals,
        key=lambda p: (p.marketing_campaign_id, -round(p.score, 6), p.due_in_days, p.kind, p.object_name),
    )
    ranked: list[tuple[int, Proposal]] = []
    campaign, rank = "", 0
    for proposal in ordered:
        rank = rank + 1 if proposal.marketing_campaign_id == campaign else 1
        campaign = proposal.marketing_campaign_id
        ranked.append((rank, proposal))
    return ranked


def _owners_and_day(connection: Any, settings: Settings) -> tuple[dict[str, str | None], dt.date]:
    rows = connection.execute(
        "select marketing_campaign_id, owner, as_of from mart.dim_marketing_campaign"
    ).fetchall()
    return {row[0]: row[1] for row in rows}, rows[0][2] if rows else settings.report_date()


def _action(
    proposal: Proposal, number: int, rank: int, owner: str | None, as_of: dt.date, settings: Settings
) -> dict[str, Any]:
    due = as_of + dt.timedelta(days=proposal.due_in_days)
    return {
        "action_id": f"R-{as_of:%y%m%d}-{number}",
        **{name: getattr(proposal, name) for name in ACTION_COLUMNS if hasattr(proposal, name)},
        "evidence": json.dumps(proposal.evidence, ensure_ascii=False, sort_keys=True),
        "rule": json.dumps(proposal.rule, ensure_ascii=False, sort_keys=True),
        "effect_unit": settings.reporting_currency,
        "owner": owner,
        "due_date": due,
        "check_date": due + dt.timedelta(days=proposal.check_after_days),
        "rank": rank,
    }
