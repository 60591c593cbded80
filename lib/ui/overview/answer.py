"""Overview's answer: can anyone who unsubscribed still be emailed? With its age, and what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lib.services.runs.overview import Everyone, Glance
from lib.services.started_by import in_words
from lib.ui.frame.answer import Mark
from lib.ui.overview.quiet_line import quiet_line
from lib.ui.state_words import before_today
from lib.ui.times import distance, is_old, when
from lib.values import RunStatus
from lib.words import by_count, cause, closed, people, records

_UNKNOWN = "It isn't known yet who is opted out."
_SINCE = "Anyone who unsubscribed since then can still be emailed too, and isn't counted."
_FIRST = "A preview reads JangoMail and Salesforce and shows who would be opted out."

Does = Literal["preview", "sync"]


@dataclass(frozen=True, slots=True)
class Action:
    """The button of the answer: it leads to Sync, with or without a new preview."""

    label: str
    does: Does
    is_primary: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain text, without Markdown."""

    mark: Mark
    sentence: str
    quiet: str = ""
    action: Action | None = None


def answer_of(now: Glance, people_now: Everyone) -> Answer:
    """What keeps opt-outs from happening comes first, then what is unknown, then people."""
    stopped = _stopped(now)
    if stopped:
        return Answer(Mark.STOPPED, stopped, _while_stopped(now, people_now))
    if people_now.as_of is None:
        return _nothing_read_yet(now)
    if is_old(people_now.as_of):
        return _old(now, people_now, people_now.as_of)
    return _now(people_now)


def _stopped(now: Glance) -> str:
    """Why no run writes at all; empty if runs do."""
    if now.is_paused:
        return f"Opt-outs are paused: {_refusal(now)}"
    if now.state is not None and now.state.other is not None:
        return "Opt-outs are paused: the credentials now lead to another org"
    if now.state is not None and now.state.halted_at is not None:
        return f"Opt-outs are paused {in_words(now.state.halted_by)}"
    if not now.copies_unsubscribes:
        return "Copying unsubscribes to Salesforce is off"
    return ""


def _refusal(now: Glance) -> str:
    """What was refused; Salesforce's own text is on the card."""
    message = now.state.paused_message if now.state else None
    return (message or "Salesforce refused the credentials").partition(': "')[0]


def _while_stopped(now: Glance, people_now: Everyone) -> str:
    if people_now.as_of is None:
        return _UNKNOWN
    known = by_count(
        people_now.mailable,
        "No one is waiting",
        "1 person who unsubscribed can still be emailed",
        "{n} people who unsubscribed can still be emailed",
    )
    last = now.last_good
    good = f" The last good run was {when(last.finished_at or last.started_at)}." if last else ""
    return f"{known}, as of {when(people_now.as_of)}. {_SINCE}{good}"


def _nothing_read_yet(now: Glance) -> Answer:
    first = Action("Preview the first run", "preview")
    run = now.latest
    if now.last_good is not None and (run is None or not run.planned):
        sentence = "It isn't known yet who unsubscribed in JangoMail"
        return Answer(Mark.UNKNOWN, sentence, f"Only files have been read so far. {_FIRST}", first)
    if run is not None and run.planned:
        so_far = "No run has opted anyone out yet." if now.last_good is None else _UNKNOWN
        sentence = f"{records(run.planned)} would be opted out"
        quiet = f"{before_today(now, run)}{so_far}"
        return Answer(Mark.PREVIEW, sentence, quiet, Action("See the preview", "sync"))
    if run is not None and run.status == RunStatus.FAILED:
        failed = f"The last {'preview' if run.dry_run else 'run'} failed"
        quiet = f"{failed}." if run.errors else closed(f"{failed}: {cause(run)}")  # or on its card
        return Answer(Mark.FAILED, _UNKNOWN, quiet)
    if now.state is None or now.state.org is None:
        quiet = f"{_UNKNOWN} {_FIRST} It changes nothing."
        return Answer(Mark.UNKNOWN, "This connection isn't tested yet", quiet, first)
    quiet = f"{_UNKNOWN} {_FIRST} It changes nothing."
    return Answer(Mark.FIRST, "You're connected. Preview the first run", quiet, first)


def _old(now: Glance, people_now: Everyone, as_of: datetime) -> Answer:
    """What was so then may not be so now, and the sentence itself says when then was."""
    age, again = distance(as_of), Action("Run a preview", "preview")
    if people_now.mailable:
        count = people(people_now.mailable)
        sentence = f"{count} who unsubscribed could still be emailed {age}"
        return Answer(Mark.NEEDS_YOU, sentence, f"As of {when(as_of)}. {_SINCE}", again)
    last = now.last_good
    good = f" The last good run was {when(last.finished_at or last.started_at)}." if last else ""
    quiet = f"Anyone who unsubscribed since then can still be emailed, and isn't counted.{good}"
    sentence = f"JangoMail was last read {age}. Who has unsubscribed since then isn't known"
    return Answer(Mark.NEEDS_YOU, sentence, quiet, again)


def _now(people_now: Everyone) -> Answer:
    quiet = quiet_line(people_now)
    check = Action("Check now", "preview", is_primary=False)
    if people_now.mailable:
        count = people(people_now.mailable + people_now.at_held_domains)
        return Answer(Mark.NEEDS_YOU, f"{count} who unsubscribed can still be emailed", quiet)
    if people_now.held_domains:
        return Answer(Mark.NEEDS_YOU, _held(people_now), quiet)
    if people_now.cleared_at_once:
        at_once = people(len({box.address for box in people_now.cleared_at_once}))
        sentence = f"{at_once} who unsubscribed can be emailed again, and it's not clear why"
        return Answer(Mark.NEEDS_YOU, sentence, quiet)
    return Answer(Mark.WELL, _well(people_now), quiet, check)


def _held(people_now: Everyone) -> str:
    domains = people_now.held_domains
    at = domains[0].domain if len(domains) == 1 else f"{len(domains):,} domains on hold"
    return by_count(
        people_now.at_held_domains,
        f"Everyone who unsubscribed by address is opted out, and {at} needs your decision"
        if len(domains) == 1
        else f"Everyone who unsubscribed by address is opted out, and {at} need your decision",
        f"1 person at {at} can still be emailed until you decide",
        f"{{n}} people at {at} can still be emailed until you decide",
    )


def _well(people_now: Everyone) -> str:
    standing = people_now.standing
    if not standing.people:
        return "No one has unsubscribed so far"
    if not standing.opted_out:
        return "No one who unsubscribed is waiting to be opted out"
    mailable = standing.kept + standing.undone
    if mailable:
        return f"Everyone in Salesforce who unsubscribed is opted out, except {people(mailable)}"
    if standing.unmatched:
        return "Everyone in Salesforce who unsubscribed is opted out"
    return "Everyone who unsubscribed is opted out"
