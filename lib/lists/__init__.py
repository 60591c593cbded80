"""Lists: Contacts and Leads pulled by SOQL, without anyone who opted out.

May import lib/sync, salesforce, sources, store, soql and what is below. Open pull.py first.
"""
