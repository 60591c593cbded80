"""The practice org as the dashboard uses it: its process, its story, and a month in a minute.

May import connections, runs and the root of lib/services. Open process.py first.
"""
