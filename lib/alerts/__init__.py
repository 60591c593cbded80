"""Who hears of what went wrong: which alert, its words, and its way by email or webhook.

May import lib/salesforce, lib/store and what is below. Open causes.py first.
"""
