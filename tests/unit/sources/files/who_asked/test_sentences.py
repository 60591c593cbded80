"""How a person reads who in a file asked, and what to do if it isn't certain."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.errors import FileUnreadable, UsageError, WhoAskedUnclear
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where, as_typed

EVERYONE = Choice(everyone=True)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
CERTAIN = "or use --everyone if everyone in this file asked."
Groups = tuple[tuple[str, int, bool], ...]


def where(column: str, *values: str) -> Choice:
    return Choice((Where(column, values),))


def file_of(
    folder: Path, text: str, choice: Choice = UNDECIDED, name: str = "people.csv"
) -> CsvFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return CsvFile(path, choice=choice, clock=lambda: NOON)


def lines(heading: str, *cells: str) -> str:
    people = "".join(f"p{number}@x.example,{cell}\n" for number, cell in enumerate(cells))
    return f"Email,{heading}\n{people}"


SENTENCES: list[tuple[str, Choice, str, Groups]] = [
    (
        lines("Unsubscribed", "Yes", "No", "No"),
        UNDECIDED,
        "1 of 3 lines says so (Unsubscribed = Yes), and 2 are left out",
        (("No", 2, False), ("Yes", 1, True)),
    ),
    (
        lines("Unsubscribed", "Yes", "Yes", "No"),
        UNDECIDED,
        "2 of 3 lines say so (Unsubscribed = Yes), and 1 is left out",
        (("Yes", 2, True), ("No", 1, False)),
    ),
    (
        lines("Unsubscribed", "Yes", "Yes"),
        UNDECIDED,
        "2 of 2 lines say so (Unsubscribed = Yes), and none are left out",
        (("Yes", 2, True),),
    ),
    (
        lines("Unsubscribed", "No"),
        UNDECIDED,
        "The only line doesn't say that the person asked (\"Unsubscribed\"), so it's left out",
        (("No", 1, False),),
    ),
    (
        lines("Unsubscribed", "No", "No"),
        UNDECIDED,
        'None of 2 lines says that the person asked ("Unsubscribed"), and 2 are left out',
        (("No", 2, False),),
    ),
    (
        lines("Status", "unsubscribed", "complained", "subscribed", "cleaned", "cleaned"),
        UNDECIDED,
        "2 of 5 lines say so (Status = unsubscribed, complained), and 3 are left out "
        "(cleaned 2, subscribed 1)",
        (
            ("cleaned", 2, False),
            ("unsubscribed", 1, True),
            ("complained", 1, True),
            ("subscribed", 1, False),
        ),
    ),
    (
        lines("Unsubscribed on", "2026-01-02", "", ""),
        UNDECIDED,
        "1 of 3 lines says so (Unsubscribed on = a date), and 2 are left out",
        (("(empty)", 2, False), ("(a date)", 1, True)),
    ),
    (
        lines("Status", "unsubscribed", "unsubscribed"),
        UNDECIDED,
        "2 of 2 lines say so (Status = unsubscribed), and none are left out",
        (("unsubscribed", 2, True),),
    ),
    (
        "Email,Unsubscribed,Subscribed\na@x.example,yes,no\nb@x.example,no,yes\n",
        UNDECIDED,
        "1 of 2 lines says so (Unsubscribed = yes; Subscribed = no), and 1 is left out",
        (),
    ),
    (
        lines("Town", "Ulm", "Bonn"),
        UNDECIDED,
        "Everyone in the file counts, because no column says otherwise",
        (),
    ),
    (
        lines("Unsubscribed", "Yes", "No"),
        EVERYONE,
        "Everyone in the file counts, because you said so",
        (),
    ),
    (
        lines("Town", "Ulm", "Bonn", "Bonn"),
        where("Town", "Bonn"),
        "2 of 3 lines were chosen (Town = Bonn), and 1 is left out",
        (),
    ),
    (
        lines("Town", "Ulm", "Bonn", "Bonn"),
        where("Town", "Ulm"),
        "1 of 3 lines was chosen (Town = Ulm), and 2 are left out",
        (),
    ),
]


@pytest.mark.parametrize(("text", "choice", "sentence", "groups"), SENTENCES)
def test_a_person_reads_why_how_many_lines_count(
    tmp_path: Path, text: str, choice: Choice, sentence: str, groups: Groups
) -> None:
    file = file_of(tmp_path, text, choice)
    reading = file.reading()

    assert reading.who_asked == sentence
    assert file.groups() == groups
    counts = [count for _, count, is_asked in groups if is_asked]
    assert not groups or len(list(reading.sightings)) == sum(counts)


STATES = ["blocked", "gone away", "inactive", "held", "a", "b", "c", "d" * 50]
SHOWN = "blocked (1), inactive (1), held (1), gone away (1), a (1), b (1) and others"

REFUSALS = [
    (
        lines("Status", "x", "blocked", "blocked"),
        UNDECIDED,
        'It isn\'t certain who in people.csv asked not to be emailed: column "Status" has '
        "blocked (2), x (1)",
        None,
        "--where 'Status=blocked'",
        (("Status", (("blocked", 2), ("x", 1))),),
    ),
    (
        lines("Status", *STATES[:7]),
        UNDECIDED,
        f'It isn\'t certain who in people.csv asked not to be emailed: column "Status" has {SHOWN}',
        None,
        "--where 'Status=blocked'",
        (
            (
                "Status",
                tuple((one, 1) for one in ["blocked", "inactive", "held", "gone away", *"abc"]),
            ),
        ),
    ),
    (
        "Email,Unsubscribed,Subscribed\na@x.example,yes,no\nb@x.example,yes,yes\n"
        "c@x.example,yes,yes\n",
        UNDECIDED,
        'Columns in people.csv contradict each other (line 3 and 1 more): column "Unsubscribed" '
        'has yes (3); column "Subscribed" has yes (2), no (1)',
        "Columns in people.csv contradict each other (line 3 and 1 more).",
        "--where 'Unsubscribed=yes'",
        (("Unsubscribed", (("yes", 3),)), ("Subscribed", (("yes", 2), ("no", 1)))),
    ),
    (
        "Email,Status\na@x.example,unsubscribed\na@x.example,subscribed\n"
        "b@x.example,subscribed\nb@x.example,unsubscribed\n",
        UNDECIDED,
        'Column "Status" in people.csv gives two answers for a@x.example and 1 more, and no date '
        "shows which came last",
        'Column "Status" in people.csv gives two answers for a@x.example and 1 more, and no date '
        "shows which came last.",
        "--where 'Status=unsubscribed'",
        (("Status", (("unsubscribed", 2), ("subscribed", 2))),),
    ),
    (
        "Email,Status\na@x.example,unsubscribed\na@x.example,subscribed\n",
        UNDECIDED,
        'Column "Status" in people.csv gives two answers for a@x.example, and no date shows which '
        "came last",
        'Column "Status" in people.csv gives two answers for a@x.example, and no date shows which '
        "came last.",
        "--where 'Status=unsubscribed'",
        (("Status", (("unsubscribed", 1), ("subscribed", 1))),),
    ),
    (
        "Email,Channel,Unsubscribed\na@x.example,SMS,no\nb@x.example,email,yes\n",
        UNDECIDED,
        'It isn\'t certain who in people.csv asked not to be emailed: column "Channel" has SMS '
        '(1), email (1); column "Unsubscribed" has no (1), yes (1)',
        None,
        "--where 'Channel=email' with --where 'Unsubscribed=yes'",
        (("Channel", (("SMS", 1), ("email", 1))), ("Unsubscribed", (("no", 1), ("yes", 1)))),
    ),
    (
        lines("Bounced", "yes", "no"),
        UNDECIDED,
        'people.csv lists addresses that bounced, not people who unsubscribed: column "Bounced" '
        "has yes (1), no (1)",
        'Going by column "Bounced", people.csv lists addresses that bounced, not people who '
        "unsubscribed.",
        "--where 'Bounced=yes'",
        (("Bounced", (("yes", 1), ("no", 1))),),
    ),
    (
        lines("Unsubscribed", "Yes", "No"),
        where("Unsubscribed", "Perhaps"),
        'No line in people.csv has Perhaps in column "Unsubscribed", which has Yes (1), No (1)',
        'No line in people.csv has Perhaps in column "Unsubscribed".',
        "--where 'Unsubscribed=Yes'",
        (("Unsubscribed", (("Yes", 1), ("No", 1))),),
    ),
    (
        lines("Town", "Ulm", "Bonn"),
        where("Town", ""),
        'No line in people.csv has an empty cell in column "Town"',
        'No line in people.csv has an empty cell in column "Town".',
        "--where 'Town=VALUE'",
        (("Town", ()),),
    ),
]


@pytest.mark.parametrize(("text", "choice", "message", "why", "example", "columns"), REFUSALS)
def test_a_person_reads_what_the_columns_hold_and_how_to_choose(
    tmp_path: Path,
    text: str,
    choice: Choice,
    message: str,
    why: str | None,
    example: str,
    columns: object,
) -> None:
    with pytest.raises(WhoAskedUnclear) as refused:
        file_of(tmp_path, text, choice).reading()

    error = refused.value
    assert (error.message, error.why, error.columns) == (message, why, columns)
    assert error.remedy == f"Say which lines count, such as {example}, {CERTAIN}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("subscribers.csv", "people who opted in"), ("bounces.csv", "addresses that bounced")],
)
def test_a_file_of_other_people_is_refused_by_its_name(
    tmp_path: Path, name: str, kind: str
) -> None:
    with pytest.raises(WhoAskedUnclear) as refused:
        file_of(tmp_path, lines("Town", "Ulm"), name=name).reading()

    error = refused.value
    message = f"Going by its name, {name} lists {kind}, not people who unsubscribed"
    assert (error.message, error.why, error.columns) == (message, f"{message}.", ())
    assert error.remedy == (
        "Export the people who unsubscribed. If everyone in this file did ask not to be emailed, "
        "use --everyone."
    )


UNREADABLE = [
    (
        "Email,A\na@x.example,b,c\nd@x.example,e,f\n",
        "people.csv: 2 lines have more cells than there are headings (line 2), so Optback can't "
        "tell which heading goes with which cell",
        "Give every column a heading",
    ),
    (
        "Email,Email\na@x.example,b@x.example\n",
        "people.csv has several columns called Email with addresses",
        "Save each list as its own file",
    ),
    (
        "Name,Town\nAnn,Ulm\n",
        "Optback can't tell which column of people.csv has the addresses",
        "Write Email as the heading of that column",
    ),
    (
        "Email\na@x.example\nStatus,Email\nb@x.example,x\n",
        "people.csv has two lists: line 3 starts another list with different columns",
        "Save each list as its own file",
    ),
    (
        "Email,Name\na@x.example,A\nSubscribers,\nb@x.example,B\n",
        "people.csv has several lists: below line 3 it lists people who opted in",
        "Save the people who unsubscribed as a separate file",
    ),
    (
        "Email,A\na@x.example,b\nb@x.example,c\nd@x.example,e,unsubscribed\n",
        "people.csv: 1 line has more cells than there are headings (line 4), so Optback can't tell "
        "which heading goes with which cell",
        "Give every column a heading",
    ),
    (
        "Email,a@x.example,b@x.example\nName,A,B\n",
        "people.csv is sideways: each person is a column, not a line",
        "Turn it around in Excel",
    ),
    ("", "people.csv is empty", "Use the file with the addresses."),
]


@pytest.mark.parametrize(("text", "message", "remedy"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, text: str, message: str, remedy: str
) -> None:
    with pytest.raises(FileUnreadable) as refused:
        list(file_of(tmp_path, text).reading().sightings)

    assert refused.value.message == message
    assert refused.value.remedy.startswith(remedy)


def test_a_column_that_is_not_in_the_file_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(lines("Town", "Ulm"))

    with pytest.raises(FileUnreadable) as refused:
        CsvFile(path, column="Mail").reading()

    assert refused.value.message == "people.csv has no column Mail"
    assert refused.value.remedy == "Choose one of its columns: Email, Town."


def test_dates_that_were_not_understood_are_counted_and_shown(tmp_path: Path) -> None:
    odd = ["2026-13-40", "2026-13-41", "2026-13-42", "2026-13-43", "2026-01-02"]

    reading = file_of(tmp_path, lines("Unsubscribed at", *odd)).reading()

    assert reading.dates_unread == 4
    assert reading.about_dates == (
        "Optback didn't understand the dates in column Unsubscribed at on 4 of 5 lines: "
        + ", ".join(odd[:3])
    )
    assert (reading.read_at, reading.file_name) == (NOON, "people.csv")


@pytest.mark.parametrize(
    ("column", "value", "typed"),
    [
        ("Status", "out", "--where 'Status=out'"),
        ("Status", "no, thanks", "--where 'Status=\"no, thanks\"'"),
        ("a=b", "Yes", "--where '\"a=b\"=Yes'"),
        ('"a"', "Yes", '--where \'"""a"""=Yes\''),
        ("Status", "it's", """--where 'Status=it'"'"'s'"""),
    ],
)
def test_a_choice_is_shown_as_it_is_typed_in_a_shell(column: str, value: str, typed: str) -> None:
    assert as_typed(column, value) == typed


@pytest.mark.parametrize(("column", "guess"), [(-1, None), (0, 0), (1, 1), (2, None)])
def test_a_column_is_chosen_by_its_position(tmp_path: Path, column: int, guess: int | None) -> None:
    path = tmp_path / "people.csv"
    path.write_text(lines("Town", "Ulm"))

    assert CsvFile(path, column=column).guess() == guess


def test_a_folder_and_a_file_that_is_not_there_are_refused_by_their_path(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path, f"{tmp_path} is a folder"),
        (tmp_path / "none.csv", f"There's no file {tmp_path / 'none.csv'}"),
    ]:
        with pytest.raises(FileUnreadable) as refused:
            CsvFile(path).reading()
        assert refused.value.message == message
        assert refused.value.remedy


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["a", "b", "c"], "a zip archive (a, b, c)"),
        (["a", "b", "c", "d"], "a zip archive (a, b, c, …)"),
        (["mimetype.spreadsheet"], "an OpenDocument spreadsheet (.ods)"),
        (["mimetype.text"], "an OpenDocument file"),
    ],
)
def test_a_zip_archive_is_refused_by_what_is_in_it(
    tmp_path: Path, names: list[str], what: str
) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        for name in names:
            stem, _, kind = name.partition(".")
            archive.writestr(stem, f"application/vnd.oasis.opendocument.{kind}" if kind else "x")

    with pytest.raises(FileUnreadable) as refused:
        CsvFile(tmp_path / "f.zip").reading()

    assert refused.value.message == f"This is {what}, not CSV: f.zip"


def test_a_row_that_a_quote_may_have_swallowed_is_reported(tmp_path: Path) -> None:
    text = 'Email,Note\na@x.example,1"\nb@x.example,2,\nc@x.example,4\nd@x.example,5\n'

    reading = file_of(tmp_path, text).reading()
    entries = [sighting.entry for sighting in reading.sightings]

    assert entries == ["a@x.example", "c@x.example", "d@x.example"]
    assert [(line.line, line.why) for line in reading.unreadable] == [
        (3, "it may be part of quoted text, not a separate row")
    ]


def test_where_and_everyone_are_refused_together() -> None:
    with pytest.raises(UsageError, match="--where and --everyone can't be used together"):
        Choice((Where("Status", ("out",)),), everyone=True)


def test_a_column_is_chosen_by_its_heading_in_any_spelling(tmp_path: Path) -> None:
    text = lines("E-mail Status", "x", "blocked")

    reading = file_of(tmp_path, text, where("email status", "x")).reading()

    assert reading.who_asked == "1 of 2 lines was chosen (E-mail Status = x), and 1 is left out"
