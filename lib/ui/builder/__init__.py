"""The list builder on the Lists page: who is on a list, with the builder or as SOQL.

May import the root of lib/ui, lib/ui/runs and lib/services. Open section.py first.
"""
