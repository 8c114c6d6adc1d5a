"""A catalog entry drafted from an unknown file, for a person to check and complete.

What is here: guessing what columns mean from every header of the whole catalog and from the values below, and
writing the guesses as YAML with the reasons beside them. What is not: deciding anything for good; a draft
says of itself that it is one.
"""

from mkt_pipeline.exports.mapping.draft import Draft, draft_entry
from mkt_pipeline.exports.mapping.fit import date_formats

__all__ = ["Draft", "date_formats", "draft_entry"]
