"""What the race measured, as it's kept in docs/performance.json."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SECONDS_OVER_FLOOR, MORE_SECONDS, MORE_CALLS = 1.15, 0.5, 3
"""The target: at most 1.15 × the floor's seconds + 0.5 s, and at most the floor's calls + 3."""

IDLE_S, IDLE_CALLS = 1.2, 3
"""The target when nothing is new."""

LOG_BYTES = 600
"""The target for the growth of the log with a changed record."""

MOST_MB = 600
"""The target for the memory of a run for 1,000,000 addresses in 1,000,000 records."""

SIZES = (100, 5_000, 20_000)
NOTHING_NEW = 0
FLOOR, OURS = "floor", "ours"
NAMES = {
    FLOOR: "the barest script (floor)",
    OURS: "`sync.py run`",
    "in_queries_and_collections": "queries of 200, Collections of 200, one after the other",
    "everything_by_bulk": "everyone downloaded, simple-salesforce's `bulk2`",
    "in_queries": "queries of 200, an update per record",
    "one_by_one": "a query per address, an update per record",
}


@dataclass(frozen=True)
class Result:
    """One program for so many addresses. `is_scaled`: only a sample was carried out."""

    who: str
    addresses: int
    seconds: float
    calls: int
    records: int
    is_scaled: bool = False


@dataclass(frozen=True)
class Growth:
    """One run of ours that opted everyone out."""

    addresses: int
    in_org: int
    records: int
    seconds: float
    cpu_s: float
    memory_mb: float
    log_bytes: int

    @property
    def bytes_a_record(self) -> int:
        """How much the log grew with a changed record."""
        return round(self.log_bytes / self.records)


@dataclass(frozen=True)
class Race:
    """A whole race."""

    contacts: int
    leads: int
    results: tuple[Result, ...]
    growth: tuple[Growth, ...]
    conditions: str = ""

    def of(self, who: str, addresses: int) -> Result | None:
        """The result of a program for so many addresses, if it took part."""
        found = (each for each in self.results if (each.who, each.addresses) == (who, addresses))
        return next(found, None)

    def save(self, path: Path) -> None:
        """Keep it; large runs that weren't measured this time stay as they are."""
        known = Race.load(path).growth if path.exists() else ()
        measured = {each.addresses for each in self.growth}
        growth = [*self.growth, *(each for each in known if each.addresses not in measured)]
        kept = {**asdict(self), "growth": [asdict(each) for each in sorted(growth, key=_size)]}
        path.write_text(json.dumps(kept, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Race":
        """One that was kept."""
        kept: Mapping[str, Any] = json.loads(path.read_text())
        return cls(
            kept["contacts"],
            kept["leads"],
            tuple(Result(**each) for each in kept["results"]),
            tuple(Growth(**each) for each in kept["growth"]),
            kept.get("conditions", ""),
        )


def scaled(steps: Iterable[Mapping[str, float]], seconds: float, calls: int) -> tuple[float, int]:
    """Seconds and calls of the whole job, from those of a sample."""
    for step in steps:
        left = step["all"] - step["done"]
        if left > 0 and step["done"]:
            seconds += step["seconds"] / step["done"] * left
            calls += math.ceil(left)
    return seconds, calls


def within_target(ours: Result, floor: Result | None) -> bool:
    """Whether a run of ours is as fast as it should be, and makes as few calls."""
    if floor is None:
        return ours.seconds <= IDLE_S and ours.calls <= IDLE_CALLS
    seconds = SECONDS_OVER_FLOOR * floor.seconds + MORE_SECONDS
    return ours.seconds <= seconds and ours.calls <= floor.calls + MORE_CALLS


def _size(growth: Growth) -> int:
    return growth.addresses
