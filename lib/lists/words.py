"""The words of a list's numbers, the same at the terminal and on the page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lib.lists.values import PullResult
from lib.words import LEFT_OUT, counted, listed


def since_when(as_of: datetime | None, now: datetime) -> str:
    """What is not known when the unsubscribes could not be read."""
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


def words_of_ids(columns: Sequence[str]) -> list[str]:
    """What is said where a list holds ids of people other than those whose rows it has."""
    if not columns:
        return []
    return [
        f"Optback doesn't check the IDs of people in {listed(columns)}, so some of these people "
        "may have opted out. Use the addresses on the list, not these IDs."
    ]


def _ago(age: timedelta) -> str:
    if age >= timedelta(days=2):
        return f"{age.days} days ago"
    hours = int(age.total_seconds() // 3600)
    if hours >= 2:
        return f"{hours} hours ago"
    return f"{counted(max(1, int(age.total_seconds() // 60)), 'minute', 'minutes')} ago"
