"""The Connection page: the form, its test, and a stored connection.

May import the root of lib/ui, lib/ui/runs and lib/services. Open details.py first.
"""
