"""Many boxes cleared at once stay in question until someone confirms them (rules.md, 3.5)."""

from datetime import UTC, datetime

import pytest

from lib.store import changes, mass_clearings, memory, runs
from lib.store.memory import KEPT, OptedOutRecord
from lib.values import Change, Outcome

SCOPE = "default/00D000000000001EAA"
CLEARED_AT = datetime(2026, 3, 1, tzinfo=UTC)


def record_id(number):
    return f"003{number:012}AAA"


def set_boxes(store, numbers):
    """A run that sets these boxes."""
    return _run(store, numbers, Outcome.UPDATED)


def _run(store, numbers, outcome):
    run_id = runs.start(store, connection="default", started_by="x", dry_run=False, source="file")
    rows = [
        Change("Contact", record_id(number), f"p{number}@example.org", outcome)
        for number in numbers
    ]
    changes.announce(store, run_id, SCOPE, rows)
    return run_id


def cleared(store, clock, numbers, *, ours=True):
    """A run that found these boxes cleared, which an earlier run had set."""
    numbers = list(numbers)
    if ours:
        set_boxes(store, numbers)
    seen = [OptedOutRecord("Contact", record_id(n), f"p{n}@example.org") for n in numbers]
    memory.seen_opted_out(store, SCOPE, "before", seen)
    clock.go(seconds=1)
    run_id = _run(store, numbers, Outcome.KEPT)
    for one in seen:
        memory.note_cleared(
            store, SCOPE, run_id, one.record_id, one.sobject, one.address, CLEARED_AT, KEPT
        )
    return run_id


def in_question(store):
    return len(mass_clearings.ids_in_question(store, SCOPE))


@pytest.mark.parametrize(("count", "left_out"), [(20, 0), (21, 21)])
def test_rule_3_5_more_than_20_boxes_cleared_at_once_are_a_mass_clearing(
    store, clock, count, left_out
):
    cleared(store, clock, range(count))

    assert in_question(store) == left_out


def test_rule_3_5_many_separate_clearings_are_not_a_mass_clearing(store, clock):
    for number in range(30):
        cleared(store, clock, [number])
        clock.go(hours=1)

    assert in_question(store) == 0


def test_rule_3_5_is_only_about_boxes_that_optback_set(store, clock):
    cleared(store, clock, range(40), ours=False)

    assert in_question(store) == 0


def test_rule_3_5_a_mass_clearing_stays_in_question_when_the_log_grows(store, clock):
    cleared(store, clock, range(21))
    mass_clearings.note(store, SCOPE)

    set_boxes(store, range(1000, 2000))  # 21 are less than 5% of all boxes now

    assert in_question(store) == 21


def test_rule_3_5_a_box_that_was_set_again_is_no_longer_in_question(store, clock):
    cleared(store, clock, range(30))
    mass_clearings.note(store, SCOPE)

    again = [OptedOutRecord("Contact", record_id(n), f"p{n}@example.org") for n in range(12)]
    memory.seen_opted_out(store, SCOPE, "later", again)

    assert in_question(store) == 18


def test_rule_3_5_another_number_confirms_nothing(store, clock):
    cleared(store, clock, range(21))

    assert mass_clearings.confirm(store, SCOPE, 20, "ann") == 21
    assert in_question(store) == 21
    assert mass_clearings.confirmations(store, SCOPE) == []


def test_rule_3_5_the_right_number_confirms_them_for_good(store, clock):
    run_id = cleared(store, clock, range(21))

    assert mass_clearings.confirm(store, SCOPE, 21, "ann") == 21
    assert in_question(store) == 0
    [done] = mass_clearings.confirmations(store, SCOPE)
    assert (done.run_id, done.boxes, done.confirmed_by) == (run_id, 21, "ann")
    mass_clearings.note(store, SCOPE)
    assert in_question(store) == 0


def test_rule_3_5_boxes_cleared_later_need_a_confirmation_of_their_own(store, clock):
    cleared(store, clock, range(21))
    mass_clearings.confirm(store, SCOPE, 21, "ann")
    clock.go(days=1)

    cleared(store, clock, range(100, 130))

    assert in_question(store) == 30
    assert mass_clearings.confirm(store, SCOPE, 51, "ann") == 30


def test_nothing_in_question_is_nothing_to_confirm(store):
    assert mass_clearings.confirm(store, SCOPE, 0, "ann") == 0
    assert mass_clearings.confirmations(store, SCOPE) == []


def test_who_cleared_the_boxes_is_noted_and_counted(store, clock):
    cleared(store, clock, range(24))
    mass_clearings.note(store, SCOPE)
    boxes = mass_clearings.open_boxes(store, SCOPE)

    names = ["Data Import"] * 21 + ["Ann Lee"] * 2 + [""]
    mass_clearings.name_them(store, SCOPE, zip(boxes, names, strict=True))

    found = mass_clearings.by_whom(mass_clearings.open_boxes(store, SCOPE))
    assert found == [("Data Import", 21), ("Ann Lee", 2), ("", 1)]
