"""What the log must remember of records, by what its runs reported (rules.md, 3.1 to 3.3, 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.practice.rows import moment_of
from tests.model.asks import Sure, UsedFile
from tests.model.people import Record

MOST_CLEARED = 20
SHARE_CLEARED = 0.05
_SEEN = ("already_opted_out", "updated")
_LEFT_ALONE = ("kept", "skipped", "failed", "planned")

Change = Mapping[str, Any]


@dataclass(slots=True)
class Seen:
    """A record that was seen opted out.

    `strayed`: its address or box has changed since, without a run that noticed. `undone_at`: when
    an undo took its box back.
    """

    who: str | None
    sure: Sure = Sure.YES
    cleared_at: datetime | None = None
    kept: str | None = None
    strayed: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that can be taken back: when it was, who it planned for, and what it set.

    `half_set` had one of two opt-out fields set before (3.8). `before` is what was remembered of
    each of these records.
    """

    run_id: str
    at: datetime
    file: UsedFile | None
    planned: Mapping[str, str | None]
    updated: frozenset[str]
    half_set: frozenset[str]
    before: Mapping[str, Seen | None]


@dataclass(slots=True)
class Memory:
    """Records that were seen opted out, those this program ticked, and mass clearings."""

    seen: dict[str, Seen] = field(default_factory=dict)
    ticked: set[str] = field(default_factory=set)
    mass: dict[str, Sure] = field(default_factory=dict)

    def of(self, record: Record) -> Seen | None:
        """What is remembered of a record under its address; a changed address is new (3.4)."""
        seen = self.seen.get(record.id)
        return seen if seen is not None and seen.who == record.who else None

    def stray(self, record_id: str) -> None:
        """Something happened to a record that no run may have noticed."""
        if record_id in self.seen:
            self.seen[record_id].strayed = True

    def undone(self, record: Record, now: datetime) -> None:
        """An undo took the box of a record back."""
        self.seen[record.id] = Seen(record.who, cleared_at=now, undone_at=now)
        self.mass.pop(record.id, None)

    def may_have_seen(self, records: Iterable[Record]) -> None:
        """A command that was killed may have seen these records opted out, or even set the box."""
        for record in records:
            seen = self.of(record)
            if seen is None:
                self.seen[record.id] = Seen(record.who, Sure.MAYBE)
            elif seen.cleared_at is not None:
                seen.strayed = True

    def learn(self, changes: Iterable[Change], before: Mapping[str, Record]) -> None:
        """Take over what a run reported. `before` are the records as the run found them."""
        newly_kept = [change for change in changes if self._take(change, before)]
        ours = [change["record_id"] for change in newly_kept if change["record_id"] in self.ticked]
        if len(newly_kept) <= MOST_CLEARED:
            return
        is_mass = len(ours) > MOST_CLEARED and len(ours) > SHARE_CLEARED * len(self.ticked)
        for change in newly_kept:
            of_ours = is_mass and change["record_id"] in self.ticked
            self.mass[change["record_id"]] = Sure.YES if of_ours else Sure.MAYBE

    def _take(self, change: Change, before: Mapping[str, Record]) -> bool:
        """Take over one record. Whether it is kept for the first time since its clearing."""
        record = before[change["record_id"]]
        outcome = change["outcome"]
        if outcome == "updated":
            self.ticked.add(record.id)
        if outcome in _SEEN:
            self.seen[record.id] = Seen(record.who)
            self.mass.pop(record.id, None)
            return False
        seen = self.of(record)
        if seen is None or record.box or outcome not in _LEFT_ALONE:
            return False
        is_new = outcome == "kept" and seen.kept is None
        seen.cleared_at = seen.cleared_at or moment_of(record.modified)
        if outcome == "kept":
            assert seen.undone_at is None or seen.strayed, f"{record} was undone, not kept (5)"
            seen.kept, seen.strayed = change["reason"], False
        return is_new
