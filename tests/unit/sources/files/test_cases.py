"""Files as people really have them: who is opted out, since when, or how the file is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.errors import FileUnreadable
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import Choice
from lib.values import Interval, Sighting
from tests.unit.sources.files.who_asked.ground_truth import NOW, Answer, answer_for

CASES = Path(__file__).parents[3] / "cases"
SECOND = timedelta(seconds=1) - timedelta(microseconds=1)
MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)
DAY = timedelta(days=1) - timedelta(microseconds=1)


def answer(name: str) -> Answer:
    return answer_for(CASES / name)


def sightings(name: str) -> dict[str, Sighting]:
    reading = CsvFile(CASES / name, clock=lambda: NOW).reading()
    return {one.entry.lower(): one for one in reading.sightings}


def at(*parts: int, width: timedelta = SECOND) -> Interval:
    start = datetime(*parts, tzinfo=UTC)
    return Interval(start, start + width)


def words(error: FileUnreadable | None) -> str:
    """A refusal as a person reads it; fails where the file was not refused."""
    assert error is not None, "the file was not refused"
    assert error.exit_code == 2
    return f"{error.message} {error.remedy}"


@pytest.mark.parametrize(
    ("name", "asked", "left_out"),
    [
        ("flag_minimal.csv", {"left@x.example"}, 1),
        ("hubspot_unsubscribes_and_bounces.csv", {"left@x.example"}, 1),
        ("mautic_donotemail.csv", {"a@x.example", "c@x.example"}, 2),
        ("massmailer_import_sheet.csv", {"left@x.example"}, 1),
        ("salesforce_report_email_opt_out.csv", {"a@x.example"}, 1),
        ("cordial.csv", {"left@x.example"}, 2),
        ("brevo_log.csv", {"left@x.example"}, 2),
        ("event_log.csv", {"left@x.example"}, 2),
        ("keila_status.csv", {"left@x.example"}, 2),
    ],
)
def test_rule_1_8_only_the_lines_that_say_so_count_and_the_others_are_reported(
    name: str, asked: set[str], left_out: int
) -> None:
    got = answer(name)

    assert set(got.asked) == asked
    assert got.left_out == left_out
    assert got.who_asked


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("mailchimp_unsubscribed.csv", {"a@x.example", "o'hara@x.example"}),
        ("two_lists_glued.csv", {"a@x.example", "b@x.example"}),
        ("html_entities.csv", {"o'hara@x.example", "k'brien@x.example"}),
        ("html_entities_two_columns.csv", {"a@x.example", "o'hara@x.example"}),
        ("mailto_query.csv", {"a@x.example", "b@x.example"}),
        ("equals_one.csv", {"a@x.example", "b@x.example"}),
    ],
)
def test_a_file_of_people_who_left_counts_everyone_and_no_one_else(
    name: str, asked: set[str]
) -> None:
    got = answer(name)

    assert set(got.asked) == asked
    assert not got.left_out


def test_the_footer_of_a_report_is_reported_and_not_read() -> None:
    got = answer("salesforce_report_email_opt_out.csv")

    assert any("Copyright" in text for text in got.unreadable)
    assert any("Confidential" in text for text in got.unreadable)


def test_people_who_opted_in_are_refused_in_words_and_not_opted_out() -> None:
    got = answer("mailchimp_audience_optin.csv")

    assert not got.asked
    assert "OPTIN_TIME" in words(got.refusal)
    assert "--everyone" in words(got.refusal)


def test_a_person_can_still_say_that_everyone_in_a_sign_up_file_asked() -> None:
    got = answer_for(CASES / "mailchimp_audience_optin.csv", Choice(everyone=True))

    assert set(got.asked) == {"stay@x.example", "stay2@x.example"}


def test_leaving_one_tag_is_not_leaving_all_mail() -> None:
    got = answer("mailgun_tags.csv")

    if got.refusal is not None:
        shown = words(got.refusal)
        assert "tags" in shown
        assert "newsletter-a" in shown
        assert "--where" in shown
    else:
        assert set(got.asked) == {"all@x.example"}
        assert got.left_out == 1
        assert "newsletter-a" in (got.who_asked or "")


@pytest.mark.parametrize("name", ["sendgrid_array.json", "ses_pretty.json"])
def test_a_services_suppression_list_in_json_is_read_or_refused_as_json(name: str) -> None:
    got = answer(name)

    if got.refusal is not None:
        assert "JSON" in words(got.refusal)
    else:
        assert set(got.asked) == {"a@x.example", "b@x.example"}


def test_a_web_page_under_a_spreadsheets_name_is_refused_as_a_web_page() -> None:
    got = answer("html_oneline.xls")

    assert "web page" in words(got.refusal).lower()


def test_a_percent_sign_is_never_a_domain() -> None:
    got = answer("percent_encoded.csv")

    assert set(got.asked) in ({"a@x.example", "b@x.example"}, {"b@x.example"})
    if "a@x.example" not in got.asked:
        assert any("a%40x.example" in text for text in got.unreadable)


@pytest.mark.parametrize(
    ("name", "everyone", "alone"),
    [
        ("two_in_a_cell.csv", {"a@x.example", "b@x.example", "c@x.example"}, {"c@x.example"}),
        (
            "mail_merge_recipients.csv",
            {"mary@x.example", "jdoe@x.example", "al@x.example"},
            {"al@x.example"},
        ),
    ],
)
def test_each_address_in_a_cell_counts_or_the_line_says_that_it_holds_several(
    name: str, everyone: set[str], alone: set[str]
) -> None:
    reading = CsvFile(CASES / name, clock=lambda: NOW).reading()
    asked = {one.entry.lower() for one in reading.sightings}

    assert asked in (everyone, alone)
    if asked == alone:
        assert ["more than one address" in one.why for one in reading.unreadable] == [True]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("date_nnbsp.csv", at(2026, 11, 25, 4, 19, 32)),
        ("date_epoch_s.csv", at(2026, 11, 25, 4, 19, 32)),
        ("date_compact_iso.csv", at(2026, 11, 25, 4, 19, 32)),
        ("date_two_digit.csv", at(2026, 11, 25, 4, 19, width=MINUTE)),
        ("date_german_text.csv", at(2026, 11, 25, width=DAY)),
        ("date_rfc_created_at.csv", at(2026, 11, 25, 4, 19, 32)),
    ],
)
def test_a_date_is_read_in_whatever_dress_it_comes(name: str, asked: Interval) -> None:
    assert {entry: one.asked for entry, one in sightings(name).items()} == {"d@x.example": asked}


def test_an_unsubscribe_in_mailchimps_export_is_dated_by_its_own_column() -> None:
    found = sightings("mailchimp_unsubscribed.csv")

    assert found["a@x.example"].asked == at(2024, 5, 6, 7, 8, 9)
    assert found["o'hara@x.example"].asked == at(2024, 5, 7, 7, 8, 9)


def test_an_event_log_dates_the_unsubscribe_and_not_another_event() -> None:
    assert sightings("event_log.csv")["left@x.example"].asked == at(2024, 5, 6, 8, 8, 9)
    assert sightings("brevo_log.csv")["left@x.example"].asked in (at(2024, 5, 6, 8, 8, 9), None)
