"""The control addresses: what they do is visible over HTTP."""

from typing import Any

import pytest
import requests

from lib.practice.acts.control import ACTS
from lib.practice.org_setup import COLLEAGUE
from lib.practice.serve import Practice

FIRST = {
    "Contact": "SELECT Id FROM Contact WHERE HasOptedOutOfEmail = false AND Email != null LIMIT 1",
    "Lead": "SELECT Id FROM Lead WHERE HasOptedOutOfEmail = false AND IsConverted = false LIMIT 1",
}


def act(practice: Practice, name: str, **values: Any) -> dict[str, Any]:
    """Do an act, which must succeed."""
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=10)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def query(practice: Practice, rest: requests.Session, soql: str) -> list[dict[str, Any]]:
    """The records of a query."""
    answer = rest.get(f"{practice.url}/services/data/v59.0/query", params={"q": soql}, timeout=10)
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def tick(practice: Practice, rest: requests.Session, record: str) -> requests.Response:
    """Tick Email Opt Out as the signed-in user."""
    sobject = "Contact" if record.startswith("003") else "Lead"
    return rest.patch(
        f"{practice.url}/services/data/v59.0/sobjects/{sobject}/{record}",
        json={"HasOptedOutOfEmail": True},
        timeout=10,
    )


def first(practice: Practice, rest: requests.Session, sobject: str = "Contact") -> str:
    """The id of a record that can be emailed."""
    return str(query(practice, rest, FIRST[sobject])[0]["Id"])


def record_of(practice: Practice, rest: requests.Session, record: str) -> dict[str, Any]:
    """All fields of a record."""
    sobject = "Contact" if record.startswith("003") else "Lead"
    url = f"{practice.url}/services/data/v59.0/sobjects/{sobject}/{record}"
    found: dict[str, Any] = rest.get(url, timeout=10).json()
    return found


def test_records_are_merged_undeleted_and_converted(
    practice: Practice, rest: requests.Session
) -> None:
    one, two = query(practice, rest, "SELECT Id, Email FROM Contact LIMIT 2")
    act(practice, "merge-records", winner=one["Id"], loser=two["Id"], values={"Email": "x@y.test"})
    merged = practice.world.org.tables.rows("Contact")[two["Id"]]
    assert (merged["IsDeleted"], merged["MasterRecordId"]) == (True, one["Id"])
    assert record_of(practice, rest, one["Id"])["Email"] == "x@y.test"

    act(practice, "undelete-record", record=two["Id"])
    assert record_of(practice, rest, two["Id"])["Email"] == two["Email"]

    lead = record_of(practice, rest, first(practice, rest, "Lead"))
    contact = act(practice, "convert-lead", record=lead["Id"])["contact"]
    assert record_of(practice, rest, contact)["Email"] == lead["Email"]
    assert record_of(practice, rest, lead["Id"])["ConvertedContactId"] == contact
    refused = requests.post(
        f"{practice.url}/practice/convert-lead", json={"record": lead["Id"]}, timeout=10
    )
    assert refused.status_code == 400


def test_the_index_names_every_act_and_what_it_takes(practice: Practice) -> None:
    index = requests.get(f"{practice.url}/practice", timeout=10).json()

    assert set(index) == set(ACTS)
    assert all(described["does"] for described in index.values())
    assert set(index["unsubscribe-some"]["takes"]) == {"count"}


def test_people_who_can_be_emailed_unsubscribe(practice: Practice, rest: requests.Session) -> None:
    before = requests.get(f"{practice.url}/practice/state", timeout=10).json()["unsubscribes"]

    chosen = act(practice, "unsubscribe-some", count=4)["unsubscribed"]

    bearers = query(practice, rest, "SELECT Email, HasOptedOutOfEmail FROM Contact")
    bearers += query(practice, rest, "SELECT Email, HasOptedOutOfEmail FROM Lead")
    mailable = {bearer["Email"] for bearer in bearers if not bearer["HasOptedOutOfEmail"]}
    assert len(chosen) == 4
    assert set(chosen) <= mailable
    assert len(practice.world.mail.unsubscribes()) == before + 4


