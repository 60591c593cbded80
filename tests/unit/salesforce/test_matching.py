"""Find the records of many addresses."""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import soql
from lib.clock import from_text
from lib.errors import PermissionMissing, RequestRefused
from lib.salesforce import matching
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.own_box import OwnBox
from lib.soql import parse
from lib.soql.tree import In, Text
from lib.values import Record
from tests.unit.salesforce.wire import Answer, Asked, Wire, composite, rows

CONTACT = Access("Contact", True, True, True, True, True, False, False)
LEAD = Access("Lead", True, True, True, True, True, False, True)
BOTH = {"Contact": CONTACT, "Lead": LEAD}
CHANGED = "2026-03-02T12:00:00.000+0000"


def _row(record_id: str, email: str, **more: Any) -> dict[str, Any]:
    row = {"Id": record_id, "Email": email, "LastModifiedDate": CHANGED}
    return row | {"HasOptedOutOfEmail": False} | more


def _texts(asked: Asked) -> list[str]:
    return [part["url"] for part in asked.json["compositeRequest"]]


def _many(count: int) -> dict[str, list[str]]:
    names = [f"{n:06}.o'brien.of.example@example.org" for n in range(count)]
    return {name: [name] for name in names}


def test_a_hundred_addresses_cost_one_call(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(*[rows()] * 4))

    assert list(matching.find(door, _many(100), BOTH)) == []
    assert door.calls == 1


def test_a_contact_comes_with_its_account_if_the_user_may_see_it(wire: Wire, door: Door) -> None:
    seen = replace(CONTACT, account_visible=True)
    found = _row("003000000000001AAA", "ana@example.org", AccountId="001000000000007AAA")
    wire.on("POST", "composite$", composite(rows(found), rows()))

    (record,) = matching.find(door, {"ana@example.org": ["ana@example.org"]}, {"Contact": seen})

    assert record.account_id == "001000000000007AAA"
    assert ", AccountId FROM Contact" in unquote(_texts(wire.asked[-1])[0])


def test_an_account_that_is_hidden_is_not_asked_for(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(*[rows()] * 4))

    list(matching.find(door, {"ana@example.org": ["ana@example.org"]}, BOTH))

    assert not any("AccountId" in text for text in _texts(wire.asked[-1]))


def test_an_answer_with_one_record_for_each_address_fits_into_its_first_page() -> None:
    queries = matching.match_queries(_many(9_000), BOTH)

    assert len(queries) == 2 * 5
    assert max(len(_asked(query)) for query in queries) <= 2_000


def test_no_query_is_longer_than_salesforce_allows() -> None:
    addresses = {f"{'o' * 40}{name}"[-80:]: [] for name in _many(9_000)}
    queries = matching.match_queries({name: [name] for name in addresses}, BOTH)

    lengths = [len(soql.render(query)) for query in queries]
    assert max(lengths) <= 95_000
    assert min(lengths[:-1]) > 0
    assert len(queries) <= 2 * 9
    contacts = queries[: len(queries) // 2]
    assert [text for query in contacts for text in _asked(query)] == list(addresses)


@given(st.lists(st.text(min_size=1, max_size=100), unique=True, max_size=500))
@settings(max_examples=30, deadline=None)
def test_any_addresses_are_each_in_a_query_once_within_the_limit(texts: list[str]) -> None:
    queries = matching.match_queries({text: [text] for text in texts}, {"Contact": CONTACT})

    assert all(len(soql.render(query)) <= 95_000 for query in queries)
    fitting = [text for text in texts if len(text) <= matching.LONGEST_EMAIL]
    assert [value for query in queries for value in _asked(query)] == fitting


def test_the_longest_address_of_a_field_is_looked_for_and_a_longer_one_hides_no_other() -> None:
    longest, longer, other = "a" * 80, "b" * 81, "c"

    (query,) = matching.match_queries(
        {text: [text] for text in (longest, longer, other)}, {"Contact": CONTACT}
    )

    assert _asked(query) == [longest, other]


def _asked(query: soql.Query) -> list[str]:
    assert isinstance(query.where, In)
    return [value.value for value in query.where.values if isinstance(value, Text)]


def test_an_address_longer_than_its_field_is_not_looked_for(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows()))
    address = "a" * 69 + "@example.org"  # 81 characters

    assert list(matching.find(door, {address: [address]}, {"Contact": CONTACT})) == []
    assert not any("Email%20IN" in text for text in _texts(wire.asked[-1]))


