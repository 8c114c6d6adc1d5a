"""How results look: an inspection, landed files, reports, findings, query results.

What is here: values into lines and tables. What is not: how they came about.
"""

from __future__ import annotations

import csv
import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from rich.cells import cell_len
from rich.markup import escape

from mkt_pipeline.cli.console import Output, cell, in_language, jsonable
from mkt_pipeline.cli.words import PHRASES
from mkt_pipeline.errors import revive

if TYPE_CHECKING:
    from mkt_pipeline.cli.doctor import Finding
    from mkt_pipeline.exports import LandResult, PlatformSource
    from mkt_pipeline.exports.sources import Landed
    from mkt_pipeline.exports.templates import Template
    from mkt_pipeline.warehouse import Explanation, Exported, QueryResult, StarterQuery, TableDescription
    from mkt_pipeline.warehouse.explain import CampaignValue, Place, Reporter
    from mkt_pipeline.workspace import Language

FINDING_SIGNS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]", "none": "[dim]·[/]"}
MOST_ROWS = 200
"""Rows of a query that a table shows; the other formats give all."""


def inspection(out: Output, facts: Mapping[str, Any]) -> None:
    """How one file is read: every fact on a line, lists below each other."""
    stated = {
        key: value for key, value in facts.items() if key != "problem" and value not in (None, [], {}, "")
    }
    width = max(len(_label(out, key)) for key in stated)
    for key, value in stated.items():
        label = _label(out, key).ljust(width)
        for position, line in enumerate(_lines(value)):
            out.stdout.print(f"[bold]{escape(label if position == 0 else ' ' * width)}[/]  {escape(line)}")
    if facts["problem"]:
        out.stdout.file.flush()
        out.error(revive(facts["problem"]))


def _label(out: Output, key: str) -> str:
    return out.word(key) if key in PHRASES else key.replace("_", " ")


