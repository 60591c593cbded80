"""The made-up people: the cases worth a test, and what people have to do with the company.

May import saving and the root of lib/practice. Open cases.py first.
"""
