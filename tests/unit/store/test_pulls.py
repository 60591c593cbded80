"""The pulls in the log: from start to end, their people, and when those are deleted."""

from datetime import timedelta

from lib.store import lists, pull_rows, pulls
from lib.store.db import Store
from lib.store.pull_rows import PullRow
from lib.store.pulls import PullNumbers
from lib.values import Fault, Progress

QUERY = "SELECT Id, Email FROM Contact"
ANNA = PullRow(1, "Contact", "003000000000001AAA", "anna@example.org", "Anna@example.org")
BERT = PullRow(2, "Contact", "003000000000002AAA", "bert@example.org", "b", "unsubscribed")


def start(store: Store, list_id: str | None = None) -> str:
    return pulls.start(
        store,
        connection="default",
        soql=QUERY,
        options={"no_empty": True},
        pulled_by="a person",
        list_id=list_id,
    )


def found(store: Store, pull_id: str) -> pulls.Pull:
    pull = pulls.get(store, pull_id)
    assert pull is not None
    return pull


def pulled(store: Store, list_id: str | None = None) -> str:
    """A complete pull of two people."""
    pull_id = start(store, list_id)
    pull_rows.add(store, pull_id, [ANNA, BERT])
    pulls.finish(store, pull_id, PullNumbers(fetched=2, rows=1), file=f"{pull_id}.csv")
    return pull_id


def test_a_finished_pull_has_the_numbers_it_was_closed_with(store, clock):
    pull_id = start(store)
    numbers = PullNumbers(
        QUERY, clock.now, 4, 1, 3, 2, {"unsubscribed": 1}, 7, 1.5, ("JangoMail was not read",)
    )

    pulls.finish(store, pull_id, numbers, file="x.csv")

    pull = found(store, pull_id)
    assert (pull.status, pull.file, pull.is_finished) == ("done", "x.csv", True)
    assert (pull.matching, pull.opted_out, pull.fetched, pull.rows) == (4, 1, 3, 2)
    assert (pull.removed, pull.as_of) == ({"unsubscribed": 1}, clock.now)
    assert (pull.warnings, pull.options) == (("JangoMail was not read",), {"no_empty": True})


def test_progress_is_stored_and_values_not_given_stay(store):
    pull_id = start(store)

    pulls.progress(store, pull_id, Progress("fetching", 10, 90), matching=100, opted_out=10)
    pulls.progress(store, pull_id, Progress("fetching", 20, 90), fetched=20)

    pull = found(store, pull_id)
    assert (pull.status, pull.phase_done, pull.matching, pull.fetched) == ("running", 20, 100, 20)


def test_a_pull_that_has_ended_cannot_be_taken_over(store):
    pull_id = pulled(store)

    assert pulls.adopt(store, pull_id) is None
    assert pulls.adopt(store, start(store)) is not None


def test_a_failed_pull_says_why_and_has_no_people(store):
    pull_id = start(store)
    pull_rows.add(store, pull_id, [ANNA])

    pulls.fail(store, pull_id, Fault("salesforce", "No answer", "Pull again."))

    pull = found(store, pull_id)
    assert (pull.status, pull.error) == (
        "failed",
        Fault("salesforce", "No answer", "Pull again."),
    )
    assert not pull_rows.exist(store, pull_id)


def test_a_pull_whose_process_died_is_closed_once(store):
    whole, dead = pulled(store), start(store)

    pulls.close_dead(store, whole)
    pulls.close_dead(store, dead)

    assert (found(store, whole).status, found(store, dead).status) == ("done", "failed")
    assert pull_rows.exist(store, whole)


def test_only_a_silent_pull_is_closed_as_dead(store, clock):
    silent, busy = start(store), start(store)
    clock.now += pulls.SILENCE + timedelta(seconds=1)
    pulls.progress(store, busy, Progress("fetching"))

    pulls.close_silent(store, "default")

    assert [pull.id for pull in pulls.unfinished(store, "default")] == [busy]
    assert found(store, silent).status == "failed"


def test_people_on_the_list_and_left_out_are_found_page_by_page(store):
    pull_id = start(store)
    many = [PullRow(n, "Lead", f"00Q{n:015}", f"p{n}@example.org", "") for n in range(1, 6)]
    pull_rows.add(store, pull_id, [*many, BERT.__class__(6, "Lead", "", "x", "x", "duplicate")])

    first = pull_rows.listed(store, pull_id, limit=3)
    rest = pull_rows.listed(store, pull_id, after=first[-1].position, limit=3)

    assert [row.position for row in [*first, *rest]] == [1, 2, 3, 4, 5]
    assert [row.address for row in pull_rows.left_out(store, pull_id, "duplicate")] == ["x"]


def test_the_people_of_the_last_two_pulls_of_each_list_stay(store, clock):
    saved = lists.save(store, "default", "Spring", QUERY, options={}, by="a person")
    made = []
    for _ in range(3):
        made += [pulled(store, saved), pulled(store)]
        clock.go(minutes=1)

    kept = [pull_id for pull_id in made if pull_rows.exist(store, pull_id)]

    assert kept == made[2:]
    assert [found(store, pull_id).file for pull_id in made[:2]] == [None, None]
    assert [pull.id for pull in pulls.of_list(store, saved)] == [made[4], made[2], made[0]]
