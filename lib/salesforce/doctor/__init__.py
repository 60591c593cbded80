"""The permission doctor: what Salesforce lets the user do, what follows, and how to fix it.

Open checks.py first. Each check is a `Check` of lib/values.py; lib/services/connections/checks.py
puts them together with JangoMail's. May import what lib/salesforce may.
"""
