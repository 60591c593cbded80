"""Files of unsubscribes: finding the columns of addresses and dates, and the lines that count.

May import the root of lib/sources and dates. Open csv_file.py first.
"""
