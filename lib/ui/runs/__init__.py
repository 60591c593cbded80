"""Runs as Overview, Sync, and History show them: a table of runs, a single run, its records.

May import the root of lib/ui and lib/services. Open details.py first.
"""
