"""Set the boxes of a run's records, by the ways that Salesforce offers.

Each way takes changes and a logbook. It notes every record before it's sent, settles what
Salesforce answers, and looks up what it gets no answer for.
"""

from collections.abc import Sequence

from lib.salesforce.door import Door
from lib.sync import collections
from lib.sync.logbook import Logbook
from lib.values import Change


def write(door: Door, changes: Sequence[Change], logbook: Logbook, *, to: bool = True) -> None:
    """Set the box on every record; an undo sets it back (`to` False).

    Refused records are settled as refused, and the rest go on. Raises the first OptbackError that
    stopped the work, after everything under way is settled. What wasn't sent stays pending.
    """
    collections.write(door, changes, logbook, to=to)
