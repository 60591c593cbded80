"""The words for a list's numbers and warnings, the same in the terminal and on the page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lib.lists.values import PullResult, Removed
from lib.words import LEFT_OUT, counted, listed


def since_when(as_of: datetime | None, now: datetime) -> str:
    """How old the known unsubscribes are, when they couldn't be read now."""
    if as_of is None:
        return "the unsubscribes have never been read, so Optback doesn't know any."
    return (
        f"unsubscribes were last read {_ago(now - as_of)}, and Optback doesn't know of newer ones."
    )


def subtraction(result: PullResult) -> str:
    """`3,300 match − 90 opted out in Salesforce − 12 unsubscribed … = 3,198 on the list`."""
    if result.matching is None or result.opted_out is None:
        parts = [f"{result.fetched:,} fetched"]
    else:
        parts = [f"{result.matching:,} match", f"{result.opted_out:,} opted out in Salesforce"]
    parts += [f"{count:,} {LEFT_OUT[reason]}" for reason, count in result.removed.items() if count]
    return f"{' − '.join(parts)} = {counted(result.rows, 'row', 'rows')}"


def unchecked_ids(columns: Sequence[str]) -> list[str]:
    """The warning about columns with IDs of people other than the people the rows are about."""
    if not columns:
        return []
    return [
        f"Optback doesn't check the IDs of people in {listed(columns)}, so some of these people "
        "may have opted out. Use the addresses on the list, not these IDs."
    ]


def counts_differ(counted_rows: int, fetched: int) -> str:
    """The warning that Salesforce counted other rows than it sent."""
    return (
        f"Salesforce counted {counted_rows:,} rows that can be emailed but sent {fetched:,}, "
        "because records changed in the meantime. The number that match is based on the rows it "
        "sent."
    )


def not_refilled(limit: int, fetched: int, gone: int) -> str:
    """The warning that a LIMIT counted rows that were left out afterward."""
    are = "is" if gone == 1 else "are"
    return (
        f"LIMIT {limit}: {gone:,} of the {fetched:,} fetched rows {are} left out, and no others "
        "take their place."
    )


def cut_off(most: int) -> str:
    """The warning that Salesforce may have sent only some rows under OFFSET."""
    return f"With OFFSET, Salesforce sends at most {most:,} rows. There may be more."


def left_out_below(removed: Mapping[Removed, int]) -> str:
    """The warning about rows of subqueries that were left out, by reason."""
    parts = [f"{count:,} {LEFT_OUT[reason]}" for reason, count in removed.items()]
    rows = counted(sum(removed.values()), "row", "rows")
    return (
        f"{rows} of subqueries left out, though the rows they belong to stay: {', '.join(parts)}."
    )


def _ago(age: timedelta) -> str:
    if age >= timedelta(days=2):
        return f"{age.days} days ago"
    hours = int(age.total_seconds() // 3600)
    if hours >= 2:
        return f"{hours} hours ago"
    return f"{counted(max(1, int(age.total_seconds() // 60)), 'minute', 'minutes')} ago"
