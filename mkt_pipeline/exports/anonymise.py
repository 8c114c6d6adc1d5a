"""A copy of an export that can be shown to others: the same shape, other names, other sizes.

What is here: what each cell becomes. Names get stand-ins, the same name the same one; every additive number
is multiplied by one secret factor, rounded so that rows still add up to their totals rows; rates, dates,
statuses and countries stay. What is not: how the copy is written (:mod:`.rewrite`).

Rounding carries its remainder from row to row: the n-th cell becomes ``round(f·Cₙ) − round(f·Cₙ₋₁)``, where
C is the running sum of the column. So the rows sum to ``round(f·C)`` exactly, and a zero stays a zero.
Whoever knows one true number can find the factor: the copy hides names and sizes, it does not seal them.
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from mkt_pipeline.datasets import DATASETS, Dataset
from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import figures, files
from mkt_pipeline.exports.catalog import (
    DATED,
    NUMBER_KINDS,
    TEXT_KINDS,
    Catalog,
    ColumnRule,
    Platform,
    ReportRule,
    kind_of,
    load_catalog,
    normalise,
    split_unit,
)
from mkt_pipeline.exports.inspection import Inspection, inspect
from mkt_pipeline.exports.mapping import guess_header
from mkt_pipeline.exports.recognise import Surroundings, find_header, match_header
from mkt_pipeline.exports.rewrite import (
    Layout,
    Member,
    Package,
    Part,
    Plan,
    cell_text,
    codecs_of,
    csv_line,
    first_lines,
    opened,
    refuse,
    rewrite_rows,
    rows,
    sheets,
    sniff,
    split_cells,
    unquoted,
)
from mkt_pipeline.workspace import Workspace

LEAST, MOST = 0.3, 3.0
"""Bounds of the factor."""
_HEAD_ROWS = 60
_SAMPLE_ROWS = 300
_MOST_DECIMALS = 6


def _words(text: str) -> list[str]:
    return text.split()


How = Literal["keep", "scale", "state", "name", "id", "person", "by value"]
"""What becomes of a column. ``scale`` adds up, ``state`` goes cell by cell, ``by value`` is for others."""

_KEPT = frozenset(
    _words(
        "account_timezone attribution_scope attribution_setting attribution_window breakdown_type "
        "campaign_status campaign_type channel_id city content_source content_type "
        "conversion_category country crawl_depth currency_code customer_type device entity_status "
        "event_type financial_status fulfillment_status indexability indexability_status intents "
        "is_anonymized language level link_type match_type message_channel meta_robots network "
        "partner_type payment_method post_type product_status search_appearance "
        "search_engine search_term_status search_type serp_features status status_code touch_type "
        "unit_price"
    )
)
"""Canonical columns that name no one and whose values readers depend on."""
_KEPT_BREAKDOWNS = frozenset(
    _words(
        "device network geo country region province state city age gender hour weekday placement "
        "platform language publisher_platform os browser position"
    )
)
_PLAIN_GROUPS = _KEPT | set(_words("period date_from date_to exported_at row_count grain report"))
"""Attributes of preambles and file names that name no one."""
_CONSTANTS = frozenset(
    _words(
        "(other) (direct) (none) (unknown) (automatic) (organic) (referral) (cross-network) direct "
        "none other others unknown total true false yes no google bing baidu yahoo duckduckgo yandex "
        "sogou so.com naver facebook instagram meta linkedin twitter x youtube tiktok pinterest "
        "reddit wechat weibo xiaohongshu douyin newsletter email cpc ppc paid organic referral social "
        "display affiliate page_view session_start first_visit user_engagement scroll click view_item "
        "add_to_cart begin_checkout purchase form_start form_submit file_download video_start "
        "video_progress video_complete view_search_results 其他 未知 直接访问"
    )
) | {
    "(not set)", "(not provided)", "(data not available)", "paid search", "organic search", "paid social",
    "organic social", "paid video", "organic video", "paid shopping", "organic shopping", "paid other",
    "unassigned", "affiliates", "mobile push notifications",
}  # fmt: skip
"""Values that say the same in every account."""
_RATE = re.compile(
    r"%|率|占比|比例|比$|均|单价|単価|单次|千次|排名|评分|得分|指数|投产比| / "
    r"|(转化|点击|获客|线索|激活|注册|互动|播放|展现|加粉|关注)成本"
    r"|\b(avg|average|rate|ratio|share|per|cost per|ctr|cpc|cpm|cpa|cpv|cpl|cpi|cpp|cvr|ecpm|roas|roi"
    r"|acos|acots|frequency|position|rank|score|index|difficulty|quality|year|hour|length|depth|status code"
    r"|version|taux|moyen|moyenne|coût par|quote|durchschn\w*|media|medio|promedio|tasa|costo por|taxa|média"
    r"|custo por)\b",
    re.IGNORECASE,
)
"""Headers of numbers that do not grow with the account."""
_ID_HEADER = re.compile(r"\bids?\b|id$|编号|編號|账号$|訂單號|订单号|number$", re.IGNORECASE)
_TOTAL_WORDS = re.compile(
    r"\s*(grand\s+)?(total|totals|totaux|gesamt|summe|totale|suma|合计|总计|汇总|合計|總計|小计).*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+|[^\W\d_A-Za-z\u00c0-\u024f]+")
_LONG_DIGITS = re.compile(r"(?<!\d)\d[\d-]{5,}\d(?!\d)")
_PLAIN_DATE = re.compile(r"20\d\d-?[01]?\d-?[0-3]?\d")
_PLAIN_WORDS = _words(
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep oct nov dec sept monday tuesday wednesday thursday friday saturday "
    "sunday mon tue wed thu fri sat sun janvier février fevrier mars avril mai juin juillet août aout "
    "septembre octobre novembre décembre januar februar märz april juni juli oktober dezember enero "
    "febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio "
    "febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março maio "
    "junho julho setembro outubro novembro dezembro last previous past months month days day weeks "
    "week years year today yesterday to from and until since all time date range derniers mois jours "
    "vom bis report export exported data generated downloaded created account name the of for by in "
    "note row total filter sheet table none utc gmt raw search keyword campaign performance web page "
    "最近 过去 个 天 月 年 日 至 到 时间 日期 报告 数据 导出 下载 filtered removed "
    "anonymised csv tsv txt xlsx zip example"
)
"""Words of preambles, notes and file names that name no one."""


@dataclass(frozen=True)
class Anonymised:
    """What was made. Nothing in it says what the names or the factor were."""

    source: Path
    target: Path
    platform: str | None
    """None where no report of the catalog fits; cells were then judged by their values alone."""
    report: str | None
    rows: int
    names: int
    """Different names that got a stand-in."""
    numbers: int
    """Columns of numbers that were scaled."""
    notes: tuple[str, ...]
    """What a person should look at before sharing the copy."""

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            **self.__dict__,
            "source": str(self.source),
            "target": str(self.target),
            "notes": list(self.notes),
        }


def anonymise_export(
    path: Path, target: Path | None = None, workspace: Workspace | None = None, *, seed: int | None = None
) -> Anonymised:
    """Write a shareable copy of an export.

    Args:
        target: by default ``<name>.anonymised<ext>`` beside the file, the name without account or site.
        seed: fixes the factor, for tests.

    Raises:
        DataError: ``E-SRC-30`` for kinds of files that cannot be written, ``E-SRC-01`` … for damaged ones.
        FileExistsError: the target exists.
    """
    catalog = load_catalog(workspace)
    work = _Work(path, catalog, _factor(seed))
    with opened(path) as package:
        work.learn(package)
    target = target or path.with_name(work.output_name())
    if target.exists():
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    notes = rewrite_rows(path, target, work.change, work.plan())
    before, after = inspect(path, workspace), inspect(target, workspace)
    return Anonymised(
        path, target, before.platform, before.report, before.rows, len(work.names.known),
        work.scaled_columns(), (*notes, *work.notes(), *_differences(before, after)),
    )  # fmt: skip


def _factor(seed: int | None) -> Decimal:
    source: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311
    while True:
        value = source.uniform(LEAST, MOST)
        if not 0.8 < value < 1.25:
            return Decimal(f"{value:.6f}")


def _differences(before: Inspection, after: Inspection) -> Iterator[str]:
    """What reads otherwise in the copy; nothing, if all is well."""
    kept = ("platform", "report", "level", "encoding", "delimiter", "header_line", "rows", "rejected",
            "totals_rows", "date_from", "date_to", "currency")  # fmt: skip
    for name in kept:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"the copy is read otherwise: {name} was {old}, is {new}"
    codes = [shown.problem["code"] if shown.problem else None for shown in (before, after)]
    if codes[0] != codes[1]:
        yield f"the copy is read otherwise: problem was {codes[0]}, is {codes[1]}"


# -- names ------------------------------------------------------------------------------------------


class _Names:
    """Stand-ins: the same name gets the same one, whatever column or part it stands in."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}

    def number(self, label: str, name: str) -> int:
        """The number of a name among those of its label, from 1 in order of appearance."""
        key = (label, name)
        if key not in self.known:
            self._counts[label] = self._counts.get(label, 0) + 1
            self.known[key] = self._counts[label]
        return self.known[key]

    def of(self, label: str, text: str) -> str:
        """The stand-in of a name, of the same form: a link for a link, an address for an address."""
        name = text.strip()
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if name else ""
        return f"{lead}{self._stand_in(label, name)}{tail}" if name else text

    def _stand_in(self, label: str, name: str) -> str:
        if figures.is_url(name):
            return f"https://example.com/page-{self.number('page', name)}"
        if figures.is_email(name):
            return f"person-{self.number('person', name.casefold())}@example.com"
        if figures.is_path(name):
            return name if name == "/" else f"/page-{self.number('page', name)}"
        if name.startswith(("https___", "http___")):
            return f"https___site-{self.number('site', name)}.example_"
        if name.lower().startswith("sc-domain:"):
            return f"sc-domain:site-{self.number('site', name[10:])}.example"
        if figures.is_domain(name):
            return f"site-{self.number('site', name)}.example"
        breaks = "".join(f"\nline {number}" for number in range(2, 2 + name.count("\n")))
        return f"{label} {self.number(label, name)}{breaks}"

    def id(self, label: str, text: str) -> str:
        """Another id of the same form: as many digits and signs, letters as ``x``."""
        bare = "".join(sign for sign in text if sign.isalnum()).casefold()
        if not bare:
            return text
        places = sum(sign.isdigit() for sign in text)
        number = self.number(f"{label} id", bare) if places >= 3 else 0
        if places < max(3, len(str(number)) + 1):
            return self.of(label, text) if places < len(text.strip()) else text
        digits = iter(f"1{number:0{places - 1}d}")
        return "".join(next(digits) if sign.isdigit() else "x" if sign.isalpha() else sign for sign in text)


