"""The file on the Sync page: who in it asked, asked before the preview where it isn't certain."""

import os
from datetime import UTC, datetime

import pytest

from lib.services.runs import proposal, uploads
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where
from lib.store import runs
from tests.answers import choice_of, remembered_choice
from tests.pages.conftest import table, text_of
from tests.waiting import wait_until

NAME = "default"
HEADINGS = ("Email", "State")


@pytest.fixture
def show(visit, connect):
    """The Sync page of a stored connection."""
    connect(NAME)
    return lambda: visit("synchronise", connection=NAME)


@pytest.fixture
def give(log, show):
    """The Sync page on which a file with these lines waits."""

    def keep(*lines, name="crm.csv"):
        content = "".join(f"{line}\n" for line in lines).encode()
        uploads.keep(log, NAME, name, content)
        return show()

    return keep


def people_with(*values, heading="State"):
    """Lines of one person for each value, below the headings."""
    return (f"Email,{heading}", *(f"p{n}@example.org,{one}" for n, one in enumerate(values)))


UNCLEAR = people_with(*["blocked"] * 3, *["active"] * 2, "removed")


def keys(at):
    return {one.key for one in at.button}


def options(at, key):
    return [
        one.replace("\\", "").replace(":gray[", "").rstrip("]") for one in at.radio(key=key).options
    ]


SENTINELS = {"Several": "several", "Everyone": "everyone", "Another": "another"}


def choose(at, key, label):
    """Choose the option of a radio that begins with this label."""
    [place] = [n for n, one in enumerate(options(at, key)) if one.startswith(label)]
    at.radio(key=key).set_value(SENTINELS.get(label, place)).run()
    assert not at.exception


def use(at):
    at.button(key="use_answer").click().run()
    assert not at.exception


def test_an_unclear_file_asks_with_its_own_values_before_anything_can_be_previewed(give):
    at = give(*UNCLEAR)

    assert "Who in this file asked not to be emailed?" in text_of(at)
    assert options(at, "who_value_State") == [
        "blocked · 3 lines",
        "active · 2 lines",
        "removed · 1 line",
        "Several of these",
        "Everyone in this file · 6 lines",
    ]
    assert at.radio(key="who_value_State").value is None
    assert at.button(key="use_answer").disabled
    assert "preview_file" not in keys(at)
    assert "--" not in text_of(at)


def test_the_answer_is_shown_in_numbers_and_the_preview_appears(give, log):
    at = give(*UNCLEAR)
    choose(at, "who_value_State", "blocked")
    assert "3 of 6 lines would count, and 3 would be left out." in text_of(at)
    assert "preview_file" not in keys(at)

    use(at)

    assert choice_of(log, NAME) == Choice((Where("State", ("blocked",)),))
    assert "3 of 6 lines were chosen (State = blocked), and 3 are left out." in text_of(at)
    assert at.button(key="preview_file").label == "Preview 3 people"


def test_several_values_can_be_meant_at_once(give, log):
    at = give(*UNCLEAR)
    choose(at, "who_value_State", "Several")
    assert at.button(key="use_answer").disabled

    for place in (0, 2):
        at.checkbox(key=f"who_tick_State_{place}").check().run()
    use(at)

    assert choice_of(log, NAME) == Choice((Where("State", ("blocked", "removed")),))
    assert "4 of 6 lines were chosen (State = blocked, removed), and 2 are left out." in text_of(at)


def test_everyone_can_be_meant(give, log):
    at = give(*UNCLEAR)
    choose(at, "who_value_State", "Everyone")
    use(at)

    assert choice_of(log, NAME) == Choice(everyone=True)
    assert "crm.csv” names 6 people" in text_of(at).replace("`", "")


def test_an_answer_can_be_changed_and_comes_filled_in(give, log):
    at = give(*UNCLEAR)
    choose(at, "who_value_State", "blocked")
    use(at)

    at.button(key="change_answer").click().run()
    assert at.radio(key="who_value_State").value == 0
    assert "preview_file" not in keys(at)
    at.button(key="keep_answer").click().run()
    assert "preview_file" in keys(at)
    at.button(key="change_answer").click().run()
    choose(at, "who_value_State", "removed")
    use(at)

    assert choice_of(log, NAME) == Choice((Where("State", ("removed",)),))


