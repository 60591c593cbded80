"""The values of a list: its options, a pull's result, a preview, and why someone isn't on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from lib.store.ledger import Event

Way = Literal["rest", "bulk"]
"""REST pages of about 2,000 rows, or one Bulk 2.0 query."""


class Removed(StrEnum):
    """Why a fetched row isn't on the list. The words on the screen are in lib/words.py.

    The first reason that applies counts, in this order. Source: rules.md, 6.2 and 6.4.
    """

    OPTED_OUT = "opted_out"  # the row itself turned out opted out while it was fetched
    UNSUBSCRIBED = "unsubscribed"  # an event of the ledger names its address
    HELD_DOMAIN = "held_domain"  # its whole domain is on the unsubscribe list
    ELSEWHERE = "opted_out_elsewhere"  # its address is opted out on another record
    CONVERTED = "converted"
    BOUNCED = "bounced"
    EMPTY = "empty_address"
    IMPOSSIBLE = "impossible_address"
    ON_A_LIST = "on_another_list"
    DUPLICATE = "duplicate_address"  # the first row of an address stays


@dataclass(frozen=True, slots=True)
class Options:
    """What a list leaves out in addition to opted-out people, as chosen for the pull."""

    no_duplicates: bool = False
    no_empty: bool = False  # rows with no address or an invalid address
    no_bounced: bool = False
    no_converted: bool = False
    not_on_lists: tuple[str, ...] = ()  # IDs of saved lists: people on their last pull
    not_handed_over_days: int = 0  # people sent to JangoMail in the last N days; 0 turns it off


@dataclass(frozen=True, slots=True)
class PullResult:
    """The result of a pull; `list --json` prints it (contract.md).

    `matching` − `opted_out` = `fetched` (both `None` with LIMIT or OFFSET), and `fetched` is
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
    removed_below: Mapping[Removed, int] = field(default_factory=dict)  # people in subqueries
    api_calls: int = 0
    duration_s: float = 0.0
    warnings: tuple[str, ...] = ()
    ids_not_judged: tuple[str, ...] = ()  # columns with IDs of people that nothing checks


@dataclass(frozen=True, slots=True)
class Look:
    """A list before it is pulled: its numbers, what pulling costs, and its first rows.

    `titles` and `rows` are those of the file, filtered like a pull by what the ledger knows at
    `as_of`. `removed` counts the rows this took away from the `fetched` first rows. `matching`
    and `opted_out` are `None` with LIMIT or OFFSET and for figures.
    """

    soql: str
    guarded: str
    conditions: tuple[str, ...]  # the guard's own, as SOQL
    taken_out: tuple[str, ...]  # clauses that are not sent
    is_figures: bool  # counts and groups, which aren't a mailing list
    matching: int | None
    opted_out: int | None
    way: Way
    calls: int  # about how many API calls a pull will cost
    seconds: float  # about how long it will take
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fetched: int
    removed: Mapping[Removed, int] = field(default_factory=dict)
    as_of: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyRecord:
    """A record with the address: whether the query as written asks for it, and if it's listed.

    `matches` is `None` if that can't be told for a single record (LIMIT, groups). `removed` is why
    it isn't on the list, `None` if it is (or if the query doesn't ask for it). `kept` means that
    someone cleared its box, and a run has settled that it stays cleared. `unmet` are the query's
    conditions that it fails, if the query doesn't ask for it.
    """

    sobject: str
    record_id: str
    shown: str  # the address in the record's spelling
    opted_out: bool
    matches: bool | None
    kept: bool
    removed: Removed | None
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why someone is on a list or not: their records, and what the ledger says of the address."""

    address: str
    on_list: bool | None  # `None` if it can't be told (LIMIT, groups)
    records: tuple[WhyRecord, ...]
    events: tuple[Event, ...]
    domain_events: tuple[Event, ...]
    as_of: datetime | None
    is_cut: bool = False  # LIMIT or OFFSET decides which of the matching records are returned
