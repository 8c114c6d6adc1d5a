"""Global options may stand before or after the command: ``mkt run --json`` is ``mkt --json run``.

What is here: the reordering of the argument list. What is not: the meaning of any option (``app.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

FLAGS = frozenset({"--json", "--quiet", "-q", "--debug", "--version"})
VALUED = ("--workspace", "-w", "--lang")


def globals_first(arguments: Sequence[str]) -> list[str]:
    """The same arguments with the global options moved to the front, up to a ``--``."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument in FLAGS or _carries_value(argument):
            front.append(argument)
        elif argument in VALUED:
            front += [argument, *waiting[:1]]
            del waiting[:1]
        else:
            rest.append(argument)
    return front + rest


def _carries_value(argument: str) -> bool:
    name, equals, _ = argument.partition("=")
    return bool(equals) and name in VALUED
