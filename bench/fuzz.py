"""Bad and odd files against the reader of exports: nothing may break it.

``python -m bench.fuzz --seconds 60 --seed 1`` changes small valid exports at random (bytes flipped, put in, taken
out, repeated, cut off, spliced with another file; members of archives and workbooks before they are packed) and
lands them by the hundred, each hundred in a process of its own with bounded memory. It prints how many cases ran,
what became of them by code, the slowest one and the peak of memory, and exits with 1 when a file broke anything.

What is here: making cases, landing them in a child process, judging what is left behind. What is not: whether
numbers are right where a file is sound (``tests/exports/test_properties.py``).
"""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import argparse
import faulthandler
import gzip
import importlib
import io
import json
import random
import re
import resource
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from mkt_pipeline import exports, lake
from mkt_pipeline.errors import MktError
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import google_keywords, write_xlsx
from tests.exports.test_formats import CSV, ENTRY, HEADER, MAILS, POSTS

CASES_A_PROCESS = 150
MEMORY_BYTES = 1_500_000_000
"""What landing one file may really use."""
ADDRESS_BYTES = 8_000_000_000
"""What it may ask for, where the system stops it: the engine reserves much that it never touches."""
MOST_SECONDS = 5.0
"""Processor time one small file may take, whatever stands in it."""
WATCHDOG_SECONDS = 60.0
"""Wall time after which a file counts as never ending."""

COUNTERS = """
platform: tea_counters
name: {en: Tea Counters, zh: 茶数}
channel: other
conversion_lag_days: 0
freshness_days: 9
blocks: true
preamble:
  - '^# Range: (?P<period>.+)'
  - '^# Rows: (?P<row_count>\\d+)'
columns:
  - {to: day, headers: [Sip day], formats: [iso, epoch_us, '%d.%m.%Y']}
  - {to: nth_day, headers: [Sip number]}
  - {to: nth_week, headers: [Sip week]}
  - {to: sessions, headers: [Sip sessions], scale: 1000}
  - {to: users, headers: [Sip users], absolute: true}
  - {to: page_path, headers: [Sip page]}
  - {to: source, headers: [Sip source], split: {separator: ' / ', into: [source, medium]}}
reports:
  - {report: pages, level: page, dataset: web_traffic, evidence: {en: seen}, all: [page_path, sessions|users]}
  - {report: sources, level: source, dataset: web_traffic, evidence: {en: seen}, all: [source, sessions|users]}
  - {report: days, level: site, dataset: web_traffic, evidence: {en: seen}, all: [day|nth_day|nth_week, sessions|users]}
"""
"""An invented platform of counters and stacked tables; the others are those of the tests."""

SETTINGS = (
    "name: Test\nbad_row_threshold: 0.4\naccounts:\n- {platform: tea_ads, currency_code: EUR}\n"
    "- {platform: google_ads, currency_code: USD}\n"
)

TOKENS: Sequence[bytes] = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        '"', '""', "'", ",", ";", "\t", "|", "\n", "\r", "\r\n", "\n\n", "\0", "\ufeff", "\u2028", "\x1f", "\x1a",
        "-", "--", "=1+1", "%", "€", "1e999", "nan", "infinity", "-infinity", "epoch", "9" * 17, "9" * 40, "9" * 5000,
        "-9223372036854775808", "12.345.678,9", "0000-00-00", "99999-12-31", "5881580-07-10", "-4000-01-01",
        "0001-01-01", "2026-06-31", "٣", "²", "乌", "\U0001f375", "\u202e", "Tea total", "Sips", HEADER, "# x",
        "sep=;", "<![foo", "<![CDATA[", "<!--", "<table>", "</tr>", "&#xD800;", "&#0;", "<!DOCTYPE x>", "<!ENTITY a 'b'>",
        "<tr", "colspan='9999'", "[", "]", "{", "}", '{"a":', "null", "\\u0000", "\\ud800", "1" * 400 + ":00",
        " " * 300 + "x", "1" + " " * 300 + "x", "1,1" * 200, "20" * 500, "a@b.example",
    )
)  # fmt: skip
"""What has broken readers before."""


@dataclass(frozen=True)
class Case:
    """A file to drop."""

    name: str
    content: bytes


@dataclass
class Outcome:
    """What became of one file, or of the process it was landed in."""

    name: str
    status: str
    code: str = ""
    seconds: float = 0.0
    peak: int = 0
    """Bytes of memory at the highest."""
    rows: int = 0
    broken: str = ""
    """What must not be: a traceback, a leftover, a process that died."""


