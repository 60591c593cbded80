"""connect, test, and schedule against a practice org."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
ANNA = "anna@example.org"


def test_a_stored_connection_works_without_the_variables(house, monkeypatch):
    house.contact(ANNA)
    house.unsubscribe(ANNA)

    code, stored = house.sync("connect", "default")
    for name in house.practice.environment:
        monkeypatch.delenv(name)
    _, result = house.sync("run")

    assert (code, stored["stored"]) == (0, True)
    assert (result["connection"], result["updated"]) == ("default", 1)


def test_what_is_stored_has_no_secret_in_plain_text(house):
    house.sync("connect", "default")

    written = b"".join(path.read_bytes() for path in house.home.iterdir())
    for name in ("SALESFORCE_PASSWORD", "SALESFORCE_SECURITY_TOKEN"):
        assert house.practice.environment[name].encode() not in written
    assert {oct(path.stat().st_mode & 0o777) for path in house.home.iterdir()} == {"0o600"}
    assert oct(house.home.stat().st_mode & 0o777) == "0o700"


def test_refused_credentials_are_not_stored(house, monkeypatch):
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong")

    code, result = house.sync("connect", "default")

    assert (code, result["stored"]) == (1, False)


def test_the_name_practice_is_for_a_practice_org_on_this_computer(house, monkeypatch):
    assert house.sync("connect", "practice")[0] == 0
    monkeypatch.setenv("JANGOMAIL_URL", "https://mail.example.com")

    code, _ = house.sync("connect", "practice")

    assert code == 2
    assert "is for the practice org on this computer" in house.errors


def test_a_stored_connection_says_that_the_variables_are_ignored(house):
    house.sync("connect", "default")

    house.sync("run")

    assert "SALESFORCE_* variables are ignored" in house.errors


def test_the_test_names_each_check_and_its_remedy(house):
    house.act("field-access", access="read_only", sobject="Lead")

    code, result = house.sync("test")

    failed = [check for check in result["checks"] if not check["ok"]]
    assert (code, result["ok"]) == (1, False)
    assert [check["name"] for check in failed] == ["Lead: Email Opt Out can be edited"]
    assert "Set Field-Level Security" in failed[0]["remedy"]


def test_the_schedule_runs_right_away_survives_a_failed_run_and_ends_cleanly(house):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.act("fault", kind="status", area="jangomail", times=3)
    scheduled = subprocess.Popen(
        [sys.executable, "sync.py", "schedule", "--every", "1", "--home", str(house.home)],
        cwd=ROOT,
        env=os.environ.copy(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: any(run["finished_at"] for run in house.sync("history")[1]["runs"]))

    assert scheduled.poll() is None
    scheduled.send_signal(signal.SIGTERM)
    assert scheduled.wait(timeout=60) == 0
    (run,) = house.sync("history")[1]["runs"]
    assert (run["status"], run["started_by"]) == ("failed", "schedule")


def test_the_test_keeps_its_keys_and_says_level_effect_link_and_what_it_stops(house):
    house.act("field-access", access="hidden", sobject="Lead")

    _, result = house.sync("test")

    keys = {"name", "ok", "detail", "remedy", "level", "effect", "link", "classic_link"}
    assert all(set(check) == keys | {"stops", "because"} for check in result["checks"])
    by_name = {check["name"]: check for check in result["checks"]}
    seen = by_name["Lead: Email Opt Out can be seen"]
    assert (seen["ok"], seen["level"], seen["stops"]) == (False, "failed", "leads")
    assert seen["link"].startswith(f"{house.practice.url}/lightning/setup/")
    assert by_name["Lead: Email Opt Out can be edited"]["because"] == seen["name"]


def test_a_warning_is_no_failure(house):
    house.act("org-switch", sharing="None")
    house.act("view-all", on=False)

    code, result = house.sync("test")

    assert (code, result["ok"]) == (0, True)
    assert "warning" in {check["level"] for check in result["checks"]}


def test_the_text_for_the_administrator_is_printed_instead_of_the_checks(house, capsys):
    house.act("field-access", access="hidden", sobject="Lead")

    code, result = house.sync("test", "--for-admin")

    assert (code, result["ok"]) == (1, False)
    assert result["for_admin"].startswith("Optback needs a change")
    assert house.practice.environment["SALESFORCE_PASSWORD"] not in result["for_admin"]


def test_a_run_names_the_steps_of_the_orgs_edition_too(house):
    house.act("org-switch", edition="Professional Edition")
    house.act("field-access", access="read_only", sobject="Lead")

    _, result = house.sync("run")

    (error,) = result["errors"]
    assert error["code"] == "permission_missing"
    assert "Page Layouts" in error["remedy"]
    assert "Set Field-Level Security" not in error["remedy"]


def test_an_undo_does_not_hide_who_is_waiting_for_a_right(house):
    house.contact(ANNA)
    house.lead(ANNA)
    house.unsubscribe(ANNA)
    house.act("field-access", access="read_only", sobject="Lead")
    _, run = house.sync("run")
    _, undone = house.sync("undo", run["run_id"], "--yes")

    _, result = house.sync("test")

    assert (run["updated"], run["pending"], undone["updated"]) == (1, 1, 1)
    (line,) = [each for each in result["checks"] if not each["ok"]]
    assert line["effect"] == "1 person who unsubscribed can still be emailed as a Lead."
