"""Suppression lists in JSON: every entry is a row, and other JSON is refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import FileUnreadable
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.delimited_rows import rows_of
from lib.sources.files.snapshot import Snapshot, snapshot_of

Kept = Callable[[str | bytes], Snapshot]

SENDGRID = [
    {"created": 1443651125, "email": "a@x.example"},
    {"created": 1443651154, "email": "b@x.example"},
]
SES = {
    "SuppressedDestinationSummaries": [
        {"EmailAddress": "a@x.example", "Reason": "COMPLAINT", "LastUpdateTime": "2026-04-10"},
        {"EmailAddress": "b@x.example", "Reason": "BOUNCE", "LastUpdateTime": 1586552585.5},
    ]
}
POSTMARK = {
    "Suppressions": [
        {
            "EmailAddress": "a@x.example",
            "SuppressionReason": "ManualSuppression",
            "Origin": "Recipient",
            "CreatedAt": "2026-02-03T08:58:33-05:00",
        },
        {"EmailAddress": "b@x.example", "SuppressionReason": "HardBounce"},
    ]
}
MAILGUN = {
    "items": [
        {"address": "a@x.example", "tags": ["*"], "created_at": "Thu, 11 Dec 2025 01:49:40 UTC"},
        {"address": "b@x.example", "tags": ["news", "offers"], "created_at": "Thu, 11 Dec 2025"},
    ],
    "paging": {"next": "https://api.mailgun.net/v3/x?page=next"},
}
GROUPS = [
    {"email": f"{name}@x.example", "group_id": 1, "group_name": "News", "created_at": 1443651125}
    for name in "ab"
]
DOCUMENTED = [
    (SENDGRID, "SendGrid"),
    (GROUPS, "SendGrid"),
    (["a@x.example", "b@x.example"], "SendGrid"),
    (SES, "Amazon SES"),
    (SES["SuppressedDestinationSummaries"], "Amazon SES"),
    ([{"emailAddress": f"{name}@x.example", "reason": "COMPLAINT"} for name in "ab"], "Amazon SES"),
    (POSTMARK, "Postmark"),
    (MAILGUN, "Mailgun"),
    ([{"address": f"{name}@x.example", "tag": "*"} for name in "ab"], "Mailgun"),
    ([MAILGUN], "Mailgun"),
]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A function that writes a text to a file and takes a snapshot of it."""

    def write(content: str | bytes) -> Snapshot:
        path = tmp_path / "list.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return snapshot_of(path)

    return write


def rows(snapshot: Snapshot) -> list[list[str]]:
    with snapshot.open() as file:
        return [row.cells for row in rows_of(file, ",")]


def addresses(snapshot: Snapshot) -> list[str]:
    """The cells of the column of addresses."""
    headings, *entries = rows(snapshot)
    place = next(at for at, name in enumerate(headings) if name.lower().startswith(("em", "ad")))
    return [cells[place] for cells in entries]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("content", "service"), DOCUMENTED)
def test_a_list_in_a_documented_shape_is_read(
    kept: Kept, content: object, service: str, indent: int | None, encoding: str
) -> None:
    snapshot = kept(f"\n {json.dumps(content, indent=indent)}\n".encode(encoding))

    assert addresses(snapshot) == ["a@x.example", "b@x.example"]
    assert snapshot.form == f"{service} list"


def test_the_headings_are_the_keys_as_they_first_turn_up_and_the_cells_are_text(kept: Kept) -> None:
    assert rows(kept(json.dumps(MAILGUN))) == [
        ["address", "tags", "created_at"],
        ["a@x.example", "*", "Thu, 11 Dec 2025 01:49:40 UTC"],
        ["b@x.example", "news, offers", "Thu, 11 Dec 2025"],
    ]
    assert rows(kept(json.dumps(POSTMARK)))[2] == ["b@x.example", "HardBounce", "", ""]
    assert rows(kept(json.dumps(SENDGRID)))[1] == ["1443651125", "a@x.example"]


@pytest.mark.parametrize("between", ["\n", "", ",\n", "\r\n\ufeff"])
def test_pages_one_behind_the_other_are_one_list(kept: Kept, between: str) -> None:
    first = SES | {"NextToken": "abc"}
    last = {"SuppressedDestinationSummaries": [], "NextToken": None}

    snapshot = kept(between.join(json.dumps(page) for page in (first, SES, last)))

    assert addresses(snapshot) == ["a@x.example", "b@x.example"] * 2


def test_json_lines_are_read(kept: Kept) -> None:
    snapshot = kept("\r\n".join(json.dumps(entry) for entry in SENDGRID))

    assert addresses(snapshot) == ["a@x.example", "b@x.example"]


