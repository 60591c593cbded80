"""What a way of writing calls in the log: before it sends a record, and when it has the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.values import Change

if TYPE_CHECKING:  # it loads much that a run doesn't need before it's signed in
    from lib.sync.lost_answers import Settled


@dataclass(frozen=True, slots=True)
class Logbook:
    """What to call in the log: `sending` before a write, `settled` or `not_sent` after it.

    `sending` raises StoppedError if this run no longer has the connection's lease. `not_sent` gets
    the records that certainly weren't written. Only the thread that began to write calls them.
    """

    sending: Callable[[Sequence[Change]], None]
    settled: Callable[[Sequence["Settled"]], None]
    not_sent: Callable[[Sequence[Change]], None]
    stop: Callable[[], bool]
