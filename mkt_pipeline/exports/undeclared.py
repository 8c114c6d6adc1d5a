"""Tables that no catalog entry describes: what their headers, labels and cells suggest.

What is here: finding a header by its looks, and telling rates, ids, people and totals rows by the words of
``undeclared.yml``. What is not: anything sure; whoever asks tells the user that it is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from mkt_pipeline.exports import figures
from mkt_pipeline.exports.catalog import normalise


def read_words(module: str) -> dict[str, Any]:
    """The lists of words that lie beside a module under its name."""
    text = Path(module).with_suffix(".yml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (safe loaders)


_WORDS = read_words(__file__)
_HEADER_WITHIN = 40
CJK = re.compile(r"[\u4e00-\u9fff]")


def _pattern(words: Iterable[str], parts: Iterable[str] = ()) -> re.Pattern[str]:
    return re.compile("|".join([rf"\b(?:{'|'.join(words)})\b", *parts]), re.IGNORECASE)


_RATES = _pattern(**_WORDS["rates"])
_FIXED = _pattern(**_WORDS["fixed"])
_IDS = _pattern(**_WORDS["ids"])
_PEOPLE = _pattern(**_WORDS["people"])
_TOTALS = re.compile(rf"(?:{'|'.join(_WORDS['totals'])})\s*(?:[-–—:：(（].*)?", re.IGNORECASE | re.DOTALL)
_LANGUAGES = {language: _pattern(words) for language, words in _WORDS["languages"].items()}

NULL_TOKENS: tuple[str, ...] = tuple(_WORDS["null_tokens"])
"""What stands for nothing where the catalog does not say it; the empty cell always does."""
COMMON_HEADERS: Mapping[str, Sequence[str]] = _WORDS["headers"]
"""Canonical column to common headers of it."""


def _spaced(header: str) -> str:
    return header.replace("_", " ").strip()


def is_rate(header: str) -> bool:
    """Whether the numbers below a header are quotients, which are recomputed and never added."""
    return bool(_RATES.search(_spaced(header)))


def is_fixed(header: str) -> bool:
    """Whether the numbers below a header do not grow with the account: rates, ranks, scores, lengths."""
    return is_rate(header) or bool(_FIXED.search(_spaced(header)))


def is_id(header: str) -> bool:
    """Whether a header speaks of an id."""
    return bool(_IDS.search(_spaced(header)))


def is_personal(header: str) -> bool:
    """Whether a header speaks of names, addresses or telephone numbers of people."""
    return bool(_PEOPLE.search(_spaced(header)))


def is_total(cell: str) -> bool:
    """Whether a cell is the label of a totals row."""
    return bool(_TOTALS.fullmatch(cell.strip()))


def language_of(header: Sequence[str]) -> str:
    """The language of a header, as ISO 639-1; English where nothing speaks for another."""
    text = " ".join(header)
    if CJK.search(text):
        return "zh"
    return next((language for language, words in _LANGUAGES.items() if words.search(text)), "en")


def guess_header(table: Sequence[Sequence[str]]) -> int | None:
    """The row (from 0) that looks most like a header: wide, words only, with rows of values below it."""
    best: tuple[float, int] | None = None
    for place, cells in enumerate(table[:_HEADER_WITHIN]):
        names = [cell.strip() for cell in cells if cell.strip()]
        if len(names) < 2 or len(names) < 0.6 * len(cells) or len(set(map(normalise, names))) < len(names):
            continue
        if any(map(is_value, names)):
            continue
        below = [row for row in table[place + 1 : place + 21] if sum(bool(cell.strip()) for cell in row) > 1]
        alike = [row for row in below if len(row) == len(cells)]
        if below and len(alike) < 0.6 * len(below):
            continue
        has_values = any(is_value(cell.strip()) for row in alike[:10] for cell in row)
        score = len(names) * (2 if has_values else 1) - 0.01 * place
        if best is None or score > best[0]:
            best = (score, place)
    return best[1] if best else None


def is_value(cell: str) -> bool:
    """Whether a trimmed cell holds a date, a number or an address, as headers do not."""
    return figures.is_date(cell) or figures.is_email(cell) or figures.any_number(cell) is not None