def test_an_odd_address_is_quoted_and_compared_unchanged(wire: Wire, door: Door) -> None:
    odd = ['"it\'s \\ odd"@example.org', "two@signs@example.org", "with blank@example.org"]
    found = [_row(f"00300000000000{n}AAA", text.upper()) for n, text in enumerate(odd)]
    wire.on("POST", "composite$", composite(rows(*found), rows()))

    (query,) = matching.match_queries({text: [text] for text in odd}, {"Contact": CONTACT})
    records = list(matching.find(door, {text: [text] for text in odd}, {"Contact": CONTACT}))

    assert parse(soql.render(query)) == query
    assert [record.address for record in records] == odd


def test_every_spelling_is_looked_for_and_each_record_found_once(wire: Wire, door: Door) -> None:
    found_twice = _row("003000000000001AAA", "Ana@Example.org")
    wire.on("POST", "composite$", composite(rows(found_twice, found_twice), rows()))

    spellings = {"ana@example.org": ["ana@example.org", "Ana@example.org"]}
    found = list(matching.find(door, spellings, {"Contact": CONTACT}))

    assert found == [
        Record("Contact", "003000000000001AAA", "ana@example.org", False, from_text(CHANGED))
    ]
    assert "Ana%40example.org" in _texts(wire.asked[-1])[0]


def test_a_record_with_blanks_around_its_address_is_found(wire: Wire, door: Door) -> None:
    def answer(asked: Asked) -> Answer:
        padded = rows(_row("003000000000001AAA", " ana@example.org  "))
        other = rows(_row("003000000000002AAA", "eva@example.org "))
        return composite(*[padded if "LIKE" in text else other for text in _texts(asked)])

    wire.on("POST", "composite$", answer)

    found = list(
        matching.find(door, {"ana@example.org": ["ana@example.org"]}, {"Contact": CONTACT})
    )

    assert [record.record_id for record in found] == ["003000000000001AAA"]


def test_columns_the_user_cannot_see_are_not_selected(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows(), rows()))
    hidden = Access("Lead", readable=True, email_visible=True, has_is_converted=True)

    unreadable = Access("Contact")
    list(matching.find(door, _many(1), {"Contact": unreadable, "Lead": hidden}))

    text = _texts(wire.asked[-1])[0]
    assert "FROM%20Lead" in text
    assert "IsConverted" in text
    assert "HasOptedOutOfEmail" not in text
    assert len(_texts(wire.asked[-1])) == 2


@pytest.mark.parametrize(
    ("access", "columns"),
    [
        (CONTACT, "Id, Email, LastModifiedDate, CreatedDate, HasOptedOutOfEmail"),
        (LEAD, "Id, Email, LastModifiedDate, CreatedDate, HasOptedOutOfEmail, IsConverted"),
        (
            replace(CONTACT, has_person_accounts=True),
            "Id, Email, LastModifiedDate, CreatedDate, HasOptedOutOfEmail, IsPersonAccount",
        ),
        (
            replace(CONTACT, sobject="Account", has_person_accounts=True),
            "Id, PersonEmail, LastModifiedDate, CreatedDate, PersonHasOptedOutOfEmail, "
            "IsPersonAccount, PersonContactId",
        ),
    ],
)
def test_a_query_asks_for_what_a_record_is_made_from_and_nothing_else(
    access: Access, columns: str
) -> None:
    query = matching.select(access, soql.any_of("Id", ["1"]), "AccountId")

    whole = soql.select([*columns.split(", "), "AccountId"], access.sobject, query.where)
    assert soql.render(query) == soql.render(whole)


@pytest.mark.parametrize(("skips", "found"), [(True, False), (False, True)])
def test_rule_3_7_the_contact_of_a_person_account_is_left_to_its_account(
    skips: bool, found: bool
) -> None:
    access = replace(CONTACT, skips_person_accounts=skips)
    part = _row("003000000000001AAA", "ana@example.org", IsPersonAccount=True)
    usual = _row("003000000000001AAA", "ana@example.org", IsPersonAccount=False)

    assert (matching.to_person(access, part) is not None) == found
    assert matching.to_person(access, usual) is not None


def test_rule_3_8_a_record_is_out_when_the_orgs_own_field_says_so_too() -> None:
    access = replace(CONTACT, own=OwnBox("No_Mail__c", is_only=True))
    row = _row("003000000000001AAA", "ana@example.org", No_Mail__c=True)

    record = matching.to_person(access, row)

    assert record is not None
    assert record.opted_out


