"""The values that pass between rooms: frozen, checked once, and trusted from then on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from typing import Literal


@dataclass(frozen=True, slots=True)
class Interval:
    """When something was asked: not before, not after, in UTC. `not_before` None: unknown.

    Source: rules.md, 1.1. A date is as wide as its text says (a day, a second).
    """

    not_before: datetime | None
    not_after: datetime

    def touches(self, other: "Interval") -> bool:
        """Whether both could be the same moment."""
        return not (self.is_wholly_after(other.not_after) or other.is_wholly_after(self.not_after))

    def is_wholly_after(self, moment: datetime) -> bool:
        """Whether the whole interval is after `moment`."""
        return self.not_before is not None and self.not_before > moment

    def common_with(self, other: "Interval") -> "Interval":
        """The part that two touching intervals have in common."""
        starts = [start for start in (self.not_before, other.not_before) if start is not None]
        return Interval(max(starts, default=None), min(self.not_after, other.not_after))


class EventKind(StrEnum):
    """What a source reports about an address."""

    UNSUBSCRIBE = "unsubscribe"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A line of a source's answer, unchanged.

    `entry` is an address or a whole domain in the source's spelling; `raw_date` its date text,
    if any; `asked` that date as an interval, `None` if the line has no date; `line` counts
    from 1 in a file, and is `None` elsewhere.
    """

    entry: str
    raw_date: str | None = None
    asked: Interval | None = None
    line: int | None = None


MOST_LINES_KEPT = 1000
NO_ADDRESS = "it's neither an address nor a domain"
_LONGEST_TEXT_KEPT = 200

