"""What makes up the people of a practice org: edge cases, names, and their business records.

May import the root of lib/practice. Open edge_cases.py first.
"""