class _Vocabulary:
    """The words a catalog and its exports use anyway; every other word in free text may be a name."""

    def __init__(self, catalog: Catalog) -> None:
        texts = [*_PLAIN_WORDS, *_CONSTANTS]
        for platform in catalog:
            patterns = [*platform.preamble, *platform.note_rows, *platform.file_names]
            for report in platform.reports:
                patterns += [*report.title, *report.name, *(report.totals.labels if report.totals else ())]
                texts += [word for words in report.key_values.values() for word in words]
            texts += [re.sub(r"\(\?P<\w+>|\(\?[a-z]+\)|\\[a-zA-Z]", " ", pattern) for pattern in patterns]
            texts += [*platform.ignored, *platform.sheets]
            texts += [
                word for spelled in platform.values.values() for words in spelled.values() for word in words
            ]
        texts += catalog.headers
        self.words = {word.casefold() for text in texts for word in _WORD.findall(text)}
        self._longest = max(map(len, self.words))

    def mask(self, text: str, names: _Names) -> str:
        """Free text with the unknown words and the long numbers blotted out."""
        text = _LONG_DIGITS.sub(lambda match: _other_digits(match[0], names), text)
        return _WORD.sub(lambda match: self._masked(match[0]), text)

    def unknown_words(self, text: str) -> list[str]:
        """The words of four letters, or two characters, that may be a name."""
        words = [word for word in _WORD.findall(text) if len(word) > 3 or word > "\u024f"]
        return [word for word in words if self._masked(word).casefold() != word.casefold()]

    def _masked(self, word: str) -> str:
        folded = word.casefold()
        if folded in self.words or folded.removesuffix("s") in self.words or len(word) < 3:
            return word
        if word.isascii() or "\u00c0" <= word[0] <= "\u024f":
            return word if len(word) == 3 and word.isupper() else "x" * len(word)
        return "".join(self._segments(folded))

    def _segments(self, run: str) -> Iterator[str]:
        """A run without blanks, the longest known word first at each place."""
        position = 0
        while position < len(run):
            longest = range(min(self._longest, len(run) - position), 0, -1)
            size = next((size for size in longest if run[position : position + size] in self.words), 0)
            yield run[position : position + size] if size else "x"
            position += size or 1


