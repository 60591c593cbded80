"""The Sync page: preview, approve, follow a run; files are in upload/.

May import the root of lib/ui, lib/ui/frame, lookup, and runs, and lib/services. Open answer.py first.
"""
