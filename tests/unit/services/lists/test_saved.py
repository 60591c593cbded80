"""The saved lists of a connection, as the page gets them."""

import json
from datetime import timedelta

import pytest

from lib.lists.values import Options
from lib.services.lists import saved as service
from lib.services.lists.saved import is_of, options_of
from lib.services.log import open_log
from lib.store import connections, freshness, hand_overs, leases, ledger, lists, pull_rows, pulls
from lib.store.pull_rows import PullRow
from lib.store.pulls import PullNumbers
from lib.values import Org, Reading, Sighting

NAME = "default"
QUERY = "SELECT Email FROM Contact"
TIDY = Options(no_duplicates=True, not_on_lists=("a", "b"))


@pytest.fixture
def log(tmp_path):
    with open_log(tmp_path / "home", {}) as opened:
        org = Org("00D", "Example", "sandbox", "ann@example.org")
        connections.remember_org(opened.store, NAME, org, "https://example.my.salesforce.com")
        yield opened


def now(log):
    return service.lists_now(log, {}, NAME)


def pulled(log, *addresses, soql=QUERY, options=None, list_id=None):
    pull_id = pulls.start(
        log.store,
        connection=NAME,
        soql=soql,
        options=options or {},
        pulled_by="Ann",
        list_id=list_id,
    )
    pulls.set_scope(log.store, pull_id, f"{NAME}/00D")
    rows = [
        PullRow(place, "Contact", f"003{place}", address, address)
        for place, address in enumerate(addresses)
    ]
    pull_rows.add(log.store, pull_id, rows)
    numbers = PullNumbers(as_of=log.store.now(), fetched=len(rows), rows=len(rows))
    pulls.finish(log.store, pull_id, numbers, file=f"{pull_id}.csv")
    return pull_id


def unsubscribe(log, *entries):
    reading = Reading("report", None, log.store.now(), iter([Sighting(one) for one in entries]))
    ledger.take(log.store, f"{NAME}/00D", reading, source="jangomail:a", run_id="r1")


def test_a_connection_without_lists_has_no_lists_and_was_never_read(log):
    told = now(log)

    assert (told.kept, told.deleted, told.has_pulled, told.as_of) == ((), (), False, None)
    assert (told.pulling, told.handing, told.is_old) == (None, None, False)


def test_a_pull_of_the_same_query_belongs_to_the_list_once_it_is_saved(log):
    mine = pulled(log, "ann@x.org")
    other = pulled(log, "ann@x.org", soql="SELECT Email FROM Lead")

    list_id = service.save(log, NAME, "Spring", QUERY, Options())

    assert pulls.get(log.store, mine).list_id == list_id
    assert pulls.get(log.store, other).list_id is None
    [kept] = now(log).kept
    assert kept.last is not None
    assert (kept.saved.name, kept.last.id) == ("Spring", mine)


def test_freshness_counts_people_who_unsubscribed_since_the_pull(log):
    list_id = service.save(log, NAME, "Spring", QUERY, Options())
    pulled(log, "ann@x.org", "bob@x.org", "ann@x.org", list_id=list_id)
    assert now(log).people_out == 0

    unsubscribe(log, "ann@x.org")

    [kept] = now(log).kept
    assert kept.fresh is not None
    assert (kept.fresh.people_out, kept.fresh.rows_out) == (1, 2)
    assert kept.fresh.check is None
    assert now(log).people_out == 1


def test_a_person_on_two_lists_who_unsubscribed_counts_once(log):
    for name in ("Spring", "Summer"):
        list_id = service.save(log, NAME, name, f"{QUERY} LIMIT {len(name)}", Options())
        pulled(log, "ann@x.org", f"{name}@x.org".lower(), list_id=list_id)

    unsubscribe(log, "ann@x.org", "summer@x.org")

    told = now(log)
    assert sorted(kept.fresh.people_out for kept in told.kept) == [1, 2]
    assert told.people_out == 2


def test_freshness_is_about_the_last_pull_and_the_pull_before_is_there_to_compare(log):
    list_id = service.save(log, NAME, "Spring", QUERY, Options())
    first = pulled(log, "ann@x.org", list_id=list_id)
    second = pulled(log, "bob@x.org", list_id=list_id)
    freshness.note_opted_out(log.store, first, [("", "ann@x.org")])

    [kept] = now(log).kept

    assert (kept.last.id, kept.before.id, kept.fresh.people_out) == (second, first, 0)


def test_unsubscribes_read_more_than_a_day_ago_are_old(log):
    unsubscribe(log, "ann@x.org")
    assert not now(log).is_old

    long_ago = (log.store.now() - timedelta(days=3)).isoformat().replace("+00:00", "Z")
    log.store.execute("update reading set read_at = ?", [long_ago])

    assert now(log).is_old


def test_a_silent_pull_and_a_silent_hand_over_are_not_running(log):
    pull_id = pulled(log, "ann@x.org")
    pulls.start(log.store, connection=NAME, soql=QUERY, options={}, pulled_by="Ann")
    order = {"connection": NAME, "pull_id": pull_id, "group_name": "G", "columns": []}
    hand_overs.start(log.store, **order, by="Ann")
    assert now(log).pulling is not None
    assert now(log).handing is not None

    log.store.execute("update pull set beat_at = '2020-01-01T00:00:00.000000Z'")
    log.store.execute("update hand_over set beat_at = '2020-01-01T00:00:00.000000Z'")

    assert now(log).pulling is None
    assert now(log).handing is None


def test_a_hand_over_that_renews_its_lease_is_running_no_matter_how_long_its_call_takes(log):
    order = {"connection": NAME, "pull_id": pulled(log), "group_name": "G", "columns": []}
    started = hand_overs.start(log.store, **order, by="Ann")
    log.store.execute("update hand_over set beat_at = '2020-01-01T00:00:00.000000Z'")
    leases.take(log.store, service.lease_of(NAME), "holder", started)

    assert now(log).handing.id == started


def test_options_come_back_as_stored_without_what_a_later_version_added(log):
    list_id = service.save(log, NAME, "Spring", QUERY, TIDY)
    noted = lists.get(log.store, list_id).options

    assert options_of(noted) == TIDY
    assert options_of({**json.loads(json.dumps(dict(noted))), "newer": True}) == TIDY


def test_a_pull_belongs_to_a_query_if_text_and_options_are_the_same(log):
    pull = pulls.get(log.store, pulled(log, options={"no_empty": True}))

    assert is_of(pull, f"  {QUERY}\n", Options(no_empty=True))
    assert not is_of(pull, QUERY, Options())
    assert not is_of(pull, f"{QUERY} LIMIT 1", Options(no_empty=True))


def test_the_newest_pull_of_a_query_is_found_unless_its_people_were_deleted(log):
    old = pulled(log, "ann@x.org")
    new = pulled(log, "bob@x.org")
    assert service.latest_of(log, NAME, QUERY, Options()).id == new

    log.store.execute("update pull set file = null where id = ?", [new])

    assert service.latest_of(log, NAME, QUERY, Options()) is None
    assert old != new
