"""A copy of an export that can be shown to others: the same shape, other names, other sizes.

What is here: what each cell becomes. Names get stand-ins, the same name the same one; every additive number
is multiplied by one secret factor, rounded so that rows still add up to their totals rows; rates, dates,
statuses and countries stay. What is not: how the copy is written (:mod:`mkt_pipeline.exports.rewrite`).

Whoever knows one true number can find the factor: the copy hides names and sizes, it does not seal them.
"""

from mkt_pipeline.exports.anonymise.export import Anonymised, anonymise_export

__all__ = ["Anonymised", "anonymise_export"]
