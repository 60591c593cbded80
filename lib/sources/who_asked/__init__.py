"""Who in a file asked not to be emailed: understood for certain, decided by a person, or refused.

May import the rest of lib/sources. Open `decide.py` first.
"""