def test_a_page_that_is_followed_by_another_is_refused(kept: Kept) -> None:
    with pytest.raises(FileUnreadable, match="one page of a longer list") as caught:
        kept(json.dumps(SES | {"NextToken": "abc"}))

    assert "other pages" in caught.value.remedy


def test_an_entry_without_an_address_is_reported_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps([SENDGRID[0], {"created": 5}, SENDGRID[1], {}]))

    reading = CsvFile(path).reading()

    assert [(one.entry, one.line) for one in reading.sightings] == [
        ("a@x.example", 1),
        ("b@x.example", 3),
    ]
    assert [line.line for line in reading.unreadable] == [2, 4]


def test_a_bare_address_that_is_empty_is_a_row_too(kept: Kept) -> None:
    assert addresses(kept('["a@x.example", "", "b@x.example"]')) == [
        "a@x.example",
        "",
        "b@x.example",
    ]


OTHER = [
    '[{"email": "a@x.example", "name": "Ann"}]',
    '[{"id": 1, "email": "a@x.example", "created_at": "2026-01-01"}]',
    '{"contacts": [{"email": "a@x.example", "reason": {"code": "hardBounce"}}], "count": 1}',
    '{"data": [{"type": "profile", "attributes": {"email": "a@x.example"}}]}',
    '{"items": [{"address": "a@x.example", "created_at": ""}], "others": ["b@x.example"]}',
    '{"items": [{"type": "domain", "value": "x.example", "reason": "", "createdAt": ""}]}',
    '[{"email": "a@x.example", "created": 1, "address": "b@x.example"}]',
    '[{"email": "a@x.example", "email": "b@x.example", "created": 1}]',
    '{"email": "a@x.example", "email": "b@x.example", "created": 1}',
    '[{"email": "a@x.example", "created": 1}, 7]',
    '[{"email": "a@x.example", "created": 1}, null]',
    '{"errors": [{"field": null, "message": "authorization required"}]}',
    '{"message": "Forbidden"}',
    "{}",
    "[]",
    '{"items": []}',
    "[1, 2]",
    '[{"email": "a@x.example", "created": 1}] 7',
    '[{"email": "a@x.example", "created": 1}',
    '[{"email": "a@x.example", "created": 1},]',
    '[{"email": "a@x.example", "created": 1}',
    '{"items": [{"address": "a@x.example", "created_at": ""}]',
    '{"email": "a@x.example", "created": 1',
    "{email: 'a@x.example'}",
    "[{'email': 'a@x.example', 'created': 1}]",
    '{"email": ' + "[" * 100_000,
    "[" * 100_000,
    "[" * 900 + "]" * 900,
    '[{"email": "a@x.example", "created": ' + "1" * 5_000 + "}]",
]


@pytest.mark.parametrize("text", OTHER)
def test_other_json_is_refused_by_name(kept: Kept, text: str) -> None:
    with pytest.raises(FileUnreadable, match=r"^This is .*JSON.*, not CSV: list\.json$") as caught:
        kept(text)

    assert caught.value.exit_code == 2


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"email": NAMES | st.none(), "created": st.integers() | st.text(max_size=3)},
        optional={"reason": NAMES, "status": st.none() | NAMES, "ip": NAMES},
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(entries=ENTRIES, indent=st.sampled_from([None, 0, 3]), by_line=st.booleans())
def test_no_entry_is_dropped_and_none_is_made_up(
    kept: Kept, entries: list[dict[str, object]], indent: int | None, by_line: bool
) -> None:
    text = "\n".join(map(json.dumps, entries)) if by_line else json.dumps(entries, indent=indent)

    snapshot = kept(text)

    with snapshot.open() as file:
        assert len(file.read().split("\n")) == len(entries) + 2
    shown = [str(entry["email"] or "") for entry in entries]
    assert [" ".join(cell.split()) for cell in addresses(snapshot)] == [
        " ".join(name.replace("\0", " ").split()) for name in shown
    ]


def test_half_a_character_is_shown_as_unreadable_and_not_as_another_letter(kept: Kept) -> None:
    snapshot = kept('[{"email": "a\\ud83db@x.example", "created": 1}]')

    assert addresses(snapshot) == ["a\ufffdb@x.example"]


def test_an_array_longer_than_a_part_is_read_to_its_end(kept: Kept) -> None:
    entries = [{"created": at, "email": f"person{at}@x.example"} for at in range(5_000)]

    snapshot = kept(json.dumps(entries))

    assert addresses(snapshot) == [entry["email"] for entry in entries]