def test_an_unsubscribe_can_be_in_the_past_and_can_be_a_domain(practice: Practice) -> None:
    act(practice, "unsubscribe", entry="whole.example", asked="2026-01-02T03:04:05Z")

    entry = next(listed for listed in practice.world.mail.unsubscribes())

    assert entry.address == "whole.example"
    assert entry.asked.isoformat() == "2026-01-02T03:04:05+00:00"


def test_a_colleague_clears_the_box_that_was_ticked_last(
    practice: Practice, rest: requests.Session
) -> None:
    record = first(practice, rest)
    practice.world.clock.set_to(practice.world.clock().replace(year=2030))
    rest.headers["Authorization"] = f"Bearer {_new_token(practice)}"
    assert tick(practice, rest, record).status_code == 204

    done = act(practice, "clear-box")

    row, colleague = record_of(practice, rest, record), practice.world.org.user_named(COLLEAGUE)
    assert colleague is not None
    assert done["records"] == [record]
    assert row["HasOptedOutOfEmail"] is False
    assert row["LastModifiedById"] == colleague["Id"]


def _new_token(practice: Practice) -> str:
    user = practice.world.org.user_named(practice.environment["SALESFORCE_USERNAME"])
    assert user is not None
    return practice.world.sessions.open(user["Id"]).token


def test_a_box_is_ticked_and_cleared_on_every_record_of_an_address(practice: Practice) -> None:
    ticked = act(practice, "tick-box", address="family@home.test")["records"]
    cleared = act(practice, "clear-box", address="FAMILY@home.test")["records"]
    nobody = act(practice, "clear-box", address="nobody@example.org")["records"]

    assert len(ticked) > 1
    assert sorted(ticked) == sorted(cleared)
    assert nobody == []


def test_records_are_created_edited_and_deleted_by_colleagues(
    practice: Practice, rest: requests.Session
) -> None:
    made = act(
        practice,
        "create-record",
        sobject="Lead",
        values={"LastName": "New", "Company": "New", "Email": "new@example.org"},
    )["id"]
    act(practice, "edit-email", record=made, email="newer@example.org")
    edited = record_of(practice, rest, made)
    before = len(query(practice, rest, "SELECT Id FROM Lead"))
    act(practice, "delete-record", record=made)

    assert edited["Email"] == "newer@example.org"
    assert len(query(practice, rest, "SELECT Id FROM Lead")) == before - 1


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_the_opt_out_field_is_hidden_read_only_and_shown_again(
    practice: Practice, rest: requests.Session, sobject: str
) -> None:
    record = first(practice, rest, sobject)

    act(practice, "field-access", access="hidden", sobject=sobject)
    hidden = tick(practice, rest, record)
    act(practice, "field-access", access="read_only", sobject=sobject)
    read_only = tick(practice, rest, record)
    state = requests.get(f"{practice.url}/practice/state", timeout=10).json()
    act(practice, "field-access", access="editable", sobject=sobject)
    editable = tick(practice, rest, record)

    other = {"Contact": "Lead", "Lead": "Contact"}[sobject]
    assert hidden.json()[0]["errorCode"] == "INVALID_FIELD"
    assert read_only.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert state["field_access"] == {sobject: "read_only", other: "editable"}
    assert editable.status_code == 204


def test_the_permission_to_edit_an_object_is_revoked_and_granted(
    practice: Practice, rest: requests.Session
) -> None:
    contact, lead = first(practice, rest), first(practice, rest, "Lead")

    act(practice, "object-edit", sobject="Lead", on=False)
    refused, allowed = tick(practice, rest, lead), tick(practice, rest, contact)
    act(practice, "object-edit", sobject="Lead", on=True)
    again = tick(practice, rest, lead)

    assert refused.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert allowed.status_code == 204
    assert again.status_code == 204


