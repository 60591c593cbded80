"""What happened to an address, in sentences: opted out and why, and each time it came back."""

from collections.abc import Sequence
from datetime import date, datetime

from lib.services.runs.lookup import AddressHistory
from lib.store.changes import LoggedChange
from lib.store.ledger import Event
from lib.ui.times import day, viewer_zone
from lib.values import Arrival, Outcome


def sentences(story: AddressHistory) -> list[str]:
    """The opt-outs of an address, oldest first; empty if no run opted it out."""
    written = [
        logged for logged in reversed(story.changes) if logged.change.outcome is Outcome.UPDATED
    ]
    opted_out = [logged for logged in written if not logged.is_undo]
    first = next((logged for logged in opted_out if logged.change.arrival is None), None)
    found = [] if first is None else [_first(first, story.events)]
    found += [_came_back(logged) for logged in opted_out if logged.change.arrival]
    return found + _set_back(written) + _taken_off(story.events)


def _set_back(written: Sequence[LoggedChange]) -> list[str]:
    """That a run was taken back, for each undo once."""
    undone = {logged.run_id: logged for logged in written if logged.is_undo}
    return [
        f"Made mailable again on {day(logged.settled_at or logged.planned_at)}, because that run "
        "was taken back. Optback leaves it that way until they unsubscribe again."
        for logged in undone.values()
    ]


def _taken_off(events: tuple[Event, ...]) -> list[str]:
    """That they may be emailed again as far as the source is concerned, if no event counts."""
    noticed = [event.resubscribed_at for event in events if event.resubscribed_at]
    if not noticed or any(event.counts for event in events):
        return []
    return [
        f"Taken off JangoMail's unsubscribe list, noticed on {day(max(noticed))}. Where Email Opt "
        "Out is checked, it stays checked."
    ]


def _first(logged: LoggedChange, events: tuple[Event, ...]) -> str:
    at = logged.settled_at or logged.planned_at
    asked = [event for event in events if event.first_seen_at <= at]
    why = f" because they unsubscribed {_asked(asked[-1])}" if asked else ""
    return f"Opted out on {day(at)}{why}."


def _asked(event: Event) -> str:
    """`on Mar 2`, or `before Mar 3`."""
    start, end = event.asked.not_before, event.asked.not_after
    if start is None:
        return f"before {day(end)}"
    if _date(start) == _date(end):
        return f"on {day(end)}"
    return f"between {day(start)} and {day(end)}"


def _came_back(logged: LoggedChange) -> str:
    change, at = logged.change, logged.settled_at or logged.planned_at
    arrival = change.arrival or Arrival(at, is_new=False)
    if not arrival.is_new:
        return f"A {change.sobject} got this address later. It was opted out on {day(at)}."
    if _date(arrival.at) == _date(at):
        return f"Came back as a {change.sobject} on {day(at)} and was opted out again that day."
    return (
        f"Came back as a {change.sobject} on {day(arrival.at)} and was opted out again on "
        f"{day(at)}."
    )


def _date(moment: datetime) -> date:
    return moment.astimezone(viewer_zone()).date()
