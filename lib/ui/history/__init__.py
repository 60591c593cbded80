"""The History page: a period with its filters, figures, charts and runs. A run: lib/ui/runs.

May import the root of lib/ui, lib/ui/frame, lib/ui/runs and lib/services. Open period.py first.
"""