def test_a_permission_allows_edits_of_converted_leads(
    practice: Practice, rest: requests.Session
) -> None:
    lead = query(practice, rest, "SELECT Id FROM Lead WHERE IsConverted = true LIMIT 1")[0]["Id"]

    refused = tick(practice, rest, lead)
    act(practice, "user-permission", permission="AllowViewEditConvertedLeads", on=True)
    allowed = tick(practice, rest, lead)

    assert refused.json()[0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert allowed.status_code == 204


def test_rows_are_locked_for_some_tries(practice: Practice, rest: requests.Session) -> None:
    record = first(practice, rest)
    act(practice, "lock-rows", records=[record], tries=2)

    answers = [tick(practice, rest, record) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [400, 400, 204]
    assert answers[0].json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"


def test_validation_rules_and_approvals_refuse_a_record_until_they_are_removed(
    practice: Practice, rest: requests.Session
) -> None:
    record = first(practice, rest)
    rule = {"sobject": "Contact", "field": "HasOptedOutOfEmail", "value": True, "record": record}
    act(practice, "validation-rule", message="Not this one.", **rule)

    ruled = tick(practice, rest, record)
    act(practice, "drop-rules")
    act(practice, "in-approval", record=record)
    waiting = tick(practice, rest, record)
    act(practice, "drop-rules")
    free = tick(practice, rest, record)

    assert ruled.json()[0]["message"] == "Not this one."
    assert waiting.json()[0]["errorCode"] == "ENTITY_IS_LOCKED"
    assert free.status_code == 204


def test_the_api_calls_of_a_day_can_be_used_up(practice: Practice, rest: requests.Session) -> None:
    act(practice, "api-limit", used=100, maximum=100)

    answer = rest.get(f"{practice.url}/services/data/v59.0/limits", timeout=10)

    assert answer.status_code == 403
    assert answer.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_all_sessions_expire_at_once(practice: Practice, rest: requests.Session) -> None:
    act(practice, "expire-sessions")

    answer = rest.get(f"{practice.url}/services/data/v59.0/limits", timeout=10)

    assert answer.status_code == 401
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_the_answer_has_the_changed_password(practice: Practice) -> None:
    told = act(practice, "change-password")

    assert practice.environment["SALESFORCE_PASSWORD"] == told["password"] == "practice-2"
    assert practice.environment["SALESFORCE_SECURITY_TOKEN"] == told["token"]


def test_time_passes_for_records_sessions_and_the_date_header(
    stopped_practice: Practice,
) -> None:
    practice = stopped_practice
    act(practice, "pass-time", days=30)

    answer = requests.get(f"{practice.url}/practice/state", timeout=10)

    assert answer.json()["now"] == "2026-04-01T12:00:00.000000Z"
    assert answer.headers["Date"] == "Wed, 01 Apr 2026 12:00:00 GMT"
    assert act(practice, "set-time", to="2027-01-01T00:00:00Z", stopped=True)["stopped"]


def test_starting_over_creates_other_people_at_the_same_address(practice: Practice) -> None:
    old = practice.world.org
    act(practice, "change-password")
    act(practice, "start-afresh", contacts=12, leads=3, unsubscribes=2)

    state = requests.get(f"{practice.url}/practice/state", timeout=10).json()

    assert state["records"]["Contact"]["all"] == 12
    assert state["unsubscribes"] == 2
    assert practice.world.org.id == state["org_id"] != old.id
    assert practice.environment["SALESFORCE_PASSWORD"] == "practice-1"


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("nonsense", {}, 404),
        ("fault", {"kind": "nonsense"}, 400),
        ("fault", {}, 400),
        ("unsubscribe", {"nonsense": 1}, 400),
        ("policy", {"nonsense": 1}, 400),
        ("field-access", {"access": "nonsense"}, 400),
        ("edit-email", {"record": "003000000000000AAA", "email": "x@example.org"}, 400),
        ("set-time", {"to": "tomorrow"}, 400),
        ("mail-service", {"utc_offset": 99}, 400),
    ],
)
def test_an_act_that_makes_no_sense_is_refused_with_the_reason(
    practice: Practice, name: str, values: dict[str, Any], status: int
) -> None:
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=10)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_foreign_web_page_cannot_reach_the_control_addresses(practice: Practice) -> None:
    by_name = requests.get(
        f"{practice.url}/practice/state", headers={"Host": "evil.example"}, timeout=10
    )
    by_form = requests.post(
        f"{practice.url}/practice/expire-sessions",
        headers={"Origin": "https://evil.example"},
        timeout=10,
    )

    assert by_name.status_code == by_form.status_code == 403
