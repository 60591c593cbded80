"""Salesforce's REST API: which address does what, and one file for each kind of call.

May import bulk, saving, soql and the root of lib/practice. Open addresses.py first.
"""
