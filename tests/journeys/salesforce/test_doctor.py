"""What the permission doctor finds at the practice org: rights, editions, clocks, and limits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from lib.clock import utc_now
from lib.fields import OptOutField
from lib.practice.acts import administration, people
from lib.practice.acts.custom_fields import custom_field
from lib.practice.org_setup import USERNAME
from lib.practice.serve import Practice
from lib.salesforce.access import access
from lib.salesforce.doctor.affected import UNKNOWN, Affected
from lib.salesforce.doctor.checks import checks
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.settings import SalesforceLogin, credentials_from
from lib.values import Check, Level

BOX = "Email Opt Out"
Examined = Callable[..., dict[str, Check]]


def by_password(practice: Practice) -> SalesforceLogin:
    return credentials_from(practice.environment).salesforce


@pytest.fixture
def door(practice: Practice) -> Iterator[Door]:
    """A door to the practice org that never waits."""
    with Door.open(by_password(practice), sleep=lambda _: None) as door:
        yield door


@pytest.fixture
def examined(door: Door) -> Examined:
    """Every check by its name, as the org is now."""

    def examine(affected: Affected = UNKNOWN) -> dict[str, Check]:
        return {line.name: line for line in checks(door, read_org(door), affected)}

    return examine


def failed(lines: dict[str, Check]) -> list[str]:
    return [name for name, line in lines.items() if not line.ok]


def test_an_org_that_allows_everything_passes_every_check_in_four_calls(
    practice: Practice, examined: Examined, door: Door
) -> None:
    before = practice.world.org.meter.used

    lines = examined()

    assert failed(lines) == []
    assert practice.world.org.meter.used - before == 4
    assert next(iter(lines)) == "Salesforce sign-in"
    assert {line.level for line in lines.values()} == {Level.FINE, Level.NOTE}


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
@pytest.mark.parametrize(
    ("rights", "missing"),
    [
        ("hidden", [f"{BOX} can be seen", f"{BOX} can be edited"]),
        ("read_only", [f"{BOX} can be edited"]),
    ],
)
@pytest.mark.parametrize("may_edit", [True, False])
@pytest.mark.parametrize("edition", ["Enterprise Edition", "Professional Edition"])
def test_every_missing_right_is_named_with_the_steps_of_the_edition(
    practice: Practice,
    examined: Examined,
    sobject: str,
    rights: str,
    missing: list[str],
    may_edit: bool,
    edition: str,
) -> None:
    administration.org_switch(practice.world, edition=edition)
    administration.field_access(practice.world, rights, sobject=sobject)
    administration.object_edit(practice.world, sobject, on=may_edit)

    lines = examined()

    expected = ([] if may_edit else ["records can be edited"]) + missing
    assert failed(lines) == [f"{sobject}: {name}" for name in expected]
    box = lines[f"{sobject}: {BOX} can be {'seen' if rights == 'hidden' else 'edited'}"]
    if rights == "read_only" and not may_edit:  # it can't be known, and there's one thing to fix
        records = lines[f"{sobject}: records can be edited"]
        assert (box.because, box.remedy, box.effect) == (records.name, records.remedy, None)
        return
    is_layout = edition == "Professional Edition"
    assert ("Page Layouts" in (box.remedy or "")) == is_layout
    assert ("Set Field-Level Security" in (box.remedy or "")) != is_layout
    assert ("PageLayouts" in (box.link or "")) == is_layout
    assert box.link is not None
    assert box.link.startswith(f"{practice.url}/lightning/setup/ObjectManager/{sobject}/")
    assert all(lines[f"{sobject}: {name}"].stops == f"{sobject.lower()}s" for name in expected)


@pytest.mark.parametrize(
    ("contact", "lead"), product(["hidden", "read_only", "editable"], repeat=2)
)
def test_each_object_is_judged_by_itself(
    practice: Practice, examined: Examined, contact: str, lead: str
) -> None:
    administration.field_access(practice.world, contact, sobject="Contact")
    administration.field_access(practice.world, lead, sobject="Lead")

    lines = examined()

    for sobject, rights in (("Contact", contact), ("Lead", lead)):
        assert lines[f"{sobject}: {BOX} can be seen"].ok == (rights != "hidden")
        assert lines[f"{sobject}: {BOX} can be edited"].ok == (rights == "editable")


def test_a_hidden_box_is_one_cause_and_its_line_about_editing_refers_to_it(
    practice: Practice, examined: Examined
) -> None:
    administration.field_access(practice.world, "hidden", sobject="Lead")

    lines = examined()

    seen, edited = lines[f"Lead: {BOX} can be seen"], lines[f"Lead: {BOX} can be edited"]
    assert seen.because is None
    assert edited.because == seen.name
    assert edited.remedy == seen.remedy
    assert edited.effect is None


def test_a_hidden_object_is_one_cause_of_everything_about_it(
    practice: Practice, examined: Examined, door: Door
) -> None:
    with practice.world.org.transaction():
        for row in list(practice.world.org.tables.rows("ObjectPermissions").values()):
            if row["SobjectType"] == "Lead":
                practice.world.org.tables.drop("ObjectPermissions", row["Id"])
        administration.user_permission(practice.world, "ModifyAllData", on=False)

    lines = examined()

    assert len(failed(lines)) == 5
    first = lines["Lead: records can be seen"]
    assert "Object Settings" in (first.remedy or "")
    assert "can't tell how many" in (first.effect or "")
    assert [name for name, line in lines.items() if line.because == first.name] == [
        name for name in failed(lines) if name != first.name
    ]
    assert not access(door)["Lead"].readable


def test_what_follows_is_told_in_people_when_the_log_knows_them(
    practice: Practice, examined: Examined
) -> None:
    administration.field_access(practice.world, "read_only", sobject="Lead")
    name = f"Lead: {BOX} can be edited"

    nothing = examined()[name].effect
    many = examined(Affected(is_known=True, waiting={"Lead": 37}))[name].effect
    one = examined(Affected(is_known=True, waiting={"Lead": 1}))[name].effect
    nobody = examined(Affected(is_known=True))[name].effect

    assert "can't tell how many" in (nothing or "")
    assert many == "37 people who unsubscribed can still be emailed as Leads."
    assert one == "1 person who unsubscribed can still be emailed as a Lead."
    assert (nobody or "").startswith("No one is waiting because of this")


def test_no_one_can_say_that_a_hidden_box_is_not_set(
    practice: Practice, examined: Examined
) -> None:
    administration.field_access(practice.world, "hidden", sobject="Lead")

    effect = examined(Affected(is_known=True, waiting={"Lead": 37}))[
        f"Lead: {BOX} can be seen"
    ].effect

    assert effect == (
        "37 people who unsubscribed may still be emailed as Leads: Optback can't see whether the "
        "box is set."
    )


@pytest.mark.parametrize(
    ("view_all", "sharing", "level"),
    [
        (True, "None", Level.FINE),
        (True, "Edit", Level.FINE),
        (False, "Edit", Level.NOTE),
        (False, "Read", Level.NOTE),
        (False, "None", Level.WARNING),
    ],
)
def test_without_view_all_sharing_decides_whether_records_are_missed(
    practice: Practice, examined: Examined, view_all: bool, sharing: str, level: Level
) -> None:
    administration.org_switch(practice.world, sharing=sharing)
    administration.view_all(practice.world, view_all)

    lines = examined(Affected(is_known=True, unmatched=12))

    for sobject in ("Contact", "Lead"):
        line = lines[f"{sobject}: all records can be seen"]
        assert (line.ok, line.level) == (True, level)
        if level is Level.WARNING:
            assert "12 people who unsubscribed were found on no record" in (line.effect or "")
            assert "View All" in (line.remedy or "")


def test_view_all_on_one_object_is_not_view_all_on_the_other(
    practice: Practice, examined: Examined
) -> None:
    administration.org_switch(practice.world, sharing="None")
    administration.view_all(practice.world, on=False, sobject="Lead")

    lines = examined()

    assert lines["Contact: all records can be seen"].level == Level.FINE
    assert lines["Lead: all records can be seen"].level == Level.WARNING


def test_a_user_without_view_setup_is_not_told_what_salesforce_does_not_say(
    practice: Practice, examined: Examined
) -> None:
    administration.org_switch(practice.world, sharing="None")
    administration.view_all(practice.world, on=False)
    administration.user_permission(practice.world, "ViewSetup", on=False)

    line = examined()["Lead: all records can be seen"]

    assert (line.ok, line.level) == (True, Level.NOTE)
    assert line.detail.startswith("Salesforce doesn't say")


@pytest.mark.parametrize("may", [True, False])
def test_rule_3_6_the_right_to_edit_converted_leads_is_read_from_permissions(
    practice: Practice, examined: Examined, may: bool
) -> None:
    administration.user_permission(practice.world, "AllowViewEditConvertedLeads", on=may)

    line = examined(Affected(is_known=True, converted=3))["Lead: converted Leads can be edited"]

    assert (line.ok, line.level) == (True, Level.FINE if may else Level.NOTE)
    assert ("3 people who unsubscribed are on converted Leads" in (line.effect or "")) != may


def test_person_accounts_are_told(practice: Practice, examined: Examined) -> None:
    before = examined()["Person accounts"]
    administration.org_switch(practice.world, person_accounts=True)
    after = examined()["Person accounts"]

    assert (before.detail, before.level) == ("This org doesn't use them", Level.FINE)
    assert after.detail.startswith("This org uses them")


@pytest.mark.parametrize("rights", ["hidden", "read_only"])
def test_person_accounts_are_checked_like_contacts_and_have_contacts_steps(
    practice: Practice, examined: Examined, rights: str
) -> None:
    administration.org_switch(practice.world, person_accounts=True)
    assert failed(examined()) == []
    administration.field_access(practice.world, rights, sobject="Contact")

    lines = examined(Affected(is_known=True, waiting={"Account": 4}))

    box = lines[f"Account: {BOX} can be edited"]
    assert not box.ok
    assert box.stops == "person_accounts"
    assert "Object Manager > Contact" in (box.remedy or "")
    told = " ".join(line.effect or "" for line in lines.values())
    assert "4 people who unsubscribed" in told
    assert "as person accounts" in told


def test_an_object_that_can_not_be_edited_is_one_thing_to_fix(
    practice: Practice, examined: Examined
) -> None:
    administration.object_edit(practice.world, "Lead", on=False)

    lines = examined(Affected(is_known=True, waiting={"Lead": 4}))

    causes = [name for name in failed(lines) if lines[name].because is None]
    assert causes == ["Lead: records can be edited"]
    assert "4 people who unsubscribed" in (lines[causes[0]].effect or "")


@pytest.mark.parametrize("rights", ["hidden", "read_only"])
def test_contacts_box_is_one_thing_to_fix_for_person_accounts_too(
    practice: Practice, examined: Examined, rights: str
) -> None:
    administration.org_switch(practice.world, person_accounts=True)
    administration.field_access(practice.world, rights, sobject="Contact")

    lines = examined(Affected(is_known=True, waiting={"Account": 4}))

    right = "seen" if rights == "hidden" else "edited"
    causes = [name for name in failed(lines) if lines[name].because is None]
    assert causes == [f"Contact: {BOX} can be {right}"]
    assert lines[f"Account: {BOX} can be {right}"].because == causes[0]
    assert "4 people" in (lines[f"Account: {BOX} can be {right}"].effect or "")


def test_an_org_without_person_accounts_has_no_lines_about_accounts(examined: Examined) -> None:
    assert not [name for name in examined() if name.startswith("Account")]


@pytest.mark.parametrize(
    ("used", "maximum", "ok", "level"),
    [
        (10, 1000, True, Level.FINE),
        (690, 1000, True, Level.FINE),
        (750, 1000, True, Level.WARNING),
        (850, 1000, True, Level.WARNING),
        (950, 1000, False, Level.FAILED),
        (9_500, 10_000, True, Level.WARNING),
        (995, 1000, False, Level.FAILED),
    ],
)
def test_the_call_budget_warns_before_it_fails(
    practice: Practice, examined: Examined, used: int, maximum: int, ok: bool, level: Level
) -> None:
    administration.api_limit(practice.world, used=used, maximum=maximum)

    line = examined(Affected(is_known=True, calls=9))["Salesforce API calls left"]

    assert (line.ok, line.level) == (ok, level)
    assert "A run uses about 9 calls" in line.detail
    if level != Level.FINE:
        left = int(line.detail.partition(" ")[0].replace(",", "")) - maximum // 5
        runs = f"they can make {left:,} more calls" if left > 0 else "Runs make no more calls now"
        assert runs in line.detail
        assert line.link == f"{practice.url}/lightning/setup/CompanyProfileInfo/home"
        assert practice.world.org.id in (line.classic_link or "")


@pytest.mark.parametrize(
    ("ahead", "level", "words"),
    [
        (timedelta(seconds=20), Level.FINE, "within 2 minutes"),
        (timedelta(minutes=-30), Level.WARNING, "30 minutes ahead of Salesforce's"),
        (timedelta(hours=5), Level.WARNING, "5 hours behind Salesforce's"),
        (timedelta(days=3), Level.WARNING, "3 days behind Salesforce's"),
    ],
)
def test_clocks_that_differ_are_told_and_fail_nothing(
    practice: Practice, examined: Examined, ahead: timedelta, level: Level, words: str
) -> None:
    practice.world.clock.set_to(utc_now() + ahead)

    line = examined()["Clocks agree"]

    assert (line.ok, line.level) == (True, level)
    assert words in line.detail


@pytest.mark.parametrize(
    ("locale", "is_told"), [("tr_TR", True), ("az_AZ", True), ("de_DE", False)]
)
def test_a_turkish_locale_is_told(
    practice: Practice, examined: Examined, locale: str, is_told: bool
) -> None:
    user = practice.world.org.user_named(USERNAME)
    assert user is not None
    people.update_record(practice.world, user["Id"], {"LocaleSidKey": locale}, user=USERNAME)

    line = examined()["Locale of the user"]

    assert (line.ok, "Turkish" in line.detail) == (True, is_told)
    assert locale in line.detail


def test_the_way_by_password_says_when_it_ends_and_a_key_says_nothing(
    practice: Practice, examined: Examined
) -> None:
    app = practice.world.app
    by_key = replace(
        by_password(practice), consumer_key=app.consumer_key, consumer_secret=app.consumer_secret
    )
    by_key = replace(by_key, username="", password="")

    old = examined()["Way of signing in"]
    with Door.open(by_key, sleep=lambda _: None) as door:
        new = {line.name: line for line in checks(door, read_org(door))}["Way of signing in"]

    assert (old.ok, old.level) == (True, Level.NOTE)
    assert "Summer '27" in old.detail
    assert (new.level, new.effect) == (Level.FINE, None)


def test_the_sign_in_names_the_user_and_their_profile(examined: Examined) -> None:
    assert (
        f"as {USERNAME} (profile System Administrator)" in examined()["Salesforce sign-in"].detail
    )


def test_the_edition_comes_with_the_org(practice: Practice, door: Door) -> None:
    administration.org_switch(practice.world, edition="Professional Edition")

    assert read_org(door).edition == "Professional Edition"


OWN = "No_Mail__c"


def examined_with(practice: Practice, own: OptOutField) -> dict[str, Check]:
    """Every check by its name, for a connection with this opt-out field of its own."""
    with Door.open(by_password(practice), own_field=own, sleep=lambda _: None) as door:
        return {line.name: line for line in checks(door, read_org(door))}


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
@pytest.mark.parametrize(
    ("rights", "missing"),
    [
        ("hidden", ["can be seen", "is a checkbox", "can be edited"]),
        ("read_only", ["can be edited"]),
    ],
)
@pytest.mark.parametrize("is_only", [True, False])
def test_an_own_field_has_lines_of_its_own_with_one_cause(
    practice: Practice, sobject: str, rights: str, missing: list[str], is_only: bool
) -> None:
    custom_field(practice.world, OWN)
    administration.field_access(practice.world, rights, sobject=sobject, field=OWN)

    lines = examined_with(practice, OptOutField(OWN, is_only=is_only))

    assert failed(lines) == [f"{sobject}: {OWN} {name}" for name in missing]
    causes = [lines[name] for name in failed(lines) if lines[name].because is None]
    assert len(causes) == 1
    assert OWN in (causes[0].remedy or "")
    assert causes[0].stops == f"{sobject.lower()}s"
    assert (f"{sobject}: {BOX} can be edited" in lines) != is_only


def test_an_own_field_that_is_no_checkbox_says_what_to_choose_instead(practice: Practice) -> None:
    custom_field(practice.world, OWN, kind="text")

    lines = examined_with(practice, OptOutField(OWN, is_only=False))

    line = lines[f"Lead: {OWN} is a checkbox"]
    assert not line.ok
    assert (line.remedy or "").startswith("Choose a checkbox")
    assert line.link is None
