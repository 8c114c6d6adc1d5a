"""The commands: each parses its arguments, calls one room, and prints what came back.

What is here: one function per command. What is not: work; it lies in the rooms, which are imported inside the
commands so that ``mkt --help`` loads none of them.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mkt_pipeline.cli import show
from mkt_pipeline.cli.hints import command_line as _mkt
from mkt_pipeline.cli.hints import short_path as _short
from mkt_pipeline.cli.session import (
    GLOBAL_OPTIONS_NOTE,
    Session,
    SqlFormat,
    app,
    session_of,
)
from mkt_pipeline.errors import ConfigError, revive

if TYPE_CHECKING:
    from mkt_pipeline.orchestration.run import RunOutcome
    from mkt_pipeline.workspace import Language, Workspace

__all__ = ["app"]

DEMO_FOLDER = Path("data/demo")
FIRST_TABLE = "metrics.channel_summary"
QUESTIONS = ("E-SRC-08", "E-SRC-15")
NO_REPORT_FITS = "E-SRC-06"
"""Problems that are no fault of a file: landing asks for the days or the currency."""
INTERRUPTED = "E-RUN-02"

Platform = Annotated[
    str | None,
    typer.Option("--platform", metavar="ID", help="Read the files as exports of this platform and no other."),
]


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def init(context: typer.Context) -> None:
    """Make a workspace: settings, an example plan, an inbox. Nothing that exists is overwritten."""
    from mkt_pipeline.cli import scaffold

    session = session_of(context)
    out, workspace = session.out, session.workspace
    made = scaffold.make_workspace(workspace)
    if out.as_json:
        out.document(
            {"workspace": str(workspace.root), "made": [name for name, is_new in made.items() if is_new]}
        )
        return
    for name, is_new in made.items():
        out.talk(f"{out.word('made' if is_new else 'kept')}  {workspace.root / name}")
    out.talk(out.word("ready", path=workspace.root))
    out.talk(f"{out.word('next')}: {workspace.inbox} ← exports, then  {_mkt('run', workspace.root)}")


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def doctor(context: typer.Context) -> None:
    """Say what is wrong with this machine and workspace, with one fix each. Writes nothing."""
    from mkt_pipeline.cli.doctor import examine

    session = session_of(context)
    out = session.out
    rows = examine(session.workspace)
    failures = sum(row.status == "fail" for row in rows)
    if out.as_json:
        out.document({"workspace": str(session.workspace.root), "findings": [row.to_dict() for row in rows]})
    else:
        show.findings(out, rows)
        out.talk(out.word("doctor_bad", count=failures) if failures else out.word("doctor_ok"))
    if failures:
        raise typer.Exit(1)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def demo(
    context: typer.Context,
    scale: Annotated[
        float, typer.Option(min=0.05, max=10_000, metavar="FACTOR", help="How many times the usual data.")
    ] = 1.0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep an existing demo company as it is and run it.")
    ] = False,
) -> None:
    """Write a demo company's exports into data/demo (or --workspace DIR) and run everything on them."""
    from mkt_pipeline import demo as demo_room
    from mkt_pipeline.cli import scaffold
    from mkt_pipeline.workspace import Workspace

    session = session_of(context)
    out = session.out
    # Never MKT_WORKSPACE: that is where the user's own data lie.
    workspace = Workspace.locate(session.folder or DEMO_FOLDER)
    if keep and scaffold.is_demo(workspace) and workspace.exists():
        out.talk(out.word("demo_kept", path=workspace.root))
    else:
        scaffold.clear_for_demo(workspace)
        with out.working(out.word("making_demo")):
            demo_room.write_demo(workspace.root, scale=scale)
        out.talk(out.word("demo_made", path=workspace.root))
    outcome = _refresh(session, workspace, force=False)
    _finish_run(session, workspace, outcome)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def inspect(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Exports, or folders that are one export.")
    ],
    platform: Platform = None,
) -> None:
    """Show how exports would be read: platform, report, dates, totals. Writes nothing.

    With --json: one object for one file, a list for several. A file that would be refused has a "problem",
    and the exit code is 1.
    """
    from mkt_pipeline import exports

    session = session_of(context)
    out = session.out
    workspace = session.workspace if session.workspace.exists() else None
    results = []
    for path in _existing(files):
        facts = exports.inspect(path, workspace, platform=platform).to_dict()
        results.append(facts)
        if not out.as_json:
            show.inspection(out, facts)
            if facts["problem"] and facts["problem"]["code"] == NO_REPORT_FITS:
                out.talk(f"{out.word('map_unknown')}: {_mkt('map', session.workspace.root)} {_short(path)}")
            if len(files) > 1:
                out.data("")
    if out.as_json:
        out.document(results[0] if len(files) == 1 else results)
    if any(facts["problem"] and facts["problem"]["code"] not in QUESTIONS for facts in results):
        raise typer.Exit(1)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def land(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH…]", help="Files to land; default: everything in the inbox."),
    ] = None,
    first_day: Annotated[
        dt.datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="First day the files cover, where they do not say.",
        ),
    ] = None,
    last_day: Annotated[
        dt.datetime | None,
        typer.Option(
            "--to",
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="Last day the files cover, where they do not say.",
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Currency of amounts, such as EUR, where nothing says it."),
    ] = None,
    platform: Platform = None,
) -> None:
    """Read exports into the lake: archive the original, or quarantine it with the reason and the fix."""
    from mkt_pipeline import exports

    session = session_of(context)
    out, workspace = session.out, session.existing_workspace()
    results = exports.land(
        workspace,
        _existing(paths) if paths else None,
        recognise_as=platform,
        period=_period(first_day, last_day),
        currency=_currency(currency),
        on_result=lambda result: show.landed_file(out, result),
    )
    counts = {
        status: sum(result.status == status for result in results)
        for status in ("landed", "duplicate", "quarantined", "waiting")
    }
    if out.as_json:
        out.document([result.to_dict() for result in results])
    elif not results:
        out.talk(out.word("nothing_to_land", inbox=workspace.inbox))
    else:
        out.talk(out.word("landing_done", **counts))
        if counts["landed"]:
            out.talk(f"{out.word('next')}: {_mkt('run', workspace.root)}")
    if counts["quarantined"]:
        raise typer.Exit(1)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME…]", help="Sources of mkt.yml; default: all of them."),
    ] = None,
) -> None:
    """Fetch the sources of mkt.yml into the inbox, at once; a run fetches them once a day by itself."""
    from mkt_pipeline.exports.pull import pull as pull_sources

    session = session_of(context)
    out, workspace = session.out, session.existing_workspace()
    results = pull_sources(
        workspace, names or None, on_result=lambda result: show.pulled(out, result.to_dict())
    )
    if out.as_json:
        out.document([result.to_dict() for result in results])
    elif not results:
        out.talk(out.word("no_sources", path=workspace.settings_file))
    elif any(result.status == "fetched" for result in results):
        out.talk(f"{out.word('next')}: {_mkt('run', workspace.root)}")
    if failed := next((result.error for result in results if result.error), None):
        raise typer.Exit(failed.exit_code)


