"""Salesforce's REST API: which address does what, and a file for each kind of call.

May import bulk, saving, soql and the root of lib/practice. Open routes.py first.
"""
