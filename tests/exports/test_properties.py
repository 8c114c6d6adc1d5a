"""Whatever way a table is written, the same rows and sums are read from it; nothing goes missing silently.

Tables are made at random and written in a random way: encoding, delimiter, line ends, quoting, spelling of
numbers, order of columns, preamble, totals row, footer, container.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz import COUNTERS, MAILS
from mkt_pipeline import lake
from mkt_pipeline.exports import Inspection, archives, inspect, land, receipts, sheets, text
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import write_xlsx
from tests.exports.test_formats import ENTRY

SETTINGS = "name: Test\nbad_row_threshold: 0.9\naccounts:\n- {platform: tea_ads, currency_code: EUR}\n"
COLUMNS = ("day", "campaign", "sips", "pours", "cost", "mood")
ENGLISH = dict(zip(COLUMNS, ("Tea day", "Tea campaign", "Sips", "Pours", "Leaves cost", "Mood"), strict=True))
CHINESE = ENGLISH | {"day": "茶日", "campaign": "茶计划", "sips": "茶展现", "cost": "茶消费"}


def some(examples: int) -> settings:
    """A bounded number of examples, the same in every run."""
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


@contextmanager
def fresh_workspace() -> Iterator[Workspace]:
    """An empty workspace that knows the invented platforms."""
    with tempfile.TemporaryDirectory(prefix="mkt-properties-") as folder:
        workspace = Workspace(Path(folder) / "ws")
        workspace.create_folders()
        workspace.catalog_dir.mkdir()
        for name, entry in (("tea_ads", ENTRY), ("tea_counters", COUNTERS), ("tea_mail", MAILS)):
            (workspace.catalog_dir / f"{name}.yml").write_text(entry, encoding="utf-8")
        workspace.settings_file.write_text(SETTINGS, encoding="utf-8")
        yield workspace


@pytest.fixture(scope="module")
def standing() -> Iterator[Workspace]:
    """One workspace for everything that is only inspected."""
    with fresh_workspace() as workspace:
        yield workspace


# -- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One row; amounts in cents; None where the export says nothing."""

    day: dt.date
    campaign: str
    sips: int | None
    pours: int | None
    cents: int | None
    mood: str


