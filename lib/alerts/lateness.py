"""When a run is late."""

from datetime import timedelta

LATE_BY = timedelta(hours=1)
"""This long after it was expected, a run is late."""
