"""A run that writes in Bulk jobs is killed at any statement, request, or answer.

The job goes on in Salesforce all the same. The next run finds it by its ID in the log, and
nothing is lost or written twice.
"""

from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from lib.practice.acts import people
from lib.practice.bulk import ingest_jobs
from lib.practice.saving.save import Writer
from lib.salesforce import costs
from tests.model.house import House, open_house
from tests.sampling import every

PEOPLE = 5

# What a killed command leaves open is closed whenever Python comes to it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, bool]]:
    """How often each box was saved in Salesforce, and as what."""
    counted: Counter[tuple[str, bool]] = Counter()
    update = Writer.update

    def noted(writer, sobject, record_id, values):
        update(writer, sobject, record_id, values)
        counted[record_id, values["HasOptedOutOfEmail"]] += 1

    monkeypatch.setattr(Writer, "update", noted)
    return counted


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Commands that can be killed at any step. All of them write in Bulk jobs."""
    monkeypatch.setattr(ingest_jobs, "_AT_ONCE", 2)
    with open_house() as house, patch.object(costs, "in_bulk", frozenset):
        yield house


def arrange(house: House) -> list[str]:
    house.start_over()
    ids = []
    for number in range(PEOPLE):
        email = f"person{number}@example.org"
        people.unsubscribe(house.world, email)
        values = {"LastName": "Made Up", "Email": email}
        ids.append(people.create_record(house.world, "Contact", values)["id"])
    values = {"LastName": "Made Up", "Company": "Example", "Email": "person0@example.org"}
    return [*ids, people.create_record(house.world, "Lead", values)["id"]]


def is_out(house: House, record_id: str) -> bool:
    sobject = "Lead" if record_id.startswith("00Q") else "Contact"
    return bool(house.rows(sobject)[record_id]["HasOptedOutOfEmail"])


def test_invariant_2_a_run_killed_at_any_step_is_settled_from_its_job(house, saved):
    step, killed = 1, True
    while killed:
        ids = arrange(house)
        saved.clear()

        killed = house.command("run", dies_at=step).killed
        ended = house.command("run")

        runs = house.command("history").told["runs"]
        assert (ended.code, ended.told["pending"]) == (0, 0), step
        assert all(is_out(house, record_id) for record_id in ids), step
        assert sum(run["updated"] or 0 for run in runs) == len(ids), step
        assert dict(saved) == {(record_id, True): 1 for record_id in ids}, step
        step += every(83)
    assert step > 100


def test_an_undo_killed_at_any_step_is_settled_from_its_job(house, saved):
    step, killed = 1, True
    while killed:
        ids = arrange(house)
        run_id = house.command("run").told["run_id"]
        saved.clear()

        killed = house.command("undo", run_id, "--yes", dies_at=step).killed
        ended = house.command("undo", run_id, "--yes")

        assert ended.code == 0 or ended.told["errors"][0]["code"] == "not_undoable", step
        assert not any(is_out(house, record_id) for record_id in ids), step
        assert dict(saved) == {(record_id, False): 1 for record_id in ids}, step
        step += every(83)
    assert step > 100
