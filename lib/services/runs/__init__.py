"""Runs: starting one, following it, deciding on it, and what its pages show.

May import connections and the root of lib/services. Open order.py first.
"""