# -- tables -----------------------------------------------------------------------------------------


@dataclass
class _Column:
    """What becomes of one column, and what its cells have told so far."""

    how: How
    label: str
    target: str = ""
    rule: ColumnRule | None = None
    is_entity: bool = False
    """Whether it says what a row is about: empty or labelled in a totals row."""
    is_key: bool = False
    """Whether it is a day or a segment, for which there may be a totals row of its own."""
    is_count: bool = False
    is_rate: bool = False
    is_id: bool = False
    """Whether an unknown header speaks of an id."""
    comma: bool = False
    decimals: int = 0
    grouping: str = ""
    sums: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    done: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    scaled: bool = False
    texts: dict[str, str | None] = field(default_factory=dict)
    """What texts have become."""

    @cached_property
    def unit(self) -> Decimal:
        """The smallest step of the column; asked when all rows have been seen."""
        return Decimal(1).scaleb(-min(self.decimals, _MOST_DECIMALS))


@dataclass
class _Table:
    """One table with its header; ``platform`` is None where no report fits."""

    header: list[str]
    columns: list[_Column]
    platform: Platform | None = None
    report: ReportRule | None = None
    rows: int = 0
    keyed: bool = False
    """Whether a totals row of one day or segment was seen."""
    waiting: list[list[str]] | None = field(default_factory=list)
    """The first rows, until they have told how numbers are spelled."""

    @cached_property
    def nulls(self) -> frozenset[str]:
        tokens = self.platform.null_tokens if self.platform else ["-", "--", "—", "N/A", "n/a", "null"]
        return frozenset(("", *tokens))

    def is_null(self, text: str) -> bool:
        return text.strip() in self.nulls

    def kind(self, cells: Sequence[str]) -> Literal["blank", "free", "total", "data"]:
        """What a row below the header is, told as the reader tells it."""
        if all(map(self.is_null, cells)):
            return "blank"
        filled = [cell.strip() for cell in cells if not self.is_null(cell)]
        if len(filled) == 1 and len(self.header) > 1 and not self.is_null(cells[0]):
            notes = self.platform.note_rows if self.platform else []
            if len(cells) != len(self.header) or any(re.fullmatch(note, filled[0]) for note in notes):
                return "free"
        return "total" if self._is_total(cells) else "data"

    def _is_total(self, cells: Sequence[str]) -> bool:
        if self.report is None:
            return any(_TOTAL_WORDS.fullmatch(cell) for cell in cells[:3])
        totals = self.report.totals
        if totals is None:
            return False
        entities = [
            place for place, column in enumerate(self.columns) if column.is_entity and place < len(cells)
        ]
        if totals.rule == "empty_dimensions":
            keys = [
                place for place, column in enumerate(self.columns) if column.is_key and place < len(cells)
            ]
            return all(self.is_null(cells[place]) for place in {*entities, *keys} or {0})
        named = set(self.report.all[0].split("|")) if self.report.all else set()
        about = {place for place, column in enumerate(self.columns) if column.target in named}
        first = [
            cells[place]
            for place in about.union(range(len(cells) if totals.anywhere else totals.cells))
            if place < len(cells)
        ]
        return any(map(self.is_label, first)) and all(
            self.is_null(cells[place]) or self.is_label(cells[place]) for place in entities
        )

    def is_label(self, text: str) -> bool:
        """Whether a cell is the label of a totals row."""
        return self._labels.fullmatch(text.strip()) is not None

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        if self.report is None or self.report.totals is None:
            return _TOTAL_WORDS
        labels = self.report.totals.labels
        return re.compile(
            "|".join(re.escape(label.removesuffix("*")) + ".*" * label.endswith("*") for label in labels)
            or "(?!)",
            re.DOTALL,
        )

    def key(self, cells: Sequence[str], *, total: bool = False) -> tuple[str, ...]:
        """Day and segments of a row; empty texts where a totals row stands for all."""
        if not (self.report and self.report.totals):
            return ()
        return tuple(
            "" if total and (self.is_null(cells[place]) or self.is_label(cells[place])) else cells[place]
            for place, column in enumerate(self.columns) if column.is_key and place < len(cells)
        )  # fmt: skip

    def tolerance(self, column: _Column) -> Decimal:
        """As the reader allows between the rows and their totals row."""
        stated = self.report.totals.tolerance if self.report and self.report.totals else {}
        if column.target in stated:
            return Decimal(str(stated[column.target]))
        return Decimal(0) if column.is_count else Decimal("0.06") + Decimal("0.005") * self.rows


