"""A run of the log in words: its phase or headline, what it read, and who started it."""

import re

from lib import undo_words, words
from lib.services.started_by import in_words
from lib.store.run import Run
from lib.ui.times import day
from lib.values import RunStatus
from lib.words import by_count, counted, records

_PHASES = {
    "": "Starting",
    "signing in": "Signing in to Salesforce",
    "reading": "Reading who unsubscribed",
    "storing": "Noting who unsubscribed",
    "matching": "Finding them in Salesforce",
    "comparing": "Comparing everything with Salesforce",
    "planning": "Deciding about each record",
    "logging": "Writing down what will be done",
    "sending": "Sending the records to Salesforce",
    "writing": "Opting out",
    "settling": "Noting who is done",
    "looking up": "Looking at each record in Salesforce",
}
_IN_BRACKETS = re.compile(r" \([^()]*\)$")
_WRITING_BACK = "Making people mailable again"


def headline(run: Run) -> str:
    """The run's phase, or its result once it has ended; no period."""
    if run.is_finished:
        return undo_words.headline(run) if run.is_undo else words.headline(run)
    return phase(run)


def short_result(run: Run) -> str:
    """The result in a few words: `6 opted out, 1 refused`, `nothing new`; no period."""
    if not run.is_finished:
        return "in progress"
    if run.is_undo:
        return f"{run.updated or 0:,} made mailable again" if run.updated else "nothing taken back"
    if run.status == RunStatus.FAILED:
        cause = words.cause(run).partition(': "')[0]  # what Salesforce said is for the run itself
        return _IN_BRACKETS.sub("", cause)
    if run.planned is not None:
        return f"{run.planned:,} would be opted out" if run.planned else "nothing to opt out"
    done = f"{run.updated or 0:,} opted out" if run.updated else "nothing new"
    refused = f", {run.failed:,} refused" if run.failed else ""
    waiting = f", {run.pending:,} not written" if run.pending else ""
    return f"{done}{refused}{waiting}"


def phase(run: Run) -> str:
    """What a run in progress is doing."""
    if run.is_undo and run.phase == "writing":
        return _WRITING_BACK
    return _PHASES.get(run.phase, run.phase.capitalize())


def read(run: Run) -> str:
    """What the run read, and how many addresses it looked for."""
    if run.status == RunStatus.FAILED and not run.events_read and not run.records:
        return "The run ended before it read anything."
    if not run.events_read and not run.addresses:
        return "There were no unsubscribes to read."
    unmatched = by_count(
        run.unmatched, "", " 1 person isn't on any record.", " {n} people aren't on any record."
    )
    return (
        f"Read {counted(run.events_read, 'unsubscribe', 'unsubscribes')} and looked for "
        f"{counted(run.addresses, 'address', 'addresses')}.{unmatched}"
    )


def late(run: Run, people: int) -> str:
    """How many people the run found on records that came after they unsubscribed."""
    if run.planned is not None:
        return by_count(
            people,
            "",
            "1 person who had unsubscribed before came back and would be opted out again.",
            "{n} people who had unsubscribed before came back and would be opted out again.",
        )
    return by_count(
        people,
        "",
        "1 person who had unsubscribed before came back and was opted out again.",
        "{n} people who had unsubscribed before came back and were opted out again.",
    )


def origin(run: Run) -> str:
    """Where the unsubscribes came from, and who or what started the run."""
    source = run.file_name or words.JANGOMAIL
    if run.is_undo:
        return f"takes back a run from {source}, started {in_words(run.started_by)}"
    kind = ", full comparison" if run.full else ""
    return f"from {source}, started {in_words(run.started_by)}{kind}"


def compared(run: Run) -> str:
    """What a full comparison is; empty for any other run."""
    if not run.full:
        return ""
    return (
        "Full comparison: everyone who ever unsubscribed was checked against all of Salesforce, "
        "not only what's new."
    )


def limit(run: Run) -> str:
    """The safety limit that a person set, for the connection or for this run."""
    if run.limit_source is None or run.dry_run:
        return ""
    if run.limit_source == "run" and run.safety_limit is None:
        return "Safety limit: lifted for this run." if run.is_finished else ""
    if run.safety_limit is None:
        return ""
    of_what = "this run" if run.limit_source == "run" else "this connection"
    return f"Safety limit: {records(run.safety_limit)}, set for {of_what}."


def taken_back(undo: Run) -> str:
    """What a line about a run says about its newest undo."""
    if not undo.is_finished:
        return "is being taken back"
    if undo.status == RunStatus.SUCCEEDED:
        return f"taken back on {day(undo.started_at)}"
    return "taken back in part"
