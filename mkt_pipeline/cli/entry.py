"""The way in and out of the command: arguments in, exit code out, every exception turned into words.

What is here: exit codes and the last line of defence. What is not: commands.

Exit codes: 0 done, 1 the data are at fault, 2 the command line, settings or a plan, 3 the machine,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from itertools import pairwise

import typer
import typer.main
from typer.core import TyperGroup

from mkt_pipeline.cli.arguments import globals_first
from mkt_pipeline.cli.commands import app
from mkt_pipeline.cli.console import Output
from mkt_pipeline.cli.words import spoken_language
from mkt_pipeline.errors import ConfigError, EnvironmentProblem, MktError

HELP = frozenset({"--help", "-h"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names of campaigns are in any language; a terminal that lacks a sign must not end the command.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    given = globals_first(sys.argv[1:] if arguments is None else arguments)
    out = _output(given)
    code = _run(given, out)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`mkt sql … | head`). Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _output(arguments: list[str]) -> Output:
    """How to print before the arguments are parsed, or when they cannot be."""
    language = next((pair[1] for pair in pairwise(arguments) if pair[0] == "--lang"), spoken_language())
    return Output(
        language="zh" if "zh" in (language, *_after_equals(arguments)) else "en",
        as_json="--json" in arguments,
        quiet="--quiet" in arguments or "-q" in arguments,
        debug="--debug" in arguments,
    )


def _after_equals(arguments: list[str]) -> list[str]:
    return [argument.partition("=")[2] for argument in arguments if argument.startswith("--lang=")]


def _run(arguments: list[str], out: Output) -> int:
    """The exit code of the command; every exception has become words when this returns."""
    try:
        code = _call(arguments)
        if code == 130:
            out.talk(f"{out.word('stopped')} {out.word('again')}")
        return code if isinstance(code, int) else 0
    except MktError as error:
        out.error(error)
        return error.exit_code
    except typer.TyperException as error:
        out.error(_usage_error(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        out.talk(f"{out.word('stopped')} {out.word('again')}")
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        out.error(_unexpected(error))
        if out.debug:
            out.trace(error)
        return EnvironmentProblem.exit_code


def _call(arguments: list[str]) -> object:
    """Hand the arguments to Typer; its answer is the exit code, or None.

    The help of a command is asked of that command alone: on the usual way Typer converts the global options
    first, and to do so loads a library that takes longer than the help itself.
    """
    root = typer.main.get_command(app)
    if isinstance(root, TyperGroup) and not HELP.isdisjoint(arguments):
        name = next((argument for argument in arguments if argument in root.commands), None)
        if name is not None:
            command = root.commands[name]
            return command.main(args=["--help"], prog_name=f"mkt {name}", standalone_mode=False)
    return root.main(args=arguments, prog_name="mkt", standalone_mode=False)


def _usage_error(error: typer.TyperException) -> MktError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mkt"
    return ConfigError("E-CLI-01", error.format_message(), where=command, fix=f"{command} --help")


def _unexpected(error: Exception) -> MktError:
    return EnvironmentProblem(
        "E-RUN-99",
        f"{type(error).__name__}: {error}",
        expected="no such failure: this is a fault of the program or of the machine",
        fix="run the command again with --debug and report what it prints",
    )
