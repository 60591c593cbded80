"""What one cell of a file names."""

import html
import re
import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.addresses import compared
from lib.sources.entries import entries_in, names_people, why_not

MORE_THAN_ONE = "it has more than one address, and something that isn't an address"


@pytest.mark.parametrize(
    ("cell", "entry"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada@Example.org\u00a0", "Ada@Example.org"),
        ("\u200bada@example.org\ufeff", "ada@example.org"),
        ("\u200eada@exa\u200bmple.org", "ada@example.org"),
        ("ada@example.org\u200d", "ada@example.org"),
        ("dora.o'neil+news@example.org", "dora.o'neil+news@example.org"),
        ("emil@grün.example", "emil@grün.example"),
        ("user%relay@example.org", "user%relay@example.org"),
        ("r&d@example.org", "r&d@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("< ada@example.org >", "ada@example.org"),
        ("(ada@example.org)", "ada@example.org"),
        ("[ada@example.org]", "ada@example.org"),
        ("ada＠example.org", "ada@example.org"),
        ("ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org"),
        ("ada@example。org", "ada@example.org"),
        ('"odd quote"@example.com', '"odd quote"@example.com'),
        ('"odd, quote"@example.com', '"odd, quote"@example.com'),
        ('Ann <"odd quote"@example.com>', '"odd quote"@example.com'),
    ],
)
def test_a_cell_names_an_address(cell: str, entry: str) -> None:
    assert entries_in(cell) == (entry,)
    assert names_people(cell)


@pytest.mark.parametrize(
    "cell",
    [
        '="ada@example.org"',
        '=""ada@example.org""',
        '"=""ada@example.org"""',
        "='ada@example.org'",
        '\'="ada@example.org"',
        "'ada@example.org",
        "'ada@example.org'",
        '"ada@example.org"',
        '"ada@example.org',
        "“ada@example.org”",
        '=HYPERLINK("mailto:ada@example.org","ada@example.org")',
        '=HYPERLINK("mailto:ada@example.org"; "Ada")',
        '<a href="mailto:ada@example.org">ada@example.org</a>',
        "[Ada](mailto:ada@example.org)",
        "mailto:ada@example.org",
        "MailTo: ada@example.org",
        "mailto:ada@example.org?subject=unsubscribe",
        "mailto:ada%40example.org?subject=please stop; thanks, bye",
        "<mailto:ada@example.org?subject=stop>",
        "&lt;ada@example.org&gt;",
        "ada&commat;example.org",
        "ada&#64;example.org",
        "ada&#x40;example.org",
        "ada&amp;#64;example.org",
        "ada@example.org&nbsp;",
        "ada%40example.org",
        "%3Cada%40example.org%3E%20",
        "Ada Berg <ada@example.org>",
        "Ada Berg<ada@example.org>",
        '"Berg, Ada" <ada@example.org>',
        "'Berg, Ada' <ada@example.org>",
        "Berg, Ada <ada@example.org>",
        "Ludwig van der Berg <ada@example.org>",
        "&quot;Berg; Ada&quot; &lt;ada@example.org&gt;",
        "ada@example.org <ada@example.org>",
        '"ada@example.org" <Ada@example.org>',
    ],
)
def test_what_programs_put_around_an_address_is_taken_off(cell: str) -> None:
    (entry,) = entries_in(cell)

    assert compared(entry) == "ada@example.org"


@pytest.mark.parametrize(
    ("cell", "entry"),
    [
        ("o&#39;hara@x.example", "o'hara@x.example"),
        ("k&#39;brien@x.example", "k'brien@x.example"),
        ("o&#x27;hara@x.example", "o'hara@x.example"),
        ("o&apos;hara@x.example", "o'hara@x.example"),
        ("o&amp;#39;hara@x.example", "o'hara@x.example"),
        ("r&amp;d@x.example", "r&d@x.example"),
        ("Mary O&#39;Hara &lt;o&#39;hara@x.example&gt;", "o'hara@x.example"),
        ("o%27hara%40x.example", "o'hara@x.example"),
        ("mailto:o%27hara@x.example", "o'hara@x.example"),
        ("mailto:user%25relay@x.example", "user%relay@x.example"),
    ],
)
def test_signs_that_were_written_out_are_read(cell: str, entry: str) -> None:
    assert entries_in(cell) == (entry,)


@pytest.mark.parametrize(
    "cell",
    [
        "a@x.example; b@x.example",
        "a@x.example;b@x.example;",
        "a@x.example, b@x.example",
        "a@x.example|b@x.example",
        "a@x.example b@x.example",
        "a@x.example\nb@x.example\r\n",
        "a@x.example、b@x.example",
        "<a@x.example> <b@x.example>",
        "'a@x.example'; 'b@x.example'",
        '"a@x.example"; "b@x.example"',
        '["a@x.example","b@x.example"]',
        "{a@x.example,b@x.example}",
        "mailto:a@x.example,b@x.example",
        "mailto:a@x.example?subject=u; mailto:b@x.example?subject=u",
        "a%40x.example,b%40x.example",
        "Ann <a@x.example>, Doe, John <b@x.example>",
        'a@x.example; "Doe; John" <b@x.example>',
        "Ann Lee<a@x.example>;b@x.example",
        "a@x.example; A@X.example; b@x.example",
    ],
)
def test_each_address_of_a_cell_counts(cell: str) -> None:
    assert entries_in(cell) == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    "cell", ["@example.com", "*@example.com", " @example.com. ", '="@example.com"']
)
def test_a_domain_has_a_form_of_its_own(cell: str) -> None:
    assert entries_in(cell) == ("@example.com",)
    assert not names_people(cell)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("", "there's no address in it"),
        ("   ", "there's no address in it"),
        ("Ada Berg", "it's neither an address nor a domain"),
        ("ada@", "it's neither an address nor a domain"),
        ("ada@example", "it's neither an address nor a domain"),
        ("a@[10.0.0.1]", "it's neither an address nor a domain"),
        ("ad\ufffd@example.org", "it has letters that can't be read in this file's encoding"),
        ("example.com", "it's a domain: write @example.com if everyone there unsubscribed"),
        ("ada berg@example.org", "it has an address and something else"),
        ("please remove ada@example.org", "it has an address and something else"),
        ("please remove Ada <ada@example.org>", "it has an address and something else"),
        ("Write to Ada <ada@example.org> instead", "it has an address and something else"),
        ("re: Ada <ada@example.org>", "it has an address and something else"),
        ("ada@example.org (left in May)", "it has an address and something else"),
        ("a@x.example and b@x.example", MORE_THAN_ONE),
        ("a@x.example; nobody", "it has an address and something else"),
        ("a@x.example; b@x.example; nobody", MORE_THAN_ONE),
        ("a@x.example <b@x.example>", MORE_THAN_ONE),
        ('"a@x.example via a list" <b@x.example>', MORE_THAN_ONE),
        ("@a.example; b@x.example", MORE_THAN_ONE),
        ("mailto:list@x.example?subject=unsubscribe a@x.example", MORE_THAN_ONE),
        ("mailto:list@x.example?subject=unsubscribe; a@x.example", MORE_THAN_ONE),
        ("mailto:a@x.example?cc=b%40x.example", "it's neither an address nor a domain"),
        ("[a@x.example](mailto:b@x.example)", MORE_THAN_ONE),
    ],
)
def test_a_cell_without_a_sure_address_says_why(cell: str, why: str) -> None:
    assert entries_in(cell) == ()
    assert not names_people(cell)
    assert why_not(cell) == why


