"""When the inbox calls for a run: decided on listings, never on the clock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mkt_pipeline.orchestration.inbox import MAX_HOLD, Cursor, Decision, decide, list_inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def ticks(inbox: Path, cursor: Cursor, count: int) -> Decision:
    decision = decide(inbox, cursor)
    for _ in range(count - 1):
        decision = decide(inbox, Cursor.parse(decision.cursor.dump()))
    return decision


def test_an_empty_or_missing_inbox_asks_for_nothing(inbox: Path, tmp_path: Path) -> None:
    for folder in (inbox, tmp_path / "nowhere"):
        decision = decide(folder, Cursor())
        assert decision.run_key is None
        assert "empty" in decision.summary()


def test_a_file_asks_once_when_seen_twice_unchanged(inbox: Path) -> None:
    (inbox / "a.csv").write_text("x")
    first = decide(inbox, Cursor())
    assert first.run_key is None and first.changing == ("a.csv",)
    second = decide(inbox, first.cursor)
    assert second.run_key is not None and second.new == ("a.csv",)
    third = decide(inbox, second.cursor)
    assert third.run_key is None and third.waiting == ("a.csv",)
    assert "1 waiting" in third.summary()


def test_a_growing_file_waits_until_it_stands_still(inbox: Path) -> None:
    path = inbox / "a.csv"
    cursor = Cursor()
    for size in range(1, 5):
        path.write_text("x" * size)
        decision = decide(inbox, cursor)
        assert decision.run_key is None
        cursor = decision.cursor
    assert decide(inbox, cursor).run_key is not None


def test_complete_files_wait_for_a_growing_one_but_not_for_ever(inbox: Path) -> None:
    (inbox / "done.csv").write_text("x")
    growing = inbox / "growing.csv"
    cursor = Cursor()
    asked_at = None
    for tick in range(MAX_HOLD + 5):
        growing.write_text("x" * (tick + 1))
        decision = decide(inbox, cursor)
        cursor = decision.cursor
        if decision.run_key:
            asked_at = tick
            assert decision.new == ("done.csv",)
            break
    assert asked_at == MAX_HOLD + 1


def test_hidden_and_unfinished_names_are_not_seen(inbox: Path) -> None:
    for name in (".hidden", "a.csv.part", "b.crdownload", "~$book.xlsx", "c.tmp"):
        (inbox / name).write_text("x")
    (inbox / ".git").mkdir()
    (inbox / ".git" / "config").write_text("x")
    assert list_inbox(inbox) == {}


def test_files_in_folders_count_by_relative_name(inbox: Path) -> None:
    (inbox / "gsc").mkdir()
    (inbox / "gsc" / "查询数.csv").write_text("x")
    assert list(list_inbox(inbox)) == ["gsc/查询数.csv"]
    assert ticks(inbox, Cursor(), 2).run_key is not None


def test_an_old_time_stamp_does_not_hide_a_file(inbox: Path) -> None:
    (inbox / "new.csv").write_text("x")
    cursor = ticks(inbox, Cursor(), 3).cursor
    (inbox / "new.csv").unlink()
    old = inbox / "old.csv"
    old.write_text("y")
    os.utime(old, (1, 1))
    assert ticks(inbox, cursor, 2).run_key is not None


def test_a_changed_file_asks_again_under_another_key(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.write_text("x")
    first = ticks(inbox, Cursor(), 2)
    path.write_text("yy")
    second = ticks(inbox, first.cursor, 2)
    assert second.run_key is not None and second.run_key != first.run_key


def test_the_same_file_dropped_again_asks_again(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.write_text("x")
    os.utime(path, (5, 5))
    first = ticks(inbox, Cursor(), 2)
    path.unlink()
    gone = decide(inbox, first.cursor)
    path.write_text("x")
    os.utime(path, (5, 5))
    second = ticks(inbox, gone.cursor, 2)
    assert second.run_key is not None and second.run_key != first.run_key


def test_a_lost_cursor_repeats_the_same_key(inbox: Path) -> None:
    """Dagster drops a second request with a known key: a tick that died after asking does no harm."""
    (inbox / "a.csv").write_text("x")
    before = decide(inbox, Cursor()).cursor
    assert decide(inbox, before).run_key == decide(inbox, before).run_key


def test_the_key_tells_contents_of_equal_length_and_time_apart(inbox: Path) -> None:
    path = inbox / "a.csv"
    keys = set()
    for text in ("x", "y"):
        path.write_text(text)
        os.utime(path, (5, 5))
        keys.add(ticks(inbox, Cursor(), 2).run_key)
    assert len(keys) == 2


@pytest.mark.parametrize("text", [None, "", "nonsense", "[1]", '{"seen": {"a": 1}}'])
def test_a_foreign_cursor_is_a_fresh_start(text: str | None) -> None:
    assert Cursor.parse(text) == Cursor()
