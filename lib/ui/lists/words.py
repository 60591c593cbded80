"""Lists in words: their state, a pull's numbers as a sum, its age, and what changed."""

from collections.abc import Mapping

from lib.lists.values import Look
from lib.services.lists.saved import Freshness
from lib.store.pull_changes import NO_LONGER_MATCHING, ListChanges
from lib.store.pulls import Pull
from lib.ui.lists.waterfall import is_whole
from lib.ui.times import exact, when
from lib.words import LEFT_OUT, LEFT_OUT_ONE, by_count, counted, records

PHASES: Mapping[str, str] = {
    "": "Starting",
    "reading": "Reading who unsubscribed",
    "counting": "Counting in Salesforce",
    "opt-outs": "Checking who is opted out in Salesforce",
    "waiting": "Waiting for Salesforce's Bulk job",
    "fetching": "Fetching the records",
}
_LEFT: Mapping[str, str] = {**LEFT_OUT, NO_LONGER_MATCHING: "no longer match the query"}


def pulled(pull: Pull) -> str:
    """`pulled 7:02 AM, 3 hours ago, by ann`."""
    by = f", by {pull.pulled_by}" if pull.pulled_by else ""
    return f"pulled {when(pull.started_at)}{by}"


def since_in_words(freshness: Freshness) -> str:
    """How many people on a list have opted out since, and what that means."""
    left_out = "They're left out when you download the list or send it to JangoMail."
    return by_count(
        freshness.people_out,
        "As far as Optback knows, no one on it has opted out since.",
        f"**1 person on it has opted out since.** {left_out}",
        f"**{{n}} people on it have opted out since.** {left_out}",
    )


def age_of(freshness: Freshness) -> str:
    """`Unsubscribes as of 11:41 AM · Salesforce checked 11:41 AM, just now`."""
    read = f"Unsubscribes as of {exact(freshness.as_of)}" if freshness.as_of else ""
    checked = "Salesforce not checked since the pull"
    if freshness.check:
        checked = f"Salesforce checked {when(freshness.check.checked_at)}"
    return " · ".join(part for part in (read, checked) if part)


def on_the_list(pull: Pull) -> str:
    """A pull's heading."""
    if pull.matching == 0:
        return "No one meets the conditions"
    return f"{records(pull.rows).capitalize()} on the list" if pull.rows else "No one left to email"


def looked(look: Look) -> str:
    """What a look found, as a heading."""
    if look.is_figures:
        return "Figures"
    if look.matching is None or look.opted_out is None:
        return "The first rows"
    if look.matching == 0:
        return "No one meets the conditions"
    if is_whole(look):
        rows = look.fetched - sum(look.removed.values())
        return f"{records(rows).capitalize()} to email" if rows else "No one left to email"
    return f"{records(look.matching - look.opted_out).capitalize()} would be fetched"


def first_of(shown: int, whole: int) -> str:
    """Which rows of a list a preview shows."""
    return f"The first {shown:,} of {whole:,}" if whole > shown else f"All {whole:,}"


def first_of_look(look: Look, shown: int) -> str:
    """Which rows a look shows, and how many of the fetched rows were left out."""
    taken = [f"{count:,} {LEFT_OUT.get(why, why)}" for why, count in look.removed.items() if count]
    without = f"; left out of the first {look.fetched:,}: {', '.join(taken)}" if taken else ""
    if not shown:
        return f"No records to show{without}"
    return f"The first {shown:,}{without}"


def pull_label(look: Look) -> str:
    """The button that pulls what was looked at."""
    if look.is_figures:
        return "Pull the figures"
    if look.matching is None or look.opted_out is None:
        return "Pull the list"
    count = look.matching - look.opted_out
    return f"Pull {records(count)}" if count else "Pull the list"


def cost(look: Look) -> str:
    """What a pull takes: API calls, time, and Bulk or pages."""
    calls = counted(look.calls, "API call", "API calls")
    how = "as one Bulk job" if look.way == "bulk" else "page by page"
    return f"Pulling takes about {calls} and {_time(look.seconds)}, {how}."


def _time(seconds: float) -> str:
    if seconds < 2:
        return "a second"
    if seconds < 120:
        return f"{seconds:,.0f} seconds"
    return f"{seconds / 60:,.0f} minutes"


def changed(changes: ListChanges, before: Pull) -> str:
    """`Compared with the pull before (7:02 AM): 12 joined, 3 left (2 unsubscribed since).`"""
    left = ", ".join(f"{count:,} {_LEFT.get(why, why)}" for why, count in changes.left.items())
    gone = f"{changes.gone:,} left ({left})" if changes.gone else "no one left"
    joined = f"{changes.joined:,} joined" if changes.joined else "no one joined"
    return f"Compared with the pull before ({exact(before.started_at)}): {joined}, {gone}."


def why_left(reason: str) -> str:
    """Why a person left a list."""
    if reason == NO_LONGER_MATCHING:
        return "no longer matches the query"
    return LEFT_OUT_ONE.get(reason, reason)
