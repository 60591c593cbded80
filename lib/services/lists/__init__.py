"""Lists: saved queries, pulls, freshness, downloads and sending a list to JangoMail.

May import connections, runs and the root of lib/services. Open pulls.py first.
"""
