"""What happened to an address as a timeline: asked, read, opted out, cleared, on lists, bounced."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from lib.services.log import Log
from lib.services.runs.lookup import AddressHistory
from lib.services.runs.record_results import why_of
from lib.services.started_by import in_words
from lib.store import runs
from lib.store.changes import LoggedChange
from lib.store.ledger import Event
from lib.ui.lookup.tables import asked_in_words
from lib.ui.marks.component import Color
from lib.ui.marks.timeline import Moment
from lib.ui.times import exact, viewer_zone
from lib.values import Outcome
from lib.words import capital, counted, listed, object_in_words, source_in_words

_Dated = tuple[datetime, Moment]

_MOST = 14
_TITLES = {
    Outcome.UPDATED: ("Opted out", Color.OPTED_OUT),
    Outcome.ALREADY: ("Was opted out already", Color.QUIET),
    Outcome.KEPT: ("Left mailable", Color.KEPT),
    Outcome.SKIPPED: ("Skipped", Color.SKIPPED),
    Outcome.FAILED: ("Refused by Salesforce", Color.REFUSED),
    Outcome.PENDING: ("Not written yet", Color.PENDING),
}
_UNDO_TITLES = {
    Outcome.UPDATED: ("Made mailable again", Color.KEPT),
    Outcome.FAILED: ("Refused by Salesforce", Color.REFUSED),
}


def moments_of(log: Log, story: AddressHistory) -> list[Moment]:
    """Oldest first; the middle of a long story is left out, and the log below has all of it."""
    found: list[_Dated] = [
        *_asked(story),
        *_runs(log, story),
        *_cleared(story),
        *_lists(story),
        *_bounced(story),
    ]
    moments = [moment for _, moment in sorted(found, key=lambda dated: dated[0])]
    if len(moments) <= _MOST:
        return moments
    half = _MOST // 2
    between = Moment("…", f"{len(moments) - _MOST:,} more", "See the log below.")
    return [*moments[:half], between, *moments[-half:]]


def _asked(story: AddressHistory) -> Iterator[_Dated]:
    for event in [*story.events, *story.domain_events]:
        what = f"{event.entry} unsubscribed as a whole" if event.is_domain else "Unsubscribed"
        yield event.asked.not_after, Moment(asked_in_words(event), what, _read(event), Color.MAIN)
        if event.resubscribed_at is not None:
            at = event.resubscribed_at
            yield at, Moment(exact(at), "Taken off JangoMail's list", "They want emails again.")


def _read(event: Event) -> str:
    return f"{source_in_words(event.source)}, read {exact(event.first_seen_at)}"


def _runs(log: Log, story: AddressHistory) -> Iterator[_Dated]:
    """What each run did; the same result again and again is one moment."""
    done = [one for one in reversed(story.changes) if one.change.outcome is not Outcome.PLANNED]
    for (outcome, is_undo), group in groupby(done, key=_kind):
        same = list(group)
        titles = _UNDO_TITLES if is_undo else _TITLES
        title, color = titles.get(outcome, ("Left as is", Color.QUIET))
        at = _at(same[0])
        yield at, Moment(exact(at), title, _note(log, same), color)


def _kind(logged: LoggedChange) -> tuple[Outcome, bool]:
    return logged.change.outcome, logged.is_undo


def _at(logged: LoggedChange) -> datetime:
    return logged.settled_at or logged.planned_at


def _note(log: Log, same: list[LoggedChange]) -> str:
    first = same[0]
    run = runs.get(log.store, first.run_id)
    records = {one.change.record_id: one.change.sobject for one in same}
    what = listed([object_in_words(one) for one in dict.fromkeys(records.values())])
    who = f"{what}, by a run started {in_words(run.started_by)}" if run else what
    why = why_of(first.change, viewer_zone())[0]
    times = len({one.run_id for one in same})
    again = f"In {counted(times, 'run', 'runs')} until {exact(_at(same[-1]))}" if times > 1 else ""
    return ". ".join(part for part in (who, _sentence(why), again) if part)


def _sentence(text: str) -> str:
    return capital(text).removesuffix(".")


def _cleared(story: AddressHistory) -> Iterator[_Dated]:
    changed = {record.record_id: record for record in story.records}
    for known in story.remembered.values():
        record, at = changed.get(known.record_id), known.cleared_at
        if at is None or known.record_id in story.undone or known.address != story.address:
            continue
        box = story.cleared.get(known.record_id)
        by = box.by_name if box else None
        if not by and record is not None and record.modified_at == at:
            by = (
                story.details[known.record_id].changed_by
                if known.record_id in story.details
                else ""
            )
        title = f"Box cleared by {by}" if by else "Box cleared in Salesforce"
        note = f"On the {object_in_words(known.sobject)}"
        yield at, Moment(exact(at), title, note, Color.KEPT)


def _lists(story: AddressHistory) -> Iterator[_Dated]:
    for one in story.lists:
        at, name = one.pulled_at, f"“{one.name}”"
        title = f"Left out of the list {name}" if one.is_left_out else f"On the list {name}"
        yield at, Moment(exact(at), title, "When it was last pulled")
    for sent in story.sent:
        yield sent.at, Moment(exact(sent.at), "Sent to JangoMail", f"In the group “{sent.group}”")


def _bounced(story: AddressHistory) -> Iterator[_Dated]:
    found = {one.bounced_at for one in story.details.values() if one.bounced_at is not None}
    for at in found:
        yield at, Moment(exact(at), "Bounced", "As Salesforce knows it", Color.PENDING)
