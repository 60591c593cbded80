"""Who stays on a list: each reason, their order, and every person of a row."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from lib.lists.decisions import FetchedPerson
from lib.lists.person_columns import PersonColumns
from lib.lists.sieve import Sieve
from lib.lists.table import ListRow
from lib.lists.values import Options, Removed

ANNA, BERT, CARA = "anna@example.org", "bert@example.org", "cara@example.org"
ID_1, ID_2 = "003000000000001AAA", "003000000000002AAA"
SELF = PersonColumns((), "Contact", (1,), 0, is_main=True)


@dataclass
class Known:
    """Known addresses, set by hand."""

    domains: frozenset[str] = frozenset()
    approved_domains: frozenset[str] = frozenset()
    kept: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    unsplit: tuple[str, ...] = ()
    elsewhere: dict[str, set[str]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        return self.asked & set(addresses)

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        return {one: ids for one, ids in self.elsewhere.items() if one in addresses}

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:
        return self.others & set(addresses)

    def taken(self, addresses: Collection[str]) -> set[str]:
        return self.here & set(addresses)

    def take(self, addresses: Collection[str]) -> None:
        self.here |= set(addresses)


def fate(known: Known, *cells: str, options: Options | None = None, place: PersonColumns = SELF):
    """Why a row goes, or None."""
    sieve = Sieve(known, [place], options or Options())
    return sieve.judge([ListRow(list(cells))]).removed.get(0)


@pytest.mark.parametrize(
    ("known", "removed"),
    [
        (Known(), None),
        (Known(asked={ANNA}), Removed.UNSUBSCRIBED),
        (Known(asked={ANNA}, kept={ID_1: ANNA}), None),
        (Known(asked={ANNA}, kept={ID_2: ANNA}), Removed.UNSUBSCRIBED),
        (Known(elsewhere={ANNA: {ID_2}}), Removed.ELSEWHERE),
        (Known(elsewhere={ANNA: {ID_2}}, kept={ID_1: ANNA}), Removed.ELSEWHERE),
        (Known(elsewhere={ANNA: {ID_1, ID_2}}), Removed.OPTED_OUT),
        (Known(domains=frozenset({"example.org"})), Removed.HELD_DOMAIN),
        (Known(domains=frozenset({"example.org"}), kept={ID_1: ANNA}), Removed.HELD_DOMAIN),
        (Known(domains=frozenset({"org"})), None),
        (Known(asked={ANNA}, elsewhere={ANNA: {ID_2}}), Removed.UNSUBSCRIBED),
    ],
)
def test_the_first_reason_that_applies_counts(known: Known, removed: Removed | None):
    assert fate(known, ID_1, " Anna@EXAMPLE.org") == removed


def test_a_15_character_id_is_the_same_record():
    known = Known(asked={ANNA}, kept={"003000000000001AAA": ANNA})

    assert fate(known, "003000000000001", ANNA) is None


@pytest.mark.parametrize(
    ("options", "cells", "removed"),
    [
        (Options(no_empty=True), (ID_1, "", "", ""), Removed.EMPTY),
        (Options(no_empty=True), (ID_1, "no address", "", ""), Removed.IMPOSSIBLE),
        (Options(no_converted=True), (ID_1, ANNA, "true", ""), Removed.CONVERTED),
        (Options(no_converted=True), (ID_1, ANNA, "false", ""), None),
        (Options(no_bounced=True), (ID_1, ANNA, "", "2026-01-01"), Removed.BOUNCED),
        (Options(), (ID_1, "", "", ""), None),
    ],
)
def test_options(options: Options, cells: tuple[str, ...], removed: Removed | None):
    place = PersonColumns((), "Lead", (1,), 0, is_main=True, converted=(2,), bounced=(3,))

    assert fate(Known(), *cells, options=options, place=place) == removed


def test_an_unsubscribe_comes_before_an_option():
    options = Options(no_duplicates=True, no_empty=True)

    assert fate(Known(asked={ANNA}, here={ANNA}), ID_1, ANNA, options=options) == (
        Removed.UNSUBSCRIBED
    )


def test_duplicates_are_found_across_batches_and_only_of_rows_that_stayed():
    known = Known(asked={BERT})
    sieve = Sieve(known, [SELF], Options(no_duplicates=True))

    first = sieve.judge(
        [ListRow([ID_1, ANNA]), ListRow([ID_2, BERT]), ListRow([ID_2, ANNA.upper()])]
    )
    second = sieve.judge([ListRow([ID_2, ANNA]), ListRow([ID_2, CARA])])

    assert first.removed == {1: Removed.UNSUBSCRIBED, 2: Removed.DUPLICATE}
    assert second.removed == {0: Removed.DUPLICATE}
    assert known.here == {ANNA, CARA}


def test_a_row_is_removed_if_anyone_in_it_opted_out():
    manager = PersonColumns((), "Contact", (2,), 3, is_main=False)
    sieve = Sieve(Known(asked={BERT}), [SELF, manager], Options())

    sieved = sieve.judge([ListRow([ID_1, ANNA, BERT, ID_2]), ListRow([ID_1, ANNA, "", ""])])

    assert sieved.removed == {0: Removed.UNSUBSCRIBED}
    assert [one.address for one in sieved.people()] == [ANNA, ANNA]


def test_every_address_of_a_person_counts():
    both = PersonColumns((), "Contact", (1, 2), 0, is_main=True)

    assert fate(Known(asked={BERT}), ID_1, ANNA, BERT, place=both) == Removed.UNSUBSCRIBED


def test_a_child_row_is_removed_alone_and_reported():
    child = PersonColumns((0,), "Contact", (1,), 0, is_main=True)
    sieve = Sieve(Known(asked={BERT}), [child], Options())
    row = ListRow(["Sample Ltd"], ([ListRow([ID_1, ANNA]), ListRow([ID_2, BERT])],))

    sieved = sieve.judge([row])

    assert (sieved.removed, sieved.stay[0].children) == ({}, ([ListRow([ID_1, ANNA])],))
    assert [(one.address, one.removed) for one in sieved.people()] == [
        (ANNA, None),
        (BERT, Removed.UNSUBSCRIBED),
    ]


def test_a_child_row_without_email_fields_is_checked_like_its_parent():
    sieve = Sieve(Known(asked={BERT}), [], Options(), {(): (), (0,): (0,), (0, 0): (0,)})
    below = (
        [ListRow([f"Call {BERT}"], ([],)), ListRow(["Call"], ([ListRow([BERT]), ListRow(["-"])],))],
    )

    sieved = sieve.judge([ListRow(["Sample Ltd"], below)])

    assert sieved.stay[0].children == ([ListRow(["Call"], ([ListRow(["-"])],))],)
    assert sieved.removed_below == {Removed.UNSUBSCRIBED: 2}


@pytest.mark.parametrize(
    "text", [f"{CARA}; {BERT}", f"Bert <{BERT}>", f"mailto:{BERT}", f"{CARA}/{BERT}", f"{BERT}."]
)
def test_an_email_column_of_a_text_type_is_split_like_any_text(text: str):
    both = PersonColumns((), "Contact", (1, 2), 0, is_main=True)

    assert fate(Known(asked={BERT}), ID_1, ANNA, text, place=both) == Removed.UNSUBSCRIBED
    assert fate(Known(elsewhere={BERT: {ID_2}}), ID_1, text) == Removed.ELSEWHERE


@pytest.mark.parametrize("entry", ["anna lee@example.org", "anna@@example.org", "@anna", "anna@"])
def test_an_entry_that_is_not_an_address_is_compared_as_text(entry: str):
    sieve = Sieve(Known(asked={entry}), [SELF], Options(), {(): (2,)})

    fates = sieve.judge(
        [ListRow([ID_1, entry.upper(), ""]), ListRow([ID_1, "", f" {entry} "])]
    ).removed

    assert fates == {0: Removed.UNSUBSCRIBED, 1: Removed.UNSUBSCRIBED}


def test_an_entry_with_a_space_inside_is_found_anywhere_in_a_text():
    odd = "anna lee@example.org"
    sieve = Sieve(Known(asked={odd}, unsplit=(odd,)), [SELF], Options(), {(): (2,)})
    texts = (
        "Email: Anna Lee@example.org (private)",
        f"{CARA}/{odd}",
        "lee@example.org",
        "Johanna Lee@example.org",
        "Anna Lee@example.org.au",
    )

    fates = sieve.judge([ListRow([ID_1, CARA, text]) for text in texts]).removed

    assert fates == {0: Removed.UNSUBSCRIBED, 1: Removed.UNSUBSCRIBED}


def test_half_a_surrogate_pair_in_a_text_does_no_harm():
    sieve = Sieve(Known(asked={BERT}), [SELF], Options(), {(): (2,)})

    fates = sieve.judge([ListRow([ID_1, f"\ud83c{CARA}", f"\ud83c; {BERT}"])]).removed

    assert fates == {0: Removed.UNSUBSCRIBED}


def test_a_kept_record_keeps_only_its_own_address():
    both = PersonColumns((), "Contact", (1, 2), 0, is_main=True)
    known = Known(asked={ANNA, BERT}, kept={ID_1: ANNA})

    assert fate(known, ID_1, ANNA, "", place=both) is None
    assert fate(known, ID_1, ANNA, BERT, place=both) == Removed.UNSUBSCRIBED


def test_rows_without_people_all_stay():
    sieve = Sieve(Known(asked={ANNA}), [], Options())

    assert len(sieve.judge([ListRow(["7"])]).stay) == 1


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        (BERT, Removed.UNSUBSCRIBED),
        (f"Bert <{BERT}>", Removed.UNSUBSCRIBED),
        (f"knows {BERT} well", None),
        (CARA, None),
        (ANNA, None),
    ],
)
def test_an_address_in_a_text_cell_counts_unless_it_is_the_owners_own(
    text: str, removed: Removed | None
):
    known = Known(asked={ANNA, BERT}, kept={ID_1: ANNA})
    sieve = Sieve(known, [SELF], Options(), {(): (2,)})

    assert sieve.judge([ListRow([ID_1, ANNA, text])]).removed.get(0) == removed


@pytest.mark.parametrize(
    ("known", "removed"),
    [
        (Known(asked={ANNA}), Removed.UNSUBSCRIBED),
        (Known(elsewhere={ANNA: {ID_2}}), Removed.ELSEWHERE),
        (Known(), None),
    ],
)
def test_a_domain_on_hold_changes_nothing_for_people_elsewhere(
    known: Known, removed: Removed | None
):
    known.domains = frozenset({"other.example"})

    assert fate(known, ID_1, ANNA) == removed


def test_rule_6_2_a_kept_record_stays_if_a_person_approved_its_domain():
    domain = frozenset({"example.org"})
    known = Known(domains=domain, approved_domains=domain, kept={ID_1: ANNA})

    assert fate(known, ID_1, ANNA) is None
    assert fate(known, ID_2, ANNA) == Removed.HELD_DOMAIN


def test_a_row_whose_own_person_opted_out_is_removed_also_if_it_has_child_rows():
    child = PersonColumns((0,), "Contact", (1,), 0, is_main=True)
    sieve = Sieve(Known(asked={ANNA}), [SELF, child], Options())
    below = ([ListRow([ID_2, CARA])],)

    sieved = sieve.judge([ListRow([ID_1, ANNA], below), ListRow([ID_2, BERT], below)])

    assert sieved.removed == {0: Removed.UNSUBSCRIBED}
    assert [one.address for one in sieved.people()] == [ANNA, BERT, CARA]


def test_a_preview_names_everyone_below_a_row_that_is_removed():
    child = PersonColumns((0,), "Contact", (1,), 0, is_main=True)
    sieve = Sieve(Known(asked={ANNA}), [SELF, child], Options(), tells_all=True)
    below = ([ListRow([ID_2, "Cara@example.org"])],)

    sieved = sieve.judge([ListRow([ID_1, ANNA], below)])

    assert sieved.removed == {0: Removed.UNSUBSCRIBED}
    assert list(sieved.people()) == [
        FetchedPerson("Contact", ID_1, ANNA, ANNA, Removed.UNSUBSCRIBED),
        FetchedPerson("Contact", ID_2, CARA, "Cara@example.org", Removed.UNSUBSCRIBED),
    ]


def test_salesforce_is_not_asked_about_texts_that_are_too_long_for_an_email_field():
    longest = "a" * 308 + "@example.org"
    known = Known(elsewhere={longest: {ID_2}, f"a{longest}": {ID_2}}, asked={f"b{longest}"})

    assert len(longest) == 320
    assert fate(known, ID_1, longest) == Removed.ELSEWHERE
    assert fate(known, ID_1, f"a{longest}") is None
    assert fate(known, ID_1, f"b{longest}") == Removed.UNSUBSCRIBED
    both = Sieve(known, [SELF], Options()).judge(
        [ListRow([ID_1, longest]), ListRow([ID_1, f"a{longest}"])]
    )
    assert both.removed == {0: Removed.ELSEWHERE}


def test_a_batch_counts_its_rows_and_the_child_rows_removed_from_those_that_stay():
    child = PersonColumns((0,), "Contact", (1,), 0, is_main=True)
    people = [ListRow([ID_1, ANNA]), ListRow([ID_2, BERT]), ListRow([ID_2, CARA])]
    known = Known(asked={BERT, CARA})

    whole = Sieve(known, [SELF], Options()).judge(people)
    parts = Sieve(known, [child], Options()).judge([ListRow(["Sample Ltd"], (people,))] * 2)

    assert (whole.fetched, dict(whole.removed_below)) == (3, {})
    assert (parts.fetched, dict(parts.removed_below)) == (2, {Removed.UNSUBSCRIBED: 4})


def test_only_an_option_leaves_out_people_who_are_on_a_list():
    def kept() -> Known:
        return Known(asked={ANNA}, kept={ID_1: ANNA}, others={ANNA}, here={ANNA})

    assert fate(kept(), ID_1, ANNA) is None
    assert fate(Known(here={ANNA}), ID_1, ANNA, options=Options(no_empty=True)) is None
    others = Options(not_on_lists=("list",))
    assert fate(Known(others={ANNA}), ID_1, ANNA, options=others) == Removed.ON_A_LIST
    assert fate(kept(), ID_1, ANNA, options=others) == Removed.ON_A_LIST


@pytest.mark.parametrize(
    ("options", "address", "duplicates"),
    [
        (Options(no_empty=True), ANNA, False),
        (Options(no_duplicates=True), ANNA, True),
        (Options(no_duplicates=True), "", False),
        (Options(no_duplicates=True), "no address", True),
    ],
)
def test_only_with_its_option_and_an_address_is_a_second_row_a_duplicate(
    options: Options, address: str, duplicates: bool
):
    sieve = Sieve(Known(), [SELF], options)

    removed = sieve.judge([ListRow([ID_1, address]), ListRow([ID_2, address])]).removed

    assert removed == ({1: Removed.DUPLICATE} if duplicates else {})


def test_a_row_that_an_option_left_out_is_not_the_first_of_its_address():
    lead = PersonColumns((), "Lead", (1,), 0, is_main=True, converted=(2,))
    sieve = Sieve(Known(), [lead], Options(no_duplicates=True, no_converted=True))

    rows = [ListRow([ID_1, ANNA, "true"]), ListRow([ID_2, ANNA, "false"])]

    assert sieve.judge(rows).removed == {0: Removed.CONVERTED}
