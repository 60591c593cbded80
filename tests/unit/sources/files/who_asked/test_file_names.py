"""What a file's name adds: sometimes it is all that says who is in it."""

from pathlib import Path

import pytest

from tests.unit.sources.files.who_asked.ground_truth import Answer, Truth, answer_for, faults_in

ALONE = "Email\na@x.example\nb@x.example\n"
BOTH = frozenset(["a@x.example", "b@x.example"])


def read(path: Path, text: str = ALONE) -> Answer:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return answer_for(path)


@pytest.mark.parametrize(
    "name",
    [
        "people.csv",
        "unsubscribes.csv",
        "unsubscribed_members_export_1.csv",
        "unsubscribed (2).csv",
        "Opt-outs 2026.csv",
        "optouts.csv",
        "suppression_unsubscribes.csv",
        "abmeldungen.csv",
        "désabonnés.csv",
        "bajas.csv",
        "do not email.csv",
        "export_2026-11-25.csv",
        "from_jane.txt",
    ],
)
def test_a_list_of_people_who_left_or_without_a_telling_name_counts_everybody(
    tmp_path: Path, name: str
) -> None:
    assert not faults_in(read(tmp_path / name), Truth(BOTH, clear=True))


@pytest.mark.parametrize(
    "name",
    [
        "subscribed_members_export_1.csv",
        "subscribed_email_audience_export_1.csv",
        "nonsubscribed_members_export_1.csv",
        "cleaned_members_export_1.csv",
        "cleaned_email_audience_export_1.csv",
        "suppression_bounces.csv",
        "suppression_blocks.csv",
        "suppression_invalid_emails.csv",
    ],
)
def test_a_name_that_says_who_else_is_in_it_opts_no_one_out(tmp_path: Path, name: str) -> None:
    answer = read(tmp_path / name)

    assert not answer.asked
    assert answer.refusal is None or name in answer.refusal.message


@pytest.mark.parametrize(
    "name",
    ["hard_bounces.csv", "bounces.csv", "optins.csv", "opt-in-list.csv", "not_unsubscribed.csv"],
)
def test_a_name_of_bounces_or_sign_ups_opts_no_one_out(tmp_path: Path, name: str) -> None:
    assert not read(tmp_path / name).asked


@pytest.mark.parametrize("name", ["subscribers.csv", "resubscribed.csv", "newsletter.csv"])
def test_a_name_in_doubt_is_everybody_or_a_question(tmp_path: Path, name: str) -> None:
    assert not faults_in(read(tmp_path / name), Truth(BOTH))


@pytest.mark.parametrize("folder", ["subscribed", "cleaned", "unsubscribed"])
def test_the_folders_name_says_nothing(tmp_path: Path, folder: str) -> None:
    assert not faults_in(read(tmp_path / folder / "people.csv"), Truth(BOTH, clear=True))


@pytest.mark.parametrize("name", ["unsubscribed_1.csv", "optouts.csv", "people.csv"])
def test_a_column_is_believed_before_the_name(tmp_path: Path, name: str) -> None:
    text = "Email,Status\na@x.example,unsubscribed\nb@x.example,subscribed\n"

    answer = read(tmp_path / name, text)

    assert not faults_in(answer, Truth(frozenset(["a@x.example"])))


def test_people_who_left_under_the_name_of_those_who_stay_are_asked_about(tmp_path: Path) -> None:
    text = "Email,Unsubscribed\na@x.example,Yes\nb@x.example,No\n"

    answer = read(tmp_path / "subscribed_members_export_1.csv", text)

    assert not faults_in(answer, Truth(frozenset(["a@x.example"])))
