"""A run in words: its headline, and the balance of its numbers."""

from lib.store.run import Run
from lib.values import Outcome
from lib.words import OUTCOMES, STATUSES, counted, people, records

_PHASES = {
    "": "Starting",
    "signing in": "Signing in to Salesforce",
    "reading": "Reading who unsubscribed",
    "matching": "Finding them in Salesforce",
    "writing": "Ticking Email Opt Out",
}


def headline(run: Run) -> str:
    """What came of the run, in a sentence without a full stop."""
    status = STATUSES[run.status].capitalize()
    if not run.is_finished:
        return phase(run)
    if run.status == "busy":
        return "Another run was under way, so this one did nothing"
    if run.status == "failed":
        return f"{failed(run)}: {cause(run)}"
    if run.planned is not None:
        return f"{status}: {records(run.planned)} would be opted out"
    refused = f", {run.failed:,} refused by Salesforce" if run.failed else ""
    waiting = f", {run.pending:,} not written yet" if run.pending else ""
    return f"{status}: {records(run.updated or 0)} opted out{refused}{waiting}"


def failed(run: Run) -> str:
    """`Failed`, and how many records had been opted out by then."""
    before = ""
    if run.updated:
        before = f" after {records(run.updated)} {'was' if run.updated == 1 else 'were'} opted out"
    return f"{STATUSES['failed'].capitalize()}{before}"


def cause(run: Run) -> str:
    """The first thing that went wrong, in words."""
    return run.errors[0].message if run.errors else "the reason is not known"


def phase(run: Run) -> str:
    """Where a run under way is."""
    return _PHASES.get(run.phase, run.phase.capitalize())


def outcome_counts(run: Run) -> list[tuple[Outcome, int]]:
    """How many records came to each outcome, from the run's own numbers; none is left out."""
    told = (
        (Outcome.FAILED, run.failed),
        (Outcome.PENDING, run.pending),
        (Outcome.KEPT, run.kept),
        (Outcome.SKIPPED, run.skipped),
        (Outcome.PLANNED, run.planned or 0),
        (Outcome.UPDATED, run.updated or 0),
        (Outcome.ALREADY, run.already_opted_out),
    )
    return [(outcome, count) for outcome, count in told if count]


def closed(text: str) -> str:
    """A sentence with its full stop, which what is quoted may have brought along."""
    return text if text.rstrip('"”)').endswith((".", "?", "!")) else f"{text}."


def read(run: Run) -> str:
    """What the run read, and how many addresses it looked for."""
    if run.status == "failed" and not run.events_read and not run.records:
        return "It ended before anything was read."
    unmatched = f"; {people(run.unmatched)} on no record" if run.unmatched else ""
    told = (
        f"{counted(run.events_read, 'unsubscribe', 'unsubscribes')} read, "
        f"{counted(run.addresses, 'address', 'addresses')} looked for{unmatched}."
    )
    return told[0].upper() + told[1:]


def balance(run: Run) -> str:
    """The records and what became of them, as a sum that adds up; empty where none was matched."""
    counts = outcome_counts(run)
    if not counts and run.status == "failed":
        return ""
    if not counts:
        return "No record in Salesforce bears one of the addresses."
    parts = [f"{count:,} {OUTCOMES[outcome]}" for outcome, count in reversed(counts)]
    return f"{records(run.records)} = {' + '.join(parts)}."


def origin(run: Run) -> str:
    """Where the unsubscribes came from, and who or what started the run."""
    source = run.file_name or "JangoMail"
    return f"from {source}, started by {run.started_by}"
