"""Lists in words: their state, a pull's numbers as a sum, its age, and what changed."""

from collections.abc import Mapping

from lib.lists.values import Look
from lib.services.lists.saved import Freshness, Kept, ListsNow
from lib.store.pull_changes import NO_LONGER_MATCHING, ListChanges
from lib.store.pulls import Pull
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
_ONE_LINE = 34  # letters
_LEFT: Mapping[str, str] = {**LEFT_OUT, NO_LONGER_MATCHING: "no longer match the query"}


def state_of_lists(now: ListsNow) -> str:
    """The sentence on top of the page: what is running, or how fresh the lists are."""
    if now.is_paused:
        refused = now.state.paused_message if now.state else None
        return f"Lists are paused: {refused or 'Salesforce refused the credentials'}"
    if now.pulling is not None:
        return "Pulling a list. People who opted out are left out"
    if now.handing is not None:
        return f"Sending a list to JangoMail as {now.handing.group_name}"
    if not any(kept.last for kept in now.kept):
        return "Who would you like to email? A list pulled here leaves out everyone who opted out"
    if now.people_out:
        return by_count(
            now.people_out,
            "",
            "1 person opted out after you pulled your lists. Pull the lists again before you send",
            "{n} people opted out after you pulled your lists. Pull the lists again before you "
            "send",
        )
    if now.as_of is None:
        return (
            "Optback hasn't read who unsubscribed yet, so it doesn't know who on your saved lists "
            "has opted out since you pulled them"
        )
    newer = ". Newer unsubscribes aren't known" if now.is_old else ""
    return (
        f"As of {when(now.as_of)}, no one on your saved lists has opted out since you pulled "
        f"them{newer}"
    )


def about(kept: Kept) -> str:
    """A saved list's line: its size, when it was pulled, and who pulled it."""
    if kept.last is None:
        return f"Not pulled yet · saved {exact(kept.saved.saved_at)} by {kept.saved.saved_by}"
    return f"{_size(kept.last)} · {pulled(kept.last)}"


def shortened(name: str) -> str:
    """A name that fits on a line on a phone: a button centers a second line."""
    return name if len(name) <= _ONE_LINE else f"{name[: _ONE_LINE - 1].rstrip()}…"


def pulled(pull: Pull) -> str:
    """`pulled 7:02 AM, 3 hours ago, by ann`."""
    by = f", by {pull.pulled_by}" if pull.pulled_by else ""
    return f"pulled {when(pull.started_at)}{by}"


def fresh(freshness: Freshness) -> str:
    """How many people on the list have opted out since it was pulled."""
    if freshness.people_out:
        return f"{freshness.people_out:,} opted out since"
    return "no one opted out since"


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


def sum_of(
    matching: int | None,
    opted_out: int | None,
    fetched: int,
    removed: Mapping[str, int],
    rows: int,
) -> str:
    """`3,300 match − 90 opted out in Salesforce − 12 unsubscribed since = 3,198 on the list`."""
    if not matching and not fetched:
        return "No one in Salesforce matches this query."
    if matching is None or opted_out is None:
        parts = [f"{fetched:,} fetched"]
    else:
        parts = [f"{matching:,} match"]
        parts += [f"{opted_out:,} opted out in Salesforce"] if opted_out else []
    parts += [f"{count:,} {LEFT_OUT.get(why, why)}" for why, count in removed.items() if count]
    return f"{' − '.join(parts)} = **{f'{rows:,}' if rows else 'none'} on the list**"


def on_the_list(pull: Pull) -> str:
    """A pull's heading."""
    return f"{records(pull.rows).capitalize()} on the list" if pull.rows else "No one left to email"


def looked(look: Look) -> str:
    """What a look found, as a heading."""
    if look.is_figures:
        return "Figures"
    if look.matching is None or look.opted_out is None:
        return "The first rows"
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


def _size(pull: Pull) -> str:
    return counted(pull.rows, "record", "records")
