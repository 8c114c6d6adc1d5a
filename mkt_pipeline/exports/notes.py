"""Notes beside archived files: what was said of them by hand, and whose copy they are.

What is here: reading and writing ``<file>.landing.json``. What is not: when they are written
(:mod:`.landing`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from mkt_pipeline.exports import files
from mkt_pipeline.exports.reading import Reading, Said
from mkt_pipeline.exports.values import Period

NOTE_SUFFIX = ".landing.json"


def archived_files(folder: Path, file_id: str) -> Iterator[Path]:
    """What the archive of a platform keeps of an export; one file or folder, if anything."""
    for path in folder.glob(f"{file_id[: files.ID_DIGITS]}__*"):
        if not path.name.endswith((NOTE_SUFFIX, ".part")):
            yield path


def note_of(reading: Reading) -> dict[str, str]:
    """What must be known to read the archived copy again as it was read now."""
    said = note_of_said(reading.said)
    used = {"from": reading.period_given, "to": reading.period_given, "currency": reading.currency_given}
    return {key: value for key, value in said.items() if used.get(key, True)}


def note_of_said(said: Said) -> dict[str, str]:
    """What the user says, as a note keeps it."""
    note = {"platform": said.platform, "currency": said.currency}
    if said.period:
        note |= {"from": str(said.period.start), "to": str(said.period.end)}
    return {key: value for key, value in note.items() if value}


def said_in(note: Mapping[str, str], said: Said) -> Said:
    """What a note says about its file, and otherwise what holds for all."""
    period = None
    if "from" in note:
        period = Period(dt.date.fromisoformat(note["from"]), dt.date.fromisoformat(note["to"]))
    exported_at = dt.datetime.fromisoformat(note["exported_at"]) if "exported_at" in note else None
    return replace(
        said,
        platform=note.get("platform"),
        currency=note.get("currency"),
        period=period,
        exported_at=exported_at,
    )


def write_note(archived: Path, note: Mapping[str, str]) -> None:
    """Write the note of an archived file, where there is anything to say."""
    if note:
        files.write_text(Path(f"{archived}{NOTE_SUFFIX}"), json.dumps(note))


def noted(path: Path) -> dict[str, str]:
    """The note of an archived file; empty where it has none."""
    note = Path(f"{path}{NOTE_SUFFIX}")
    said: dict[str, str] = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    return said
