"""One run at a time: taking, renewing and losing the lease."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.errors import BusyError, StoreUnwritable
from lib.store import leases
from lib.store.db import Store
from tests.waiting import wait_until


class Patience:
    """A clock that only goes forward. It moves when someone waits, and calls `meanwhile` then."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.now = 1000.0
        self._meanwhile = meanwhile

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self._meanwhile()


def take(store: Store, holder: str, patience: Patience | None = None) -> None:
    patient = patience or Patience()
    leases.take(
        store,
        "default",
        holder,
        f"run of {holder}",
        wait=patient.wait,
        monotonic=patient.monotonic,
    )


def test_a_free_lease_is_taken_without_waiting(store):
    patience = Patience()

    take(store, "one", patience)

    assert leases.held_by(store, "default", "one")
    assert patience.now == 1000.0


def test_a_lease_whose_beat_changes_is_busy_at_once(store):
    take(store, "one")
    patience = Patience(lambda: leases.held_by(store, "default", "one"))

    with pytest.raises(BusyError):
        take(store, "two", patience)

    assert patience.now < 1000.0 + 2
    assert leases.held_by(store, "default", "one")


def test_invariant_6_a_silent_lease_is_taken_over_and_its_old_holder_notices(store):
    take(store, "one")
    patience = Patience()

    take(store, "two", patience)

    assert 1000.0 + leases.SILENCE_S <= patience.now < 1000.5 + leases.SILENCE_S
    assert leases.held_by(store, "default", "two")
    assert not leases.held_by(store, "default", "one")


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_change_does_not_free_a_live_lease_or_block_a_dead_lease(store, clock, hours):
    take(store, "one")
    clock.go(hours=hours)

    with pytest.raises(BusyError):
        take(store, "two", Patience(lambda: leases.held_by(store, "default", "one")))
    take(store, "two")

    assert leases.held_by(store, "default", "two")


def test_only_the_first_of_two_newcomers_takes_over_a_dead_lease(home, store):
    take(store, "dead")
    moments: list[float] = []

    def other_arrives() -> None:
        moments.append(1)
        if len(moments) == 12:
            with Store.open(home) as other:
                take(other, "first")

    with pytest.raises(BusyError):
        take(store, "second", Patience(other_arrives))

    assert leases.held_by(store, "default", "first")


def test_a_lease_that_another_has_taken_meanwhile_is_busy(store):
    take(store, "one")

    def changes_hands() -> None:
        leases.release(store, "default", "one")
        take(store, "three")

    with pytest.raises(BusyError):
        take(store, "two", Patience(changes_hands))

    assert leases.held_by(store, "default", "three")


def test_a_log_that_was_busy_does_not_count_as_silence(store):
    take(store, "one")
    looks: list[float] = []

    class SlowLog(Patience):
        """Every look takes five seconds, as if someone else were writing."""

        def monotonic(self) -> float:
            looks.append(self.now)
            self.now += 5
            if len(looks) == 40:
                leases.held_by(store, "default", "one")
            return self.now

    with pytest.raises(BusyError):
        take(store, "two", SlowLog())

    assert len(looks) >= 40


def test_a_released_lease_is_free_and_only_its_holder_can_release_it(store):
    take(store, "one")

    leases.release(store, "default", "two")
    assert leases.held_by(store, "default", "one")
    leases.release(store, "default", "one")
    take(store, "two")

    assert leases.held_by(store, "default", "two")


def test_connections_do_not_share_a_lease(store):
    take(store, "one")

    leases.take(store, "other", "two", "run")

    assert leases.held_by(store, "default", "one")
    assert leases.held_by(store, "other", "two")


def test_a_lease_looks_alive_until_it_has_not_been_renewed_for_a_while(store, clock):
    assert not leases.is_alive(store, "default")
    take(store, "one")

    assert leases.is_alive(store, "default")
    clock.go(seconds=leases.SILENCE_S - 1)
    assert leases.is_alive(store, "default")
    clock.go(seconds=1)
    assert not leases.is_alive(store, "default")


def test_a_renewal_does_not_count_as_a_change_in_the_log(store):
    take(store, "one")
    before = store.revision()

    leases.held_by(store, "default", "one")

    assert store.revision() == before


def beat_of(store: Store) -> int:
    row = store.first_row("select beat from lease where connection = 'default'")
    assert row is not None
    return int(row["beat"])


def test_the_beat_renews_the_lease_from_its_own_thread(home: Path, store: Store):
    take(store, "one")
    start = beat_of(store)

    with leases.Beat(home, "default", "one") as beat:
        wait_until(lambda: beat_of(store) > start + 1)

        assert beat_of(store) > start + 1
        assert not beat.lost


def test_the_beat_notices_when_the_lease_is_lost(home: Path, store: Store):
    take(store, "one")

    with leases.Beat(home, "default", "gone") as beat:
        wait_until(lambda: beat.lost)

        assert beat.lost


def test_a_beat_that_was_stopped_renews_no_more_and_the_lease_stays(home, store, clock):
    take(store, "one")

    with leases.Beat(home, "default", "one", clock=clock) as beat:
        clock.go(minutes=1)
        wait_until(lambda: leases.is_alive(store, "default"))
    clock.go(seconds=leases.SILENCE_S)

    assert not leases.is_alive(store, "default")
    assert leases.is_there(store, "default")
    assert not beat.lost


def test_a_beat_keeps_no_process_from_ending(home, store):
    take(store, "one")

    with leases.Beat(home, "default", "one"):
        [beating] = [thread for thread in threading.enumerate() if "lease" in thread.name]

    assert beating.daemon


def test_a_beat_goes_on_when_the_log_can_be_written_again(home, store, monkeypatch):
    take(store, "one")
    start, tries, opened = beat_of(store), [], Store.open

    def refused_twice(*where, **how):
        tries.append(where)
        if len(tries) <= 2:
            raise StoreUnwritable("The log is locked", remedy="Wait")
        return opened(*where, **how)

    monkeypatch.setattr(leases, "_BEAT_S", 0.01)
    monkeypatch.setattr(Store, "open", refused_twice)
    with leases.Beat(home, "default", "one") as beat:
        wait_until(lambda: beat_of(store) > start)

    assert not beat.lost


def test_a_silent_lease_is_there_until_it_is_released(store, clock):
    assert not leases.is_there(store, "default")
    take(store, "one")
    clock.go(days=1)

    assert leases.is_there(store, "default")
    assert not leases.is_there(store, "other")
    leases.release(store, "default", "one")
    assert not leases.is_there(store, "default")


def test_a_newcomer_that_finds_the_lease_taken_says_of_which_connection(store):
    take(store, "one")

    with pytest.raises(BusyError, match="connection default is in progress") as caught:
        take(store, "two", Patience(lambda: leases.held_by(store, "default", "one")))

    assert caught.value.remedy


def test_only_a_lease_that_has_shown_no_sign_since_is_taken_over(store):
    assert leases.sign_of(store, "default") is None
    take(store, "one")
    sign = leases.sign_of(store, "default")
    assert sign == ("one", beat_of(store))

    leases.held_by(store, "default", "one")

    assert not leases.take_over(store, "default", "two", sign)
    assert leases.take_over(store, "default", "two", leases.sign_of(store, "default"))
    assert leases.held_by(store, "default", "two")
    assert leases.sign_of(store, "other") is None
    assert [row["run_id"] for row in store.query("select run_id from lease")] == [""]