def _columns(platform: Platform, report: ReportRule, header: Sequence[str]) -> list[_Column]:
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
            columns.append(_Column("person", "person"))
        elif rules and rules[0].to != "extra" and dataset is not None:
            columns.append(_known_column(rules[0], dataset))
        else:
            columns.append(_unknown_column(cell))
    return columns


def _known_column(rule: ColumnRule, dataset: Dataset) -> _Column:
    kind = kind_of(rule, dataset)
    label = _label(rule.to)
    if rule.breakdown:
        how: How = "keep" if set(rule.breakdown.split("+")) <= _KEPT_BREAKDOWNS else "name"
        return _Column(how, _label(rule.breakdown), rule.to, rule, is_key=True)
    if kind == "hash":
        return _Column("person", "person", rule.to, rule)
    if kind in TEXT_KINDS:
        dimensions = {column.name for column in dataset.columns if column.kind == "dimension"}
        entity = bool(dimensions.intersection(rule.split.into if rule.split else [rule.to]))
        how = "keep" if rule.to in _KEPT else "id" if kind == "id" else "name"
        return _Column(how, label, rule.to, rule, is_entity=entity)
    if kind not in NUMBER_KINDS or rule.to in _KEPT or rule.to.endswith("_length"):
        return _Column("keep", label, rule.to, rule, is_key=rule.to in DATED)
    column = dataset.column(rule.to)
    additive = column.is_additive if rule.additive is None else rule.additive
    if kind in ("ratio", "percent") or (not additive and column.type == "DOUBLE"):
        return _Column("keep", label, rule.to, rule)
    return _Column("scale" if additive else "state", label, rule.to, rule, is_count=column.type == "BIGINT")


def _unknown_column(header: str) -> _Column:
    is_rate, is_id = bool(_RATE.search(header)), bool(_ID_HEADER.search(header.strip()))
    return _Column("by value", "text", is_rate=is_rate, is_id=is_id, is_count=True)


def _label(target: str) -> str:
    """What stand-ins of a canonical column are called; ``campaign_name`` and ``utm_campaign`` alike."""
    bare = target.removesuffix("_name").removesuffix("_id").removesuffix("_text").removeprefix("utm_")
    return {"property": "site", "landing_url": "page", "mailing": "mailing"}.get(bare, bare.replace("_", " "))


