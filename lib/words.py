"""The words for outcomes, statuses and reasons: one table, so that they are the same everywhere."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from lib.values import Fault, Outcome

NOT_UNDERSTOOD = "lines_not_understood"
"""The code of the fault that counts a source's lines which name nobody for sure."""
DATES_NOT_UNDERSTOOD = "dates_not_understood"
"""The code of the fault that counts a file's lines whose date cannot be read."""
ABOUT_LINES = frozenset({NOT_UNDERSTOOD, DATES_NOT_UNDERSTOOD})
"""Faults whose words count lines, not records."""

OUTCOMES: Mapping[str, str] = {
    Outcome.UPDATED: "opted out",
    Outcome.PLANNED: "would be opted out",
    Outcome.ALREADY: "already opted out",
    Outcome.KEPT: "left mailable (box cleared by hand)",
    Outcome.SKIPPED: "skipped",
    Outcome.FAILED: "refused by Salesforce",
    Outcome.PENDING: "not written yet",
}

STATUSES: Mapping[str, str] = {
    "starting": "starting",
    "running": "running",
    "succeeded": "done",
    "partial": "done in part",
    "failed": "failed",
    "guarded": "stopped for your decision",
    "dry_run": "preview",
    "busy": "another run is under way",
}

REASONS: Mapping[str, str] = {
    "converted": "converted Lead: Salesforce keeps it closed for edits",
    "person_account": "person account: not written yet by this version",
    "held": "its whole domain is on the list: held until somebody approves the domain",
    "gone": "deleted in Salesforce meanwhile",
    "unsure": "changed in Salesforce after a write whose answer was lost: please look at it",
    "cleared_by_hand": "somebody cleared the box in Salesforce after it was ticked",
    "cleared_by_hand_unsettled": "somebody cleared the box, and it cannot be told whether a newer "
    "unsubscribe came after that: please look at it",
    "not_written": "the run stopped before it was written; a later run took it up",
    "permission_missing": "this user may not tick the box",
}

LEFT_OUT: Mapping[str, str] = {
    "opted_out": "opted out in Salesforce meanwhile",
    "unsubscribed": "unsubscribed since",
    "held_domain": "of a domain that unsubscribed as a whole",
    "opted_out_elsewhere": "opted out on another record",
    "converted": "converted Leads",
    "bounced": "with an address that bounced",
    "empty_address": "without an address",
    "impossible_address": "with an address that cannot be",
    "on_another_list": "on another list, or handed over lately",
    "duplicate_address": "with an address that is on the list already",
}
"""Behind a number of records, as in `12 unsubscribed since`: why they are not on a list."""

LEFT_OUT_ONE: Mapping[str, str] = {
    "opted_out": "opted out in Salesforce",
    "unsubscribed": "unsubscribed at JangoMail",
    "held_domain": "the whole domain unsubscribed",
    "opted_out_elsewhere": "opted out on another record with this address",
    "converted": "a converted Lead",
    "bounced": "the address bounced",
    "empty_address": "no address",
    "impossible_address": "an address that cannot be",
    "on_another_list": "on another list, or handed over lately",
    "duplicate_address": "the address is on the list already, by another record",
}
"""The same of one record."""


class _ReadsFile(Protocol):
    """What a run's words about its file are made from."""

    @property
    def events_read(self) -> int: ...
    @property
    def left_out(self) -> int | None: ...
    @property
    def who_asked(self) -> str | None: ...
    @property
    def errors(self) -> tuple[Fault, ...]: ...


def who_asked(run: _ReadsFile) -> str:
    """Who in a run's file asked, in sentences; empty where nobody had to be told apart."""
    told = run.who_asked or _left_out(run.left_out or 0)
    sentence = told if not told or told.endswith((".", "!", "?")) else f"{told}."
    is_sure = not any(fault.code == NOT_UNDERSTOOD for fault in run.errors)
    if run.left_out and not run.events_read and is_sure:
        return f"No one in this file asked to unsubscribe. {sentence}"
    return sentence


def _left_out(count: int) -> str:
    return f"{counted(count, 'line', 'lines')} left out" if count else ""


def people(count: int) -> str:
    """`1 person`, `37 people`, `none`."""
    return counted(count, "person", "people")


def records(count: int) -> str:
    """`1 record`, `1,204 records`, `no records`."""
    return counted(count, "record", "records")


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun, grouped by thousands; none is written as a word."""
    if count == 0:
        return f"no {many}"
    return f"{count:,} {one if count == 1 else many}"


def by_count(count: int, zero: str, one: str, many: str) -> str:
    """The sentence for none, one or several; `{n}` in it becomes the number, grouped by thousands.

    For sentences whose verb or sense changes with the number, where a plural noun isn't enough.
    """
    sentence = zero if count == 0 else one if count == 1 else many
    return sentence.replace("{n}", f"{count:,}")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
