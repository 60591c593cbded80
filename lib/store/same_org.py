"""What a new connection takes over from other connections to the same org.

Both see the same boxes, so what a person decided about them counts for both (rules.md, 3.2), and
boxes in question are in question for both (3.5).
"""

from lib.clock import to_text
from lib.store import mass_clearings
from lib.store.db import Store
from lib.store.terms import add_terms

_HAS_MEMORY = """
    select 1 from memory_row
    where scope = (select id from term where text = :scope)
    limit 1
"""
_OTHERS = """
    select text as scope from term
    where text <> :scope and substr(text, -length(:org_id) - 1) = '/' || :org_id
      and exists (select 1 from memory_row where memory_row.scope = term.id)
"""
_COPY = """
    insert or ignore into memory_row (scope, record_id, sobject, address, seen_at, cleared_at,
        verdict, run, boxes, contact_id)
    select (select id from term where text = :scope), record_id, sobject, address, seen_at,
        cleared_at, verdict, run, boxes, contact_id
    from memory_row
    where scope in (
        select id from term
        where text <> :scope and substr(text, -length(:org_id) - 1) = '/' || :org_id
    )
    order by seen_at desc
"""
_CLEARING = """
    insert into mass_clearing (scope, run_id, found_at) values (:scope, :run_id, :now)
    on conflict (scope, run_id) do update set run_id = excluded.run_id
    returning id
"""
_BOX = """
    insert or ignore into mass_cleared (clearing_id, record_id, cleared_at, by_name)
    values (:clearing_id, :record_id, :cleared_at, :by_name)
"""


def take_over(store: Store, scope: str) -> None:
    """Start a new scope with what other connections remember about the same org."""
    row = {"scope": scope, "org_id": scope.rpartition("/")[2]}
    with store.writing():
        if store.first_row(_HAS_MEMORY, {"scope": scope}) is not None:
            return
        others = [found["scope"] for found in store.query(_OTHERS, row)]
        if others:
            add_terms(store, [scope])
            store.execute(_COPY, row)
        for other in others:
            _take_over_question(store, scope, other)


def _take_over_question(store: Store, scope: str, other: str) -> None:
    """Boxes that were cleared at once stay in question until someone confirms them here too."""
    boxes = mass_clearings.open_boxes(store, other)
    clearings = {
        run_id: _clearing(store, scope, run_id) for run_id in {box.run_id for box in boxes}
    }
    rows = [
        {
            "clearing_id": clearings[box.run_id],
            "record_id": box.record_id,
            "cleared_at": to_text(box.cleared_at),
            "by_name": box.by_name,
        }
        for box in boxes
    ]
    store.execute_many(_BOX, rows)


def _clearing(store: Store, scope: str, run_id: str) -> int:
    row = {"scope": scope, "run_id": run_id, "now": to_text(store.now())}
    found = store.first_row(_CLEARING, row)
    assert found is not None  # noqa: S101 - `returning` always has the row
    return int(found["id"])
