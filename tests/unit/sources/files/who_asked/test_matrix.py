"""Thousands of small files: headings × languages × values × places × delimiters × encodings.

Each file knows who asked. Opting out anyone else is always wrong; a file without doubt may not be
refused; a refusal names the column, its values and the way out.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lib.sources.files.csv_file import CsvFile
from tests.unit.sources.files.who_asked.ground_truth import Truth, answer_for, faults_in
from tests.unit.sources.files.who_asked.made_files import Column, Made, judge, people, spread, those
from tests.unit.sources.files.who_asked.vocabulary import (
    ENGLISH,
    LANGUAGES,
    MARKS,
    PAIRS_ANYWHERE,
    Language,
    Pair,
)

NOBODY: frozenset[str] = frozenset()
# Read as yes and no in most places, and not listed as such anywhere.
RARE_PAIRS = {("t", "f")}
DATES = ("2025-03-04", "2025-11-30 08:09:10", "2026-01-02")

in_each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)


def truth_of(
    asked: frozenset[str], *columns: Column, clear: bool = False, must_refuse: bool = False
) -> Truth:
    named = tuple((heading, tuple(cells)) for heading, cells in columns)
    return Truth(asked, clear=clear, must_refuse=must_refuse, columns=named)


def made(asked: frozenset[str], *columns: Column, clear: bool = False, beside: int = 0) -> Made:
    """A file of these columns; a refusal may name any but the last `beside` of them."""
    speaking = columns[: len(columns) - beside]
    return Made(list(columns), truth_of(asked, *speaking, clear=clear))


def contradicting(*columns: Column) -> Made:
    return Made(list(columns), truth_of(NOBODY, *columns, must_refuse=True))


def dressed(heading: str, number: int) -> str:
    """A heading as another program would spell it."""
    forms = [heading, heading, heading.upper(), heading.lower(), heading.replace(" ", "_")]
    return random.Random(f"heading {number}").choice(forms)


def pairs_of(language: Language) -> tuple[Pair, ...]:
    return language.pairs + PAIRS_ANYWHERE


def flags(
    language: Language, headings: Sequence[str], asked_at: int, *, clear: bool
) -> Iterator[Made]:
    """A yes/no column under each heading. `asked_at`: 0 where yes means asked, 1 where no does."""
    pairs = pairs_of(language)
    for number, heading in enumerate(headings):
        # Each plain heading meets every pair; the others take turns.
        for pair in pairs if clear else pairs[number % 2 :: 2]:
            cells = spread(number * 31 + pairs.index(pair), pair)
            column = (dressed(heading, number + pairs.index(pair)), cells)
            sure = clear and pair not in RARE_PAIRS
            yield made(those(cells, pair[asked_at]), column, clear=sure)


@in_each_language
def test_yes_under_a_plain_heading_of_leaving_is_understood(
    tmp_path: Path, language: Language
) -> None:
    files = flags(language, language.out_plain, 0, clear=True)

    judge(tmp_path, files, language)


@in_each_language
def test_yes_under_a_rarer_heading_of_leaving_is_understood_or_asked_about(
    tmp_path: Path, language: Language
) -> None:
    files = flags(language, language.out_other, 0, clear=False)

    judge(tmp_path, files, language)


@in_each_language
def test_no_under_a_plain_heading_of_staying_is_turned_round(
    tmp_path: Path, language: Language
) -> None:
    files = flags(language, language.in_plain, 1, clear=True)

    judge(tmp_path, files, language)


@in_each_language
def test_no_under_a_rarer_heading_of_staying_is_turned_round_or_asked_about(
    tmp_path: Path, language: Language
) -> None:
    # A double negation ("Not unsubscribed = No") is in here too.
    files = flags(language, language.in_other, 1, clear=False)

    judge(tmp_path, files, language)


@in_each_language
def test_a_mark_under_leaving_counts_and_a_blank_does_not(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(language.out_plain):
            for mark in MARKS:
                cells = spread(number, (mark, ""))
                yield made(those(cells, mark), (heading, cells), clear=True)
            for yes, no in language.pairs[:2]:
                cells = spread(number, (yes, no, ""))
                yield made(those(cells, yes), (heading, cells), clear=True)
                cells = spread(number, (no, ""))
                yield made(NOBODY, (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_blank_under_staying_never_opts_anyone_out(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(language.in_plain + language.in_other):
            for mark in (*MARKS, language.pairs[0][0]):
                yield made(NOBODY, (heading, spread(number, (mark, ""))))
            yes, no = language.pairs[0]
            cells = spread(number, (yes, no, ""))
            yield made(those(cells, no), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_column_with_one_value_throughout_means_that_value(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for yes, no in pairs_of(language):
            sure = (yes, no) not in RARE_PAIRS
            everyone = frozenset(people(3))
            yield made(everyone, (language.out_plain[0], [yes] * 3), clear=sure)
            yield made(NOBODY, (language.out_plain[0], [no] * 3))
            yield made(NOBODY, (language.in_plain[0], [yes] * 3))
            yield made(everyone, (language.in_plain[0], [no] * 3))

    judge(tmp_path, files(), language)


@in_each_language
def test_an_unknown_value_next_to_yes_and_no_opts_no_one_out(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(language.out_plain + language.in_plain):
            asked_at = 0 if heading in language.out_plain else 1
            for odd in ("?", "maybe", "2", "n/a", "see notes"):
                pair = language.pairs[number % len(language.pairs)]
                cells = spread(number, (*pair, odd))
                yield made(those(cells, pair[asked_at]), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_status_counts_only_those_who_left(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        number = 0
        for heading in language.status:
            for left in language.left:
                for stays in language.stays:
                    number += 1
                    cells = spread(number, (left, stays))
                    yield made(those(cells, left), (dressed(heading, number), cells), clear=True)
                    cells = spread(number, (left, stays, ""))
                    yield made(those(cells, left), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_rarer_words_for_leaving_are_understood_or_asked_about(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for heading in language.status:
            for number, left in enumerate(language.left_other):
                cells = spread(number, (left, *language.stays))
                yield made(those(cells, left), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_bounces_and_people_who_never_confirmed_did_not_ask(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for heading in language.status:
            for number, neither in enumerate(language.neither):
                clear = language is ENGLISH and neither in ("bounced", "cleaned", "pending")
                cells = spread(number, (language.left[0], language.stays[0], neither))
                yield made(those(cells, language.left[0]), (heading, cells), clear=clear)
                yield made(NOBODY, (heading, spread(number, (neither, language.stays[0]))))
                yield made(NOBODY, (heading, [neither] * 3))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_status_under_an_unrelated_heading_is_understood_or_asked_about(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(("Typ", "Info", "Field 7", "x1")):
            for left in language.left:
                cells = spread(number, (left, *language.stays))
                yield made(those(cells, left), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_yes_and_no_under_an_unrelated_heading_is_all_or_nothing(
    tmp_path: Path, language: Language
) -> None:
    # Such a column decides nothing: everyone in the file counts, or a person is asked.
    def files() -> Iterator[Made]:
        for turn, heading in enumerate(language.yes_no_elsewhere + language.phone):
            for number, pair in enumerate(pairs_of(language)[turn % 2 :: 2]):
                cells = spread(number, pair)
                yield made(frozenset(people(len(cells))), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_columns_that_are_not_about_unsubscribing_never_get_in_the_way(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for number in range(40):
            chance = random.Random(number)
            length = chance.randint(1, 6)
            chosen = chance.sample(language.neutral, chance.randint(1, len(language.neutral)))
            columns = [(h, [v[place % len(v)] for place in range(length)]) for h, v in chosen]
            yield Made(columns, Truth(frozenset(people(length)), clear=True))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_date_of_leaving_counts_where_it_stands(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(language.left_dates):
            for date in DATES:
                cells = spread(number, (date, ""))
                yield made(those(cells, date), (heading, cells), clear=True)
                joined = (language.joined_dates[0], ["2020-01-01"] * len(cells))
                yield made(those(cells, date), (heading, cells), joined, clear=True, beside=1)
                yield Made([(heading, [date] * 3)], Truth(frozenset(people(3)), clear=True))
            for nothing in ("0000-00-00 00:00:00", "NULL", "-", "never"):
                cells = spread(number, (DATES[1], nothing))
                yield made(those(cells, DATES[1]), (heading, cells))

    judge(tmp_path, files(), language)


@in_each_language
def test_dates_of_joining_alone_opt_no_one_out(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for number, heading in enumerate(language.joined_dates):
            for date in DATES:
                yield made(NOBODY, (heading, [date] * 3))
                yield made(NOBODY, (heading, spread(number, (date, ""))))

    judge(tmp_path, files(), language)


@in_each_language
def test_columns_that_agree_are_understood(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for number, (yes, no) in enumerate(language.pairs[:3] + PAIRS_ANYWHERE):
            out = spread(number, (yes, no))
            other = [no if cell == yes else yes for cell in out]
            state = [language.left[0] if cell == yes else language.stays[0] for cell in out]
            dates = [DATES[0] if cell == yes else "" for cell in out]
            asked = those(out, yes)
            leaving = (language.out_plain[0], out)
            for second in (
                (language.in_plain[0], other),
                (language.status[0], state),
                (language.left_dates[0], dates),
            ):
                yield made(asked, leaving, second, clear=True)
            yield made(asked, (language.in_plain[0], other), (language.status[0], state))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_line_that_contradicts_itself_refuses_the_file(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for yes, no in language.pairs[:2] + PAIRS_ANYWHERE:
            out = [yes, no, no, yes]
            yield contradicting(
                (language.out_plain[0], out), (language.in_plain[0], [no, yes, yes, yes])
            )
            left, stays = language.left[0], language.stays[0]
            yield contradicting(
                (language.out_plain[0], out), (language.status[0], [left, stays, stays, stays])
            )
            yield contradicting(
                (language.in_plain[0], [yes, no, yes]), (language.status[0], [left, left, stays])
            )

    judge(tmp_path, files(), language)


@in_each_language
def test_neither_in_nor_out_is_not_out(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for yes, no in language.pairs[:2] + PAIRS_ANYWHERE:
            out, inside = [yes, no, no], [no, yes, no]
            yield made(
                those(out, yes), (language.out_plain[0], out), (language.in_plain[0], inside)
            )

    judge(tmp_path, files(), language)


@in_each_language
def test_bounces_and_phone_calls_in_other_columns_change_nothing(
    tmp_path: Path, language: Language
) -> None:
    def files() -> Iterator[Made]:
        for number, (yes, no) in enumerate(pairs_of(language)):
            out = spread(number, (yes, no))
            other = random.Random(number).choices((yes, no), k=len(out))
            headings = language.bounce + language.phone + language.yes_no_elsewhere
            for heading in headings[number % 2 :: 2] if language is not ENGLISH else headings:
                clear = heading in ("Bounced", "Hard bounce", "Do Not Call", "Fax Opt Out")
                sure = clear and (yes, no) not in RARE_PAIRS
                yield made(
                    those(out, yes), (language.out_plain[0], out), (heading, other), clear=sure
                )

    judge(tmp_path, files(), language)


@in_each_language
def test_a_bounce_alone_opts_no_one_out(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for heading in language.bounce:
            for number, pair in enumerate(pairs_of(language)):
                yield made(NOBODY, (heading, spread(number, pair)))

    judge(tmp_path, files(), language)


@in_each_language
def test_a_complaint_counts_like_leaving(tmp_path: Path, language: Language) -> None:
    def files() -> Iterator[Made]:
        for number, (yes, no) in enumerate(pairs_of(language)):
            for heading in language.complaint:
                out = spread(number, (yes, no, no))
                spam = random.Random(number).choices((yes, no, no), k=len(out))
                asked = those(out, yes) | those(spam, yes)
                yield made(asked, (language.out_plain[0], out), (heading, spam))
                yield made(those(out, yes), (heading, out))

    judge(tmp_path, files(), language)


# --- English only: words of programs, which are English everywhere ---


EVENTS_OF_LEAVING = (
    "unsubscribe",
    "unsubscribed",
    "Unsubscribed",
    "Unsubscribe",
    "spam complaint",
    "complaint",
    "spamreport",
    "marked as spam",
)
OTHER_EVENTS = (
    "delivered",
    "opened",
    "clicked",
    "open",
    "click",
    "sent",
    "processed",
    "bounce",
    "hard_bounce",
    "soft bounce",
    "deferred",
    "dropped",
)


def test_of_an_event_log_only_leaving_and_complaints_count(tmp_path: Path) -> None:
    def files() -> Iterator[Made]:
        for heading in ("Event", "event_type", "Activity", "Type", "Action"):
            for number, left in enumerate(EVENTS_OF_LEAVING):
                for other in OTHER_EVENTS[:8]:
                    cells = spread(number, (left, other))
                    plain = left in ("unsubscribe", "unsubscribed", "Unsubscribed")
                    clear = plain and heading == "Event" and other in OTHER_EVENTS[:5]
                    yield made(those(cells, left), (heading, cells), clear=clear)
                yield made(NOBODY, (heading, spread(number, OTHER_EVENTS)))

    judge(tmp_path, files(), ENGLISH)


def test_a_person_of_several_events_counts_by_the_unsubscribe(tmp_path: Path) -> None:
    events = ["delivered", "opened", "unsubscribed", "delivered", "clicked"]
    addresses = ["left@x.example"] * 3 + ["stay@x.example"] * 2
    truth = truth_of(frozenset(["left@x.example"]), ("Event", events), clear=True)

    judge(tmp_path, [Made([("Event", events)], truth, addresses)], ENGLISH)


SIGN_UPS = (
    "Double opt-in",
    "Double opt-in confirmed",
    "Opt-in confirmed",
    "Confirmed",
    "Active",
    "Is active",
    "Enabled",
    "Double-Opt-In",
    "Opt-in mail sent",
    "Active subscription",
    "Paid subscriber",
)


def test_an_unconfirmed_sign_up_does_not_mean_unsubscribed(tmp_path: Path) -> None:
    # A person who never confirmed, or whose account is off, didn't ask for anything.
    def files() -> Iterator[Made]:
        for heading in SIGN_UPS:
            for number, pair in enumerate(PAIRS_ANYWHERE):
                yield made(NOBODY, (heading, spread(number, pair)))

    judge(tmp_path, files(), ENGLISH)


STATES_OF_DOUBT = (
    "blocked",
    "suppressed",
    "inactive",
    "deleted",
    "archived",
    "held",
    "on hold",
    "removed",
    "invalid",
    "undeliverable",
    "non-subscribed",
    "nonsubscribed",
    "not subscribed",
    "never",
    "transactional",
    "unknown",
    "none",
    "gold",
)


def test_a_state_that_may_have_other_reasons_is_never_enough(tmp_path: Path) -> None:
    def files() -> Iterator[Made]:
        for number, state in enumerate(STATES_OF_DOUBT):
            for heading in ("Status", "Email status"):
                yield made(NOBODY, (heading, spread(number, (state, "active"))))
                cells = spread(number, ("unsubscribed", state, "subscribed"))
                yield made(those(cells, "unsubscribed"), (heading, cells))

    judge(tmp_path, files(), ENGLISH)


def test_words_next_to_unsubscribed_do_not_mean_unsubscribed(tmp_path: Path) -> None:
    # Everybody, or a question; never a part of the lines.
    links = ["https://x.example/u/1", "https://x.example/u/2", "https://x.example/u/3"]
    columns = [
        ("Unsubscribe link", links),
        ("Unsubscribe reason", ["too many", "other", "not relevant"]),
        ("Newsletter", ["Weekly", "Deals", "Weekly"]),
        ("Newsletter topic", ["Yes we can", "No frills", "Gardening"]),
        ("Subscription type", ["Weekly", "Monthly", "Weekly"]),
        ("List", ["Customers", "Press", "Customers"]),
        ("Tags", ["vip, no-call", "", "press"]),
        ("Status", ["Customer", "Lead", "Customer"]),
        ("Event", ["Trade fair", "Webinar", "Trade fair"]),
        ("Subscriber ID", ["1", "0", "2"]),
        ("Email verified", ["yes", "no", "yes"]),
        ("Email valid", ["TRUE", "FALSE", "TRUE"]),
    ]
    files = [Made([column], Truth(frozenset(people(3)))) for column in columns]

    judge(tmp_path, files, ENGLISH)


LOOK_ALIKES = (
    ("Town", ["Baja", "Austin", "Nee", "Onawa"]),
    ("Country", ["NO", "US", "NO", "NO"]),
    ("Country", ["NO", "NO", "NO", "NO"]),
    ("State", ["ON", "CA", "ON", "ON"]),
    ("Language", ["no", "no", "en", "no"]),
    ("First name", ["Vera", "True", "Si", "Jan"]),
    ("Last name", ["No", "Ja", "Oui", "Blank"]),
    ("Company", ["Active", "Unsubscribed Ltd", "None", "Yes"]),
    ("Job title", ["Subscriber manager", "Opt-out clerk", "Chef", ""]),
    ("Gender", ["f", "f", "m", "f"]),
    ("Rating", ["1", "0", "1", "5"]),
    ("Age", ["1", "0", "44", "31"]),
    ("Number of orders", ["1", "0", "0", "1"]),
    ("Customer ID", ["1", "2", "3", "4"]),
    ("Phone", ["0", "1", "555", ""]),
    ("Zip", ["1000", "", "0", "1"]),
)


def test_a_name_or_place_that_looks_like_an_answer_is_no_answer(tmp_path: Path) -> None:
    # "NO" is Norway, "ON" is Ontario; numbers of things are no yes and no, though a reader may ask.
    def files() -> Iterator[Made]:
        wish = ["yes", "no", "no", "yes"]
        sure = ("Town", "Country", "State", "Language", "First name", "Last name")
        for heading, cells in LOOK_ALIKES:
            clear = heading in sure
            yield Made([(heading, cells)], Truth(frozenset(people(4)), clear=clear), plain=True)
            out = made(those(wish, "yes"), ("Unsubscribed", wish), (heading, cells), clear=clear)
            out.plain = True
            yield out

    judge(tmp_path, files(), ENGLISH)


def test_a_blank_reason_does_not_mean_unsubscribed(tmp_path: Path) -> None:
    def files() -> Iterator[Made]:
        for heading in ("Unsubscribe reason", "Opt-out source", "Unsubscribe campaign"):
            cells = ["too many", "", "other"]
            yield made(those(cells, "too many", "other"), (heading, cells))

    judge(tmp_path, files(), ENGLISH)


@pytest.mark.parametrize("pair", [*PAIRS_ANYWHERE, ("ja", "nein"), ("oui", "non"), ("x", "")])
def test_without_a_heading_yes_and_no_is_asked_about(tmp_path: Path, pair: Pair) -> None:
    path = tmp_path / "headless.csv"
    path.write_text(f"a@x.example,{pair[0]}\nb@x.example,{pair[1]}\nc@x.example,{pair[1]}\n")
    column = ("Column 2", (pair[0], pair[1], pair[1]))

    faults = faults_in(answer_for(path), Truth(NOBODY, must_refuse=True, columns=(column,)))

    assert not faults


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_without_a_heading_a_status_is_understood_or_asked_about(
    tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "headless.csv"
    left, stays = language.left[0], language.stays[0]
    path.write_text(f"a@x.example;{left}\nb@x.example;{stays}\n", encoding="utf-8")
    truth = Truth(frozenset(["a@x.example"]), columns=(("Column 2", (left, stays)),))

    assert not faults_in(answer_for(path), truth)


@pytest.mark.parametrize("heading", ["tags", "tag", "List", "Group", "group_name"])
def test_leaving_one_group_is_not_leaving_all_mail(tmp_path: Path, heading: str) -> None:
    cells = ["*", "weekly", "*", "deals"]
    clear = made(those(cells, "*"), (heading, cells))
    nobody = made(NOBODY, (heading, ["weekly", "deals", "weekly"]))
    # Groups alone, without "*", are also what a list of people who left everything may carry.
    nobody.truth = Truth(NOBODY, maybe=frozenset(people(3)), columns=clear.truth.columns[:0])

    judge(tmp_path, [clear, nobody], ENGLISH)


LATE = 12_000


@pytest.mark.parametrize(
    ("heading", "mostly", "late", "asked_late", "clear"),
    [
        ("Status", "unsubscribed", "subscribed", False, True),
        ("Status", "subscribed", "unsubscribed", True, True),
        ("Unsubscribed", "Yes", "No", False, True),
        ("Unsubscribed", "No", "Yes", True, True),
        ("Subscribed", "1", "0", True, True),
        ("Notes", "", "subscribed", False, False),
        ("Unsubscribed at", "2026-01-02", "", False, True),
        ("Unsubscribed", "Yes", "perhaps", False, False),
        ("Column", "1", "0", False, False),
    ],
)
def test_a_value_that_turns_up_in_line_12000_counts(
    tmp_path: Path, heading: str, mostly: str, late: str, asked_late: bool, clear: bool
) -> None:
    cells = [mostly] * LATE
    cells[-1] = late
    last = people(LATE)[-1:]
    asked = frozenset(last) if asked_late else frozenset(people(LATE)[:-1])
    if heading in ("Notes", "Column"):  # no one can tell: everyone or a question
        asked = frozenset(people(LATE))
    columns = ((heading, tuple(cells)),) if clear or heading == "Unsubscribed" else ()
    path = tmp_path / "long.csv"
    lines = [f"{address},{cell}" for address, cell in zip(people(LATE), cells, strict=True)]
    path.write_text("\n".join([f"Email,{heading}", *lines]))

    faults = faults_in(answer_for(path), Truth(asked, clear=clear, columns=columns))

    assert not faults[:3]


def test_the_sentence_and_the_count_of_lines_left_out_are_known_before_the_first_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Email,Unsubscribed\na@x.example,Yes\nb@x.example,No\nc@x.example,No\n")

    reading = CsvFile(path).reading()

    assert reading.left_out == 2
    assert "Unsubscribed" in (reading.who_asked or "")
    assert [one.line for one in reading.sightings] == [2]


def test_a_file_of_addresses_alone_means_everybody(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("a@x.example\nb@x.example\n")

    answer = answer_for(path)

    assert set(answer.asked) == {"a@x.example", "b@x.example"}
    assert not answer.left_out
