"""SOQL over the rows of a practice org: parsed by lib/soql, evaluated over the tree.

May import lib/soql and the root of lib/practice. Open evaluation.py first.
"""
