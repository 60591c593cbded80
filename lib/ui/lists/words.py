"""Lists in words: how things stand, a pull's numbers as a sum, its age, what changed."""

from collections.abc import Mapping

from lib.lists.values import Look
from lib.services.lists.saved import Freshness, Kept, ListsNow
from lib.store.pull_changes import Changes
from lib.store.pulls import Pull
from lib.ui.times import exact, told
from lib.words import LEFT_OUT, counted, people, records

PHASES: Mapping[str, str] = {
    "": "Starting",
    "reading": "Reading who unsubscribed",
    "counting": "Counting in Salesforce",
    "opt-outs": "Asking Salesforce who is opted out",
    "waiting": "Waiting for Salesforce's Bulk job",
    "fetching": "Fetching the records",
}
_ONE_LINE = 34  # letters
_LEFT: Mapping[str, str] = {**LEFT_OUT, "no_longer_matching": "no longer match the query"}


def state_of_lists(now: ListsNow) -> str:
    """The page's one sentence: what is going on, or how fresh the lists are."""
    if now.is_paused:
        refused = now.state.paused_message if now.state else None
        return f"Paused: {refused or 'the credentials were refused'}"
    if now.pulling is not None:
        return "A list is being pulled. Opted-out people are kept off it"
    if now.handing is not None:
        return f"A list is being handed over to JangoMail as {now.handing.group_name}"
    if not any(one.last for one in now.kept):
        return "Whom would you like to mail? Nobody who opted out can be on a list pulled here"
    if now.people_out:
        many = people(now.people_out)
        have = "has" if now.people_out == 1 else "have"
        return f"{many} on your saved lists {have} opted out since. Pull them again before mailing"
    as_of = f"As of {told(now.as_of)}, nobody" if now.as_of else "Nobody"
    return f"{as_of} on your saved lists has opted out since they were pulled"


def about(kept: Kept) -> str:
    """A saved list's line: people, when pulled and by whom."""
    if kept.last is None:
        return f"Not pulled yet · saved {exact(kept.saved.saved_at)} by {kept.saved.saved_by}"
    return f"{_size(kept.last)} · {pulled(kept.last)}"


def shortened(name: str) -> str:
    """A name that fits on one line of a phone: a button sets a second one in the middle."""
    return name if len(name) <= _ONE_LINE else f"{name[: _ONE_LINE - 1].rstrip()}…"


def pulled(pull: Pull) -> str:
    """`pulled 07:02, 3 h ago by ann`."""
    by = f" by {pull.pulled_by}" if pull.pulled_by else ""
    return f"pulled {told(pull.started_at)}{by}"


def fresh(freshness: Freshness) -> str:
    """How many have opted out since, and how old that knowledge is."""
    if freshness.people_out:
        return f"{freshness.people_out:,} opted out since"
    return "nobody opted out since"


def since_in_words(freshness: Freshness) -> str:
    """How many of one list have opted out since, and what that means."""
    if not freshness.people_out:
        return "Nobody on it is known to have opted out since."
    have, are = ("has", "is") if freshness.people_out == 1 else ("have", "are")
    return (
        f"**{people(freshness.people_out)} on it {have} opted out since** and {are} left out of "
        "any download and hand-over."
    )


def age_of(freshness: Freshness) -> str:
    """What is known when: `Unsubscribes as of 11:41 · Salesforce asked 11:41, just now`."""
    read = f"Unsubscribes as of {exact(freshness.as_of)}" if freshness.as_of else ""
    asked = "Salesforce not asked since the pull"
    if freshness.check:
        asked = f"Salesforce asked {told(freshness.check.checked_at)}"
    return " · ".join(one for one in (read, asked) if one)


def sum_of(
    matching: int | None,
    opted_out: int | None,
    fetched: int,
    removed: Mapping[str, int],
    rows: int,
) -> str:
    """`3,300 match − 90 opted out in Salesforce − 12 unsubscribed since = 3,198 on the list`."""
    if not matching and not fetched:
        return "Nobody in Salesforce matches this query."
    if matching is None or opted_out is None:
        parts = [f"{fetched:,} fetched"]
    else:
        parts = [f"{matching:,} match"]
        parts += [f"{opted_out:,} opted out in Salesforce"] if opted_out else []
    parts += [f"{count:,} {LEFT_OUT.get(why, why)}" for why, count in removed.items() if count]
    return f"{' − '.join(parts)} = **{f'{rows:,}' if rows else 'none'} on the list**"


def on_the_list(pull: Pull) -> str:
    """A pull's heading."""
    return f"{records(pull.rows).capitalize()} on the list" if pull.rows else "Nobody is on it"


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
    """Which rows a look shows, and what the filter took of as many as it fetched."""
    taken = [f"{count:,} {LEFT_OUT.get(why, why)}" for why, count in look.removed.items() if count]
    without = f"; of the first {look.fetched:,} left out: {', '.join(taken)}" if taken else ""
    if not shown:
        return f"No record to show{without}"
    return f"The first {shown:,}{without}"


def pull_label(look: Look) -> str:
    """The button that pulls what was looked at."""
    if look.is_figures:
        return "Pull the figures"
    if look.matching is None or look.opted_out is None:
        return "Pull the list"
    return f"Pull {records(look.matching - look.opted_out)}"


def cost(look: Look) -> str:
    """What pulling takes: API calls, time, and how it goes."""
    calls = counted(look.calls, "API call", "API calls")
    how = "in one Bulk job" if look.way == "bulk" else "page by page"
    return f"Pulling takes about {calls} and {_time(look.seconds)}, {how}."


def _time(seconds: float) -> str:
    if seconds < 2:
        return "a second"
    if seconds < 120:
        return f"{seconds:,.0f} seconds"
    return f"{seconds / 60:,.0f} minutes"


def changed(changes: Changes, before: Pull) -> str:
    """What a newer pull changed: `Since 3 March, 07:02: 12 joined; 3 left (2 bounced, …)`."""
    left = ", ".join(f"{count:,} {_LEFT.get(why, why)}" for why, count in changes.left.items())
    gone = f"{changes.gone:,} left ({left})" if changes.gone else "nobody left"
    joined = f"{changes.joined:,} joined" if changes.joined else "nobody joined"
    return f"Since the pull of {exact(before.started_at)}: {joined}, {gone}."


def why_left(reason: str) -> str:
    """Why one person left a list."""
    return _LEFT.get(reason, reason)


def _size(pull: Pull) -> str:
    return counted(pull.rows, "record", "records")
