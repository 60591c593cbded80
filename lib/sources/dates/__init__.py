"""Dates in files and reports: text in many formats, read as the intervals it names.

May import lib/values. Open reader.py first; column.py settles what a single date leaves open.
"""

from lib.sources.dates.column import DateColumn
from lib.sources.dates.reader import DateOrder, DateReader, is_date

__all__ = ["DateColumn", "DateOrder", "DateReader", "is_date"]
