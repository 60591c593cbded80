"""A file that waits for a decision: only its owner can read it, and discarding deletes it."""

import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from lib.clock import utc_now
from lib.services.log import open_log
from lib.services.runs import uploads
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where
from lib.store import connections
from tests.answers import choice_of, remembered_choice


@pytest.fixture
def log(tmp_path):
    """An empty log."""
    with open_log(tmp_path / "home", {}) as opened:
        yield opened


def test_a_file_waits_with_its_name_until_it_is_discarded(log):
    uploads.keep(log, "default", "news letter.csv", b"ann@example.org\n")
    waiting = uploads.waiting(log, "default")

    assert waiting is not None
    assert waiting.name == waiting.path.name == "news letter.csv"
    assert uploads.waiting(log, "other") is None
    uploads.discard(log, "default")
    assert uploads.waiting(log, "default") is None
    assert not waiting.path.exists()


def test_only_its_owner_can_read_a_file(log):
    path = uploads.keep(log, "default", "a.csv", b"x").path

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../../evil.csv", "..\\evil.csv", "/etc/evil.csv"])
def test_no_file_name_leads_outside_the_folder(log, name):
    path = uploads.keep(log, "../default", name, b"x").path

    assert path.name == "evil.csv"
    assert path.resolve().is_relative_to(log.store.home / "uploads")


@pytest.mark.parametrize("name", ["", "...", "/", "a" * 300 + ".csv"])
def test_any_name_can_be_kept(log, name):
    assert uploads.keep(log, "default", name, b"x").path.exists()


def test_a_new_file_replaces_the_file_that_waited(log):
    uploads.keep(log, "default", "old.csv", b"x")
    uploads.keep(log, "default", "new.csv", b"y")
    waiting = uploads.waiting(log, "default")

    assert waiting is not None
    assert waiting.name == "new.csv"


def test_the_confirmed_column_and_the_preview_are_remembered(log):
    kept = uploads.keep(log, "default", "a.csv", b"x")
    uploads.remember(log, "default", replace(kept, column="E-Mail", run_id="r"))
    waiting = uploads.waiting(log, "default")

    assert waiting is not None
    assert (waiting.column, waiting.run_id) == ("E-Mail", "r")


SOME = Choice((Where("Status", ("out", "spam, too", "")),))
HEADINGS = ["E-Mail", "Status"]


def test_the_answer_about_a_file_is_kept_and_deleted_with_it(log):
    uploads.keep(log, "default", "a.csv", b"x")
    assert choice_of(log, "default") == UNDECIDED

    uploads.choose(log, "default", SOME)

    assert choice_of(log, "default") == SOME
    about = next((log.store.home / "uploads").glob("*/about.json"))
    assert stat.S_IMODE(about.stat().st_mode) == 0o600
    uploads.keep(log, "default", "b.csv", b"y")
    assert choice_of(log, "default") == UNDECIDED


def test_a_different_answer_cancels_the_preview(log):
    kept = uploads.keep(log, "default", "a.csv", b"x")
    uploads.choose(log, "default", SOME)
    uploads.remember(log, "default", replace(kept, choice=SOME, run_id="r", column="E-Mail"))

    uploads.choose(log, "default", SOME)
    same = uploads.waiting(log, "default")
    uploads.choose(log, "default", Choice(everyone=True))
    other = uploads.waiting(log, "default")

    assert same is not None
    assert other is not None
    assert (same.run_id, other.run_id) == ("r", None)
    assert other.column == "E-Mail"


def test_an_answer_without_a_file_does_nothing(log):
    uploads.choose(log, "default", SOME)

    assert choice_of(log, "default") == UNDECIDED


def test_a_file_from_before_an_update_of_the_program_is_undecided(log):
    uploads.keep(log, "default", "a.csv", b"x")
    about = next((log.store.home / "uploads").glob("*/about.json"))
    noted = json.loads(about.read_text())
    del noted["choice"]
    about.write_text(json.dumps(noted))

    assert choice_of(log, "default") == UNDECIDED


def test_an_answer_is_remembered_for_files_with_the_same_headings(log):
    uploads.remember_choice(log, "default", HEADINGS, SOME, answered_by="ann")

    assert remembered_choice(log, "default", ["e-mail ", "STATUS"]) == SOME
    assert remembered_choice(log, "default", ["Status", "E-Mail"]) is None
    assert remembered_choice(log, "default", ["E-Mail", "Status", "Name"]) is None
    assert remembered_choice(log, "other", HEADINGS) is None


def test_the_last_answer_is_remembered(log):
    for choice in (SOME, Choice(everyone=True)):
        uploads.remember_choice(log, "default", HEADINGS, choice, answered_by="ann")

    assert remembered_choice(log, "default", HEADINGS) == Choice(everyone=True)


def test_answers_are_forgotten_with_their_connection(log):
    for name in ("default", "other"):
        uploads.remember_choice(log, name, HEADINGS, SOME, answered_by="ann")

    connections.forget_everything(log.store, "default")

    assert remembered_choice(log, "default", HEADINGS) is None
    assert remembered_choice(log, "other", HEADINGS) == SOME


def test_the_time_of_an_answer_is_remembered_with_it(log):
    before = utc_now()
    uploads.remember_choice(log, "default", HEADINGS, SOME, answered_by="ann")
    remembered = uploads.remembered_answer(log, "default", HEADINGS)

    assert remembered is not None
    assert before - timedelta(seconds=1) <= remembered.answered_at <= utc_now()
    assert uploads.remembered_answer(log, "default", ["Other"]) is None