# -- the work ---------------------------------------------------------------------------------------


class _Work:
    """Two passes over one export: the first learns tables, sums and names, the second changes cells."""

    def __init__(self, path: Path, catalog: Catalog, factor: Decimal) -> None:
        self.path = path
        self.catalog = catalog
        self.factor = factor
        self.names = _Names()
        self.layouts: dict[str, Layout] = {}
        self.tables: dict[tuple[Part, int], _Table] = {}
        """By the line of the header."""
        self._current: dict[Part, _Table | None] = {}
        self._above: dict[Part, list[str]] = {}
        self._platforms: dict[Part, Platform | None] = {}

    @cached_property
    def vocabulary(self) -> _Vocabulary:
        return _Vocabulary(self.catalog)

    # -- first pass

    def learn(self, package: Package) -> None:
        """Find the tables, then add up their columns and count their names."""
        for member in package.members:
            if member.kind != "other" or package.container == "file":
                refuse(member)
            self._find_tables(package, member)
        for part, line, cells in rows(package, self.layouts):
            table, place = self._route(part, line, cells)
            if table is not None and place == "row":
                self._learn_row(table, cells)
        for table in self.tables.values():
            self._settle(table)
        self._current.clear()
        self._above.clear()

    def _find_tables(self, package: Package, member: Member) -> None:
        if member.kind == "workbook":
            for name, first_row, _, values in sheets(member):
                head = [[cell_text(value) for value in row] for row in islice(values, _HEAD_ROWS)]
                around = Surroundings((name, member.name or package.path.name, package.path.name))
                self._find_table(
                    Part(member.name, name), [csv_line(row) for row in head], head, first_row, around
                )
        elif member.kind == "text":
            part, around = (
                Part(member.name, ""),
                Surroundings((member.name or package.path.name, package.path.name)),
            )
            tried = codecs_of(member.path)
            heads = [first_lines(member.path, codec, _HEAD_ROWS) for codec, _ in tried]
            headers = [self._header(lines, around) for lines in heads]
            # The first encoding whose header is known; where none is, the likeliest one.
            place = next((place for place, found in enumerate(headers) if found), 0)
            (codec, bom), lines, header = tried[place], heads[place], headers[place]
            delimiter = header.delimiter if header else sniff(member.path).delimiter
            self.layouts[member.name] = Layout(codec, bom, delimiter)
            cells = [row for line in lines for row in [_split_line(line, delimiter)]]
            self._find_table(part, lines, cells, 0, around)

    def _header(self, lines: Sequence[str], around: Surroundings) -> Any:
        try:
            return find_header(self.catalog, lines, around)
        except DataError:
            return None  # several platforms fit: the values decide

    def _find_table(
        self,
        part: Part,
        lines: Sequence[str],
        cells: Sequence[Sequence[str]],
        first_row: int,
        around: Surroundings,
    ) -> None:
        header = self._header(lines, around)
        if header is not None:
            match = header.match
            self._platforms[part] = match.platform
            written = list(cells[header.line - 1])
            columns = _columns(match.platform, match.report, written)
            self.tables[part, first_row + header.line] = _Table(
                written, columns, match.platform, match.report
            )
            return
        self._platforms[part] = None
        line = guess_header(cells)
        if line is None:
            self._current[part] = self.tables[part, 0] = _Table([], [])
        else:
            self._add_unknown(part, first_row + line + 1, cells[line])

    def _add_unknown(self, part: Part, line: int, header: Sequence[str]) -> None:
        self.tables[part, line] = _Table(list(header), [_unknown_column(cell) for cell in header])

    def _route(
        self, part: Part, line: int, cells: list[str]
    ) -> tuple[_Table | None, Literal["header", "row", "free"]]:
        """Which table a row belongs to, the same in both passes."""
        if (part, line) in self.tables:
            self._current[part] = self.tables[part, line]
            return self._current[part], "header"
        platform = self._platforms.get(part)
        current = self._current.get(part, self.tables.get((part, 0)))
        if platform is not None and platform.blocks:
            above = self._above.setdefault(part, [])
            if not "".join(cells).strip() or cells[0].startswith("#"):
                self._current[part] = None
                above.append(",".join(cells))
                return None, "free"
            if current is None and sum(bool(cell.strip()) for cell in cells) > 1:
                around = Surroundings(
                    (part.sheet or part.member or self.path.name, self.path.name), only=platform.platform
                )
                found = match_header(self.catalog, cells, above, around)
                if found:
                    match = found[0]
                    self.tables[part, line] = _Table(
                        cells, _columns(match.platform, match.report, cells), match.platform, match.report
                    )
                else:
                    self._add_unknown(part, line, cells)
                self._current[part] = self.tables[part, line]
                above.clear()
                return self._current[part], "header"
            if current is None:
                above.append(",".join(cells))
        return (current, "row") if current is not None else (None, "free")

    def _learn_row(self, table: _Table, cells: list[str]) -> None:
        kind = table.kind(cells)
        if kind in ("blank", "free"):
            return
        while len(table.columns) < len(cells):
            table.columns.append(_unknown_column(""))
        if kind == "total":
            table.keyed = table.keyed or any(table.key(cells, total=True))
        if table.waiting is not None:
            table.waiting.append(cells)
            if len(table.waiting) >= _SAMPLE_ROWS:
                self._settle(table)
            return
        self._add_row(table, cells, kind)

    def _settle(self, table: _Table) -> None:
        """Decide how each column spells its numbers, and take in the rows that waited for it."""
        if table.waiting is None:
            return
        waiting, table.waiting = table.waiting, None
        said = [
            figures.decimal_comma(row[place].strip() for row in waiting if place < len(row))
            for place in range(len(table.columns))
        ]
        votes = [vote for vote in said if vote is not None]
        usual = sum(votes) * 2 > len(votes)
        for column, vote in zip(table.columns, said, strict=True):
            column.comma = usual if vote is None else vote
        for row in waiting:
            self._add_row(table, row, table.kind(row))

    def _add_row(self, table: _Table, cells: Sequence[str], kind: str) -> None:
        table.rows += kind == "data"
        key = table.key(cells)
        for text, column in zip(cells, table.columns, strict=False):
            value = self._value(table, column, text)
            if value is None:
                if column.how in ("name", "id", "person", "by value") and kind == "data":
                    self._new_text(table, column, text)
                continue
            amount, number = value
            if number is not None:
                column.decimals = max(column.decimals, min(number.decimals, _decimals(amount)))
                column.grouping = column.grouping or number.grouping
            column.scaled = True
            if kind == "data":
                column.sums[key] = column.sums.get(key, Decimal(0)) + amount

    def _value(
        self, table: _Table, column: _Column, text: str
    ) -> tuple[Decimal, figures.Number | None] | None:
        """The amount of a cell that is to be scaled, and its spelling; None for all other cells."""
        if column.how not in ("scale", "state", "by value") or column.is_rate or table.is_null(text):
            return None
        if column.how == "by value" and (figures.is_date(text) or self._is_id(column, text)):
            return None
        number = figures.read_number(text, column.comma)
        if number is not None:
            return None if number.is_percent else (number.value, number)
        seconds = figures.seconds_of(text)
        return None if seconds is None else (seconds, None)

    def _is_id(self, column: _Column, text: str) -> bool:
        """Whether a number in an unknown column is the id of something."""
        digits = text.strip().strip("'\t")
        if not digits.isdigit():
            return False
        return len(digits) >= 12 or (len(digits) >= 5 and column.is_id)

    # -- second pass

    def change(self, part: Part, line: int, cells: list[str]) -> Sequence[str | None] | None:
        """The new cells of a row."""
        table, place = self._route(part, line, cells)
        if table is None:
            return self._free(part, cells)
        if place == "header":
            return self._new_header(table, cells)
        kind = table.kind(cells)
        if kind == "blank":
            return None
        if kind == "free":
            return self._free(part, cells)
        new = self._numbers(table, cells, is_total=kind == "total")
        for position, (text, column) in enumerate(zip(cells, table.columns, strict=False)):
            if new[position] is None:
                is_label = kind == "total" and table.is_label(text)
                new[position] = (
                    self.vocabulary.mask(text, self.names)
                    if is_label
                    else self._new_text(table, column, text)
                )
        return new

    def _new_header(self, table: _Table, cells: Sequence[str]) -> Sequence[str | None] | None:
        """Headers stay; only a report whose columns are names of something has names there."""
        if table.report is None or not table.report.open_columns or table.platform is None:
            return None
        index = table.platform.index(table.report)
        known = [index.get(normalise(cell)) or table.platform.is_ignored(normalise(cell)) for cell in cells]
        return [
            None if is_known else self.vocabulary.mask(cell, self.names)
            for cell, is_known in zip(cells, known, strict=True)
        ]

    def _numbers(self, table: _Table, cells: Sequence[str], *, is_total: bool) -> list[str | None]:
        """The scaled numbers of a row; None for every other cell."""
        new: list[str | None] = [None] * len(cells)
        amounts: dict[int, tuple[Decimal, Decimal, figures.Number | None]] = {}
        key = table.key(cells, total=is_total)
        for place, (text, column) in enumerate(zip(cells, table.columns, strict=False)):
            value = self._value(table, column, text)
            if value is None:
                if column.how in ("scale", "state") and not table.is_null(text):
                    new[place] = self._with_unit(text)
                continue
            amount, number = value
            amounts[place] = (amount, self._scaled(table, column, amount, key, is_total=is_total), number)
        for first, parts in self._row_sums(table):
            if {first, *parts} <= amounts.keys() and amounts[first][0] == sum(
                amounts[part][0] for part in parts
            ):
                old, _, number = amounts[first]
                amounts[first] = (old, sum((amounts[part][1] for part in parts), Decimal(0)), number)
        for place, (_, amount, number) in amounts.items():
            column = table.columns[place]
            new[place] = (
                figures.clock(amount, cells[place]) if number is None
                else number.spell(amount, min(column.decimals, _MOST_DECIMALS), column.grouping)
            )  # fmt: skip
        return new

    def _scaled(
        self, table: _Table, column: _Column, amount: Decimal, key: tuple[str, ...], *, is_total: bool
    ) -> Decimal:
        if column.how == "state":
            return (
                max(self._rounded(amount, column), column.unit)
                if amount > 0
                else self._rounded(amount, column)
            )
        if is_total:
            old, new = self._sums(table, column, key)
            rest = amount - old
            return new if abs(rest) <= table.tolerance(column) else new + self._rounded(rest, column)
        key = key if table.keyed else ()
        before = column.done.get(key, Decimal(0))
        column.done[key] = before + amount
        return self._rounded(before + amount, column) - self._rounded(before, column)

    def _sums(self, table: _Table, column: _Column, key: tuple[str, ...]) -> tuple[Decimal, Decimal]:
        """The sum of the rows a totals row stands for, old and new."""
        if not table.keyed:
            old = sum(column.sums.values(), Decimal(0))
            return old, self._rounded(old, column)
        chosen = [
            amount for each, amount in column.sums.items()
            if all(wanted in ("", found) for wanted, found in zip(key, each, strict=False))
        ]  # fmt: skip
        return sum(chosen, Decimal(0)), sum((self._rounded(amount, column) for amount in chosen), Decimal(0))

    def _rounded(self, amount: Decimal, column: _Column) -> Decimal:
        return (amount * self.factor).quantize(column.unit, ROUND_HALF_UP)

    def _with_unit(self, text: str) -> str | None:
        """A number that is written with a unit of its own, such as ``1.2万`` or ``3.4K``."""
        match = re.fullmatch(r"(\s*)([-+]?\d[\d,]*(?:\.\d+)?)(\s*[^\W\d_]{1,12}\+?\s*)", text)
        number = figures.read_number(match[2], comma=False) if match else None
        if not match or number is None:
            return None
        return (
            match[1]
            + number.spell((number.value * self.factor).quantize(Decimal(1).scaleb(-number.decimals)), 0)
            + match[3]
        )

    def _row_sums(self, table: _Table) -> Iterator[tuple[int, list[int]]]:
        """Columns that must be the sum of others in each row, so far as the header has them all."""
        places = {column.target: place for place, column in enumerate(table.columns) if column.how == "scale"}
        for identity in table.platform.identities if table.platform else ():
            if identity.rule == "row_sum" and set(identity.measures) <= places.keys():
                first, *parts = (places[name] for name in identity.measures)
                yield first, parts

    def _new_text(self, table: _Table, column: _Column, text: str) -> str | None:
        """The stand-in of a cell that is no number to scale; None where it stays."""
        if column.how in ("keep", "scale", "state"):
            return None
        if text not in column.texts:
            column.texts[text] = self._stand_in(table, column, text)
        return column.texts[text]

    def _stand_in(self, table: _Table, column: _Column, text: str) -> str | None:
        if table.is_null(text):
            return None
        guards = "".join(table.platform.guards) if table.platform else ""
        guard = text[: len(text) - len(text.lstrip(guards))] if guards else ""
        body = text[len(guard) :]
        if self._is_constant(column, body):
            return None
        new = self._by_value(column, body) if column.how == "by value" else self._by_rule(column, body)
        return None if new is None else guard + new

    def _is_constant(self, column: _Column, text: str) -> bool:
        folded = normalise(text)
        spelled = column.rule.values if column.rule else {}
        return folded in _CONSTANTS or any(
            folded in map(normalise, (name, *words)) for name, words in spelled.items()
        )

    def _by_rule(self, column: _Column, text: str) -> str | None:
        rule = column.rule
        if column.how == "person":
            return self._person(text)
        if column.how == "id":
            return self.names.id(column.label, text)
        if rule and rule.split and rule.split.separator in text:
            pieces = text.split(rule.split.separator)
            return rule.split.separator.join(
                piece
                if target in _KEPT or normalise(piece) in _CONSTANTS
                else self.names.of(_label(target), piece)
                for piece, target in zip(pieces, [*rule.split.into, *[""] * len(pieces)], strict=False)
            )
        marks = next(
            (
                pair
                for pair in (rule.unwrap if rule else [])
                if len(text) > 2 and text[0] == pair[0] and text[-1] == pair[-1]
            ),
            "",
        )
        if marks:
            return marks[0] + self.names.of(column.label, text[1:-1]) + marks[-1]
        if column.label == "path" and " > " in text:
            return " > ".join(
                step if normalise(step) in _CONSTANTS else self.names.of("step", step)
                for step in text.split(" > ")
            )
        return self.names.of(column.label, text)

    def _by_value(self, column: _Column, text: str) -> str | None:
        if self._is_id(column, text):
            return self.names.id("text", text)
        number = figures.read_number(text, column.comma)
        if figures.is_date(text) or number is not None or figures.seconds_of(text) is not None:
            return None
        if figures.is_phone(text):
            return self._person(text)
        return self.names.of("text", text)

    def _person(self, text: str) -> str:
        if figures.is_email(text):
            return self.names.of("person", text)
        is_number = sum(sign.isdigit() for sign in text) * 2 > len(text.strip())
        return self.names.id("person", text) if is_number else self.names.of("person", text)

    def _free(self, part: Part, cells: Sequence[str]) -> list[str | None]:
        """A row outside the table: accounts and sites get stand-ins, unknown words are blotted out."""
        platform = self._platforms.get(part) or next(filter(None, self._platforms.values()), None)
        patterns = platform.preamble if platform else []
        values = _named(patterns, [",".join(cells), *cells], self.names)
        return [self._masked(cell, values) for cell in cells]

    def _masked(self, text: str, values: Mapping[str, str]) -> str:
        if not values:
            return self.vocabulary.mask(text, self.names)
        pattern = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
        pieces = re.split(f"({pattern})", text)
        return "".join(values.get(piece) or self.vocabulary.mask(piece, self.names) for piece in pieces)

    # -- around the cells

    def _in_name(self, name: str) -> str:
        """A file, member or sheet name without what the catalog extracts from it, and without known names."""
        platforms = {each.platform: each for each in self._platforms.values() if each}
        patterns = [pattern for platform in platforms.values() for pattern in platform.file_names]
        values = _named(patterns, [name], self.names)
        known = {text: (label, text) for label, text in self.names.known if len(text) >= 4}
        for text, (label, _) in known.items():
            if text in name and normalise(text) not in self.catalog.headers and not text.isdigit():
                values.setdefault(text, f"{label}-{self.names.known[label, text]}")
        for old in sorted(values, key=len, reverse=True):
            name = name.replace(old, values[old])
        return name

    def plan(self) -> Plan:
        """Layouts found, and the names of members and sheets in the copy."""
        members = {part.member: self._in_name(part.member) for part in self._platforms if part.member}
        names = {
            part.sheet: re.sub(r"[\[\]:*?/\\]", "_", self._in_name(part.sheet))[:31]
            for part in self._platforms if part.sheet
        }  # fmt: skip
        return Plan(self.layouts, _distinct(members), _distinct(names))

    def output_name(self) -> str:
        """The name of the copy beside the file."""
        name = self._in_name(files.original_name(self.path))
        stem, dot, ending = name.rpartition(".")
        return f"{stem}.anonymised{dot}{ending}" if stem and self.path.is_file() else f"{name}.anonymised"

    def scaled_columns(self) -> int:
        """How many columns of numbers were scaled."""
        return sum(column.scaled for table in self.tables.values() for column in table.columns)

    def notes(self) -> Iterator[str]:
        """What a person should look at."""
        if not any(self._platforms.values()):
            yield "no report of the catalog fits: cells were judged by their values alone"
        headers = [
            cell for table in self.tables.values() if table.platform
            for cell, column in zip(table.header, table.columns, strict=False)
            if column.how == "by value" and cell and normalise(cell) not in self.catalog.headers
            and not table.platform.is_ignored(normalise(cell))
        ]  # fmt: skip
        if headers:
            yield f"headers nobody knows are kept as they are: {', '.join(dict.fromkeys(headers))}"
        name = self.output_name()
        if self.vocabulary.unknown_words(name):
            yield f"the file's name may say whose it is: {name}"


