"""The ledger: every unsubscribe that was read, and whether it is done (rules.md, 1).

May import lib/store/db.py and sql_values.py, and what lib/store may import. Other rooms import
this package only. Open merge.py first.
"""

from lib.store.ledger.events import (
    all_pending,
    count_pending,
    events_of,
    events_of_domain,
    last_id,
    pending,
    pending_among,
    reopen,
    settle,
    settle_unless_open,
    unsubscribed_by,
)
from lib.store.ledger.file_sightings import count_of_run, only_of_run, withdraw
from lib.store.ledger.merge import DONE, HELD, PENDING, WITHDRAWN, Event
from lib.store.ledger.readings import (
    last_complete_reading,
    last_report,
    look_at_nothing,
    mark,
    mark_alone,
    marked,
    read_by,
    take,
    was_read,
    watermark,
)
from lib.store.ledger.resubscribed import vanished
from lib.store.ledger.sorting import Taken, entry_of

__all__ = [
    "DONE",
    "HELD",
    "PENDING",
    "WITHDRAWN",
    "Event",
    "Taken",
    "all_pending",
    "count_of_run",
    "count_pending",
    "entry_of",
    "events_of",
    "events_of_domain",
    "last_complete_reading",
    "last_id",
    "last_report",
    "look_at_nothing",
    "mark",
    "mark_alone",
    "marked",
    "only_of_run",
    "pending",
    "pending_among",
    "read_by",
    "reopen",
    "settle",
    "settle_unless_open",
    "take",
    "unsubscribed_by",
    "vanished",
    "was_read",
    "watermark",
    "withdraw",
]
