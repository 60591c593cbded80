"""The values that cross from one room to another: frozen, checked once, doubted nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Interval:
    """When something was asked: not before, not after, in UTC; `None` is open below.

    Source: rules.md, 1.1. A date is as wide as its text says (a day, a second).
    """

    not_before: datetime | None
    not_after: datetime

    def touches(self, other: "Interval") -> bool:
        """Whether both could be the same moment."""
        return not (self.is_wholly_after(other.not_after) or other.is_wholly_after(self.not_after))

    def is_wholly_after(self, moment: datetime) -> bool:
        """Whether every moment of this interval lies after `moment`."""
        return self.not_before is not None and self.not_before > moment

    def common_with(self, other: "Interval") -> "Interval":
        """The part that two touching intervals share."""
        starts = [one for one in (self.not_before, other.not_before) if one is not None]
        return Interval(max(starts, default=None), min(self.not_after, other.not_after))


class EventKind(StrEnum):
    """What a source reports about an address."""

    UNSUBSCRIBE = "unsubscribe"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One line of a source's answer, as it came.

    `entry` is an address or a whole domain in the source's spelling; `raw_date` its date text,
    if any; `asked` that date as an interval, `None` where the line is undated; `line` counts
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
    """A line that names no one: its number (`None` where the source has no lines), text and why."""

    line: int | None
    text: str
    why: str


@dataclass(slots=True)
class Reading:
    """One complete answer of a source; a broken one is never handed out (rules.md, 1.4).

    `sightings` can be iterated once. Meanwhile source and ledger fill `unreadable` (the first
    1,000 lines) and `unreadable_count` (all of them). `since` is the moment from which the answer
    is complete, `None` for a full report and a file. `read_at` was taken before the source was
    asked, so everything older than it had its chance to be in the answer.

    `left_out` counts the lines of a file whose people did not ask, and `who_asked` says in a
    sentence how that was decided; both are known before the first sighting, and `None` elsewhere.
    `about_dates` says which dates, on `dates_unread` lines, couldn't be read.
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

    def refuse(self, line: int | None, text: str, why: str) -> None:
        """Count a line that names no one, and keep it while there is room."""
        self.unreadable_count += 1
        if len(self.unreadable) < MOST_LINES_KEPT:
            shown = text.replace("\0", "").strip()[:_LONGEST_TEXT_KEPT]
            self.unreadable.append(Unreadable(line, shown, why))


class Outcome(StrEnum):
    """What became of one matched record; the words on the screen are in lib/words.py."""

    PLANNED = "planned"  # a dry run, or one over the safety limit, would tick it
    PENDING = "pending"  # an intent: announced in the log, not confirmed yet
    UPDATED = "updated"
    ALREADY = "already_opted_out"
    KEPT = "kept"
    SKIPPED = "skipped"
    FAILED = "failed"


class RunStatus(StrEnum):
    """How a run is going or how it ended; the words on the screen are in lib/words.py."""

    STARTING = "starting"  # its row is written, its process has not begun
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"  # some records are still to be written
    FAILED = "failed"
    OVER_LIMIT = "guarded"  # stopped by the safety limit before the first write
    DRY_RUN = "dry_run"
    BUSY = "busy"  # another run of the connection was in progress


CARRIED_OUT = frozenset({RunStatus.SUCCEEDED, RunStatus.PARTIAL})
"""Statuses of runs that wrote all they could."""
ONLY_PLANNED = frozenset({RunStatus.DRY_RUN, RunStatus.OVER_LIMIT})
"""Statuses of runs that ended with their plan, before the first write."""


@dataclass(frozen=True, slots=True)
class Record:
    """One Contact or Lead that bears an address we look for, as Salesforce answered.

    `opted_out` is `None` where the user may not see the box. `modified_at` is LastModifiedDate.
    """

    sobject: str  # "Contact" or "Lead"
    record_id: str  # 18 characters, case-safe
    address: str  # in the compared form (lib/addresses.py)
    opted_out: bool | None
    modified_at: datetime
    is_converted: bool = False
    is_person_account: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One matched record and what a run does with it: exactly one per record and run.

    `reason` is a stable code such as `converted`, `held`, `UNABLE_TO_LOCK_ROW`; `message` is
    Salesforce's own text, where it gave one.
    """

    sobject: str
    record_id: str
    address: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Salesforce's answer for one record of a write, in the order the records were given."""

    record_id: str
    ok: bool
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a run's `errors`: the same cause counted once, with what to do."""

    code: str
    message: str
    remedy: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `test`: what was looked at, whether it holds, and what mends it."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Org:
    """The Salesforce org behind a connection, as it named itself at sign-in."""

    org_id: str
    name: str
    environment: str  # "production", "sandbox" or "practice"
    username: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `phase` is reading, matching, writing; `done` of `total` (0: unknown)."""

    phase: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to; `sync.py run --json` prints it (contract.md).

    `updated`, `already_opted_out`, `kept`, `skipped`, `failed` and `pending` add up to `records`;
    in a dry run and in one over the safety limit, `planned` stands for `updated`, which is then
    `None`. `left_out` counts the lines of a file whose people did not ask, `None` without a file;
    `who_asked` says in a sentence how that was decided.
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
