"""How many calls are under way at once."""

from hypothesis import given
from hypothesis import strategies as st

from lib.sync.throttle import MOST, QUICK_S, Throttle


def _quick(throttle: Throttle, count: int) -> None:
    for _ in range(count):
        throttle.end(throttle.begin(), 0.1, trouble=False)


def test_trouble_halves_the_calls_and_one_call_is_always_left():
    throttle = Throttle()

    widths = []
    for _ in range(5):
        throttle.end(throttle.begin(), 0.1, trouble=True)
        widths.append(throttle.width)

    assert widths == [4, 2, 1, 1, 1]


def test_calls_that_met_the_same_trouble_halve_them_once():
    throttle = Throttle()
    rounds = [throttle.begin() for _ in range(MOST)]

    for round_ in rounds:
        throttle.end(round_, 0.1, trouble=True)

    assert throttle.width == MOST // 2


def test_a_round_of_quick_answers_makes_room_for_one_more_call():
    throttle = Throttle()
    throttle.end(throttle.begin(), 0.1, trouble=True)

    _quick(throttle, 3)
    assert throttle.width == 4
    _quick(throttle, 1)
    assert throttle.width == 5
    _quick(throttle, 5 + 6 + 7)
    assert throttle.width == MOST
    _quick(throttle, 100)
    assert throttle.width == MOST


def test_an_answer_that_just_came_in_time_is_quick():
    throttle = Throttle(width=1)

    throttle.end(throttle.begin(), QUICK_S, trouble=False)

    assert throttle.width == 2


def test_a_slow_answer_makes_the_count_of_quick_ones_begin_again():
    throttle = Throttle(width=2)

    for seconds in (0.1, QUICK_S + 1, 0.1):
        throttle.end(throttle.begin(), seconds, trouble=False)

    assert throttle.width == 2


def test_slow_answers_make_no_room():
    throttle = Throttle()
    throttle.end(throttle.begin(), 0.1, trouble=True)

    for _ in range(20):
        throttle.end(throttle.begin(), QUICK_S + 1, trouble=False)

    assert throttle.width == 4


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 100), st.booleans()), max_size=200))
def test_there_are_never_more_than_eight_calls_and_never_none(ended):
    throttle = Throttle()

    for round_, seconds, trouble in ended:
        throttle.end(min(round_, throttle.begin()), seconds, trouble=trouble)

        assert 1 <= throttle.width <= MOST
