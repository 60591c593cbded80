"""A run that is killed between calls with several groups of records: the next run finishes it."""

import signal

import pytest

from tests.journeys.runs.test_dead_processes import crowd, start_run
from tests.sampling import SEARCHING
from tests.waiting import wait_until

COUNT = 630  # 3 calls of 2 groups


@pytest.mark.skipif(not SEARCHING, reason="takes ten seconds; TEST_SEARCH=1 runs it")
@pytest.mark.parametrize("kind", ["slow", "silent", "silent_after"])
def test_the_next_run_finishes_a_run_killed_between_its_calls(house, short_silence, kind):
    ids = crowd(house, COUNT)
    house.act("fault", kind=kind, call="save", at=2, seconds=60, times=None)
    dying = start_run(house, "--allow-large")
    wait_until(lambda: any(house.is_opted_out(record_id) for record_id in ids))
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    house.act("clear-faults")

    code, result = house.sync("run", "--allow-large")

    assert (code, result["status"]) == (0, "succeeded")
    assert all(house.is_opted_out(record_id) for record_id in ids)
    runs = house.sync("history")[1]["runs"]
    assert sum(run["updated"] for run in runs) == COUNT
