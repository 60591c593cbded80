"""Pauses, connections, and answers end when a command is stopped."""

import socket
from threading import Event, Thread

import pytest

from lib import stopping
from lib.errors import OptbackError, RequestRefused, SalesforceUnreachable, StoppedError
from lib.stopping import because_stopped, stoppable


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch):
    """A command that can be stopped; its calls are cut off at once."""
    monkeypatch.setattr(stopping, "GRACE_S", 0.0)
    with stoppable() as stop:
        yield stop


def unneeded() -> None:
    raise AssertionError("there is nothing to close")


def test_a_pause_lasts_as_long_as_it_should_and_ends_when_the_command_is_stopped(stop) -> None:
    stopping.pause(0.001)
    asking = Thread(target=stop.ask)
    asking.start()

    with pytest.raises(StoppedError) as stopped:
        stopping.pause(60)

    asking.join()
    assert stopped.value.remedy


def test_no_call_begins_after_that(stop) -> None:
    stop.refuse()
    stop.ask()

    with pytest.raises(StoppedError):
        stop.refuse()


def test_a_reader_of_a_connection_is_woken(stop) -> None:
    here, there = socket.socketpair()
    with here, there:
        stop.keep(here)
        stop.ask()

        assert here.recv(1) == b""


def test_a_connection_that_is_made_too_late_is_shut_down_too(stop) -> None:
    here, there = socket.socketpair()
    with here, there:
        stop.ask()
        with pytest.raises(StoppedError):
            stop.connecting(Event().wait, unneeded)
        stop.keep(here)

        assert here.recv(1) == b""


def test_connecting_that_takes_too_long_is_left_behind_and_closed(stop) -> None:
    connects, closed = Event(), Event()
    asking = Thread(target=stop.ask)
    asking.start()

    with pytest.raises(StoppedError):
        stop.connecting(connects.wait, closed.set)

    asking.join()
    connects.set()
    assert closed.wait(60)


def test_connecting_raises_what_went_wrong(stop) -> None:
    def refused() -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        stop.connecting(refused, unneeded)
    stop.connecting(lambda: None, unneeded)


def test_a_command_after_a_stopped_one_can_work(stop) -> None:
    stop.ask()
    with stoppable():
        stopping.current().refuse()

    with pytest.raises(StoppedError):
        stopping.current().refuse()


def test_only_a_lost_answer_is_put_down_to_the_stop(stop) -> None:
    lost = SalesforceUnreachable("lost", remedy="wait")
    refused = RequestRefused("refused", remedy="ask")
    before: list[OptbackError] = [because_stopped(lost)]
    stop.ask()

    assert before == [lost]
    assert because_stopped(lost).code == "stopped"
    assert because_stopped(refused) is refused
