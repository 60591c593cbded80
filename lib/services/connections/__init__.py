"""Connections: which one is meant, how one is entered, tested and stored.

May import the root of lib/services. Open chosen.py first.
"""
