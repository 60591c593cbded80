"""What the pages and the terminal call: values in, values out. Nothing is drawn or printed here.

May import everything below it, and no screen. Open runs/order.py first.
"""
