"""The Overview page: what needs you, the last month, the last runs.

May import the root of lib/ui, lib/ui/frame, lib/ui/lookup, lib/ui/marks, lib/ui/needs, lib/ui/runs
and lib/services. Open answer.py first.
"""
