"""What makes up the people of a practice org: edge cases, names, and their business records.

May import saving and the root of lib/practice. Open cases.py first.
"""
