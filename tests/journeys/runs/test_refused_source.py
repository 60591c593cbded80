"""An email service that refuses its password: it's asked once, not at every run."""

import pytest

from tests.journeys.runs.conftest import House

REFUSED = "source_credentials_refused"


@pytest.fixture
def refused(house: House) -> House:
    """A run after JangoMail's password changed there, and then back again."""
    right = house.practice.world.mail.password
    house.act("mail-service", password="changed-there-1")
    status, result = house.sync("run")
    assert (status, result["errors"][0]["code"]) == (1, REFUSED)
    house.act("mail-service", password=right)
    return house


def test_rule_7_a_refused_account_is_not_tried_again_by_runs_and_lists(refused: House, tmp_path):
    for _ in range(3):
        status, result = refused.sync("run")
        assert (status, result["errors"][0]["code"]) == (1, REFUSED)
        assert "didn't try the same account again" in result["errors"][0]["remedy"]
    out = str(tmp_path / "list.csv")
    status, listed = refused.sync("list", "SELECT Id, Email FROM Contact", "--out", out)

    assert (status, listed["errors"][0]["code"]) == (1, REFUSED)  # it never read the list before


def test_rule_7_a_good_test_or_another_account_is_tried(refused: House, monkeypatch):
    monkeypatch.setenv("JANGOMAIL_UTC_OFFSET", "1")
    assert refused.sync("run")[0] == 0
    monkeypatch.setenv("JANGOMAIL_UTC_OFFSET", "0")
    assert refused.sync("run")[0] == 1

    assert refused.sync("test")[0] == 0

    assert refused.sync("run")[0] == 0


def test_rule_7_a_run_with_a_file_goes_on(refused: House, tmp_path):
    person = refused.contact("someone@example.org")
    file = tmp_path / "list.csv"
    file.write_text("email\nsomeone@example.org\n")

    assert refused.sync("run", "--file", str(file))[0] == 0

    assert refused.is_opted_out(person)
