"""Runs as Overview, Sync and History show them: a table of runs, one run, its records.

May import the root of lib/ui and lib/services. Open details.py first.
"""
