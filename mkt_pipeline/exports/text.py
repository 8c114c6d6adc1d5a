"""Text files: which encoding, which lines, which tables.

What is here: hashing and scanning bytes, encodings by evidence, transcoding, joining quoted lines, splitting
a text into its stacked tables. What is not: what a header means (:mod:`.recognise`).

Memory stays bounded: text is streamed in chunks of one mebibyte.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.recognise import split_line

CHUNK = 1 << 20
HEAD_BYTES = 1 << 16
LONGEST_RECORD = 1 << 22
"""Characters of one record; a quote that is never closed must not swallow a file into memory."""

_LEGACY = {"gb18030": ("GB18030", "gb2312", 0xD7), "big5hkscs": ("Big5", "big5", 0xC6)}
"""Codec to its label, a narrower codec, and the last first byte of its common characters in that codec."""
_EMPTY_CELLS = ' ,;|\t\r\n"'
"""What a line without any cell consists of."""
_COMMON_SHARE = 0.8
"""At least this share of the characters must be common ones; text of another encoding decodes to rare
ones."""


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a file tells."""

    sha256: str
    bytes: int
    lines: int
    invalid_at: int | None
    """Position of the first byte that is not UTF-8."""

    @property
    def is_utf8(self) -> bool:
        """Whether every byte is UTF-8."""
        return self.invalid_at is None


@dataclass(frozen=True)
class Encoding:
    """A codec, and how people call the encoding."""

    codec: str
    label: str


@dataclass
class Block:
    """One of several tables in a text: the lines above it, its header, and where its rows were written."""

    line: int
    notes: list[str]
    header: str
    path: Path
    rows: int = 0
    """Records below the header."""


def scan_file(path: Path) -> Scan:
    """Hash a file and learn whether it is UTF-8, in one pass."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")("strict")
    size = lines = 0
    invalid_at: int | None = None
    last = b""
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
            lines += chunk.count(b"\n")
            last = chunk[-1:]
            if invalid_at is None and not (chunk.isascii() and decoder.getstate()[0] == b""):
                invalid_at = _invalid_at(decoder, chunk, size, final=False)
            size += len(chunk)
    if invalid_at is None:
        invalid_at = _invalid_at(decoder, b"", size, final=True)
    return Scan(digest.hexdigest(), size, lines + (last not in (b"", b"\n")), invalid_at)


def _invalid_at(
    decoder: codecs.IncrementalDecoder, chunk: bytes, position: int, *, final: bool
) -> int | None:
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return position - held + error.start
    return None


def read_head(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as handle:
        return handle.read(HEAD_BYTES)


def possible_encodings(head: bytes, scanned: Scan) -> list[Encoding]:
    """Encodings to try, in order; never one that decodes anything."""
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise problem("E-SRC-05", "the text is UTF-32")
    if head.startswith(codecs.BOM_UTF16_LE):
        return [Encoding("utf-16", "UTF-16LE")]
    if head.startswith(codecs.BOM_UTF16_BE):
        return [Encoding("utf-16", "UTF-16BE")]
    if b"\0" in head:
        return _unmarked_utf16(head)
    if scanned.is_utf8:
        return [Encoding("utf-8-sig", "UTF-8+BOM" if head.startswith(codecs.BOM_UTF8) else "UTF-8")]
    return [Encoding(codec, label) for codec, (label, _, _) in _LEGACY.items()]


def _unmarked_utf16(head: bytes) -> list[Encoding]:
    """UTF-16 without a byte order mark shows by the zeros of its ASCII characters, all on one side."""
    low, high = head[0::2].count(0), head[1::2].count(0)
    if high > len(head) // 8 and low * 20 < high:
        return [Encoding("utf-16-le", "UTF-16LE")]
    if low > len(head) // 8 and high * 20 < low:
        return [Encoding("utf-16-be", "UTF-16BE")]
    raise problem("E-SRC-02", "the content is binary")


def is_plausible(encoding: Encoding, path: Path, scanned: Scan) -> bool:
    """Whether text of a legacy encoding consists of characters that people write in it.

    Many bytes decode as GB18030 or Big5 that never were. What follows the first byte that is not UTF-8
    decodes to rare characters then. Asked only where the header itself, being ASCII, proves nothing.
    """
    if encoding.codec not in _LEGACY or scanned.invalid_at is None:
        return True
    _, narrow, last = _LEGACY[encoding.codec]
    with path.open("rb") as handle:
        handle.seek(max(0, scanned.invalid_at - HEAD_BYTES))
        sample = handle.read(2 * HEAD_BYTES)
    # A line end is never the second byte of a character, so a sample that starts behind one is not torn.
    sample = sample[sample.find(b"\n") + 1 :] if scanned.invalid_at > HEAD_BYTES else sample
    text = codecs.getincrementaldecoder(encoding.codec)("ignore").decode(sample)
    foreign = [character for character in text if character > "\x7f"]
    common = sum(character.encode(narrow, "replace")[0] in range(0xA1, last + 1) for character in foreign)
    return bool(foreign) and common >= _COMMON_SHARE * len(foreign)


def head_lines(head: bytes, codec: str) -> list[str] | None:
    """The complete lines of the head; None if it is not of this encoding."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        text = decoder.decode(head, final=False)
    except UnicodeDecodeError:
        return None
    lines = text.replace("\r\n", "\n").split("\n" if "\n" in text else "\r")
    if len(head) == HEAD_BYTES:
        if len(lines) == 1:
            raise problem("E-SRC-14", f"the first line is longer than {HEAD_BYTES:,} bytes", where="line 1")
        lines = lines[:-1]
    return lines


