"""The Sync page: preview, approve, follow a run; files are in upload/.

May import the root of lib/ui, its frame, lookup, marks, and runs, and lib/services. Open
answer.py first.
"""
