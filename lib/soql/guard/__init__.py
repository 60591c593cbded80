"""The opt-out guard: a query goes in, and the same query comes out without anyone opted out.

May import the root of lib/soql and advice. Open rewrite.py first.
"""
