"""The Overview page: what needs you, the last month, the last runs.

May import the root of lib/ui, lib/ui/runs and lib/services. Open needs.py first.
"""
