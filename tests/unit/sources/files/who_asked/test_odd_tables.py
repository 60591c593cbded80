"""Tables as people leave them: states under yes/no headings, titles above, ragged lines, twins."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lib.sources.files.who_asked.choice import Choice, Where, parse_where
from tests.unit.sources.files.who_asked.ground_truth import Answer, Truth, answer_for, faults_in

LEFT = frozenset(["left@x.example"])


def read(folder: Path, text: str, choice: Choice | None = None) -> Answer:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return answer_for(path, choice or Choice())


def table(heading: str, left: str, stays: str) -> str:
    lines = [f"Email,{heading}", f"left@x.example,{left}", f"stay@x.example,{stays}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("heading", "left", "stays"),
    [
        # A state under a heading of leaving isn't turned twice.
        ("Email Opt Out", "Opted out", "Opted in"),
        ("Unsubscribed", "Unsubscribed", "Subscribed"),
        ("Unsubscribed", "Unsubscribed", ""),
        ("Opt-out", "opt-out", "opt-in"),
        ("Do not email", "Do not email", ""),
        ("Do not allow emails", "Do Not Allow", "Allow"),
        ("Abgemeldet", "abgemeldet", "angemeldet"),
        ("Désabonné", "désabonné", "abonné"),
        # Nor is a state under a heading of staying.
        ("Subscribed", "unsubscribed", "subscribed"),
        ("Subscribed", "Unsubscribed", "Subscribed"),
        ("Opted in", "opted out", "opted in"),
        ("Opt-in", "opt-out", "opt-in"),
        ("Accepts marketing", "unsubscribed", "subscribed"),
        ("Newsletter", "unsubscribed", "subscribed"),
        ("Newsletter", "abgemeldet", "angemeldet"),
        ("Newsletter", "abbestellt", "bestellt"),
        ("Iscritto", "disiscritto", "iscritto"),
        ("Consent", "withdrawn", "given"),
        ("Email consent", "denied", "granted"),
        ("Marketing emails", "not allowed", "allowed"),
        ("Email permission", "revoked", "granted"),
        # Yes and no with more words around.
        ("Unsubscribed", "Yes - by phone", "No"),
        ("Unsubscribed", "yes!", "no"),
        ("Unsubscribed", "✓", ""),
        ("Unsubscribed", "☑", "☐"),
        ("Unsubscribed", "checked", "unchecked"),
        ("Unsubscribed", "Yes", "-"),
        ("Unsubscribed", "Yes", "n/a"),
        ("Unsubscribed", "1.0", "0.0"),
        ("Unsubscribed", "'1", "'0"),
        ("Unsubscribed", '"=""TRUE"""', '"=""FALSE"""'),
        ("Unsubscribed", "-1", "0"),
    ],
)
def test_other_words_under_a_heading_about_unsubscribing_are_understood_or_asked_about(
    tmp_path: Path, heading: str, left: str, stays: str
) -> None:
    assert not faults_in(read(tmp_path, table(heading, left, stays)), Truth(LEFT))


@pytest.mark.parametrize(
    ("heading", "left", "stays"),
    [
        ("Unsubscribed", "Yes", "No"),
        (" Unsubscribed ", " Yes ", " No "),
        ('"Unsubscribed"', '"Yes"', '"No"'),
        ("Unsubscribed", "Yes\u00a0", "\u200bNo"),
        ("\u00a0Unsubscribed", "yEs", "nO"),
        ("Email\u00a0Opt\u00a0Out", "TRUE", "FALSE"),
        ("UnSubscribed", "ＹＥＳ", "ＮＯ"),
    ],
)
def test_blanks_quotes_and_letter_cases_change_nothing(
    tmp_path: Path, heading: str, left: str, stays: str
) -> None:
    answer = read(tmp_path, table(heading, left, stays))
    sure = "ＹＥＳ" not in left

    assert not faults_in(answer, Truth(LEFT, clear=sure))


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        # a ragged line: what isn't there is blank
        ("Email,Name,Unsubscribed\nleft@x.example,A,Yes\nstay@x.example\n", True),
        ("Email,Unsubscribed\nleft@x.example,Yes,,,\nstay@x.example,No,,,\n", False),
        # blank lines, and lines of nothing but delimiters
        ("Email,Unsubscribed\n\nleft@x.example,Yes\n,\n\nstay@x.example,No\n,,\n", True),
        # a title above the headings
        ("Contacts of November\n\nEmail,Unsubscribed\nleft@x.example,Yes\nstay@x.example,No\n",
         False),
        ("sep=;\nEmail;Unsubscribed\nleft@x.example;Yes\nstay@x.example;No\n", False),
        # a sum below
        ("Email,Unsubscribed\nleft@x.example,Yes\nstay@x.example,No\nTotal,1\n", False),
        # the same heading twice
        ("Email,Status,Status\nleft@x.example,unsubscribed,Customer\nstay@x.example,active,Lead\n",
         False),
        # two addresses, of which only one is the person's
        ("Owner Email,Email,Unsubscribed\nboss@corp.example,left@x.example,Yes\n"
         "boss@corp.example,stay@x.example,No\n", False),
        # old line ends, and no end at all
        ("Email,Unsubscribed\rleft@x.example,Yes\rstay@x.example,No", False),
    ],
)  # fmt: skip
def test_a_table_in_disorder_opts_out_the_same_person(
    tmp_path: Path, text: str, clear: bool
) -> None:
    assert not faults_in(read(tmp_path, text), Truth(LEFT, clear=clear))


