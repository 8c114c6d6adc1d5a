"""What a campaign plan says: the model of one ``plans/*.yml`` file.

What is here: keys, types and the checks one value or one campaign can be judged by alone. What is not: names
of metrics, channels and platforms, other files, places in the file (:mod:`mkt_pipeline.plan.load`).

Amounts are decimals in the plan's currency; dates are whole days and both ends belong to the campaign.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from mkt_pipeline.plan.patterns import glob_to_like

LONGEST_CAMPAIGN_DAYS = 5 * 366
"""Beyond this, a date is taken for a slip of the pen: plans are spread over every day they last."""

MatchField = Literal[
    "campaign_name", "campaign_id", "utm_campaign", "utm_source", "utm_content", "coupon_code",
    "partner_name", "partner_id", "mailing_name", "mailing_id", "page", "post_text", "post_id", "post_url",
]  # fmt: skip

MATCH_KEYS: dict[str, MatchField] = {
    "campaign": "campaign_name",
    "campaign_id": "campaign_id",
    "utm_campaign": "utm_campaign",
    "utm_source": "utm_source",
    "utm_content": "utm_content",
    "coupon": "coupon_code",
    "partner": "partner_name",
    "partner_id": "partner_id",
    "mailing": "mailing_name",
    "mailing_id": "mailing_id",
    "page": "page",
    "post": "post_text",
    "post_id": "post_id",
    "post_url": "post_url",
}
"""Key of a match rule → what the rule looks at, in the words of ``plan_match``."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index)(\..*)?", re.IGNORECASE)


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            raise ValueError("not a date such as 2026-06-18")
        return value.strip()
    return value


def _plain_number(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"[+-]?(\d+(_\d+)*)(\.\d+)?", text):
            raise ValueError("not a plain number such as 12000 or 0.38")
        return text.replace("_", "")
    return value


def _text(value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("empty; give a text or delete the key")
        return value.strip()
    return value


Day = Annotated[dt.date, BeforeValidator(_iso_date)]
Number = Annotated[Decimal, BeforeValidator(_plain_number), Field(max_digits=18, decimal_places=6)]
Amount = Annotated[Number, Field(ge=0)]
Text = Annotated[str, BeforeValidator(_text)]
Currency = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[A-Z]{3}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Model):
    """A campaign's name in the report languages; one of the two is enough."""

    en: Text | None = None
    zh: Text | None = None

    @model_validator(mode="after")
    def _one_is_given(self) -> Names:
        if not (self.en or self.zh):
            raise ValueError("give a name in at least one language")
        return self

    @property
    def english(self) -> str:
        """The English name, else the Chinese one."""
        return self.en or self.zh or ""

    @property
    def chinese(self) -> str:
        """The Chinese name, else the English one."""
        return self.zh or self.en or ""


def _names(value: Any) -> Any:
    return {"en": value, "zh": value} if isinstance(value, str) else value


class Campaign(_Model):
    """Head of a plan: who, when, how much."""

    id: Text
    """Stands in keys and file names: ASCII letters, digits, ``.``, ``_`` and ``-``."""
    name: Annotated[Names, BeforeValidator(_names)]
    start: Day
    end: Day
    owner: Text | None = None
    budget: Amount | None = None
    """Whole budget in ``currency``; without it, the channels' budgets if every channel has one."""
    currency: Currency | None = None
    """ISO 4217; without it, the workspace's reporting currency."""
    gross_margin: Annotated[Number, Field(gt=0, le=1)] | None = None
    """Gross profit as a fraction of revenue."""

    @field_validator("id")
    @classmethod
    def _safe_as_file_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value) or value.endswith("."):
            raise ValueError("an id is up to 64 ASCII letters, digits, '.', '_' or '-', such as 618-2026")
        if _RESERVED.fullmatch(value):
            raise ValueError("this word is reserved and cannot name a file")
        return value

    @model_validator(mode="after")
    def _dates_in_order(self) -> Campaign:
        if self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        if (self.end - self.start).days > LONGEST_CAMPAIGN_DAYS:
            raise ValueError(f"{self.start} to {self.end} is longer than five years")
        return self


