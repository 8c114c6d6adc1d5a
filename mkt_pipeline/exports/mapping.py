"""A catalog entry drafted from an unknown file, for a person to check and complete.

What is here: finding the header of a table nobody described, guessing what its columns mean from every header
of the whole catalog and from the values below, and writing the guesses as YAML with the reasons beside them.
What is not: deciding anything for good; a draft says of itself that it is one.
"""

from __future__ import annotations

import difflib
import json
import re
import tempfile
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mkt_pipeline import lake
from mkt_pipeline.datasets import DATASETS, EXPORT_DATASETS, Dataset
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.exports import figures, files
from mkt_pipeline.exports.catalog import (
    DATED,
    SPECIAL_KINDS,
    Catalog,
    Platform,
    load_catalog,
    normalise,
    split_unit,
)
from mkt_pipeline.exports.inspection import Inspection, inspection_of
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import scan
from mkt_pipeline.exports.reading import read_export
from mkt_pipeline.exports.rewrite import Part, opened, rows, sniff
from mkt_pipeline.exports.stage import prepare
from mkt_pipeline.workspace import Workspace

_HEADER_WITHIN = 40
_SAMPLE_ROWS = 400
DEFAULT_ID = "my_platform"
"""Where the file's name has no letters an id can be made of."""
_LIKELY = 0.82
"""From this likeness on, another spelling of a known header is taken for it."""
_SHOWN = 3

_RATE_WORDS = re.compile(
    r"%|率|占比|均|单价|千次|\b(ctr|cpc|cpm|cpa|cpv|cvr|roas|rate|avg\.?|average|share|ratio|cost per|cost/)"
    r"|taux|moyen|coût par|rate$|quote|durchschnitt|promedio|tasa|media|kosten pro|kosten je",
    re.IGNORECASE,
)
_PERSONAL_WORDS = re.compile(
    r"e-?mail|phone|mobile number|telefon|téléphone|teléfono|first name|last name|surname|vorname|nachname"
    r"|prénom"
    r"|\baddress|adresse|dirección|邮箱|电话|手机|姓名|地址|收件人|身份证",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(grand )?totals?|totaux|total général|gesamt(summe)?|summe|totale|suma|总计|合计|汇总|總計|合計|小计",
    re.IGNORECASE,
)
_NULLS = ("-", "--", "---", "—", "–", "N/A", "n/a", "NA", "null", "NULL", "NaN", "None", "无", "暂无")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LANGUAGES = (
    ("fr", r"\b(dépenses?|clics?|jour|campagne|coût|affichages|date de)\b"),
    ("de", r"\b(datum|tag|kampagne|klicks?|kosten|ausgaben|umsatz|impressionen)\b"),
    ("es", r"\b(fecha|campaña|clics|coste|costo|gasto|impresiones|día)\b"),
    ("it", r"\b(giorno|campagna|clic|spesa|costo|impressioni)\b"),
    ("pt", r"\b(dia|campanha|cliques|custo|gasto|impressões)\b"),
)
_COMMON_WORDS: Mapping[str, str] = {
    "day": "date|day|datum|tag|fecha|día|giorno|jour|dia|日期|时间|统计日期",
    "spend": "cost|costs|spend|spent|ad spend|media cost|total spend|expense|dépenses|coût|kosten|ausgaben|"
    "gasto|coste|costo|spesa|custo|花费|消耗|消费|费用|投放金额",
    "impressions": "impressions|impr.|ad views|impressionen|einblendungen|impresiones|impressioni|impressões|"
    "展现|展示|曝光|曝光量|展现量|展示量|展示次数",
    "clicks": "clicks|klicks|clics|clic|cliques|点击|点击量|点击数|点击次数",
    "conversions": "conversions|konversionen|conversiones|转化|转化数|转化量",
    "conversion_value": "revenue|sales|umsatz|conversion value|转化金额|成交金额",
    "campaign_name": "campaign|campaign name|campagne|kampagne|campaña|campagna|campanha|"
    "计划|推广计划|广告计划|广告系列",
    "ad_group_name": "ad group|ad set|line item|单元|广告组", "ad_name": "creative|ad|anzeige|创意|广告",
    "keyword": "keyword|关键词", "search_term": "search term|搜索词", "account_name": "account|konto|账户",
    "currency_code": "currency|währung|币种", "reach": "reach|reichweite", "device": "device|gerät",
    "country": "country|land", "orders": "orders", "leads": "leads", "campaign_id": "campaign id",
    "account_id": "account id",
}  # fmt: skip
"""Common words that no shipped platform need use as a header."""


