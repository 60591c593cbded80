"""JangoMail as a source, against answers of every shape that its service may give."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import pytest

from lib.errors import (
    ReadingIncomplete,
    SourceCredentialsRefused,
    SourceError,
    SourceUnreachable,
)
from lib.settings import JangoMailLogin
from lib.sources.jangomail.source import JangoMail
from lib.values import Interval, Sighting
from tests.sampling import some

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
SINCE = datetime(2026, 10, 1, 3, tzinfo=UTC)
XML, TEXT, LIST = (
    "Reports_GetUnsubscribesAll_XML",
    "Reports_GetUnsubscribesAll_String",
    "GetUnsubscribeList",
)
SECOND = timedelta(microseconds=999_999)

Source = Callable[..., JangoMail]


@pytest.fixture
def source(stub: Any) -> Source:
    """A function that makes a source of the stand-in's account; pauses are only noted."""

    def make(**changed: Any) -> JangoMail:
        login = JangoMailLogin(
            **({"url": stub.url, "username": "Ann", "password": "s3cret/&"} | changed)
        )
        return JangoMail(login, clock=lambda: NOW, sleep=stub.pauses.append)

    return make


def string(text: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\r\n'
        f'<string xmlns="http://api.jangomail.com/">{text}</string>'
    )


def report(*rows: tuple[str, str]) -> str:
    parts = "".join(
        f"<Unsubscribes><EmailAddress>{address}</EmailAddress>"
        f"<UnsubscribeDateTime>{date}</UnsubscribeDateTime></Unsubscribes>"
        for address, date in rows
    )
    return f"<NewDataSet>{parts}</NewDataSet>"


def entries(source: JangoMail, since: datetime | None = None) -> list[str]:
    return [one.entry for one in source.reading(since).sightings]


def at(text: str) -> Interval:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Interval(moment, moment + SECOND)


def test_a_first_reading_is_the_dated_report(stub: Any, source: Source) -> None:
    stub.answer(XML, report(("A@Example.org", "2026-09-30T04:05:00")))

    reading = source().reading(None)

    assert (reading.kind, reading.since, reading.read_at) == ("report", None, NOW)
    assert list(reading.sightings) == [
        Sighting("A@Example.org", "2026-09-30T04:05:00", at("2026-09-30T04:05:00"))
    ]


def test_a_later_reading_asks_for_what_is_new_since_a_day(stub: Any, source: Source) -> None:
    stub.answer(LIST, string("0\r\nSUCCESS\r\na@example.org\r\nexample.com\r\n"))

    reading = source(utc_offset=-5).reading(SINCE)

    assert list(reading.sightings) == [Sighting("a@example.org"), Sighting("example.com")]
    assert (reading.kind, reading.read_at) == ("since", NOW)
    assert reading.since == datetime(2026, 9, 30, 5, tzinfo=UTC)  # the day at JangoMail
    assert stub.calls[0].fields["Since"] == "2026-09-30"


def test_the_password_travels_in_the_body_of_a_post_and_nowhere_else(
    stub: Any, source: Source
) -> None:
    stub.answer(LIST, string("0\nSUCCESS\n"))

    source().reading(SINCE)

    call = stub.calls[0]
    assert (call.verb, call.path) == ("POST", "/api.asmx/GetUnsubscribeList")
    assert call.fields == {"Username": "Ann", "Password": "s3cret/&", "Since": "2026-10-01"}


def test_the_name_of_a_source_has_no_capitals_and_no_port(source: Source) -> None:
    assert source().name == "jangomail:ann@127.0.0.1"


@pytest.mark.parametrize("suffix", ["", "/", "/api.asmx"])
def test_the_address_may_be_given_with_or_without_its_end(
    stub: Any, source: Source, suffix: str
) -> None:
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))

    assert entries(source(url=stub.url + suffix), SINCE) == ["a@example.org"]


@pytest.mark.parametrize(
    "text",
    [
        "0\nSUCCESS\na@example.org\nb@example.org\n",
        "0\r\nSUCCESS\r\na@example.org\r\nb@example.org",
        "0&#13;\nSuccess&#13;\na@example.org&#13;\n\n b@example.org &#13;\n",
        "<![CDATA[0\nSUCCESS\na@example.org\nb@example.org]]>",
        "0\na@example.org\nb@example.org",
    ],
)
def test_a_list_is_read_whatever_its_line_ends_are(stub: Any, source: Source, text: str) -> None:
    stub.answer(LIST, string(text))

    assert entries(source(), SINCE) == ["a@example.org", "b@example.org"]