class Band(_Model):
    """A range that a metric is to be kept in, both ends included."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Band:
        if self.high <= self.low:
            raise ValueError(f"a band is [low, high]; {self.high} is not above {self.low}")
        return self


def _band(value: Any) -> Any:
    if isinstance(value, list):
        if len(value) != 2:
            raise ValueError("a band is [low, high]")
        return {"low": value[0], "high": value[1]}
    return value


class Goal(_Model):
    """A metric with the target for the whole campaign, or with the band to keep it in."""

    metric: Text
    target: Amount | None = None
    band: Annotated[Band, BeforeValidator(_band)] | None = None

    @model_validator(mode="after")
    def _target_or_band(self) -> Goal:
        if (self.target is None) == (self.band is None):
            raise ValueError("a goal has either a target or a band")
        return self


def _channel_goal(value: Any) -> Any:
    return {"band": value} if isinstance(value, list) else {"target": value}


class ChannelGoal(_Model):
    """A channel's target for one metric, or its band when a list of two is given."""

    target: Amount | None = None
    band: Annotated[Band, BeforeValidator(_band)] | None = None

    @model_validator(mode="after")
    def _target_or_band(self) -> ChannelGoal:
        if self.target is None and self.band is None:
            raise ValueError("give a number, or [low, high]")
        return self


class Channel(_Model):
    """A channel of the campaign: its budget and its own targets."""

    id: Text
    budget: Amount | None = None
    goals: dict[str, Annotated[ChannelGoal, BeforeValidator(_channel_goal)]] = {}


class MatchRule(_Model):
    """One rule that says which campaigns, links, coupons, partners, mailings, pages or posts belong here.

    Values are globs (``*`` any text, ``?`` one character), compared without regard to case.
    """

    platform: Text | None = None
    campaign: Text | None = None
    """Name of a platform's campaign, and the campaign column of the templates."""
    campaign_id: Text | None = None
    utm_campaign: Text | None = None
    utm_source: Text | None = None
    utm_content: Text | None = None
    coupon: Text | None = None
    partner: Text | None = None
    partner_id: Text | None = None
    mailing: Text | None = None
    mailing_id: Text | None = None
    page: Text | None = None
    post: Text | None = None
    """Text of a post."""
    post_id: Text | None = None
    post_url: Text | None = None
    weight: Annotated[Number, Field(gt=0, le=1)] = Decimal(1)
    """Share of what the rule matches; 1 takes all that rules before it left."""
    first: Annotated[Day | None, Field(alias="from")] = None
    """First day the rule holds; without it, the campaign's."""
    last: Annotated[Day | None, Field(alias="to")] = None
    """Last day the rule holds; without it, the campaign's."""

    @model_validator(mode="after")
    def _one_field(self) -> MatchRule:
        given = [key for key in MATCH_KEYS if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a rule has exactly one of {', '.join(MATCH_KEYS)}, beside platform, weight, from and to"
            )
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"to {self.last} is before from {self.first}")
        return self

    @property
    def key(self) -> str:
        """The key the rule was written with."""
        return next(key for key in MATCH_KEYS if getattr(self, key) is not None)

    @property
    def match_field(self) -> MatchField:
        """What the rule looks at, in the words of ``plan_match``."""
        return MATCH_KEYS[self.key]

    @property
    def like_pattern(self) -> str:
        r"""The rule as a pattern for ILIKE with ``\`` as escape character."""
        return glob_to_like(str(getattr(self, self.key)))


class CampaignPlan(_Model):
    """One plan file. The first goal is the primary one; rules are asked in the order written."""

    campaign: Campaign
    goals: list[Goal] = []
    channels: list[Channel] = []
    match: Annotated[list[MatchRule], Field(min_length=1)]

    @property
    def id(self) -> str:
        """The marketing campaign's id."""
        return self.campaign.id

    @property
    def budget(self) -> Decimal | None:
        """The whole budget: as stated, else the sum over channels if every channel states one."""
        if self.campaign.budget is not None:
            return self.campaign.budget
        budgets = [channel.budget for channel in self.channels]
        stated = [budget for budget in budgets if budget is not None]
        return sum(stated, Decimal(0)) if stated and len(stated) == len(budgets) else None

    def days(self, rule: MatchRule) -> tuple[dt.date, dt.date]:
        """First and last day one of the plan's rules holds."""
        return rule.first or self.campaign.start, rule.last or self.campaign.end
