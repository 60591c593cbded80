"""What can go wrong on the way, and the middleware that lets it happen.

May import the root of lib/practice. Open faults.py first.
"""
