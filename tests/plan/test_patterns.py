"""Globs and the SQL patterns made of them accept the same texts."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from mkt_pipeline.lake import engine
from mkt_pipeline.plan import glob_to_like

TEXTS = [
    "618",
    "618_sale",
    "618-sale",
    "618 SALE 50%",
    "a\\b",
    "a\\%b",
    "axb",
    "",
    "大促_618",
    "100%",
    "1000",
]
GLOBS = ["*", "618*", "*618", "618_sale", "618?sale", "*50%", "a\\b", "a?b", "100%", "大促*", "*sale*", ""]


@pytest.mark.parametrize("glob", GLOBS)
def test_the_pattern_accepts_what_the_glob_accepts(glob: str, tmp_path: Path) -> None:
    with engine(tmp_path) as connection:
        for text in TEXTS:
            row = connection.execute("SELECT ? ILIKE ? ESCAPE '\\'", [text, glob_to_like(glob)]).fetchone()
            assert row is not None
            assert row[0] == fnmatch.fnmatchcase(text.lower(), glob.lower()), text
