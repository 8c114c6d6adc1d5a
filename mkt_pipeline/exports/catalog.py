"""The catalog: what each platform's exports look like, declared in YAML.

What is here: the model of ``catalog/<platform>.yml``, the loader that lays the workspace's own entries over
the shipped ones, and the lookup of header cells. What is not: anything about one particular platform; a new
export format is one YAML file and no code.

A column rule maps header cells to a canonical column of :mod:`mkt_pipeline.lake`, or to one of the special
targets: ``day`` (one day), ``date_range`` (one cell with one or two dates), ``period_start``/``period_end``,
``nth_day``/``nth_week`` (a counter from the start date) and ``extra`` (kept as JSON, without a warning).
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.lake import DATASETS, Dataset
from mkt_pipeline.workspace import Workspace

CATALOG_DIR = Path(__file__).parent / "catalog"
READER_VERSION = "2"
"""Part of every catalog version: raised when the engine reads the same bytes differently."""

Kind = Literal[
    "count", "money", "decimal", "date", "datetime", "date_range", "nth_day", "nth_week", "id", "text"
]
TEXT_KINDS = ("id", "text")
Evidence = Literal["seen", "documented", "reported", "unverified"]
"""Read from a real file; documented by the vendor; known from other people's readers; expected only."""

SPECIAL_KINDS: Mapping[str, Kind] = {
    "day": "date", "date_range": "date_range", "period_start": "date", "period_end": "date",
    "nth_day": "nth_day", "nth_week": "nth_week", "extra": "text", "breakdown_value": "text",
}  # fmt: skip
CURRENCY_WORDS = {"元": "CNY", "¥": "CNY", "￥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}
_BRACKETED_UNIT = re.compile(r"^(?P<name>.+?)\s*\((?P<unit>[a-z]{3}|元|[¥$€£₹])\)$")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Split(_Model):
    """One cell that holds several columns, such as ``google / organic``."""

    separator: str
    into: list[str]


class ColumnRule(_Model):
    """How header cells become one canonical column. Rules stand in order of preference."""

    to: str
    headers: list[str] = []
    kind: Kind | None = None
    """Taken from the dataset's column type unless said otherwise."""
    formats: list[str] = ["iso"]
    """Of dates: ``iso`` or strptime patterns, tried in order."""
    join: str | None = None
    """Put between the cells when several headers of the rule are present."""
    split: Split | None = None
    unwrap: list[str] = []
    """Pairs of marks taken off around the text, such as ``[]``."""
    sets: dict[str, str] = {}
    """Constant columns that hold for the table when this column is present."""
    needs: list[str] = []
    """Canonical columns without which this column means nothing and is kept in ``extra``."""
    otherwise: list[str] = []
    """Canonical columns the value is put together from where it is empty or the header is missing."""
    breakdown: str | None = None
    """The breakdown type this column stands for; its values go to ``breakdown_value``."""
    values: dict[str, list[str]] = {}
    """Canonical value to the spellings it stands for."""
    additive: bool = True
    """False for distinct people, averages and states: never summed, never compared with a totals row."""

    @model_validator(mode="after")
    def _complete(self) -> ColumnRule:
        if not self.headers and not self.otherwise:
            raise ValueError(f"column {self.to}: needs headers or otherwise")
        return self


class Totals(_Model):
    """How rows that the platform itself summed are told from data rows."""

    rule: Literal["label", "empty_dimensions"]
    labels: list[str] = []
    """Patterns a cell must match whole, for the rule ``label``."""
    cells: int = Field(default=4, ge=1)
    """How many of the first cells may carry the label."""
    check: bool = True
    """Whether the first totals row must equal the sum of the rows."""
    tolerance: dict[str, float] = {}
    """Per canonical measure; counts are exact, other measures may differ by the rounding of each row."""


class ReportRule(_Model):
    """One table shape of a platform. Order is rank: first match wins, and the first carries the totals."""

    report: str
    level: str
    dataset: str | None = None
    """None for tables that only describe the export, such as a list of filters."""
    evidence: dict[str, Evidence]
    """Per language of the header."""
    all: list[str]
    """Canonical columns that must all be present; ``a|b`` is satisfied by either."""
    none: list[str] = []
    """Canonical columns that must be absent."""
    columns: list[ColumnRule] = []
    """Rules that hold for this table before the platform's."""
    sets: dict[str, str] = {}
    """Constant columns."""
    key_values: dict[str, list[str]] = {}
    """For tables of name and value: canonical attribute to the names it goes by."""
    totals: Totals | None = None
    closed: bool = False
    """Whether an unknown column means that it is not this report."""
    open_columns: bool = False
    """Whether unknown columns are expected (one series per column); they go to ``extra`` silently."""

    def missing(self, present: frozenset[str] | set[str]) -> list[str]:
        """The required columns that are not present."""
        return [choice for choice in self.all if not present.intersection(choice.split("|"))]


class Platform(_Model):
    """One platform: what holds for all its exports, and its reports."""

    platform: str = Field(pattern=r"^[a-z0-9_]+$")
    name: dict[str, str]
    channel: str
    conversion_lag_days: int = Field(ge=0)
    freshness_days: int = Field(ge=0)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    timezone: str | None = None
    null_tokens: list[str] = ["--"]
    """Compared with trimmed cells; the empty cell is always null."""
    preamble: list[str] = []
    """Patterns with named groups, searched in each line above the header."""
    file_names: list[str] = []
    """Patterns with named groups, searched in the names of the file and of the archive or folder."""
    folders: list[str] = []
    """Patterns of folder names whose files are the parts of one export."""
    rewrite: dict[str, list[tuple[str, str]]] = {}
    """Per attribute found in names or preamble: pattern and replacement, in order."""
    copy_to: dict[str, str] = {}
    """Target column to the attribute or column it repeats."""
    note_rows: list[str] = []
    """Patterns of rows of one cell that are neither data nor an error."""
    blocks: bool = False
    """Several tables in one file, parted by blank lines and ``#`` lines."""
    sheets: list[str] = []
    """Sheet names that are read alone where one is present."""
    values: dict[str, dict[str, list[str]]] = {}
    """Per attribute found outside the rows: canonical value to its spellings."""
    ignored: list[str] = []
    """Headers that are known and never kept: rates, which are recomputed, and decoration."""
    columns: list[ColumnRule]
    reports: list[ReportRule]

    _indexes: dict[int, dict[str, list[ColumnRule]]] = PrivateAttr(default_factory=dict)
    _ignored: frozenset[str] | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _known_columns(self) -> Platform:
        for report in self.reports:
            if report.dataset is not None and report.dataset not in DATASETS:
                raise ValueError(f"report {report.report}: no dataset {report.dataset}")
            known = known_targets(report)
            for rule in report.columns:
                wrong = {rule.to, *(rule.split.into if rule.split else ())} - known
                if wrong - ({rule.to} if rule.split else set()):
                    raise ValueError(
                        f"report {report.report}: {report.dataset} has no column {sorted(wrong)}"
                    )
        return self

    @functools.cached_property
    def version(self) -> str:
        """Changes when anything that decides how a file is read changes."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"{READER_VERSION}\n{text}".encode()).hexdigest()[:16]

    def index(self, report: ReportRule) -> dict[str, list[ColumnRule]]:
        """Normalised header to the rules that name it, for one report, in order of preference."""
        key = id(report)
        if key not in self._indexes:
            found: dict[str, list[ColumnRule]] = {}
            for rule in usable_rules(self, report):
                for header in rule.headers:
                    found.setdefault(normalise(header), []).append(rule)
            self._indexes[key] = found
        return self._indexes[key]

    def is_ignored(self, header: str) -> bool:
        """Whether a normalised header is known and never kept."""
        if self._ignored is None:
            self._ignored = frozenset(normalise(text) for text in self.ignored)
        name, unit = split_unit(header)
        return header in self._ignored or (unit is not None and name in self._ignored)


def usable_rules(platform: Platform, report: ReportRule) -> list[ColumnRule]:
    """The report's rules and those of the platform's that its dataset can hold."""
    known = known_targets(report)
    rules = [*report.columns, *platform.columns]
    return [rule for rule in rules if set(rule.split.into if rule.split else [rule.to]) <= known]


def known_targets(report: ReportRule) -> set[str]:
    """What a column rule may point to in this report."""
    if report.dataset is None:
        return {"key", "value", "extra"}
    return {*(column.name for column in DATASETS[report.dataset].columns), *SPECIAL_KINDS}


def kind_of(rule: ColumnRule, dataset: Dataset | None) -> Kind:
    """The value kind of a rule: said, special, or from the column's type."""
    if rule.kind:
        return rule.kind
    if rule.to in SPECIAL_KINDS:
        return SPECIAL_KINDS[rule.to]
    if dataset is None or rule.split:
        return "text"
    type_ = dataset.column(rule.to).type
    if type_.startswith("DECIMAL"):
        return "money"
    kinds: dict[str, Kind] = {"BIGINT": "count", "DOUBLE": "decimal", "DATE": "date", "TIMESTAMP": "datetime"}
    return kinds.get(type_, "id" if rule.to.endswith("_id") else "text")


@dataclass(frozen=True)
class Catalog:
    """All platforms, the workspace's own included."""

    platforms: Mapping[str, Platform]

    def __iter__(self) -> Any:
        return iter(self.platforms.values())

    @functools.cached_property
    def headers(self) -> frozenset[str]:
        """Every normalised header any platform knows; a cheap test for header lines."""
        return frozenset(
            header
            for platform in self
            for report in platform.reports
            for header in platform.index(report)
        )  # fmt: skip


@functools.lru_cache(maxsize=8192)
def normalise(header: str) -> str:
    """A header as it is compared: NFKC, plain blanks and apostrophes, trimmed, case-folded."""
    text = unicodedata.normalize("NFKC", header).replace("’", "'").replace("`", "'").replace("\ufeff", "")
    return " ".join(text.split()).casefold()


def split_unit(header: str) -> tuple[str, str | None]:
    """A normalised header without its bracketed currency, and that currency as ISO 4217."""
    match = _BRACKETED_UNIT.match(header)
    if not match:
        return header, None
    unit = match["unit"]
    return match["name"], CURRENCY_WORDS.get(unit, unit.upper())


def load_catalog(workspace: Workspace | None = None) -> Catalog:
    """The shipped entries with the workspace's own laid over them.

    A workspace file whose ``platform`` is shipped and which says ``extends: true`` adds to the shipped entry:
    its columns and reports come first, its single values replace. Without ``extends`` it replaces the entry.

    Raises:
        ConfigError: ``E-CFG-10``, an entry is not valid; names the file and the key.
    """
    folders = [CATALOG_DIR, *([workspace.catalog_dir] if workspace else [])]
    files = [path for folder in folders for path in sorted(folder.glob("*.yml"))]
    return _load(tuple((path, path.stat().st_mtime_ns, path.parent != CATALOG_DIR) for path in files))


@functools.lru_cache(maxsize=16)
def _load(files: tuple[tuple[Path, int, bool], ...]) -> Catalog:
    entries: dict[str, dict[str, Any]] = {}
    platforms: dict[str, Platform] = {}
    for path, _, _ in files:
        entry = _read_entry(path)
        name = str(entry.get("platform"))
        if entry.pop("extends", False) and name in entries:
            entry = _extend(entries[name], entry)
        entries[name] = entry
        try:
            platforms[name] = Platform.model_validate(entry)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise _invalid(path, f"{place}: {first['msg']}") from None
    return Catalog(platforms)


def _read_entry(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        entry = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _invalid(path, f"not valid YAML: {error}") from None
    if not isinstance(entry, dict):
        raise _invalid(path, "not a mapping")
    return entry


def _extend(base: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in entry.items():
        old = merged.get(key)
        if isinstance(value, list) and isinstance(old, list):
            merged[key] = [*value, *old]
        elif isinstance(value, dict) and isinstance(old, dict):
            merged[key] = {**old, **value}
        else:
            merged[key] = value
    return merged


def _invalid(path: Path, found: str) -> ConfigError:
    return ConfigError(
        "E-CFG-10", found, where=str(path), expected="an entry as in mkt_pipeline/exports/catalog",
        fix=f"correct {path.name}",
    )  # fmt: skip
