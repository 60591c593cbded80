"""What happens when a row is saved: what is refused, and what else moves.

May import the root of lib/practice. Open writing.py first.
"""
