"""SOQL over HTTP, clause by clause: TYPEOF, functions, distances, scopes, children, joins."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from lib.practice.org_setup import COLLEAGUE
from lib.practice.serve import Practice
from tests.practice.api import Api, error

HAMBURG = "GEOLOCATION(53.55, 9.99)"


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with 60 Contacts and 40 Leads."""
    return Api(practice)


def found(api: Api, soql: str, **more: Any) -> list[dict[str, Any]]:
    """The records of an answer with one page."""
    answer = api.call("GET", "query", params={"q": soql}, **more)
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def refused(api: Api, soql: str) -> tuple[str, str]:
    """Code and message of a refused query."""
    status, code, message = error(api.call("GET", "query", params={"q": soql}))
    assert status == 400
    return code, message


def new(api: Api, sobject: str, values: Mapping[str, Any]) -> str:
    """The id of a new record."""
    return str(api.call("POST", f"sobjects/{sobject}", json=values).json()["id"])


# ---- TYPEOF


def test_typeof_asks_each_sobject_for_its_own_fields(api: Api):
    records = found(
        api,
        "SELECT Id, TYPEOF Who WHEN Contact THEN Email, Account.Name WHEN Lead THEN Company END"
        " FROM Task WHERE WhoId != null",
    )

    for record in records:
        row = api.row("Task", record["Id"])
        who = record["Who"]
        if row["WhoId"].startswith("003"):
            contact = api.row("Contact", row["WhoId"])
            assert who["attributes"]["type"] == "Contact"
            assert who["Email"] == contact.get("Email")
            assert who["Account"]["Name"] == api.row("Account", contact["AccountId"])["Name"]
        else:
            assert who["attributes"]["type"] == "Lead"
            assert list(who) == ["attributes", "Company"]


def test_typeof_has_an_else_branch_or_nothing_for_other_sobjects(api: Api):
    cases = "SELECT TYPEOF What WHEN Account THEN Phone {} END, What.Id FROM Task"
    some = (
        "SELECT TYPEOF What WHEN Opportunity THEN Amount {} END FROM Task WHERE What.Type = 'Case'"
    )

    nothing = found(api, some.format(""))
    names = found(api, some.format("ELSE Name, Type"))

    assert {record["What"] for record in nothing if record["What"] is None} == {None}
    assert all(record["What"] is None for record in nothing)
    assert {name["What"]["Type"] for name in names} == {"Case"}
    assert names[0]["What"]["attributes"]["type"] == "Name"
    assert refused(api, cases.format(""))[0] == "INVALID_FIELD"


def test_typeof_needs_a_lookup_to_several_sobjects(api: Api):
    code, _ = refused(api, "SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact")
    other, _ = refused(api, "SELECT TYPEOF Who WHEN Account THEN Name END FROM Task")

    assert code == other == "MALFORMED_QUERY"


def test_typeof_works_after_a_lookup(api: Api):
    records = found(
        api,
        "SELECT TYPEOF LeadOrContact WHEN Lead THEN Company WHEN Contact THEN Email END"
        " FROM CampaignMember",
    )

    kinds = {record["LeadOrContact"]["attributes"]["type"] for record in records}
    assert kinds == {"Contact", "Lead"}


# ---- functions


def test_format_writes_values_as_a_user_reads_them(api: Api):
    made = new(
        api,
        "Opportunity",
        {"Name": "F", "StageName": "Prospecting", "CloseDate": "2026-12-05", "Amount": 44000},
    )

    [record] = found(
        api,
        "SELECT FORMAT(Amount), FORMAT(CloseDate) due, FORMAT(Probability) chance, CloseDate,"  # noqa: S608
        " FORMAT(convertCurrency(Amount)) again, FORMAT(NextStep) FROM Opportunity"
        f" WHERE Id = '{made}'",
    )
    [stamp] = found(
        api,
        f"SELECT FORMAT(CreatedDate) FROM Opportunity WHERE Id = '{made}'",  # noqa: S608
    )

    assert record["Amount"] == record["again"] == "$44,000.00"
    assert (record["due"], record["CloseDate"]) == ("12/5/2026", "2026-12-05")
    assert record["chance"] == "10%"
    assert record["NextStep"] is None
    assert re.fullmatch(r"\d+/\d+/\d{4}, \d+:\d\d [AP]M", stamp["CreatedDate"])


