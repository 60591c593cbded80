"""Runs: starting, following, and deciding on a run, and what its pages show.

May import connections and the root of lib/services. Open order.py first.
"""
