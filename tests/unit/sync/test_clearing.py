"""Boxes cleared at once: who did it, and which were set again since (rules.md, 3.5)."""

from dataclasses import replace

import pytest

from lib.practice.acts import people
from lib.salesforce.access import access
from lib.store import changes, mass_clearings, memory, runs
from lib.store.memory import KEPT
from lib.sync import clearing
from lib.values import Change, Outcome
from tests.unit.sync.examples import SCOPE


@pytest.fixture
def cleared(store, org, clock):
    """Twenty-one records of which a run set the box, and which the next run found cleared."""
    records = [org.contact(f"p{number}@example.org") for number in range(20)]
    records.append(org.lead("lead@example.org"))
    _announce(store, records, Outcome.UPDATED)
    memory.seen_opted_out(
        store, SCOPE, "before", [(one.sobject, one.record_id, one.address) for one in records]
    )
    clock.go(hours=1)
    run_id = _announce(store, records, Outcome.KEPT)
    rows = [(one.sobject, one.record_id, one.address, one.modified_at, KEPT) for one in records]
    memory.cleared(store, SCOPE, run_id, rows)
    with store.writing():
        mass_clearings.note(store, SCOPE)
    return records


def _announce(store, records, outcome):
    run_id = runs.start(
        store, connection="default", started_by="x", dry_run=False, source="jangomail"
    )
    rows = [Change(one.sobject, one.record_id, one.address, outcome) for one in records]
    with store.writing():
        changes.announce(store, run_id, SCOPE, rows)
    return run_id


def look(open_run, org):
    clearing.look_into(open_run, SCOPE, org.door, access(org.door))


def names(store):
    return {box.record_id: box.by_name for box in mass_clearings.open_boxes(store, SCOPE)}


def test_without_boxes_in_question_salesforce_is_not_asked(store, open_run, org):
    rights = access(org.door)
    before = org.door.calls

    clearing.look_into(open_run, SCOPE, org.door, rights)

    assert clearing.question(store, SCOPE) is None
    assert org.door.calls == before


def test_rule_3_5_the_question_has_the_number_that_confirms_and_who_did_it(
    store, open_run, org, cleared
):
    before = clearing.question(store, SCOPE)
    calls = org.door.calls
    rights = access(org.door)
    asked = org.door.calls

    clearing.look_into(open_run, SCOPE, org.door, rights)

    assert calls <= asked < org.door.calls == asked + 1
    fault = clearing.question(store, SCOPE)
    assert (fault.code, fault.count) == ("mass_clearing", 21)
    assert "--confirm-cleared 21" in fault.remedy
    assert "was cleared on 21 records at once" in fault.message
    (name,) = set(names(store).values())
    assert name
    assert name in fault.message
    assert name not in before.message


def test_rule_3_5_who_cleared_a_box_is_unknown_if_the_record_was_changed_since(
    store, open_run, org, cleared
):
    org.go(hours=1)
    org.update(cleared[0], LastName="Renamed")

    look(open_run, org)

    found = names(store)
    assert found.pop(cleared[0].record_id) == ""
    assert "" not in found.values()


def test_rule_3_5_a_box_that_was_set_again_is_no_longer_in_question(store, open_run, org, cleared):
    org.go(hours=1)
    org.update(cleared[0], HasOptedOutOfEmail=True)

    look(open_run, org)

    assert cleared[0].record_id not in names(store)
    assert len(names(store)) == 20
    seen = memory.recall(store, SCOPE, [cleared[0].record_id])[cleared[0].record_id]
    assert (seen.cleared_at, seen.run_id) == (None, open_run.run_id)


def test_a_box_set_again_under_another_address_says_nothing_about_the_first(
    store, open_run, org, cleared
):
    org.go(hours=1)
    org.update(cleared[0], HasOptedOutOfEmail=True, Email="other@example.org")

    look(open_run, org)

    assert cleared[0].record_id in names(store)


def test_a_name_that_is_known_is_not_replaced(store, open_run, org, cleared):
    look(open_run, org)
    before = names(store)
    org.go(hours=1)
    org.update(cleared[0], LastName="Renamed")

    look(open_run, org)

    assert names(store) == before


def test_if_salesforce_refuses_the_boxes_stay_in_question_without_a_name(
    store, open_run, org, cleared
):
    rights = access(org.door)
    org.refuse_queries()

    clearing.look_into(open_run, SCOPE, org.door, rights)

    assert set(names(store).values()) == {None}


def test_records_that_are_gone_stay_in_question(store, open_run, org, cleared):
    people.delete_record(org.world, cleared[0].record_id)

    look(open_run, org)

    assert names(store)[cleared[0].record_id] is None


def test_boxes_of_an_object_that_this_user_sees_are_asked_about_if_another_is_hidden(
    store, open_run, org, cleared
):
    rights = access(org.door)
    hidden = replace(rights["Contact"], opt_out_visible=False)

    clearing.look_into(open_run, SCOPE, org.door, {**rights, "Contact": hidden})

    named = {record_id: name for record_id, name in names(store).items() if name}
    assert list(named) == [cleared[-1].record_id]