def _lines(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        yield "  ".join(f"{key} {cell(each)}" for key, each in value.items())
    elif isinstance(value, str) or not isinstance(value, Sequence):
        yield str(jsonable(value)) if not isinstance(value, int | float | str) else str(value)
    else:
        for each in value:
            yield from _lines(each)


def landed_file(out: Output, result: LandResult) -> None:
    """One line on stderr per file looked at, with its warnings, or the reason and the fix of a refusal."""
    if not out.talks:
        return
    colour = {"landed": "green", "quarantined": "red", "waiting": "yellow"}.get(result.status, "dim")
    about = [part for part in (result.platform, result.report) if part]
    rows = f"{result.rows:,} {out.word('rows')}" if result.rows else ""
    days = f"{result.date_from} … {result.date_to}" if result.date_from else ""
    facts = "  ".join(part for part in ("/".join(about), rows, days) if part)
    out.stderr.print(
        f"[{colour}]{out.word(result.status)}[/]  {escape(result.path.name)}  [dim]{escape(facts)}[/]"
    )
    if result.error is not None:
        out.error(result.error)
    if result.rejected:
        out.talk("  " + out.word("rejected_rows", rows=result.rejected), style="yellow")
    for warning in result.warnings:
        out.talk(f"  {warning}", style="yellow")


def pulled(out: Output, result: Mapping[str, Any]) -> None:
    """One line on stderr per source asked, with the reason and the fix of a failure."""
    status = result["status"]
    words = {"fetched": out.word("fetched"), "unchanged": out.word("unchanged")}
    facts = [result["file_name"] or ""]
    if result["bytes"]:
        facts.append(f"{result['bytes']:,} B")
    if result["rows"] is not None:
        facts.append(f"{result['rows']:,} {out.word('rows')}")
    out.talk(
        "  ".join((words.get(status, out.word("pull_failed")), result["name"], *filter(None, facts))),
        style={"fetched": "green", "failed": "red"}.get(status, "dim"),
    )
    if result["error"] and not out.as_json:
        out.error(revive(result["error"]))


def templates(out: Output, listed: Iterable[Template]) -> None:
    """The tables that can be written, one line each."""
    language: Language = "zh" if out.language == "zh" else "en"
    rows = [(each.name, each.title[language], each.file_name) for each in listed]
    if out.as_json:
        out.document([{"name": name, "title": title, "file": file} for name, title, file in rows])
    else:
        out.table((out.word("template"), out.word("meaning"), out.word("file")), rows)


def template_columns(chosen: Template, language: Language) -> list[dict[str, Any]]:
    """The columns of a template with their words."""
    return [
        {"column": field.header[language], "meaning": field.words[language], "is_required": field.is_required}
        for field in chosen.fields
    ]


def template_words(out: Output, chosen: Template, language: Language) -> None:
    """What to write into each column, on stderr; the required ones bear a star."""
    columns = template_columns(chosen, language)
    width = max(cell_len(column["column"]) for column in columns)
    for column in columns:
        star = "*" if column["is_required"] else " "
        padding = " " * (width - cell_len(column["column"]))
        out.talk(f"{star} {column['column']}{padding}  {column['meaning']}")


def reports(out: Output, written: Sequence[Mapping[str, Any]]) -> None:
    """Each path as the result; each verdict to the person watching, in their language if there is one."""
    spoken = {report["language"] for report in written}
    language = out.language if out.language in spoken else None
    for report in written:
        if report["verdict"] and language in (None, report["language"]):
            status = report["status"]
            word = out.word(status) if status in PHRASES else str(status)
            out.talk(f"{report['campaign_id']}: {word}", style="bold")
            out.talk(f"  {report['verdict']}")
        out.data(str(report["path"]))


def platforms(out: Output, sources: Sequence[PlatformSource]) -> None:
    """One row per platform: what can be read of it, how well that is known, what has landed."""
    head = [
        out.word("platform"), out.word("name"), out.word("channel"), out.word("reports"),
        out.word("languages"), out.word("evidence"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            source.platform, source.name.get(out.language, source.platform), source.channel,
            len(source.reports), " ".join(source.languages),
            " ".join(f"{mark[0].upper()}{count}" for mark, count in source.evidence.items()),
        ]
        for source in sources
    ]  # fmt: skip
    _with_landed(out, head, rows, [source.landed for source in sources], right=[3])
    out.talk(out.word("evidence_legend"), style="dim")
    out.talk(out.word("one_platform"), style="dim")


def platform_reports(out: Output, source: PlatformSource) -> None:
    """One row per report of a platform."""
    head = [out.word("report"), out.word("dataset"), out.word("level"), out.word("languages")]
    rows: list[list[object]] = [
        [
            report.report, report.dataset, ", ".join(report.levels),
            " ".join(f"{language}:{mark[0].upper()}" for language, mark in report.languages.items()),
        ]
        for report in source.reports
    ]  # fmt: skip
    name = source.name.get(out.language, source.platform)
    out.talk(f"{name} ({source.platform}, {source.channel})", style="bold")
    _with_landed(out, head, rows, [report.landed for report in source.reports])
    out.talk(out.word("evidence_legend"), style="dim")


def _with_landed(
    out: Output, head: list[str], rows: list[list[object]], landed: Sequence[Landed | None],
    right: Sequence[int] = (),
) -> None:  # fmt: skip
    """The rows with files, rows and days beside them where there is a workspace; blank where none landed."""
    if any(each is not None for each in landed):
        right = [*right, len(head), len(head) + 1]
        head += [out.word("files"), out.word("rows"), out.word("first_day"), out.word("newest_day")]
        for row, each in zip(rows, landed, strict=True):
            row += [None] * 4 if each is None else _figures(each)
    out.table(head, rows, right=right)


def _figures(landed: Landed) -> list[object]:
    days = [landed.first_day, landed.newest_day]
    return [landed.files, landed.rows, *days] if landed.files else [None] * 4


def findings(out: Output, rows: Sequence[Finding]) -> None:
    """The doctor's rows: sign, check, finding, and the fix below what fails."""
    width = max(len(row.check) for row in rows)
    for row in rows:
        out.stdout.print(f"{FINDING_SIGNS[row.status]} {row.check.ljust(width)}  {escape(row.found)}")
        if row.fix:
            out.stdout.print(f"  {' ' * width}  [bold]{out.word('fix')}[/] {escape(row.fix)}")


def query_result(out: Output, result: QueryResult, style: str) -> None:
    """The rows of a query as a table for people, csv for spreadsheets, or a JSON list of objects."""
    _rows(out, result.columns, result.rows, style)
    if result.is_truncated and style == "table":
        out.talk(out.word("rows_shown", shown=len(result.rows)))


def table_list(out: Output, tables: Sequence[TableDescription], style: str) -> None:
    """Every table of the published file with its words."""
    rows = [(table.qualified, in_language(table.comment or "", out.language)) for table in tables]
    _rows(
        out,
        (out.word("table"), out.word("meaning")) if style == "table" else ("table", "comment"),
        rows,
        style,
    )


def table_description(out: Output, table: TableDescription, style: str) -> None:
    """The columns of one table with their types and words."""
    rows = [
        (column.name, column.type, in_language(column.comment or "", out.language))
        for column in table.columns
    ]
    if style == "table":
        out.talk(f"{table.qualified}: {in_language(table.comment or '', out.language)}")
        _rows(out, (out.word("column"), out.word("type"), out.word("meaning")), rows, style)
    else:
        _rows(out, ("column", "type", "comment"), rows, style)


def starter_queries(out: Output, queries: Sequence[StarterQuery], style: str) -> None:
    """Every starter query with its question; with ``--json`` also its columns and its SQL."""
    if style == "json":
        out.document([query.to_dict() for query in queries])
        return
    head = (out.word("query"), out.word("question")) if style == "table" else ("query", "question")
    _rows(out, head, [(query.name, query.question[out.language]) for query in queries], style)
    if style == "table":
        out.talk(out.word("starter_hint"), style="dim")


def starter_query(out: Output, query: StarterQuery) -> None:
    """The SQL of one starter query."""
    if out.as_json:
        out.document(query.to_dict())
    else:
        out.data(query.sql.rstrip())


def questions(out: Output, queries: Sequence[StarterQuery]) -> None:
    """What one may ask a table, on stderr: queries to name, or an example to copy."""
    for query in queries:
        out.talk(query.question[out.language], style="bold")
        is_starter = "." not in query.name
        out.talk(f"  mkt sql {query.name}" if is_starter else f'  mkt sql "{query.sql}"')


def exported(out: Output, written: Exported) -> None:
    """One file that was written, on stderr with what its format could not hold; its path is the result."""
    out.talk(f"{written.table}  {out.word('rows')} {cell(written.rows)}")
    for note in written.notes:
        out.talk(f"  ! {note}", style="yellow")


def explanation(out: Output, found: Explanation) -> None:
    """A metric for a reader: what it is, where it stands, who reports it, one campaign's value and files."""
    from mkt_pipeline.metrics import traps

    metric, chinese = found.metric, out.language == "zh"
    names = (metric.name_zh, metric.name_en) if chinese else (metric.name_en, metric.name_zh)
    out.stdout.print(f"[bold]{escape(names[0])}[/] · {escape(names[1])} · {escape(metric.metric_id)}")
    facts = [
        ("definition", metric.definition_zh if chinese else metric.definition_en),
        ("formula", metric.formula),
        ("unit", out.word(f"unit_{metric.unit}")),
        ("better", out.word(f"better_{metric.direction}")),
        ("adds_up", out.word(f"adds_up_{metric.additivity}")),
        *(("beware", trap) for trap in traps(metric, out.language)),
        *(
            ("stands_in" if place.holds == "value" else f"{place.holds}_in", _place(place))
            for place in found.places
        ),
    ]
    _labelled(out, facts)
    _reporters(out, found.reporters)
    if found.campaign:
        _campaign_value(out, found, found.campaign)


def _place(place: Place) -> str:
    return f"{place.table} ({', '.join(place.columns)})" if place.columns else place.table


def _labelled(out: Output, facts: Sequence[tuple[str, str]]) -> None:
    """Facts below each other; a label that repeats is said once."""
    width = max(cell_len(out.word(key)) for key, _ in facts)
    before = ""
    for key, text in facts:
        label = "" if key == before else out.word(key)
        out.stdout.print(f"[bold]{escape(label)}[/]{' ' * (width - cell_len(label))}  {escape(text)}")
        before = key


def _reporters(out: Output, reporters: Sequence[Reporter]) -> None:
    """Platforms that reported it in rows; the others that could by name alone."""
    seen = [each for each in reporters if each.is_seen]
    others = dict.fromkeys(each.platform for each in reporters if not each.is_seen)
    if seen:
        out.data("")
        head = (out.word("platform"), out.word("measure"), out.word("level"))
        out.table(
            head, [(each.platform, f"{each.dataset}.{each.measure}", ", ".join(each.levels)) for each in seen]
        )
    others = dict.fromkeys(name for name in others if name not in {each.platform for each in seen})
    if others:
        out.data("")
        _labelled(out, [("could_report", ", ".join(others))])


def _campaign_value(out: Output, found: Explanation, value: CampaignValue) -> None:
    from mkt_pipeline.metrics import follows_basis

    facts = [("value", f"{value.campaign}  {cell(value.value)}")]
    sums = (value.numerator, value.denominator)
    facts += [
        ("measure", f"Σ {measure} = {cell(total)}")
        for measure, total in zip(found.metric.measures, sums, strict=False)
    ]
    facts.append(("period", out.word("days_with_numbers", first=value.first_day, last=value.last_day,
                                     days=value.days)))  # fmt: skip
    if value.conversion_basis and follows_basis(found.metric):
        facts.append(("conversion_basis", out.word(f"basis_{value.conversion_basis}")))
    if value.immature_share:
        facts.append(("immature", f"{value.immature_share:.1%}"))
    facts += [("by_channel", f"{channel}  {cell(each)}") for channel, each in value.channels.items()]
    out.data("")
    _labelled(out, facts)
    if value.files:
        out.data("")
        head = ("measure", "value", "platform", "report", "file", "first_day", "newest_day", "archive")
        rows = [
            (
                file.measure, file.value, file.platform, file.report, file.file_name, file.first_day,
                file.last_day, file.archive_path,
            )
            for file in value.files
        ]  # fmt: skip
        out.table([out.word(key) for key in head], rows, right=[1])
    for measure, total in value.untraced.items():
        out.talk(out.word("untraced", measure=measure, total=cell(total)))


def _rows(out: Output, columns: Sequence[str], rows: Sequence[Sequence[Any]], style: str) -> None:
    if style == "json":
        out.document([dict(zip(columns, row, strict=True)) for row in rows])
    elif style == "csv":
        if _goes_to_a_file(sys.stdout):
            # A spreadsheet reads Chinese only after a byte order mark; a program in a pipe wants none.
            sys.stdout.write("\ufeff")
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_disarmed(value) for value in row] for row in rows)
    else:
        numbers = [place for place in range(len(columns)) if any(_is_number(row[place]) for row in rows)]
        out.table(columns, rows, right=numbers)


def _disarmed(value: object) -> object:
    """Text a spreadsheet would run as a formula, made plain: names come from exports anyone can write."""
    from mkt_pipeline.warehouse.queries import FORMULA_STARTS

    starts_a_formula = isinstance(value, str) and value.startswith(tuple(FORMULA_STARTS))
    return f"'{value}" if starts_a_formula else value


def _goes_to_a_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _is_number(value: object) -> bool:
    return not isinstance(value, bool | str) and hasattr(value, "__add__") and hasattr(value, "__float__")
