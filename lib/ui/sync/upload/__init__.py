"""Unsubscribes from a file on the Sync page: the file, the question, the answer.

May import the root of lib/ui, lib/ui/runs and lib/services. Open section.py first.
"""
