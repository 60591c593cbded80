"""What a pull in the log says about an address."""

from dataclasses import dataclass
from datetime import datetime

from lib.addresses import compared
from lib.services.log import Log
from lib.store import freshness, pull_rows
from lib.store.pulls import Pull


@dataclass(frozen=True, slots=True)
class OnPull:
    """A pull that fetched an address: why it isn't on the list, None if it is."""

    pulled_at: datetime
    left_out: str | None


def found_on(log: Log, pull: Pull, address: str) -> OnPull | None:
    """What the pull says about it; None if it wasn't fetched, or the people were forgotten."""
    rows = pull_rows.with_address(log.store, pull.id, compared(address))
    if not rows:
        return None
    since = freshness.reasons(log.store, pull.id, [row.position for row in rows])
    left_out = [row.removed or since.get(row.position) for row in rows]
    return OnPull(pull.started_at, None if None in left_out else left_out[0])
