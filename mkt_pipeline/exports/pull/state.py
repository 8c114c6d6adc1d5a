"""What is remembered of each source between two pulls: one small file under ``build/pull``.

What is here: reading, writing and comparing it. What is not: any value of the environment; only a hash stands
for what a source asks. Without the file, everything is asked for anew, and what has landed is known by its
content.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from mkt_pipeline.exports import files
from mkt_pipeline.workspace import SourceSettings, Workspace


@dataclass(frozen=True)
class Days:
    """The days a source is asked for; ``today`` is never one of them."""

    first: dt.date
    last: dt.date

    @classmethod
    def before(cls, today: dt.date, count: int) -> Days:
        """The ``count`` days that end yesterday."""
        return cls(today - dt.timedelta(days=count), today - dt.timedelta(days=1))

    @property
    def today(self) -> dt.date:
        """The day after the last one."""
        return self.last + dt.timedelta(days=1)

    def fill(self, value: Any) -> Any:
        """The value with ``{from}``, ``{to}`` and ``{date}`` replaced in every text of it."""
        if isinstance(value, str):
            for word, day in (("{from}", self.first), ("{to}", self.last), ("{date}", self.today)):
                value = value.replace(word, day.isoformat())
            return value
        if isinstance(value, dict):
            return {name: self.fill(item) for name, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Memory:
    """The last pull of one source."""

    settings: str = ""
    """Hash of the source as it stands in ``mkt.yml``."""
    request: str = ""
    """Hash of the same with its days filled in: the validators hold for this request alone."""
    asked_at: str = ""
    """When, in UTC, whatever came of it."""
    etag: str | None = None
    last_modified: str | None = None
    sha256: str = ""
    """Hash of the content delivered last."""


def settings_hash(source: SourceSettings) -> str:
    """What a source asks, as a hash; variables count by their names."""
    return _hash(source.model_dump(mode="json"))


def request_hash(source: SourceSettings, days: Days) -> str:
    """The same for one period."""
    return _hash(days.fill(source.model_dump(mode="json")))


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def read_memory(workspace: Workspace, source: SourceSettings) -> Memory:
    """What is known of a source; an unreadable file counts as none."""
    try:
        return Memory(**json.loads((workspace.pull_dir / f"{source.name}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Memory()


def write_memory(workspace: Workspace, source: SourceSettings, memory: Memory) -> None:
    """Remember, atomically."""
    files.write_text(workspace.pull_dir / f"{source.name}.json", json.dumps(asdict(memory)))


EARLY = 0.05
"""Share of the interval by which a source is asked early: a daily schedule is never exactly a day apart."""


def is_due(memory: Memory, source: SourceSettings, every_hours: float, now: dt.datetime) -> bool:
    """Whether a source was never asked, was changed since, or was asked long enough ago."""
    if memory.settings != settings_hash(source):
        return True
    try:
        hours = (now - dt.datetime.fromisoformat(memory.asked_at)).total_seconds() / 3600
    except (ValueError, TypeError):
        return True
    return not 0 <= hours < every_hours * (1 - EARLY)
