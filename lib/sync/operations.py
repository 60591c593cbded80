"""The steps of a run, each with its calls and seconds, as they end: a part of its log."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from lib.call_words import in_a_line
from lib.salesforce.door import Door
from lib.store.operations import Operation, Way
from lib.sync.findings import Findings, OpenRun
from lib.sync.request import Request


@dataclass(slots=True)
class Doing:
    """What a step does, as far as it knows by now; `decide` before it begins."""

    way: str = ""
    why: str = ""
    ways: Sequence[Way] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    records: int = 0

    def decide(
        self, way: str, why: str, ways: Sequence[Way], counts: Mapping[str, int] | None = None
    ) -> None:
        """Note which way was chosen, why, and what the others would have cost."""
        self.way, self.why, self.ways, self.counts = way, why, ways, counts or {}


@contextmanager
def operation(run: OpenRun[Request], door: Door, step: str) -> Iterator[Doing]:
    """Around a step of a run: its calls, seconds, and choice go to the run's log, and --verbose.

    Steps may be inside each other; a call counts for the innermost step only.
    """
    doing, inner = Doing(), len(run.found.operations)
    began, calls = time.monotonic(), door.calls_needed
    try:
        yield doing
    finally:
        within = run.found.operations[inner:]
        done = Operation(
            step=step,
            way=doing.way,
            why=doing.why,
            ways=tuple(doing.ways),
            counts=dict(doing.counts),
            calls=max(0, door.calls_needed - calls - sum(each.calls for each in within)),
            records=doing.records,
            seconds=round(time.monotonic() - began - sum(each.seconds for each in within), 3),
        )
        if done.calls or done.way:
            run.found.operations.append(done)
            run.hooks.report(in_a_line(done))


def all_steps(found: Findings) -> list[Operation]:
    """The steps of a run that ends, with the calls that belong to none of them."""
    rest = found.api_calls - sum(each.calls for each in found.operations)
    return [*found.operations, *([Operation("other", calls=rest)] if rest > 0 else [])]
