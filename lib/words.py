"""The words for outcomes, statuses, and reasons, and for the numbers of a run.

They're in one place so that the pages and the terminal use the same words.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Protocol

from lib.clock import month_and_day
from lib.values import Arrival, Fault, Outcome, RunStatus

NOT_UNDERSTOOD = "lines_not_understood"
"""The code of the fault that counts lines of a source that don't clearly name anyone."""
DATES_NOT_UNDERSTOOD = "dates_not_understood"
"""The code of the fault that counts lines of a file whose date can't be read."""
LIST_SHRANK = "list_shrank"
"""The code of the fault that counts entries missing from the source's list all at once."""
MASS_CLEARING = "mass_clearing"
"""The code of the fault that counts boxes cleared at once, until someone confirms them."""
ABOUT_LINES = frozenset({NOT_UNDERSTOOD, DATES_NOT_UNDERSTOOD, LIST_SHRANK, MASS_CLEARING})
"""Faults whose message says the number itself, or counts lines and not records."""

OUTCOMES: Mapping[str, str] = {
    Outcome.UPDATED: "opted out",
    Outcome.PLANNED: "would be opted out",
    Outcome.ALREADY: "already opted out",
    Outcome.KEPT: "made mailable again by a colleague",
    Outcome.SKIPPED: "skipped",
    Outcome.FAILED: "refused by Salesforce",
    Outcome.PENDING: "not written yet",
}

_NAMED = 3  # users, before "others"

JANGOMAIL = "JangoMail"
SIGN_IN = "Salesforce sign-in"
SOURCE_NAMES: Mapping[str, str] = {"jangomail": JANGOMAIL, "file": "Files"}
"""The names of the sources of unsubscribes, by the kind that the log keeps."""

STATUSES: Mapping[RunStatus, str] = {
    RunStatus.STARTING: "starting",
    RunStatus.RUNNING: "running",
    RunStatus.SUCCEEDED: "done",
    RunStatus.PARTIAL: "partly done",
    RunStatus.FAILED: "failed",
    RunStatus.OVER_LIMIT: "stopped at the safety limit",
    RunStatus.DRY_RUN: "preview",
    RunStatus.BUSY: "another run was in progress",
}

REASONS: Mapping[str, str] = {
    "converted": "converted Lead: Salesforce doesn't allow edits",
    "person_account": "person account: this user can't see person accounts in Account",
    "held": "the whole domain is on the unsubscribe list: on hold until someone approves "
    "the domain",
    "gone": "deleted in Salesforce since then",
    "unsure": "Optback's change went unanswered, and the record has changed since: "
    "please look at it",
    "cleared_by_hand": "someone cleared the box in Salesforce",
    "cleared_by_hand_unsettled": "someone cleared the box, and Optback can't tell whether a newer "
    "unsubscribe came after that: please look at it",
    "undone": "a run that opted it out was taken back, and no one has unsubscribed since",
    "also_unsubscribed": "they also unsubscribed otherwise",
    "perhaps_unsubscribed": "they may have unsubscribed again after someone cleared the box: "
    "please look at it",
    "changed_since": "the record was changed since then, so Optback can't tell who opted it out",
    "cleared_since": "someone cleared the box since then",
    "set_before": "someone had set one of its opt-out fields before this run",
    "set_by_other": "the box was cleared since then, and someone else set it again",
    "set_again": "a later run opted it out again",
    "never_written": "the run never opted it out, and it won't be tried again",
    "still_listed": "the address is still on JangoMail's unsubscribe list, so it stays off lists",
    "not_written": "the run stopped before this record was written, and a later run took over",
    "permission_missing": "this user isn't allowed to set the box",
}


def object_in_words(sobject: str) -> str:
    """An sObject as people know it: an Account with a person's address is a person account."""
    return "Person account" if sobject == "Account" else sobject