@dataclass(frozen=True)
class Writing:
    """How a table is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    end: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    mark: str = "."
    group: str = ""
    sign: str = "{}"
    null: str = "--"
    order: tuple[str, ...] = COLUMNS
    preamble: int = 0
    totals: str = ""
    """``top``, ``bottom`` or nothing."""
    footer: bool = False
    bad: tuple[int, ...] = ()
    """Places before which a line that is no row stands."""
    container: str = "plain"

    @property
    def headers(self) -> dict[str, str]:
        """Chinese headers where the encoding is Chinese and the sign of its header is needed."""
        return CHINESE if self.encoding == "gb18030" else ENGLISH


NAMES = {
    "gb18030": ["乌龙茶礼盒计划", "绿茶", "品牌词,春季", "茉莉花茶\n新品"],
    "big5": ["烏龍茶計畫與禮盒", "綠茶與紅茶禮盒活動", "新品茉莉花茶活動"],
}
ROWS = st.lists(
    st.tuples(
        st.dates(dt.date(2026, 5, 1), dt.date(2026, 6, 30)), st.text("ab \",;|\t\n'=乌é", max_size=6),
        st.none() | st.integers(0, 3_000_000), st.none() | st.integers(0, 3_000),
        st.none() | st.integers(-9_999, 250_000_000), st.sampled_from(["", "good", "so, so", '"bad"']),
    ),
    min_size=1, max_size=12,
)  # fmt: skip
LOCALES = st.sampled_from([
    (".", ""), (".", ","), (".", " "), (".", "'"), (".", "\u00a0"),
    (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (",", "\u202f"),
])  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, containers: Sequence[str] = ("plain",)) -> tuple[list[Row], Writing]:
    """A table and a way to write it."""
    encoding = draw(st.sampled_from(
        ["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"]
    ))  # fmt: skip
    names = NAMES.get(encoding)
    rows = [
        Row(day, draw(st.sampled_from(names)) if names else f"x{name}", sips, pours, cents, mood)
        for day, name, sips, pours, cents, mood in draw(ROWS)
    ]
    # One amount must show its decimals, or nothing tells a thousand from one and a bit.
    rows[0] = replace(rows[0], cents=draw(st.integers(-9_999, 250_000_000)))
    mark, group = ((".", ","), (",", "."))[draw(st.booleans())] if encoding == "big5" else draw(LOCALES)
    signs = ["{}"] if encoding == "big5" else ["{}", "{}", "€{}", "{} €", "€ {}", "EUR {}"]
    order = draw(st.permutations(COLUMNS if draw(st.booleans()) else COLUMNS[:-1]))
    return rows, Writing(
        encoding, draw(st.sampled_from([",", ";", "\t", "|"])), draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])), mark, group, draw(st.sampled_from(signs)),
        draw(st.sampled_from(["--", "", " --"])), tuple(order), draw(st.integers(0, 10)),
        draw(st.sampled_from(["", "top", "bottom"])), draw(st.booleans()),
        tuple(draw(st.sets(st.integers(0, len(rows)), max_size=2))), draw(st.sampled_from(containers)),
    )  # fmt: skip


def sums(rows: Sequence[Row]) -> dict[str, Decimal]:
    """What the numbers come to, exactly."""
    return {
        "impressions": Decimal(sum(row.sips or 0 for row in rows)),
        "clicks": Decimal(sum(row.pours or 0 for row in rows)),
        "spend": Decimal(sum(row.cents or 0 for row in rows)) / 100,
    }


def spelled(number: int | None, places: int, how: Writing, sign: str = "{}") -> str:
    """A number as the locale writes it."""
    if number is None:
        return how.null
    digits = f"{abs(number):0{places + 1}}"
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    grouped = f"{int(whole):,}".replace(",", how.group)
    text = ("-" if number < 0 else "") + grouped + (how.mark + rest if places else "")
    return sign.format(text)


def cells(row: Row, how: Writing) -> dict[str, str]:
    """The cells of a row."""
    return {
        "day": row.day.isoformat(), "campaign": row.campaign, "sips": spelled(row.sips, 0, how),
        "pours": spelled(row.pours, 0, how), "cost": spelled(row.cents, 2, how, how.sign), "mood": row.mood,
    }  # fmt: skip


def written(rows: Sequence[Row], how: Writing, *, too_many_sips: int = 0) -> str:
    """The table as a text."""
    out = io.StringIO()
    out.writelines(f'note {number} of "tea{how.end}' for number in range(how.preamble))
    writer = csv.writer(out, delimiter=how.delimiter, quoting=how.quoting, lineterminator=how.end)  # type: ignore[arg-type]
    writer.writerow([how.headers[name] for name in how.order])
    total = sums(rows)
    sips, cents = int(total["impressions"]) + too_many_sips, int(total["spend"] * 100)
    totals = {
        "day": "", "campaign": "Tea total", "sips": spelled(sips, 0, how), "mood": "",
        "pours": spelled(int(total["clicks"]), 0, how), "cost": spelled(cents, 2, how, how.sign),
    }  # fmt: skip
    lines = [cells(row, how) for row in rows]
    for place in sorted(how.bad, reverse=True):
        lines.insert(place, {"campaign": "only one cell"})
    lines = [totals] * (how.totals == "top") + lines + [totals] * (how.totals == "bottom")
    for line in lines:
        writer.writerow([line[name] for name in how.order] if "day" in line else [*line.values()])
    if how.footer:
        out.write(f"© Tea and leaves{how.end}" if how.encoding != "big5" else "")
    return out.getvalue()


def packed(content: bytes, container: str) -> tuple[str, bytes]:
    """Name and bytes of the file that holds the text."""
    if container == "gzip":
        return "tea.csv.gz", gzip.compress(content, mtime=0)
    if container == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("in/tea.csv"), content)
        return "tea.zip", buffer.getvalue()
    return "tea.csv", content


def write(folder: Path, rows: Sequence[Row], how: Writing, *, too_many_sips: int = 0) -> Path:
    """The table as a file."""
    if how.container == "xlsx":
        shown = [[*(how.headers[name] for name in how.order)]]
        values = [
            {"day": row.day, "campaign": row.campaign, "sips": row.sips, "pours": row.pours,
             "cost": None if row.cents is None else row.cents / 100, "mood": row.mood}
            for row in rows
        ]  # fmt: skip
        table = [*shown, *([line[name] for name in how.order] for line in values)]
        return write_xlsx(folder / "tea.xlsx", {"Tea": [["note"]] * how.preamble + table})
    content = written(rows, how, too_many_sips=too_many_sips).encode(how.encoding)
    name, content = packed(content, how.container)
    path = folder / name
    path.write_bytes(content)
    return path


def figures(shown: Inspection) -> tuple[int, int, int, dict[str, Decimal]]:
    """Rows, rejected, totals rows and sums of a file that is landed."""
    assert shown.problem is None, shown.problem
    exact = {name: Decimal(str(value)) for name, value in shown.totals.items()}
    whole = dict.fromkeys(("impressions", "clicks", "spend"), Decimal(0)) | exact
    return shown.rows, shown.rejected, shown.totals_rows, whole


# -- properties -----------------------------------------------------------------------------------


@some(50)
@given(table=tables(("plain", "plain", "plain", "zip", "gzip", "xlsx")))
def test_every_row_is_accounted_for_and_the_sums_are_exact(
    standing: Workspace, table: tuple[list[Row], Writing]
) -> None:
    rows, how = table
    path = write(standing.inbox, rows, how)
    is_text = how.container != "xlsx"
    expected = len(rows), len(how.bad) * is_text, bool(how.totals) and is_text, sums(rows)
    assert figures(inspect(path, standing)) == expected


@some(12)
@given(table=tables())
def test_a_wrong_totals_row_is_refused(standing: Workspace, table: tuple[list[Row], Writing]) -> None:
    rows, how = table
    how = replace(how, totals=how.totals or "top")
    shown = inspect(write(standing.inbox, rows, how, too_many_sips=1), standing)
    assert shown.problem is not None and shown.problem["code"] == "E-SRC-10"


@some(10)
@given(table=tables(), size=st.sampled_from([1, 3, 7, 64]), order=st.permutations(COLUMNS))
def test_the_order_of_columns_and_the_size_of_chunks_change_nothing(
    standing: Workspace, table: tuple[list[Row], Writing], size: int, order: list[str]
) -> None:
    rows, how = table
    before = figures(inspect(write(standing.inbox, rows, replace(how, order=COLUMNS)), standing))
    path = write(standing.inbox, rows, replace(how, order=tuple(order)))
    with pytest.MonkeyPatch.context() as patch:
        for module in (text, archives, sheets):
            patch.setattr(module, "CHUNK", size)
        assert figures(inspect(path, standing)) == before


@some(8)
@given(table=tables(("plain", "zip", "gzip", "xlsx")))
def test_landing_agrees_with_inspecting_and_happens_once(table: tuple[list[Row], Writing]) -> None:
    rows, how = table
    with fresh_workspace() as workspace:
        path = write(workspace.inbox, rows, how)
        shown = inspect(path, workspace)
        content = path.read_bytes()
        (landed,) = land(workspace)
        assert (landed.status, landed.rows, landed.rejected, landed.totals) == (
            "landed", shown.rows, shown.rejected, shown.totals,
        )  # fmt: skip
        path.write_bytes(content)
        assert [result.status for result in land(workspace)] == ["duplicate"]
        (receipt,) = receipts(workspace)
        assert (receipt.row_count, receipt.totals) == (shown.rows, shown.totals)
        stored = lake.quote(str(lake.folder(workspace, "ad_performance") / f"{landed.file_id}.parquet"))
        with lake.engine(workspace.root / "engine") as connection:
            names = {row[0] for row in connection.execute(f"DESCRIBE FROM read_parquet({stored})").fetchall()}
            picks = [f"coalesce(sum({name}), 0)" if name in names else "0" for name in sums(rows)]
            found = connection.execute(f"SELECT {', '.join(picks)} FROM read_parquet({stored})").fetchone()
        assert found is not None and [Decimal(value) for value in found] == list(sums(rows).values())


@some(3)
@given(
    rows=st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 999_999)), min_size=10, max_size=40),
    parts=st.sampled_from([2, 10]),
)
def test_many_parts_give_the_sums_of_one_file(rows: list[tuple[int, int]], parts: int) -> None:
    table = [
        Row(dt.date(2026, 5, 1), f"x{number}", sips, 1, cents, "")
        for number, (sips, cents) in enumerate(rows)
    ]
    with fresh_workspace() as workspace:
        for number in range(parts):
            part = table[number::parts]
            write(workspace.inbox, part, Writing()).rename(workspace.inbox / f"{number}.csv")
        results = land(workspace)
        assert [result.status for result in results] == ["landed"] * parts
        added = {
            name: sum(Decimal(str(each.totals.get(name, 0))) for each in results) for name in sums(table)
        }
        assert added == sums(table)


@some(60)
@given(
    table=tables(),
    share=st.floats(0, 1, exclude_max=True),
    said=st.sampled_from(["nothing", "totals", "count"]),
)
def test_a_file_that_is_cut_off_is_never_silently_short(
    standing: Workspace, table: tuple[list[Row], Writing], share: float, said: str
) -> None:
    """With a totals row or a number of rows above them, no row is missing; without, no half row is landed.

    A cut inside the last cell of a row leaves a shorter number or text, which only a totals row can tell.
    """
    rows, how = table
    how = replace(how, totals="top" if said == "totals" else "", footer=False, bad=(), preamble=0)
    above = f"Rows: {len(rows)}{how.end}" if said == "count" else ""
    content = (above + written(rows, how)).encode(how.encoding)
    top = above + "".join(written(rows, how).splitlines(keepends=True)[: 1 + (said == "totals")])
    first = len(top.encode(how.encoding)) if said != "nothing" else 0
    path = standing.inbox / "cut.csv"
    path.write_bytes(content[: first + int(share * (len(content) - first))])
    shown = inspect(path, standing)
    if shown.problem is not None:
        assert shown.problem["code"].startswith("E-SRC-") and shown.problem["fix"]
        return
    found = figures(shown)[3]
    if said == "count":
        assert shown.rows + shown.rejected == len(rows)
    if said == "totals":
        true = sums(rows)
        assert (found["impressions"], found["clicks"]) == (true["impressions"], true["clicks"])
        assert abs(found["spend"] - true["spend"]) <= Decimal("0.06") + len(rows) * Decimal("0.005")
    complete = [sums(rows[:count]) for count in range(len(rows) + 1)]
    last = how.order[-1]
    exact = [name for name, column in (("impressions", "sips"), ("clicks", "pours"), ("spend", "cost"))
             if column != last]  # fmt: skip
    assert any(
        all(found[name] == each[name] for name in exact) for each in complete[max(0, shown.rows - 1) :]
    )
    assert shown.rows <= len(rows)


@some(8)
@given(
    blocks=st.lists(
        st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)), min_size=1, max_size=5),
        min_size=1, max_size=6,
    ),
    gaps=st.integers(1, 3),
)  # fmt: skip
def test_any_number_of_tables_in_one_file(
    standing: Workspace, blocks: list[list[tuple[int, int]]], gaps: int
) -> None:
    text = ""
    for number, rows in enumerate(blocks, start=1):
        text += f"# Range: 2026-06-{number:02} - 2026-06-{number:02}\nSip page,Sip sessions,Sip users\n"
        text += "".join(f"/{place},{sessions},{users}\n" for place, (sessions, users) in enumerate(rows))
        text += "\n" * gaps
    path = standing.inbox / "blocks.csv"
    path.write_text(text, encoding="utf-8")
    shown = inspect(path, standing)
    assert (shown.problem, shown.rejected, shown.warnings) == (None, 0, [])
    assert shown.rows == sum(map(len, blocks))
    parts = shown.parts or [{"rows": shown.rows, "totals": shown.totals, "date_from": shown.date_from}]
    assert [(part["rows"], part["totals"]["sessions"], part["date_from"]) for part in parts] == [
        (len(rows), 1000 * sum(row[0] for row in rows), f"2026-06-{number:02}")
        for number, rows in enumerate(blocks, start=1)
    ]


@pytest.mark.parametrize("lines", [1, 250])
def test_lines_that_are_no_rows_are_counted_one_by_one(standing: Workspace, lines: int) -> None:
    how = Writing(bad=(1,) * lines)
    rows = [Row(dt.date(2026, 5, 1), f"x{number}", 1, 1, 100, "") for number in range(300)]
    shown = inspect(write(standing.inbox, rows, how), standing)
    assert figures(shown)[:2] == (300, lines)
    assert json.dumps(shown.to_dict())
    shutil.rmtree(standing.inbox)
    standing.inbox.mkdir()