def test_an_empty_list_is_a_complete_answer(stub: Any, source: Source) -> None:
    stub.answer(LIST, string("0\nSUCCESS\n"))

    assert entries(source(), SINCE) == []


@pytest.mark.parametrize(
    "document",
    [
        "<r><u><Address>a@example.org</Address><When>9/30/2026 4:05:00 AM</When></u></r>",
        '<x:r xmlns:x="urn:x"><x:u><x:e>a@example.org</x:e>'
        "<x:d>2026-09-30T04:05:00</x:d></x:u></x:r>",
        '<r><u email="a@example.org" on="2026-09-30T04:05:00"/></r>',
        "<a><b><c><e>a@example.org</e><JobID>7</JobID><d>2026-09-30 04:05:00</d></c></b></a>",
        '<?xml version="1.0" encoding="utf-16"?>'
        + report(("a@example.org", "2026-09-30T04:05:00")),
        "<r><Sender>us@example.com</Sender><u><Email>a@example.org</Email>"
        "<Sent>2026-01-01T00:00:00</Sent><UnsubDate>2026-09-30T04:05:00</UnsubDate>"
        "<From>us@example.com</From></u></r>",
    ],
    ids=["names", "namespaces", "attributes", "depth", "utf-16", "other columns"],
)
def test_rows_are_found_wherever_they_stand(stub: Any, source: Source, document: str) -> None:
    stub.answer(XML, document.encode("utf-16" if "utf-16" in document else "utf-8"))

    (sighting,) = source().reading(None).sightings

    assert sighting.entry == "a@example.org"
    assert sighting.asked == at("2026-09-30T04:05:00")


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-16"?>\n'])
def test_a_report_written_as_text_inside_a_string_is_read(
    stub: Any, source: Source, declared: str
) -> None:
    inner = declared + report(("a@example.org", "2026-09-30T04:05:00"), ("grün@example.org", ""))
    stub.answer(XML, string(escape(inner)))

    assert entries(source()) == ["a@example.org", "grün@example.org"]


def test_a_data_set_with_its_schema_is_read_and_so_is_an_empty_one(
    stub: Any, source: Source
) -> None:
    schema = (
        '<xs:schema id="NewDataSet" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:element name="EmailAddress" type="xs:string"/></xs:schema>'
    )
    data = report(("a@example.org", "2026-09-30T04:05:00"))
    stub.answer(XML, f"<DataSet>{schema}<d:diffgram xmlns:d='urn:d'>{data}</d:diffgram></DataSet>")
    stub.answer(XML, f"<DataSet>{schema}</DataSet>")
    stub.answer(XML, "<NewDataSet />")

    assert entries(source()) == ["a@example.org"]
    assert entries(source()) == []
    assert entries(source()) == []


def test_a_date_without_a_zone_is_on_jangomails_clock(stub: Any, source: Source) -> None:
    stub.answer(XML, report(("a@example.org", "9/30/2026 11:05:00 PM")))

    (sighting,) = source(utc_offset=-5).reading(None).sightings

    assert sighting.raw_date == "9/30/2026 11:05:00 PM"
    assert sighting.asked == at("2026-10-01T04:05:00")


def test_a_row_whose_date_cannot_be_is_undated_and_keeps_its_text(
    stub: Any, source: Source
) -> None:
    stub.answer(
        XML,
        report(
            ("a@example.org", "2026-09-30T04:05:00"),
            ("b@example.org", "1900-01-01T00:00:00"),
            ("c@example.org", "2027-01-01T00:00:00"),
            ("d@example.org", ""),
        ),
    )

    sightings = list(source().reading(None).sightings)

    assert [one.asked is not None for one in sightings] == [True, False, False, False]
    assert [one.raw_date for one in sightings[1:]] == [
        "1900-01-01T00:00:00",
        "2027-01-01T00:00:00",
        None,
    ]


def test_a_short_report_that_is_mostly_junk_still_names_its_people(
    stub: Any, source: Source
) -> None:
    stub.answer(XML, report(("a@example.org", ""), ("no address at all", ""), ("none", "")))

    assert [one.entry for one in source().reading(None).sightings] == ["a@example.org"]


