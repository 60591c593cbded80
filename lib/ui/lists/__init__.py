"""The Lists page: saved lists, pulls and their results, downloads, JangoMail.

May import the root of lib/ui, lib/ui/runs and lib/services. Open result.py first.
"""
