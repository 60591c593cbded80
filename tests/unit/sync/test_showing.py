"""How far a long step is: now and then, not for each item."""

import pytest

from lib.sync import showing
from lib.sync.showing import Showing
from lib.values import Progress


@pytest.fixture
def shown(monkeypatch):
    """What is shown, of every second item, however quick the items are."""
    monkeypatch.setattr(showing, "_EVERY_S", 0.0)
    monkeypatch.setattr(showing, "_LOOK_EVERY", 2)
    return []


def test_a_step_is_shown_after_every_so_many_items(shown):
    step = Showing(shown.append, "reading")

    assert list(step.over("abcde")) == list("abcde")
    assert shown == [Progress("reading", 2, 0), Progress("reading", 4, 0)]


def test_no_more_is_shown_as_done_than_there_is(shown):
    step = Showing(shown.append, "planning", 3)

    for _ in range(2):
        step.step(2)

    assert shown == [Progress("planning", 2, 3), Progress("planning", 3, 3)]
    assert step.done == 4


def test_a_step_may_say_how_much_is_done_of_how_much(shown):
    step = Showing(shown.append, "storing")

    for done in (2, 5):
        step.to(done, 9)

    assert shown == [Progress("storing", 2, 9), Progress("storing", 5, 9)]


def test_nothing_is_shown_within_half_a_second(shown, monkeypatch):
    monkeypatch.setattr(showing, "_EVERY_S", 0.5)
    now = iter([10.0, 10.4, 10.5, 10.9, 11.0])
    monkeypatch.setattr(showing.time, "monotonic", lambda: next(now))
    step = Showing(shown.append, "planning", 9, shown_at=showing.time.monotonic())

    for _ in range(4):
        step.step(1)

    assert [each.done for each in shown] == [2, 4]
