"""The address that gives records out as CSV, asked as the server asks it."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from lib.services.runs import record_results
from lib.store import changes, runs
from lib.store.db import Store
from lib.store.run_lists import RunFilter
from lib.ui.runs.download_route import address_of_run, address_of_runs, records_route
from lib.values import Change, Outcome

SCOPE = "salesforce:00D000000000001EAA"


def get(address):
    """Status and body; the body arrives in as many pieces as it was sent in."""
    path, _, query = address.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    app = Starlette(routes=[records_route])
    asyncio.run(app({**scope, "query_string": query.encode()}, receive, send))
    pieces = [one["body"].decode() for one in sent if one.get("body")]
    return sent[0]["status"], pieces


@pytest.fixture
def logged(tmp_path, monkeypatch):
    """The IDs of two runs, of three records each, in the home of this process."""
    monkeypatch.setenv("OPTBACK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(record_results, "_PAGE", 2)
    with Store.open(tmp_path / "home") as store:
        return [run_with_records(store, number) for number in range(2)]


def run_with_records(store, number):
    run_id = runs.start(
        store, connection="acme", started_by="ann", dry_run=False, source="jangomail"
    )
    found = [
        Change("Contact", f"003{number}{place:014}", f"=p{place}@example.org", Outcome.UPDATED)
        for place in range(3)
    ]
    with store.writing():
        changes.announce(store, run_id, SCOPE, found)
    return run_id


def test_the_records_of_a_run_are_sent_in_pieces(logged):
    status, pieces = get(address_of_run(logged[0]))

    assert status == 200
    assert len(pieces) == 3  # the headings, two records, and one
    lines = list(csv.DictReader(io.StringIO("".join(pieces))))
    assert [line["address"] for line in lines] == [f"'=p{place}@example.org" for place in range(3)]


def test_the_records_of_a_period_have_their_run(logged):
    always = RunFilter(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), "acme")

    _, pieces = get(address_of_runs(always))

    lines = list(csv.DictReader(io.StringIO("".join(pieces))))
    assert [line["run_id"] for line in lines] == [run_id for run_id in logged for _ in range(3)]


def test_an_address_that_no_page_made_gives_nothing_out(logged):
    other = address_of_run(logged[0]).replace(logged[0], logged[1])

    assert get(other)[0] == 410
    assert get(f"/records.csv?run={logged[0]}")[0] == 410
