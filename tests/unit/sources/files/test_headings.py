"""Which columns Optback finds by the headings of common exports."""

from pathlib import Path

import pytest

from lib.sources.files.csv_file import CsvFile
from lib.sources.files.headings import address_rank, unsubscribe_date_rank

DAY = "2026-09-30"


@pytest.mark.parametrize(
    "heading",
    [
        *("Email", "E-mail", "EMAIL_ADDRESS", "e mail address", "Mail", "E-Mail-Adresse"),
        *("Adresse électronique", "Courriel", "Correo electrónico", "Indirizzo e-mail"),
        *(
            "Endereço de e-mail",
            "E-postadress",
            "Sähköposti",
            "Электронная почта",
            "メールアドレス",
        ),
    ],
)
def test_the_address_is_known_by_its_name_in_many_languages(heading: str) -> None:
    assert address_rank(heading) >= 2


@pytest.mark.parametrize("heading", ["Owner Email", "Sender", "Created by e-mail", "Reply-to"])
def test_the_address_of_someone_else_is_recognized(heading: str) -> None:
    assert address_rank(heading) == 0


@pytest.mark.parametrize(
    ("rank", "headings"),
    [
        (4, ("UNSUB_TIME", "OptOut_Date", "Unsubscribed at", "Date removed", "Abgemeldet am")),
        (4, ("Désabonné le", "Fecha de baja", "Data di disiscrizione", "Descadastrado em")),
        (4, ("Uitgeschreven op", "Email Suppressions Timestamp", "Confirmed Opt-Out Date")),
        (3, ("Date", "Timestamp", "timestamp (UTC)", "event date", "EventTime", "Datum", "Fecha")),
        (2, ("created", "created_at", "Created On", "Date created", "Erstellt am", "Créé le")),
        (1, ("Zeile", "Wann genau")),
        (
            0,
            ("OPTIN_TIME", "CONFIRM_TIME", "LAST_CHANGED", "CLEAN_TIME", "Opt-in date", "Birthday"),
        ),
        (0, ("Date added", "Date Subscribed", "Last open", "Profile Created On", "Updated at")),
        (0, ("UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "Unsubscribe reason", "unsubscribedId")),
        (0, ("Email Marketing Consent Timestamp", "Inscrito em", "Date of Birth", "DOB", "Phone")),
        (0, ("ID", "Customer ID", "customerId", "Kunden-Nr.", "PLZ")),
    ],
)
def test_dates_are_ranked_by_what_their_heading_says(rank: int, headings: tuple[str, ...]) -> None:
    ranks = {heading: unsubscribe_date_rank(heading) for heading in headings}

    assert ranks == dict.fromkeys(headings, rank)


def test_a_number_is_read_as_a_time_only_under_a_heading_about_time(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"

    dated = []
    for heading in ("created", "Member"):
        path.write_text(f"email,{heading}\na@example.org,1759190400\n")
        dated += [one.asked is not None for one in CsvFile(path).reading().sightings]

    assert dated == [True, False]


@pytest.mark.parametrize(
    ("headings", "cells", "date"),
    [
        (
            "Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,UNSUB_TIME",
            "a@example.org,Ada,2020-01-01 10:00,2020-01-01 10:00,2026-10-01 10:00,2026-09-30",
            DAY,
        ),
        ("Subscriber,Status,Date", "a@example.org,Unsubscribed,2026-09-30", DAY),
        ("email;reason;created", "a@example.org;too many;2026-09-30", DAY),
        ("email;reason;date added", "a@example.org;too many;2026-09-30", None),
        ("Unsubscribed,Email,Owner Email,Date", "yes,a@example.org,us@example.com,2026-09-30", DAY),
    ],
)
def test_exports_of_email_services_are_understood(
    tmp_path: Path, headings: str, cells: str, date: str | None
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{headings}\n{cells}\n")

    (sighting,) = CsvFile(path).reading().sightings

    assert (sighting.entry, sighting.raw_date) == ("a@example.org", date)
