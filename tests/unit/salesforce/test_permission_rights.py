"""Which rights Optback asks for: exactly those it uses, objects before their fields."""

from hypothesis import given
from hypothesis import strategies as some

from lib.fields import OptOutField
from lib.salesforce.permission_set.rights import (
    DESCRIPTION,
    LABEL,
    NAME,
    Right,
    failed_rights,
    missing_from,
    rights_needed,
)
from lib.values import Check

OWN = [None, OptOutField("No_Mail__c", is_only=False), OptOutField("No_Mail__c", is_only=True)]


def test_an_own_field_comes_in_addition_or_takes_the_place_of_email_opt_out():
    plain, both, only = (set(rights_needed(own)) for own in OWN)

    extra = {Right(name, "No_Mail__c", edit=True) for name in ("Contact", "Lead")}
    standard = {Right(name, "HasOptedOutOfEmail", edit=True) for name in ("Contact", "Lead")}
    assert both == plain | extra
    assert only == (plain - standard) | extra


@given(own=some.sampled_from(OWN), persons=some.booleans())
def test_objects_come_before_their_fields_and_account_only_with_person_accounts(own, persons):
    rights = rights_needed(own, has_person_accounts=persons)

    places = {right.key: place for place, right in enumerate(rights)}
    assert len(places) == len(rights)
    assert all(places[right.key] >= places[right.sobject.lower(), ""] for right in rights)
    assert (("account", "") in places) == persons
    assert all(right.edit or right.field == "Email" for right in rights)


def test_a_field_that_everyone_can_see_needs_no_right():
    rights = rights_needed(free={("Contact", "Email")})

    assert Right("Contact", "Email") not in rights
    assert Right("Lead", "Email") in rights


@given(own=some.sampled_from(OWN), data=some.data())
def test_what_is_missing_and_what_is_given_make_up_the_whole(own, data):
    rights = rights_needed(own)
    given_ones = data.draw(some.dictionaries(some.sampled_from(rights), some.booleans()))

    missing = missing_from(rights, {right.key: edit for right, edit in given_ones.items()})

    for right in rights:
        enough = right in given_ones and (given_ones[right] or not right.edit)
        assert (right in missing) != enough


def test_the_name_fits_the_rules_of_salesforce():
    assert NAME.replace("_", "").isalnum()
    assert "__" not in NAME
    assert len(NAME) <= 80
    assert len(LABEL) <= 80
    assert len(DESCRIPTION) <= 255


def test_only_failed_checks_of_rights_count_as_missing():
    names = ["Lead: Email can be seen", "JangoMail", "Contact: records can be edited"]
    checks = [Check(name, ok=False, detail="") for name in names]
    fine = Check("Lead: Email Opt Out can be edited", ok=True, detail="yes")

    assert [check.name for check in failed_rights([*checks, fine])] == [names[0], names[2]]
