"""Which people in a file unsubscribed: understood for certain, decided by a person, or refused.

May import the root of lib/sources, dates, headings, and delimited_rows. Open decide.py first.
"""
