"""Globs of match rules, as patterns SQL understands.

What is here: one translation. What is not: matching itself; that is SQL's (``ILIKE … ESCAPE '\\'``).
"""

from __future__ import annotations

_TRANSLATION = str.maketrans({"*": "%", "?": "_", "%": r"\%", "_": r"\_", "\\": r"\\"})


def glob_to_like(glob: str) -> str:
    r"""The ILIKE pattern (escape character ``\``) that accepts what ``glob`` accepts.

    ``*`` stands for any text, also none; ``?`` for one character; everything else for itself, so that a
    name such as ``new_arrivals 50%`` matches only itself.
    """
    return glob.translate(_TRANSLATION)
