"""What recipes share: how they ask, and how they look at what comes back.

What is here: the frame of a recipe, requests in the name of its source, and reading JSON that may have any
shape. What is not: any one API (:mod:`.recipes`).
"""

from __future__ import annotations

import codecs
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TextIO

from pydantic import BaseModel, ConfigDict, StringConstraints

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.exports.pull import content
from mkt_pipeline.exports.pull.client import JSON_BYTES, Call, Client
from mkt_pipeline.exports.pull.redaction import Secrets, shown
from mkt_pipeline.exports.pull.state import Days

Row = Sequence[object]

BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#@]*[^\s?#@/]$")]
"""Where an API lives, without a slash at the end."""


@dataclass(frozen=True)
class Api:
    """What a recipe asks through."""

    client: Client
    secrets: Secrets
    authorization: Mapping[str, str] = field(repr=False)
    scratch: Path
    source: str

    def json(self, call: Call) -> Any:
        """The answer as JSON, with errors that hide behind status 200 raised."""
        return self.client.json(call)

    def text(self, call: Call) -> str:
        """The answer as a text, as its byte order mark says, else UTF-8."""
        memory = io.BytesIO()
        self.client.download(call, memory, most=JSON_BYTES)
        body = memory.getvalue()
        is_utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return body.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace")

    def items(self, call: Call) -> Iterator[Any]:
        """The items of a JSON array of any size, one at a time."""
        with self.scratch.open("wb+") as handle:
            self.client.download(call, handle)
        with self.scratch.open(encoding="utf-8", errors="replace") as text:
            yield from array_items(text, shown(call.url))

    def headers(self) -> Mapping[str, str]:
        """The header that says who asks.

        Raises:
            ConfigError: ``E-PULL-01``, the source has no ``auth``.
        """
        if not self.authorization:
            raise ConfigError(
                "E-PULL-01", "this recipe needs auth", where=f"sources.{self.source}",
                expected="auth: {bearer: env:NAME} or auth: {oauth_refresh: …}", fix="add auth to the source",
            )  # fmt: skip
        return self.authorization


class Recipe(BaseModel, ABC):
    """The options of a recipe, and its rows."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    @abstractmethod
    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """The header, then the rows, page by page."""


def array_items(text: TextIO, where: str) -> Iterator[Any]:
    """The items of a JSON array, with no more of it in memory than one item and what is read ahead.

    Raises:
        DataError: ``E-PULL-20``, it is no JSON array, or has no end.
    """
    decoder, buffer, step = json.JSONDecoder(), "", 1 << 16
    buffer = text.read(step).lstrip("\ufeff \t\r\n")
    if not buffer.startswith("["):
        raise content.no_export(where, content.refusal(buffer.encode()) or "no JSON array")
    buffer = buffer[1:]
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            item, end = decoder.raw_decode(buffer)
        except ValueError:
            # What is read doubles, so that a large item is parsed only a few times.
            more = text.read(max(step, len(buffer)))
            if not more:
                raise content.no_export(where, "JSON that ends in the middle") from None
            buffer += more
            continue
        yield item
        buffer = buffer[end:]


def at(value: Any, path: Sequence[str]) -> Any:
    """The value below an object at a path; null where the object has no such part."""
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def as_object(value: Any, call: Call) -> dict[str, Any]:
    """The value, an object; ``E-PULL-23`` if it is none."""
    if not isinstance(value, dict):
        raise bad_shape(call, f"{type(value).__name__} instead of an object")
    return value


def as_list(value: Any, call: Call, length: int | None = None) -> list[Any]:
    """The value, a list of that length; ``E-PULL-23`` if it is none."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise bad_shape(call, "a list is missing, or has another length than what was asked for")
    return value


def as_number(value: Any, call: Call) -> int:
    """The value, a number of rows; ``E-PULL-23`` if it is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_shape(call, "a number of rows is missing") from None


def bad_shape(call: Call, found: str) -> DataError:
    """The error for an answer that does not look as the API's documentation says."""
    return DataError(
        "E-PULL-23", f"the API's answer is not of its documented shape: {found}", where=shown(call.url),
        expected="the shape of the version that options.version names",
        fix="set options.version to a version the platform still serves",
    )  # fmt: skip
