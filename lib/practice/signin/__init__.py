"""Signing in: accounts, sessions, OAuth 2.0, SOAP login, and who a token belongs to.

May import the root of lib/practice. Open accounts.py first.
"""
