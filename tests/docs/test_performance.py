"""docs/performance.md shows what the race measured, and names the targets that it's judged by."""

import re

from tests.bench.race import barest
from tests.bench.race.__main__ import CONTACTS, DOCS, KEPT, LEADS, charts
from tests.bench.race.charts import drawn
from tests.bench.race.results import (
    FLOOR,
    IDLE_CALLS,
    IDLE_S,
    LOG_BYTES,
    MORE_CALLS,
    MORE_SECONDS,
    MOST_MB,
    NAMES,
    NOTHING_NEW,
    OURS,
    SECONDS_OVER_FLOOR,
    SIZES,
    Race,
)
from tests.bench.race.tables import all_tables

TEXT = (DOCS / "performance.md").read_text()


def test_the_tables_and_charts_are_those_of_the_kept_race() -> None:
    race = Race.load(KEPT)
    for name, table in all_tables(race).items():
        shown = re.search(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", TEXT, re.S)
        assert shown, name
        assert shown[1] == table
    for name, chart in charts(race):
        assert (DOCS / name).read_text() == drawn(chart)
        assert f"({name})" in TEXT


def test_every_program_raced_at_every_size() -> None:
    race = Race.load(KEPT)
    raced = {(each.who, each.addresses) for each in race.results}
    expected = {(who, addresses) for who in NAMES for addresses in SIZES}
    assert raced == expected | {(OURS, NOTHING_NEW)}
    assert (race.contacts, race.leads) == (CONTACTS, LEADS)


def test_the_targets_in_the_text_are_those_of_the_race() -> None:
    for said in (
        f"{SECONDS_OVER_FLOOR} × the floor's seconds + {MORE_SECONDS} s",
        f"the floor's API calls + {MORE_CALLS}",
        f"at most {IDLE_S} s and {IDLE_CALLS} calls",
        f"less than {MOST_MB} MB",
        f"at most {LOG_BYTES} bytes",
        f"{barest.PER_QUERY:,} addresses a query",
        f"Collections of {barest.PER_COLLECTION}",
        f"From {barest.BULK_FROM:,} records on",
        f"{CONTACTS:,} Contacts and {LEADS:,} Leads",
    ):
        assert said in TEXT, said


def test_the_floor_is_the_fastest_way_that_took_part() -> None:
    race = Race.load(KEPT)
    for addresses in SIZES:
        floor = race.of(FLOOR, addresses)
        assert floor
        others = [each for each in race.results if each.addresses == addresses]
        assert min(others, key=lambda each: each.seconds) is floor
