"""The draft as a catalog entry in YAML, with samples, reasons and doubts as comments.

What is here: the text. What is not: the guesses (:mod:`.guess`, :mod:`.fit`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mkt_pipeline.datasets import Dataset
from mkt_pipeline.exports import figures, undeclared
from mkt_pipeline.exports.catalog import Catalog, normalise, split_unit
from mkt_pipeline.exports.columns import CURRENCY_SIGNS
from mkt_pipeline.exports.mapping.fit import is_money
from mkt_pipeline.exports.mapping.guess import Column
from mkt_pipeline.exports.mapping.sample import Sample

_SHOWN = 3
_ACCOUNT = re.compile(
    r"\s*\"?((?:account|konto|compte|cuenta|账户|账号|推广账户|广告主)[^:：,，]{0,12})\s*[:：,，]\s*\S",
    re.IGNORECASE,
)
_PERIOD = r"(?P<period>.*20\d\d.*)"
_YAML_WORDS = ("yes", "no", "true", "false", "null", "on", "off")


@dataclass
class Entry:
    """Everything that an entry says."""

    platform: str
    title: str
    """The platform's name for people."""
    report: str
    level: str
    dataset: Dataset
    columns: list[Column]
    missing: list[str]
    extends: bool
    """Whether it adds a report to a platform of the catalog."""


def render(entry: Entry, sample: Sample, catalog: Catalog) -> str:
    """The entry as YAML, comments and all."""
    lines = [
        f"# A draft from {sample.names[-1]}: every line is a guess until somebody looked at it.",
        "# Check the meanings (what is a click, a conversion, the cost here?), then: mkt inspect FILE",
        *(f"# TO FILL IN: {each}" for each in entry.missing),
        "",
        f"platform: {entry.platform}",
    ]
    columns = [*_column_lines(entry.columns, entry.dataset)]
    ignored = [column.header for column in entry.columns if column.target == "ignored"]
    if entry.extends:
        lines.append("extends: true")
    else:
        lines += _platform_lines(entry, sample, catalog)
        personal = [column.header for column in entry.columns if column.target == "personal"]
        if personal:
            lines += ["# Never stored. For a salted hash instead, write a rule to a column named …_hash.",
                      f"personal: {_listed(personal)}"]  # fmt: skip
        if ignored:
            lines += [
                "# Known and not kept; rates are recomputed from their parts.",
                f"ignored: {_listed(ignored)}",
            ]
        is_empty = all(line.lstrip().startswith("#") for line in columns)
        lines += ["", "columns: []" if is_empty else "columns:", *columns]
    lines += [
        "", "reports:",
        f"  - report: {entry.report}",
        f"    level: {entry.level}  # guess: what one row is about",
        f"    dataset: {entry.dataset.name}",
        f"    evidence: {{{undeclared.language_of(sample.header)}: unverified}}",
        "    # What must all be there for a file to be this report; a|b: either.",
        f"    all: [{', '.join(_signature(entry.columns, entry.dataset))}]",
    ]  # fmt: skip
    if sample.total_label:
        lines.append(f"    totals: {{rule: label, labels: {_listed([sample.total_label])}}}")
    elif _has_unlabelled_total(sample, entry.columns):
        lines.append("    totals: {rule: empty_dimensions}")
    if entry.extends:
        lines += ["    columns:", *(f"    {line}" for line in columns)]
        lines += [f"      - {{to: extra, headers: {_listed([header])}}}" for header in ignored]
    return "\n".join(lines) + "\n"


def _platform_lines(entry: Entry, sample: Sample, catalog: Catalog) -> Iterator[str]:
    """What holds for all reports of a new platform, from its name to its currency."""
    title = _scalar(entry.title)
    yield f"name: {{en: {title}, zh: {title}}}"
    yield f"channel: {_channel(entry.dataset, catalog)}  # guess: what its own numbers count as"
    yield "conversion_lag_days: 7  # guess: days until conversions are complete"
    yield "freshness_days: 2  # guess: how old the newest day may be"
    cells = {cell.strip() for row in sample.rows for cell in row}
    nulls = [token for token in undeclared.NULL_TOKENS if token in cells]
    if nulls:
        yield f"null_tokens: {_listed(nulls)}"
    patterns = [_PERIOD] if sample.has_dates_above else []
    accounts = [match[1].strip() for row in sample.above if (match := _ACCOUNT.match(",".join(row)))]
    patterns += [rf"{_escaped(account)}\s*[:：,，]\s*(?P<account_name>[^,，]+)" for account in accounts]
    if patterns:
        yield "# Lines above the header, searched for named groups."
        yield "preamble:"
        yield from (f"  - {_scalar(pattern)}" for pattern in dict.fromkeys(patterns))
    if sample.has_dated_name:
        yield f"file_names: {_listed([_PERIOD])}"
    notes = [
        row[0].strip() for row in sample.tail
        if len(sample.header) > 1 and row[0].strip() and not any(map(str.strip, row[1:]))
        and not undeclared.is_total(row[0])
    ]  # fmt: skip
    if notes:
        yield "# Rows of one cell below the table, by their beginning."
        yield f"note_rows: {_listed(dict.fromkeys(_escaped(note[:6]) + '.*' for note in notes))}"
    currency = _currency(entry.columns)
    if currency:
        yield f"currency: {currency}  # guess: from the signs in header and cells"


