"""Dates in files and reports: texts in many dresses, read as the intervals they name."""

from lib.sources.dates.column import DateColumn
from lib.sources.dates.reader import DateOrder, DateReader, is_date

__all__ = ["DateColumn", "DateOrder", "DateReader", "is_date"]
