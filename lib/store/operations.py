"""What the steps of a run cost: the ways there were, their estimates, and what it really took."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from lib.clock import to_text
from lib.store import runs
from lib.store.db import Store
from lib.store.sql_values import json_list

KEPT = timedelta(days=400)
"""How long the steps of a run are kept. Its calls and seconds stay as long as the run."""

_LATELY = timedelta(days=30)

_ADD = """
    insert into operation (run_id, place, step, way, why, ways, counts, calls, records, seconds)
    values (:run_id, :place, :step, :way, :why, :ways, :counts, :calls, :records, :seconds)
"""
_FORGET = "delete from operation where run_id < :before"
_OF_RUNS = """
    select * from operation
    where run_id in (select value from json_each(:ids))
    order by run_id, place
"""
_COUNTED = """
    select operation.counts from operation
    join run on run.id = operation.run_id
    where run.scope = :scope and run.started_at >= :since and operation.counts <> '{}'
    order by operation.run_id desc, operation.place desc
    limit 1
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to do a step, and its estimate. `why_not`: it can't be used, whatever it costs."""

    name: str
    calls: int = 0
    seconds: float = 0.0
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a run. `counts` has the mailable records by sObject, where they were counted."""

    step: str
    way: str = ""
    why: str = ""
    ways: Sequence[Way] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0
    records: int = 0
    seconds: float = 0.0

    @property
    def estimate(self) -> Way | None:
        """The estimate of the way that was chosen, if there was a choice."""
        return next((way for way in self.ways if way.name == self.way), None)


def add(store: Store, run_id: str, operations: Iterable[Operation]) -> None:
    """Keep the steps of a run that ends, in the caller's transaction; those of old runs go."""
    store.execute_many(_ADD, [_row(run_id, place, each) for place, each in enumerate(operations)])
    store.execute(_FORGET, {"before": runs.new_id(store.now() - KEPT)})


def of_runs(store: Store, run_ids: Iterable[str]) -> dict[str, list[Operation]]:
    """The steps of each of these runs that has any, in their order."""
    found: dict[str, list[Operation]] = {}
    for row in store.query(_OF_RUNS, {"ids": json_list(run_ids)}):
        found.setdefault(row["run_id"], []).append(_operation(row))
    return found


def of_run(store: Store, run_id: str) -> list[Operation]:
    """The steps of a run, in their order."""
    return of_runs(store, [run_id]).get(run_id, [])


def last_counts(store: Store, scope: str) -> dict[str, int]:
    """How many records with an address each sObject had when a run last counted them, if lately."""
    since = to_text(store.now() - _LATELY)
    row = store.first_row(_COUNTED, {"scope": scope, "since": since})
    return dict(json.loads(row["counts"])) if row else {}


def _row(run_id: str, place: int, operation: Operation) -> dict[str, object]:
    return {
        "run_id": run_id,
        "place": place,
        "step": operation.step,
        "way": operation.way,
        "why": operation.why,
        "ways": json.dumps([asdict(way) for way in operation.ways]),
        "counts": json.dumps(dict(operation.counts)),
        "calls": operation.calls,
        "records": operation.records,
        "seconds": float(operation.seconds),
    }


def _operation(row: sqlite3.Row) -> Operation:
    return Operation(
        step=row["step"],
        way=row["way"],
        why=row["why"],
        ways=tuple(Way(**way) for way in json.loads(row["ways"])),
        counts=json.loads(row["counts"]),
        calls=row["calls"],
        records=row["records"],
        seconds=row["seconds"],
    )
