"""mkt-pipeline: marketing exports in, numbers that tie and campaign reports out.

This file holds the version and nothing else, so that importing any room stays cheap.
"""

__version__ = "0.1.0"
