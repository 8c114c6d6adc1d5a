"""What came back: a table, or a page that says no.

What is here: telling by the first bytes whether an answer can be an export, and finding the words of a
refusal in it. What is not: reading the table; the reader of exports judges the rest.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from mkt_pipeline.errors import DataError

HEAD_BYTES = 1 << 16
REFUSAL_BYTES = 1 << 20
"""A refusal as JSON is small; more is not read to look for its words."""

_EXTENSIONS = {b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "xls", b"PAR1": "parquet"}
_OTHERS = {
    b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
    b"\x1f\x8b": "a gzip file", b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive",
}  # fmt: skip
_MARKUP = re.compile(r"\s*<(!doctype|html|head|body|script|table|\?xml|!--)", re.IGNORECASE)
_JSON = re.compile(r"\s*(\{|\[\s*[\[{\"\]\d-])")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_NO_TABLE_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf")


def table_extension(path: Path, content_type: str, where: str) -> str:
    """The extension that fits a downloaded table.

    Raises:
        DataError: ``E-PULL-20``, the content is no table: what it is, and the words it says of itself.
    """
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    if head[:4] in _EXTENSIONS:
        is_workbook = head[:4] == b"PK\x03\x04" and b"[Content_Types].xml" in head
        return "xlsx" if is_workbook else _EXTENSIONS[head[:4]]
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise no_export(where, what)
    if content_type.lower().startswith(_NO_TABLE_TYPES):
        raise no_export(where, f"content of type {content_type.partition(';')[0]}")
    text = _text(head)
    if text is None:
        raise no_export(where, "content that is neither text nor a workbook")
    if not text.strip():
        raise no_export(where, "an empty answer" if not head else "an answer of blanks")
    if _MARKUP.match(text):
        raise no_export(where, markup(text))
    if _JSON.match(text):
        small = path.stat().st_size <= REFUSAL_BYTES
        raise no_export(where, _json_words(path.read_bytes() if small else head))
    lines = [line for line in text.splitlines() if line.strip()][:20]
    if not any(separator in line for line in lines for separator in ",;\t|"):
        raise no_export(where, f"a text without columns: {lines[0][:120]!r}")
    return "tsv" if lines[-1].count("\t") > lines[-1].count(",") else "csv"


def no_export(where: str, what: str) -> DataError:
    """The error for an answer that is no export."""
    return DataError(
        "E-PULL-20", f"the server answered with {what}", where=where,
        expected="a csv, tsv, xlsx or zip export",
        fix="open the address where you are not signed in: if it asks to sign in or has expired, make a new "
        "link or set auth; of a recipe, check auth and options",
    )  # fmt: skip


def markup(text: str) -> str:
    """A web page by its title."""
    title = _TITLE.search(text)
    words = " ".join(html.unescape(title[1]).split())[:120] if title else ""
    return f"a web page titled {words!r}" if words else "a web page"


def refusal(body: bytes) -> str:
    """What the body of an error answer says, in one line; empty if it says nothing that can be told."""
    text = _text(body) or ""
    if _MARKUP.match(text):
        return markup(text)
    try:
        return _message(json.loads(text)) or ""
    except ValueError:
        return text.strip().splitlines()[0][:200] if text.strip() else ""


def refusal_in(answer: Any) -> str | None:
    """The message of an answer in JSON that is an error although its status says it is none."""
    first = answer[0] if isinstance(answer, list) and answer else answer
    if isinstance(first, dict) and ("error" in first or "errors" in first or first.get("result") == "error"):
        return _message(first) or "an error without a message"
    return None


def _json_words(body: bytes) -> str:
    try:
        said = _message(json.loads(_text(body) or ""))
    except ValueError:
        said = None
    return f"JSON that says: {said}" if said else "JSON, which is no table"


def _message(answer: Any) -> str | None:
    """The words of an error in the shapes that APIs give it."""
    if isinstance(answer, list):
        return _message(answer[0]) if answer else None
    if not isinstance(answer, dict):
        return None
    for key in ("error_description", "message", "detail", "error", "errors", "title", "msg"):
        found = answer.get(key)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, dict | list) and (inner := _message(found)):
            return inner
    return None


def _text(head: bytes) -> str | None:
    """The start of a text; None if it is none. A sign that is cut off at the end does no harm."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, errors="ignore")
    if b"\0" in head:
        half = head[1::2].count(0)
        return head.decode("utf-16-le", errors="ignore") if half > len(head) // 4 else None
    for codec in ("utf-8", "gb18030", "big5"):
        try:
            return head.decode(codec)
        except UnicodeDecodeError as error:
            if len(head) == HEAD_BYTES and error.start >= len(head) - 4:
                return head[: error.start].decode(codec)
    return None if any(byte < 9 for byte in head) else head.decode("latin-1")
