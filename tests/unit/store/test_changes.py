"""The change rows: first what will be written, then the answer."""

import sqlite3

import pytest

from lib.store import changes, runs
from lib.store.db import Store
from lib.values import Change, Outcome

SCOPE = "default/00D000000000001EAA"


@pytest.fixture
def run_id(store: Store) -> str:
    """A run that has just started."""
    return runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )


def change(number: int, outcome: Outcome = Outcome.PENDING, reason: str | None = None) -> Change:
    return Change("Contact", f"003{number:015}", f"p{number}@example.org", outcome, reason)


def test_only_records_that_were_sent_without_an_answer_are_unanswered(store, clock, run_id):
    rows = [change(number) for number in range(4)]
    changes.announce(store, run_id, SCOPE, rows)
    sent_at = clock.go(seconds=1)
    changes.sending(store, run_id, [rows[0].record_id, rows[1].record_id])
    changes.settle(store, run_id, [(rows[0].record_id, Outcome.UPDATED, None, None)])

    assert changes.unanswered(store, SCOPE) == [(run_id, rows[1], sent_at)]
    assert changes.unanswered(store, "default/other") == []


def test_a_run_has_each_record_once(store, run_id):
    with pytest.raises(sqlite3.IntegrityError):
        changes.announce(store, run_id, SCOPE, [change(1), change(2), change(1)])

    assert changes.of_run(store, run_id) == []


def test_the_records_of_a_run_are_paged_and_filtered_by_outcome(store, run_id):
    outcomes = [Outcome.KEPT, Outcome.FAILED, Outcome.UPDATED, Outcome.FAILED, Outcome.FAILED]
    changes.announce(
        store, run_id, SCOPE, [change(n, outcome) for n, outcome in enumerate(outcomes)]
    )

    first = changes.of_run(store, run_id, outcomes=[Outcome.FAILED], limit=2)
    second = changes.of_run(store, run_id, outcomes=[Outcome.FAILED], limit=2, after=first[-1].id)

    assert [logged.change.record_id[-1] for logged in first + second] == ["1", "3", "4"]
    assert len(changes.of_run(store, run_id)) == 5


def test_an_address_shows_what_each_run_did_newest_first(store, clock, run_id):
    changes.announce(store, run_id, SCOPE, [change(1)])
    clock.go(days=1)
    later = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    changes.announce(store, later, SCOPE, [change(1, Outcome.ALREADY), change(2)])

    about = changes.of_address(store, SCOPE, "p1@example.org")

    assert [(logged.run_id, logged.change.outcome) for logged in about] == [
        (later, Outcome.ALREADY),
        (run_id, Outcome.PENDING),
    ]
    assert about[0].planned_at == clock.now


def test_a_change_comes_back_with_all_its_values(store, clock, run_id):
    whole = Change(
        "Lead", "00Q000000000001", "ä@example.org", Outcome.FAILED, "GONE", "Nein", clock.now
    )

    changes.announce(store, run_id, SCOPE, [whole])

    assert changes.of_run(store, run_id)[0].change == whole
