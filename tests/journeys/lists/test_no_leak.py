"""No one who opted out is on a list, for each reason, and everyone else is."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text
from tests.journeys.lists.conftest import CONTACTS, LEADS, Lists
from tests.journeys.runs.conftest import House

ANNA = "anna@example.org"
BERT = "bert@example.org"


def test_everyone_who_never_opted_out_is_listed(lists: Lists) -> None:
    lists.house.contact(ANNA)
    lists.house.lead(BERT)

    contacts, leads = lists.pull(CONTACTS), lists.pull(LEADS)

    assert (contacts.code, contacts.addresses, leads.addresses) == (0, [ANNA], [BERT])
    assert contacts.told["removed"] == {}


def test_rule_6_2_an_opted_out_record_is_left_out_and_counted(lists: Lists) -> None:
    lists.house.contact(ANNA)
    lists.house.contact(BERT, HasOptedOutOfEmail=True)

    pulled = lists.pull(CONTACTS)

    assert pulled.addresses == [ANNA]
    numbers = [pulled.told[name] for name in ("matching", "opted_out", "fetched", "rows")]
    assert numbers == [2, 1, 1, 1]


def test_rule_6_1_an_unsubscribe_that_no_run_has_read_yet_counts(lists: Lists) -> None:
    lists.house.contact(ANNA)
    lists.house.contact(BERT)
    lists.house.unsubscribe(ANNA.upper())

    pulled = lists.pull(CONTACTS)

    assert (pulled.addresses, pulled.told["removed"]) == ([BERT], {"unsubscribed": 1})
    assert pulled.told["as_of"]


def test_rule_6_2_an_unsubscribe_that_a_run_has_done_still_counts_on_a_new_record(
    lists: Lists,
) -> None:
    lists.house.contact(ANNA)
    lists.house.unsubscribe(ANNA)
    lists.house.sync("run")
    lists.house.lead(ANNA)

    pulled = lists.pull(LEADS)

    # Two reasons hold; the one that is higher up in Removed is told.
    assert (pulled.addresses, pulled.told["removed"]) == ([], {"unsubscribed": 1})


def test_a_domain_on_the_unsubscribe_list_is_left_out_at_once(lists: Lists) -> None:
    lists.house.contact("a@blocked.example")
    lists.house.contact("b@fine.example")
    lists.house.unsubscribe("blocked.example")

    pulled = lists.pull(CONTACTS)

    assert (pulled.addresses, pulled.told["removed"]) == (["b@fine.example"], {"held_domain": 1})


@pytest.mark.parametrize("twin", [ANNA.upper(), f" {ANNA}", ANNA])
def test_rule_6_2_an_address_opted_out_on_another_record_is_left_out(
    lists: Lists, twin: str
) -> None:
    lists.house.contact(ANNA)
    lists.house.lead(twin, HasOptedOutOfEmail=True)

    pulled = lists.pull(CONTACTS)

    assert (pulled.addresses, pulled.told["removed"]) == ([], {"opted_out_elsewhere": 1})


def test_an_idna_address_is_the_same_in_both_spellings(lists: Lists) -> None:
    lists.house.contact("jö@bücher.example")
    lists.house.contact("bo@xn--bcher-kva.example")
    lists.house.unsubscribe("jö@xn--bcher-kva.example")
    lists.house.lead("bo@bücher.example", HasOptedOutOfEmail=True)

    pulled = lists.pull(CONTACTS)

    assert pulled.told["removed"] == {"unsubscribed": 1, "opted_out_elsewhere": 1}
    assert pulled.addresses == []


def opted_out_and_cleared(house: House) -> None:
    """Anna unsubscribed long ago, a run ticked her box, and a colleague cleared it."""
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    contact = house.contact(ANNA)
    house.unsubscribe(ANNA, asked="2026-01-05T10:00:00Z")
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)


def test_rule_3_3_a_kept_record_is_listed_and_another_record_of_its_address_is_not(
    lists: Lists,
) -> None:
    house = lists.house
    opted_out_and_cleared(house)
    not_recorded_yet = lists.pull(CONTACTS)
    house.sync("run")

    alone = lists.pull(CONTACTS)
    house.lead(ANNA)
    lead, still = lists.pull(LEADS), lists.pull(CONTACTS)
    house.lead(ANNA, HasOptedOutOfEmail=True)
    beside_an_opted_out_one = lists.pull(CONTACTS)

    assert not_recorded_yet.addresses == []
    assert alone.addresses == [ANNA]
    assert (lead.addresses, lead.told["removed"]) == ([], {"unsubscribed": 1})
    assert still.addresses == [ANNA]
    assert beside_an_opted_out_one.told["removed"] == {"opted_out_elsewhere": 1}


def test_rule_3_2_a_newer_unsubscribe_removes_a_kept_record(lists: Lists) -> None:
    house = lists.house
    opted_out_and_cleared(house)
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.unsubscribe(ANNA)

    pulled = lists.pull(CONTACTS)

    assert (pulled.addresses, pulled.told["removed"]) == ([], {"unsubscribed": 1})


@pytest.mark.parametrize("text", [BERT, BERT.upper(), f" {BERT} ", f"Bert <{BERT}>; {ANNA}"])
def test_an_address_in_a_text_field_is_checked_like_any_other(lists: Lists, text: str) -> None:
    lists.house.contact(ANNA)
    lists.house.contact("clean@example.org", Department=text)
    lists.house.unsubscribe(BERT)

    pulled = lists.pull("SELECT Email, Department FROM Contact")

    assert (pulled.addresses, pulled.told["removed"]) == ([ANNA], {"unsubscribed": 1})


def test_an_address_in_a_text_field_counts_when_it_is_opted_out_elsewhere(lists: Lists) -> None:
    lists.house.contact("clean@example.org", Department=BERT)
    lists.house.lead(BERT, HasOptedOutOfEmail=True)

    pulled = lists.pull("SELECT Department FROM Contact")
    figures = lists.pull("SELECT MAX(Department) FROM Contact")

    assert (pulled.lines, pulled.told["removed"]) == ([], {"opted_out_elsewhere": 1})
    assert figures.lines == []


def test_a_sentence_that_mentions_an_address_removes_no_one(lists: Lists) -> None:
    lists.house.contact(ANNA, Description=f"Knows {BERT} well")
    lists.house.unsubscribe(BERT)

    assert lists.pull("SELECT Email, Description FROM Contact").addresses == [ANNA]


def test_people_left_out_of_subqueries_are_counted_separately(lists: Lists) -> None:
    values = {"Name": "Home"}
    account = lists.house.act("create-record", sobject="Account", values=values)["id"]
    lists.house.contact(ANNA, AccountId=account)
    lists.house.contact(BERT, AccountId=account)
    lists.house.unsubscribe(BERT)

    pulled = lists.pull("SELECT Name, (SELECT Email FROM Contacts) FROM Account")

    assert pulled.told["removed_in_subqueries"] == {"unsubscribed": 1}
    assert pulled.told["removed"] == {}


def test_a_text_in_a_subquery_is_checked_like_any_other(lists: Lists) -> None:
    contact = lists.house.contact(ANNA)
    for subject in ("Call", f"Told {BERT} about it", f"<{BERT}>"):
        values = {"Subject": subject, "WhoId": contact}
        lists.house.act("create-record", sobject="Task", values=values)
    lists.house.unsubscribe(BERT)

    pulled = lists.pull("SELECT Email, (SELECT Subject FROM Tasks) FROM Contact")

    assert [line["Tasks.Subject"] for line in pulled.lines or []] == ["Call"]
    assert pulled.told["removed_in_subqueries"] == {"unsubscribed": 2}
    assert (pulled.told["fetched"], pulled.told["rows"]) == (1, 1)


@pytest.mark.parametrize("field", ["Phone", "MailingStreet", "LastName", "LeadSource"])
def test_an_address_counts_in_a_field_of_any_type(lists: Lists, field: str) -> None:
    lists.house.contact(ANNA, **{field: f"mailto:{BERT}"})
    lists.house.unsubscribe(BERT)

    alone = lists.pull(f"SELECT {field} FROM Contact")  # noqa: S608 - our words
    among = lists.pull("SELECT MailingAddress, Phone, LeadSource, Name FROM Contact")

    assert (alone.lines, among.lines) == ([], [])


def test_an_unreadable_query_contacts_no_one(lists: Lists) -> None:
    before = lists.house.practice.world.org.meter.used

    pulled = lists.pull("SELECT Id FROM Contact WHERE")

    assert (pulled.code, pulled.lines) == (2, None)
    assert lists.house.practice.world.org.meter.used == before
