"""Calls in the background: their results, their errors, and what happens meanwhile."""

from threading import Event

import pytest

from lib.background import Background


def test_the_result_is_what_the_call_returns() -> None:
    assert Background(lambda: 42, "test").result() == 42


def test_the_error_of_the_call_is_raised_where_the_result_is_wanted() -> None:
    def fails() -> int:
        raise ValueError("no")

    call = Background(fails, "test")

    with pytest.raises(ValueError, match="no"):
        call.result()


def test_something_can_be_done_while_waiting() -> None:
    released = Event()
    call = Background(released.wait, "test")

    assert not call.wait(0)
    assert call.result(while_waiting=released.set)
    assert call.wait(60)


def test_waiting_can_be_stopped() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    never = Event()
    call = Background(never.wait, "test")

    with pytest.raises(KeyboardInterrupt):
        call.result(while_waiting=stop)
    never.set()