def test_format_works_on_aggregates(api: Api):
    [record] = found(
        api, "SELECT FORMAT(MAX(Amount)) most, MAX(Amount) plain, COUNT(Id) FROM Opportunity"
    )

    assert record["most"] == f"${record['plain']:,.2f}"
    assert record["expr0"] == len(api.org.tables.rows("Opportunity"))


def test_a_function_of_a_path_replaces_its_field(api: Api):
    [record] = found(
        api, "SELECT toLabel(Contact.LeadSource), Contact.Name FROM Case WHERE ContactId != null"
        " LIMIT 1"
    )  # fmt: skip

    assert list(record) == ["attributes", "Contact"]
    assert list(record["Contact"]) == ["attributes", "LeadSource", "Name"]


def test_to_label_shows_the_label_of_a_value(api: Api):
    records = found(api, "SELECT toLabel(ForecastCategory), ForecastCategoryName FROM Opportunity")

    assert all(record["ForecastCategory"] == record["ForecastCategoryName"] for record in records)


def test_convert_currency_is_refused_in_where(api: Api):
    code, _ = refused(api, "SELECT Id FROM Opportunity WHERE convertCurrency(Amount) > 5")

    assert code == "MALFORMED_QUERY"
    assert found(api, "SELECT convertCurrency(Amount) FROM Opportunity WHERE Amount > USD5")


def test_convert_timezone_works_only_in_a_date_function(api: Api):
    hours = found(
        api,
        "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) hour, COUNT(Id) n FROM Contact"
        " GROUP BY HOUR_IN_DAY(convertTimezone(CreatedDate))",
    )
    code, _ = refused(api, "SELECT convertTimezone(CreatedDate) FROM Contact")

    assert sum(group["n"] for group in hours) == 60
    assert all(0 <= group["hour"] <= 23 for group in hours)
    assert code == "MALFORMED_QUERY"


def test_a_sum_of_fields_can_be_a_condition(api: Api):
    rows = api.org.tables.rows("Opportunity").values()

    records = found(
        api, "SELECT Amount, Probability FROM Opportunity WHERE Amount + Probability > 20000"
    )

    assert len(records) == sum(1 for row in rows if row["Amount"] + row["Probability"] > 20000)
    assert refused(api, "SELECT Id FROM Contact WHERE Email + Phone > 5")[0] == (
        "INVALID_QUERY_FILTER_OPERATOR"
    )


# ---- distances


def test_distance_finds_people_nearby(api: Api):
    near = found(
        api,
        f"SELECT MailingCity FROM Contact WHERE DISTANCE(MailingAddress, {HAMBURG}, 'km') < 400",  # noqa: S608
    )
    far = found(
        api,
        f"SELECT MailingCity FROM Contact WHERE DISTANCE(MailingAddress, {HAMBURG}, 'mi') > 1000",  # noqa: S608
    )

    assert {record["MailingCity"] for record in near} == {"Hamburg", "Utrecht"}
    assert {record["MailingCity"] for record in far} <= {"Porto", "Turku", "Lyon", "Oslo"}
    assert "Porto" in {record["MailingCity"] for record in far}


def test_distance_sorts_and_shows(api: Api):
    records = found(
        api,
        f"SELECT BillingCity, DISTANCE(BillingAddress, {HAMBURG}, 'km') away FROM Account"  # noqa: S608
        f" ORDER BY DISTANCE(BillingAddress, {HAMBURG}, 'km') LIMIT 3",
    )

    away = [record["away"] for record in records]
    assert away == sorted(away)
    assert records[0]["BillingCity"] == "Hamburg"
    assert away[0] < 1


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (f"DISTANCE(MailingAddress, {HAMBURG}, 'km') = 5", "INVALID_QUERY_FILTER_OPERATOR"),
        (f"DISTANCE(MailingCity, {HAMBURG}, 'km') < 5", "INVALID_FIELD"),
    ],
)
def test_distance_needs_a_location_and_less_or_more_than(api: Api, condition: str, code: str):
    assert refused(api, f"SELECT Id FROM Contact WHERE {condition}")[0] == code  # noqa: S608


# ---- FIELDS()