def test_many_values_are_shortened_and_all_of_them_can_be_searched(give, log):
    at = give(*people_with("blocked", *(f"state {n}" for n in range(14))))
    assert len(options(at, "who_value_State")) == 12
    assert "Several of these, or some of 5 more" in options(at, "who_value_State")

    choose(at, "who_value_State", "Several")
    at.multiselect(key="who_values_State").set_value(["state 13", "blocked"]).run()
    use(at)

    assert choice_of(log, NAME) == Choice((Where("State", ("state 13", "blocked")),))


def test_values_are_shown_as_data(give):
    long = f"{'x' * 50} {'y' * 50} end"
    at = give(*people_with("**bold** :red[x]", "1. item", "", "a -- b", long, "blocked"))
    [bold, item, empty, dashes, cut, _, *_] = at.radio(key="who_value_State").options

    assert bold.startswith("\\*\\*bold\\*\\* \\:red\\[x\\] ")
    assert item.startswith("1\\. item")
    assert empty.startswith("(empty)")
    assert dashes.startswith("a -\u2060- b")
    assert cut.startswith(f"{'x' * 41}…{'y' * 14} end ")


def test_columns_that_contradict_each_other_ask_which_column_says_who_asked(give, log):
    at = give(
        "Email,Opt out,Status,Country",
        *("a@x.org,yes,subscribed,DE", "b@x.org,yes,unsubscribed,DE", "c@x.org,no,subscribed,FR"),
    )
    assert "Columns in crm.csv contradict each other (line 2)" in text_of(at)
    assert options(at, "who_column") == [
        "Opt out",
        "Status",
        "Everyone in this file",
        "Another column",
    ]

    choose(at, "who_column", "Status")
    choose(at, "who_value_Status", "unsubscribed")
    use(at)

    assert choice_of(log, NAME) == Choice((Where("Status", ("unsubscribed",)),))
    assert "1 of 3 lines was chosen (Status = unsubscribed), and 2 are left out." in text_of(at)


def test_a_column_that_is_not_in_question_can_be_chosen_too(give, log):
    at = give(
        "Email,State,Plan",
        *(f"p{n}@x.org,blocked,{'left' if n % 2 else 'stays'}" for n in range(4)),
    )
    choose(at, "who_value_State", "Another")
    at.selectbox(key="who_another").set_value(0).run()
    choose(at, "who_value_Plan", "left")
    use(at)

    assert choice_of(log, NAME) == Choice((Where("Plan", ("left",)),))


@pytest.mark.parametrize(
    ("name", "lines", "reason"),
    [
        ("cleaned_members.csv", ("Email", "a@x.org"), "addresses that bounced"),
        (
            "leads.csv",
            ("Email,Opt-in date", "a@x.org,2026-01-02", "b@x.org,2026-01-03"),
            "people who opted in",
        ),
    ],
)
def test_a_file_of_other_people_says_so_and_asks(give, log, name, lines, reason):
    at = give(*lines, name=name)

    assert reason in text_of(at)
    assert "preview_file" not in keys(at)
    assert "--" not in text_of(at)
    [radio] = at.radio
    choose(at, radio.key, "Everyone")
    use(at)
    assert choice_of(log, NAME) == Choice(everyone=True)
    assert "preview_file" in keys(at)


def test_a_preview_remembers_the_answer_for_files_with_the_same_headings(give, log):
    at = give(*UNCLEAR)
    choose(at, "who_value_State", "blocked")
    use(at)
    assert remembered_choice(log, NAME, HEADINGS) is None

    at.button(key="preview_file").click().run()

    assert remembered_choice(log, NAME, HEADINGS) == choice_of(log, NAME)