ReadingKind = Literal["report", "since", "file"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that doesn't name anyone: its number (`None` without lines), its text, and why."""

    line: int | None
    text: str
    why: str


@dataclass(slots=True)
class Reading:
    """A complete answer from a source. An incomplete answer is never passed on (rules.md, 1.4).

    `sightings` can be iterated once. While it is, the source and the ledger fill `unreadable` (the
    first 1,000 lines) and `unreadable_count` (all of them). The answer is complete from `since`
    on; `since` is `None` for a full report and a file. `read_at` is from before the source was
    asked, so the answer has everything older than that.

    `left_out` counts the lines of people in a file who didn't ask, and `who_asked` says in a
    sentence how that was decided. Both are known before the first sighting, and `None` for other
    sources. `about_dates` says which dates, on `dates_unread` lines, couldn't be read.
    """

    kind: ReadingKind
    since: datetime | None
    read_at: datetime
    sightings: Iterator[Sighting] = field(default_factory=lambda: iter(()))
    file_hash: str | None = None  # SHA-256 of the file, in hex
    file_name: str | None = None
    left_out: int | None = None
    who_asked: str | None = None
    dates_unread: int = 0
    about_dates: str | None = None
    unreadable: list[Unreadable] = field(default_factory=list)
    unreadable_count: int = 0
    _few: Sequence[Sighting] | None = None

    def few(self, most: int) -> Sequence[Sighting] | None:
        """All sightings, to look at before they're iterated; `None` if there are more than that.

        Raises what iterating them raises.
        """
        if self._few is None:
            first = list(islice(self.sightings, most + 1))
            self.sightings = chain(first, self.sightings)
            self._few = first if len(first) <= most else None
        return self._few

    def refuse(self, line: int | None, text: str, why: str) -> None:
        """Count a line that doesn't name anyone, and keep it unless there are too many."""
        self.unreadable_count += 1
        if len(self.unreadable) < MOST_LINES_KEPT:
            shown = text.replace("\0", "").strip()[:_LONGEST_TEXT_KEPT]
            self.unreadable.append(Unreadable(line, shown, why))


class Outcome(StrEnum):
    """What happened to a matched record. The words for people are in lib/words.py."""

    PLANNED = "planned"  # a dry run, or a run over the safety limit, would set the box
    PENDING = "pending"  # written down in the log, not confirmed yet
    UPDATED = "updated"
    ALREADY = "already_opted_out"
    KEPT = "kept"
    SKIPPED = "skipped"
    FAILED = "failed"


class RunStatus(StrEnum):
    """How a run is going or how it ended. The words for people are in lib/words.py."""

    STARTING = "starting"  # its row exists, its process hasn't started
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"  # some records aren't written yet
    FAILED = "failed"
    OVER_LIMIT = "guarded"  # stopped by the safety limit before the first write
    DRY_RUN = "dry_run"
    BUSY = "busy"  # another run of the connection was in progress


CARRIED_OUT = frozenset({RunStatus.SUCCEEDED, RunStatus.PARTIAL})
"""Statuses of runs that wrote all they could."""
ONLY_PLANNED = frozenset({RunStatus.DRY_RUN, RunStatus.OVER_LIMIT})
"""Statuses of runs that ended after the plan, before the first write."""


@dataclass(frozen=True, slots=True)
class Record:
    """A Contact, Lead, or person account with an address we look for, as Salesforce answered.

    `opted_out` is `None` if the user can't see the box. `modified_at` is LastModifiedDate.
    It's true if each opt-out field of the connection is set; if there's one of the org's own,
    `unset` names those that aren't, in lower case. `contact_id` is the
    Contact that is part of a person account.
    """

    sobject: str  # "Contact", "Lead", or "Account" for a person account
    record_id: str  # 18 characters, case-safe
    address: str  # in the compared form (lib/addresses.py)
    opted_out: bool | None
    modified_at: datetime
    is_converted: bool = False
    is_person_account: bool = False
    created_at: datetime | None = None
    contact_id: str = ""
    modified_by: str = ""  # ID of the user of the last change, if it was asked for
    account_id: str = ""  # of a Contact, if it was asked for
    unset: frozenset[str] = frozenset()
    is_partly_set: bool = False  # one opt-out field is set, and another isn't

    @property
    def is_part_of_person_account(self) -> bool:
        """Whether it's the Contact of a person account, which is written through its Account."""
        return self.is_person_account and self.sobject == "Contact"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How and when a record came to have an address that unsubscribed before (rules.md, 3.4).

    `is_new`: the record was created after the unsubscribe. Otherwise it's older, and was changed.
    """

    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a run does with a matched record: exactly one change per record and run.

    `reason` is a stable code such as `converted`, `held`, `UNABLE_TO_LOCK_ROW`; `message` is
    Salesforce's own text, if it gave one. `arrival` is set for a late arrival.
    """

    sobject: str
    record_id: str
    address: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    modified_at: datetime | None = None
    arrival: Arrival | None = None
    contact_id: str = ""  # the Contact of a person account; not in the log
    account_id: str = ""  # of a Contact, if it's known; not in the log
    was_partly_set: bool = False  # one of several opt-out fields was set before

    def ended(
        self, outcome: Outcome, reason: str | None = None, message: str | None = None
    ) -> "Change":
        """The same with an outcome. There's one for each record of a run: `replace` takes long."""
        return Change(
            self.sobject,
            self.record_id,
            self.address,
            outcome,
            reason,
            message,
            self.modified_at,
            self.arrival,
            self.contact_id,
            self.account_id,
            self.was_partly_set,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Salesforce's answer for one record of a write, in the order the records were given."""

    record_id: str
    ok: bool
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of a run's `errors`: a cause, how often it occurred, and what to do."""

    code: str
    message: str
    remedy: str
    count: int = 1


class Level(StrEnum):
    """How much a check matters. Only `failed` stops work; the others are OK."""

    FINE = "fine"
    NOTE = "note"  # worth knowing, nothing to do
    WARNING = "warning"  # work goes on, but someone should look
    FAILED = "failed"


class Stops(StrEnum):
    """What can't be done, or not completely, while a check fails."""

    EVERYTHING = "everything"
    CONTACTS = "contacts"  # opting out Contacts
    LEADS = "leads"
    PERSON_ACCOUNTS = "person_accounts"
    COMPLETENESS = "completeness"  # finding and editing every record
    UNSUBSCRIBES = "unsubscribes"  # reading them


@dataclass(frozen=True, slots=True)
class Check:
    """A line of `test`: what was checked, whether it's OK, and how to fix it.

    `effect` says what follows for people. `link` opens the place in Setup, `classic_link` the
    same place in Salesforce Classic. `because` names the check that this one follows from.
    """

    name: str
    ok: bool
    detail: str
    remedy: str | None = None
    level: str = ""  # a Level; failed or fine unless given
    effect: str | None = None
    link: str | None = None
    classic_link: str | None = None
    stops: str = ""  # a Stops, or empty if the check doesn't say
    because: str | None = None

    def __post_init__(self) -> None:
        if not self.level:
            object.__setattr__(self, "level", Level.FINE if self.ok else Level.FAILED)


@dataclass(frozen=True, slots=True)
class Org:
    """The Salesforce org of a connection, as Salesforce described it at sign-in."""

    org_id: str
    name: str
    environment: str  # "production", "sandbox" or "practice"
    username: str
    locale: str = ""
    edition: str = ""  # Organization.OrganizationType, such as "Enterprise Edition"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `phase` is reading, matching or writing; `total` 0 means unknown."""

    phase: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class DomainPart:
    """The part of a run that is about the domain approved with it: what is (or would be) opted out.

    `people` counts distinct addresses.
    """

    name: str
    records: int
    people: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The API calls of a run, as estimated before its first write (rules.md, 4.5).

    It made `so_far`, and `to_come` are for writing `records`; `fits` of these don't pass the cap.
    The org has `used` calls of its `limit` in 24 hours, and the cap leaves `allowed` to this run;
    all three are `None` if Salesforce doesn't say. `frees_at` is about when calls come back.
    """

    so_far: int
    to_come: int
    records: int
    fits: int
    used: int | None = None
    limit: int | None = None
    allowed: int | None = None
    frees_at: datetime | None = None

    @property
    def left(self) -> int | None:
        """The calls that the org has left in 24 hours."""
        if self.used is None or self.limit is None:
            return None
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run; `sync.py run --json` prints it (contract.md).

    `updated`, `already_opted_out`, `kept`, `skipped`, `failed` and `pending` add up to `records`;
    in a dry run and a run over the safety limit, `planned` takes the place of `updated`, which is
    `None`. `left_out` counts the lines of people in a file who didn't ask, `None` without a file;
    `who_asked` says in a sentence how that was decided. `full`: the run compared everything, not
    only what was new. `domain` is the part at the domain that was approved with it, `None` without
    one. `forecast` is `None` if the run ended before it had a plan.
    """

    run_id: str
    connection: str
    status: RunStatus
    events_read: int = 0
    addresses: int = 0
    records: int = 0
    updated: int | None = 0
    planned: int | None = None
    already_opted_out: int = 0
    kept: int = 0
    skipped: int = 0
    failed: int = 0
    pending: int = 0
    unmatched: int = 0
    api_calls: int = 0
    duration_s: float = 0.0
    errors: tuple[Fault, ...] = field(default=())
    left_out: int | None = None
    who_asked: str | None = None
    full: bool = False
    domain: DomainPart | None = None
    forecast: Forecast | None = None
