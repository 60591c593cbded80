"""Records that were locked, waiting to be tried again, those of one account together.

Saving a Contact also locks its Account. Two calls that save Contacts of the same Account at the
same time wait for each other, and after about ten seconds one of them is refused. So the records of
an account go into the same call, and while it's under way, no other call tries any of them. Source:
Salesforce, "Record Locking Cheat Sheet".
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import groupby

from lib.values import Change


class LockedRows:
    """The locked records of one run, by the number of tries so far."""

    def __init__(self) -> None:
        self._waiting: defaultdict[int, list[Change]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, changes: Sequence[Change], tries: int) -> None:
        """Keep records that were locked in this many tries."""
        if changes:
            self._waiting[tries] += changes

    def take(self, most: int, busy: Set[str]) -> tuple[int, list[Change]] | None:
        """The tries so far, and up to `most` records of one sObject, each account complete.

        Leaves the records of `busy` accounts. An account with more records than `most` is split.
        `None` if nothing is left to take.
        """
        for tries in sorted(self._waiting):
            chosen: list[Change] = []
            for account in _accounts(self._waiting[tries], busy):
                if chosen and (
                    account[0].sobject != chosen[0].sobject or len(chosen) + len(account) > most
                ):
                    break
                chosen += account[:most]
            if chosen:
                self._forget(tries, {change.record_id for change in chosen})
                return tries, chosen
        return None

    def _forget(self, tries: int, record_ids: Set[str]) -> None:
        left = [each for each in self._waiting[tries] if each.record_id not in record_ids]
        if left:
            self._waiting[tries] = left
        else:
            del self._waiting[tries]


def account_of(change: Change) -> tuple[str, str]:
    """What to sort records by, so that those of one account are next to each other."""
    return change.sobject, change.account_id


def _accounts(changes: Sequence[Change], busy: Set[str]) -> Iterator[list[Change]]:
    """The records of each account; a record without a known account is on its own."""
    for (_, account), group in groupby(sorted(changes, key=account_of), key=account_of):
        if account == "":
            yield from ([change] for change in group)
        elif account not in busy:
            yield list(group)