def test_a_remembered_answer_is_filled_in_and_never_applied(give, log):
    choice = Choice((Where("State", ("blocked", "left us")),))
    uploads.remember_choice(log, NAME, HEADINGS, choice, answered_by="dashboard")
    at = give(*UNCLEAR)

    assert at.radio(key="who_value_State").value == 0
    assert "Filled in from an earlier answer (" in text_of(at)
    assert "It also named “left us”, which no line of this file has." in text_of(at)
    assert choice_of(log, NAME) == UNDECIDED
    assert "preview_file" not in keys(at)
    use(at)
    assert choice_of(log, NAME) == Choice((Where("State", ("blocked",)),))


def test_a_remembered_answer_that_fits_nothing_is_shown_and_not_filled_in(give, log):
    choice = Choice((Where("State", ("gone",)),))
    uploads.remember_choice(log, NAME, HEADINGS, choice, answered_by="dashboard")
    at = give(*UNCLEAR)

    assert at.radio(key="who_value_State").value is None
    assert "Filled in" not in text_of(at)
    assert ") named “gone”, which no line of this file has." in text_of(at)


def test_everyone_is_not_filled_in_where_something_in_the_file_speaks_against_it(give, log):
    everyone = Choice(everyone=True)
    uploads.remember_choice(log, NAME, ["Email", "City"], everyone, answered_by="dashboard")
    at = give("Email,City", "a@x.org,Ulm", "b@x.org,Bonn", name="subscribed_members.csv")

    assert at.radio(key="who_column").value is None
    assert "Filled in" not in text_of(at)
    assert at.button(key="use_answer").disabled


def test_everyone_is_no_question_where_the_file_says_so_itself(give, log):
    everyone = Choice(everyone=True)
    uploads.remember_choice(log, NAME, ["Email", "City"], everyone, answered_by="dashboard")
    at = give("Email,City", "a@x.org,Ulm", "b@x.org,Bonn")

    assert "preview_file" in keys(at)


def test_files_without_headings_are_not_taken_for_the_same(give, log):
    choice = Choice((Where("Column 2", ("blocked",)),))
    uploads.remember_choice(log, NAME, ["", ""], choice, answered_by="dashboard")
    at = give("a@x.org,blocked", "b@x.org,active", "c@x.org,blocked")

    assert "Filled in" not in text_of(at)
    assert at.radio(key="who_value_Column 2").value is None


def test_an_understood_file_says_what_counts_and_can_be_answered_otherwise(give, log):
    at = give(*people_with("unsubscribed", "subscribed", "subscribed", "bounced"))

    assert "1 of 4 lines says so (State = unsubscribed), and 3 are left out" in text_of(at)
    shown = {(one["Value"], one["Lines"], one["Result"]) for one in _rows(at, "Result")}
    assert shown == {
        ("unsubscribed", 1, "counts"),
        ("subscribed", 2, "left out"),
        ("bounced", 1, "left out"),
    }
    assert at.button(key="change_answer").label == "Change who asked"

    at.button(key="change_answer").click().run()
    choose(at, "who_column", "State")
    choose(at, "who_value_State", "bounced")
    use(at)
    assert "1 of 4 lines was chosen (State = bounced), and 3 are left out." in text_of(at)

    at.button(key="change_answer").click().run()
    at.button(key="as_it_is").click().run()
    assert choice_of(log, NAME) == UNDECIDED
    assert "1 of 4 lines says so (State = unsubscribed), and 3 are left out" in text_of(at)


def test_a_clear_file_asks_if_an_earlier_file_got_another_answer(give, log):
    choice = Choice((Where("State", ("bounced",)),))
    uploads.remember_choice(log, NAME, HEADINGS, choice, answered_by="dashboard")
    at = give(*people_with("unsubscribed", "bounced", "bounced"))

    assert "preview_file" not in keys(at)
    assert "Here's how Optback reads the file: 1 of 3 lines says so" in text_of(at)
    assert at.radio(key="who_value_State").value == 0
    at.button(key="as_it_is").click().run()
    at.button(key="preview_file").click().run()

    assert remembered_choice(log, NAME, HEADINGS) == UNDECIDED


