"""Some stories in any order. For more, `TEST_SEARCH=1`, or `python -m tests.model --minutes 60`."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.large_runs import take_the_ways_of_large_runs
from tests.model.house import open_house
from tests.model.machine import Machine
from tests.sampling import SEARCHING


@pytest.mark.parametrize("is_large", [False, True])
def test_whatever_happens_in_any_order_runs_and_lists_follow_the_rules(is_large, monkeypatch):
    if is_large:
        take_the_ways_of_large_runs(monkeypatch)
    with open_house() as house:
        Machine.house = house
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=150 if SEARCHING else 4,
                stateful_step_count=30 if SEARCHING else 15,
                derandomize=not SEARCHING,
                deadline=None,
                database=None,
                phases=[Phase.generate],  # `python -m tests.model --replay` shortens the story
                suppress_health_check=list(HealthCheck),
            ),
        )
