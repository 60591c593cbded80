"""A practice org without people, and the real command line connected to it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import sync
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world

EMPTY = Size(contacts=0, leads=0, unsubscribes=0)


class House:
    """What people do in the practice org, and `sync.main` with its exit code and JSON."""

    def __init__(self, practice: Practice, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.practice = practice
        self.home = home
        self._capsys = capsys
        self.errors = ""

    def act(self, name: str, **values: Any) -> dict[str, Any]:
        """Do an act from lib/practice/acts/control.py."""
        answer = requests.post(f"{self.practice.url}/practice/{name}", json=values, timeout=30)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def contact(self, email: str, **values: Any) -> str:
        """Create a Contact with this address, and return its ID."""
        return self._record("Contact", {"LastName": "Made Up", "Email": email, **values})

    def lead(self, email: str, **values: Any) -> str:
        """Create a Lead with this address, and return its ID."""
        filled = {"LastName": "Made Up", "Company": "Example", "Email": email, **values}
        return self._record("Lead", filled)

    def person_account(self, email: str, **values: Any) -> str:
        """Create a person account with this address, and return the ID of the Account."""
        self.act("org-switch", person_accounts=True)
        return self._record("Account", {"LastName": "Made Up", "PersonEmail": email, **values})

    def contact_of(self, account: str) -> str:
        """The ID of the Contact that is part of a person account."""
        return str(self.row(account)["PersonContactId"])

    def unsubscribe(self, *entries: str, asked: str = "") -> None:
        """Unsubscribe these addresses or domains in JangoMail."""
        for entry in entries:
            self.act("unsubscribe", entry=entry, asked=asked)

    def is_opted_out(self, record_id: str) -> bool:
        """Whether the box of this record is set in Salesforce."""
        row = self.row(record_id)
        return bool(
            row["PersonHasOptedOutOfEmail" if "PersonEmail" in row else "HasOptedOutOfEmail"]
        )

    def sync(self, *arguments: str) -> tuple[int, Any]:
        """Run a command, and return its exit code and its JSON."""
        self._capsys.readouterr()
        code = sync.main([*arguments, "--home", str(self.home), "--json"])
        printed = self._capsys.readouterr()
        self.errors = printed.err
        return code, json.loads(printed.out)

    def sync_fails(self, *arguments: str) -> None:
        """Run a command that fails with an error; its words are in `errors` then."""
        self._capsys.readouterr()
        code = sync.main([*arguments, "--home", str(self.home), "--json"])
        self.errors = self._capsys.readouterr().err
        assert code == 1, self.errors

    def changes(self, run_id: str) -> list[dict[str, Any]]:
        """The records of a run, from `history --run`."""
        found: list[dict[str, Any]] = self.sync("history", "--run", run_id)[1]["changes"]
        return found

    def _record(self, sobject: str, values: dict[str, Any]) -> str:
        return str(self.act("create-record", sobject=sobject, values=values)["id"])

    def row(self, record_id: str) -> dict[str, Any]:
        """A record as Salesforce has it, with all its fields."""
        org = self.practice.world.org
        with org.lock:
            for sobject in ("Contact", "Lead", "Account"):
                row = org.tables.rows(sobject).get(record_id)
                if row is not None:
                    return dict(row)
        raise AssertionError(f"no record {record_id}")


@pytest.fixture
def house(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    short_pauses: None,
) -> Iterator[House]:
    """A practice org without people, its credentials in the environment, and a fresh home."""
    with running(new_world(EMPTY)) as practice:
        for name, value in practice.environment.items():
            monkeypatch.setenv(name, value)
        yield House(practice, tmp_path / "home", capsys)
