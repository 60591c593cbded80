"""The conditions that several queries share."""

import pytest

from lib.salesforce.access import Access
from lib.salesforce.conditions import has_outer_blanks, mailable, opted_out
from lib.soql import SObject, render


@pytest.mark.parametrize(
    ("access", "text"),
    [
        (Access("Contact"), "HasOptedOutOfEmail = false AND Email != null"),
        (
            Access("Lead", has_is_converted=True),
            "HasOptedOutOfEmail = false AND Email != null AND IsConverted = false",
        ),
        (Access("Account"), "PersonHasOptedOutOfEmail = false AND PersonEmail != null"),
        (
            Access("Contact", skips_person_accounts=True),
            "HasOptedOutOfEmail = false AND Email != null AND IsPersonAccount = false",
        ),
    ],
)
def test_mailable_needs_an_address_and_a_clear_box(access: Access, text: str) -> None:
    assert render(mailable(access)) == text


def test_a_converted_lead_is_mailable_only_for_those_who_ask_for_it() -> None:
    lead = Access("Lead", has_is_converted=True)

    assert (
        render(mailable(lead, or_converted=True)) == "HasOptedOutOfEmail = false AND Email != null"
    )


def test_any_opt_out_field_opts_a_record_out() -> None:
    contact = SObject("Contact", opt_out=("HasOptedOutOfEmail", "No_Mail__c"))

    assert render(opted_out(contact)) == "HasOptedOutOfEmail = true OR No_Mail__c = true"


def test_blanks_are_looked_for_on_both_sides_of_an_address() -> None:
    text = render(has_outer_blanks())

    assert "Email LIKE ' %'" in text
    assert "Email LIKE '% '" in text
    assert text.count(" OR ") == 5
