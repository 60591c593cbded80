"""Lines of people who didn't ask: counted in the run, its JSON, its text, and the log."""

from datetime import UTC, datetime

import pytest

from lib.cli.results import in_words, lines_when_quiet, result_json
from lib.services.log import open_log
from lib.settings import credentials_from
from lib.store import runs
from lib.sync.engine import sync_once
from lib.sync.request import RunRequest
from lib.sync.safety_limit import Allowance
from lib.values import Reading, Sighting

ANNA, BERT = "anna@example.org", "bert@example.org"
SENTENCE = "1 of 3 lines say so (Unsubscribed = Yes), and 2 are left out"


class ThreeLines:
    """A file with three lines, some of which say that the person asked."""

    name = "file"

    def __init__(self, *asked: str, unreadable: str = "") -> None:
        self._asked = asked
        self._unreadable = unreadable

    def reading(self, since: datetime | None) -> Reading:
        reading = Reading("file", since, datetime.now(UTC), file_hash="h", file_name="three.csv")
        reading.left_out = 3 - len(self._asked)
        reading.who_asked = SENTENCE
        reading.sightings = iter([Sighting(address, line=2) for address in self._asked])
        if self._unreadable:
            reading.refuse(4, self._unreadable, "it holds more than one address")
        return reading


@pytest.fixture
def run(house):
    """Runs once with such a file, and returns the result."""
    house.contact(ANNA)
    house.contact(BERT)
    login = credentials_from(house.practice.environment).salesforce

    def once(source, **order):
        with open_log(house.home, {}) as log:
            request = RunRequest("environment", login, source, None, "test", **order)
            return sync_once(log.store, log.vault, request)

    return once


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({}, "succeeded"),
        ({"dry_run": True}, "dry_run"),
        ({"allowance": Allowance(max_changes=0)}, "guarded"),
    ],
)
def test_a_run_says_how_many_lines_it_left_out_and_why(house, run, order, status):
    result = run(ThreeLines(ANNA), **order)

    assert (result.status, result.left_out, result.events_read) == (status, 2, 1)
    assert f"{SENTENCE}." in in_words(result)
    assert result_json(result)["left_out"] == 2
    [logged] = house.sync("history")[1]["runs"]
    assert logged["left_out"] == 2
    with open_log(house.home, {}) as log:
        assert runs.latest(log.store)[0].as_result() == result


def test_a_run_with_a_file_in_which_no_one_asked_succeeds_and_says_so(run):
    result = run(ThreeLines())

    assert (result.status, result.left_out, result.records) == ("succeeded", 3, 0)
    assert "No one in this file asked to unsubscribe." in in_words(result)


def test_no_one_asked_is_not_said_if_a_line_could_name_someone(run):
    result = run(ThreeLines(unreadable="a, b"))

    assert "No one in this file" not in in_words(result)
    assert lines_when_quiet(result) == [
        f"{SENTENCE}.",
        "1 line wasn't understood: line 4: a, b (it holds more than one address)",
    ]


def test_without_a_file_lines_are_not_mentioned(house):
    _, result = house.sync("run")

    assert "left_out" not in result
    assert "left_out" not in house.sync("history")[1]["runs"][0]


def test_no_line_is_left_out_of_a_file_with_only_addresses(house, tmp_path):
    house.contact(ANNA)
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\n")

    _, result = house.sync("run", "--file", str(path))

    assert result["left_out"] == 0
    assert "who_asked" not in result
