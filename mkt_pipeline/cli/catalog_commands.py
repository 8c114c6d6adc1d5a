"""The commands about the catalog and about files it does not know: sources, map, anonymize.

What is here: one function per command, registered on the same app. What is not: work; it lies in ``exports``,
which is imported inside the commands.
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mkt_pipeline.cli import show
from mkt_pipeline.cli.hints import command_line, short_path
from mkt_pipeline.cli.session import GLOBAL_OPTIONS_NOTE, Session, app, session_of
from mkt_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from mkt_pipeline.exports.mapping import Draft
    from mkt_pipeline.workspace import Workspace

EXISTS = "E-CLI-20"
UNKNOWN_PLATFORM = "E-CLI-21"


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def sources(
    context: typer.Context,
    platform: Annotated[
        str | None, typer.Argument(metavar="[PLATFORM]", help="One platform with its reports; default: all.")
    ] = None,
) -> None:
    """List what can be read: platforms, reports, header languages, evidence, and what has landed of each."""
    from mkt_pipeline import exports

    session = session_of(context)
    out = session.out
    found = exports.list_sources(_workspace(session))
    if platform is not None:
        ids = [source.platform for source in found]
        found = [source for source in found if source.platform == platform]
        if not found:
            near = difflib.get_close_matches(platform, ids, n=3) or ids
            raise ConfigError(
                UNKNOWN_PLATFORM, f"no platform {platform!r}", expected=f"an id such as {', '.join(near)}",
                fix="mkt sources lists all of them; mkt map FILE drafts an entry for a new one",
            )  # fmt: skip
    if out.as_json:
        out.document([source.to_dict() for source in found])
    elif platform is None:
        show.platforms(out, found)
    else:
        show.platform_reports(out, found[0])


@app.command("map", epilog=GLOBAL_OPTIONS_NOTE)
def map_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export that no report fits.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.yml", help="Where to write the entry.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Write it to the workspace: catalog/PLATFORM.yml.")
    ] = False,
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform", metavar="ID", help="Id of the platform; a known one gets one more report."
        ),
    ] = None,
    report: Annotated[str | None, typer.Option("--report", metavar="ID", help="Id of the report.")] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", metavar="NAME", help="Dataset its rows belong to.")
    ] = None,
) -> None:
    """Draft a catalog entry from the header and the values of a file that no report fits."""
    from mkt_pipeline import exports

    session = session_of(context)
    workspace = session.existing_workspace() if save else _workspace(session)
    _must_exist(file)
    named = platform or (output.stem if output else None)
    draft = exports.draft_entry(file, workspace, platform=named, report=report, dataset=dataset)
    target = output or (session.workspace.catalog_dir / f"{draft.platform}.yml" if save else None)
    if target is not None:
        _must_be_new(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(draft.text, encoding="utf-8")
    _tell_draft(session, draft, file, target)


def _tell_draft(session: Session, draft: Draft, file: Path, target: Path | None) -> None:
    out, reading = session.out, draft.reading
    if out.as_json:
        out.document({**draft.to_dict(), "written": target})
        return
    if target is None:
        sys.stdout.write(draft.text)
    else:
        out.data(str(target))
    guessed = sum(column.target is not None for column in draft.columns)
    out.talk(out.word("map_guessed", known=guessed, all=len(draft.columns), dataset=draft.dataset))
    for missing in draft.missing:
        out.talk(f"{out.word('map_missing')}: {missing}", style="yellow")
    if reading is not None and reading.problem:
        shown = f"{reading.problem['code']} {reading.problem['found']}"
        out.talk(f"{out.word('map_trouble')}: {shown}", style="yellow")
    elif reading is not None:
        days = f"{reading.date_from} … {reading.date_to}" if reading.date_from else "–"
        out.talk(out.word("map_reads", rows=reading.rows, days=days))
    root, name = session.workspace.root, short_path(file)
    if target is None:
        out.talk(f"{out.word('next')}: {command_line('map --save', root)} {name}")
    else:
        out.talk(f"{out.word('next')}: {out.word('map_check', path=target)}")
        out.talk(f"      {command_line('inspect', root)} {name}")


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def anonymize(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export, or a folder that is one.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT", help="The copy; default: NAME.anonymised.EXT beside it."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help="Fixes the secret factor, for tests.", hidden=True),
    ] = None,
) -> None:
    """Write a copy of an export that can be shown: same shape, other names, amounts times a secret factor."""
    from mkt_pipeline import exports

    session = session_of(context)
    out = session.out
    _must_exist(file)
    try:
        with out.working(out.word("anonymising")):
            made = exports.anonymise_export(file, output, _workspace(session), seed=seed)
    except FileExistsError as error:
        raise _exists(Path(str(error))) from None
    if out.as_json:
        out.document(made.to_dict())
        return
    out.data(str(made.target))
    out.talk(out.word("anonymised", names=made.names, numbers=made.numbers, rows=made.rows))
    for note in made.notes:
        out.talk(f"  {note}", style="yellow")
    out.talk(out.word("anonymised_look"))


def _workspace(session: Session) -> Workspace | None:
    return session.workspace if session.workspace.exists() else None


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise ConfigError("E-CLI-03", "no such file", where=str(path), fix="check the path")


def _must_be_new(path: Path) -> None:
    if path.exists():
        raise _exists(path)


def _exists(path: Path) -> ConfigError:
    return ConfigError(
        EXISTS,
        "the file exists and is not overwritten",
        where=str(path),
        fix="name another with -o, or remove it",
    )
