"""What texts become: stand-ins for names in cells, free text without names, and names of files and sheets.

What is here: the text of one cell, by the rule of its column or by its value. What is not: numbers
(:mod:`.amounts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mkt_pipeline.exports import figures
from mkt_pipeline.exports.anonymise.columns import Column, label_of
from mkt_pipeline.exports.anonymise.names import Names
from mkt_pipeline.exports.anonymise.tables import Table
from mkt_pipeline.exports.anonymise.words import KEPT_ATTRIBUTES, KEPT_COLUMNS, KEPT_VALUES, Vocabulary
from mkt_pipeline.exports.catalog import Catalog, ColumnRule, Platform, normalise

_PATH_STEP = " > "
_LEAST_NAME = 4
"""Shorter names are not looked for in the names of files: they would be found in any word."""


class Texts:
    """Replaces names, the same one alike wherever it stands."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.names = Names()
        self.vocabulary = Vocabulary(catalog)

    def of_cell(self, table: Table, column: Column, text: str) -> str | None:
        """The stand-in of a cell that is no number to scale; None where it stays."""
        if column.how in ("keep", "scale", "state"):
            return None
        if text not in column.texts:
            column.texts[text] = self._stand_in(table, column, text)
        return column.texts[text]

    def masked(self, text: str) -> str:
        """Free text with the words blotted out that may be names."""
        return self.vocabulary.mask(text, self.names)

    def of_header(self, table: Table, cells: Sequence[str]) -> Sequence[str | None] | None:
        """Headers stay; only a report whose columns are names of something has names there."""
        if table.report is None or not table.report.open_columns or table.platform is None:
            return None
        index = table.platform.index(table.report)
        names = map(normalise, cells)
        return [
            None if index.get(name) or table.platform.is_ignored(name) else self.masked(cell)
            for cell, name in zip(cells, names, strict=True)
        ]

    def of_free_row(self, platform: Platform | None, cells: Sequence[str]) -> list[str | None]:
        """A row outside the table: accounts and sites get stand-ins, unknown words are blotted out."""
        values = self._named(platform.preamble if platform else [], [",".join(cells), *cells])
        if not values:
            return [self.masked(cell) for cell in cells]
        pattern = re.compile(f"({'|'.join(map(re.escape, _longest_first(values)))})")
        return [
            "".join(values.get(piece) or self.masked(piece) for piece in pattern.split(cell))
            for cell in cells
        ]

    def of_name(self, name: str, platforms: Iterable[Platform]) -> str:
        """A file, member or sheet name without what the catalog extracts from it, and without known names."""
        values = self._named([pattern for each in platforms for pattern in each.file_names], [name])
        for (label, text), number in self.names.known.items():
            is_name = len(text) >= _LEAST_NAME and not text.isdigit()
            if is_name and text in name and normalise(text) not in self.catalog.headers:
                values.setdefault(text, f"{label}-{number}")
        for old in _longest_first(values):
            name = name.replace(old, values[old])
        return name

    def _named(self, patterns: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
        """What the catalog's patterns extract of accounts and sites, with its stand-ins."""
        found: dict[str, str] = {}
        matches = [match for pattern in patterns for text in texts if (match := re.search(pattern, text))]
        for group, value in (item for match in matches for item in match.groupdict().items()):
            bare = (value or "").strip().strip('"')
            if bare and group not in KEPT_ATTRIBUTES:
                stand_in = self.names.id if group.endswith("_id") else self.names.of
                found[bare] = stand_in(label_of(group), bare)
        return found

    # -- cells

    def _stand_in(self, table: Table, column: Column, text: str) -> str | None:
        if table.is_null(text):
            return None
        guards = "".join(table.platform.guards) if table.platform else ""
        body = text.lstrip(guards) if guards else text
        if _is_constant(column.rule, body):
            return None
        new = self._by_value(column, body) if column.how == "by value" else self._by_rule(column, body)
        return None if new is None else text.removesuffix(body) + new

    def _by_rule(self, column: Column, text: str) -> str:
        rule = column.rule
        if column.how == "person":
            return self.names.person(text)
        if column.how == "id":
            return self.names.id(column.label, text)
        if rule and rule.split and rule.split.separator in text:
            pieces = text.split(rule.split.separator)
            targets = [*rule.split.into, *[""] * len(pieces)]
            return rule.split.separator.join(
                piece
                if target in KEPT_COLUMNS or _is_constant(None, piece)
                else self.names.of(label_of(target), piece)
                for piece, target in zip(pieces, targets, strict=False)
            )
        for marks in rule.unwrap if rule else ():
            if len(text) > 2 and text[0] == marks[0] and text[-1] == marks[-1]:
                return marks[0] + self.names.of(column.label, text[1:-1]) + marks[-1]
        if column.label == "path" and _PATH_STEP in text:
            steps = text.split(_PATH_STEP)
            return _PATH_STEP.join(
                step if _is_constant(None, step) else self.names.of("step", step) for step in steps
            )
        return self.names.of(column.label, text)

    def _by_value(self, column: Column, text: str) -> str | None:
        if column.is_id(text):
            return self.names.id("text", text)
        is_number = figures.read_number(text, column.comma) or figures.seconds_of(text) is not None
        if is_number or figures.is_date(text):
            return None
        return self.names.person(text) if figures.is_phone(text) else self.names.of("text", text)


def _is_constant(rule: ColumnRule | None, text: str) -> bool:
    """Whether a value says the same in every account."""
    folded = normalise(text)
    spelled = rule.values.items() if rule else ()
    return folded in KEPT_VALUES or any(
        folded == normalise(word) for name, words in spelled for word in (name, *words)
    )


def _longest_first(values: Mapping[str, str]) -> list[str]:
    return sorted(values, key=len, reverse=True)
