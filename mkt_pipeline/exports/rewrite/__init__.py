"""Files written anew with other cells and the same shape: encoding, quoting, line ends, sheets, members.

What is here: taking a file apart into rows, and writing a copy in which single cells differ. What is not:
which cells, and what they become; the caller decides.
"""

from mkt_pipeline.exports.rewrite.copies import Change, Decide, copy_name, rewrite_cells, write_copy
from mkt_pipeline.exports.rewrite.packages import Member, Package, Part, opened, refuse, rows
from mkt_pipeline.exports.rewrite.texts import Layout, decodings, sniff

__all__ = [
    "Change",
    "Decide",
    "Layout",
    "Member",
    "Package",
    "Part",
    "copy_name",
    "decodings",
    "opened",
    "refuse",
    "rewrite_cells",
    "rows",
    "sniff",
    "write_copy",
]