def first_lines(path: Path) -> list[str]:
    """The first lines of a UTF-8 text; none if it is not UTF-8."""
    return head_lines(read_head(path), "utf-8") or []


def undecodable(head: bytes, scanned: Scan) -> str:
    """What to say of a text of no known encoding."""
    place = scanned.invalid_at
    if place is None:
        return "the text is of no known encoding"
    shown = f" (0x{head[place]:02X})" if place < len(head) else ""
    return f"byte {place}{shown} is not UTF-8, and the text is neither GB18030 nor Big5"


def transcode(path: Path, codec: str, target: Path) -> int:
    """Stream a text into UTF-8 and return its number of lines.

    Raises:
        DataError: ``E-SRC-05``, a byte is not of this encoding; names its position.
    """
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position = lines = 0
    last = ""
    with path.open("rb") as source, target.open("wb") as out:
        while True:
            chunk = source.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise problem(
                    "E-SRC-05", f"not {codec.upper()} at byte {position + error.start}", where=path.name
                ) from None
            out.write(text.encode())
            lines += text.count("\n")
            last = text[-1:] or last
            position += len(chunk)
            if not chunk:
                return lines + (last not in ("", "\n"))


def split_blocks(
    path: Path, delimiter: str, is_header: Callable[[Sequence[str]], bool], new_file: Callable[[], Path]
) -> Iterator[Block]:
    """The stacked tables of a text, parted by blank lines and by lines that begin with ``#``.

    The first line of several cells, or of one known header, is a table's header; lines above it are its
    notes. The rows of each are written to a file of their own as they come, so that memory stays bounded.
    """
    notes: list[str] = []
    block: Block | None = None
    out: IO[str] | None = None
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for line, record in records(handle):
            is_note = record.startswith("#")
            if block is not None and out is not None and not is_note and record.strip(_EMPTY_CELLS):
                out.write(record)
                block.rows += 1
                continue
            if block is not None and out is not None:
                out.close()
                yield block
                block, out, notes = None, None, []
            cells = split_line(record.rstrip("\r\n"), delimiter)
            stated = 0 if is_note else sum(bool(cell.strip()) for cell in cells)
            if stated > 1 or (stated and is_header(cells)):
                block = Block(line, notes, record.rstrip("\r\n"), new_file())
                out = block.path.open("w", encoding="utf-8", newline="")
            elif is_note or stated:
                notes.append(record.rstrip("\r\n"))
    if block is not None and out is not None:
        out.close()
        yield block


def records(handle: IO[str]) -> Iterator[tuple[int, str]]:
    """Lines with their number, joined while a quote is open.

    Raises:
        DataError: ``E-SRC-14``, a quote is not closed.
    """
    pending: list[str] = []
    start = quotes = length = 0
    for number, line in enumerate(handle, start=1):
        if not pending:
            start, quotes, length = number, 0, 0
        pending.append(line)
        quotes += line.count('"')
        length += len(line)
        if quotes % 2 == 0 or pending[0].startswith("#"):
            yield start, "".join(pending)
            pending = []
        elif length > LONGEST_RECORD:
            raise problem("E-SRC-14", "a quote is not closed", where=f"line {start}")
    if pending:
        yield start, "".join(pending)
