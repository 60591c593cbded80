"""The ledger: every unsubscribe that was read, and whether it is done (rules.md, 1).

May import lib/store/db.py and sql_values.py, and what lib/store may import. Other rooms import
this package only. Open merge.py first.
"""

from lib.store.ledger.events import (
    count_pending,
    events_of,
    events_of_domain,
    pending,
    reopen,
    settle,
    unsubscribed_by,
)
from lib.store.ledger.merge import DONE, HELD, PENDING, WITHDRAWN, Event
from lib.store.ledger.readings import (
    last_complete_reading,
    last_report,
    mark,
    marked,
    take,
    watermark,
)
from lib.store.ledger.resubscribed import vanished
from lib.store.ledger.sorting import Taken

__all__ = [
    "DONE",
    "HELD",
    "PENDING",
    "WITHDRAWN",
    "Event",
    "Taken",
    "count_pending",
    "events_of",
    "events_of_domain",
    "last_complete_reading",
    "last_report",
    "mark",
    "marked",
    "pending",
    "reopen",
    "settle",
    "take",
    "unsubscribed_by",
    "vanished",
    "watermark",
]
