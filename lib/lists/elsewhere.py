"""Which addresses are opted out on any record: asks for each batch, or reads all of them first.

The cheaper way is used. A preview asks about its few addresses. A pull of half the org first reads
all opted-out addresses into a temporary database (rules.md, 6.2 b).
"""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from lib.errors import RequestRefused
from lib.salesforce import costs, opted_out
from lib.salesforce.costs import NOTHING, Cost
from lib.salesforce.door import Door
from lib.soql import SObject
from lib.store.scratch import Scratch
from lib.store.sql_values import chunks

How = Literal["asked", "rest", "bulk"]


@dataclass(frozen=True, slots=True)
class LookupChoice:
    """How opted-out addresses are looked up, and about what that costs."""

    how: How
    cost: Cost


def choose_lookup(
    addresses: int, opted_out_records: Sequence[int | None], *, bulk: bool = True
) -> LookupChoice:
    """The cheapest way to find out which of this many addresses are opted out.

    `opted_out_records` has the number of opted-out records of each sObject. If a number isn't
    known, they aren't read all at once.
    """
    ways: dict[How, Cost] = {"asked": costs.asked(addresses)}
    known = [count for count in opted_out_records if count is not None]
    if len(known) == len(opted_out_records):
        ways["rest"] = sum(map(costs.rest, known), NOTHING)
        if bulk:
            ways["bulk"] = sum(map(costs.bulk, known), NOTHING)
    how = min(ways, key=lambda way: ways[way].weight)
    return LookupChoice(how, ways[how])


@dataclass(slots=True)
class Elsewhere:
    """Looks up who is opted out on another record. Call `prepare` first."""

    door: Door
    people: Sequence[SObject]
    how: How
    scratch: Scratch
    turkic: bool = False
    _stray: dict[str, set[str]] = field(default_factory=dict)
    _preparing: Future[None] | None = None
    _keeping: Lock = field(default_factory=Lock)

    def prepare(self) -> None:
        """Read everything that is needed before the first lookup."""
        try:
            self._read()
        except RequestRefused:
            if self.how != "bulk":
                raise
            self.how = "rest"  # this user or edition can't use Bulk
            self._read()

    def prepare_in(self, pool: Executor) -> None:
        """Prepare in a thread; the first lookup waits for it."""
        self._preparing = pool.submit(self.prepare)

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        """The addresses that are opted out, with the IDs of the opted-out records."""
        asks = self.how == "asked" and bool(addresses)
        found = self._asked(addresses) if asks else {}  # goes on while everything is prepared
        if self._preparing is not None:
            self._preparing.result()
            self._preparing = None
        if self.how != "asked":
            return self.scratch.opted_out(addresses)
        for address in self._stray.keys() & addresses:
            found.setdefault(address, set()).update(self._stray[address])
        return found

    def _asked(self, addresses: Collection[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for address, record_id in opted_out.among(
            self.door, self.people, addresses, turkic=self.turkic
        ):
            found.setdefault(address, set()).add(record_id)
        return found

    def _read(self) -> None:
        if self.how == "asked":
            for address, record_id in opted_out.with_blanks(self.door, self.people):
                self._stray.setdefault(address, set()).add(record_id)
            return
        if self.how == "rest":
            self._read_everyone(self.people)
            return
        with ThreadPoolExecutor(len(self.people), thread_name_prefix="opted out") as pool:
            # A Bulk job waits for seconds before it does anything, so both wait at once.
            list(pool.map(self._read_everyone, [[sobject] for sobject in self.people]))

    def _read_everyone(self, people: Sequence[SObject]) -> None:
        pairs = opted_out.everyone(self.door, people, in_bulk=self.how == "bulk")
        for some in chunks(pairs, costs.ADDRESSES_A_CALL):
            with self._keeping:
                self.scratch.keep_opted_out(some)
