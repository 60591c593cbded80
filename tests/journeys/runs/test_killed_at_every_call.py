"""Really kill a run before, during, and after each call, with Collections and with Bulk jobs.

Each kill costs two runs, so the test command takes a sample. `TEST_SEARCH=1` takes all.
"""

import pytest

from tests.journeys.runs.killing import killable_commands
from tests.journeys.runs.test_killed_at_every_statement import (
    KILLED,
    forget,
    is_sound,
    updated_in_all_runs,
)
from tests.sampling import SEARCHING

MOMENTS = ("before", "during", "after")
PEOPLE = 3
SAMPLE = 3
"""Of each moment, every third call; the three moments take turns."""


@pytest.mark.parametrize("in_bulk", [False, True], ids=["collections", "bulk"])
def test_invariant_2_a_run_killed_at_any_call_is_finished_by_the_next(house, tmp_path, in_bulk):
    ids = [house.contact(f"person{number}@example.org") for number in range(PEOPLE)]
    house.unsubscribe(*(f"person{number}@example.org" for number in range(PEOPLE)))
    number, kills = 0, 0
    with killable_commands() as run:
        while kills >= number:  # until none of a call's moments comes anymore
            number += 1
            for place, when in enumerate(MOMENTS):
                if not SEARCHING and (number + place) % SAMPLE:
                    continue
                home = tmp_path / f"{number}{when}"
                ended = run(home, None, "run", kill_call=[number, when], in_bulk=in_bulk)
                kills = number if ended == KILLED else kills
                assert is_sound(home)

                assert run(home, None, "run", in_bulk=in_bulk) == 0, (number, when)

                assert all(house.is_opted_out(record_id) for record_id in ids), (number, when)
                assert updated_in_all_runs(home) == PEOPLE, (number, when)
                forget(house, ids)
    assert kills >= (8 if in_bulk else 5)
