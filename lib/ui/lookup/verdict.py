"""The verdict on an address: can this person still be emailed from Salesforce, and why?"""

from dataclasses import dataclass

from lib.services.runs.lookup import AddressHistory
from lib.services.runs.record_results import why
from lib.store.memory import KEPT
from lib.ui.frame.answer import Mark
from lib.values import Outcome, Record

_STAYS = "Optback leaves it that way until they unsubscribe again."


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """A sentence with its mark, and why or what next."""

    mark: Mark
    sentence: str
    rest: str = ""


def verdict_of(story: AddressHistory) -> PersonVerdict:
    """The record that can be emailed decides, if there is one."""
    who = name_of(story)
    if story.trouble is not None:
        return PersonVerdict(
            Mark.UNKNOWN, "Salesforce couldn't be checked", "So this is what the log knows."
        )
    if not story.records:
        return _without_records(story)
    if any(record.opted_out is None for record in story.records):
        hidden = "Email Opt Out is hidden from the Optback user."
        return PersonVerdict(Mark.UNKNOWN, f"It isn't known whether {who} is opted out", hidden)
    mailable = [record for record in story.records if not record.opted_out]
    if not mailable:
        asked = "" if _asked(story) else "They never unsubscribed in JangoMail."
        rest = f"No one can email them from Salesforce. {asked}".strip()
        return PersonVerdict(Mark.WELL, f"{who} is opted out", rest)
    return _mailable(story, who, mailable)


def name_of(story: AddressHistory) -> str:
    """The person's name, if all records agree on one; otherwise the address."""
    names = {
        story.details[one.record_id].name for one in story.records if one.record_id in story.details
    }
    return names.pop() if len(names) == 1 and "" not in names else story.address


def _asked(story: AddressHistory) -> bool:
    """Whether they count as unsubscribed by address."""
    return any(event.counts for event in story.events)


def _without_records(story: AddressHistory) -> PersonVerdict:
    if story.events:
        rest = "If a record gets this address, the next run opts it out."
        sentence = f"{story.address} unsubscribed and isn't on any record in Salesforce"
        return PersonVerdict(Mark.WELL, sentence, rest if _asked(story) else "")
    if story.domain_events:
        sentence = f"{story.address} isn't on any record in Salesforce"
        rest = f"Its whole domain is on JangoMail's unsubscribe list{_decided(story)}."
        return PersonVerdict(Mark.UNKNOWN, sentence, rest)
    rest = "It's not on any record in Salesforce either."
    return PersonVerdict(Mark.UNKNOWN, f"{story.address} never unsubscribed", rest)


def _decided(story: AddressHistory) -> str:
    is_open = story.domain is None or story.domain.verdict is None
    return ", on hold until someone decides" if is_open else ""


def _mailable(story: AddressHistory, who: str, mailable: list[Record]) -> PersonVerdict:
    """Why a person can be emailed, the cause that needs someone first."""
    ids = {record.record_id for record in mailable}
    if _unclear(story, ids):
        rest = (
            "Someone cleared the box, and Optback can't tell whether they unsubscribed again after "
            "that. Set Email Opt Out in Salesforce the way it should be."
        )
        sentence = f"It isn't clear whether {who} should be opted out"
        return PersonVerdict(Mark.NEEDS_YOU, sentence, rest)
    if ids & set(story.refused):
        return _refused(story, who, ids)
    if ids & set(story.cleared):
        rest = "Their box was cleared together with many others. They stay off lists."
        return PersonVerdict(Mark.NEEDS_YOU, f"{who} can be emailed again", rest)
    if any(story.remembered[one].verdict == KEPT for one in ids & set(story.remembered)):
        rest = f"A colleague cleared the box after they were opted out. {_STAYS}"
        return PersonVerdict(Mark.CLEARED, f"{who} can be emailed again", rest)
    if ids & story.undone:
        rest = "The run that opted them out was taken back."
        return PersonVerdict(Mark.CLEARED, f"{who} can be emailed again", rest)
    return _not_yet(story, who)


def _unclear(story: AddressHistory, ids: set[str]) -> bool:
    known = [story.remembered[one] for one in ids & set(story.remembered)]
    return any(one.verdict not in (None, KEPT) for one in known)


def _refused(story: AddressHistory, who: str, ids: set[str]) -> PersonVerdict:
    refused = next(story.refused[one] for one in ids if one in story.refused)
    cause, remedy = why(Outcome.FAILED, refused.reason, refused.message)
    rest = f"Salesforce refuses the record. {cause.removesuffix('.')}. {remedy}"
    return PersonVerdict(Mark.REFUSED, f"{who} can still be emailed", rest)


def _not_yet(story: AddressHistory, who: str) -> PersonVerdict:
    if _asked(story):
        rest = "They unsubscribed. The next run opts them out, if Salesforce allows it."
        return PersonVerdict(Mark.WAITING, f"{who} can still be emailed", rest)
    if story.domain_events and _decided(story):
        rest = f"Their whole domain is on JangoMail's unsubscribe list{_decided(story)}."
        return PersonVerdict(Mark.NEEDS_YOU, f"{who} can still be emailed", rest)
    rest = "" if story.events else "They never unsubscribed."
    return PersonVerdict(Mark.UNKNOWN, f"{who} can be emailed", rest)
