"""What is remembered of a person account, also from the time when its Contact was remembered."""

from hypothesis import given
from hypothesis import strategies as st

from lib.fields import OptOutField, fields_of
from lib.salesforce.rows import to_record
from lib.store import memory
from lib.store.memory import Remembered
from lib.sync.remembered import recall, seen_set, was_cleared
from lib.values import Record
from tests.unit.sync.examples import ANNA, NOON, SCOPE, change, contact_id

ACCOUNT = "001000000000001AAA"
PERSON = Record("Account", ACCOUNT, ANNA, False, NOON, contact_id=contact_id(1))
OF_CONTACT = ("Contact", contact_id(1), ANNA)


def test_rule_3_2_a_clearing_remembered_of_the_contact_counts_for_its_account(store):
    memory.cleared(store, SCOPE, "before", [(*OF_CONTACT, NOON, memory.KEPT)])

    found, moves = recall(store, SCOPE, [PERSON])
    memory.move(store, SCOPE, moves)
    moved, none = recall(store, SCOPE, [PERSON])

    assert found[ACCOUNT].cleared_at == NOON
    assert moved == found
    assert none == []
    assert memory.recall(store, SCOPE, [contact_id(1)]) == {}
    assert [known.contact_id for known in memory.kept(store, SCOPE)] == [contact_id(1)]


def test_what_is_remembered_of_the_account_itself_counts_more(store, clock):
    memory.cleared(store, SCOPE, "before", [(*OF_CONTACT, NOON, memory.KEPT)])
    memory.seen_opted_out(store, SCOPE, "later", [("Account", ACCOUNT, ANNA)])

    found, moves = recall(store, SCOPE, [PERSON])
    memory.move(store, SCOPE, moves)

    assert (found[ACCOUNT].cleared_at, found[ACCOUNT].seen_at) == (None, clock.now)
    assert recall(store, SCOPE, [PERSON]) == (found, [])


def test_nothing_moves_for_a_contact_of_a_company(store):
    contact = Record(*OF_CONTACT, False, NOON)
    memory.seen_opted_out(store, SCOPE, "before", [OF_CONTACT])

    found, moves = recall(store, SCOPE, [contact])

    assert (found.keys(), moves) == ({contact_id(1)}, [])


def test_the_contact_of_a_person_account_is_noted_and_kept(store):
    seen = memory.OptedOutRecord("Account", ACCOUNT, ANNA, contact_id=contact_id(1))
    memory.seen_opted_out(store, SCOPE, "run1", [seen])
    memory.seen_opted_out(store, SCOPE, "run2", [("Account", ACCOUNT, ANNA)])

    assert memory.recall(store, SCOPE, [ACCOUNT])[ACCOUNT].contact_id == contact_id(1)


BOXES = ("hasoptedoutofemail", "no_mail__c")
OWN = st.sampled_from([None, OptOutField("No_Mail__c", False), OptOutField("No_Mail__c", True)])


@given(before=OWN, now=OWN, is_set=st.tuples(st.booleans(), st.booleans()), cleared=st.booleans())
def test_rule_3_8_only_a_field_that_was_seen_set_and_is_off_now_was_cleared_by_a_person(
    before, now, is_set, cleared
):
    row = {
        "Id": contact_id(1),
        "Email": ANNA,
        "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
        "HasOptedOutOfEmail": is_set[0],
        "No_Mail__c": is_set[1],
    }
    record = to_record("Contact", row, fields_of("Contact", now))
    seen = seen_set(change(1), before)
    known = Remembered(
        *(contact_id(1), "Contact", ANNA, NOON, NOON if cleared else None, None, "run1"),
        boxes=frozenset(seen.boxes),
    )

    watched = {name.lower() for name in fields_of("Contact", now).opt_outs}
    off = {name for name, one in zip(BOXES, is_set, strict=True) if not one} & watched
    assert record.opted_out is not bool(off)
    assert was_cleared(record, known) is (bool(off) and (cleared or bool(off & set(seen.boxes))))


@given(own=OWN, sobject=st.sampled_from(["Contact", "Lead", "Account"]))
def test_rule_3_8_the_own_field_comes_second_or_replaces_the_standard_field(own, sobject):
    found = fields_of(sobject, own)
    standard = fields_of(sobject).opt_outs

    assert len(found.opt_outs) == (2 if own and not own.is_only else 1)
    assert (found.opt_outs[:1] == standard) is not bool(own and own.is_only)
    assert found.email == fields_of(sobject).email
    endings = ("OptedOutOfEmail", "__pc" if sobject == "Account" else "__c")
    assert all(name.endswith(endings) for name in found.opt_outs)


def test_what_was_seen_set_has_the_contact_of_a_person_account():
    seen = seen_set(PERSON, None)

    assert seen == ("Account", ACCOUNT, ANNA, ("personhasoptedoutofemail",), contact_id(1))
