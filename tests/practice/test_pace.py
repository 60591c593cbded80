"""How long the practice org takes to answer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from lib.practice.pace import AT_ONCE, REAL, Pace
from lib.practice.serve import running
from lib.practice.world import Size, new_world
from tests.practice.api import Api

DATA = "/services/data/v59.0"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("method", "path", "saved", "seconds"),
    [
        ("GET", f"{DATA}/query", 0, 0.12),
        ("GET", f"{DATA}/query/01gA-2000", 0, 0.15),
        ("PATCH", f"{DATA}/sobjects/Contact/003", 0, 0.18),
        ("PATCH", f"{DATA}/composite/sobjects", 200, 1.0),
        ("POST", f"{DATA}/composite", 0, 0.2),
        ("GET", f"{DATA}/sobjects/Contact/describe", 0, 0.12),
        ("GET", f"{DATA}/limits", 0, 0.1),
        ("PUT", f"{DATA}/jobs/ingest/750/batches", 0, 0.12),
        ("POST", "/services/oauth2/token", 0, 0.25),
        ("POST", "/api.asmx/Unsubscribes", 0, 0.3),
        ("POST", "/practice/fault", 0, 0.0),
    ],
)
def test_a_real_org_takes_its_time(method: str, path: str, saved: int, seconds: float):
    assert REAL.seconds(method, path, saved) == pytest.approx(seconds)
    assert AT_ONCE.seconds(method, path, saved) == 0.0


def test_an_answer_comes_no_sooner_and_records_of_composite_calls_count():
    pace = Pace(composite=0.05, saved_row=0.1)
    with running(new_world(Size(contacts=5, leads=5, unsubscribes=1), pace=pace)) as practice:
        api = Api(practice)
        ids = list(api.org.tables.rows("Contact"))[:2]
        rows = [{"attributes": {"type": "Contact"}, "id": one, "Title": "x"} for one in ids]
        part = {
            "method": "PATCH",
            "url": f"{DATA}/composite/sobjects",
            "referenceId": "a",
            "body": {"records": rows},
        }

        answer = api.call("POST", "composite", json={"compositeRequest": [part]})

    assert answer.elapsed.total_seconds() >= 0.25
    assert [one["success"] for one in answer.json()["compositeResponse"][0]["body"]] == [True, True]


def test_faults_and_pace_are_chosen_on_the_command_line():
    options = ["--contacts", "5", "--leads", "5", "--unsubscribes", "1", "--json"]
    faults = ["--fault", "status,status=503,times=1", "--fault", "slow,seconds=0,area=signin"]
    command = [sys.executable, "sync.py", "practice", *options, *faults, "--pace", "real"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            url = json.loads(served.stdout.readline())["SALESFORCE_LOGIN_URL"]
            first, second = (requests.get(f"{url}{DATA}", timeout=10) for _ in range(2))
        finally:
            served.terminate()

    assert (first.status_code, second.status_code) == (503, 401)


def test_an_unknown_fault_is_a_usage_error():
    command = [sys.executable, "sync.py", "practice", "--fault", "storm"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "'storm' isn't a kind of fault" in done.stderr
