"""What is remembered of a person account, also from the time when its Contact was remembered."""

from lib.store import memory
from lib.sync.remembered import recall
from lib.values import Record
from tests.unit.sync.examples import ANNA, NOON, SCOPE, contact_id

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
