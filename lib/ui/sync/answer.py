"""Sync's answer: who is waiting, what would be done, what is being done, or what came of it."""

from dataclasses import dataclass
from datetime import timedelta

from lib import undo_words
from lib.clock import utc_now
from lib.errors import OptbackError
from lib.services.runs.overview import Everyone, Glance
from lib.services.runs.proposal import Proposal
from lib.services.schedules.setting import Upcoming
from lib.services.started_by import DASHBOARD, in_words
from lib.store.run import Run
from lib.ui.frame.answer import Mark
from lib.ui.state_words import before_today, waiting_in_words
from lib.ui.times import distance, exact, is_old, when
from lib.values import CARRIED_OUT, RunStatus
from lib.words import by_count, cause, closed, headline, people, records

RECENT = timedelta(minutes=30)
"""A result that was asked for here is the answer for this long, unless it's closed."""

_PREVIEW = "A preview reads JangoMail and Salesforce and shows who would be opted out."


@dataclass(frozen=True, slots=True)
class SyncAnswer:
    """Plain text, without Markdown. `is_result`: it's about the run that ended last."""

    mark: Mark
    sentence: str
    quiet: str = ""
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class SyncState:
    """What an answer is made from. `closed_run`: the run whose result was closed."""

    now: Glance
    everyone: Everyone
    plan: Proposal | None = None
    hindrance: OptbackError | None = None
    next_run: Upcoming | None = None
    closed_run: str = ""

    @property
    def latest(self) -> Run | None:
        """The run that ended last, unless its result was closed."""
        run = self.now.latest
        return None if run is not None and run.id == self.closed_run else run


def answer_of(state: SyncState) -> SyncAnswer:
    """What is going on comes first, then what stops it, then what waits for a decision."""
    if state.now.live is not None:
        return running(state.now.live)
    return stopped(state) or _open(state)


def _open(state: SyncState) -> SyncAnswer:
    latest = state.latest
    if state.plan is not None:
        return planned(state.now, state.plan)
    if state.now.latest is None:
        return SyncAnswer(
            Mark.FIRST, "No runs yet. Preview the first run", f"{_PREVIEW} It changes nothing."
        )
    if latest is not None and latest.source != "file":
        if latest.status == RunStatus.FAILED:
            return failed(state, latest)
        if is_result(latest):
            return result(state, latest)
    return _waiting(state)


def stopped(state: SyncState) -> SyncAnswer | None:
    """Why no run can write; None if runs can."""
    now = state.now
    if now.is_paused:
        remedy = (now.state.paused_remedy if now.state else None) or ""
        message = now.state.paused_message if now.state else None
        sentence = f"Opt-outs are paused: {message or 'Salesforce refused the credentials'}"
        kept = "Optback isn't trying to sign in, so that Salesforce doesn't lock the user."
        return SyncAnswer(Mark.STOPPED, sentence, f"{remedy} {kept}".strip())
    if state.hindrance is not None:
        sentence = "You can't start runs for this connection here"
        return SyncAnswer(Mark.UNKNOWN, sentence, _who_waits(state))
    if now.state is not None and now.state.halted_at is not None:
        sentence = f"Opt-outs are paused {in_words(now.state.halted_by)}"
        return SyncAnswer(Mark.STOPPED, sentence, f"{_who_waits(state)} A preview still works.")
    if not now.copies_unsubscribes:
        sentence = "Copying unsubscribes to Salesforce is off"
        return SyncAnswer(Mark.STOPPED, sentence, f"{_who_waits(state)} A preview still works.")
    return None


def running(run: Run) -> SyncAnswer:
    """How far it is says the bar below."""
    sentence = "A run is in progress"
    if run.is_undo:
        sentence = "A run is being taken back"
    elif run.dry_run:
        sentence = "A preview is running. It changes nothing"
    file = f"From {run.file_name}. " if run.file_name else ""
    who = f"{file}Started {when(run.started_at)}, {in_words(run.started_by)}."
    return SyncAnswer(Mark.RUNNING, sentence, f"{who} You can leave this page; it goes on.")


