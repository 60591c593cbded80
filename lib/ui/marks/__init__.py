"""Drawings that Streamlit has no element for: balance bar, timeline, waterfall, strip of days.

All of them are one component (component.py, marks.js, marks.css). It reads the theme's colors, and
it writes text only, never HTML: names come from records. Nothing here knows a page or the log.
"""
