"""Where to click in Setup, by edition, in Lightning and in Classic."""

import pytest

from lib.salesforce.setup_steps import (
    Steps,
    api_steps,
    company_steps,
    edition_in_words,
    field_steps,
    object_steps,
    permission_steps,
    view_all_steps,
)

URL = "https://acme.my.salesforce.com"
BOX = "Email Opt Out"
WITH_SECURITY = ["Enterprise Edition", "Unlimited Edition", "Developer Edition"]
BY_LAYOUT = [
    "Professional Edition",
    "Team Edition",
    "Contact Manager Edition",
    "Personal Edition",
    "Base Edition",
]


@pytest.mark.parametrize("edition", WITH_SECURITY)
def test_editions_with_field_level_security_are_sent_to_its_page(edition: str) -> None:
    steps = field_steps("Lead", BOX, edition)

    assert "Set Field-Level Security" in steps.lightning
    assert "Set Field-Level Security" in steps.classic
    assert "Professional" not in steps.remedy
    assert "Page Layouts" not in steps.remedy
    assert steps.links(URL) == (
        f"{URL}/lightning/setup/ObjectManager/Lead/FieldsAndRelationships/view",
        f"{URL}/p/setup/layout/LayoutFieldList?type=Lead&setupid=LeadFields",
    )


@pytest.mark.parametrize("edition", BY_LAYOUT)
def test_editions_without_it_are_sent_to_the_page_layout(edition: str) -> None:
    steps = field_steps("Contact", BOX, edition)

    assert "Set Field-Level Security" not in steps.remedy
    assert "Page Layouts" in steps.lightning
    assert "Page Layouts" in steps.classic
    assert ("View Field Accessibility" in steps.remedy) == (edition == "Professional Edition")
    assert steps.links(URL)[0] == f"{URL}/lightning/setup/ObjectManager/Contact/PageLayouts/view"


def test_an_unknown_edition_gets_both() -> None:
    remedy = field_steps("Lead", BOX).remedy

    assert "Set Field-Level Security" in remedy
    assert "Professional Edition: put the field on the page layout." in remedy


def test_without_the_address_of_the_org_there_are_no_links() -> None:
    assert field_steps("Lead", BOX).links("") == (None, None)


@pytest.mark.parametrize(
    "steps",
    [
        object_steps("Lead"),
        view_all_steps("Contact"),
        permission_steps("View and Edit Converted Leads"),
        api_steps(),
        company_steps("00D000000000001EAA"),
    ],
)
def test_all_steps_have_words_and_a_page_for_lightning_and_classic(steps: Steps) -> None:
    lightning, classic = steps.links(URL)

    assert lightning.startswith(f"{URL}/lightning/setup/")
    assert classic.startswith(f"{URL}/0")
    assert "Lightning: Setup > " in steps.remedy
    assert "Classic: Setup > " in steps.remedy


def test_an_edition_is_shown_under_the_name_people_know() -> None:
    assert edition_in_words("Team Edition") == "Group Edition"
    assert edition_in_words("Enterprise Edition") == "Enterprise Edition"
