"""Words that name no one, and free text without the others.

What is here: the lists of ``words.yml``, and the vocabulary that blots unknown words out. What is not:
stand-ins for names that stand in a cell of their own (:mod:`.names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkt_pipeline.exports.anonymise.names import Names
from mkt_pipeline.exports.catalog import Catalog, Platform
from mkt_pipeline.exports.figures import WEEKDAYS
from mkt_pipeline.exports.undeclared import read_words
from mkt_pipeline.exports.values import MONTHS

_WORDS: dict[str, list[str]] = read_words(__file__)
KEPT_COLUMNS = frozenset(_WORDS["columns"])
"""Canonical columns that name no one and whose values readers depend on."""
KEPT_BREAKDOWNS = frozenset(_WORDS["breakdowns"])
KEPT_ATTRIBUTES = KEPT_COLUMNS.union(_WORDS["attributes"])
"""Attributes of preambles and file names that name no one."""
KEPT_VALUES = frozenset(_WORDS["values"])
"""Normalised values that say the same in every account."""

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+|[^\W\d_A-Za-z\u00c0-\u024f]+")
_GROUPS_AND_CLASSES = re.compile(r"\(\?P<\w+>|\(\?[a-z]+\)|\\[a-zA-Z]")
_LONG_DIGITS = re.compile(r"(?<!\d)\d[\d-]{5,}\d(?!\d)")
_PLAIN_DATE = re.compile(r"20\d\d-?[01]?\d-?[0-3]?\d")


class Vocabulary:
    """The words a catalog and its exports use anyway; every other word in free text may be a name."""

    def __init__(self, catalog: Catalog) -> None:
        texts = [*_WORDS["words"], *KEPT_VALUES, *MONTHS, *WEEKDAYS, *catalog.headers]
        for platform in catalog:
            texts += _texts_of(platform)
        self.words = {word.casefold() for text in texts for word in _WORD.findall(text)}
        self._longest = max(map(len, self.words))

    def mask(self, text: str, names: Names) -> str:
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


def _texts_of(platform: Platform) -> Iterator[str]:
    """What an entry of the catalog spells out, the words of its patterns included."""
    yield from (*platform.ignored, *platform.sheets)
    yield from (word for spelled in platform.values.values() for words in spelled.values() for word in words)
    patterns = [*platform.preamble, *platform.note_rows, *platform.file_names]
    for report in platform.reports:
        patterns += [*report.title, *report.name]
        yield from report.totals.labels if report.totals else ()
        yield from (word for words in report.key_values.values() for word in words)
    yield from (_GROUPS_AND_CLASSES.sub(" ", pattern) for pattern in patterns)


def _other_digits(digits: str, names: Names) -> str:
    """Another number in place of a long one in free text, unless it is a date or two."""
    rest = _PLAIN_DATE.sub("", digits)
    return digits if sum(map(str.isdigit, rest)) < 6 else names.id("account", digits)