@dataclass
class Tally:
    """The figures of a run."""

    cases: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    slowest: Outcome | None = None
    peak_bytes: int = 0
    broken: list[Outcome] = field(default_factory=list)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take the outcomes of one process into account."""
        for outcome in outcomes:
            self.cases += outcome.name[:1] != "("
            self.peak_bytes = max(self.peak_bytes, outcome.peak)
            self.codes[outcome.code or outcome.status] += 1
            if self.slowest is None or outcome.seconds > self.slowest.seconds:
                self.slowest = outcome
            if outcome.broken:
                self.broken.append(outcome)


# -- sound files ----------------------------------------------------------------------------------


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def workbook(sheets: dict[str, Sequence[Sequence[object]]], folder: Path) -> bytes:
    """An xlsx workbook of these sheets."""
    return write_xlsx(folder / "seed.xlsx", sheets).read_bytes()


def old_workbook(rows: Sequence[Sequence[object]]) -> bytes | None:
    """An xls workbook, where its writer is installed."""
    try:
        xlwt = importlib.import_module("xlwt")
    except ImportError:
        return None
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(place, column, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sound_files(folder: Path) -> dict[str, bytes]:
    """Small exports of every kind that land as they are; ``folder`` holds what is made on the way."""
    chinese = "茶日,茶计划,茶展现,茶消费\n2026-06-01,乌龙计划,100,1.25\n2026-06-02,绿茶,20,0.50\n"
    commas = "Tea day;Tea campaign;Sips;Leaves cost\n2026-06-01;A;1.234;€ 1.234,50\n2026-06-02;B;20;€ 0,50\n"
    totals = f"Range: 2026-06-01 - 2026-06-02\nRows: 2\n{CSV.replace('Oolong', chr(34) + 'O, o' + chr(34))}Tea total,,120,4,1.75\n© Tea\n"
    mails = "Drinker,Recipient name,Tea mailing,Tea event,Tea moment\nann@example.com,Ann,m1,open,2026-06-01 10:00:00\n"
    posts = "Tea post id,Tea published,Tea likes,Tea hours,Tea average,Tea completion\n1,2026年07月11日03时09分05秒,3,0.5,1h 2m,11%\n2,2026-07-11,4,1,0:04:34,0.2\n"
    words = "Tea word,2026-06-01,2026-06-02\noolong,3,\ngreen,7,6\n"
    counters = (
        "# Range: 2026-06-01 - 2026-06-03\n# ---\nSip page,Sip sessions,Sip users\n/a,1,2\n/b,3,4\n\n"
        "# Range: 2026-06-01 - 2026-06-03\nSip number,Sip sessions\n0,1\n1,2\n2,1\n\nSip source,Sip users\na / b,5\n"
    )
    names = HEADER.split(",")
    records = [
        dict(zip(names, row, strict=True))
        for row in (("2026-06-01", "O", 100, 3, 1.25), ("2026-06-02", "G", 20, 1, "0.5"))
    ]
    rows: list[Sequence[object]] = [line.split(",") for line in CSV.splitlines()]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    xml = "".join(
        "<Row>" + "".join(f"<Cell><Data ss:Type='String'>{cell}</Data></Cell>" for cell in row) + "</Row>"
        for row in rows
    )
    parquet = folder / "seed.parquet"
    with lake.engine(folder / "engine") as connection:
        connection.execute(
            "COPY (SELECT DATE '2026-06-01' + CAST(i AS INTEGER) AS \"Tea day\", 'c' || i AS \"Tea campaign\", i AS Sips, "
            "CAST(i AS DECIMAL(9,2)) AS \"Leaves cost\", {'a': i, 'b': [i, i]} AS nested FROM range(9) AS t(i)) "
            f"TO {lake.quote(str(parquet))} (FORMAT parquet)"
        )
    found = {
        "google.csv": google_keywords(9).encode(),
        "google16.csv": google_keywords(4).encode("utf-16"),
        "tea.csv": CSV.encode(),
        "totals.csv": totals.encode(),
        "commas.csv": commas.encode("utf-8-sig"),
        "chinese.csv": chinese.encode("gb18030"),
        "big5.csv": CSV.replace("Oolong", "烏龍茶計畫與禮盒").encode("big5"),
        "le.csv": ("Tea Ads\n" * 3 + CSV).encode("utf-16-le"),
        "tabs.tsv": CSV.replace(",", "\t").replace("\n", "\r\n").encode(),
        "mails.csv": mails.encode(),
        "mails.zip": zipped({"m.csv": mails.encode()}),
        "mails.xlsx": workbook({"M": [line.split(",") for line in mails.splitlines()]}, folder),
        "mails.json": json.dumps([dict(zip(mails.splitlines()[0].split(","), mails.splitlines()[1].split(","), strict=True))]).encode(),
        "mails.csv.gz": gzip.compress(mails.encode(), mtime=0),
        "posts.csv": posts.encode(),
        "words.csv": words.encode(),
        "counters.csv": counters.encode(),
        "parts.zip": zipped({"d/days.csv": b"Tea date,Tea likes\n2026-06-01,3\n2026-06-02,4\n", "kinds.csv": b"Tea kind,Tea likes\nnote,7\n", "read.me": b"x"}),
        "nested.zip": zipped({"in/inner.zip": zipped({"x/a.csv": CSV.encode()})}),
        "tea.csv.gz": gzip.compress(CSV.encode(), mtime=0),
        "tea.json": json.dumps(records).encode(),
        "lines.jsonl": b"\n".join(json.dumps(record).encode() for record in records),
        "answer.json": json.dumps({"data": records, "page": 1}).encode(),
        "tea.html.xls": f"<html><head><title>T</title></head><body><table>{cells}</table></body></html>".encode(),
        "xml.xls": f'<?xml version="1.0"?><Workbook xmlns:ss="urn:x"><Worksheet ss:Name="S"><Table>{xml}</Table></Worksheet></Workbook>'.encode(),
        "tea.xlsx": workbook({"S": [["note"], *rows], "Other": [["a", 1.5], [True, None]]}, folder),
        "tea.parquet": parquet.read_bytes(),
    }  # fmt: skip
    xls = old_workbook(rows)
    return found | ({"tea.xls": xls} if xls else {})


# -- changes --------------------------------------------------------------------------------------

Change = Callable[[random.Random, bytes, bytes], bytes]
"""Changed bytes, given a source of chance, the bytes, and those of another file."""


def _place(chance: random.Random, content: bytes) -> int:
    return chance.randrange(len(content) + 1)


def _flip(chance: random.Random, content: bytes, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8, 64)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(chance: random.Random, content: bytes, other: bytes) -> bytes:
    place = _place(chance, content)
    return content[:place] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 40)) + content[place:]


def _replace_cell(chance: random.Random, content: bytes, other: bytes) -> bytes:
    """Another text in place of what stands between two delimiters."""
    marks = [place for place, byte in enumerate(content[:5000]) if byte in b',;\t\n"<>:|']
    if len(marks) < 2:
        return _insert(chance, content, other)
    number = chance.randrange(len(marks) - 1)
    return content[: marks[number] + 1] + chance.choice(TOKENS) + content[marks[number + 1] :]


def _delete(chance: random.Random, content: bytes, other: bytes) -> bytes:
    start = _place(chance, content)
    return content[:start] + content[start + chance.choice((1, 1, 2, 7, 50, 500)) :]


def _truncate(chance: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: _place(chance, content)]


def _repeat(chance: random.Random, content: bytes, other: bytes) -> bytes:
    start, size = _place(chance, content), chance.choice((1, 5, 60, 400))
    return content[:start] + content[start : start + size] * chance.choice((2, 2, 3, 300)) + content[start + size :]  # fmt: skip


def _splice(chance: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: _place(chance, content)] + other[_place(chance, other) :]


def _swap(chance: random.Random, content: bytes, other: bytes) -> bytes:
    first, second, third = sorted(_place(chance, content) for _ in range(3))
    return content[:first] + content[second:third] + content[first:second] + content[third:]


CHANGES: Sequence[Change] = (
    _flip, _flip, _insert, _insert, _replace_cell, _replace_cell, _delete, _truncate, _repeat, _splice, _swap,
)  # fmt: skip


def changed(chance: random.Random, content: bytes, other: bytes, depth: int = 0) -> bytes:
    """The content after some changes; what is packed is mostly changed inside and packed again."""
    if depth < 2 and chance.random() < 0.75:
        if content[:2] == b"\x1f\x8b":
            return gzip.compress(changed(chance, gzip.decompress(content), other, depth + 1), mtime=0)
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = {info.filename: archive.read(info) for info in archive.infolist()}
            name = chance.choice(sorted(members))
            members[name] = changed(chance, members[name], other, depth + 1)
            if chance.random() < 0.1:
                members[name + chance.choice(("x", "/", "/../../y", ".zip"))] = members.pop(name)
            return zipped(members, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        content = chance.choice(CHANGES)(chance, content, other)
    return content


MAGIC = (
    b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\0", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table>",
    b'<?xml version="1.0"?><Workbook>', b"[{", b"{", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"%PDF", HEADER.encode() + b"\n",
)  # fmt: skip


def noise(chance: random.Random) -> bytes:
    """Random bytes behind the first bytes of a known kind of file."""
    size = chance.choice((0, 1, 2, 7, 100, 3000, 70_000))
    body = chance.randbytes(size)
    if chance.random() < 0.4:
        body = bytes(byte % 96 + 32 if byte > 20 else b',;\n\r"'[byte % 5] for byte in body)
    return chance.choice(MAGIC) + body


def random_case(seed: int, number: int, files: Mapping[str, bytes]) -> Case:
    """The case of that number; the same seed and number give the same case."""
    chance = random.Random(f"{seed} {number}")
    if chance.random() < 0.08:
        return Case("noise.csv", noise(chance))
    names = sorted(files)
    name = chance.choice(names)
    suffix = name if chance.random() < 0.8 else "x" + Path(chance.choice(names)).suffix
    return Case(suffix, changed(chance, files[name], files[chance.choice(names)]))


# -- traps ----------------------------------------------------------------------------------------


def _sheet(data: str, parts: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook with this inside ``sheetData`` and, by name, other parts."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("S").write_row(0, 0, HEADER.split(","))
    with zipfile.ZipFile(buffer) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    members["xl/worksheets/sheet1.xml"] = (
        f'<?xml version="1.0"?><worksheet {space}><sheetData>{data}</sheetData></worksheet>'.encode()
    )
    return zipped(members | dict(parts or {}))


def _many_sheets(count: int) -> bytes:
    """A workbook whose one sheet has many names."""
    sheets = "".join(
        f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, count + 1)
    )
    space = "http://schemas.openxmlformats.org/"
    book = (
        f'<workbook xmlns="{space}spreadsheetml/2006/main" xmlns:r="{space}officeDocument/2006/relationships">'
        f"<sheets>{sheets}</sheets></workbook>"
    )
    return _sheet("", {"xl/workbook.xml": book.encode()})


def _overlapping_zip(times: int, size: int) -> bytes:
    """A zip whose directory names the same packed bytes many times."""
    content = zipped({"a.csv": b"0" * size})
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    entries = b"".join(entry.replace(b"a.csv", b"%05d" % number) for number in range(times))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(entries), start, 0)
    return content[:start] + entries + tail


def _lying_zip(content: bytes, stated: int) -> bytes:
    """A zip whose directory states another size of its member than it has."""
    packed = bytearray(zipped({"a.csv": content}))
    place = packed.index(b"PK\x01\x02")
    packed[place + 24 : place + 28] = struct.pack("<L", stated)
    return bytes(packed)


def _zip_with_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("passwd.csv")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _nested_zip(depth: int) -> bytes:
    content = zipped({f"{number}.csv": b"0" * 1_000_000 for number in range(20)})
    for number in range(depth):
        content = zipped({f"{number}.{copy}.zip": content for copy in range(10)})
    return content


def _parquet(folder: Path, query: str) -> bytes:
    target = folder / "trap.parquet"
    with lake.engine(folder / "engine") as connection:
        connection.execute(f"COPY ({query}) TO {lake.quote(str(target))} (FORMAT parquet)")
    return target.read_bytes()


def _old(rows: int, change: Callable[[bytes], bytes]) -> bytes:
    """An old workbook with changed bytes; without its writer just the beginning of one."""
    return change(old_workbook([["a"] * 5] * rows) or b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000)


def traps(folder: Path, big: int = 1_000_000) -> dict[str, bytes]:
    """Files made to break a reader: bombs, lies, endless constructs. None may take long or much memory.

    Args:
        big: how often what is repeated is repeated.
    """
    row = "2026-06-01,O,1,2,3\n"
    whole = HEADER + "\n" + row
    blocks = "# Range: 2026-06-01 - 2026-06-03\n"
    return {
        # texts
        "columns.csv": (HEADER + ",x" * 2 * big + "\n" + row).encode(),
        "columns-below.csv": ("note\n" + HEADER + ",x" * 2 * big + "\n" + row).encode(),
        "columns-empty.csv": (HEADER + "," * 6_000 + "\n" + row * 5).encode(),
        "columns-twice.csv": (HEADER + ",Sips" * 6_000 + "\n" + row * 5).encode(),
        "cells.csv": (whole + "," * 2 * big + "\n" + row).encode(),
        "line.csv": (whole + "x" * 20_000_000).encode(),
        "cell.csv": (whole + f'2026-06-01,"{"x" * 20_000_000}",1,2,3\n' + row).encode(),
        "open-quote.csv": (whole + '2026-06-01,"' + row * 300_000).encode(),
        "quotes.csv": (whole + '"' * (3 * big + 1) + "\n" + row).encode(),
        "blank-lines.csv": (whole + "\n" * 5 * big + row).encode(),
        "zeros.csv": (whole + row * 5000 + "\0" * 1000 + "\n" + row).encode(),
        "blanks.csv": (whole + f"2026-06-01,O,1,2,{' ' * 58}x\n" * 20_000).encode(),
        "bad-rows.csv": (whole + row * big + "bad\n" * 60_000).encode(),
        "carriage-returns.csv": (whole + row * 50_000).replace("\n", "\r").encode(),
        "blocks.csv": (blocks + "Sip page,Sip sessions\n/a,1\n\n" * (big // 50)).encode(),
        "preamble.csv": ("a" * 50_000 + "\n" + google_keywords(3)).encode(),
        "preamble-years.csv": ("20" * 25_000 + "\n" + google_keywords(3)).encode(),
        "preamble-baidu.csv": ("时间" * 9_000 + "\n" + google_keywords(3)).encode(),
        "row-count.csv": f"Rows: {'9' * 5000}\n{whole}".encode(),
        "row-count-odd.csv": f"# Rows: ٣\n{blocks}Sip page,Sip sessions\n/a,1\n".encode(),
        "melted.csv": ("Tea word," + ",".join(f"2026-06-{day:02}" for day in range(1, 29)) * 80 + "\n" + ("x" * 4000 + "," * 2200 + "\n") * 300).encode(),
        "note.csv": (whole + "© Tea" + "a" * 3 * big + "\n").encode(),
        "days.csv": (whole + "".join(f"{day},O,1,2,3\n" for day in ("infinity", "-infinity", "epoch", "99999-12-31", "5881580-07-10", "-4000-01-01", "0001-01-01"))).encode(),
        "weeks.csv": b"Tea week,Tea campaign,Sips\n5881580-07-10,A,1\n2026-06-01,B,2\n",
        "months.csv": b"Tea month,Tea campaign,Sips\n5881580-07-10,A,1\n2026-06-01,B,2\n",
        "amounts.csv": (HEADER + "\n" + "".join(f"2026-06-01,O,{count},2,{amount}\n" for count, amount in (("9" * 18, "9" * 12), ("-9223372036854775808", "1e5"), ("1", "9" * 30), ("1", "0." + "1" * 300)))).encode(),
        "seconds.csv": f"Tea post id,Tea published,Tea likes,Tea average,Tea hours\n1,2026-06-01,1,{'9' * 400}:00,1\n2,2026-06-01,1,{'9' * 400}h,{'9' * 17}\n3,2026-06-01,1,9:00,1\n".encode(),
        "scaled.csv": f"{blocks}Sip page,Sip sessions,Sip users\n/a,{'9' * 17},-9223372036854775808\n/b,{'9' * 20},1\n/c,1,1\n".encode(),
        "counter.csv": f"{blocks}Sip number,Sip sessions\n2147483647,1\n-2147483648,1\n1,1\n\n{blocks}Sip week,Sip sessions\n2147483647,1\n0,1\n".encode(),
        "epochs.csv": f"{blocks}Sip day,Sip sessions\n9223372036854775807,1\n-9223372036854775808,1\n1781000000000000,1\n".encode(),
        "names-twice.csv": f"{HEADER},Mood,Mood,Mood (7),column 9,\n2026-06-01,O,1,2,3,a,b,c,d,e\n".encode(),
        # pages
        "tags.xls": b"<table>" + b"<tr><td>" * (big // 4),
        "tables.xls": b"<html>" + b"<table><tr><td>a</td><td>b</td></tr>" * 100_000,
        "less-than.xls": b"<html>" + b"<" * big,
        "open-tag.xls": b"<html><table><tr " + b"<td " * big,
        "comments.xls": b"<html>" + b"<!--" * big,
        "declarations.xls": b"<html>" + b"<!x " * big,
        "instructions.xls": b"<html>" + b"<?" * big,
        "sections.xls": b"<html><table><tr><td>1</td></tr><![foo[x]]></table>",
        "entity.xls": b"<html><table><tr><td>&#" + b"9" * 5000 + b";</td></tr></table>",
        "ampersands.xls": b"<html><table><tr><td>" + b"&a" * big,
        "titles.xls": b"<html>" + (b"<title>" + b"x" * 200) * 20_000,
        "spans.xls": b"<html><table>" + b"<tr><td colspan=16384>x</td></tr>" * 30_000,
        "attributes.xls": b"<html><table><tr><td " + b"a='b' " * big + b">",
        "quotes.xls": b"<html><table><tr><td a=" + b"\"'" * big + b">",
        "script.xls": b"<html><script>" + b"</" * big,
        "laughs.xls": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Workbook><Table><Row><Cell>&b;</Cell></Row></Table></Workbook>',
        # records
        "deep.json": b'[{"a":' * 10_000,
        "deep-closed.json": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "deep-lists.json": b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        "keys.json": json.dumps([{f"k{number}": number for number in range(big // 10)}]).encode(),
        "keys-each.json": json.dumps([{f"k{number}": number} for number in range(big // 50)]).encode(),
        "object.json": json.dumps([{"Tea campaign": "x" * 5_000_000}]).encode(),
        "zeros.json": b'[{"Tea day":"2026-06-01","Tea campaign":"a\\u0000b","Sips\\u0000":1,"Sips":2,"Pours":3}]',
        "types.json": b'[{"Tea day":"2026-06-01","Tea campaign":[1,{"a":[]}],"Sips":{"b":null}},{"Tea day":1,"Tea campaign":null,"Sips":"1"}]',
        "scalars.json": b'[{}, 1, "x", null, [], {"Tea day": []}]',
        "rows.parquet": _parquet(folder, "SELECT DATE '2026-06-01' AS \"Tea day\", 'c' AS \"Tea campaign\", 1 AS Sips FROM range(30000000)"),
        "texts.parquet": _parquet(folder, "SELECT DATE '2026-06-01' AS \"Tea day\", repeat('c', 100000) AS \"Tea campaign\", 1 AS Sips FROM range(5000)"),
        "columns.parquet": _parquet(folder, "SELECT " + ", ".join(f"1 AS c{number}" for number in range(1500))),
        "nested.parquet": _parquet(folder, "SELECT " + "{'a': " * 60 + "1" + "}" * 60 + " AS \"Tea day\""),
        "footer.parquet": b"PAR1" + b"\0" * 100 + struct.pack("<L", 2**32 - 1) + b"PAR1",
        # workbooks
        "corner.xlsx": _sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "corner-hidden.xlsx": _sheet("<row r='1'><c s='0' r='A1'><v>1</v></c></row><row r='1048576'><c t='n' r='XFD1048576'><v>1</v></c></row>"),
        "corner-prefixed.xlsx": _sheet('<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="9"><x:c\nr="XFD1048576"><x:v>1</x:v></x:c></x:row>'),
        "corner-small.xlsx": _sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="AT1048576"><v>1</v></c></row>'),
        "corner-long.xlsx": _sheet('<row r="1"><c r="A1"><v>1</v></c><c r="AAAAAAAAAA99999999999"><v>1</v></c></row>'),
        "row-number.xlsx": _sheet('<row r="1"><c><v>1</v></c></row><row r="4294967290"><c><v>1</v></c></row>'),
        "cells-unplaced.xlsx": _sheet("<row>" + "<c><v>1</v></c>" * 20_000 + "</row>" + "<row><c><v>1</v></c></row>" * 20_000),
        "texts.xlsx": _sheet("<row>" + '<c t="s"><v>0</v></c>' * 16_000 + "</row>" + ('<row>' + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 5_000, {"xl/sharedStrings.xml": b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"}),
        "sheets.xlsx": _many_sheets(10_000),
        "laughs.xlsx": _sheet("", {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'}),
        "external.xlsx": _sheet("", {"xl/sharedStrings.xml": b'<!doctype x SYSTEM "file:///etc/passwd"><sst/>'}),
        "bomb.xlsx": _sheet("", {"xl/media/image1.bin": b"\0" * 60_000_000}),
        "calc.xlsx": zipped({"[Content_Types].xml": b"<Types/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "cycle.xls": _old(50, lambda content: content[:512] + content[512:1024].replace(b"\xff\xff\xff\xff", b"\0\0\0\0") + content[1024:]),
        "corner.xls": _old(3, lambda content: content.replace(b"\xfd\x00\x0a\x00\x02\x00\x04\x00", b"\xfd\x00\x0a\x00\xff\xff\xff\xff")),
        # archives
        "nested.zip": _nested_zip(5),
        "overlap.zip": _overlapping_zip(150, 10_000_000),
        "short.zip": _lying_zip(whole.encode() * 3, 50),
        "long.zip": _lying_zip(whole.encode() * 3, 4_000_000_000),
        "link.zip": _zip_with_link(),
        "paths.zip": zipped({"../../x.csv": CSV.encode(), "/etc/y.csv": b"y", "C:\\z.csv": b"z", "..": b"w"}),
        "members.zip": zipped({f"{number}.csv": b"x" for number in range(20_000)}),
        "bomb.csv.gz": gzip.compress(b"0" * 60_000_000, mtime=0),
        "bombs.csv.gz": gzip.compress(b"0" * 20_000_000, mtime=0) * 3,
        "tail.csv.gz": gzip.compress(CSV.encode(), mtime=0) + b"junk",
        "packed-twice.csv.gz": gzip.compress(gzip.compress(CSV.encode(), mtime=0), mtime=0),
    }  # fmt: skip


# -- landing --------------------------------------------------------------------------------------


def make_workspace(root: Path) -> Workspace:
    """A workspace that knows the invented platforms."""
    workspace = Workspace(root)
    workspace.create_folders()
    workspace.catalog_dir.mkdir(exist_ok=True)
    entries = {"tea_ads": ENTRY, "tea_posts": POSTS, "tea_mail": MAILS, "tea_counters": COUNTERS}
    for name, text in entries.items():
        (workspace.catalog_dir / f"{name}.yml").write_text(text, encoding="utf-8")
    workspace.settings_file.write_text(SETTINGS, encoding="utf-8")
    return workspace


def land_in_child(root: Path, cases: Sequence[Case]) -> list[Outcome]:
    """Drop the cases into the workspace at ``root`` and land them in processes of bounded memory.

    A process that dies is followed by another one for the files that are left. Returns one outcome per file, and
    further ones for what is wrong with the workspace.
    """
    workspace = make_workspace(root)
    for number, case in enumerate(cases):
        (workspace.inbox / f"{number:04}-{case.name}").write_bytes(case.content)
    outcomes: list[Outcome] = []
    while True:
        child = subprocess.run(
            [sys.executable, "-m", "bench.fuzz", "--land", str(root)],
            cwd=Path(__file__).parents[1], capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        outcomes += [Outcome(**json.loads(line)) for line in child.stdout.splitlines()]
        if child.returncode == 0:
            return outcomes
        done = {outcome.name for outcome in outcomes}
        left = [path for path in sorted(workspace.inbox.iterdir()) if path.name not in done]
        why = f"the process ended with {child.returncode}\n{child.stderr[-3000:]}"
        outcomes.append(Outcome(left[0].name if left else "(end)", "died", broken=why))
        if not left:
            return outcomes
        shutil.move(left[0], root / left[0].name)


class _Meter:
    """What one file costs: processor time, and memory of this process and of those it started."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._seconds = self._processor()
        self._children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        if _PEAK_RESET.exists():
            _PEAK_RESET.write_text("5")

    @staticmethod
    def _processor() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in used)

    @property
    def seconds(self) -> float:
        """Of all processors."""
        return round(self._processor() - self._seconds, 3)

    @property
    def peak(self) -> int:
        """Bytes of the greediest process since the start."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        status = Path("/proc/self/status")
        if status.exists():
            own = int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0])
        else:
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return 1024 * max(own, children if children > self._children else 0)


_PEAK_RESET = Path("/proc/self/clear_refs")


def land_and_say(root: Path) -> None:
    """What the child process does: land the inbox, print one line per file, then what is left that must not be."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workspace = Workspace(root)
    names = sorted(path.name for path in workspace.inbox.iterdir())
    done: list[str] = []
    meter = _Meter()

    def say(name: str, status: str, **said: object) -> None:
        print(json.dumps({"name": name, "status": status, **said}), flush=True)
        meter.start()
        faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True)

    def told(result: exports.LandResult) -> None:
        done.append(result.path.name)
        seconds, peak = meter.seconds, meter.peak
        code = result.error.code if result.error else ""
        say(result.path.name, result.status, code=code, seconds=seconds, peak=peak, rows=result.rows,
            broken=_doubts(result, seconds, peak))  # fmt: skip

    faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True)
    while True:
        try:
            exports.land(workspace, on_result=told)
            break
        except BaseException as error:  # a panic of a library is no Exception
            if isinstance(error, KeyboardInterrupt) or (isinstance(error, MktError) and error.exit_code == 3):
                raise
            left = [name for name in names if name not in done and (workspace.inbox / name).exists()]
            say(left[0] if left else "(end)", "crashed", broken=traceback.format_exc()[-3000:])
            if not left:
                break
            done.append(left[0])
            shutil.move(workspace.inbox / left[0], root / left[0])
    for broken in (*leftovers(workspace), *differences_from_archive(workspace)):
        say("(workspace)", "left behind", broken=broken)


