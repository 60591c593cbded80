"""Bulk 2.0 ingest: the opt-out boxes of many records in a job that Salesforce works on by itself.

`jobs.py` has the calls, in the order in which they're made. lib/sync/bulk uses them.
"""
