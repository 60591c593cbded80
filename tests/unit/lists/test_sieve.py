"""Who stays on a list: each reason, their order, and every person of a row."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from lib.lists.layout import Row
from lib.lists.plan import Place
from lib.lists.sieve import Sieve
from lib.lists.values import Options, Removed

ANNA, BERT, CARA = "anna@example.org", "bert@example.org", "cara@example.org"
ID_1, ID_2 = "003000000000001AAA", "003000000000002AAA"
SELF = Place((), "Contact", (1,), 0, is_main=True)


@dataclass
class Known:
    """What is known, by hand."""

    domains: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    asked: set[str] = field(default_factory=set)
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


def fate(known: Known, *cells: str, options: Options | None = None, place: Place = SELF):
    """Why a row goes, or None."""
    sieve = Sieve(known, [place], options or Options())
    return sieve.judge([Row(list(cells))]).fates.get(0)


@pytest.mark.parametrize(
    ("known", "removed"),
    [
        (Known(), None),
        (Known(asked={ANNA}), Removed.UNSUBSCRIBED),
        (Known(asked={ANNA}, kept=frozenset({ID_1})), None),
        (Known(asked={ANNA}, kept=frozenset({ID_2})), Removed.UNSUBSCRIBED),
        (Known(elsewhere={ANNA: {ID_2}}), Removed.ELSEWHERE),
        (Known(elsewhere={ANNA: {ID_2}}, kept=frozenset({ID_1})), Removed.ELSEWHERE),
        (Known(elsewhere={ANNA: {ID_1, ID_2}}), Removed.OPTED_OUT),
        (Known(domains=frozenset({"example.org"})), Removed.HELD_DOMAIN),
        (Known(domains=frozenset({"example.org"}), kept=frozenset({ID_1})), Removed.HELD_DOMAIN),
        (Known(domains=frozenset({"org"})), None),
        (Known(asked={ANNA}, elsewhere={ANNA: {ID_2}}), Removed.UNSUBSCRIBED),
    ],
)
def test_the_first_reason_that_holds_counts(known: Known, removed: Removed | None):
    assert fate(known, ID_1, " Anna@EXAMPLE.org") == removed


def test_a_15_character_id_is_the_same_record():
    known = Known(asked={ANNA}, kept=frozenset({"003000000000001AAA"}))

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
def test_choices(options: Options, cells: tuple[str, ...], removed: Removed | None):
    place = Place((), "Lead", (1,), 0, is_main=True, converted=(2,), bounced=(3,))

    assert fate(Known(), *cells, options=options, place=place) == removed


def test_an_unsubscribe_comes_before_a_choice():
    options = Options(no_duplicates=True, no_empty=True)

    assert fate(Known(asked={ANNA}, here={ANNA}), ID_1, ANNA, options=options) == (
        Removed.UNSUBSCRIBED
    )


def test_a_duplicate_is_told_across_batches_and_only_by_rows_that_stayed():
    known = Known(asked={BERT})
    sieve = Sieve(known, [SELF], Options(no_duplicates=True))

    first = sieve.judge([Row([ID_1, ANNA]), Row([ID_2, BERT]), Row([ID_2, ANNA.upper()])])
    second = sieve.judge([Row([ID_2, ANNA]), Row([ID_2, CARA])])

    assert first.fates == {1: Removed.UNSUBSCRIBED, 2: Removed.DUPLICATE}
    assert second.fates == {0: Removed.DUPLICATE}
    assert known.here == {ANNA, CARA}


def test_a_row_goes_whole_by_anybody_in_it():
    manager = Place((), "Contact", (2,), 3, is_main=False)
    sieve = Sieve(Known(asked={BERT}), [SELF, manager], Options())

    sieved = sieve.judge([Row([ID_1, ANNA, BERT, ID_2]), Row([ID_1, ANNA, "", ""])])

    assert sieved.fates == {0: Removed.UNSUBSCRIBED}
    assert [one.address for one in sieved.people()] == [ANNA, ANNA]


def test_every_address_of_a_person_counts():
    both = Place((), "Contact", (1, 2), 0, is_main=True)

    assert fate(Known(asked={BERT}), ID_1, ANNA, BERT, place=both) == Removed.UNSUBSCRIBED


def test_a_child_goes_alone_and_is_told():
    child = Place((0,), "Contact", (1,), 0, is_main=True)
    sieve = Sieve(Known(asked={BERT}), [child], Options())
    row = Row(["Sample Ltd"], ([Row([ID_1, ANNA]), Row([ID_2, BERT])],))

    sieved = sieve.judge([row])

    assert (sieved.fates, sieved.stay[0].children) == ({}, ([Row([ID_1, ANNA])],))
    assert [(one.address, one.removed) for one in sieved.people()] == [
        (ANNA, None),
        (BERT, Removed.UNSUBSCRIBED),
    ]


def test_rows_without_people_all_stay():
    sieve = Sieve(Known(asked={ANNA}), [], Options())

    assert len(sieve.judge([Row(["7"])]).stay) == 1


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
def test_an_address_in_a_text_cell_counts_and_the_owners_own_is_his(
    text: str, removed: Removed | None
):
    known = Known(asked={ANNA, BERT}, kept=frozenset({ID_1}))
    sieve = Sieve(known, [SELF], Options(), {(): (2,)})

    assert sieve.judge([Row([ID_1, ANNA, text])]).fates.get(0) == removed
