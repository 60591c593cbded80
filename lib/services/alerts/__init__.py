"""Alerts: looking at a connection, telling people, and what pages and the command line show.

May import lib/services/log, lib/alerts and what is below. Open watch.py first.
"""