@pytest.mark.parametrize(
    "cell",
    [
        "39;hara@x.example",
        "#39;hara@x.example",
        "o&#39hara@x.example",
        "o&nosuch;hara@x.example",
        "a&#59;b@x.example",
        "a@x.example&#44;b@x.example",
        "a@x.example&#65307;b@x.example",
        "o''hara@x.example",
        "o\\'hara@x.example",
        "o’hara@x.example",
        "o%27hara@x.example",
        "m%C3%BCller@x.example",
        "a%2540x.example",
        "a%40b%40x.example",
        "%40x.example",
        "a%2Fx.example",
        "&commat;x.example",
        "mailto:a@x.example%2Cb@x.example",
        "mailto:?to=a@x.example",
        "?to=a@x.example",
        "https://x.example/?address=a@x.example",
        "email=a@x.example",
        "=a@x.example",
        "1;#a@x.example",
        "*@*.example",
        "a@x.example/b",
        "y/a@x.example",
    ],
)
def test_a_part_of_an_address_is_no_address_and_no_domain(cell: str) -> None:
    assert entries_in(cell) == ()
    assert why_not(cell)


# In a local part; a doubled apostrophe and the like are left to the examples above.
NAMES = st.from_regex(r"[a-z0-9]{1,8}([.+_'!$-][a-z0-9]{1,8}){0,2}", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?\.(example|test)", fullmatch=True)
ADDRESSES = st.builds("{}@{}".format, NAMES, DOMAINS)
DRESSES = st.sampled_from(
    [
        *(
            "{}",
            " {} ",
            "<{}>",
            '="{}"',
            '"=""{}"""',
            "'{}",
            '"{}"',
            "mailto:{}",
            "mailto:{}?subject=a",
        ),
        *("Ann <{}>", "Doe, John <{}>", '"Doe; John" <{}>', "Ann<{}>", "&lt;{}&gt;", "({})", "{}."),
        *("\u200b{}", "{}\u00a0", '=HYPERLINK("mailto:{}")'),
    ]
)


@given(ADDRESSES, DRESSES)
def test_an_address_comes_out_of_every_dress_as_it_went_in(address: str, dress: str) -> None:
    assert entries_in(dress.format(address)) == (address,)


@given(ADDRESSES)
def test_an_address_survives_every_way_to_write_its_signs(address: str) -> None:
    in_entities = "".join(one if one.isalnum() else f"&#{ord(one)};" for one in address)
    in_percent = "".join(one if one.isalnum() else f"%{ord(one):02x}" for one in address)
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in address)

    assert entries_in(in_entities) == entries_in(in_percent) == (address,)
    assert entries_in(full_width) == (address,)