def _named(patterns: Sequence[str], texts: Iterable[str], names: _Names) -> dict[str, str]:
    """What the catalog's patterns extract of accounts and sites, with its stand-ins."""
    found: dict[str, str] = {}
    for text in texts:
        for pattern in patterns:
            match = re.search(pattern, text)
            for group, value in (match.groupdict() if match else {}).items():
                bare = (value or "").strip().strip('"')
                if bare and group not in _PLAIN_GROUPS:
                    found[bare] = (
                        names.id(_label(group), bare)
                        if group.endswith("_id")
                        else names.of(_label(group), bare)
                    )
    return found


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """New names, none twice."""
    taken: set[str] = set()
    result = {}
    for old, new in names.items():
        while new in taken:
            new = f"{new[:28]} {len(taken)}"
        taken.add(new)
        result[old] = new
    return result


def _split_line(line: str, delimiter: str) -> list[str]:
    return [unquoted(cell) for cell in split_cells(line, delimiter) or [line]]


def _decimals(amount: Decimal) -> int:
    """Decimals that say something: a spreadsheet writes 0.1 + 0.2 with seventeen."""
    exponent = round(amount, _MOST_DECIMALS).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _other_digits(digits: str, names: _Names) -> str:
    """Another number in place of a long one in free text, unless it is a date or two."""
    rest = _PLAIN_DATE.sub("", digits)
    return digits if sum(map(str.isdigit, rest)) < 6 else names.id("account", digits)
