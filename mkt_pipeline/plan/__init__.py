"""The plan: what a campaign is meant to reach, with which channels and money, and what belongs to it.

What is here: the model and the checks of ``plans/*.yml``, the reader of ``fx_rates.csv``, and their way into
the lake. What is not: how a plan is joined to the numbers; that is SQL's.
"""

from mkt_pipeline.plan.fx import FxRate, read_rates
from mkt_pipeline.plan.load import check_plans, load_plans, plan_files
from mkt_pipeline.plan.models import CampaignPlan, MatchRule
from mkt_pipeline.plan.patterns import glob_to_like
from mkt_pipeline.plan.sync import WHOLE_CAMPAIGN, sync

__all__ = [
    "WHOLE_CAMPAIGN",
    "CampaignPlan",
    "FxRate",
    "MatchRule",
    "check_plans",
    "glob_to_like",
    "load_plans",
    "plan_files",
    "read_rates",
    "sync",
]