def test_groups_next_to_a_star_are_shown_with_what_counts(give):
    at = give(
        "address,tags,created_at",
        *("a@x.org,*,2026-03-01", "b@x.org,news,2026-03-02", "c@x.org,news,2026-03-02"),
    )

    assert [tuple(one.values()) for one in _rows(at, "Result")] == [
        ("news", 2, "left out"),
        ("*", 1, "counts"),
    ]


def test_a_file_in_which_no_one_asked_offers_no_preview(give):
    at = give(*people_with("no", "no", heading="Unsubscribed"))

    assert "No one in “crm.csv” asked to unsubscribe" in text_of(at)
    assert "preview_file" not in keys(at)


@pytest.mark.parametrize(
    ("name", "line"),
    [("page.csv", "<!DOCTYPE html><html><body>Sign in</body></html>"), ("data.json", '{"a": 1}')],
)
def test_a_file_that_cannot_be_read_is_refused_without_its_folder(give, log, name, line):
    at = give(line, name=name)
    told = "\n".join(one.value for one in at.error).replace("\\", "")

    assert "This is" in told
    assert str(log.store.home) not in told
    assert {"discard_file"} == keys(at) & {"discard_file", "preview_file", "use_answer"}
    at.button(key="discard_file").click().run()
    assert uploads.waiting(log, NAME) is None


def test_a_file_that_is_gone_can_be_discarded(give, log):
    at = give(*UNCLEAR)
    upload = uploads.waiting(log, NAME)
    assert upload is not None
    upload.path.unlink()
    at.run()

    assert not at.exception
    assert "There's no file" in at.error[0].value
    at.button(key="discard_file").click().run()
    assert uploads.waiting(log, NAME) is None


def test_an_answer_that_fits_no_longer_is_asked_for_again(give, log):
    at = give(*UNCLEAR)
    uploads.choose(log, NAME, Choice((Where("State", ("gone",)),)))
    at.run()

    assert "No line in crm.csv has gone in column" in text_of(at)
    assert "use_answer" in keys(at)
    assert "preview_file" not in keys(at)


def test_the_day_of_a_remembered_answer_is_shown(give, log):
    uploads.remember_choice(log, NAME, HEADINGS, Choice(everyone=True), answered_by="dashboard")
    remembered = uploads.remembered_answer(log, NAME, HEADINGS)
    assert remembered is not None
    at = give(*UNCLEAR)

    assert at.radio(key="who_value_State").value == "everyone"
    assert f"{remembered.answered_at.astimezone(UTC):%-I:%M %p}" in text_of(at)
    assert remembered.answered_at <= datetime.now(UTC)


def test_a_preview_of_a_file_that_became_unclear_speaks_of_no_option(give, log, show):
    give(*people_with("unsubscribed", "subscribed"))
    upload = uploads.waiting(log, NAME)
    assert upload is not None
    upload.path.write_text("".join(f"{line}\n" for line in UNCLEAR))  # after the page showed it
    proposal.preview_file(log, os.environ, NAME, upload, "Email")
    at = wait_for_end(log, show)

    assert "It isn't certain who in crm.csv asked" in text_of(at).replace("`", "")
    assert "say there who in it asked" in text_of(at)
    assert "--" not in text_of(at)


def test_a_previewed_file_is_folded_and_discarded_by_a_single_button(give, log, show):
    at = give(*people_with("unsubscribed", "subscribed"))
    at.button(key="preview_file").click().run()
    at = wait_for_end(log, show)

    assert at.button(key="refuse").label == "Discard file"  # no one is in Salesforce
    assert at.button(key="preview_file").label == "Preview this file again"
    assert "discard_file" not in keys(at)
    assert "Change what counts in “crm.csv”" in [one.label.replace("`", "") for one in at.expander]
    at.button(key="refuse").click().run()
    assert uploads.waiting(log, NAME) is None


def wait_for_end(log, show):
    """The page once the newest run has ended."""
    wait_until(lambda: runs.latest(log.store, connection=NAME, limit=1)[0].is_finished)
    return show()


def _rows(at, heading):
    return table(at, heading).to_dict("records")
