"""What can't be had without another right isn't a thing to fix of its own."""

from lib.salesforce.access import Access
from lib.salesforce.doctor.affected import UNKNOWN
from lib.salesforce.doctor.records import record_checks
from lib.values import Check, Org

ORG = Org("00D000000000001EAA", "Acme", "production", "ana@acme.example", "", "")
BOX = "Email Opt Out"


def found(**rights: Access) -> dict[str, Check]:
    lines = record_checks(rights, ORG, "https://acme.example", UNKNOWN)
    return {line.name: line for line in lines if not line.ok}


def access(sobject: str, *, edits: bool = True, sees_box: bool = True, sets_box: bool) -> Access:
    return Access(
        sobject,
        readable=True,
        editable=edits,
        email_visible=True,
        opt_out_visible=sees_box,
        opt_out_editable=sets_box,
    )


def test_no_box_can_be_edited_where_records_can_not() -> None:
    lines = found(Contact=access("Contact", edits=False, sets_box=False))

    records, box = lines["Contact: records can be edited"], lines[f"Contact: {BOX} can be edited"]
    assert (records.because, box.because) == (None, records.name)
    assert (box.remedy, box.effect) == (records.remedy, None)


def test_a_box_of_person_accounts_is_contacts_box() -> None:
    hidden = {"sees_box": False, "sets_box": False}

    lines = found(Contact=access("Contact", **hidden), Account=access("Account", **hidden))

    assert [line.name for line in lines.values() if line.because is None] == [
        f"Contact: {BOX} can be seen"
    ]
    effects = [line.effect for line in lines.values() if line.name.startswith("Account")]
    assert [effect is None for effect in effects] == [False, True]


def test_person_accounts_have_steps_where_contacts_box_only_follows_from_its_records() -> None:
    lines = found(
        Contact=access("Contact", edits=False, sets_box=False),
        Account=access("Account", sets_box=False),
    )

    box = lines[f"Account: {BOX} can be edited"]
    assert box.because is None
    assert "Object Manager > Contact" in (box.remedy or "")
