"""What each cause is in words: what happened, the effect in people, the next step, and where."""

from collections.abc import Callable, Mapping

from lib.alerts.causes import Cause, CauseKind, Situation
from lib.alerts.settings import AlertSettings
from lib.alerts.time_words import duration_in_words, gap_in_words, moment_in_words
from lib.errors import SignInRefused
from lib.store.mass_clearings import by_whom
from lib.store.run import Run
from lib.values import Fault
from lib.words import by_count, listed, people, records, whose

_NOT_READ = "No one is opted out until this is fixed, including people who unsubscribe from now on."
_NAMED = 3
_PAUSED = "Opt-outs are paused, so that Salesforce doesn't lock the user."
Said = tuple[str, str, str, str, str]
"""Cause, effect, remedy, the words of the button, and the path it leads to."""


def _waiting(seen: Situation) -> str:
    """How many people it's about; empty if none are known of."""
    return by_count(
        seen.mailable,
        "",
        "1 person who unsubscribed can still be emailed.",
        "{n} people who unsubscribed can still be emailed.",
    )


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _fault(cause: Cause) -> Fault:
    return cause.fault or Fault("", "The reason isn't known", "Look at the run on History.")


def _credentials(cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    fault = _fault(cause)
    what = fault.message or "Salesforce refused the credentials"
    effect = _joined(_PAUSED, _NOT_READ, _waiting(seen))
    return what, effect, fault.remedy, "Enter new credentials", "connection?edit=1"


def _jangomail(cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    fault = _fault(cause)
    effect = _joined("New unsubscribes can't be read.", _NOT_READ, _waiting(seen))
    return fault.message, effect, fault.remedy, "Check the JangoMail account", "connection?edit=1"


def _wrong_org(cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    fault = _fault(cause)
    effect = _joined(
        "Optback won't write to an org that no one confirmed.", _NOT_READ, _waiting(seen)
    )
    return fault.message, effect, fault.remedy, "Say which org is meant", "connection"


def _permissions(cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    fault = _fault(cause)
    if fault.code == SignInRefused.code:
        effect = _joined(_NOT_READ, _waiting(seen))
    else:
        effect = _waiting(seen) or "People who unsubscribe can't all be opted out until it's fixed."
    return fault.message, effect, fault.remedy, "See what to fix", "connection"


def _safety_limit(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    run = seen.latest
    planned, limit = (run.planned or 0, run.safety_limit or 0) if run else (0, 0)
    what = f"{records(planned)} would be opted out. The limit of a run is {limit:,}"
    effect = _joined("Nothing was written.", _waiting(seen))
    remedy = "Look at them first, then allow this number or raise the limit for a run."
    return what, effect, remedy, "Look at them", "sync"


def _mass_clearing(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    boxes = seen.cleared_at_once
    what = (
        f"Email Opt Out was cleared on {records(len(boxes))} at once{whose(by_whom(boxes))}. "
        "That was most likely a program"
    )
    effect = (
        "Salesforce can email these people again. Optback leaves the boxes as they are, and keeps "
        "these people off lists until someone confirms."
    )
    remedy = (
        "Find out what cleared the boxes. If it wasn't meant, set Email Opt Out on these records "
        "in Salesforce again, and stop the program. If it was, confirm the number."
    )
    return what, effect, remedy, "Decide", "?need=mass_clearing"


def _cleared_again(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    what = (
        f"{records(seen.cleared_again)} were opted out more than once, and the box was cleared "
        "each time. Another program may be clearing it"
    )
    remedy = (
        "Look for a flow, import, or connected app that writes Email Opt Out: open a record and "
        "look at Last Modified By."
    )
    return what, "Salesforce can email these people again.", remedy, "See the records", "history"


def _refused(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    who = {record.address for record in seen.refused}
    since = min(record.since for record in seen.refused) if seen.refused else seen.now
    what = (
        f"Salesforce has refused {records(len(seen.refused))} of {people(len(who))} since "
        f"{moment_in_words(since)}"
    )
    effect = by_count(
        len(who), "", "This person can still be emailed.", "These {n} people can still be emailed."
    )
    remedy = "Overview says why for each of them, and what to fix. The next run tries again."
    return what, effect, remedy, "See why", "?need=refused"


def _held(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    count = len(seen.held_domains)
    first = seen.held_domains[0]
    affected = by_count(
        first.people, "no one in Salesforce is there", "1 person is there", "{n} people are there"
    )
    more = listed([each.domain for each in seen.held_domains[:_NAMED]])
    what = by_count(
        count,
        "",
        f"A whole domain is on the unsubscribe list: {first.domain} ({affected})",
        f"{{n}} whole domains are on the unsubscribe list, such as {more}",
    )
    effect = "People there stay off lists, and no one is opted out in Salesforce because of it."
    remedy = (
        "Decide about each domain by name: opt everyone there out, or keep them mailable. Until "
        "then it's on hold."
    )
    return what, effect, remedy, "Decide", "?need=held_domain"


def _list_shrank(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    missing, before = seen.vanished
    what = (
        f"{missing:,} of the {before:,} people and domains on JangoMail's unsubscribe list are "
        "missing from it at once"
    )
    effect = "Optback made no one mailable because of that. They stay opted out and off lists."
    remedy = (
        "Check the list in JangoMail. If it was deleted or replaced by mistake, put the entries "
        "back. If these people want your emails again, clear Email Opt Out on their records."
    )
    return what, effect, remedy, "See the runs", "history"


def _failing(cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    if seen.unreadable is not None:
        what = f"No run can start: {seen.unreadable.message}"
        effect = _joined(_NOT_READ, _waiting(seen))
        return what, effect, seen.unreadable.remedy, "Open Connection", "connection"
    count = len(seen.failing)
    first = seen.failing[-1] if seen.failing else seen.latest
    what = by_count(
        count,
        "The last run failed",
        f"The last run failed on {_at(first)}, and hasn't worked since",
        f"The last {{n}} runs failed, the first on {_at(first)}",
    )
    fault = _fault(cause)
    effect = _joined(_NOT_READ.replace("fixed", "over"), _waiting(seen))
    return f"{what}: {fault.message}", effect, fault.remedy, "See the runs", "history"


def _at(run: Run | None) -> str:
    return moment_in_words(run.started_at) if run else "an unknown day"


def _silence(_cause: Cause, seen: Situation, _settings: AlertSettings) -> Said:
    every = seen.expected_every.total_seconds() if seen.expected_every else 0
    last = seen.latest
    since = moment_in_words(last.finished_at or last.started_at) if last else "the start"
    what = (
        f"No run has finished since {since}, although one is expected every {gap_in_words(every)}"
    )
    effect = _joined("Anyone who unsubscribed since then can still be emailed.", _waiting(seen))
    remedy = (
        "Check that the computer is on and that the dashboard, sync.py schedule, cron, or the "
        "timer is running. Then start a run."
    )
    return what, effect, remedy, "Start a run", "sync"


def _deadline(_cause: Cause, seen: Situation, settings: AlertSettings) -> Said:
    late = seen.overdue
    if late is None:
        return "People are waiting", _waiting(seen), "Start a run.", "Start a run", "sync"
    least = duration_in_words((seen.now - late.not_after).total_seconds())
    most = duration_in_words((seen.now - late.not_before).total_seconds())
    waits = f"{least} to {most}" if least != most else most
    what = by_count(
        late.people,
        "",
        "1 person who unsubscribed is still waiting to be opted out",
        "{n} people who unsubscribed are still waiting to be opted out",
    )
    effect = (
        f"The longest wait is {waits} (it's known only between which two moments they asked). "
        f"Your limit is {settings.deadline.shown}."
    )
    remedy = "Fix what keeps runs from opting them out, then start a run."
    return what, effect, remedy, "Start a run", "sync"


SAY: Mapping[CauseKind, Callable[[Cause, Situation, AlertSettings], Said]] = {
    CauseKind.CREDENTIALS: _credentials,
    CauseKind.JANGOMAIL: _jangomail,
    CauseKind.WRONG_ORG: _wrong_org,
    CauseKind.PERMISSIONS: _permissions,
    CauseKind.SAFETY_LIMIT: _safety_limit,
    CauseKind.MASS_CLEARING: _mass_clearing,
    CauseKind.LIST_SHRANK: _list_shrank,
    CauseKind.CLEARED_AGAIN: _cleared_again,
    CauseKind.REFUSED: _refused,
    CauseKind.HELD: _held,
    CauseKind.FAILING: _failing,
    CauseKind.SILENCE: _silence,
    CauseKind.DEADLINE: _deadline,
}
"""The words of each cause."""