def planned(now: Glance, plan: Proposal) -> SyncAnswer:
    """The plan that waits for a decision."""
    run = plan.run
    made = "Previewed" if run.status == RunStatus.DRY_RUN else "Stopped"
    past = before_today(now, run)
    at = f"{made} {when(run.started_at)}. Nothing has been changed."
    whose = f"{records(run.planned or 0)} of {people(plan.people)} would be opted out"
    if run.status == RunStatus.FAILED:
        return SyncAnswer(Mark.FAILED, _failed(run), f"Without them, {whose}. {at}")
    if not run.planned:
        return SyncAnswer(Mark.PREVIEW, "The preview found no records to opt out", f"{past}{at}")
    if run.status == RunStatus.OVER_LIMIT:
        limit = f"Your limit is {run.safety_limit or 0:,}"
        look = "Look at them first, or raise the limit for this run."
        return SyncAnswer(Mark.NEEDS_YOU, f"{whose}. {limit}", f"{past}{look} {at}")
    return SyncAnswer(Mark.PREVIEW, whose, f"{past}{at}")


def failed(state: SyncState, run: Run) -> SyncAnswer:
    """Why the last run ended, and who waits meanwhile."""
    return SyncAnswer(
        Mark.FAILED, _failed(run), f"{when(run.started_at)}. {_who_waits(state)}", is_result=True
    )


def _failed(run: Run) -> str:
    return f"The last {'preview' if run.dry_run else 'run'} failed: {cause(run)}"


def is_result(run: Run) -> bool:
    """Whether a run that was asked for here has just been carried out."""
    ended = run.finished_at or run.started_at
    is_recent = utc_now() - ended < RECENT
    return run.status in CARRIED_OUT and run.started_by == DASHBOARD and is_recent


def result(state: SyncState, run: Run) -> SyncAnswer:
    """What came of a run that was carried out."""
    back = f". {undo_words.headline(state.now.undo)}" if state.now.undo is not None else ""
    mark = Mark.WELL if run.status == RunStatus.SUCCEEDED else Mark.REFUSED
    quiet = f"{when(run.finished_at or run.started_at)}. {_who_waits(state)}"
    return SyncAnswer(mark, f"{headline(run)}{back}", quiet, is_result=True)


def _waiting(state: SyncState) -> SyncAnswer:
    as_of = state.everyone.as_of
    if as_of is None:
        sentence = "It isn't known yet who unsubscribed in JangoMail"
        return SyncAnswer(Mark.UNKNOWN, sentence, f"{_PREVIEW} It changes nothing.")
    count = state.everyone.waiting
    if is_old(as_of):
        return _old(state, count)
    waits = waiting_in_words(count)
    quiet = " ".join(part for part in (_read(state), _refused(state), _next(state)) if part)
    if waits:
        return SyncAnswer(Mark.WAITING, waits, quiet)
    mark = Mark.REFUSED if state.everyone.refused else Mark.WELL
    return SyncAnswer(mark, "No one is waiting to be opted out", quiet)


def _old(state: SyncState, count: int) -> SyncAnswer:
    """What was so then may not be so now, and the sentence itself says when then was."""
    as_of = state.everyone.as_of
    age = distance(as_of) if as_of else ""
    sentence = by_count(
        count,
        f"JangoMail was last read {age}. Who has unsubscribed since then isn't known",
        f"1 person was waiting to be opted out {age}",
        f"{{n}} people were waiting to be opted out {age}",
    )
    since = "Anyone who unsubscribed since then can still be emailed, and isn't counted."
    return SyncAnswer(Mark.NEEDS_YOU, sentence, f"{since} {_next(state)}".strip())


def _who_waits(state: SyncState) -> str:
    """Who can still be emailed, where the sentence is about something else."""
    if state.everyone.as_of is None:
        return "It isn't known yet who is waiting."
    waits = waiting_in_words(state.everyone.waiting) or "No one is waiting"
    return f"{closed(waits)} {_refused(state)}".strip()


def _read(state: SyncState) -> str:
    as_of = state.everyone.as_of
    return f"JangoMail was read {when(as_of)}." if as_of else ""


def _refused(state: SyncState) -> str:
    return by_count(
        len({record.address for record in state.everyone.refused}),
        "",
        "Salesforce refuses the record of 1 person, who can still be emailed.",
        "Salesforce refuses records of {n} people, who can still be emailed.",
    )


def _next(state: SyncState) -> str:
    due = state.next_run.at if state.next_run else state.now.next_expected
    if due is None:
        return ""
    if due <= utc_now():
        return "The next run is due now."
    at = exact(due)
    return f"The next run is {at}." if " at " in at else f"The next run is at {at}."
