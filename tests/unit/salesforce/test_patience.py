"""Retries: how often, how long apart, and when not."""

from itertools import count

import pytest

from lib import stopping
from lib.errors import SalesforceUnreachable, StoppedError, WriteUnanswered
from lib.salesforce.failures import Failure, FailureKind
from lib.salesforce.patience import Patience
from tests.waiting import wait_until

ERROR = SalesforceUnreachable("no answer", remedy="Try again.")


@pytest.fixture
def patience(slept: list[float]) -> Patience:
    """The usual patience; its waits are in `slept`."""
    return Patience(sleep=slept.append, jitter=lambda: 1.0)


def failing(times: int, kind: FailureKind = FailureKind.NOT_DONE, **details: object):
    """A call that fails this often, and then answers with how often it was made."""
    made = count(1)

    def call() -> int:
        number = next(made)
        if number <= times:
            raise Failure(kind, ERROR, **details)  # type: ignore[arg-type]
        return number

    return call


@pytest.mark.parametrize("is_write", [True, False])
@pytest.mark.parametrize("failures", [0, 1, 4])
def test_a_call_that_was_not_done_is_made_up_to_five_times(
    patience: Patience, slept: list[float], is_write: bool, failures: int
) -> None:
    assert patience.persist(failing(failures), is_write=is_write) == failures + 1
    assert slept == [0.5, 1.0, 2.0, 4.0][:failures]


def test_the_fifth_failure_is_the_last(patience: Patience, slept: list[float]) -> None:
    with pytest.raises(SalesforceUnreachable) as caught:
        patience.persist(failing(5), is_write=False)

    assert caught.value is ERROR
    assert len(slept) == 4


def test_only_a_read_is_repeated_if_its_answer_was_lost(
    patience: Patience, slept: list[float]
) -> None:
    assert patience.persist(failing(1, FailureKind.LOST), is_write=False) == 2
    slept.clear()

    with pytest.raises(WriteUnanswered, match="no answer") as caught:
        patience.persist(failing(1, FailureKind.LOST), is_write=True)

    assert caught.value.remedy
    assert slept == []


@pytest.mark.parametrize("kind", [FailureKind.FINAL, FailureKind.EXPIRED])
def test_what_does_not_pass_is_not_repeated(
    patience: Patience, slept: list[float], kind: FailureKind
) -> None:
    with pytest.raises(SalesforceUnreachable):
        patience.persist(failing(1, kind), is_write=False)

    assert slept == []


def test_what_took_minutes_is_repeated_once(patience: Patience) -> None:
    assert patience.persist(failing(1, slow=True), is_write=False) == 2
    with pytest.raises(SalesforceUnreachable):
        patience.persist(failing(2, slow=True), is_write=False)
    with pytest.raises(SalesforceUnreachable):
        patience.only(1).persist(failing(1, slow=True), is_write=False)


@pytest.mark.parametrize(("asked_s", "waited"), [(0.1, [0.5]), (7.0, [7.0]), (60.0, [60.0])])
def test_it_waits_as_long_as_salesforce_asks_but_not_less_than_usual(
    patience: Patience, slept: list[float], asked_s: float, waited: list[float]
) -> None:
    patience.persist(failing(1, wait_s=asked_s), is_write=False)

    assert slept == waited


def test_it_does_not_wait_longer_than_its_longest(patience: Patience, slept: list[float]) -> None:
    with pytest.raises(SalesforceUnreachable):
        patience.persist(failing(1, wait_s=60.1), is_write=False)
    assert slept == []

    for attempt in (6, 7, 30):
        patience.pause(attempt)
    assert slept == [32.0, 60.0, 60.0]


@pytest.mark.parametrize(("jitter", "wait_s"), [(0.0, 1.0), (0.5, 1.5), (1.0, 2.0)])
def test_waits_are_spread_over_half_their_length(
    slept: list[float], jitter: float, wait_s: float
) -> None:
    Patience(sleep=slept.append, jitter=lambda: jitter).pause(2)

    assert slept == [wait_s]


def test_fewer_tries_leave_the_rest_as_it_is(patience: Patience) -> None:
    fewer = patience.only(2)

    assert (fewer.tries, fewer.first_s, fewer.longest_s) == (2, 0.5, 60.0)
    assert fewer.persist(failing(1), is_write=False) == 2
    with pytest.raises(SalesforceUnreachable):
        fewer.persist(failing(2), is_write=False)


def test_after_a_stop_no_call_begins_unless_it_may_until_calls_are_cut_off(
    patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "GRACE_S", 0.3)
    with stopping.stoppable() as stop:
        assert patience.persist(failing(0), is_write=True) == 1
        stop.ask()
        with pytest.raises(StoppedError):
            patience.persist(failing(0), is_write=True)
        assert patience.persist(failing(0), is_write=True, until_cut=True) == 1
        wait_until(stop.is_cut, "cutting off")
        with pytest.raises(StoppedError):
            patience.persist(failing(0), is_write=True, until_cut=True)
