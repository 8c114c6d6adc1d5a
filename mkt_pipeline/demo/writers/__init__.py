"""The platforms' export formats, spelled out: one module per platform, rows in, bytes out.

What is here: encodings, delimiters, preambles, quoting, null tokens, totals rows, spellings of dates and
numbers, and file names. What is not: any choice of what is exported (``demo/inbox.py``), any number, and any
use of the reading side (``exports/``): reader and writer must not share a mistake.

Every writer is a plain function with switches for the variants people meet, so that tests can also write
files the demo company does not need.
"""
