"""The catalog: what each platform's exports look like, declared in YAML.

What is here: the model of ``catalog/<platform>.yml``, the loader that lays the workspace's own entries over
the shipped ones, and the lookup of header cells. What is not: anything about one particular platform; a new
export format is one YAML file and no code.

A column rule maps header cells to a canonical column of :mod:`mkt_pipeline.datasets`, or to one of the
special targets: ``day`` (one day, or the first day of the file's ``grain``), ``week``, ``month``,
``quarter`` and ``year`` (its first day, or its name; all of it is covered), ``date_range`` (one cell with one
or two dates), ``period_start``/``period_end``, ``nth_day``/``nth_week`` (a counter from the start date) and
``extra`` (kept as JSON, without a warning).
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.lake import DATASETS, Dataset
from mkt_pipeline.workspace import Workspace

CATALOG_DIR = Path(__file__).parent / "catalog"
READER_VERSION = "2"
"""Part of every catalog version: raised when the engine reads the same bytes differently."""

Kind = Literal[
    "count", "money", "decimal", "ratio", "percent", "seconds", "boolean",
    "date", "datetime", "week", "month", "quarter", "year", "date_range", "nth_day", "nth_week",
    "id", "text", "hash",
]  # fmt: skip
"""What cells hold. ``ratio``: a fraction, or a number with a percent sign. ``percent``: a number of percent,
with or without the sign. ``seconds``: ``0:04:34``, ``32.5秒``, ``2m 5s`` or a number. ``hash``: personal,
stored only as a salted hash."""
TEXT_KINDS = ("id", "text", "hash")
NUMBER_KINDS = ("count", "money", "decimal", "ratio", "percent", "seconds")
PERIOD_KINDS = ("week", "month", "quarter", "year")
Evidence = Literal["seen", "documented", "reported", "unverified"]
"""Read from a real file; documented by the vendor; known from other people's readers; expected only."""