def _existing(paths: list[Path]) -> list[Path]:
    for path in paths:
        if not path.exists():
            raise ConfigError("E-CLI-03", "no such file", where=str(path), fix="check the path")
    return paths


def _currency(code: str | None) -> str | None:
    if code is not None and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ConfigError("E-CLI-06", f"{code!r} is no currency", expected="an ISO 4217 code such as EUR")
    return code.upper() if code else None


def _period(first: dt.datetime | None, last: dt.datetime | None) -> tuple[dt.date, dt.date] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise ConfigError(
            "E-CLI-04", "--from and --to go together, the first not after the second",
            expected="both days, such as --from 2026-06-01 --to 2026-06-07",
        )  # fmt: skip
    return first.date(), last.date()


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def run(
    context: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Build, publish and report even when nothing is new.")
    ] = False,
) -> None:
    """Do everything that is due: land, build, check, publish, report. Starts the same job as the schedule."""
    session = session_of(context)
    workspace = session.existing_workspace()
    _finish_run(session, workspace, _refresh(session, workspace, force=force))


def _refresh(session: Session, workspace: Workspace, *, force: bool) -> RunOutcome:
    from mkt_pipeline.cli.progress import Progress
    from mkt_pipeline.orchestration.run import run_refresh

    with Progress(session.out) as progress:
        return run_refresh(workspace, progress, force=force)


def _finish_run(session: Session, workspace: Workspace, outcome: RunOutcome) -> None:
    """Say what a run came to, what was written and what to do next; exit as its first error says."""
    out = session.out
    if out.as_json:
        out.document(outcome.to_dict())
    else:
        _tell_outcome(session, workspace, outcome)
    if any(problem["code"] == INTERRUPTED for problem in outcome.errors):
        raise typer.Exit(130)
    if not outcome.success or outcome.quarantined:
        raise typer.Exit(revive(outcome.errors[0]).exit_code if outcome.errors else 1)


