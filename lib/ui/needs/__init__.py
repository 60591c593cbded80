"""What needs a person, and whether a connection is well: one rule for all pages.

May import the root of lib/ui, lib/ui/frame and lib/services. Open of_connection.py first.
"""