def test_a_person_who_is_in_the_file_twice_may_be_asked_about(tmp_path: Path) -> None:
    text = "Email,Unsubscribed\nleft@x.example,Yes\nLEFT@x.example,No\nstay@x.example,No\n"

    assert not faults_in(read(tmp_path, text), Truth(LEFT))


def test_a_later_sign_up_in_an_event_log_is_not_passed_over(tmp_path: Path) -> None:
    text = (
        "Email,Event,Date\nback@x.example,unsubscribed,2025-01-01\n"
        "back@x.example,subscribed,2025-06-01\nleft@x.example,unsubscribed,2025-01-01\n"
    )
    truth = Truth(LEFT, maybe=frozenset(["back@x.example"]))

    assert not faults_in(read(tmp_path, text), truth)


def test_the_run_says_how_many_lines_say_so_and_what_they_say(tmp_path: Path) -> None:
    text = "Email,Unsubscribed\na@x.example,Yes\nb@x.example,No\nc@x.example,No\n"

    said = read(tmp_path, text).who_asked or ""

    assert "1 of 3" in said
    assert "Unsubscribed" in said
    assert "Yes" in said
    assert "2" in said


def test_the_refusal_counts_each_value(tmp_path: Path) -> None:
    text = "Email,Status\n" + "".join(
        f"p{number}@x.example,{'gold' if number < 7 else 'silver'}\n" for number in range(19)
    )

    answer = read(tmp_path, text)

    assert answer.refusal is not None
    for part in ("Status", "gold", "7", "silver", "12"):
        assert part in answer.refusal.message


CHOICES: Sequence[tuple[str, set[str]]] = (
    ("Status=gone", {"a@x.example"}),
    ("Status=gone,kept", {"a@x.example", "b@x.example"}),
    ("Status= gone , kept", {"a@x.example", "b@x.example"}),
    ('Status="gone, by phone"', {"c@x.example"}),
    ("Status=gone,", {"a@x.example", "d@x.example"}),
    ("Kind=x", {"a@x.example", "c@x.example"}),
)
TABLE = (
    'Email,Status,Kind\na@x.example,gone,x\nb@x.example,kept,y\nc@x.example,"gone, by phone",x\n'
    "d@x.example,,y\n"
)


@pytest.mark.parametrize(("text", "asked"), CHOICES)
def test_a_persons_choice_takes_the_lines_with_these_values(
    tmp_path: Path, text: str, asked: set[str]
) -> None:
    answer = read(tmp_path, TABLE, Choice(where=(parse_where(text),)))

    assert answer.refusal is None
    assert set(answer.asked) == asked
    assert answer.left_out == 4 - len(asked)


def test_another_letter_case_in_a_choice_is_the_same_value_or_refused(tmp_path: Path) -> None:
    answer = read(tmp_path, TABLE, Choice(where=(parse_where("status=GONE"),)))

    assert answer.refusal is not None or set(answer.asked) == {"a@x.example"}


def test_two_choices_take_the_lines_that_meet_both(tmp_path: Path) -> None:
    both = Choice(where=(parse_where("Status=gone,kept"), parse_where("Kind=x")))

    assert set(read(tmp_path, TABLE, both).asked) == {"a@x.example"}


def test_a_column_without_a_heading_is_chosen_by_its_place(tmp_path: Path) -> None:
    text = "a@x.example,ja\nb@x.example,nein\n"

    answer = read(tmp_path, text, Choice(where=(Where("Column 2", ("ja",)),)))

    assert set(answer.asked) == {"a@x.example"}


def test_where_can_select_people_who_did_not_ask_because_a_person_decided(tmp_path: Path) -> None:
    text = "Email,Unsubscribed\na@x.example,Yes\nb@x.example,No\n"

    answer = read(tmp_path, text, Choice(where=(Where("Unsubscribed", ("No",)),)))

    assert set(answer.asked) == {"b@x.example"}