def _tell_outcome(session: Session, workspace: Workspace, outcome: RunOutcome) -> None:
    out = session.out
    for source in outcome.pulls:
        show.pulled(out, source)
    for file in outcome.quarantined:
        out.talk(f"{out.word('quarantined')}  {file['path']}", style="red")
        out.error(revive(file["error"]))
    for problem in outcome.errors:
        out.error(revive(problem))
    if not outcome.success:
        out.talk(out.word("run_failed"), style="bold red")
        return
    if outcome.nothing_due:
        out.talk(out.word("run_current"))
    show.reports(out, outcome.reports)
    if outcome.published:
        out.talk(out.word("published", path=outcome.published))
    if outcome.reports:
        out.talk(out.word("reports_written", count=len(outcome.reports), path=workspace.reports_dir))
    elif not outcome.nothing_due:
        out.talk(out.word("no_campaigns"))
    if not outcome.nothing_due:
        out.talk(out.word("run_done", seconds=f"{outcome.seconds:.1f}"))
    out.talk(f"{out.word('next')}: {workspace.reports_dir / 'index.html'}")
    out.talk(f'      {_mkt("sql", workspace.root)} "from {FIRST_TABLE}"')
    out.talk(f"      {_mkt('ui', workspace.root)}")


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def template(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Which table; default: list them.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to write it, or - for stdout; default: here."
        ),
    ] = None,
) -> None:
    """Write a table to fill in for what no platform exports: KOL fees, commissions, other costs, rates,
    touches.

    Its headers are in the language of --lang. Example rows show how it is meant and never land.
    """
    from mkt_pipeline import exports

    session = session_of(context)
    out = session.out
    if name is None:
        show.templates(out, exports.TEMPLATES.values())
        return
    if name not in exports.TEMPLATES:
        raise ConfigError(
            "E-CLI-07", f"no template {name!r}", expected=", ".join(exports.TEMPLATES), fix="mkt template"
        )
    chosen = exports.TEMPLATES[name]
    language: Language = "zh" if out.language == "zh" else "en"
    text = exports.template_csv(name, language)
    if output == Path("-"):
        out.data(text.removeprefix("\ufeff").rstrip("\n"))
        return
    target = output or Path(chosen.file_name)
    if target.exists():
        raise ConfigError(
            "E-CLI-20", "there is such a file", where=str(target), fix="name another one with -o"
        )
    target.write_text(text, encoding="utf-8", newline="")
    if out.as_json:
        out.document(
            {"template": name, "file": str(target), "columns": show.template_columns(chosen, language)}
        )
        return
    out.data(str(target))
    out.talk(chosen.notes[language])
    show.template_words(out, chosen, language)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def report(
    context: typer.Context,
    campaigns: Annotated[
        list[str] | None, typer.Argument(metavar="[CAMPAIGN…]", help="Campaign ids; default: all.")
    ] = None,
) -> None:
    """Write the reports anew from the published numbers; prints their paths. --lang limits the language."""
    from dataclasses import asdict

    from mkt_pipeline import reports

    session = session_of(context)
    out, workspace = session.out, session.existing_workspace()
    languages = [session.language.value] if session.language else None
    with out.working(out.word("writing_reports")):
        written = reports.write_reports(workspace, campaigns or None, languages)
    rows = [asdict(each) for each in written]
    if out.as_json:
        out.document(rows)
        return
    show.reports(out, rows)
    if rows:
        out.talk(f"{out.word('next')}: {workspace.reports_dir / 'index.html'}")
    else:
        out.talk(out.word("no_campaigns"))


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def sql(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(
            help="One SQL statement, the name of a starter query, or - to read SQL from stdin; "
            "default: list the tables."
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="The starter queries with their questions.")] = False,
    shown: Annotated[
        str | None, typer.Option("--show", metavar="NAME", help="The SQL of a starter query, to copy.")
    ] = None,
    describe: Annotated[
        str | None, typer.Option("--describe", metavar="TABLE", help="Columns of a table with their meaning.")
    ] = None,
    shape: Annotated[SqlFormat, typer.Option("--format", help="How to print the result.")] = SqlFormat.table,
) -> None:
    """Ask the published numbers (read-only, at any time): mkt sql "from metrics.channel_summary".

    Starter queries answer common questions by name: mkt sql --list, then mkt sql channel_week.
    """
    from mkt_pipeline import warehouse

    session = session_of(context)
    out = session.out
    if sum((query is not None, listed, shown is not None, describe is not None)) > 1:
        raise ConfigError(
            "E-CLI-05", "a query, --list, --show and --describe exclude each other", fix="give one of them"
        )
    style = "json" if out.as_json else shape.value
    if listed:
        show.starter_queries(out, warehouse.starter_queries(), style)
        return
    if shown is not None:
        show.starter_query(out, warehouse.starter_query(shown))
        return
    workspace = session.existing_workspace()
    if query == "-":
        query = sys.stdin.read()
    elif query is not None and warehouse.is_name(query):
        starter = warehouse.starter_query(query)
        out.talk(starter.question[out.language], style="bold")
        query = starter.sql
    if query is not None:
        # A terminal gets a page; the other formats carry every row to where it is wanted.
        most = show.MOST_ROWS if style == "table" else None
        show.query_result(out, warehouse.run_sql(workspace, query, max_rows=most), style)
    elif describe is not None:
        table = warehouse.describe(workspace, describe)
        show.table_description(out, table, style)
        if style == "table":
            show.questions(out, warehouse.questions_about(table.qualified))
    else:
        show.table_list(out, warehouse.tables(workspace), style)


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 3000,
) -> None:
    """Open the Dagster UI: the graph of all assets, runs, checks, schedule and sensor. Ctrl-C stops it."""
    from mkt_pipeline.orchestration.ui import launch_ui

    session = session_of(context)
    out = session.out
    workspace = session.existing_workspace()
    out.talk(out.word("ui_at", url=f"http://127.0.0.1:{port}"))
    out.talk(out.word("ui_stop"))
    raise typer.Exit(launch_ui(workspace, port=port))


# The commands of other modules register themselves on the same app; they stand last in the help.
from mkt_pipeline.cli import analyst_commands, catalog_commands  # noqa: E402, F401
