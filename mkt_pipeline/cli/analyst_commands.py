"""The commands of analysts beside ``sql``: explain, export.

What is here: one function per command, registered on the same app. What is not: work; it lies in
``warehouse``, which is imported inside the commands.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mkt_pipeline.cli import show
from mkt_pipeline.cli.session import GLOBAL_OPTIONS_NOTE, app, session_of


class ExportFormat(StrEnum):
    """Kinds of files tables can be written as."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def explain(
    context: typer.Context,
    metric: Annotated[str, typer.Argument(help="Id or name of a metric, in either language.")],
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", metavar="ID", help="Also its value to date and the files behind it."),
    ] = None,
) -> None:
    """Say what a metric is: formula, traps, where it stands, who reports it, and what a value is made of."""
    from mkt_pipeline import warehouse

    session = session_of(context)
    out = session.out
    workspace = session.workspace if campaign is None else session.existing_workspace()
    found = warehouse.explain_metric(workspace, metric, campaign)
    if out.as_json:
        out.document(found.to_dict())
        return
    show.explanation(out, found)
    if campaign is not None and found.campaign is None:
        out.talk(out.word("no_value", campaign=campaign))


@app.command(epilog=GLOBAL_OPTIONS_NOTE)
def export(
    context: typer.Context,
    kind: Annotated[ExportFormat, typer.Argument(metavar="FORMAT", help="parquet, csv or xlsx.")],
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--table", metavar="SCHEMA.NAME", help="A table; repeatable. Default: schemas mart and metrics."
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Where to; default: export in the workspace.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of the same names.")] = False,
) -> None:
    """Write published tables as files, one each; prints their paths."""
    from mkt_pipeline import warehouse

    session = session_of(context)
    out, workspace = session.out, session.existing_workspace()
    with out.working(out.word("exporting")):
        written = warehouse.export_tables(
            workspace, kind.value, names, folder, overwrite=overwrite,
            on_table=lambda each: show.exported(out, each),
        )  # fmt: skip
    if out.as_json:
        out.document([each.to_dict() for each in written])
        return
    for each in written:
        out.data(str(each.path))
    out.talk(out.word("exported", count=len(written), path=folder or workspace.export_folder))
