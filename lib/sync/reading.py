"""A run's reading of its source: what to look for, and what to tell about it."""

from collections.abc import Callable

from lib.sync import foreseen, full_when
from lib.sync.foreseen import Foreseen
from lib.sync.intake import Intake, next_since, take_in
from lib.sync.signed_in import SignedInRun
from lib.values import Progress
from lib.words import counted


def look_at_nothing(_told: Foreseen) -> None:
    """Nothing is asked before the ledger has the reading."""


def is_full(signed: SignedInRun) -> bool:
    """Whether this run compares everything, not only what's new."""
    return full_when.is_wanted(signed.store, signed.scope, signed.request)


def read(signed: SignedInRun, foresee: Callable[[Foreseen], None]) -> Intake:
    """Read the source into the ledger. Raises SourceError.

    `foresee` gets what the reading is about before that's in the ledger, if it can be told.
    """
    signed.run.show(Progress("reading"))
    store, scope, source = signed.store, signed.scope, signed.request.source
    since = None if signed.found.is_full else next_since(store, scope, source)
    answer = signed.early.reading(scope, since)
    foresee(foreseen.of_reading(store, scope, answer))
    intake = take_in(signed.learning, answer)
    signed.found.intake = intake
    signed.found.is_read = True
    signed.found.faults.extend(intake.faults)
    _report(signed, intake)
    return intake


def _report(signed: SignedInRun, intake: Intake) -> None:
    report = signed.run.hooks.report
    if intake.who_asked:
        report(intake.who_asked)
    report(
        f"Read {counted(intake.events_read, 'unsubscribe', 'unsubscribes')} "
        f"from {signed.request.source.name}: "
        f"{counted(len(intake.considered), 'address', 'addresses')} to look for, "
        f"{counted(intake.unreadable, 'line', 'lines')} not understood."
    )
    if intake.resubscribed:
        entries = counted(len(intake.resubscribed), "entry was", "entries were")
        report(f"{entries} taken off the unsubscribe list since the last report.")
