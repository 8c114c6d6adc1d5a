"""Files written anew: every byte that is not meant to change stays."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import pytest

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import load_catalog
from mkt_pipeline.exports.read import open_contents, scan
from mkt_pipeline.exports.rewrite import Part, opened, rewrite_cells, rows

from .conftest import write_xlsx

CSV = "Day,Campaign,Currency code,Impr.,Clicks,Cost\n2026-06-01,Quokka,USD,1000,10,5.50\n"
PAGE = "<html><table><tr><th>Day</th><th>Name</th></tr><tr><td>2026-06-01</td><td>{}</td></tr></table></html>"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def packed(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def upper(part: Part, line: int, column: int, text: str) -> str | None:
    """Every name in capitals."""
    return text.upper() if text == "Quokka" else None


ODD = '\ufeffa;"b ""x"""; c\r\n"two\nlines";5" pipe;\r\n\r\nlast;"";"unclosed\n'


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_an_unchanged_text_keeps_every_byte(tmp_path: Path, encoding: str) -> None:
    text = ODD if encoding != "gb18030" else ODD.removeprefix("\ufeff").replace("pipe", "管道，茶叶")
    source, target = write(tmp_path / "odd.csv", text, encoding), tmp_path / "copy.csv"
    asked: list[tuple[Part, int, int, str]] = []
    assert rewrite_cells(source, target, lambda *cell: asked.append(cell)) == []
    assert target.read_bytes() == source.read_bytes()
    assert (Part("", ""), 1, 1, 'b "x"') in asked
    assert [line for _, line, column, _ in asked if column == 0] == [1, 2, 4, 5]


def test_a_changed_cell_is_quoted_as_before_or_as_it_must_be(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.csv", 'a,"b",c\n1,"2",3\n'), tmp_path / "out.csv"
    new = {"1": "x,y", "2": 'say "no"', "3": "z"}
    rewrite_cells(source, target, lambda part, line, column, text: new.get(text))
    assert target.read_text() == 'a,"b",c\n"x,y","say ""no""",z\n'


def test_a_failed_copy_leaves_nothing(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.csv", "a,b\n1,2\n"), tmp_path / "out.csv"

    def fail(part: Part, line: int, column: int, text: str) -> str | None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        rewrite_cells(source, target, fail)
    assert list(tmp_path.iterdir()) == [source]


def test_members_are_called_what_the_reader_calls_them(tmp_path: Path) -> None:
    inner = packed({"deep/b.csv": CSV.replace("Quokka", "Numbat").encode()})
    source = zipped(
        tmp_path / "a.zip", {"in/a.csv": CSV.encode(), "in/inner.zip": inner, "__MACOSX/._a.csv": b"x"}
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    grids = open_contents(source, load_catalog(), scratch, scan(source)).grids
    with opened(source) as package:
        parts = list(dict.fromkeys(part for part, _, _ in rows(package)))
    assert [(part.member, part.sheet) for part in parts] == [(grid.member, grid.sheet) for grid in grids]
    assert [part.member for part in parts] == ["a.csv", "b.csv"]


def test_gzip_is_packed_again_and_alike(tmp_path: Path) -> None:
    source, targets = tmp_path / "a.csv.gz", [tmp_path / "one.gz", tmp_path / "two.gz"]
    source.write_bytes(gzip.compress(CSV.encode()))
    for target in targets:
        assert rewrite_cells(source, target, upper) == []
    assert gzip.decompress(targets[0].read_bytes()).decode() == CSV.replace("Quokka", "QUOKKA")
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_pages_in_a_zip_become_workbooks_under_their_own_names(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"a.xls": PAGE.format("Quokka").encode(), "a.csv": CSV.encode()})
    target = tmp_path / "b.zip"
    assert rewrite_cells(source, target, upper) == [
        "a.xls is an HTML or XML table and is written as an .xlsx workbook with the same rows"
    ]
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["a.xlsx", "a.csv"]
    with opened(target) as package:
        table = [(part.member, line, cells) for part, line, cells in rows(package)]
    assert table[:2] == [("a.xlsx", 1, ["Day", "Name"]), ("a.xlsx", 2, ["2026-06-01", "QUOKKA"])]
    assert table[3][2][1] == "QUOKKA"


def test_a_workbook_keeps_its_place_types_and_empty_rows(tmp_path: Path) -> None:
    day = dt.date(2026, 6, 1)
    table = [[], [], [None, "Day", "Name", "N"], [None, day, "Quokka", 0.25], [], [None, day, "x", 7]]
    source = write_xlsx(tmp_path / "a.xlsx", {"Data ": table, "Empty": [], "B": [["Quokka"]]})
    asked: list[tuple[str, int, int, str]] = []

    def decide(part: Part, line: int, column: int, text: str) -> str | None:
        asked.append((part.sheet, line, column, text))
        return upper(part, line, column, text)

    rewrite_cells(source, tmp_path / "b.xlsx", decide)
    # Columns are counted as the reader of exports counts them: from the first one that is filled.
    assert [(column, text) for sheet, _, column, text in asked if text == "Quokka"] == [
        (1, "Quokka"),
        (0, "Quokka"),
    ]
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(tmp_path / "b.xlsx")) as book:
        assert book.sheet_names == ["Data ", "Empty", "B"]
        sheet = book.get_sheet_by_index(0)
        assert sheet.start == (2, 1)
        values = [[day, "QUOKKA", 0.25], ["", "", ""], [day, "x", 7.0]]
        assert sheet.to_python(skip_empty_area=True) == [["Day", "Name", "N"], *values]


def test_a_page_keeps_its_empty_rows(tmp_path: Path) -> None:
    page = PAGE.replace("<table>", "<table><tr><td></td></tr>").replace(
        "</table>", "<tr></tr><tr><td>x</td></tr></table>"
    )
    source, target = write(tmp_path / "a.xls", page.format("Quokka")), tmp_path / "b.xlsx"
    rewrite_cells(source, target, upper)
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(target)) as book:
        [name] = book.sheet_names
        sheet = book.get_sheet_by_name(name)
        assert (name, sheet.start) == ("table 1", (1, 0))
        table = sheet.to_python(skip_empty_area=True)
    assert table == [["Day", "Name"], ["2026-06-01", "QUOKKA"], ["", ""], ["x", ""]]


def test_an_archive_without_a_table_is_refused(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"a.pdf": b"%PDF-1.7"})
    with pytest.raises(DataError) as caught:
        rewrite_cells(source, tmp_path / "b.zip", upper)
    assert (caught.value.code, caught.value.where) == ("E-SRC-30", "a.pdf")
    assert sorted(tmp_path.iterdir()) == [source]
