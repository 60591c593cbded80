"""Sets and mappings of a run that may be too large for memory.

A few entries stay in memory, which is quicker. More of them go to a temporary database of their
own, in a file without a name: nothing is left behind, also if the process is killed. May import
sql_values.py and terms.py. Other rooms import this package only.
"""

from lib.store.large.kinds import (
    LargeChanges,
    all_intervals,
    intended,
    intervals,
    records,
)
from lib.store.large.ordering import in_order
from lib.store.large.texts import LargeSet, among
from lib.store.large.values import LargeMap

__all__ = [
    "LargeChanges",
    "LargeMap",
    "LargeSet",
    "all_intervals",
    "among",
    "in_order",
    "intended",
    "intervals",
    "records",
]
