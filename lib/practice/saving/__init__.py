"""What happens when a row is saved: what is refused, and what else changes.

May import the root of lib/practice. Open save.py first.
"""
