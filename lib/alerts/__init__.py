"""Alerts: which problem, in what words, sent by email or webhook.

May import lib/salesforce, lib/store and what is below. Open causes.py first.
"""
