"""Hostile bodies: no bytes make the parser of JangoMail's answers fail in a way we didn't name."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import ReadingIncomplete
from lib.sources.jangomail.answers import complete_answer
from lib.sources.jangomail.columns import find_columns
from lib.sources.spool import Spool

PIECES = st.sampled_from(
    [
        *("<r>", "</r>", "<u>", "</u>", "<e>", "</e>", "<string>", "</string>", "<u e='x@y.z'/>"),
        *("a@example.org", "0\nSUCCESS\n", "&lt;r&gt;", "&lt;/r&gt;", "&#13;", "&#0;", "&amp;"),
        *("<![CDATA[", "]]>", "<!--", "-->", "<?xml version='1.0'?>", "<!DOCTYPE r>", "\0", "\r\n"),
    ]
)


def spool_of(content: bytes) -> Spool:
    spool = Spool()
    spool.write(content)
    return spool


@given(
    st.binary(max_size=300) | st.lists(PIECES, max_size=20).map(lambda few: "".join(few).encode())
)
def test_no_bytes_break_the_parser(content: bytes) -> None:
    try:
        answer = complete_answer(spool_of(content))
    except ReadingIncomplete:
        return

    find_columns(answer.rows())
    assert all(line.strip() for line in answer.lines())


REPORT = "<r><u><e>a@example.org</e><d>2026-09-30T04:05:00</d></u><u><e>b@example.org</e></u></r>"
LISTED = "<string>0\r\nSUCCESS\r\na@example.org\r\nb@example.org</string>"


@pytest.mark.parametrize(
    "whole",
    [
        REPORT,
        LISTED,
        f"<?xml version='1.0' encoding='utf-8'?>{LISTED}",
        f"<string>{escape(REPORT)}</string>",
        "<r><u e='a@example.org'/></r>",
        "<string><![CDATA[0\nSUCCESS\na@example.org]]></string>",
        "<r><u><e>\u00e4@example.org</e></u></r>",
    ],
    ids=range(7),
)
def test_a_cut_at_any_byte_is_noticed(whole: str) -> None:
    body = whole.encode()
    complete_answer(spool_of(body))

    for place in range(len(body)):
        with pytest.raises(ReadingIncomplete):
            complete_answer(spool_of(body[:place]))
    with pytest.raises(ReadingIncomplete):
        complete_answer(spool_of(body * 2))


def test_strings_inside_strings_end_after_one() -> None:
    text = "a"
    for _ in range(8):
        text = f"<string>{text.replace('&', '&amp;').replace('<', '&lt;')}</string>"

    answer = complete_answer(spool_of(text.encode()))

    assert answer.root == "string"


def test_values_without_rows_around_them_are_rows_of_their_own() -> None:
    body = b"<Many><string>a@example.org</string><string>b@example.org</string></Many>"

    rows = list(complete_answer(spool_of(body)).rows())

    assert [row.values for row in rows] == [
        {"string": "a@example.org"},
        {"string": "b@example.org"},
    ]
