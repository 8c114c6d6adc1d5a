"""The command's frame: the Typer app, the global options, and what they mean for one call.

What is here: options every command shares. What is not: the commands (``commands.py``) and exit codes
(``entry.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mkt_pipeline import __version__
from mkt_pipeline.cli.console import Output
from mkt_pipeline.cli.words import spoken_language

if TYPE_CHECKING:
    from mkt_pipeline.workspace import Workspace

GLOBAL_OPTIONS_NOTE = (
    "Global options (--workspace, --lang, --json, --quiet, --debug) may stand before or after the command."
)

app = typer.Typer(
    name="mkt",
    help="Marketing exports in; numbers that tie and one optimization report per campaign out.",
    epilog="Start with: mkt demo. Then: mkt init, drop exports into data/inbox, mkt run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


class SqlFormat(StrEnum):
    """Shapes a query result can be printed in."""

    table = "table"
    csv = "csv"
    json = "json"


class ReportLanguage(StrEnum):
    """Languages of talk and reports."""

    en = "en"
    zh = "zh"


@dataclass(frozen=True)
class Session:
    """What the global options said."""

    folder: Path | None
    language: ReportLanguage | None
    out: Output

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of this call; it need not exist."""
        from mkt_pipeline.workspace import Workspace

        return Workspace.locate(self.folder)

    def existing_workspace(self) -> Workspace:
        """The workspace of this call, its settings read and found right.

        Raises:
            ConfigError: ``E-CFG-…``, see :attr:`Workspace.settings`.
        """
        _ = self.workspace.settings
        return self.workspace


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mkt-pipeline {__version__}")
        raise typer.Exit()


@app.callback()
def _global_options(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", metavar="DIR", help="The workspace; default: MKT_WORKSPACE, else ./data."
        ),
    ] = None,
    lang: Annotated[
        ReportLanguage | None,
        typer.Option("--lang", help="Language of talk and reports; default: the terminal's."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON document, and errors as JSON.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no hints, only results.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    language = lang.value if lang else spoken_language()
    context.obj = Session(workspace, lang, Output(language, as_json, quiet, debug))


def session_of(context: typer.Context) -> Session:
    """The session that the global options made for this call."""
    session = context.obj
    assert isinstance(session, Session)
    return session
