"""No call of a run passes the cap, also when threads call at once (rules.md, 4.5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.call_cap import CallCap
from lib.errors import CallCapReached
from lib.salesforce.call_guard import cap_reached
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import Answer, Asked, Wire

LIMIT = 100


def counting(wire: Wire, *, used: int = 0) -> list[int]:
    """An org that counts its calls, and says so in each answer."""
    made = [used]

    def answer(_asked: Asked) -> Answer:
        made[0] += 1
        return Answer(200, {}, {"Sforce-Limit-Info": f"api-usage={made[0]}/{LIMIT}"})

    wire.on("GET", "limits", answer)
    return made


def call(door: Door) -> bool:
    try:
        door.get("limits")
    except CallCapReached:
        return False
    return True


def test_rule_4_5_a_run_makes_no_call_beyond_its_share(wire: Wire, door: Door) -> None:
    made = counting(wire)
    door.keep_below(CallCap(a_day=80, a_run=7))

    answered = [call(door) for _ in range(9)]

    assert (answered, made) == ([True] * 7 + [False] * 2, [7])
    assert door.calls == 7


def test_rule_4_5_the_calls_of_everyone_count_for_the_share_of_a_day(
    wire: Wire, door: Door
) -> None:
    made = counting(wire, used=77)
    door.keep_below(CallCap())

    answered = [call(door) for _ in range(5)]

    assert (answered, made) == ([True] * 3 + [False] * 2, [80])


def test_rule_4_5_threads_together_stay_below_the_cap(wire: Wire, door: Door) -> None:
    made = counting(wire, used=60)
    door.keep_below(CallCap())
    call(door)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: call(door), range(40)))

    assert made[0] <= 80


def test_an_org_that_does_not_say_its_limit_has_no_cap(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", Answer(200, {}))
    door.keep_below(CallCap(a_day=1, a_run=1))

    assert all(call(door) for _ in range(5))


@given(
    made=st.integers(0, 200),
    used=st.integers(0, 200),
    limit=st.integers(1, 200),
    a_day=st.integers(1, 100),
    a_run=st.integers(1, 100),
)
def test_what_is_left_never_passes_either_share(
    made: int, used: int, limit: int, a_day: int, a_run: int
) -> None:
    left = CallCap(a_day, a_run).left(made, used, limit)

    assert left >= 0
    if left:
        assert used + left <= limit * a_day / 100
        assert made + left <= limit * a_run / 100


@pytest.mark.parametrize(
    ("used", "said"),
    [
        (80, "The org has used 80 of its 100 API calls in the last 24 hours"),
        (30, "The run has made 25 API calls, and may use at most 25% of the org's 100"),
    ],
)
def test_the_refusal_says_which_share_is_used_up(used: int, said: str) -> None:
    assert said in cap_reached(CallCap(), 25, (used, LIMIT)).message
