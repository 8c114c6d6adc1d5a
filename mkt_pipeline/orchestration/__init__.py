"""Dagster: assets, checks, one job, a schedule, a sensor, and the run that `mkt run` starts.

What is here: thin definitions that call the other rooms, and the words a user sees in the Dagster UI. What is
not: any reading of exports, SQL of marts, advice or report; a step that grows logic has lost its way.

Importing this package imports no Dagster. ``run`` and ``inbox`` stay free of it too, so that ``mkt run`` with
nothing to do answers at once; the heavy modules are imported by the function that needs them.
"""
