"""Whole domains on the unsubscribe list: held, approved by name, kept mailable, taken back."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.clock import to_text

DOMAIN = "example.com"


@pytest.fixture
def people(house):
    """Two people at the domain, one of them twice, and people at domains that look like it."""
    here = [house.contact("anna@example.com"), house.lead("anna@example.com")]
    here.append(house.contact("Bert@EXAMPLE.com"))
    others = [
        house.contact(f"carl@{domain}")
        for domain in (
            "mail.example.com",
            "myexample.com",
            "example.com.au",
            "example.co",
            "exаmple.com",  # with a Cyrillic а
        )
    ]
    house.contact("dora@example.org")
    house.unsubscribe("dora@example.org", DOMAIN)
    return here, others


def opted_out(house, records: list[str]) -> list[bool]:
    return [house.is_opted_out(record) for record in records]


def listed(house, out: Path) -> set[str]:
    """The addresses that a list of all Contacts and Leads has."""
    found: set[str] = set()
    for query in ("SELECT Id, Email FROM Contact", "SELECT Id, Email FROM Lead"):
        code, _ = house.sync("list", query, "--out", str(out))
        assert code == 0
        with out.open() as lines:
            found |= {row["Email"] for row in csv.DictReader(lines)}
    return found


def test_rule_4_4_a_domain_is_held_while_everything_else_goes_on(house, people):
    here, _ = people

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["skipped"]) == (0, 1, 3)
    assert {row["reason"] for row in house.changes(result["run_id"])} == {None, "held"}
    assert not any(opted_out(house, here))


def test_rule_4_4_a_preview_of_an_approval_says_who_is_at_the_domain_and_stores_nothing(
    house, people
):
    here, _ = people
    house.sync("run")

    code, result = house.sync("run", "--dry-run", "--approve-domain", DOMAIN)

    assert (code, result["planned"]) == (0, 3)
    assert result["domain"] == {"name": DOMAIN, "records": 3, "people": 2}
    rows = house.changes(result["run_id"])
    planned = {row["record_id"] for row in rows if row["outcome"] == "planned"}
    assert planned == set(here)
    assert house.sync("domains")[1]["domains"][0]["state"] == "held"
    assert house.sync("run")[1]["updated"] == 0


def test_rule_4_4_an_approved_domain_is_opted_out_and_only_that_very_domain(house, people):
    here, others = people
    house.sync("run")

    code, result = house.sync("run", "--approve-domain", "Example.COM")

    assert (code, result["updated"], result["domain"]["people"]) == (0, 3, 2)
    assert all(opted_out(house, here))
    assert not any(opted_out(house, others))
    [entry] = house.sync("domains")[1]["domains"]
    assert (entry["domain"], entry["state"]) == (DOMAIN, "approved")
    assert entry["decided_by"].startswith("script of ")


def test_rule_4_4_an_approval_covers_records_that_come_later(house, people):
    house.sync("run")
    house.sync("run", "--approve-domain", DOMAIN)
    late = [house.contact("zoe@example.com"), house.lead("zoe@example.com")]
    house.contact("zoe@sub.example.com")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)
    assert all(opted_out(house, late))
    assert house.sync("run")[1]["updated"] == 0


def test_rule_4_4_in_an_org_too_large_to_search_an_approved_domain_is_opted_out_all_the_same(
    house, people
):
    here, others = people
    house.sync("run")

    def give_up_on_the_search():
        """After the org with the rights, and the addresses, the search for the domain comes."""
        house.act(
            "fault", kind="status", status=400, code="QUERY_TIMEOUT", path="composite$", after=2
        )

    give_up_on_the_search()
    code, result = house.sync("run", "--approve-domain", DOMAIN)

    assert (code, result["updated"], result["errors"]) == (0, 3, [])
    assert all(opted_out(house, here))
    assert not any(opted_out(house, others))
    assert house.practice.world.faults.waiting == []

    late = house.lead("zoe@example.com")
    give_up_on_the_search()
    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert house.is_opted_out(late)


def test_rule_4_4_records_of_an_approved_domain_count_toward_the_limit(house):
    house.unsubscribe(DOMAIN)
    for number in range(60):
        house.contact(f"person{number}@example.com")
    house.sync("run")

    code, stopped = house.sync("run", "--approve-domain", DOMAIN)

    assert (code, stopped["planned"]) == (4, 60)
    assert "--approve-domain example.com and --max-changes 60" in stopped["errors"][0]["remedy"]
    assert house.sync("domains")[1]["domains"][0]["state"] == "held"
    assert house.sync("run")[0] == 0

    code, done = house.sync("run", "--approve-domain", DOMAIN, "--max-changes", "60")
    assert (code, done["updated"]) == (0, 60)


def test_rule_4_4_nothing_approves_several_domains_at_once(house, people):
    house.unsubscribe("example.net")
    house.sync("run")

    for wrong in (
        ("--approve-domain", DOMAIN, "--approve-domain", "example.net"),
        ("--approve-domain", "example.com,example.net"),
        ("--approve-domain", "*"),
        ("--approve-domain", "%.com"),
        ("--approve-domain", "com"),
        ("--all", "--approve-domain", DOMAIN),
    ):
        assert house.sync("run", *wrong)[0] == 2, wrong
    assert house.sync("run", "--allow-large")[1]["updated"] == 0


@pytest.mark.parametrize("name", ["mail.example.com", "myexample.com", "exаmple.com", "example.de"])
def test_rule_4_4_a_domain_that_is_not_on_the_list_is_a_usage_error(house, people, name):
    house.sync("run")
    used = house.practice.world.org.meter.used

    code, answer = house.sync("run", "--approve-domain", name)

    assert code == 2
    assert "isn't on the unsubscribe list as a whole domain" in answer["errors"][0]["message"]
    assert DOMAIN in answer["errors"][0]["remedy"]
    assert house.practice.world.org.meter.used == used


def test_rule_4_4_before_the_list_was_read_no_domain_is_known(house, people):
    code, answer = house.sync("run", "--approve-domain", DOMAIN)

    assert code == 2
    assert "once a run has read the list" in answer["errors"][0]["remedy"]


def test_rule_4_4_an_idna_domain_is_the_same_in_both_spellings(house):
    there = [house.contact("anna@münchen.example"), house.contact("b@xn--mnchen-3ya.example")]
    not_there = house.contact("c@munchen.example")
    house.unsubscribe("MÜNCHEN.example")
    house.sync("run")

    code, result = house.sync("run", "--approve-domain", "münchen.example")

    assert (code, result["updated"]) == (0, 2)
    assert all(opted_out(house, there))
    assert not house.is_opted_out(not_there)


def test_rule_6_2_people_at_a_held_or_approved_domain_stay_off_lists(house, people, tmp_path):
    house.sync("run")
    assert not {"anna@example.com", "Bert@EXAMPLE.com"} & listed(house, tmp_path / "held.csv")

    house.sync("run", "--approve-domain", DOMAIN)
    house.contact("zoe@example.com")  # no run has seen this record
    found = listed(house, tmp_path / "approved.csv")
    assert "zoe@example.com" not in found
    assert "carl@mail.example.com" in found


def test_rule_4_4_a_domain_that_is_kept_mailable_is_let_through_by_lists(house, people, tmp_path):
    here, _ = people
    house.unsubscribe("anna@example.com")
    house.sync("run")

    code, answer = house.sync("domains", "--keep-mailable", DOMAIN)

    assert (code, answer["domains"][0]["state"]) == (0, "kept_mailable")
    assert house.sync("run")[1]["updated"] == 0
    found = listed(house, tmp_path / "kept.csv")
    assert "Bert@EXAMPLE.com" in found
    assert "anna@example.com" not in found  # she unsubscribed with her address
    assert opted_out(house, here) == [True, True, False]


def test_rule_4_4_a_decision_can_be_taken_back(house, people, tmp_path):
    here, _ = people
    house.sync("run")
    house.sync("run", "--approve-domain", DOMAIN)
    late = house.contact("zoe@example.com")

    code, answer = house.sync("domains", "--withdraw", DOMAIN)

    assert (code, answer["domains"][0]["state"]) == (0, "held")
    assert house.sync("run")[1]["updated"] == 0
    assert not house.is_opted_out(late)
    assert all(opted_out(house, here))  # only undo clears a box
    assert "zoe@example.com" not in listed(house, tmp_path / "held.csv")
    assert house.sync("domains", "--withdraw", DOMAIN)[0] == 2


def test_rule_3_2_a_box_cleared_at_an_approved_domain_stays_cleared(house, tmp_path):
    house.unsubscribe(DOMAIN, asked="2026-01-05T09:00:00Z")
    here = [house.contact(address) for address in ("anna@example.com", "ben@example.com")]
    house.sync("run")
    house.sync("run", "--approve-domain", DOMAIN)
    house.act("clear-box", record=here[1])

    code, result = house.sync("run")

    assert (code, result["updated"], result["kept"]) == (0, 0, 1)
    assert opted_out(house, here) == [True, False]
    assert house.sync("run")[1]["records"] == 0  # reported once
    assert listed(house, tmp_path / "kept.csv") == {"ben@example.com"}


def test_rule_3_2_a_domain_listed_after_the_box_was_cleared_is_newer(house):
    house.unsubscribe("anna@example.com", asked="2026-01-05T09:00:00Z")
    anna = house.contact("anna@example.com")
    house.sync("run")
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    house.act("clear-box", record=anna)
    house.sync("run")
    house.act("set-time")
    house.unsubscribe(DOMAIN)
    assert house.sync("run")[1]["updated"] == 0  # on hold

    code, result = house.sync("run", "--approve-domain", DOMAIN)

    assert (code, result["updated"]) == (0, 1)
    assert house.is_opted_out(anna)


def test_rule_1_8_a_file_approves_only_a_domain_that_it_has(house, people, tmp_path):
    here, _ = people
    house.sync("run")
    with_it, without = tmp_path / "with.csv", tmp_path / "without.csv"
    with_it.write_text("email\n@example.com\n")
    without.write_text("email\nmax@example.org\n")

    assert house.sync("run", "--file", str(without), "--approve-domain", DOMAIN)[0] == 2
    code, result = house.sync("run", "--file", str(with_it), "--approve-domain", DOMAIN)

    assert (code, result["updated"]) == (0, 3)
    assert all(opted_out(house, here))


def test_a_preview_does_not_say_a_domain_is_searched(house, people):
    house.sync("run")
    house.sync("run", "--dry-run", "--approve-domain", DOMAIN)

    assert house.sync("run", "--approve-domain", DOMAIN)[1]["updated"] == 3
