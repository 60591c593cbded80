"""Which column the headings of usual exports point at."""

from pathlib import Path

import pytest

from lib.sources.csv_file import CsvFile
from lib.sources.headings import address_rank, unsubscribe_date_rank

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
def test_the_address_of_somebody_else_is_known_as_such(heading: str) -> None:
    assert address_rank(heading) == 0


def test_dates_are_told_apart_by_what_they_date() -> None:
    ranks = {
        name: unsubscribe_date_rank(name)
        for name in ("UNSUB_TIME", "Abgemeldet am", "Datum", "Zeile", "OPTIN_TIME", "Birthday")
    }

    assert list(ranks.values()) == [3, 3, 2, 1, 0, 0]


@pytest.mark.parametrize(
    ("headings", "cells", "date"),
    [
        (
            "Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,UNSUB_TIME",
            "a@example.org,Ada,2020-01-01 10:00,2020-01-01 10:00,2026-10-01 10:00,2026-09-30",
            DAY,
        ),
        ("Subscriber,Status,Date", "a@example.org,Unsubscribed,2026-09-30", DAY),
        ("email;reason;created", "a@example.org;bounced;2026-09-30", None),
        ("Unsubscribed,Email,Owner Email,Date", "yes,a@example.org,us@example.com,2026-09-30", DAY),
    ],
)
def test_exports_of_mail_programs_are_understood(
    tmp_path: Path, headings: str, cells: str, date: str | None
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{headings}\n{cells}\n")

    (sighting,) = CsvFile(path).reading().sightings

    assert (sighting.entry, sighting.raw_date) == ("a@example.org", date)
