"""Pulls: sources of ``mkt.yml`` are fetched over HTTP into the inbox, where they are exports like any other.

What is here: the public functions. What is not: reading what was fetched (the room above), and when to ask
(``orchestration``). The HTTP library is loaded by :func:`pull` alone, never by asking what is due.
"""

from mkt_pipeline.exports.pull.clock import Clock
from mkt_pipeline.exports.pull.pulling import PullResult, due, pull

__all__ = ["Clock", "PullResult", "due", "pull"]
