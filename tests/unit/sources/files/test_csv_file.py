"""A file of people, however it was exported."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import FileUnreadable
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked import cell_words
from lib.sources.files.who_asked.cell_words import Value
from lib.values import MOST_LINES_KEPT, Interval, Sighting

NOW = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)
DAY = timedelta(days=1) - timedelta(microseconds=1)

Writer = Callable[[str | bytes], CsvFile]


@pytest.fixture
def csv_of(tmp_path: Path) -> Writer:
    """A function that writes a text (as UTF-8) or bytes to a file and opens it as a source."""

    def write(content: str | bytes) -> CsvFile:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return CsvFile(path, clock=lambda: NOW)

    return write


def entries(file: CsvFile) -> list[str]:
    return [one.entry for one in file.reading().sightings]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-32"]
)
def test_every_usual_delimiter_and_encoding_is_read(
    csv_of: Writer, delimiter: str, encoding: str
) -> None:
    rows = [["Name", "E-Mail", "Ort"], ["Grün, Emil; Dr.", "emil@example.org", "Köln|Mitte"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)

    file = csv_of(text.getvalue().encode(encoding))

    assert file.columns() == [
        ("Name", ["Grün, Emil; Dr."]),
        ("E-Mail", ["emil@example.org"]),
        ("Ort", ["Köln|Mitte"]),
    ]
    assert entries(file) == ["emil@example.org"]


def test_bytes_that_windows_does_not_know_are_read_as_latin_1(csv_of: Writer) -> None:
    file = csv_of(b"Email,Name\nada@example.org,\x81\xe9\n")

    assert file.columns()[1] == ("Name", ["\x81\xe9"])


def test_a_bare_list_needs_no_heading(csv_of: Writer) -> None:
    file = csv_of("ada@example.org\r\nbo@example.org\r\n\r\n@example.com")

    assert file.columns() == [("Column 1", ["ada@example.org", "bo@example.org", "@example.com"])]
    assert list(file.reading().sightings) == [
        Sighting("ada@example.org", line=1),
        Sighting("bo@example.org", line=2),
        Sighting("@example.com", line=4),
    ]


def test_a_bare_list_may_begin_with_a_domain(csv_of: Writer) -> None:
    assert entries(csv_of("@example.com\nada@example.org\n")) == ["@example.com", "ada@example.org"]
    assert entries(csv_of("@example.com\n@example.net\n")) == ["@example.com", "@example.net"]


def test_a_domain_without_its_sign_is_not_understood(csv_of: Writer) -> None:
    reading = csv_of("ada@example.org\nexample.com\n").reading()

    assert [one.entry for one in reading.sightings] == ["ada@example.org"]
    assert "write @example.com" in reading.unreadable[0].why


def test_a_heading_in_unknown_words_is_no_person(csv_of: Writer) -> None:
    file = csv_of("Wer nicht mehr will\nada@example.org\n")
    reading = file.reading()

    assert [one.entry for one in reading.sightings] == ["ada@example.org"]
    assert reading.unreadable == []


def test_the_heading_decides_between_two_columns_of_addresses(csv_of: Writer) -> None:
    file = csv_of("Owner Email,Email\nsales@example.com,ada@example.org\n")

    assert file.guess() == 1
    assert entries(file) == ["ada@example.org"]


def test_a_heading_does_not_make_a_column_without_addresses_the_one(csv_of: Writer) -> None:
    file = csv_of("Mail,Contact\nweekly,ada@example.org\ndaily,bo@example.org\n")

    assert entries(file) == ["ada@example.org", "bo@example.org"]


def test_two_columns_that_fit_alike_are_left_to_a_person(csv_of: Writer) -> None:
    file = csv_of("sales@example.com,ada@example.org\nsales@example.com,bo@example.org\n")

    assert file.guess() is None
    with pytest.raises(FileUnreadable, match="can't tell which column") as caught:
        file.reading()
    assert "Email" in caught.value.remedy


def test_the_column_can_be_named_or_numbered(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Email,Second E-mail\na@example.org,b@example.org\n")

    assert entries(CsvFile(path, column="Second E-mail")) == ["b@example.org"]
    assert entries(CsvFile(path, column="second email")) == ["b@example.org"]
    assert entries(CsvFile(path, column=1)) == ["b@example.org"]
    for wrong in ("Third", 2, -1):
        with pytest.raises(FileUnreadable, match="no column") as caught:
            CsvFile(path, column=wrong).reading()
        assert "Second E-mail" in caught.value.remedy


def test_a_title_above_the_headings_is_passed_over(csv_of: Writer) -> None:
    file = csv_of("Mailing list of 2026\n\nName,E-mail address\nAda,ada@example.org\n")

    assert list(file.reading().sightings) == [Sighting("ada@example.org", line=4)]


def test_excel_may_name_the_delimiter_in_the_first_line(csv_of: Writer) -> None:
    file = csv_of("sep=;\r\nName;Email\r\nBerg, Ada;ada@example.org\r\n")

    assert list(file.reading().sightings) == [Sighting("ada@example.org", line=3)]


def test_a_line_end_inside_quotes_is_part_of_the_value(csv_of: Writer) -> None:
    file = csv_of('Email,Note\r\na@example.org,"one\r\ntwo"\r\nb@example.org,x\r\n')

    assert [(one.line, one.entry) for one in file.reading().sightings] == [
        (2, "a@example.org"),
        (4, "b@example.org"),
    ]


@pytest.mark.parametrize("others", [0, 5, 1200])
def test_a_quote_that_is_never_closed_swallows_no_one(csv_of: Writer, others: int) -> None:
    people = [f"p{number}@example.org" for number in range(others)]
    text = 'Email,Note\na@example.org,"never closed\n' + "".join(f"{one},x\n" for one in people)

    assert entries(csv_of(text)) == ["a@example.org", *people]


def test_a_quote_closed_by_a_later_one_swallows_no_one(csv_of: Writer) -> None:
    text = 'Email,Note\na@example.org,"open\nb@example.org,x\nc@example.org,"y"\nd@example.org,z\n'

    assert entries(csv_of(text)) == [f"{one}@example.org" for one in "abcd"]


def test_an_address_inside_a_quoted_text_opts_no_one_out(csv_of: Writer) -> None:
    rows = 'Email,Note,Town\na@example.org,"he wrote\nboss@example.org\nand so on",Ulm\n'

    assert entries(csv_of(rows + "b@example.org,,Ulm\n")) == ["a@example.org", "b@example.org"]


def test_an_address_in_a_text_whose_quotes_are_in_doubt_is_shown_and_not_read(
    csv_of: Writer,
) -> None:
    ragged = 'a@example.org,"he wrote\nboss@example.org\nand so on",Ulm,,\n'
    broken = 'b@example.org,"he "wrote" \nchief@example.org\nand so on",Ulm\n'
    reading = csv_of(f"Email,Note,Town\n{ragged}{broken}c@example.org,,Ulm\n").reading()

    assert [one.entry[0] for one in reading.sightings] == ["a", "b", "c"]
    assert [(one.line, one.text) for one in reading.unreadable] == [
        (3, "boss@example.org"),
        (6, "chief@example.org"),
        (7, 'and so on",Ulm'),
    ]


def test_nul_bytes_and_blanks_around_values_are_no_part_of_them(csv_of: Writer) -> None:
    file = csv_of(b"Email,Name\n\x00a@example.org\x00 ,A\n\xc2\xa0b@example.org,B\n")

    assert entries(file) == ["a@example.org", "b@example.org"]


def test_lines_without_a_person_are_counted_and_shown_with_their_number(csv_of: Writer) -> None:
    file = csv_of("Email,Name\nada@example.org,Ada\n,Bo\nnobody,Cy\na@x.org;Di b@x.org,Di\n")
    reading = file.reading()

    assert len(list(reading.sightings)) == 1
    assert reading.unreadable_count == 3
    assert [(one.line, one.text, one.why) for one in reading.unreadable] == [
        (3, ",Bo", "there's no address in it"),
        (4, "nobody,Cy", "it's neither an address nor a domain"),
        (
            5,
            "a@x.org;Di b@x.org,Di",
            "it has more than one address, and something that isn't an address",
        ),
    ]


def test_the_end_of_an_html_entity_is_no_delimiter(csv_of: Writer) -> None:
    bare = csv_of("Email\no&#39;hara@x.example\nk&#39;brien@x.example\n")
    assert entries(bare) == ["o'hara@x.example", "k'brien@x.example"]

    file = csv_of(
        "Name;Owner;Email\nAda;own@x.example;ada@x.example\n"
        "Salt &amp; Co;own@x.example;salt@x.example\nBo;own@x.example;bo@x.example\n"
    )

    assert entries(file) == ["ada@x.example", "salt@x.example", "bo@x.example"]


def test_each_address_of_a_cell_is_a_sighting_of_its_line(csv_of: Writer) -> None:
    file = csv_of("Email,Date\na@x.org;b@x.org,2026-09-30\n")

    first, second = file.reading().sightings

    assert (first.entry, second.entry) == ("a@x.org", "b@x.org")
    assert (first.line, first.raw_date, first.asked) == (2, "2026-09-30", second.asked)


def test_only_the_first_thousand_bad_lines_are_kept_and_all_are_counted(csv_of: Writer) -> None:
    reading = csv_of("Email\na@example.org\n" + "nobody\n" * 1500).reading()

    assert len(list(reading.sightings)) == 1
    assert reading.unreadable_count == 1500
    assert len(reading.unreadable) == MOST_LINES_KEPT


def test_a_line_longer_than_any_row_is_a_bad_line_and_the_next_one_is_read(csv_of: Writer) -> None:
    reading = csv_of("Email\na@example.org\n" + "x" * 3_000_000 + "\nb@example.org\n").reading()

    assert [(one.line, one.entry) for one in reading.sightings] == [
        (2, "a@example.org"),
        (4, "b@example.org"),
    ]
    assert [(one.line, one.why) for one in reading.unreadable] == [(3, "the line can't be read")]


def test_the_date_of_the_unsubscribe_is_read_with_its_text(csv_of: Writer) -> None:
    file = csv_of("Email,Created,Unsubscribed\na@example.org,2020-01-01,2026-09-30\n")

    day = datetime(2026, 9, 30, tzinfo=UTC)
    assert list(file.reading().sightings) == [
        Sighting("a@example.org", "2026-09-30", Interval(day, day + DAY), 2)
    ]


@pytest.mark.parametrize("heading", ["Added", "Birthday", "Date added", "Last open"])
def test_a_date_of_something_else_is_not_taken_for_the_unsubscribe(
    csv_of: Writer, heading: str
) -> None:
    file = csv_of(f"Email,{heading}\na@example.org,2020-01-01\n")

    assert list(file.reading().sightings) == [Sighting("a@example.org", line=2)]


def test_two_dates_that_fit_alike_are_both_left_alone(csv_of: Writer) -> None:
    file = csv_of("a@example.org,2026-09-30,2026-09-29\n")

    assert list(file.reading().sightings) == [Sighting("a@example.org", line=1)]


def test_a_date_that_cannot_be_keeps_its_text_and_no_interval(csv_of: Writer) -> None:
    file = csv_of("Email,Date\na@example.org,2026-09-30\nb@example.org,2030-01-01\n")

    undated = list(file.reading().sightings)[1]

    assert undated == Sighting("b@example.org", "2030-01-01", None, 3)


def dates_of(file: CsvFile) -> list[tuple[datetime | None, datetime]]:
    found = [one.asked for one in file.reading().sightings]
    return [(one.not_before, one.not_after) for one in found if one is not None]


def test_the_column_as_a_whole_decides_between_day_and_month(csv_of: Writer) -> None:
    many = "".join(f"p{number}@example.org,3/4/2026\n" for number in range(5000))
    march, april = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)

    day_first = dates_of(csv_of(f"Email,Date\n{many}z@example.org,13/4/2026\n"))
    month_first = dates_of(csv_of(f"Email,Date\n{many}z@example.org,4/13/2026\n"))
    undecided = dates_of(csv_of(f"Email,Date\n{many}"))

    assert day_first[0] == (april, april + DAY)
    assert month_first[0] == (march, march + DAY)
    assert undecided[0] == (march, april + DAY)


def test_a_reading_of_a_file_says_what_it_read(csv_of: Writer) -> None:
    content = "Email\nada@example.org\n"

    reading = csv_of(content).reading(None)

    assert (reading.kind, reading.since, reading.read_at) == ("file", None, NOW)
    assert reading.file_name == "people.csv"
    assert reading.file_hash == hashlib.sha256(content.encode()).hexdigest()


def test_a_file_that_changes_meanwhile_stays_what_it_was_when_it_was_opened(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Email\nada@example.org\n")
    file = CsvFile(path)
    before = file.reading()

    path.write_text("Email\nbo@example.org\n")

    assert [one.entry for one in before.sightings] == ["ada@example.org"]
    assert entries(file) == ["ada@example.org"]
    assert file.reading().file_hash == before.file_hash


def test_a_file_with_only_headings_names_no_one_and_is_no_error(csv_of: Writer) -> None:
    assert entries(csv_of("Email,Name\n")) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n\n", "has no lines"),
        (b"PK\x03\x04" + b"\0" * 50, "Excel workbook or a zip"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "old Excel"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "gzip"),
        (bytes(range(1, 9)) * 50, "not text"),
        (b"Name,Town\nAda,Ulm\n", "can't tell which column"),
        (b"just some words\nwithout any sense", "can't tell which column"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_with_a_remedy(
    csv_of: Writer, content: bytes, words: str
) -> None:
    with pytest.raises(FileUnreadable, match=words) as caught:
        csv_of(content).reading()

    assert caught.value.exit_code == 2
    assert caught.value.remedy


def test_a_missing_file_a_folder_and_an_impossible_path_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(FileUnreadable):
            CsvFile(path).reading()


def test_the_sample_file_of_the_project_is_read_whole() -> None:
    reading = CsvFile(Path(__file__).parents[4] / "data" / "sample-unsubscribes.csv").reading()

    sightings = list(reading.sightings)

    assert len(sightings) == 12
    assert reading.left_out == 2
    assert reading.unreadable_count == 0
    assert sum(1 for one in sightings if one.asked is None) == 1


def _says_nothing(text: str) -> bool:
    """Whether it's no yes, no, status, or word about subscribing (rules.md, 1.8)."""
    says = cell_words.says(text)
    return says in (Value.BLANK, Value.OTHER) and "subscri" not in text.casefold()


NAMES = st.from_regex(r"[a-z0-9]('?[a-z0-9._+-]){0,12}", fullmatch=True)
ADDRESSES = st.builds("{}@{}.example".format, NAMES, st.sampled_from(["a", "news", "grün", "x-y"]))
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0@", exclude_categories=("Cs", "Cc"))
    | st.just("\n"),
    max_size=30,
).filter(_says_nothing)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(TEXTS, ADDRESSES, TEXTS), min_size=1, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    headings=st.sampled_from([None, ["Name", "Email", "Note"], ["Nombre", "Correo", "Nota"]]),
)
def test_any_table_that_a_program_writes_is_read_back(
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    quoting: int,
    line_end: str,
    encoding: str,
    headings: list[str] | None,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerows([headings, *rows] if headings else rows)
    path = tmp_path / "people.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    assert entries(CsvFile(path)) == [address for _, address, _ in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=400) | st.text(alphabet='a@.,;\t|"\r\n\0x', max_size=200))
def test_no_content_breaks_the_reader(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = CsvFile(path)

    try:
        reading = file.reading()
        found = list(reading.sightings)
    except FileUnreadable:
        return

    assert all(one.entry and "\n" not in one.entry for one in found)