LEFT_OUT: Mapping[str, str] = {
    "opted_out": "opted out in Salesforce in the meantime",
    "unsubscribed": "unsubscribed since",
    "held_domain": "at a domain that unsubscribed as a whole",
    "opted_out_elsewhere": "opted out on another record",
    "converted": "converted Leads",
    "bounced": "with an address that bounced",
    "empty_address": "without an address",
    "impossible_address": "with an invalid address",
    "on_another_list": "on another list, or sent to JangoMail recently",
    "duplicate_address": "with an address already on the list",
}
"""Goes after a number of records, as in `12 unsubscribed since`: why they aren't on a list."""

LEFT_OUT_ONE: Mapping[str, str] = {
    "opted_out": "opted out in Salesforce",
    "unsubscribed": "unsubscribed in JangoMail",
    "held_domain": "the whole domain unsubscribed",
    "opted_out_elsewhere": "opted out on another record with this address",
    "converted": "a converted Lead",
    "bounced": "the address bounced",
    "empty_address": "no address",
    "impossible_address": "an invalid address",
    "on_another_list": "on another list, or sent to JangoMail recently",
    "duplicate_address": "the address is already on the list, with another record",
}
"""The same for a single record."""


class RunNumbers(Protocol):
    """The numbers a run's words are made from: a `Run` of the log, or a `RunResult`."""

    @property
    def status(self) -> RunStatus: ...
    @property
    def events_read(self) -> int: ...
    @property
    def records(self) -> int: ...
    @property
    def updated(self) -> int | None: ...
    @property
    def planned(self) -> int | None: ...
    @property
    def already_opted_out(self) -> int: ...
    @property
    def kept(self) -> int: ...
    @property
    def skipped(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def pending(self) -> int: ...
    @property
    def errors(self) -> tuple[Fault, ...]: ...
    @property
    def left_out(self) -> int | None: ...
    @property
    def who_asked(self) -> str | None: ...


def outcome_counts(run: RunNumbers) -> list[tuple[Outcome, int]]:
    """The records with each outcome, without zeros; the outcomes that need someone come first."""
    counts = (
        (Outcome.FAILED, run.failed),
        (Outcome.PENDING, run.pending),
        (Outcome.KEPT, run.kept),
        (Outcome.SKIPPED, run.skipped),
        (Outcome.PLANNED, run.planned or 0),
        (Outcome.UPDATED, run.updated or 0),
        (Outcome.ALREADY, run.already_opted_out),
    )
    return [(outcome, count) for outcome, count in counts if count]


def outcome_parts(run: RunNumbers) -> list[str]:
    """`33 already opted out`, `2 opted out`, `1 refused by Salesforce`; good news first."""
    return [f"{count:,} {OUTCOMES[outcome]}" for outcome, count in reversed(outcome_counts(run))]


def balance(run: RunNumbers) -> str:
    """The run's records as a sum of their outcomes; empty if the run failed before it had any."""
    parts = outcome_parts(run)
    if not parts and run.status == RunStatus.FAILED:
        return ""
    if not parts:
        return "No record in Salesforce has any of these addresses."
    return f"{records(run.records)} = {' + '.join(parts)}."


def opted_out(run: RunNumbers) -> str:
    """`Done: 2 records opted out`, `Preview: 7 records would be opted out`; no period."""
    status = STATUSES[run.status].capitalize()
    if run.status == RunStatus.BUSY:
        return "Another run was in progress, so this run did nothing"
    nothing = f"{status}: no records to opt out"
    if run.planned is not None:
        would_be = f"{status}: {records(run.planned)} would be opted out"
        return would_be if run.planned else nothing
    is_incomplete = run.failed or run.pending or run.status == RunStatus.FAILED
    if not run.updated and not is_incomplete:
        return nothing
    return f"{status}: {records(run.updated or 0)} opted out"


def headline(run: RunNumbers) -> str:
    """The result of a finished run in a sentence, with what is left to do; no period."""
    if run.status == RunStatus.FAILED:
        return f"{failed(run)}: {cause(run)}"
    if run.planned is not None:
        return opted_out(run)
    refused = f", {run.failed:,} {OUTCOMES[Outcome.FAILED]}" if run.failed else ""
    waiting = f", {run.pending:,} {OUTCOMES[Outcome.PENDING]}" if run.pending else ""
    return f"{opted_out(run)}{refused}{waiting}"


def failed(run: RunNumbers) -> str:
    """`Failed`, and how many records were opted out before that."""
    before = by_count(
        run.updated or 0, "", " after 1 record was opted out", " after {n} records were opted out"
    )
    return f"{STATUSES[RunStatus.FAILED].capitalize()}{before}"


def cause(run: RunNumbers) -> str:
    """The first thing that went wrong."""
    return run.errors[0].message if run.errors else "the reason isn't known"


def who_asked(run: RunNumbers) -> str:
    """Which people in a run's file asked, in sentences; empty if all of them did."""
    text = run.who_asked or _left_out(run.left_out or 0)
    sentence = closed(text) if text else ""
    is_sure = not any(fault.code == NOT_UNDERSTOOD for fault in run.errors)
    if run.left_out and not run.events_read and is_sure:
        return f"No one in this file asked to unsubscribe. {sentence}"
    return sentence


def _left_out(count: int) -> str:
    return f"{counted(count, 'line', 'lines')} left out" if count else ""


def closed(text: str) -> str:
    """The sentence with a period at the end, unless it already ends in one."""
    return text if text.rstrip('"”)').endswith((".", "?", "!")) else f"{text}."


def capital(text: str) -> str:
    """The text, beginning with a capital; nothing else of it changes."""
    return text[:1].upper() + text[1:]


def arrived(sobject: str, arrival: Arrival, zone: tzinfo | None = None) -> str:
    """How a late arrival came about: `came back as a Lead on May 5, 2026, after …`."""
    here = arrival.at.astimezone(zone)
    day = f"{month_and_day(here)}, {here.year}"
    if arrival.is_new:
        return f"came back as a {sobject} on {day}, after the unsubscribe"
    return f"this {sobject} got the address after the unsubscribe (last changed on {day})"


def remedy_lines(remedy: str) -> list[str]:
    """A remedy, with a line each for Lightning, Classic, and what goes for both."""
    return _A_LINE_OF_ITS_OWN.split(remedy)


_A_LINE_OF_ITS_OWN = re.compile(r" (?=Classic: |Professional Edition: |The change may take )")


def source_in_words(source: str) -> str:
    """`JangoMail (account)` or `Files`, from a source's name in the ledger."""
    kind, _, account = source.partition(":")
    name = SOURCE_NAMES.get(kind)
    if name is None:
        return source
    return f"{name} ({account})" if account else name


def people(count: int) -> str:
    """`1 person`, `37 people`, `no people`."""
    return counted(count, "person", "people")


def records(count: int) -> str:
    """`1 record`, `1,204 records`, `no records`."""
    return counted(count, "record", "records")


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun, grouped by thousands; zero is the word `no`."""
    if count == 0:
        return f"no {many}"
    return f"{count:,} {one if count == 1 else many}"


def by_count(count: int, zero: str, one: str, many: str) -> str:
    """The sentence for zero, one, or many; `{n}` in it becomes the number, grouped by thousands.

    For sentences whose verb or wording changes with the number, so that a plural noun isn't enough.
    """
    sentence = zero if count == 0 else one if count == 1 else many
    return sentence.replace("{n}", f"{count:,}")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def whose(counts: Sequence[tuple[str, int]]) -> str:
    """` (36 by Data Import and 2 by Ann Lee)`: who changed how many records; empty if unknown."""
    known = [(name, count) for name, count in counts if name]
    if not known:
        return ""
    rest = sum(count for _, count in known[_NAMED:])
    parts = [f"{count:,} by {name}" for name, count in known[:_NAMED]]
    if rest:
        parts.append(f"{rest:,} by others")
    return f" ({listed(parts)})"
