"""The log: one SQLite file with every run, change, event and connection; the only room with SQL."""
