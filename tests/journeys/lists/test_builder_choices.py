"""What the list builder offers comes from describe: the user's own view, in three calls."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import pytest
import requests

from lib.errors import CredentialsRefused, PausedError
from lib.practice.serve import Practice
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from lib.salesforce.query import pages
from lib.services.lists.builder_choices import Offered, offered, offers_behind
from lib.services.lists.field_choices import OfferedObject
from lib.services.log import open_log
from lib.settings import credentials_from
from lib.soql import render
from lib.soql.builder import Model, Order, to_query
from lib.soql.builder.date_periods import DatePeriod
from lib.soql.builder.phrases import PHRASES, Entered, FieldType, Input, condition_of
from lib.soql.guard.rewrite import guard


def _door(practice: Practice) -> Door:
    return Door.open(credentials_from(practice.environment).salesforce)


@pytest.fixture
def offers(practice: Practice) -> Offered:
    """What a practice org offers."""
    return offers_behind(_door(practice))


def test_objects_fields_and_campaigns_cost_three_calls(practice):
    door = _door(practice)
    before = door.calls

    offers = offers_behind(door)

    assert door.calls == before + 3
    assert [one.name for one in offers.objects] == ["Contact", "Lead", "CampaignMember"]
    assert [name for _, name in offers.campaigns] == ["Spring Newsletter"]
    assert offers.statuses == (("Sent", "Sent"), ("Responded", "Responded"))


@pytest.mark.parametrize(
    ("path", "label", "kind"),
    [
        ("Email", "Email", FieldType.TEXT),
        ("leadsource", "Lead Source", FieldType.CHOICE),
        ("Birthdate", "Birthdate", FieldType.DAY),
        ("CreatedDate", "Created Date", FieldType.MOMENT),
        ("IsEmailBounced", "Is Email Bounced", FieldType.BOX),
        ("AccountId", "Account ID", FieldType.ID),
        ("Account.Industry", "Account: Industry", FieldType.CHOICE),
        ("Account.Name", "Account Name", FieldType.TEXT),
        ("Account.NumberOfEmployees", "Account: Employees", FieldType.NUMBER),
        ("Owner.Name", "Owner: Full Name", FieldType.CHOICE),
        ("ReportsTo.Name", "Reports To: Name", FieldType.TEXT),
    ],
)
def test_a_contact_offers_its_fields_and_those_of_its_lookups(offers, path, label, kind):
    field = offers.object("contact").field(path)

    assert (field.label, field.kind) == (label, kind)


def test_a_picklist_offers_its_values_by_their_labels(offers):
    clean = offers.object("Contact").field("CleanStatus")

    assert ("Matched", "In Sync") in clean.choices


def test_fields_that_cannot_be_filtered_or_sorted_say_so(offers):
    contact = offers.object("Contact")

    assert not contact.field("Description").filterable
    assert not contact.field("Description").sortable
    assert contact.field("MailingAddress") is None


def test_the_opt_out_field_is_not_offered(offers):
    for one in offers.objects:
        paths = [field.path.lower() for field in one.fields]
        assert not [path for path in paths if path.endswith("hasoptedoutofemail")]


def test_a_new_list_shows_the_name_and_the_address(offers):
    assert offers.object("Lead").usual_columns == ("FirstName", "LastName", "Email", "Company")


def test_a_hidden_field_is_not_offered(practice):
    hide = {"access": "hidden", "sobject": "Lead", "field": "Email"}
    requests.post(f"{practice.url}/practice/field-access", json=hide, timeout=5)

    lead = offers_behind(_door(practice)).object("Lead")

    assert lead.field("Email") is None
    assert lead.usual_columns == ("FirstName", "LastName", "Company")


def test_refused_credentials_pause_the_connection(practice, tmp_path):
    environment = {**practice.environment, "SALESFORCE_PASSWORD": "wrong"}
    with open_log(tmp_path, environment) as log:
        for error in (CredentialsRefused, PausedError):
            with pytest.raises(error):
                offered(log, environment, "environment")


def test_person_accounts_are_offered_if_the_org_has_them(practice):
    switch = {"person_accounts": True, "persons": 3}
    requests.post(f"{practice.url}/practice/org-switch", json=switch, timeout=5)

    account = offers_behind(_door(practice)).object("Account")

    assert account.usual_columns == ("FirstName", "LastName", "PersonEmail")
    assert account.field("IsPersonAccount").kind is FieldType.BOX


def test_a_members_campaign_is_chosen_by_its_name(offers):
    campaign = offers.object("CampaignMember").field("CampaignId")

    assert campaign.kind is FieldType.RECORD
    assert [label for _, label in campaign.choices] == ["Spring Newsletter"]


@pytest.mark.parametrize("path", ["Owner.Name", "CreatedBy.Name", "LastModifiedBy.Name"])
def test_users_are_chosen_by_their_names(offers, path):
    for sobject in ("Contact", "Lead"):
        field = offers.object(sobject).field(path)
        assert field.kind is FieldType.CHOICE
        assert ("Casey Colleague", "Casey Colleague") in field.choices


_SOME: Mapping[Input, Entered] = {
    Input.TEXT: "x",
    Input.TEXTS: ("x", "y"),
    Input.CHOICE: "Web",
    Input.CHOICES: ("Web",),
    Input.NUMBER: "1.5",
    Input.DAY: date(2026, 1, 1),
    Input.MOMENT: datetime(2026, 1, 1, tzinfo=UTC),
    Input.PERIOD: DatePeriod("LAST_N_DAYS", 3),
    Input.PATTERN: "A_%",
}
_RECORD = "003000000000001AAA"
_IDS: Mapping[Input, Entered] = {
    Input.TEXT: _RECORD,
    Input.TEXTS: (_RECORD,),
    Input.CHOICE: _RECORD,
    Input.CHOICES: (_RECORD,),
}
_AT_ONCE = 15


def _models(one: OfferedObject) -> Iterator[Model]:
    """Queries that use every column, every order, and every condition the builder offers."""
    columns = [field.path for field in one.fields]
    orders = [Order(field.path, "DESC", "LAST") for field in one.fields if field.sortable]
    conditions = [
        condition
        for field in one.fields
        if field.filterable
        for phrase in PHRASES[field.kind]
        if (condition := condition_of(field.path, phrase, _entry(field.kind, phrase.input)))
    ]
    for start in range(0, len(conditions), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        yield Model(
            one.name,
            tuple(columns[some]) or ("Id",),
            parts=tuple(conditions[some]),
            order=tuple(orders[some]),
            limit=1,
        )


def _entry(kind: FieldType, how: Input) -> Entered:
    entries = _IDS if kind in (FieldType.ID, FieldType.RECORD) else _SOME
    return entries.get(how)


def test_the_org_accepts_every_offered_column_order_and_condition(practice):
    switch = {"person_accounts": True, "persons": 3}
    requests.post(f"{practice.url}/practice/org-switch", json=switch, timeout=5)
    door = _door(practice)
    org = DescribedOrg(door)
    models = [model for one in offers_behind(door).objects for model in _models(one)]
    asked = [guard(to_query(model), org).query for model in models]

    refused = [
        (answer.error.message, render(asked[answer.index]))
        for answer in pages(door, asked)
        if answer.error
    ]

    assert sum(len(model.parts) for model in models) > 3000
    assert refused == []
