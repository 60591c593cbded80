"""The values of a list: what is asked for, and what a pull came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Removed(StrEnum):
    """Why a fetched row is not on the list; the words on the screen are in lib/words.py.

    The first that holds counts, in this order. Source: rules.md, 6.2 and 6.4.
    """

    OPTED_OUT = "opted_out"  # the row itself turned out opted out while it was fetched
    UNSUBSCRIBED = "unsubscribed"  # an event of the ledger names its address
    HELD_DOMAIN = "held_domain"  # its whole domain stands on the unsubscribe list
    ELSEWHERE = "opted_out_elsewhere"  # its address is opted out on another record
    CONVERTED = "converted"
    BOUNCED = "bounced"
    EMPTY = "empty_address"
    IMPOSSIBLE = "impossible_address"
    ON_A_LIST = "on_another_list"
    DUPLICATE = "duplicate_address"  # the first row of an address stays


@dataclass(frozen=True, slots=True)
class Options:
    """What a list leaves out besides opted-out people, by choice of the person who pulls it."""

    no_duplicates: bool = False
    no_empty: bool = False  # rows without an address, or with one that cannot be
    no_bounced: bool = False
    no_converted: bool = False
    not_on_lists: tuple[str, ...] = ()  # ids of saved lists: whoever was on their last pull
    not_handed_over_days: int = 0  # whoever was handed over in the last N days; 0: no matter


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull came to; `list --json` prints it (contract.md).

    `matching` − `opted_out` = `fetched` (both `None` under LIMIT or OFFSET), and `fetched` is
    `rows` plus all of `removed`.
    """

    soql: str
    guarded: str
    out: str | None
    as_of: datetime | None  # when the unsubscribes were last read completely
    matching: int | None
    opted_out: int | None
    fetched: int
    rows: int
    removed: Mapping[Removed, int] = field(default_factory=dict)
    api_calls: int = 0
    duration_s: float = 0.0
    warnings: tuple[str, ...] = ()