def test_an_entry_that_is_no_address_is_counted_and_left_out(stub: Any, source: Source) -> None:
    stub.answer(XML, report(("a@example.org", ""), ("unknown", ""), ("", ""), ("example.com", "")))
    reading = source().reading(None)

    assert [one.entry for one in reading.sightings] == ["a@example.org", "example.com"]
    assert reading.unreadable_count == 2
    assert reading.unreadable[0].text == "unknown"


def test_rule_2_an_entry_with_an_at_sign_is_taken_by_its_text(stub: Any, source: Source) -> None:
    entries = ['"odd quote"@example.com', "'quoted'@example.org", "two@signs@example.org"]
    stub.answer(XML, report(*((one, "") for one in (*entries, "Ann &lt;ann@example.org&gt;"))))

    sightings = list(source().reading(None).sightings)

    assert [one.entry for one in sightings] == [*entries, "ann@example.org"]


def test_a_quoted_local_part_keeps_its_quotes_in_the_report_as_text(
    stub: Any, source: Source
) -> None:
    stub.answer(TEXT, string('"odd quote"@example.com\t\n"b@example.org"\t'))

    sightings = list(source().reading(None).sightings)

    assert [one.entry for one in sightings] == ['"odd quote"@example.com', "b@example.org"]


def test_lines_that_hold_more_than_an_address_are_a_form_we_do_not_know(
    stub: Any, source: Source
) -> None:
    stub.answer(TEXT, string("".join(f"a{n}@example.org; since May\t\n" for n in range(20))))

    with pytest.raises(ReadingIncomplete):
        list(source().reading(None).sightings)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org\t9/30/2026 4:05:00 AM\nb@example.org\t",
        "0\nSUCCESS\na@example.org\t9/30/2026 4:05:00 AM\nb@example.org\t\n",
        "EmailAddress\tUnsubscribeDateTime\na@example.org\t9/30/2026 4:05:00 AM\nb@example.org\t",
        '"a@example.org","9/30/2026 4:05:00 AM"\n"b@example.org",""',
        "7|a@example.org|9/30/2026 4:05:00 AM\n8|b@example.org|",
    ],
)
def test_the_report_as_text_stands_in_where_there_is_none_as_xml(
    stub: Any, source: Source, text: str
) -> None:
    stub.answer(TEXT, string(text))

    sightings = list(source().reading(None).sightings)

    assert [one.entry for one in sightings] == ["a@example.org", "b@example.org"]
    assert sightings[0].asked == at("2026-09-30T04:05:00")
    assert set(stub.calls[1].fields) == {
        *("Username", "Password", "RowDelimiter", "ColDelimiter", "TextQualifier")
    }


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><h2><i>Request format is unrecognized for URL unexpectedly ending in "
        "&#39;/X&#39;.</i></h2></body></html>",
        "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<title>Request format is unrecognized for URL "
        "unexpectedly ending in '/X'.</title>\r\n<style>b {color: red}</style></head></html>",
    ],
)
def test_an_error_page_can_say_that_a_method_is_unknown(
    stub: Any, source: Source, page: str
) -> None:
    stub.answer(XML, page, status=500)
    stub.answer(TEXT, string("0\nSUCCESS\na@example.org\t9/30/2026 4:05:00 AM"))

    assert entries(source()) == ["a@example.org"]


def test_a_format_of_since_that_is_refused_is_written_in_the_other_way_from_then_on(
    stub: Any, source: Source
) -> None:
    stub.answer(LIST, "InvalidDateException: The date is not valid.\r\n   at X", status=500)
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))
    jangomail = source()

    assert entries(jangomail, SINCE) == ["a@example.org"]
    assert entries(jangomail, SINCE) == ["a@example.org"]

    assert [call.fields["Since"] for call in stub.calls] == ["2026-10-01", "10/1/2026", "10/1/2026"]


