"""Query jobs of Bulk API 2.0: their states, their threads, their pages of CSV.

May import soql, faults and the root of lib/practice. Open jobs.py first.
"""