def test_a_hidden_box_is_unknown_not_false() -> None:
    row = _row("00Q000000000001", "eva@example.org", IsConverted=True)
    del row["HasOptedOutOfEmail"]

    record = matching.to_record("Lead", row)

    assert record.opted_out is None
    assert record.is_converted
    assert record.record_id == "00Q000000000001EAA"


@pytest.mark.parametrize("code", ["QUERY_TOO_COMPLICATED", "QUERY_TIMEOUT", "OPERATION_TOO_LARGE"])
def test_a_query_that_is_too_much_is_split_in_half(wire: Wire, door: Door, code: str) -> None:
    too_much = (400, [{"errorCode": code, "message": "too much"}])

    def part(text: str) -> tuple[int, Any]:
        if "LIKE" in text or text.count("example.org") > 1:
            return too_much
        names = [name for name in _many(7) if name[:6] in text]
        return rows(*[_row(f"003{name[:6]}000000AAA", name) for name in names])

    wire.on("POST", "composite$", lambda asked: composite(*map(part, _texts(asked))))

    found = list(matching.find(door, _many(7), {"Contact": CONTACT}))

    assert sorted(record.address for record in found) == list(_many(7))


def test_a_single_address_that_is_too_much_is_an_error(wire: Wire, door: Door) -> None:
    too_much = (400, [{"errorCode": "QUERY_TIMEOUT", "message": ""}])
    wire.on("POST", "composite$", lambda asked: composite(*[too_much for _ in _texts(asked)]))

    with pytest.raises(RequestRefused):
        list(matching.find(door, _many(2), {"Contact": CONTACT}))


def test_a_column_hidden_in_the_meantime_is_a_missing_permission(wire: Wire, door: Door) -> None:
    hidden = (400, [{"errorCode": "INVALID_FIELD", "message": "No such column 'Email'"}])
    wire.on("POST", "composite$", composite(hidden, rows()))

    with pytest.raises(PermissionMissing):
        list(matching.find(door, _many(2), {"Contact": CONTACT}))


def test_a_domain_finds_its_own_addresses_and_no_others(wire: Wire, door: Door) -> None:
    found = rows(
        _row("003000000000001AAA", "Ana@Example.org"),
        _row("003000000000002AAA", "ana@sub.example.org"),
        _row("003000000000003AAA", "ana@notexample.org"),
    )
    wire.on("POST", "composite$", composite(found, rows()))

    records = list(matching.find_by_domain(door, ["example.org"], {"Contact": CONTACT}))

    assert [record.record_id for record in records] == ["003000000000001AAA"]
    assert "%27%25%40example.org%27" in _texts(wire.asked[-1])[0]


def test_only_the_search_for_blanks_may_be_too_much_when_a_domain_is_looked_for(
    wire: Wire, door: Door
) -> None:
    too_much = (400, [{"errorCode": "QUERY_TIMEOUT", "message": ""}])
    found = rows(_row("003000000000001AAA", "ana@example.org"))
    wire.on("POST", "composite$", composite(found, too_much), composite(too_much, rows()))

    records = list(matching.find_by_domain(door, ["example.org"], {"Contact": CONTACT}))
    with pytest.raises(RequestRefused):
        list(matching.find_by_domain(door, ["example.org"], {"Contact": CONTACT}))

    assert [record.address for record in records] == ["ana@example.org"]


def test_a_domain_is_looked_for_in_both_spellings() -> None:
    (query,) = matching.domain_queries(["xn--mller-kva.example"], {"Contact": CONTACT})

    text = soql.render(query)
    assert "'%@xn--mller-kva.example'" in text
    assert "'%@müller.example'" in text


def test_a_domain_is_looked_for_as_a_turkish_user_spells_it_only_for_such_a_user(
    wire: Wire, door: Door
) -> None:
    wire.on("POST", "composite$", composite(*[rows()] * 2))

    for turkic in (False, True):
        list(matching.find_by_domain(door, ["ist.example"], {"Contact": CONTACT}, turkic=turkic))
    list(matching.find_by_domain(door, ["ist.example"], {"Contact": CONTACT}))

    spelled = [unquote(_texts(asked)[0]) for asked in wire.heard("composite$")]
    assert ["%@Ist.example" in text for text in spelled] == [False, True, False]
    assert all("Email LIKE" in unquote(text) for text in _texts(wire.asked[-1]))


def test_no_addresses_and_no_domains_cost_no_call(door: Door) -> None:
    assert list(matching.find(door, {}, BOTH)) == []
    assert list(matching.find_by_domain(door, [], BOTH)) == []
    assert door.calls == 0
