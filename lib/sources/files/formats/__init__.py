"""What a file is, no matter its name: workbooks and JSON lists become text, others are refused.

May import the root of lib/sources. Open kinds.py first.
"""