@pytest.mark.parametrize(
    "answer",
    [
        (string("0\nSUCCESS\na@example.org")[:-3], LIST),
        (string("0\nSUCCESS\na@example.org")[:-30], LIST),
        (string(""), LIST),
        (string("a@example.org"), LIST),
        ("", LIST),
        ("<html><body>Please sign in to the hotel's network</body></html>", LIST),
        ("<!DOCTYPE html><html></html>", LIST),
        (report(("a@example.org", ""))[:-5], XML),
        (report(("a@example.org", "")) + "<more/>", XML),
        ("<r><u><Name>Ada</Name></u></r>", XML),
        (string(""), XML),
        ("<html><body/></html>", XML),
        (string(escape(report(("a@example.org", ""))[:-5])), XML),
        ('<!DOCTYPE r [<!ENTITY e "a@example.org">]><r><u>&e;</u></r>', XML),
        ("<r>&undefined;</r>", XML),
        (b'<?xml version="1.0" encoding="nonsense"?><r/>', XML),
        (b"<r><u>\xff\xfe</u></r>", XML),
        (b"\x1f\x8b\x08 no xml", XML),
    ],
    ids=range(18),
)
def test_an_answer_that_is_not_complete_is_thrown_away_whole(
    stub: Any, source: Source, answer: tuple[str | bytes, str]
) -> None:
    body, method = answer
    stub.answer(method, body)

    with pytest.raises(ReadingIncomplete) as caught:
        source().reading(SINCE if method == LIST else None)

    assert caught.value.remedy


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:30], body[30:], b""))


GZIP = {"Content-Encoding": "gzip"}
CHUNKED = {"Transfer-Encoding": "chunked"}
ANSWER = string("0\nSUCCESS\na@example.org\nb@example.org").encode()


@pytest.mark.parametrize(
    ("body", "headers", "tail"),  # the last bytes say nothing: all of the answer has come
    [
        (ANSWER, {}, 0),
        (gzip.compress(ANSWER), GZIP, 12),
        (chunked(ANSWER), CHUNKED, 7),
        (chunked(gzip.compress(ANSWER)), GZIP | CHUNKED, 20),
    ],
    ids=["plain", "gzip", "chunked", "both"],
)
def test_an_answer_is_read_whole_however_it_is_sent_or_not_at_all(
    stub: Any, source: Source, body: bytes, headers: dict[str, str], tail: int
) -> None:
    stub.answer(LIST, body, headers=headers)
    assert entries(source(), SINCE) == ["a@example.org", "b@example.org"]

    for place in some(range(len(body) - tail), 29):
        stub.answers.clear()
        stub.answer(LIST, body[:place], headers=headers)
        with pytest.raises(ReadingIncomplete):
            source().reading(SINCE)


def test_a_body_shorter_than_announced_is_asked_for_again(stub: Any, source: Source) -> None:
    body = string("0\nSUCCESS\na@example.org")
    stub.answer(LIST, body, headers={"Content-Length": str(len(body) + 10)})
    stub.answer(LIST, body)

    assert entries(source(), SINCE) == ["a@example.org"]
    assert len(stub.pauses) == 1


def test_a_body_that_stays_too_short_is_thrown_away(stub: Any, source: Source) -> None:
    body = string("0\nSUCCESS\na@example.org")
    stub.answer(LIST, body, headers={"Content-Length": str(len(body) + 10)})

    with pytest.raises(ReadingIncomplete, match="cut off"):
        source().reading(SINCE)

    assert len(stub.calls) == 3


def test_an_answer_that_trickles_for_too_long_is_given_up(
    stub: Any, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.sources.jangomail.asmx._LONGEST_DOWNLOAD_S", -1)
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))

    with pytest.raises(ReadingIncomplete):
        source().reading(SINCE)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_waited_for_twice(stub: Any, source: Source, status: int) -> None:
    stub.answer(LIST, "busy", status=status)
    stub.answer(LIST, "busy", status=status)
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))

    assert entries(source(), SINCE) == ["a@example.org"]
    assert len(stub.pauses) == 2
    assert stub.pauses[0] < stub.pauses[1] < 10


def test_it_waits_as_long_as_jangomail_asks(stub: Any, source: Source) -> None:
    stub.answer(LIST, "busy", status=503, headers={"Retry-After": "40"})
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))

    assert entries(source(), SINCE) == ["a@example.org"]
    assert stub.pauses == [40]


def test_a_wait_of_more_than_a_minute_is_left_to_the_next_run(stub: Any, source: Source) -> None:
    stub.answer(LIST, "closed", status=503, headers={"Retry-After": "61"})

    with pytest.raises(SourceUnreachable, match="503"):
        source().reading(SINCE)

    assert (len(stub.calls), stub.pauses) == (1, [])


