"""Salesforce's codes in plain words."""

from lib.salesforce import codes
from lib.salesforce.codes import words


def test_a_known_code_has_words_its_message_and_a_remedy() -> None:
    text, remedy = words("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone is needed")

    assert text == "A validation rule of your org refuses the record (Phone is needed)"
    assert "Validation Rules" in remedy


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
