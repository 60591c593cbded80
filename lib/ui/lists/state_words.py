"""The state of the saved lists: each in a chip, and all of them in a sentence."""

from lib.services.lists.saved import Kept, ListsNow
from lib.ui.errors import plain
from lib.ui.frame.answer import Mark
from lib.ui.times import when
from lib.words import by_count

UP_TO_DATE = "✓ Up to date"
NOT_CHECKED = "? Not checked lately"
NOT_PULLED = "Not pulled yet"


def state_of(now: ListsNow, kept: Kept) -> str:
    """A list's chip."""
    if kept.fresh is None:
        return NOT_PULLED
    if kept.fresh.people_out:
        return f"! {kept.fresh.people_out:,} opted out since"
    return NOT_CHECKED if now.is_old or kept.fresh.as_of is None else UP_TO_DATE


def state_of_lists(now: ListsNow) -> tuple[Mark, str, str]:
    """The page's mark, sentence, and quiet line: what is running, or how fresh the lists are."""
    if now.is_paused:
        refused = now.state.paused_message if now.state else None
        quiet = "Optback isn't trying to sign in, so that Salesforce doesn't lock the user."
        words = f"Lists are paused: {refused or 'Salesforce refused the credentials'}"
        return Mark.STOPPED, words, quiet
    if now.pulling is not None:
        return Mark.RUNNING, "Pulling a list", "People who opted out are left out."
    if now.handing is not None:
        name = now.handing.group_name
        return Mark.RUNNING, f"Sending a list to JangoMail as {name}", "No one is emailed."
    if not any(kept.last for kept in now.kept):
        quiet = "A list pulled here leaves out everyone who opted out."
        return Mark.FIRST, "Who would you like to email?", quiet
    return _freshness(now)


def _freshness(now: ListsNow) -> tuple[Mark, str, str]:
    if now.people_out:
        words = by_count(
            now.people_out,
            "",
            "1 person opted out after you pulled your lists",
            "{n} people opted out after you pulled your lists",
        )
        return Mark.NEEDS_YOU, words, _out_of_date(now)
    if now.as_of is None:
        words = "Optback hasn't read who unsubscribed yet"
        quiet = "So it doesn't know who on your lists has opted out since you pulled them."
        return Mark.UNKNOWN, words, quiet
    words = "No one on your saved lists has opted out since you pulled them"
    if now.is_old:
        words = f"As of {when(now.as_of)}, no one on your lists had opted out since you pulled them"
        return Mark.UNKNOWN, words, "Newer unsubscribes aren't known."
    return Mark.WELL, words, plain(f"As of {when(now.as_of)}.")


def _out_of_date(now: ListsNow) -> str:
    pulled = [kept for kept in now.kept if kept.fresh is not None]
    out = sum(1 for kept in pulled if kept.fresh and kept.fresh.people_out)
    which = "1 list is" if out == 1 else f"{out:,} lists are"
    if len(pulled) > 1:
        which = f"{out:,} of {len(pulled):,} lists {'is' if out == 1 else 'are'}"
    again = "it" if out == 1 else "them"
    return f"{which} out of date. Pull {again} again before you send."
