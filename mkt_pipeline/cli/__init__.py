"""The `mkt` command: it parses, calls the rooms below, and prints.

What is here: the entry point. What is not: any logic of marketing, files or databases; and no heavy import,
so that ``mkt --help`` answers at once.
"""

from mkt_pipeline.cli.entry import main

__all__ = ["main"]
