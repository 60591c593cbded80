"""Salesforce's codes in plain words."""

from lib.salesforce import codes
from lib.salesforce.codes import words


def test_a_known_code_has_words_its_message_and_a_remedy() -> None:
    text, remedy = words("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone is needed")

    assert text == "A validation rule of your org refuses the record (Phone is needed)"
    assert "Validation Rules" in remedy


def test_a_wrapped_cause_has_its_own_words() -> None:
    said = "T: System.LimitException: Apex CPU time limit exceeded"
    lock = "T: first error: UNABLE_TO_LOCK_ROW, x"

    limit, remedy = words("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", said)
    passing, nothing_to_do = words("CANNOT_EXECUTE_FLOW_TRIGGER", lock)

    assert limit == f"Automation in Salesforce hit a limit when the record was saved ({said})"
    assert "more than Salesforce allows" in remedy
    assert "at the same time" in passing
    assert nothing_to_do.startswith("Nothing to do")


def test_a_living_record_with_a_bad_reference_says_what_to_check() -> None:
    text, remedy = words("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

    assert "points to something" in text
    assert "owner, account" in remedy


def test_an_unknown_code_shows_salesforces_own_text() -> None:
    assert words("BRAND_NEW", "Something new happened")[0] == "Something new happened"
    assert words("BRAND_NEW", "")[0] == "BRAND_NEW"
    assert words("", "")[0] == "without a reason"


def test_every_code_has_advice() -> None:
    assert all(all(words(code, "")) for code in codes._WORDS)


def test_a_long_message_is_cut_to_one_line() -> None:
    text, _ = words("BRAND_NEW", "a\nb " * 500)

    assert "\n" not in text
    assert len(text) == 300
