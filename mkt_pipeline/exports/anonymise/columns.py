"""What becomes of each column of a table: by the catalog's word where it has one, else by header and values.

What is here: :class:`Column`, and deciding its treatment. What is not: what single cells become
(:mod:`.amounts`, :mod:`.texts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from mkt_pipeline.datasets import DATASETS, Dataset
from mkt_pipeline.exports import undeclared
from mkt_pipeline.exports.anonymise.words import KEPT_BREAKDOWNS, KEPT_COLUMNS
from mkt_pipeline.exports.catalog import (
    DATED,
    NUMBER_KINDS,
    TEXT_KINDS,
    ColumnRule,
    Platform,
    ReportRule,
    kind_of,
    normalise,
    split_unit,
)

How = Literal["keep", "scale", "state", "name", "id", "person", "by value"]
"""What becomes of a column. ``scale`` adds up, ``state`` goes cell by cell, ``by value`` is for others."""
MOST_DECIMALS = 6


@dataclass
class Column:
    """What becomes of one column, and what its cells have told so far."""

    how: How
    label: str = "text"
    """What stand-ins of its names are called."""
    target: str = ""
    rule: ColumnRule | None = None
    header: str = ""
    """Of a column that no rule knows."""
    is_entity: bool = False
    """Whether it says what a row is about: empty or labelled in a totals row."""
    is_key: bool = False
    """Whether it is a day or a segment, for which there may be a totals row of its own."""
    is_count: bool = False
    comma: bool = False
    """Whether the decimal mark is a comma where a cell can be read in both ways."""
    decimals: int = 0
    grouping: str = ""
    sums: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    """Day and segments to the sum of the rows; learnt before any cell changes."""
    done: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    """The sums of the rows written so far."""
    is_scaled: bool = False
    texts: dict[str, str | None] = field(default_factory=dict)
    """What texts have become."""

    @cached_property
    def unit(self) -> Decimal:
        """The smallest step of the column; asked when all rows have been seen."""
        return Decimal(1).scaleb(-min(self.decimals, MOST_DECIMALS))

    @cached_property
    def is_fixed(self) -> bool:
        """Whether the numbers below an unknown header do not grow with the account."""
        return self.how == "by value" and undeclared.is_fixed(self.header)

    @cached_property
    def _least_id(self) -> int:
        """Digits from which on a whole number in an unknown column is an id."""
        return 5 if undeclared.is_id(self.header) else 12

    def is_id(self, text: str) -> bool:
        """Whether a number in an unknown column is the id of something."""
        digits = text.strip().strip("'\t")
        return digits.isdigit() and len(digits) >= self._least_id


def unknown_column(header: str) -> Column:
    """A column that no rule knows: each cell is judged by its value."""
    return Column("by value", header=header, is_count=True)


def columns_of(platform: Platform, report: ReportRule, header: Sequence[str]) -> list[Column]:
    """What becomes of each column of a known report."""
    index, dataset = platform.index(report), DATASETS.get(report.dataset or "")
    melted = re.compile(report.unpivot.headers, re.IGNORECASE) if report.unpivot else None
    columns = []
    for cell in header:
        name = normalise(cell)
        if melted and report.unpivot and melted.fullmatch(cell.strip()):
            name = normalise(report.unpivot.value)
        rules = index.get(name) or index.get(split_unit(name)[0])
        if platform.personal_index.get(name):
            columns.append(Column("person", "person"))
        elif rules and rules[0].to != "extra" and dataset is not None:
            columns.append(_known_column(rules[0], dataset))
        else:
            columns.append(unknown_column(cell))
    return columns


def _known_column(rule: ColumnRule, dataset: Dataset) -> Column:
    kind = kind_of(rule, dataset)
    column = Column("keep", label_of(rule.to), rule.to, rule)
    if rule.breakdown:
        column.label, column.is_key = label_of(rule.breakdown), True
        column.how = "keep" if KEPT_BREAKDOWNS.issuperset(rule.breakdown.split("+")) else "name"
    elif kind == "hash":
        column.how, column.label = "person", "person"
    elif kind in TEXT_KINDS:
        dimensions = {each.name for each in dataset.columns if each.kind == "dimension"}
        column.is_entity = bool(dimensions.intersection(rule.split.into if rule.split else [rule.to]))
        column.how = "keep" if rule.to in KEPT_COLUMNS else "id" if kind == "id" else "name"
    elif kind not in NUMBER_KINDS or rule.to in KEPT_COLUMNS or rule.to.endswith("_length"):
        column.is_key = rule.to in DATED
    elif kind not in ("ratio", "percent"):
        declared = dataset.column(rule.to)
        is_additive = declared.is_additive if rule.additive is None else rule.additive
        column.is_count = declared.type == "BIGINT"
        column.how = "scale" if is_additive else "keep" if declared.type == "DOUBLE" else "state"
    return column


def label_of(target: str) -> str:
    """What stand-ins of a canonical column are called; ``campaign_name`` and ``utm_campaign`` alike."""
    bare = target.removesuffix("_name").removesuffix("_id").removesuffix("_text").removeprefix("utm_")
    return {"property": "site", "landing_url": "page"}.get(bare, bare.replace("_", " "))
