"""What can go wrong with a request, and the middleware that makes it happen.

May import the root of lib/practice. Open fault.py first.
"""
