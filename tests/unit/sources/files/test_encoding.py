"""Which encoding a text is in, and that no letter changes on the way in."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import FileUnreadable
from lib.sources.files.encoding import Encodings, decoded

WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARKED = ("utf-8-sig", "utf-16", "utf-32")


def found(content: bytes, *, size: int = 1 << 18) -> str:
    """The encoding of bytes that arrive in pieces of this size."""
    encodings = Encodings()
    for start in range(0, len(content), size):
        encodings.look_at(content[start : start + size])
    return encodings.found()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", *MARKED, *WIDE])
def test_a_text_with_umlauts_keeps_its_letters(encoding: str) -> None:
    text = "Email,Name\njürgen@x.example,Jürgen Ö\n"

    assert decoded(text.encode(encoding), "it")[0] == text


@given(text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff")))
def test_any_text_in_utf_8_or_behind_a_mark_comes_back_as_it_was(text: str) -> None:
    for encoding in ("utf-8", *MARKED):
        if encoding != "utf-8" or not text.isascii():
            assert decoded(text.encode(encoding), "it")[0] == text


@given(
    names=st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=8)),
    encoding=st.sampled_from(WIDE),
)
def test_addresses_in_a_wide_text_are_known_without_a_mark(names: list[str], encoding: str) -> None:
    text = "Email,Name\n" + "".join(f"someone@example.com,{name}\n" for name in names)

    assert decoded(text.encode(encoding), "it")[0] == text


@given(content=st.binary(max_size=200) | st.binary(max_size=9).map(lambda end: b"\xff\xfe" + end))
def test_any_bytes_are_read_letter_for_letter_or_refused(content: bytes) -> None:
    try:
        text, called = decoded(content, "it")
    except FileUnreadable:
        return

    mark, encoding = next(
        ((mark, encoding) for mark, encoding in MARKS if content.startswith(mark)),
        (b"", {"Windows-1252": "cp1252"}.get(called, called)),
    )
    assert mark + text.encode(encoding) == content


@given(content=st.binary(max_size=60), size=st.integers(8, 20))
def test_the_pieces_in_which_a_text_arrives_make_no_difference(content: bytes, size: int) -> None:
    beginning = b"Email,Name\r\n"

    assert found(beginning + content, size=size * 2) == found(beginning + content)


def test_utf_8_that_is_cut_in_a_letter_stays_utf_8_in_a_file_and_is_refused_in_a_query() -> None:
    cut = "müller@x.example,Ö".encode()[:-1]

    assert found(cut) == "utf-8"
    with pytest.raises(FileUnreadable, match="looks like UTF-8"):
        decoded(cut, "it")


def test_a_windows_text_that_ends_in_an_accent_is_no_cut_utf_8() -> None:
    assert found("Name\ncaf\u00e9".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Name = '\x81\xfc'", "can't tell the encoding"),
        ("ü".encode() + b" \xfc", "UTF-8"),
        (b"\xef\xbb\xbfName = '\xfc'", "UTF-8"),
        (b"\xff\xfea\0b", "UTF-16"),
        (b"\xff\xfe\0\0a\0\0", "UTF-32"),
    ],
)
def test_a_text_with_a_broken_letter_is_refused_with_its_encoding_named(
    content: bytes, words: str
) -> None:
    with pytest.raises(FileUnreadable, match=words) as caught:
        decoded(content, "It")

    assert "UTF-8" in caught.value.remedy