def _doubts(result: exports.LandResult, seconds: float, peak: int) -> str:
    code = result.error.code if result.error else ""
    if result.status not in ("landed", "quarantined", "duplicate"):
        return f"neither landed nor refused but {result.status}: {result.error}"
    if result.status == "quarantined" and not (result.error and result.error.found and result.error.fix):
        return f"refused without a reason: {result.error}"
    if code == "E-SRC-14" and result.error and re.match(r"\w*(Error|Exception): ", result.error.found):
        return f"unforeseen: {result.error}"
    if seconds > MOST_SECONDS or peak > MEMORY_BYTES:
        return f"took {seconds:.1f} s and {peak / 1e6:.0f} MB"
    return ""


def leftovers(workspace: Workspace) -> Iterator[str]:
    """What a landing must not leave: parts, rows without receipt, rows that differ from the receipt, files."""
    for path in workspace.root.rglob("*.part"):
        yield f"a part: {path.relative_to(workspace.root)}"
    for path in workspace.inbox.iterdir():
        yield f"still in the inbox: {path.name}"
    if any(workspace.scratch.rglob("*")):
        yield "scratch files"
    receipts: dict[tuple[str, str], int] = {}
    for receipt in exports.receipts(workspace):
        if receipt.dataset:
            key = receipt.dataset, receipt.file_id
            receipts[key] = receipts.get(key, 0) + receipt.row_count
        if not (workspace.root / receipt.archive_path).exists():
            yield f"not in the archive: {receipt.archive_path}"
    stored: dict[tuple[str, str], int] = {}
    with lake.engine(workspace.root / "check") as connection:
        for dataset in lake.EXPORT_DATASETS:
            for path in lake.folder(workspace, dataset.name).glob("*.parquet"):
                if path.name != lake.CONTRACT_FILE:
                    row = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
                    stored[dataset.name, path.stem] = row[0] if row else -1
    shutil.rmtree(workspace.root / "check")
    if stored != receipts:
        differing = {key: (stored.get(key), receipts.get(key)) for key in stored.keys() ^ receipts.keys()}
        differing |= {key: (stored[key], receipts[key]) for key in stored.keys() & receipts.keys() if stored[key] != receipts[key]}  # fmt: skip
        yield f"rows stored and rows receipted differ: {differing}"


