"""The command line: a file for each command, which imports what it needs when it runs.

May import all of lib except lib/ui and lib/charts. Open main.py first, then parser.py.
"""
