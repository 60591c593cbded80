"""Schedules: when the next run is due, and who starts it.

May import lib/services/runs, lib/services/connections, and the root of lib/services. Open
timetable.py first.
"""
