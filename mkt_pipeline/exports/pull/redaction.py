"""Values that stand in the environment, and keeping them out of every word that is told.

What is here: resolving ``env:NAME`` and hiding what it gave. What is not: which settings must be given that
way (:mod:`mkt_pipeline.workspace`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from mkt_pipeline.errors import ConfigError, MktError
from mkt_pipeline.workspace import ENVIRONMENT

HIDDEN = "***"
LONGEST = 300
"""Characters of a stranger's text that a message repeats."""
SHORTEST_IN_A_QUERY = 6
"""A value of a link's query that is shorter is a number or a word, and no signature."""


class Secrets:
    """The environment of one source. Every value it gave is hidden by :meth:`hide`."""

    def __init__(self, environment: Mapping[str, str], source: str) -> None:
        self._environment = environment
        self._source = source
        self._known: set[str] = set()

    def value(self, given: str, key: str) -> str:
        """A setting's value: that of the variable where it is ``env:NAME``, else as it is written.

        Raises:
            ConfigError: ``E-PULL-02`` the variable is not set, or empty.
        """
        if not ENVIRONMENT.fullmatch(given):
            return given
        value = self._look_up(given, key)
        self.learn(value)
        return value

    def link(self, given: str, key: str) -> str:
        """The same for a link: what is hidden is its query, and its path where it comes from a variable."""
        is_hidden = ENVIRONMENT.fullmatch(given) is not None
        url = self._look_up(given, key) if is_hidden else given
        parts = urlsplit(url)
        for _, value in parse_qsl(parts.query):
            if is_hidden or len(value) >= SHORTEST_IN_A_QUERY:
                self.learn(value)
        if is_hidden:
            self.learn(parts.path.strip("/"))
        return url

    def _look_up(self, given: str, key: str) -> str:
        name = given.removeprefix("env:")
        value = self._environment.get(name, "").strip()
        if not value:
            raise ConfigError(
                "E-PULL-02", f"{key} names the environment variable {name}, which is not set",
                where=self._source, expected=f"{name} in the environment of this command",
                fix=f"set {name} and run again",
            )  # fmt: skip
        return value

    def learn(self, value: str) -> None:
        """Hide this value from now on, in clear and as URLs write it."""
        forms = (value, quote(value), quote(value, safe=""), quote_plus(value))
        self._known.update(form for form in forms if form)

    def hide(self, text: str) -> str:
        """The text without any secret, on one line and not endless."""
        for value in sorted(self._known, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else text[:LONGEST] + " …"

    def clean(self, error: MktError) -> MktError:
        """The same error with every part of it clean."""
        rest = {name: self.hide(getattr(error, name)) for name in ("where", "expected", "fix")}
        return type(error)(error.code, self.hide(error.found), **rest)


def shown(url: str) -> str:
    """A URL as messages show it: without user, query and fragment."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}{parts.path}{'?…' if parts.query else ''}"
