"""Writing many records in Bulk 2.0 jobs. Open writing.py first; resuming.py is about dead runs.

It may import what lib.sync may, and the files of lib.sync about a single write.
"""
