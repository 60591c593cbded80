"""The practice server: where it listens, what it refuses, how it starts and stops."""

import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import pytest
import requests

from lib.errors import UsageError
from lib.practice.serve import Practice, running, serve
from lib.practice.world import Size, new_world

ROOT = Path(__file__).parents[2]
LIMITS = "/services/data/v59.0/limits"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(UsageError, match="can't listen"):
        serve(new_world(Size(contacts=1, leads=1, unsubscribes=0)), host=host)


def test_a_taken_port_is_a_usage_error(practice: Practice) -> None:
    port = int(practice.url.rpartition(":")[2])

    with pytest.raises(UsageError, match="can't be used"):
        serve(new_world(Size(contacts=1, leads=1, unsubscribes=0)), port=port)


def test_it_reports_when_it_is_ready_and_then_answers() -> None:
    answers: list[int] = []

    def ready(practice: Practice) -> None:
        # From another thread: this one is the server's.
        def look() -> None:
            answers.append(requests.get(f"{practice.url}/practice/state", timeout=10).status_code)
            practice.stop()

        threading.Thread(target=look).start()

    serve(new_world(Size(contacts=1, leads=1, unsubscribes=0)), ready=ready)

    assert answers == [200]


@pytest.mark.parametrize("stopping", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_on_a_signal(stopping: signal.Signals) -> None:
    command = [sys.executable, "sync.py", "practice", "--contacts", "3", "--leads", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True) as server:
        assert server.stdout
        assert server.stderr
        first = server.stdout.readline()
        server.send_signal(stopping)
        server.wait(timeout=20)
        errors = server.stderr.read()

    assert first.startswith("SALESFORCE_LOGIN_URL=http://127.0.0.1:")
    assert (server.returncode, errors) == (0, "")


def test_a_long_address_is_414_and_long_headers_are_431(practice: Practice) -> None:
    address = requests.get(f"{practice.url}{LIMITS}?{'a' * 16_384}", timeout=10)
    together = requests.get(
        f"{practice.url}{LIMITS}?{'a' * 8_000}", headers={"X-Long": "a" * 8_400}, timeout=10
    )
    short_enough = requests.get(f"{practice.url}{LIMITS}?{'a' * 15_800}", timeout=10)

    assert address.status_code == 414
    assert "Bad Message 414" in address.text
    assert together.status_code == 431
    assert "Request Header Fields Too Large" in together.text
    assert short_enough.status_code == 401


def test_a_session_expires_two_hours_after_its_last_call(
    stopped_practice: Practice,
) -> None:
    practice = stopped_practice
    user = practice.world.org.user_named(practice.environment["SALESFORCE_USERNAME"])
    assert user is not None
    headers = {"Authorization": f"OAuth {practice.world.sessions.open(user['Id']).token}"}

    statuses = []
    for minutes in (0, 119, 119, 121):
        practice.world.clock.advance(timedelta(minutes=minutes))
        answer = requests.get(f"{practice.url}{LIMITS}", headers=headers, timeout=10)
        statuses.append(answer.status_code)

    assert statuses == [200, 200, 200, 401]


def test_a_session_that_is_not_for_rest_is_refused_with_the_reason(practice: Practice) -> None:
    user = practice.world.org.user_named(practice.environment["SALESFORCE_USERNAME"])
    assert user is not None
    token = practice.world.sessions.open(user["Id"], rest=False).token

    answer = requests.get(
        f"{practice.url}{LIMITS}", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )

    assert answer.status_code == 401
    assert answer.json()[0]["message"] == "This session is not valid for use with the REST API"


def test_a_world_is_restored_with_its_passwords_and_its_time(tmp_path: Path) -> None:
    state = tmp_path / "practice.sqlite"
    size = Size(seed=7, contacts=5, leads=5, unsubscribes=3)
    with running(new_world(size, state=state)) as practice:
        requests.post(f"{practice.url}/practice/change-password", timeout=10)
        requests.post(f"{practice.url}/practice/pass-time", json={"days": 30}, timeout=10)
        requests.post(
            f"{practice.url}/practice/unsubscribe", json={"entry": "new@example.org"}, timeout=10
        )
        key, org_id = practice.world.app.private_key, practice.world.org.id
        now = practice.world.clock()

    with running(new_world(state=state)) as practice:
        assert practice.world.org.id == org_id
        assert practice.world.size == size
        assert practice.environment["SALESFORCE_PASSWORD"] == "practice-2"
        assert practice.world.app.private_key == key
        assert practice.world.clock() >= now
        assert practice.world.mail.unsubscribes()[-1].address == "new@example.org"


def test_starting_over_empties_the_state_file_too(tmp_path: Path) -> None:
    state = tmp_path / "practice.sqlite"
    size = Size(contacts=5, leads=5, unsubscribes=3)
    with running(new_world(size, state=state)) as practice:
        requests.post(f"{practice.url}/practice/start-afresh", json={"seed": 99}, timeout=10)
        org_id = practice.world.org.id

    with running(new_world(size, state=state)) as practice:
        assert practice.world.org.id == org_id
        assert practice.world.org.seed == 99


def test_unknown_addresses_are_not_found(practice: Practice, rest: requests.Session) -> None:
    page = requests.get(f"{practice.url}/nowhere", timeout=10)
    data = rest.get(f"{practice.url}/services/data/v59.0/nowhere", timeout=10)

    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert data.status_code == 404
    assert data.json() == [
        {"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}
    ]


def test_many_clients_at_once_are_served(practice: Practice, rest: requests.Session) -> None:
    statuses: list[int] = []

    def ask() -> None:
        token = dict(rest.headers)
        url = f"{practice.url}/services/data/v59.0/query?q=SELECT+Id+FROM+Contact"
        statuses.append(requests.get(url, headers=token, timeout=30).status_code)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 20


def test_a_broken_request_does_not_stop_the_server(practice: Practice) -> None:
    host, port = practice.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")

    assert requests.get(f"{practice.url}/practice/state", timeout=10).status_code == 200


def test_an_address_that_begins_with_two_slashes_is_answered_like_one(
    practice: Practice, rest: requests.Session
) -> None:
    path = "/services/data/v59.0/query?q=SELECT+Id+FROM+Contact+LIMIT+1"

    one, two = (rest.get(f"{practice.url}{slash}{path}", timeout=10) for slash in ("", "/"))

    assert (two.status_code, two.json()) == (200, one.json())


def test_header_names_are_written_as_salesforce_writes_them(
    practice: Practice, rest: requests.Session
) -> None:
    answer = rest.get(f"{practice.url}/services/data/v59.0/sobjects/Contact/describe", timeout=10)

    names = list(answer.raw.headers)
    assert {"Content-Type", "Sforce-Limit-Info", "Date", "ETag", "Last-Modified"} <= set(names)


def test_the_list_of_resources_names_the_identity_with_its_host(
    practice: Practice, rest: requests.Session
) -> None:
    resources = rest.get(f"{practice.url}/services/data/v59.0", timeout=10).json()

    assert resources["query"] == "/services/data/v59.0/query"
    assert resources["identity"].startswith(f"{practice.url}/id/{practice.world.org.id}/005")
    assert rest.get(resources["identity"], timeout=10).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["lightning/setup/ObjectManager/Lead/FieldsAndRelationships/view", "p/setup/layout/X", "0PS"],
)
def test_links_into_setup_lead_to_a_page_that_says_there_is_none(practice, path):
    answer = requests.get(f"{practice.url}/{path}", timeout=5)

    assert answer.status_code == 404
    assert "has no Setup" in answer.text


def test_a_link_to_a_record_leads_to_a_page_that_says_what_it_would_open(practice):
    answer = requests.get(f"{practice.url}/003000000000001EAA", timeout=5)

    assert answer.status_code == 404
    assert "this link opens the record" in answer.text
