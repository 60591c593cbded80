"""One run at a time per connection: how the lease is held, lost, and released."""

import pytest

from lib.errors import BusyError, StoppedError
from lib.store import leases
from lib.store.db import Store
from lib.sync.lease import leased

_TAKEN_OVER = "update lease set holder = 'other', run_id = 'run2'"
_LEASES = "select connection, run_id, holder from lease order by connection"


def holders(store):
    return [(row["connection"], row["run_id"]) for row in store.query(_LEASES)]


def lose_lease(store):
    """Let another run take over, as if this run had been silent for long."""
    with store.writing():
        store.execute(_TAKEN_OVER)


def test_the_lease_is_held_while_the_run_works(store):
    with leased(store, "default", "run1"):
        assert holders(store) == [("default", "run1")]

    assert holders(store) == []


def test_a_run_that_fails_releases_the_lease(store):
    with pytest.raises(ZeroDivisionError), leased(store, "default", "run1"):
        raise ZeroDivisionError

    assert holders(store) == []


def test_runs_of_two_connections_do_not_wait_for_each_other(store):
    with leased(store, "default", "run1"), leased(store, "second", "run2") as fence:
        fence()
        assert holders(store) == [("default", "run1"), ("second", "run2")]


def test_a_second_run_is_busy_while_the_first_run_works(store, monkeypatch):
    monkeypatch.setattr(leases, "_BEAT_S", 0.01)
    monkeypatch.setattr(leases, "_LOOK_S", 0.01)

    with leased(store, "default", "run1") as fence:
        with Store.open(store.home) as second, pytest.raises(BusyError):
            leased(second, "default", "run2").__enter__()
        fence()

        assert holders(store) == [("default", "run1")]


def test_while_the_lease_is_held_the_fence_lets_writes_through(store):
    with leased(store, "default", "run1") as fence:
        with store.writing():
            fence()
        with store.writing():
            fence()


def test_a_lost_lease_stops_the_transaction_before_the_next_write(store):
    with leased(store, "default", "run1") as fence:
        lose_lease(store)

        with pytest.raises(StoppedError, match="Another run took over"), store.writing():
            fence()


def test_a_run_that_lost_its_lease_leaves_the_other_runs_lease_alone(store):
    with leased(store, "default", "run1"):
        lose_lease(store)

    assert holders(store) == [("default", "run2")]


def test_a_deleted_lease_stops_the_run_too(store):
    with leased(store, "default", "run1") as fence:
        store.execute("delete from lease")

        with pytest.raises(StoppedError):
            fence()


def test_each_run_is_a_different_holder_even_with_the_same_id(store):
    with leased(store, "default", "run1"):
        first = store.query(_LEASES)[0]["holder"]
    with leased(store, "default", "run1"):
        second = store.query(_LEASES)[0]["holder"]

    assert first != second