@given(
    st.lists(ADDRESSES, min_size=1, max_size=5, unique=True),
    st.sampled_from([";", "; ", ",", ", ", "|", " ", "\n", "\r\n"]),
)
def test_every_address_of_a_list_comes_out(addresses: list[str], separator: str) -> None:
    assert entries_in(separator.join(addresses)) == tuple(addresses)


PARTS = st.lists(
    st.sampled_from(
        [
            *("a@x.example", "b@y.example", "hara@x.example", "a", "39", "Doe", "x.example", "@"),
            *("&#39;", "&amp;", "&#59;", "&lt;", "&quot;", "&", "#", "%40", "%27", "%", "="),
            *(
                " ",
                ";",
                ",",
                "|",
                "\n",
                "<",
                ">",
                '"',
                "'",
                "(",
                ")",
                "mailto:",
                "?",
                ".",
                "\u200b",
            ),
        ]
    ),
    max_size=10,
).map("".join)
IN_AN_ADDRESS = frozenset(string.ascii_letters + string.digits + "@._+-&#%=/?*$!{}~^|\\'")


@given(PARTS)
@example("o&#39;hara@x.example")
@example("39;hara@x.example")
def test_no_address_comes_out_that_is_not_in_the_cell_as_a_whole(cell: str) -> None:
    """Before and after it stands nothing that could be more of it."""
    seen = cell
    for _ in range(4):
        seen = html.unescape(seen)
    texts = [cell, seen, re.sub("%40", "@", seen), re.sub("%27", "'", re.sub("%40", "@", seen))]
    texts = [text.replace("\u200b", "").replace("mailto:", " ") for text in texts]

    for entry in entries_in(cell):
        whole = rf"(?<![^\s;,|<>()\"'=.]){re.escape(entry)}(?![^\s;,|<>()\"'.?])"
        assert any(re.search(whole, text) for text in texts)


@given(st.text() | PARTS | st.text(alphabet="a@x.,;:<>\"'&#39%40= ()[]|\\\n"))
def test_no_text_breaks_a_cell_and_none_is_left_without_a_word(cell: str) -> None:
    entries = entries_in(cell)

    assert entries or why_not(cell)
    for entry in entries:
        assert entry.count("@") == 1 or '"' in entry
        assert not any(unicodedata.category(one) in ("Cc", "Zs") for one in entry.strip('"')) or (
            '"' in entry
        )


@pytest.mark.parametrize("name", ["please Remove Bob", "Remove please Bob", "Bob Lee, remove!"])
def test_words_that_say_something_before_an_address_are_no_name(name: str) -> None:
    assert entries_in(f"{name} <bob@example.org>") == ()