SPECIAL_KINDS: Mapping[str, Kind] = {
    "day": "date", "date_range": "date_range", "period_start": "date", "period_end": "date",
    "week": "week", "month": "month", "quarter": "quarter", "year": "year",
    "nth_day": "nth_day", "nth_week": "nth_week", "extra": "text", "breakdown_value": "text",
}  # fmt: skip
DATED = ("day", "date_range", "nth_day", "nth_week", *PERIOD_KINDS)
"""Special targets that say which days a row covers."""
CURRENCY_WORDS = {"元": "CNY", "¥": "CNY", "￥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}
_PLAIN = {ord(mark): "'" for mark in "’‘`´"} | dict.fromkeys(
    map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060")
)
"""Typographic apostrophes to plain ones; marks without width to nothing."""
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
    """Of dates, tried in order: ``iso`` (``2026-06-01``, ``2026/6/1``, with or without a time), ``words`` (a
    day, a month's name in one of many languages, a year, in any order), ``epoch_us`` (microseconds since
    1970), or strptime patterns."""
    scale: Decimal | None = None
    """Factor from the number written to the canonical unit: ``0.000001`` for micros, ``3600`` for hours."""
    absolute: bool = False
    """Whether the sign is dropped, where a platform writes refunds below zero."""
    censored: bool = False
    """Whether bounds such as ``< 10%`` occur: the value is then null and the text kept in ``extra``."""
    join: str | None = None
    """Put between the cells when several headers of the rule are present."""
    coalesce: bool = False
    """Whether the first stated cell counts where several headers of the rule are present."""
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
    additive: bool | None = None
    """False for distinct people, averages and states: never summed, never compared with a totals row. As the
    dataset says unless said otherwise."""

    @model_validator(mode="after")
    def _complete(self) -> ColumnRule:
        if not self.headers and not self.otherwise:
            raise ValueError(f"column {self.to}: needs headers or otherwise")
        return self


class Totals(_Model):
    """How rows that the platform itself summed are told from data rows."""

    rule: Literal["label", "empty_dimensions"]
    labels: list[str] = []
    """What the label says, for the rule ``label``; a ``*`` at the end stands for any text."""
    cells: int = Field(default=4, ge=1)
    """How many of the first cells may carry the label."""
    anywhere: bool = False
    """Whether any cell may carry it, such as the last one."""
    else_data: bool = False
    """Whether such rows are data where the file has no others: a filtered export of the total alone."""
    check: bool = True
    """Whether the first totals row must equal the sum of the rows."""
    tolerance: dict[str, float] = {}
    """Per canonical measure; counts are exact, other measures may differ by the rounding of each row."""


class FillDown(_Model):
    """Columns that only one row of a group states, such as the first line of an order."""

    per: str
    """Canonical column whose value the rows of a group share."""
    columns: list[str]


class Unpivot(_Model):
    """Columns that are values of one dimension, such as one column per day: each becomes a row."""

    headers: str
    """Pattern that a header must match whole."""
    name: str
    """Header under which the rows carry the former header."""
    value: str
    """Header under which the rows carry the cell."""


class Identity(_Model):
    """What must hold between the parts of one export, or within each row of it."""

    rule: Literal["equal_parts", "row_sum", "part_equals_totals_row"]
    parts: list[str] = []
    """Levels whose sums must be equal, for ``equal_parts``; the level that is added up and the one whose
    totals row it must equal, for ``part_equals_totals_row``."""
    measures: list[str]
    """Measures compared; for ``row_sum`` the first must be the sum of the others."""


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
    title: list[str] = []
    """Patterns one of which a line above the header must match: the header alone does not say what it is."""
    name: list[str] = []
    """Patterns one of which the name of the file, archive member or sheet must match, for the same reason."""
    columns: list[ColumnRule] = []
    """Rules that hold for this table before the platform's."""
    sets: dict[str, str] = {}
    """Constant columns."""
    also: list[str] = []
    """Other reports (by id) that the same rows state: orders and their lines in one table."""
    keep_where: list[str] = []
    """Canonical columns one of which a row must fill to be a row of this report; others are of ``also``."""
    row_cap: int | None = None
    """How many rows the platform exports at most; a table of just as many is cut off."""
    snapshot: bool = False
    """Whether rows without a day state what was true when the export was made."""
    fill_down: FillDown | None = None
    unpivot: Unpivot | None = None
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
    period_on_first_day: bool = False
    """Whether a report without days dates the rows of its whole period with the first day."""
    blocks: bool = False
    """Several tables in one file, parted by blank lines and ``#`` lines."""
    guards: list[str] = []
    """Characters the platform puts in front of cells that a spreadsheet would run as a formula; taken off."""
    personal: list[str] = []
    """Headers of names, addresses, phones and devices: never stored, and blanked in the archived copy."""
    identities: list[Identity] = []
    sheets: list[str] = []
    """Sheet names that are read alone where one is present."""
    values: dict[str, dict[str, list[str]]] = {}
    """Per attribute found outside the rows: canonical value to its spellings."""
    ignored: list[str] = []
    """Headers that are known and never kept: rates, which are recomputed, and decoration. In these, in
    ``personal`` and in the headers of rules a ``*`` stands for any text."""
    columns: list[ColumnRule]
    reports: list[ReportRule]

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

    @functools.cached_property
    def is_open(self) -> bool:
        """Whether a report of it takes columns of any name."""
        return any(report.open_columns or report.unpivot for report in self.reports)

    @functools.cached_property
    def header_indexes(self) -> dict[int, HeaderIndex]:
        """The rules by header, for each report (by identity)."""
        return {
            id(report): HeaderIndex(
                (header, rule) for rule in usable_rules(self, report) for header in rule.headers
            )
            for report in self.reports
        }

    @functools.cached_property
    def ignored_index(self) -> HeaderIndex:
        """Headers that are known and never kept."""
        return HeaderIndex((header, True) for header in (*self.ignored, *self.personal))

    @functools.cached_property
    def personal_index(self) -> HeaderIndex:
        """Headers of personal columns that are never stored."""
        return HeaderIndex((header, True) for header in self.personal)

    def index(self, report: ReportRule) -> HeaderIndex:
        """The rules that name a header, for one report."""
        return self.header_indexes[id(report)]

    def is_ignored(self, header: str) -> bool:
        """Whether a normalised header is known and never kept."""
        name, unit = split_unit(header)
        return bool(self.ignored_index.get(header) or (unit is not None and self.ignored_index.get(name)))


class HeaderIndex:
    """What the catalog says of header cells, looked up by the normalised header.

    A header in the catalog that holds ``*`` is a pattern, asked only where no other header fits; ``\\*`` is a
    star as written.
    """

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.exact: dict[str, list[Any]] = {}
        self._patterns: list[tuple[re.Pattern[str], Any]] = []
        for header, value in pairs:
            name = normalise(header).replace("\\*", "\0")
            if "*" in name:
                pattern = ".*".join(map(re.escape, name.split("*"))).replace("\0", "[*]")
                self._patterns.append((re.compile(pattern), value))
            else:
                self.exact.setdefault(name.replace("\0", "*"), []).append(value)

    @property
    def patterns(self) -> list[re.Pattern[str]]:
        """The headers that are patterns."""
        return [pattern for pattern, _ in self._patterns]

    def get(self, name: str) -> list[Any]:
        """The values of a normalised header, in order of preference; none where it is unknown."""
        found = self.exact.get(name)
        if found is None and self._patterns and name:
            found = [value for pattern, value in self._patterns if pattern.fullmatch(name)]
        return found or []


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
    kinds: dict[str, Kind] = {
        "BIGINT": "count", "DOUBLE": "decimal", "DATE": "date", "TIMESTAMP": "datetime", "BOOLEAN": "boolean",
    }  # fmt: skip
    endings: tuple[tuple[str, Kind], ...] = (("_id", "id"), ("_hash", "hash"))
    by_name: Kind = next((kind for ending, kind in endings if rule.to.endswith(ending)), "text")
    return kinds.get(type_, by_name)


@dataclass(frozen=True)
class Catalog:
    """All platforms, the workspace's own included."""

    platforms: Mapping[str, Platform]
    remembered: dict[tuple[str, ...], list[Any]] = field(default_factory=dict, compare=False, repr=False)
    """What recognising has found out about headers seen before."""

    def __iter__(self) -> Any:
        return iter(self.platforms.values())

    @functools.cached_property
    def headers(self) -> Mapping[str, frozenset[str]]:
        """Every normalised header without a pattern, and the platforms that know it: a cheap first sieve."""
        found: dict[str, set[str]] = {}
        for platform, index in self._indexes():
            for header in index.exact:
                found.setdefault(header, set()).add(platform)
        return {header: frozenset(platforms) for header, platforms in found.items()}

    @functools.cached_property
    def patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Every header pattern, and the platform it is of."""
        pairs = {(pattern, platform) for platform, index in self._indexes() for pattern in index.patterns}
        return sorted(pairs, key=lambda pair: (pair[1], pair[0].pattern))

    def _indexes(self) -> Iterator[tuple[str, HeaderIndex]]:
        for platform in self:
            for report in platform.reports:
                yield platform.platform, platform.index(report)
            yield platform.platform, platform.ignored_index

    @functools.cached_property
    def melting(self) -> list[re.Pattern[str]]:
        """What the headers of columns look like that become rows."""
        said = {report.unpivot.headers for item in self for report in item.reports if report.unpivot}
        return [re.compile(pattern, re.IGNORECASE) for pattern in sorted(said)]

    def knowing(self, header: str) -> Iterable[str]:
        """The platforms that know a normalised header."""
        exact = self.headers.get(header) or self.headers.get(split_unit(header)[0])
        if exact:
            return exact
        return {platform for pattern, platform in self.patterns if pattern.fullmatch(header)}


@functools.lru_cache(maxsize=8192)
def normalise(header: str) -> str:
    """A header as it is compared: NFKC, plain blanks and apostrophes, trimmed, case-folded."""
    text = unicodedata.normalize("NFKC", header).translate(_PLAIN)
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
    sources: dict[str, list[tuple[Path, int]]] = {}
    for path, changed, _ in files:
        entry = _read_entry(path, changed)
        name = str(entry.get("platform"))
        extended = sources.get(name, []) if entry.get("extends") else []
        sources[name] = [*extended, (path, changed)]
    return Catalog({name: _platform(tuple(layers)) for name, layers in sources.items()})


@functools.lru_cache(maxsize=256)
def _platform(layers: tuple[tuple[Path, int], ...]) -> Platform:
    """A platform from its entry, and from those that add to it; kept while its files stay as they are."""
    entry: dict[str, Any] = {}
    for path, changed in layers:
        layer = {key: value for key, value in _read_entry(path, changed).items() if key != "extends"}
        entry = _extend(entry, layer)
    try:
        return Platform.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _invalid(layers[-1][0], f"{place}: {first['msg']}") from None


@functools.lru_cache(maxsize=256)
def _read_entry(path: Path, changed: int) -> dict[str, Any]:
    """The content of a file; ``changed`` is when it was written last."""
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
