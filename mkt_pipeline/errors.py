"""The errors a user can meet: code, place, what was found, what was expected, how to fix it.

What is here: the error type and its four families, one per exit code. What is not: any wording of one
room's errors; each room raises its own with its own code (``E-SRC-…`` for exports, ``E-PULL-…`` for
pulls, ``E-CFG-…`` for settings, ``E-PLAN-…`` for plans, ``E-DB-…`` for the warehouse, ``E-RUN-…`` for runs,
``E-ENV-…``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class MktError(Exception):
    """An error that is part of the product: it tells a user what to do next.

    Args:
        code: stable identifier, such as ``"E-SRC-07"``.
        found: what was found, in one sentence.
        where: file, line and column, or the setting concerned.
        expected: what was expected instead.
        fix: the one thing to do now.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, found: str, *, where: str = "", expected: str = "", fix: str = "") -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found
        self.where = where
        self.expected = expected
        self.fix = fix

    def __str__(self) -> str:
        text = f"{self.code} {self.where + ': ' if self.where else ''}{self.found}"
        if self.expected:
            text += f" Expected: {self.expected}"
        if self.fix:
            text += f" Fix: {self.fix}"
        return text

    def to_dict(self) -> dict[str, str]:
        """The same five parts, for ``--json``, receipts and metadata."""
        return {
            "code": self.code,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "fix": self.fix,
        }


class DataError(MktError):
    """The data are at fault: a file, a row, an audit that failed. Exit code 1."""

    exit_code = 1


class ConfigError(MktError):
    """The command line, ``mkt.yml``, a plan or a catalog entry is at fault. Exit code 2."""

    exit_code = 2


class EnvironmentProblem(MktError):
    """The machine is at fault: a missing tool, a full disk, a lock held by another. Exit code 3."""

    exit_code = 3


_FAMILIES: tuple[tuple[type[MktError], tuple[str, ...]], ...] = (
    (DataError, ("E-RUN-10", "E-SRC", "E-REP", "E-PULL-2")),
    (ConfigError, ("E-DB-2", "E-PULL-0", "E-CFG", "E-PLAN", "E-CLI", "E-MET")),
    (
        EnvironmentProblem,
        ("E-DB-01", "E-DB-03", "E-DB-05", "E-DB-07", "E-DB-10", "E-DB-11", "E-RUN", "E-ENV", "E-PULL-1"),
    ),
    (DataError, ("E-DB",)),
)
"""Beginnings of codes by family; the first that fits. A test compares this with every error raised."""


def revive(parts: Mapping[str, str]) -> MktError:
    """An error of the right family from what :meth:`MktError.to_dict` wrote down."""
    family = next(
        (family for family, beginnings in _FAMILIES if parts["code"].startswith(beginnings)), MktError
    )
    rest = {name: parts.get(name) or "" for name in ("where", "expected", "fix")}
    return family(parts["code"], parts["found"], **rest)