def test_a_database_that_timed_out_there_is_asked_again(stub: Any, source: Source) -> None:
    stub.answer(LIST, "System.Data.SqlClient.SqlException: Timeout expired.", status=500)
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))

    assert entries(source(), SINCE) == ["a@example.org"]


def test_an_outage_that_lasts_is_reported_after_three_tries(stub: Any, source: Source) -> None:
    stub.answer(LIST, "down", status=503)

    with pytest.raises(SourceUnreachable, match="503"):
        source().reading(SINCE)

    assert len(stub.calls) == 3


def test_an_address_where_nothing_answers_is_an_outage(source: Source) -> None:
    with pytest.raises(SourceUnreachable, match="doesn't answer"):
        source(url="http://127.0.0.1:9").reading(SINCE)


def test_a_redirect_is_not_followed(stub: Any, source: Source) -> None:
    stub.answer(LIST, "", status=302, headers={"Location": f"{stub.url}/api.asmx/elsewhere"})

    with pytest.raises(SourceUnreachable, match="302"):
        source().reading(SINCE)

    assert len(stub.calls) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "System.Exception: Invalid username or password.\r\n   at JangoMail.Api.Login()"),
        (500, "LoginException: The user name Ann is unknown.\r\n   at X.Y(String s3cret/&)"),
        (200, string("1\nInvalid password s3cret/&amp; for user name Ann")),
        (401, ""),
        (403, ""),
    ],
)
def test_refused_credentials_have_their_own_error_without_the_credentials_and_are_tried_once(
    stub: Any, source: Source, status: int, body: str
) -> None:
    stub.answer(LIST, body, status=status)

    with pytest.raises(SourceCredentialsRefused) as caught:
        source().reading(SINCE)

    assert len(stub.calls) == 1
    for secret in ("s3cret", "Ann", "   at ", "X.Y"):
        assert secret not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, "System.Exception: The account is closed.\r\n   at A.B()", "account is closed"),
        (500, "System.InvalidOperationException: Missing parameter: Password.", "Missing"),
        (500, "", "no reason given"),
        (200, string("2\nSomething went wrong"), "Something went wrong"),
        (200, string("5"), "5"),
        (200, string("Something went wrong"), "Something went wrong"),
    ],
)
def test_another_refusal_is_reported_with_its_first_line_only(
    stub: Any, source: Source, status: int, body: str, words: str
) -> None:
    stub.answer(LIST, body, status=status)

    with pytest.raises(SourceError, match=words) as caught:
        source().reading(SINCE)

    assert not isinstance(caught.value, SourceCredentialsRefused)
    assert "   at " not in caught.value.message


def test_an_address_without_the_service_is_reported(stub: Any, source: Source) -> None:
    stub.answer(XML, "<html>not here</html>", status=404)

    with pytest.raises(SourceUnreachable, match="404"):
        source().reading(None)


def test_a_check_says_whether_the_account_answers(stub: Any, source: Source) -> None:
    stub.answer(LIST, string("0\nSUCCESS\na@example.org"))
    stub.answer(LIST, "System.Exception: Invalid password", status=500)

    good, bad = source().check(), source().check()

    assert stub.calls[0].fields["Since"] == "2026-10-05"
    assert (good.name, good.ok, good.remedy) == ("JangoMail", True, None)
    assert not bad.ok
    assert bad.remedy is not None
    assert "JANGOMAIL_PASSWORD" in bad.remedy


def test_a_large_answer_in_many_pieces_is_read_whole(stub: Any, source: Source) -> None:
    addresses = [f"person{number}@example.org" for number in range(20_000)]
    stub.answer(LIST, string("0\r\nSUCCESS\r\n" + "\r\n".join(addresses)))
    stub.answer(XML, report(*((one, "2026-09-30T04:05:00") for one in addresses)))

    assert entries(source(), SINCE) == addresses
    assert entries(source()) == addresses


def test_two_readings_can_be_gone_through_side_by_side(stub: Any, source: Source) -> None:
    stub.answer(LIST, string("0\nSUCCESS\na@example.org\nb@example.org"))
    jangomail = source()

    first, second = jangomail.reading(SINCE).sightings, jangomail.reading(SINCE).sightings

    assert [one.entry for pair in zip(first, second, strict=True) for one in pair] == [
        *("a@example.org", "a@example.org", "b@example.org", "b@example.org")
    ]