def test_all_fields_can_be_selected_for_a_few_ids(api: Api):
    contact = api.first("Contact", LastName="Plain")["Id"]
    few = f"SELECT FIELDS(ALL) FROM Contact WHERE Id IN ('{contact}') AND LastName != null"  # noqa: S608

    [record] = found(api, few)

    assert record["HasOptedOutOfEmail"] is False
    assert "MailingAddress" in record
    assert refused(api, "SELECT FIELDS(ALL) FROM Contact")[0] == "MALFORMED_QUERY"
    assert "at least one field" in refused(api, "SELECT FIELDS(CUSTOM) FROM Contact LIMIT 1")[1]


# ---- groups


def test_rollup_and_cube_add_totals_and_mark_them(api: Api):
    rollup = found(
        api,
        "SELECT StageName, Type, GROUPING(StageName) g, COUNT(Id) n FROM Opportunity"
        " GROUP BY ROLLUP(StageName, Type)",
    )
    cube = found(
        api,
        "SELECT Status, Origin, COUNT(Id) n FROM Case GROUP BY CUBE(Status, Origin)"
        " HAVING COUNT(Id) > 0 ORDER BY GROUPING(Status), GROUPING(Origin), Status, Origin",
    )

    total = [group for group in rollup if group["g"] == 1]
    assert [group["n"] for group in total] == [len(api.org.tables.rows("Opportunity"))]
    cases = len(api.org.tables.rows("Case"))
    assert cube[-1] == {
        "attributes": {"type": "AggregateResult"},
        "Status": None,
        "Origin": None,
        "n": cases,
    }
    assert sum(group["n"] for group in cube if group["Status"] and group["Origin"]) == cases


def test_having_filters_groups(api: Api):
    groups = found(
        api,
        "SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId HAVING COUNT(Id) >= 8",
    )

    assert groups
    assert all(group["n"] >= 8 for group in groups)


# ---- children


def test_children_have_conditions_orders_and_limits_of_their_own(api: Api):
    records = found(
        api,
        "SELECT Name, (SELECT LastName FROM Contacts WHERE HasOptedOutOfEmail = false"
        " ORDER BY LastName DESC LIMIT 2) FROM Account",
    )

    for record in records:
        names = [child["LastName"] for child in (record["Contacts"] or {"records": []})["records"]]
        assert len(names) <= 2
        assert names == sorted(names, key=str.lower, reverse=True)


def test_children_have_children_since_version_58(api: Api):
    soql = "SELECT Name, (SELECT Email, (SELECT CaseNumber FROM Cases) FROM Contacts) FROM Account"
    deep = (
        "SELECT (SELECT (SELECT (SELECT (SELECT (SELECT Id FROM Tasks) FROM Cases) FROM Cases)"
        " FROM Cases) FROM Contacts) FROM Account"
    )

    records = found(api, soql)
    early = api.call("GET", "/services/data/v57.0/query", params={"q": soql})

    cases = [
        case["CaseNumber"]
        for account in records
        for contact in (account["Contacts"] or {"records": []})["records"]
        for case in (contact["Cases"] or {"records": []})["records"]
    ]
    with_contact = [row for row in api.org.tables.rows("Case").values() if row.get("ContactId")]
    assert sorted(cases) == sorted(case["CaseNumber"] for case in with_contact)
    assert error(early)[1] == "MALFORMED_QUERY"
    assert refused(api, deep)[0] == "MALFORMED_QUERY"


def test_an_offset_among_children_needs_one_parent(api: Api):
    inner = "SELECT Id, (SELECT Id FROM Contacts LIMIT 5 OFFSET 1) FROM Account"

    assert refused(api, inner)[0] == "MALFORMED_QUERY"
    assert found(api, f"{inner} LIMIT 1")


# ---- joins


def test_semi_and_anti_joins_split_the_rows(api: Api):
    soql = "SELECT Id FROM Contact WHERE Id {} (SELECT ContactId FROM Case WHERE IsClosed = false)"

    inside, outside = found(api, soql.format("IN")), found(api, soql.format("NOT IN"))

    assert inside
    assert len(inside) + len(outside) == 60
    assert not {record["Id"] for record in inside} & {record["Id"] for record in outside}


