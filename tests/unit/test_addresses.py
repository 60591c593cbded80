"""Addresses in text fields: texts made only of addresses, or with addresses in brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.addresses import compared, is_address, is_domain, is_well_formed, spellings
from lib.mentions import addresses_in, may_hold_address


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ann@example.org", ["ann@example.org"]),
        (" ANN@Example.org ", ["ann@example.org"]),
        ("ann@example.org;bo@example.org, cy@example.org", ["ann", "bo", "cy"]),
        ("Ann <ann@example.org>; bo@example.org", ["ann", "bo"]),
        ('"Li, Bo" <bo@example.org>', ["bo"]),
        ("<cy@example.org>", ["cy"]),
        ("knows ann@example.org well", []),
        ("@", []),
        ("twitter @ann", []),
        ("", []),
    ],
)
def test_the_addresses_in_a_text_are_found(text: str, addresses: list[str]) -> None:
    expected = [text if "@" in text else f"{text}@example.org" for text in addresses]

    assert addresses_in(text) == expected


@pytest.mark.parametrize(
    "text",
    ["ann@example.org", '"odd quote"@example.com', '"a@b"@example.com', "o'hara@x.example"],
)
def test_a_quoted_local_part_is_an_address_too(text: str) -> None:
    assert is_address(text)
    assert is_well_formed(text)


@pytest.mark.parametrize(
    "text", ["odd quote@example.com", '"odd" quote@example.com', "@example.com", "ann@", "ann"]
)
def test_blanks_outside_quotes_are_not_part_of_an_address(text: str) -> None:
    assert not is_address(text)
    assert not is_well_formed(text)


@pytest.mark.parametrize(
    "text",
    ["ann@host", "a@b@example.org", "ann@example.org;", "<ann@example.org>", "a@x.example/b"],
)
def test_what_is_not_exactly_one_address_is_not_well_formed(text: str) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize(
    "text", ["a%40x.example", "x.example/b", "o&#39.example", "10.0.0.1", "x!y.z"]
)
def test_a_text_with_signs_is_not_a_domain(text: str) -> None:
    assert not is_domain(text)


@pytest.mark.parametrize("blank", [" ", "\t", "\r", "\n", "\f", "\v", "\u00a0", "\u200b", "\ufeff"])
def test_rule_2_blanks_of_any_kind_around_an_address_do_not_count(blank: str) -> None:
    text = f"{blank}{blank}Ann@Example.org{blank}"

    assert compared(text) == "ann@example.org"
    assert compared(f"J\u00f6rg@Example.org{blank}") == "j\u00f6rg@example.org"
    assert is_address(text)
    assert is_domain(f"{blank}@example.org{blank}")
    assert "Ann@Example.org" in spellings("ann@example.org", shown=text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_rule_2_any_text_equals_itself(text: str) -> None:
    entry = compared(text)

    assert compared(entry) == entry
    if "@" in entry:
        assert entry in spellings(entry, turkic=True)


@pytest.mark.parametrize(
    "text",
    [
        "mailto:out@example.com",
        "mailto:out@example.com?subject=Hello there",
        "mailto:a@example.org?cc=out@example.com",
        "Ann<out@example.com>",
        "x@example.org/out@example.com",
        "x@example.org|out@example.com",
        "x@example.org or out@example.com",
        "home/out@example.com",
        "out@example.com.",
        "'out@example.com'",
        "\u201cout@example.com\u201d",
        "(out@example.com)",
        "[Ann](mailto:out@example.com)",
        "out\uff20example.com",
        "\uff4f\uff55\uff54@example.com",
        "ou\u200bt@example.com",
        "x@example.org\u200bout@example.com",
        "x@example.org\u00a0out@example.com",
        "\u202aout@example.com\u202c",
        "out @ example.com",
        "out%40example.com",
        "out&#64;example.com",
        "&lt;out@example.com&gt;",
        "<p>Ann</p><a href='mailto:out@example.com'>write</a>",
        '{"email": "out@example.com", "name": null}',
        "Email: out@example.com (private)",
        "SMTP:out@example.com",
        "Ann Lee (out@example.com), Acme, 1 Main St",
        "To: out@example.com\nCC:\nSubject: Hello",
        "Out@Example.com - private",
        "Please write to out@example.com!",
        '"out"@example.com',
        "ok@example.org\u3001out@example.com",
        "ok@example.org\u2022out@example.com",
        "\u2192out@example.com\u2190",
        "'out@example.com",
        "_out@example.com_",
        "+out@example.com",
        "@out@example.com",
        "@o'ut@out@example.com",
        "https://example.org/?mail=+out@example.com&x=1",
        "Ann out@example.com - home",
        "12 / out@example.com / main office",
        "\u2709\ufe0fout@example.com",
        "ok@example.org-out@example.com",
        "ok@example.org_out@example.com;x@example.org",
        "\u30e1\u30fc\u30ebout@example.com\u307e\u3067",
        "\uba54\uc77cout@example.com\uc785\ub2c8\ub2e4",
    ],
)
def test_an_address_is_found_in_every_form(text: str) -> None:
    assert may_hold_address(text)
    assert "out@example.com" in addresses_in(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("o'hara@example.org", "hara@example.org"),
        ("ann+out@example.org", "out@example.org"),
        ("r&d@example.org", "d@example.org"),
        ("ann-out@example.org", "out@example.org"),
        ("j\u00f6rg@example.org", "rg@example.org"),
        ("jo\u0308rg@example.org", "rg@example.org"),
        ("we met ann@example.org twice", "ann@example.org"),
    ],
)
def test_a_part_of_an_address_is_not_that_address(text: str, other: str) -> None:
    assert other not in addresses_in(text)


@pytest.mark.parametrize(
    "text",
    [
        '"odd out"@example.com.',
        '{"odd out"@example.com}',
        'mailto:"odd out"@example.com?subject=Hello',
        '\u00ab"odd out"@example.com\u00bb',
        'Odd ""odd out"@example.com"',
    ],
)
def test_a_quoted_local_part_is_found_in_every_form(text: str) -> None:
    assert '"odd out"@example.com' in addresses_in(text)


def test_an_address_in_a_sentence_is_found_only_on_request() -> None:
    text = "Knows Ann@example.org well."

    assert addresses_in(text) == []
    assert "ann@example.org" in addresses_in(text, in_sentences=True)


@given(st.text(alphabet=st.sampled_from("a@. <>\"':;,/|%40&#;\u200b\uff20\n"), max_size=30))
def test_any_text_can_be_searched_and_without_an_at_sign_nothing_is_found(text: str) -> None:
    found = addresses_in(text)

    assert all("@" in address for address in found)
    assert may_hold_address(text) or not found
