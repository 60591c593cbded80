"""The History page: its filters. What it shares with Overview is in lib/ui/runs.

May import the root of lib/ui, lib/ui/runs and lib/services. Open filters.py first.
"""