@dataclass
class Column:
    """One column of the file and what it is taken for."""

    header: str
    samples: list[str]
    """Different values, the first ones."""
    target: str | None = None
    """A canonical column, a special target, ``ignored``, ``personal``, or None where nobody can guess."""
    certainty: str = ""
    """``sure``: a header of the catalog; ``likely``: nearly one; ``by value``: judged by the cells."""
    reason: str = ""
    formats: list[str] = field(default_factory=list)
    kind: str | None = None
    """A value kind that must be said, since the column's type does not say it."""
    breakdown: str | None = None
    suggestions: list[str] = field(default_factory=list)
    doubt: str = ""


@dataclass
class Draft:
    """A drafted entry."""

    platform: str
    report: str
    dataset: str
    text: str
    """The YAML with its comments."""
    columns: list[Column]
    missing: list[str]
    """What a person must fill in before the file can be read."""
    extends: bool
    reading: Inspection | None = None
    """How the file is read with this entry, where nothing is missing."""

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``; samples are left out."""
        return {
            "platform": self.platform, "report": self.report, "dataset": self.dataset, "entry": self.text,
            "missing": self.missing,
            "columns": [
                {"header": column.header, "to": column.target, "certainty": column.certainty,
                 "suggestions": column.suggestions}
                for column in self.columns
            ],
            "reading": self.reading.to_dict() if self.reading else None,
        }  # fmt: skip


@dataclass
class _Sample:
    """The part of a file that a draft is made from."""

    names: list[str]
    above: list[list[str]]
    header: list[str]
    rows: list[list[str]]
    tail: list[list[str]]
    """The last rows of the file, where totals and notes stand."""
    delimiter: str


def draft_entry(
    path: Path, workspace: Workspace | None = None, *,
    platform: str | None = None, report: str | None = None, dataset: str | None = None,
) -> Draft:  # fmt: skip
    """Draft a catalog entry for a file.

    Args:
        platform: id of the entry; by default made from the file's name. The id of a shipped platform makes an
            entry that extends it.

    Raises:
        DataError: ``E-SRC-31`` no line looks like a header, ``E-SRC-30`` the file holds no table.
        ConfigError: ``E-CFG-12`` no such dataset, or an id that no platform can have.
    """
    catalog = load_catalog(workspace)
    sample = _sample(path)
    columns = _guess_columns(catalog, sample)
    chosen = _dataset(columns, dataset)
    _settle(columns, chosen)
    name = _platform_id(platform or _slug(path))
    extends = name in catalog.platforms
    level = _level(columns, chosen, catalog)
    report = report or level
    missing = _missing(columns, chosen, sample)
    text = _render(name, report, level, chosen, columns, sample, catalog, extends, missing, path)
    made = Draft(name, report, chosen.name, text, columns, missing, extends)
    entry = _validated(text, catalog, extends)
    if not missing:
        made.reading = _read_with(path, entry)
    return made


def _read_with(path: Path, entry: Platform) -> Inspection:
    """How the file is read with the drafted entry alone."""
    with tempfile.TemporaryDirectory(prefix="mkt-map-") as folder:
        scratch = Path(folder)
        with lake.engine(scratch / "engine") as connection:
            prepare(connection)
            return inspection_of(
                read_export(path, scan(path), Catalog({entry.platform: entry}), connection, scratch)
            )


def _validated(text: str, catalog: Catalog, extends: bool) -> Platform:
    entry = yaml.safe_load(text)
    if extends:
        entry.pop("extends")
        shipped = catalog.platforms[entry["platform"]].model_dump(mode="json")
        entry = {**shipped, "reports": [*entry["reports"], *shipped["reports"]]}
    return Platform.model_validate(entry)


# -- the table --------------------------------------------------------------------------------------


def guess_header(table: Sequence[Sequence[str]]) -> int | None:
    """The row (from 0) that looks most like a header: wide, words only, with rows of values below it."""
    best: tuple[float, int] | None = None
    for place, cells in enumerate(table[:_HEADER_WITHIN]):
        names = [cell.strip() for cell in cells if cell.strip()]
        if len(names) < 2 or len(names) < 0.6 * len(cells) or len(set(map(normalise, names))) < len(names):
            continue
        if any(_is_value(name) for name in names):
            continue
        below = [row for row in table[place + 1 : place + 21] if sum(bool(cell.strip()) for cell in row) > 1]
        alike = [row for row in below if len(row) == len(cells)]
        if below and len(alike) < 0.6 * len(below):
            continue
        typed = sum(any(_is_value(cell.strip()) for cell in row) for row in alike[:10])
        score = len(names) + (len(names) if typed else 0) - 0.01 * place
        if best is None or score > best[0]:
            best = (score, place)
    return best[1] if best else None


def _is_value(text: str) -> bool:
    return bool(text) and (
        figures.is_date(text) or figures.is_email(text) or figures.read_number(text, comma=False) is not None
        or figures.read_number(text, comma=True) is not None
    )  # fmt: skip


def _sample(path: Path) -> _Sample:
    """Head and tail of the widest table in a file."""
    found: list[_Sample] = []
    with opened(path) as package:
        tails: dict[Part, deque[list[str]]] = {}
        heads: dict[Part, list[list[str]]] = {}
        for part, _, cells in rows(package, {}):
            head = heads.setdefault(part, [])
            if len(head) < _SAMPLE_ROWS:
                head.append(cells)
            tails.setdefault(part, deque(maxlen=8)).append(cells)
        texts = {
            member.name: sniff(member.path).delimiter for member in package.members if member.kind == "text"
        }
    for part, table in heads.items():
        place = guess_header(table)
        if place is not None:
            below = table[place + 1 :]
            names = [name for name in (part.sheet, part.member, files.original_name(path)) if name]
            tail = (
                list(tails[part])[-max(0, len(table) - place - 1) :] if len(table) < 8 else list(tails[part])
            )
            found.append(
                _Sample(names, table[:place], table[place], below, tail, texts.get(part.member, "xlsx"))
            )
    if not found:
        raise problem("E-SRC-31", "no line among the first ones has names above values", where=path.name)
    return max(found, key=lambda sample: (len(sample.header) * min(len(sample.rows), 5), len(sample.rows)))


# -- guesses ----------------------------------------------------------------------------------------


def _guess_columns(catalog: Catalog, sample: _Sample) -> list[Column]:
    known = _known_headers(catalog)
    columns = []
    data = [row for row in sample.rows if len(row) == len(sample.header) and not _is_total(row)]
    for place, header in enumerate(sample.header):
        cells = [row[place].strip() for row in data]
        values = [cell for cell in dict.fromkeys(cells) if cell and cell not in _NULLS]
        column = Column(header, values)
        _guess(column, known, _value_kind(values))
        columns.append(column)
    return columns


def _known_headers(catalog: Catalog) -> dict[str, Counter[str]]:
    """Every header of the catalog, in every language, and how often it means which column."""
    known: dict[str, Counter[str]] = {}
    for platform in catalog:
        rules = {id(rule): rule for rule in platform.columns}
        rules |= {id(rule): rule for report in platform.reports for rule in report.columns}
        for rule in rules.values():
            target = f"breakdown:{rule.breakdown}" if rule.breakdown else rule.to
            if target in ("extra", "key", "value") or rule.split:
                continue
            for header in rule.headers:
                if "*" not in header:
                    known.setdefault(normalise(header), Counter())[target] += 1
        for header in platform.ignored:
            known.setdefault(normalise(header), Counter())["ignored"] += 1
        for header in platform.personal:
            known.setdefault(normalise(header), Counter())["personal"] += 1
    for target, words in _COMMON_WORDS.items():
        for word in words.split("|"):
            known.setdefault(word, Counter())[target] += 1
    return known


def _value_kind(values: Sequence[str]) -> str:
    """What most cells are: date, range, email, url, percent, number, seconds, phone, text; empty for none."""
    kinds: Counter[str] = Counter()
    for value in values[:100]:
        number = figures.read_number(value, comma=False) or figures.read_number(value, comma=True)
        if figures.is_range(value):
            kinds["range"] += 1
        elif figures.is_date(value):
            kinds["date"] += 1
        elif figures.is_email(value):
            kinds["email"] += 1
        elif figures.is_url(value) or figures.is_path(value):
            kinds["url"] += 1
        elif figures.seconds_of(value) is not None:
            kinds["seconds"] += 1
        elif number is not None:
            kinds["percent" if number.is_percent else "number"] += 1
        else:
            kinds["phone" if figures.is_phone(value) else "text"] += 1
    return kinds.most_common(1)[0][0] if kinds else ""


def _guess(column: Column, known: Mapping[str, Counter[str]], kind: str) -> None:
    if kind == "email" or (_PERSONAL_WORDS.search(column.header) and kind in ("text", "phone", "number", "")):
        column.target, column.certainty, column.reason = "personal", "by value", "looks like data of people"
        return
    name = normalise(column.header)
    bare = split_unit(name)[0]
    votes = known.get(name) or known.get(bare)
    if votes:
        fitting = Counter({target: count for target, count in votes.items() if _fits(target, kind)})
        column.suggestions = [target for target, _ in fitting.most_common(4)]
        if fitting:
            best, count = fitting.most_common(1)[0]
            column.certainty = "sure" if count * 2 > sum(fitting.values()) else "likely"
            column.reason = f"{count} of {sum(votes.values())} uses of this header"
            _take(column, best, kind)
            return
    near = _near(bare, known, kind)
    if near:
        spelled, target, likeness = near[0]
        column.suggestions = list(dict.fromkeys(each[1] for each in near))[:4]
        if likeness >= _LIKELY:
            column.certainty, column.reason = "likely", f"like {spelled!r}"
            _take(column, target, kind)
            return
    if kind in ("date", "range"):
        column.certainty, column.reason = "by value", "the cells are dates"
        _take(column, "date_range" if kind == "range" else "day", kind)
    elif kind == "percent" or (kind in ("number", "seconds") and _RATE_WORDS.search(column.header)):
        column.target, column.certainty, column.reason = "ignored", "by value", "a rate; rates are recomputed"


def _take(column: Column, target: str, kind: str) -> None:
    if target.startswith("breakdown:"):
        column.target, column.breakdown = "breakdown_value", target.partition(":")[2]
    else:
        column.target = "date_range" if target == "day" and kind == "range" else target
    if column.target == "ignored" and not column.reason.startswith("like"):
        column.reason = column.reason or "a rate; rates are recomputed"


def _fits(target: str, kind: str) -> bool:
    """Whether cells of this kind can be such a column."""
    if kind == "" or target in ("ignored", "personal"):
        return True
    if target in SPECIAL_KINDS and target not in ("extra", "breakdown_value"):
        return kind in ("date", "range", "number" if target not in ("day", "date_range") else "date", "text")
    types = {
        column.type for dataset in EXPORT_DATASETS for column in dataset.columns if column.name == target
    }
    if types and all(type_ in ("BIGINT", "DOUBLE") or type_.startswith("DECIMAL") for type_ in types):
        return kind in ("number", "percent", "seconds")
    if types == {"TIMESTAMP"} or types == {"DATE"}:
        return kind == "date"
    return kind not in ("percent", "seconds", "date", "range")


def _near(name: str, known: Mapping[str, Counter[str]], kind: str) -> list[tuple[str, str, float]]:
    """Known headers that are spelled nearly so: header, meaning, likeness; the likest first."""
    words = set(re.findall(r"[^\W_]+", name))
    found = []
    for header, votes in known.items():
        target = votes.most_common(1)[0][0]
        if not _fits(target, kind) or not header:
            continue
        if _CJK.search(name):
            likeness = len(header) / len(name) if len(header) > 1 and header in name else 0.0
        else:
            other = set(re.findall(r"[^\W_]+", header))
            shared = len(words & other) / max(1, len(words | other))
            if not shared and abs(len(header) - len(name)) > 4:
                continue
            likeness = max(
                shared * 0.95,
                difflib.SequenceMatcher(None, name, header).ratio() if shared or len(words) == 1 else 0,
            )
        if likeness >= 0.5:
            found.append((header, target, likeness))
    return sorted(found, key=lambda each: -each[2])[:6]


def _dataset(columns: Sequence[Column], wanted: str | None) -> Dataset:
    """The dataset named, else the one that holds most guessed columns; measures count twice."""
    if wanted:
        names = [dataset.name for dataset in EXPORT_DATASETS]
        if wanted not in names:
            raise ConfigError(
                "E-CFG-12", f"no dataset {wanted!r}", expected=f"one of {', '.join(names)}",
                fix="use one of these names",
            )  # fmt: skip
        return DATASETS[wanted]

    def holds(dataset: Dataset) -> tuple[float, int]:
        measures, names = set(dataset.measures), {column.name for column in dataset.columns}
        score = 0.0
        for column in columns:
            choices = [column.target, *column.suggestions]
            place = next((place for place, target in enumerate(choices) if target in names), None)
            if place is not None:
                score += (2 if choices[place] in measures else 1) * (1 if place == 0 else 0.5)
        return score, -EXPORT_DATASETS.index(dataset)

    return max(EXPORT_DATASETS, key=holds)


def _settle(columns: Sequence[Column], dataset: Dataset) -> None:
    """Fit the guesses to the dataset: one column per target, date formats, kinds that must be said."""
    names = {column.name for column in dataset.columns} | set(SPECIAL_KINDS)
    taken: set[str] = set()
    for column in sorted(columns, key=lambda each: each.certainty not in ("sure",)):
        choices = [choice for choice in (column.target, *column.suggestions) if choice]
        if column.target in (None, "ignored", "personal"):
            continue
        fitting = [
            choice for choice in choices if choice in names and (choice not in taken or column.breakdown)
        ]
        if not fitting or (fitting[0] != column.target and column.certainty == "by value"):
            column.target, column.certainty = None, ""
            continue
        if fitting[0] != column.target:
            column.certainty = "likely"
        column.target = fitting[0]
        taken.add(column.target)
        _format(column, dataset)


def _format(column: Column, dataset: Dataset) -> None:
    assert column.target is not None
    is_date = column.target in ("day", "period_start", "period_end") or (
        column.target not in SPECIAL_KINDS and dataset.column(column.target).type in ("DATE", "TIMESTAMP")
    )
    if is_date:
        column.formats, column.doubt = date_formats(column.samples)


def date_formats(samples: Sequence[str]) -> tuple[list[str], str]:
    """The catalog's formats for these dates, and what is doubtful about them."""
    values = [value.strip() for value in samples[:200]]
    if all(re.match(r"(19|20)\d\d\D?\d{1,2}\D?\d{1,2}", value) for value in values):
        return ([] if not all(re.fullmatch(r"\d{8}", value) for value in values) else ["iso", "%Y%m%d"]), ""
    if any(
        re.search(r"[^\W\d_]{3,}", value) and not re.search(r"[ap]m$", value, re.IGNORECASE)
        for value in values
    ):
        return ["words"], ""
    parts = [re.match(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2,4})(.*)", value) for value in values]
    matches = [part for part in parts if part]
    if not matches:
        return [], "no format is known for these dates"
    first, mark = matches[0], matches[0][2]
    year = "%Y" if len(first[4]) == 4 else "%y"
    is_day_first = any(int(part[1]) > 12 for part in matches)
    is_month_first = any(int(part[3]) > 12 for part in matches)
    rest = first[5].strip(", ")
    time = ""
    if rest:
        comma = "," if first[5].startswith(",") else ""
        time = f"{comma} " + ("%I:%M" if re.search(r"[ap]m", rest, re.IGNORECASE) else "%H:%M")
        time += (":%S" if rest.count(":") == 2 else "") + (
            " %p" if re.search(r"[ap]m", rest, re.IGNORECASE) else ""
        )
    doubt = ""
    if is_day_first == is_month_first:
        is_day_first = mark != "/"
        if mark != ".":
            other = "%m/%d" if is_day_first else "%d/%m"
            doubt = f"day and month cannot be told apart here; {other} is the other order"
    order = ("%d", "%m") if is_day_first else ("%m", "%d")
    return [f"{order[0]}{mark}{order[1]}{mark}{year}{time}"], doubt


