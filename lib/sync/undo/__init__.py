"""Taking a run back (rules.md, 5): what goes back, what stays and why, and the writes.

May import the rest of lib/sync. Open plan.py first.
"""
