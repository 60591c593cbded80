"""Connections: which connection is meant, and how it is entered, tested, and stored.

May import the root of lib/services. Open chosen.py first.
"""
