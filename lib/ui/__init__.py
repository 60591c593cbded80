"""What the pages draw: one folder for each page; the root holds what several pages share.

The only room that knows Streamlit. May import all of lib but lib/practice. Open shell.py first.
"""
