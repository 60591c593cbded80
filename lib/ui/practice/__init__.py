"""The Practice page and the line on every page while the practice org is chosen.

May import the root of lib/ui, lib/ui/runs and lib/services. Open steps.py first.
"""
