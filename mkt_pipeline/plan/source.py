"""A plan file as text with places: YAML read into plain data, and where every value stands.

What is here: reading one YAML file so that every later complaint can name line and column. What is not: what
a plan means (:mod:`mkt_pipeline.plan.models`).

Scalars stay the text that was written (``null`` becomes None): a platform's campaign id keeps its leading
zeros, and money is read as a decimal, never through a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mkt_pipeline.errors import ConfigError

Key = str | int
Mark = tuple[int, int]
"""Line and column, both from 1."""


@dataclass
class PlanSource:
    """One YAML file: its data (mappings, lists, text, None) and the place of every value and key."""

    path: Path
    label: str
    """How messages name the file: relative to the workspace."""
    data: Any = None
    values: dict[tuple[Key, ...], Mark] = field(default_factory=dict)
    keys: dict[tuple[Key, ...], Mark] = field(default_factory=dict)

    def where(self, location: Sequence[Key] = (), *, key: bool = False) -> str:
        """``file:line:column`` of the value (or the key) at ``location``, else of what encloses it."""
        line, column = self.place(location, key=key)
        return f"{self.label}:{line}:{column}"

    def place(self, location: Sequence[Key], *, key: bool = False) -> Mark:
        """Line and column of the value (or the key) at ``location``, else of what encloses it."""
        for length in range(len(location), -1, -1):
            prefix = tuple(location[:length])
            if key and prefix in self.keys:
                return self.keys[prefix]
            if prefix in self.values:
                return self.values[prefix]
        return 1, 1


def read_source(path: Path, label: str) -> PlanSource:
    """Read one YAML file.

    Raises:
        ConfigError: ``E-PLAN-01`` not UTF-8, not YAML or empty; ``E-PLAN-02`` a key given twice, or an alias.
    """
    source = PlanSource(path, label)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "E-PLAN-01", f"byte {error.start + 1} is not UTF-8", where=label, expected="a text file in UTF-8",
            fix="save the file again with encoding UTF-8",
        ) from None  # fmt: skip
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, label) from None
    if root is None:
        raise ConfigError(
            "E-PLAN-01", "the file is empty", where=label, expected="campaign:, goals:, channels:, match:",
            fix="fill in the plan, or move the file out of plans/",
        )  # fmt: skip
    source.data = _Reader(source).value(root, ())
    return source


def _not_yaml(error: yaml.YAMLError, text: str, label: str) -> ConfigError:
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    line, column, fix = (mark.line, mark.column, "correct that line") if mark else (0, 0, "correct the file")
    lines = text.splitlines()
    for number in (line, line - 1):
        # The parser stumbles over a wide colon only on the line after it.
        written = lines[number] if 0 <= number < len(lines) else ""
        if "\t" in written:
            line, column, fix = number, written.index("\t"), "indent with spaces, not with tabs"
            break
        if "：" in written and ": " not in written:
            line, column = number, written.index("：")
            fix = "write the colon as ':' and a space, not as '：'"
            break
    return ConfigError(
        "E-PLAN-01", f"not valid YAML ({problem})", where=f"{label}:{line + 1}:{column + 1}",
        expected="'key: value' lines", fix=fix,
    )  # fmt: skip


class _Reader:
    """Turns composed YAML nodes into data and notes where each stands."""

    def __init__(self, source: PlanSource) -> None:
        self.source = source
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, location: tuple[Key, ...]) -> Any:
        mark = _mark(node)
        if id(node) in self.seen:
            raise ConfigError(
                "E-PLAN-02", "a YAML alias (*name) stands here", where=self._place(mark),
                expected="every value written out", fix="repeat the value in place of the alias",
            )  # fmt: skip
        self.seen.add(id(node))
        self.source.values[location] = mark
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _mapping(self, node: yaml.MappingNode, location: tuple[Key, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = _mark(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise ConfigError(
                    "E-PLAN-01", "a key is not a word", where=self._place(mark),
                    expected="'key: value' lines", fix="quote the text if it is meant as text",
                )  # fmt: skip
            key = str(key_node.value)
            inner = (*location, key)
            if key in result:
                first = self.source.keys[inner]
                raise ConfigError(
                    "E-PLAN-02", f"the key {key!r} is given twice (first in line {first[0]})",
                    where=self._place(mark), expected="each key once", fix="delete one of the two",
                )  # fmt: skip
            self.source.keys[inner] = mark
            result[key] = self.value(value_node, inner)
        return result

    def _place(self, mark: Mark) -> str:
        return f"{self.source.label}:{mark[0]}:{mark[1]}"


def _mark(node: yaml.Node) -> Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1