def _channel(dataset: Dataset, catalog: Catalog) -> str:
    """The channel that most reports of the dataset are of."""
    channels = Counter(
        platform.channel
        for platform in catalog
        for report in platform.reports
        if report.dataset == dataset.name
    )
    return channels.most_common(1)[0][0] if channels else "other"


def _currency(columns: Sequence[Column]) -> str | None:
    """The currency that one unambiguous sign shows; none where a header or a column says it."""
    if any(split_unit(normalise(each.header))[1] or each.target == "currency_code" for each in columns):
        return None
    text = " ".join(text for column in columns for text in (column.header, *column.samples[:5]))
    signs = [sign for sign in CURRENCY_SIGNS if not re.search(r"\w", sign) and sign in text]
    return CURRENCY_SIGNS[signs[0]] if len(signs) == 1 else None


def _has_unlabelled_total(sample: Sample, columns: Sequence[Column]) -> bool:
    """Whether the last row has numbers and no names or days."""
    if not sample.tail or len(sample.tail[-1]) != len(sample.header) or len(sample.rows) < 2:
        return False
    last = [cell.strip() for cell in sample.tail[-1]]
    named = [
        cell for cell, column in zip(last, columns, strict=True) if column.kind in ("text", "date", "range")
    ]
    return bool(named) and set(named) <= {"", *undeclared.NULL_TOKENS} and any(map(undeclared.is_value, last))


def _signature(columns: Sequence[Column], dataset: Dataset) -> list[str]:
    """Names, days and up to three measures; ids are what people leave out."""
    kinds = {column.name: column.kind for column in dataset.columns}
    targets = [column.target for column in columns if column.target]
    named = [
        target for target in targets
        if target in ("day", "date_range", "week", "month")
        or (kinds.get(target) == "dimension" and not target.endswith("_id"))
    ]  # fmt: skip
    measures = [target for target in targets if target in dataset.measures][:3]
    return [*named, *measures] or [target for target in targets if target in kinds][:3]


def _column_lines(columns: Sequence[Column], dataset: Dataset) -> Iterator[str]:
    for column in columns:
        if column.target in ("ignored", "personal"):
            continue
        yield f"  # {_shown(column)}"
        if column.target is None:
            hint = f"; perhaps {', '.join(column.suggestions)}" if column.suggestions else ""
            yield f"  # - {{to: ?, headers: {_listed([column.header])}}}  # nobody knows this one{hint}"
            continue
        parts = [f"to: {column.target}", f"headers: {_listed([_without_currency(column, dataset)])}"]
        if column.breakdown:
            parts.append(f"breakdown: {column.breakdown}")
        if column.formats:
            parts.append(f"formats: {_listed(column.formats)}")
        others = [each for each in column.suggestions if each != column.target][:2]
        doubts = [column.doubt] if column.doubt else []
        if others and column.certainty != "sure":
            doubts.append(f"or {', '.join(others)}")
        guess = "; ".join([f"guess, {column.certainty}: {column.reason}", *doubts])
        yield f"  - {{{', '.join(parts)}}}  # {guess}"


def _without_currency(column: Column, dataset: Dataset) -> str:
    """Money headers are written without the currency in brackets."""
    name, unit = split_unit(normalise(column.header))
    if not (unit and is_money(column, dataset)):
        return column.header
    return re.sub(r"\s*[（(][^（(]*[)）]\s*$", "", column.header) or name


def _shown(column: Column) -> str:
    """Sample values as a comment; of people nothing is shown."""
    values = [
        "…" if figures.is_email(value) or figures.is_phone(value) else " ".join(value.split())[:40]
        for value in column.samples[:_SHOWN]
    ]
    return f"{' '.join(column.header.split())}: {' · '.join(values) or '(empty)'}"


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, texts))}]"


def _scalar(text: str) -> str:
    """A text as a YAML scalar; JSON strings are YAML."""
    is_plain = re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff /.]*[\w.]", text)
    if is_plain and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False) if "\\" not in text else "'" + text.replace("'", "''") + "'"
