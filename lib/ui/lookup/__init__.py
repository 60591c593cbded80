"""Look up a person by address: a verdict in a sentence, their records, and what happened when.

May import the root of lib/ui, lib/ui/frame, lib/ui/marks and lib/services. Open section.py first.
"""