def _is_total(row: Sequence[str]) -> bool:
    return any(_TOTAL.fullmatch(cell.strip()) for cell in row[:4])


def _level(columns: Sequence[Column], dataset: Dataset, catalog: Catalog) -> str:
    """The finest thing that rows are about."""
    targets = {column.target for column in columns}
    for level, names in (
        ("search_term", ("search_term",)), ("keyword", ("keyword", "keyword_id")),
        ("ad", ("ad_name", "ad_id")),
        ("ad_group", ("ad_group_name", "ad_group_id")), ("campaign", ("campaign_name", "campaign_id")),
    ):  # fmt: skip
        if dataset.name in ("ad_performance", "ad_conversion") and targets.intersection(names):
            return level
    if dataset.name in ("ad_performance", "ad_conversion"):
        return "account"
    levels = Counter(
        report.level for platform in catalog for report in platform.reports if report.dataset == dataset.name
    )
    return levels.most_common(1)[0][0] if levels else dataset.name


def _missing(columns: Sequence[Column], dataset: Dataset, sample: _Sample) -> list[str]:
    targets = {column.target for column in columns}
    missing = []
    dated = targets.intersection((*DATED, "period_start")) or any(
        target and target not in SPECIAL_KINDS and dataset.column(target).type == "TIMESTAMP"
        for target in targets - {"ignored", "personal", None}
    )
    if not dated and not _period_lines(sample) and not _dated_names(sample):
        missing.append(
            "which days the rows cover: a column to day, date_range, week or month, or dates above the header"
        )
    if not targets.intersection(dataset.measures):
        missing.append(f"at least one measure of {dataset.name}: {', '.join(dataset.measures[:8])} …")
    return missing


