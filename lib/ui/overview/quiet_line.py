"""The quiet line below Overview's answer: as of when it's true, and how many people are how."""

from datetime import datetime

from lib.services.runs.overview import Everyone
from lib.ui.times import when
from lib.words import by_count, capital, closed, listed


def quiet_line(people_now: Everyone) -> str:
    """Why people can still be emailed, as of when that's true, and who else there is."""
    if people_now.as_of is None:
        return ""
    settled = _settled(people_now)
    first = _and(_open(people_now)) if people_now.mailable else ""
    rest = _and(settled[1:] if people_now.mailable else settled)
    return " ".join(part for part in (first, as_of(people_now.as_of), rest) if part)


def _and(parts: list[str]) -> str:
    clauses = [part for part in parts if part]
    counts = f"{', '.join(clauses[:-1])}, and {clauses[-1]}" if clauses[1:] else listed(clauses)
    return closed(capital(counts)) if counts else ""


def as_of(moment: datetime) -> str:
    """`As of 7:02 AM, 3 hours ago.`"""
    return f"As of {when(moment)}."


def _open(people_now: Everyone) -> list[str]:
    """Those who can still be emailed, by what keeps them from being opted out."""
    standing = people_now.standing
    refused = len({record.address for record in people_now.refused})
    return [
        by_count(people_now.waiting, "", "1 is waiting for a run", "{n} are waiting for a run"),
        by_count(refused, "", "Salesforce refused 1", "Salesforce refused {n}"),
        by_count(standing.needing_hand, "", "1 needs a decision", "{n} need a decision"),
        by_count(
            people_now.at_held_domains,
            "",
            "1 is at a domain that needs your decision",
            "{n} are at domains that need your decision",
        ),
    ]


def _settled(people_now: Everyone) -> list[str]:
    """Everyone else; the opted out come first."""
    standing = people_now.standing
    at_once = len({box.address for box in people_now.cleared_at_once})
    return [
        by_count(standing.opted_out, "", "1 person is opted out", "{n} people are opted out"),
        by_count(
            at_once,
            "",
            "the box of 1 person was cleared together with many others",
            "the boxes of {n} people were cleared at once",
        ),
        by_count(
            max(0, standing.kept - at_once),
            "",
            "1 person was made mailable again by a colleague",
            "{n} people were made mailable again by a colleague",
        ),
        by_count(
            standing.undone,
            "",
            "1 person was made mailable again by taking a run back",
            "{n} people were made mailable again by taking a run back",
        ),
        by_count(
            standing.unmatched,
            "",
            "1 person has no record that can be opted out",
            "{n} people have no record that can be opted out",
        ),
    ]
