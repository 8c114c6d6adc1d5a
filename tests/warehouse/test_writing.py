"""Tables written from Python: exact types, words, and nothing left of what stood there before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from mkt_pipeline.warehouse import open_build, write_table
from mkt_pipeline.workspace import Workspace

COLUMNS = {"name": "VARCHAR", "day": "DATE", "spend": "DECIMAL(18,6)", "clicks": "BIGINT", "share": "DOUBLE"}
WORDS = {name: f"列 | it's {name}" for name in COLUMNS}
ROWS = [
    ("茶", dt.date(2026, 6, 1), Decimal("12345678901.123456"), 2**53 + 1, 0.5),
    (None, None, None, None, None),
    ("nan", dt.date(2026, 6, 2), Decimal("0.1"), 0, float("nan")),
]


def write(workspace: Workspace, frame: pd.DataFrame) -> int:
    return write_table(workspace, "mart", "mine", frame, "表 | it's a table", WORDS, COLUMNS)


def read(workspace: Workspace) -> tuple[list[tuple[object, ...]], dict[str, tuple[str, str]], str]:
    with open_build(workspace) as connection:
        rows = connection.execute("FROM mart.mine").fetchall()
        columns = connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'mine'"
        ).fetchall()
        comment = connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'mine'"
        ).fetchall()
    return rows, {name: (kind, words) for name, kind, words in columns}, comment[0][0]


def test_values_types_and_words_arrive_exactly(workspace: Workspace) -> None:
    frame = pd.DataFrame(ROWS, columns=list(COLUMNS)).astype({"clicks": "Int64"})
    frame["clicks"] = pd.array([2**53 + 1, None, 0], dtype="Int64")
    assert write(workspace, frame) == 3
    rows, columns, comment = read(workspace)
    assert rows == [ROWS[0], ROWS[1], ("nan", dt.date(2026, 6, 2), Decimal("0.1"), 0, None)]
    assert columns == {name: (kind, WORDS[name]) for name, kind in COLUMNS.items()}
    assert comment == "表 | it's a table"


def test_an_empty_frame_keeps_its_types(workspace: Workspace) -> None:
    assert write(workspace, pd.DataFrame(columns=list(COLUMNS))) == 0
    rows, columns, _ = read(workspace)
    assert rows == []
    assert {name: kind for name, (kind, _) in columns.items()} == COLUMNS


def test_a_column_whose_first_thousands_are_empty_keeps_its_values(workspace: Workspace) -> None:
    values = [None] * 5000 + [Decimal("1.000001")]
    write_table(
        workspace, "mart", "mine", pd.DataFrame({"a": values}, dtype=object), "表 | t", {"a": "列 | a"},
        {"a": "DECIMAL(18,6)"},
    )  # fmt: skip
    assert read(workspace)[0][-1] == (Decimal("1.000001"),)


def test_a_table_is_replaced_as_a_whole(workspace: Workspace) -> None:
    write(workspace, pd.DataFrame(ROWS, columns=list(COLUMNS)))
    write_table(workspace, "mart", "mine", pd.DataFrame({"other": [1]}), "表 | t", {"other": "列 | o"})
    rows, columns, _ = read(workspace)
    assert rows == [(1,)]
    assert columns == {"other": ("BIGINT", "列 | o")}


@pytest.mark.parametrize(
    ("words", "types"), [({}, {}), ({"a": "x", "b": "x"}, {}), ({"a": "x"}, {"b": "DATE"})]
)
def test_a_column_without_words_is_refused(
    workspace: Workspace, words: dict[str, str], types: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"mart\.mine"):
        write_table(workspace, "mart", "mine", pd.DataFrame({"a": [1]}), "表 | t", words, types)
