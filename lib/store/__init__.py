"""The log: one SQLite file with every run, change, event and connection. All SQL is here.

May import values, addresses, clock, errors and settings. Open db.py first, then migrations.py.
"""
