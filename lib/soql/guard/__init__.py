"""The opt-out guard: it rewrites a query so that no one who opted out is in the answer.

May import the root of lib/soql and advice. Open rewrite.py first.
"""
