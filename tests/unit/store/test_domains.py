"""Whole domains on the list, and what people decided about them (rules.md, 4.4)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lib.addresses import compared, domain_of
from lib.store import changes, connection_ends, domains, ledger, runs
from lib.store.domains import OnHold, Verdict
from lib.values import Change, Outcome, Reading, Sighting

SCOPE = "default/00D000000000001EAA"
SOURCE = "jangomail:me"
DAY = timedelta(days=1)


def read(store, *entries, kind="report", since=None):
    reading = Reading(kind, since, store.now(), iter([Sighting(entry) for entry in entries]))
    ledger.take(store, SCOPE, reading, source=SOURCE, run_id="run")


def listed_again(store, clock, domain):
    """The domain is off the list for a while, and then on it again."""
    for days in (7, 1, 1):
        clock.go(days=days)
        read(store, kind="since", since=clock.now - 3 * DAY)
    clock.go(days=4)
    read(store, domain, kind="since", since=clock.now - 2 * DAY)


def hold(store, *addresses):
    """A run that lists these as on hold."""
    run_id = runs.start(store, connection="a", started_by="b", dry_run=False, source="jangomail")
    rows = [
        Change("Contact", f"003{number}", address, Outcome.SKIPPED, "held")
        for number, address in enumerate(addresses)
    ]
    changes.announce(store, run_id, SCOPE, rows)


def test_rule_4_4_a_domain_is_on_hold_until_a_person_decides(store):
    read(store, "example.com", "example.net")

    assert domains.held(store, SCOPE) == ["example.com", "example.net"]
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")

    assert domains.held(store, SCOPE) == ["example.net"]
    assert domains.approved(store, SCOPE) == ["example.com"]
    assert domains.left_out_of_lists(store, SCOPE) == {"example.com", "example.net"}


def test_rule_4_4_a_later_decision_takes_the_place_of_an_earlier_one(store):
    read(store, "example.com")
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")
    domains.decide(store, SCOPE, "example.com", Verdict.MAILABLE, "ben")

    assert domains.approved(store, SCOPE) == []
    assert domains.left_out_of_lists(store, SCOPE) == frozenset()
    newest, oldest = domains.decisions(store, SCOPE)
    assert (newest.decided_by, newest.ended_at) == ("ben", None)
    assert (oldest.decided_by, oldest.ended_by) == ("ann", "ben")


def test_rule_4_4_the_same_entry_again_does_not_end_a_decision(store, clock):
    read(store, "example.com")
    domains.decide(store, SCOPE, "example.com", Verdict.MAILABLE, "ann")
    clock.go(days=7)
    read(store, "example.com")

    assert domains.held(store, SCOPE) == []


def test_rule_4_4_a_domain_kept_mailable_is_on_hold_when_it_is_certainly_listed_again(store, clock):
    read(store, "example.com")
    domains.decide(store, SCOPE, "example.com", Verdict.MAILABLE, "ann")

    listed_again(store, clock, "example.com")

    assert domains.held(store, SCOPE) == ["example.com"]
    assert domains.left_out_of_lists(store, SCOPE) == {"example.com"}


def test_rule_4_4_an_approval_stays_when_the_domain_is_listed_again(store, clock):
    read(store, "example.com")
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")

    listed_again(store, clock, "example.com")

    assert domains.approved(store, SCOPE) == ["example.com"]


def test_rule_4_4_a_domain_that_is_not_on_the_list_is_not_approved(store):
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")

    assert domains.approved(store, SCOPE) == []


def test_an_approved_domain_is_searched_in_full_once_for_each_approval(store, clock):
    read(store, "example.com")
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")
    assert domains.not_searched(store, SCOPE) == {"example.com"}

    ledger.mark(store, SCOPE, domains.stream_of("example.com"), clock.now)
    assert domains.not_searched(store, SCOPE) == frozenset()

    clock.go(hours=1)
    domains.withdraw(store, SCOPE, "example.com", "ann")
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")
    assert domains.not_searched(store, SCOPE) == {"example.com"}


def test_people_on_hold_are_those_that_the_last_run_listed(store, clock):
    read(store, "example.com", "e_ample.org")
    hold(store, "old@example.com")
    clock.go(minutes=1)
    hold(store, "anna@example.com", "anna@example.com", "ben@example.com", "c@sub.example.com")

    assert domains.on_hold(store, SCOPE) == [
        OnHold("example.com", 2, 3),
        OnHold("e_ample.org", 0, 0),
    ]


def test_decisions_go_along_when_a_connection_is_renamed(store):
    read(store, "example.com")
    run_id = runs.start(
        store, connection="default", started_by="b", dry_run=False, source="jangomail"
    )
    store.execute("update run set scope = ? where id = ?", [SCOPE, run_id])
    domains.decide(store, SCOPE, "example.com", Verdict.APPROVED, "ann")

    connection_ends.rename(store, "default", "main")

    assert domains.approved(store, "main/00D000000000001EAA") == ["example.com"]


LABELS = st.sampled_from(["example", "exаmple", "münchen", "munchen", "mail", "com", "co", "a-b"])
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)


@given(approved=NAMES, other=NAMES)
def test_rule_4_4_only_the_very_domain_is_approved_not_one_that_looks_like_it(approved, other):
    """Two domains are the same only if their IDNA forms are equal letter by letter."""
    same = compared(approved) == domain_of(compared(f"anna@{other}"))

    assert same == (approved == other)
