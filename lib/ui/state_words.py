"""The sentence on top of Sync (what is running?), and words that several pages share."""

from lib import undo_words
from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Glance
from lib.store.run import Run
from lib.ui.times import when
from lib.values import RunStatus
from lib.words import by_count, cause, closed, headline, listed, people, records

_IDLE = "No sync is running"


def state_of_work(now: Glance, waiting: int = 0, *, is_outdated: bool = False) -> str:
    """Sync's sentence: what is running, or what waits for a decision.

    `waiting` is how many people the next run can opt out. `is_outdated`: the newest run is a file's
    preview that says nothing anymore.
    """
    if now.live is not None:
        if now.live.is_undo:
            return "A run is being taken back"
        if now.live.dry_run:
            return "A preview is running. It changes nothing"
        return "A run is in progress"
    if now.is_paused:
        return f"Opt-outs are paused: {_paused(now)}"
    if now.state is not None and now.state.halted_at is not None:
        return f"Opt-outs are paused by {now.state.halted_by}. A preview still works"
    if not now.copies_unsubscribes:
        return "Copying unsubscribes to Salesforce is off. A preview still works"
    if now.latest is None:
        return "No runs yet. Preview the first run. It changes nothing"
    if is_outdated:
        return waiting_in_words(waiting) or _IDLE
    return _ended(now, now.latest, waiting)


def waiting_in_words(waiting: int) -> str:
    """How many people the next run can opt out; "" for no one."""
    return by_count(
        waiting,
        "",
        "1 person is waiting to be opted out",
        "{n} people are waiting to be opted out",
    )


def before_today(now: Glance, run: Run) -> str:
    """Goes before the result of a first run, which is large: it has all past unsubscribes."""
    if now.has_read_source or run.source == "file" or not run.addresses:
        return ""
    return f"{people(run.addresses)} unsubscribed before today. "


def who_is_told(now: AlertsView) -> str:
    """Who gets alerts about this connection, in a sentence."""
    if now.problem is not None:
        return f"No one gets alerts: {closed(now.problem.message)}"
    if not now.receivers:
        return "No one gets alerts. Problems only show up here."
    return closed(f"Alerts go to {listed(now.receivers)}")


def _ended(now: Glance, run: Run, waiting: int) -> str:
    past = before_today(now, run)
    planned = f"{past}{records(run.planned or 0)} would be opted out"
    if run.status == RunStatus.DRY_RUN and not run.planned:
        return f"{past}The preview found no records to opt out"
    if run.status == RunStatus.DRY_RUN:
        return f"{planned}. Nothing has been changed"
    if run.status == RunStatus.OVER_LIMIT:
        return (
            f"{planned}. Your limit is {run.safety_limit or 0:,}. Look at them first, or raise "
            "the limit for this run"
        )
    if run.status == RunStatus.FAILED:
        return f"The last {'preview' if run.dry_run else 'run'} failed: {cause(run)}"
    back = f". {undo_words.headline(now.undo)}" if now.undo is not None else ""
    first = waiting_in_words(waiting) or _IDLE
    return f"{first}. {headline(run)} ({when(run.started_at)}){back}"


def _paused(now: Glance) -> str:
    return (now.state.paused_message if now.state else None) or "Salesforce refused the credentials"
