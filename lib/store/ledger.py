"""The ledger's door: every unsubscribe that was read, and what has become of it (rules.md, 1)."""

from lib.store.events import (
    count_pending,
    events_of,
    events_of_domain,
    held_domains,
    pending,
    settle,
)
from lib.store.merge import DONE, HELD, PENDING, WITHDRAWN, Event
from lib.store.readings import last_report, take
from lib.store.sorting import ReadingInfo, Taken
from lib.store.watermarks import mark, marked, watermark

__all__ = [
    "DONE",
    "HELD",
    "PENDING",
    "WITHDRAWN",
    "Event",
    "ReadingInfo",
    "Taken",
    "count_pending",
    "events_of",
    "events_of_domain",
    "held_domains",
    "last_report",
    "mark",
    "marked",
    "pending",
    "settle",
    "take",
    "watermark",
]
