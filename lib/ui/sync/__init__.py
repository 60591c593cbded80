"""The Sync page: preview, approve, follow a run; files are in upload/.

May import the root of lib/ui, lib/ui/runs and lib/services. Open controls.py first.
"""
