"""A run: read who unsubscribed, find their records in Salesforce, plan, and opt them out.

May import lib/salesforce, lib/sources, lib/store, lib/soql, and the root of lib. Open
engine.py first.
"""
