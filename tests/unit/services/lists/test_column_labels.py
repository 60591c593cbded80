"""The headings of a list's first rows are Salesforce's labels, where it has them."""

import pytest

from lib.services.lists.column_labels import Labels
from lib.services.lists.field_choices import OfferedField, OfferedObject
from lib.soql.builder.phrases import FieldType
from lib.soql.tree import FromItem
from lib.ui.lists.headings import headings_of

CONTACT = OfferedObject(
    "Contact",
    "Contact",
    "Contacts",
    (
        OfferedField("Name", "Full Name", FieldType.TEXT),
        OfferedField("MailingCity", "Mailing City", FieldType.TEXT),
        OfferedField("Account.Name", "Account Name", FieldType.TEXT),
    ),
)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("MailingCity", "Mailing City"),
        ("mailingcity", "Mailing City"),
        ("c.MailingCity", "Mailing City"),
        ("Contact.MailingCity", "Mailing City"),
        ("c.Account.Name", "Account Name"),
        ("Owner.Name", "Owner.Name"),  # not the Contact's own name
        ("COUNT()", "COUNT()"),
    ],
)
def test_a_column_has_the_label_of_its_own_field(title, heading):
    assert Labels(CONTACT, FromItem("Contact", "c")).of(title) == heading


def test_no_two_headings_are_the_same_and_each_knows_its_column_in_the_file():
    titles = ["Name", "c.Name", "Other__c"]
    labels = Labels(CONTACT, FromItem("Contact", "c"))

    assert headings_of(titles, labels) == {
        "Full Name": "Name",
        "Full Name (2)": "c.Name",
        "Other__c": "Other__c",
    }
    assert list(headings_of(titles, None)) == titles