def _period_lines(sample: _Sample) -> list[str]:
    return [line for line in (" ".join(row) for row in sample.above) if re.search(r"20\d\d\D?\d", line)]


def _dated_names(sample: _Sample) -> bool:
    return any(len(re.findall(r"20\d\d[-_.]?[01]\d[-_.]?[0-3]\d", name)) >= 2 for name in sample.names)


# -- the entry --------------------------------------------------------------------------------------


def _slug(path: Path) -> str:
    name = files.original_name(path).split(".")[0]
    words = re.findall(r"[a-z]+", name.lower())
    kept = [
        word
        for word in words
        if word not in ("export", "report", "data", "copy", "csv", "xlsx", "from", "to")
    ]
    return "_".join(kept[:3]) or DEFAULT_ID


def _platform_id(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ConfigError(
            "E-CFG-12", f"{name!r} is no platform id", expected="small letters, digits and _",
            fix="--platform my_platform",
        )  # fmt: skip
    return name


def _render(
    name: str, report: str, level: str, dataset: Dataset, columns: Sequence[Column], sample: _Sample,
    catalog: Catalog, extends: bool, missing: Sequence[str], path: Path,
) -> str:  # fmt: skip
    """The entry as YAML, comments and all."""
    signature = _signature(columns, dataset)
    lines = [
        f"# A draft from {files.original_name(path)}: every line is a guess until somebody looked at it.",
        "# Check the meanings (what is a click, a conversion, the cost here?), then: mkt inspect FILE",
    ]
    lines += [f"# TO FILL IN: {each}" for each in missing]
    lines += ["", f"platform: {name}"]
    if extends:
        lines.append("extends: true")
    else:
        stem = files.original_name(path).split(".")[0]
        title = name.replace("_", " ").title() if name != DEFAULT_ID else stem
        lines += [
            f"name: {{en: {_quoted(title)}, zh: {_quoted(title)}}}",
            f"channel: {_channel(dataset, catalog)}  # guess: what its own numbers count as",
            "conversion_lag_days: 7  # guess: days until conversions are complete",
            "freshness_days: 2  # guess: how old the newest day may be",
            *_around(sample, columns),
        ]
    body = [*_column_lines(columns, dataset)]
    personal = [column.header for column in columns if column.target == "personal"]
    ignored = [column.header for column in columns if column.target == "ignored"]
    if personal and not extends:
        lines += ["# Never stored. For a salted hash instead, write a rule to a column named …_hash.",
                  f"personal: [{', '.join(map(_quoted, personal))}]"]  # fmt: skip
    if ignored and not extends:
        lines += ["# Known and not kept; rates are recomputed from their parts.",
                  f"ignored: [{', '.join(map(_quoted, ignored))}]"]  # fmt: skip
    if not extends:
        lines += [
            "",
            "columns:" if any(not line.lstrip().startswith("#") for line in body) else "columns: []",
            *body,
        ]
    lines += [
        "", "reports:",
        f"  - report: {report}",
        f"    level: {level}  # guess: what one row is about",
        f"    dataset: {dataset.name}",
        f"    evidence: {{{_language(sample)}: unverified}}",
        "    # What must all be there for a file to be this report; a|b: either.",
        f"    all: [{', '.join(signature)}]",
    ]  # fmt: skip
    total = next(
        (
            cell.strip()
            for row in [*sample.tail, *sample.rows[:2]]
            for cell in row[:4]
            if _TOTAL.fullmatch(cell.strip())
        ),
        None,
    )
    if total:
        lines.append(f"    totals: {{rule: label, labels: [{_quoted(total)}]}}")
    elif _has_unlabelled_total(sample, columns):
        lines.append("    totals: {rule: empty_dimensions}")
    if extends:
        lines += ["    columns:", *(f"    {line}" for line in body)]
        lines += [f"      - {{to: extra, headers: [{_quoted(header)}]}}" for header in (*ignored,)]
    return "\n".join(lines) + "\n"


def _around(sample: _Sample, columns: Sequence[Column]) -> Iterator[str]:
    """What stands outside the rows: null tokens, preamble, file name, notes, currency."""
    cells = {cell.strip() for row in sample.rows for cell in row}
    nulls = [token for token in _NULLS if token in cells]
    if nulls:
        yield f"null_tokens: [{', '.join(map(_quoted, nulls))}]"
    patterns = []
    if _period_lines(sample):
        patterns.append(r"(?P<period>.*20\d\d.*)")
    for row in sample.above:
        match = re.match(
            r"\s*\"?((?:account|konto|compte|cuenta|账户|账号|推广账户|广告主)[^:：,，]{0,12})\s*[:：,，]\s*\S",
            ",".join(row),
            re.IGNORECASE,
        )
        if match:
            patterns.append(
                re.escape(match[1].strip()).replace("\\ ", " ") + r"\s*[:：,，]\s*(?P<account_name>[^,，]+)"
            )
    if patterns:
        yield "# Lines above the header, searched for named groups."
        yield "preamble:"
        yield from (f"  - {_quoted(pattern)}" for pattern in dict.fromkeys(patterns))
    if _dated_names(sample):
        yield f"file_names: [{_quoted('(?P<period>.*20' + chr(92) + 'd' + chr(92) + 'd.*)')}]"
    notes = [
        row[0].strip() for row in sample.tail
        if len(sample.header) > 1 and row[0].strip() and not any(cell.strip() for cell in row[1:])
        and not _TOTAL.fullmatch(row[0].strip())
    ]  # fmt: skip
    if notes:
        yield "# Rows of one cell below the table, by their beginning."
        beginnings = dict.fromkeys(re.escape(note[:6]).replace("\\ ", " ") + ".*" for note in notes)
        yield f"note_rows: [{', '.join(map(_quoted, beginnings))}]"
    currency = _currency(sample, columns)
    if currency:
        yield f"currency: {currency}  # guess: from the signs in header and cells"


def _currency(sample: _Sample, columns: Sequence[Column]) -> str | None:
    """The currency the file shows by a sign that has one meaning; none where a header or a column says it."""
    if any(split_unit(normalise(column.header))[1] or column.target == "currency_code" for column in columns):
        return None
    text = " ".join([*sample.header, *(value for column in columns for value in column.samples[:5])])
    signs = {"€": "EUR", "£": "GBP", "₹": "INR", "（元）": "CNY", "(元)": "CNY"}
    found = {code for sign, code in signs.items() if sign in text}
    if re.search(r"[¥￥]\s*\d", text) and _CJK.search(text):
        found.add("CNY")
    return found.pop() if len(found) == 1 else None


def _has_unlabelled_total(sample: _Sample, columns: Sequence[Column]) -> bool:
    """Whether the last row has numbers and no names or days."""
    if not sample.tail or len(sample.tail[-1]) != len(sample.header) or len(sample.rows) < 2:
        return False
    last = [cell.strip() for cell in sample.tail[-1]]
    texts = [
        place
        for place, column in enumerate(columns)
        if _value_kind(column.samples) in ("text", "date", "range")
    ]
    return bool(texts) and all(last[place] in ("", *_NULLS) for place in texts) and any(map(_is_value, last))


def _column_lines(columns: Sequence[Column], dataset: Dataset) -> Iterator[str]:
    for column in columns:
        shown = _shown(column)
        if column.target in ("ignored", "personal"):
            continue
        if column.target is None:
            hint = f"; perhaps {', '.join(column.suggestions)}" if column.suggestions else ""
            yield f"  # {shown}"
            yield f"  # - {{to: ?, headers: [{_quoted(column.header)}]}}  # nobody knows this one{hint}"
            continue
        parts = [f"to: {column.target}", f"headers: [{_quoted(_without_currency(column, dataset))}]"]
        if column.breakdown:
            parts.append(f"breakdown: {column.breakdown}")
        if column.formats:
            parts.append(f"formats: [{', '.join(map(_quoted, column.formats))}]")
        note = f"  # guess, {column.certainty}: {column.reason}" + (
            f"; {column.doubt}" if column.doubt else ""
        )
        others = [each for each in column.suggestions if each != column.target][:2]
        note += f"; or {', '.join(others)}" if others and column.certainty != "sure" else ""
        yield f"  # {shown}"
        yield f"  - {{{', '.join(parts)}}}{note}"


def _without_currency(column: Column, dataset: Dataset) -> str:
    """Money headers are written without the currency in brackets."""
    name, unit = split_unit(normalise(column.header))
    is_money = (
        column.target not in SPECIAL_KINDS
        and column.target
        and dataset.column(column.target).type.startswith("DECIMAL")
    )
    if not (unit and is_money):
        return column.header
    return re.sub(r"\s*[（(][^（(]*[)）]\s*$", "", column.header) or name


def _shown(column: Column) -> str:
    """Sample values as a comment; of people nothing is shown."""
    values = [
        "…" if figures.is_email(value) or figures.is_phone(value) else re.sub(r"\s+", " ", value)[:40]
        for value in column.samples[:_SHOWN]
    ]
    return f"{' '.join(column.header.split())}: {' · '.join(values) or '(empty)'}"


def _signature(columns: Sequence[Column], dataset: Dataset) -> list[str]:
    """Names, days and up to three measures; ids are what people leave out."""
    kinds = {column.name: column.kind for column in dataset.columns}
    measures = [column.target for column in columns if column.target in dataset.measures][:3]
    names = [
        column.target for column in columns
        if column.target in ("day", "date_range", "week", "month")
        or (kinds.get(column.target or "") == "dimension" and not str(column.target).endswith("_id"))
    ]  # fmt: skip
    chosen = [target for target in (*names, *measures) if target]
    others = [column.target for column in columns if column.target and column.target in kinds]
    return chosen or others[:3]


def _channel(dataset: Dataset, catalog: Catalog) -> str:
    channels = Counter(
        platform.channel
        for platform in catalog
        for report in platform.reports
        if report.dataset == dataset.name
    )
    return channels.most_common(1)[0][0] if channels else "other"


def _language(sample: _Sample) -> str:
    text = " ".join(sample.header).casefold()
    if _CJK.search(text):
        return "zh"
    return next((language for language, words in _LANGUAGES if re.search(words, text)), "en")


def _quoted(text: str) -> str:
    """A text as a YAML scalar; JSON strings are YAML."""
    if re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff /.]*[\w.]", text) and text.lower() not in (
        "yes",
        "no",
        "true",
        "false",
        "null",
        "on",
        "off",
    ):
        return text
    return json.dumps(text, ensure_ascii=False) if "\\" not in text else "'" + text.replace("'", "''") + "'"
