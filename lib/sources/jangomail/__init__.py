"""JangoMail: reading its unsubscribes, and sending it the people of a list as a group.

May import the root of lib/sources and dates. Open source.py first; asmx.py makes the calls.
"""