def test_an_empty_lookup_is_in_no_semi_join_and_in_every_anti_join(api: Api):
    case = new(api, "Case", {"Subject": "Nobody's"})
    soql = "SELECT Id FROM Case WHERE ContactId {} (SELECT Id FROM Contact WHERE Email != 'x@y.zz')"

    inside = found(api, soql.format("IN"))
    outside = found(api, soql.format("NOT IN"))

    assert case not in {record["Id"] for record in inside}
    assert case in {record["Id"] for record in outside}


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task)",
        "SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Event)",
        "SELECT Id FROM Contact WHERE Account.Id IN (SELECT AccountId FROM Opportunity)",
        "SELECT Id FROM Contact WHERE Id IN (SELECT ReportsToId FROM Contact)",
        "SELECT Id FROM Contact WHERE Id IN (SELECT Contact.Id FROM Case)",
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT ContactId FROM Case)",
    ],
)
def test_a_join_that_salesforce_does_not_allow_is_refused(api: Api, soql: str):
    assert refused(api, soql)[0] == "MALFORMED_QUERY"


def test_a_deleted_parent_is_no_longer_a_parent(api: Api):
    contact = new(api, "Contact", {"LastName": "Gone", "Email": "gone@example.org"})
    case = new(api, "Case", {"ContactId": contact})
    api.call("DELETE", f"sobjects/Contact/{contact}")
    soql = {"q": f"SELECT Contact.Email FROM Case WHERE Id = '{case}'"}  # noqa: S608

    [plain] = api.call("GET", "query", params=soql).json()["records"]
    [whole] = api.call("GET", "queryAll", params=soql).json()["records"]

    assert plain["Contact"] is None
    assert whole["Contact"]["Email"] == "gone@example.org"


# ---- scopes and traces


def test_scopes_find_the_users_own_records(practice: Practice, api: Api):
    colleague = Api(practice, COLLEAGUE)
    own = new(colleague, "Contact", {"LastName": "Mine"})

    mine = found(colleague, "SELECT Id FROM Contact USING SCOPE mine")
    everything = found(colleague, "SELECT Id FROM Contact USING SCOPE Everything")
    queued = found(api, "SELECT Owner.Type FROM Case USING SCOPE queue_owned")
    team = found(api, "SELECT Id FROM Account USING SCOPE team")

    assert [record["Id"] for record in mine] == [own]
    assert len(everything) == 61
    assert {case["Owner"]["Type"] for case in queued} == {"Group"}
    assert team == []
    assert refused(api, "SELECT Id FROM Contact USING SCOPE my_territory")[0] == "MALFORMED_QUERY"


def test_every_scope_that_describe_names_is_answered(api: Api):
    for sobject in ("Account", "Case", "Contact", "Event", "Lead", "Opportunity", "Task"):
        scopes = api.call("GET", f"sobjects/{sobject}/describe").json()["supportedScopes"]
        for scope in scopes:
            found(api, f"SELECT Id FROM {sobject} USING SCOPE {scope['name']} LIMIT 1")  # noqa: S608


def test_for_view_stores_the_time_and_changes_nothing_else(api: Api):
    before = api.first("Contact", LastName="Plain")
    found(api, "SELECT Id FROM Contact WHERE LastName = 'Plain' FOR VIEW")
    found(api, "SELECT Id FROM Contact WHERE LastName = 'Mixed' FOR REFERENCE")

    after, other = (api.first("Contact", LastName=name) for name in ("Plain", "Mixed"))

    assert "LastViewedDate" not in before
    assert after["LastViewedDate"] == after["LastReferencedDate"]
    assert after["SystemModstamp"] == before["SystemModstamp"]
    assert "LastViewedDate" not in other
    assert other["LastReferencedDate"]


@pytest.mark.parametrize(
    "end",
    ["WITH SECURITY_ENFORCED", "WITH USER_MODE", "ALL ROWS", "FOR UPDATE", "UPDATE TRACKING"],
)
def test_clauses_that_only_apex_has_are_refused(api: Api, end: str):
    assert refused(api, f"SELECT Id FROM Contact {end}")[0] == "MALFORMED_QUERY"  # noqa: S608


def test_the_old_form_of_from_gives_aliases_to_lookups(api: Api):
    old = found(
        api,
        "SELECT c.Email, a.Name, o.Username FROM Contact c, c.Account a, a.Owner o"
        " WHERE a.Industry = 'Retail' ORDER BY c.Id",
    )
    new_form = found(
        api,
        "SELECT Email, Account.Name, Account.Owner.Username FROM Contact"
        " WHERE Account.Industry = 'Retail' ORDER BY Id",
    )

    assert old == new_form != []