def differences_from_archive(workspace: Workspace) -> Iterator[str]:
    """What the archive does not give again when all receipts are lost."""

    def figures() -> dict[tuple[str, str | None], list[str]]:
        found: dict[tuple[str, str | None], list[str]] = {}
        for item in exports.receipts(workspace):
            said = f"{item.row_count} rows, {item.rejected_count} rejected, {item.totals}"
            found[item.file_id, item.dataset] = sorted([*found.get((item.file_id, item.dataset), ()), said])
        return found

    before = figures()
    for path in lake.folder(workspace, "landed_file").glob("*.parquet"):
        path.unlink()
    for result in exports.reland(workspace):
        if result.status != "landed":
            yield f"the archived copy {result.path.name} does not land: {result.error}"
    after = figures()
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            yield f"{key} was {before.get(key)} and is {after.get(key)} from the archive"


# -- the command ----------------------------------------------------------------------------------


def run(seed: int, seconds: float, most: int | None = None, keep: Path | None = None) -> Tally:
    """Land the traps and random cases until the time is over, or ``most`` random ones alone.

    Cases that broke something are kept in ``keep``.
    """
    tally, number = Tally(), 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mkt-fuzz-") as name:
        files = sound_files(Path(name))
        if most is None:
            made = [Case(trap, content) for trap, content in traps(Path(name)).items()]
            tally.add(land_in_child(Path(name) / "traps", made))
        while time.monotonic() - started < seconds and (most is None or number < most):
            count = CASES_A_PROCESS if most is None else min(CASES_A_PROCESS, most - number)
            cases = [random_case(seed, number + place, files) for place in range(count)]
            root = Path(name) / f"ws{number}"
            outcomes = land_in_child(root, cases)
            tally.add(outcomes)
            for outcome in outcomes:
                if outcome.broken and keep and outcome.name[:4].isdigit():
                    keep.mkdir(parents=True, exist_ok=True)
                    place = int(outcome.name[:4])
                    (keep / f"{number + place:06}-{cases[place].name}").write_bytes(cases[place].content)
            shutil.rmtree(root)
            number += count
    return tally


def main() -> None:
    """Run, print the figures, exit with 1 when something broke."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the cases that broke something")
    parser.add_argument("--land", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.land:
        land_and_say(arguments.land)
        return
    tally = run(arguments.seed, arguments.seconds, keep=arguments.keep)
    print(f"{tally.cases} cases")
    for code, count in tally.codes.most_common():
        print(f"  {count:6} {code}")
    if tally.slowest:
        print(f"slowest: {tally.slowest.seconds:.2f} s, {tally.slowest.name} ({tally.slowest.code or tally.slowest.status})")  # fmt: skip
    print(f"peak memory: {tally.peak_bytes / 1e6:.0f} MB")
    for outcome in tally.broken:
        print(f"\nBROKEN {outcome.name} ({outcome.status})\n{outcome.broken}")
    sys.exit(1 if tally.broken else 0)


if __name__ == "__main__":
    main()
