"""A connection is renamed, paused and deleted with all its rows, and never while it's at work."""

from datetime import time

import pytest

from lib.errors import BusyError, PausedByPerson, UsageError
from lib.services import lifecycle
from lib.services.log import Log, open_log
from lib.services.runs import uploads
from lib.services.schedules.setting import setting_of, switch_on
from lib.services.schedules.starter import new_command
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import (
    alerts,
    claims,
    connection_ends,
    connections,
    leases,
    ledger,
    lists,
    memory,
    runs,
    schedulers,
)
from lib.store.alerts import AlertText, Channel, MessageKind
from lib.store.schedules import Schedule
from lib.sync import pause
from lib.values import Org, Reading, RunResult, RunStatus, Sighting

ORG = Org("00D000000000001EAA", "Sample Ltd", "sandbox", "sync@example.org", "de_DE")
DAILY = Schedule(time(7), "Europe/Zurich")
TEXT = AlertText("subject", "cause", "effect", "remedy", "button", "link", "about")
OURS = Credentials(SalesforceLogin(username="u", password="p"), JangoMailLogin())


@pytest.fixture
def log(tmp_path):
    with open_log(tmp_path / "home", {}) as opened:
        yield opened


def live_in(log: Log, name: str) -> str:
    """A connection with a run, two events, a memory, a list, a schedule and an alert; its scope."""
    store = log.store
    connections.save(store, log.vault, name, OURS)
    scope = connections.remember_org(store, name, ORG, "https://sample.my.salesforce.com")
    run_id = runs.start(
        store, connection=name, started_by="cron", dry_run=False, source="jangomail"
    )
    runs.set_scope(store, run_id, scope, ORG)
    sightings = [Sighting("ada@example.org"), Sighting("bea@example.org")]
    reading = Reading("report", None, store.now(), iter(sightings))
    ledger.take(store, scope, reading, source="jangomail:x", run_id=run_id)
    memory.seen_opted_out(store, scope, run_id, [("Contact", "003", "ada@example.org")])
    lists.save(store, name, "Spring", "SELECT Email FROM Contact", options={}, by="Ann")
    runs.finish(store, run_id, RunResult(run_id, name, RunStatus.SUCCEEDED))
    switch_on(log, name, DAILY)
    schedulers.announce(store, new_command(name, DAILY))
    alert_id = alerts.add(store, name, "refused", "mark", TEXT)
    way = (Channel.EMAIL, "ann@example.org")
    alerts.queue(store, name, MessageKind.OPENED, way, TEXT, alert_id=alert_id)
    alerts.set_receivers(store, name, ["ann@example.org"])
    return scope


def columns(log: Log, column: str) -> set[str]:
    """The tables with this column."""
    found = log.store.query(
        "select m.name as name from sqlite_master as m, pragma_table_info(m.name) as c "
        "where m.type = 'table' and c.name = :column",
        {"column": column},
    )
    return {row["name"] for row in found}


def words_in(log: Log) -> dict[str, set[str]]:
    """For each table, the connections and scopes that its rows name."""
    said: dict[str, set[str]] = {}
    for column in ("connection", "scope"):
        for table in columns(log, column):
            named = table.removesuffix("_row")  # the view, which has names instead of numbers
            rows = log.store.query(f"select distinct {column} as word from {named}")  # noqa: S608
            said.setdefault(table, set()).update(row["word"] for row in rows if row["word"])
    return said


def test_a_renamed_connection_keeps_everything_and_no_row_has_the_old_name(log):
    live_in(log, "old")
    live_in(log, "old/2")
    before = connections.history(log.store, "old")

    assert lifecycle.rename(log, "old", " new ") == "new"

    # Numbers stand for texts in the largest tables; the texts are in a table of their own.
    named = {str(word) for words in words_in(log).values() for word in words}
    named = {word for word in named if not word.isdecimal()}
    assert {word.split("/00D")[0] for word in named} == {"new", "old/2"}
    assert connections.history(log.store, "new") == before
    assert connections.load(log.store, log.vault, "new") == OURS
    assert ledger.pending(log.store, "new/00D000000000001EAA") != []
    assert memory.recall(log.store, "new/00D000000000001EAA", ["003"]) != {}
    assert connections.all_names(log.store) == ["new", "old/2"]


def test_rename_and_delete_know_every_table_that_names_a_connection_or_an_org(log):
    renamed = " ".join(connection_ends._RENAME)
    moved = " ".join(connection_ends._MOVE_SCOPE)
    forgotten = " ".join((*connection_ends._FORGET, *connection_ends._FORGET_SCOPE))
    passing = {"lease"}  # its holder gives it back
    counted_again = {"people_count"}

    assert [t for t in columns(log, "connection") - passing if f"update {t} " not in renamed] == []
    assert [t for t in columns(log, "scope") - counted_again if f"update {t} " not in moved] == []
    tables = (columns(log, "connection") | columns(log, "scope")) - passing
    assert [t for t in tables if " ".join(("delete from", t, "")) not in forgotten] == []


def test_a_renamed_connection_keeps_its_schedule_and_the_scheduler_that_is_running(log):
    live_in(log, "old")
    command = new_command("old", DAILY)
    schedulers.announce(log.store, command)
    claim = claims.find(log.store, "old")

    lifecycle.rename(log, "old", "new")

    schedule, moved = setting_of(log, "new"), claims.find(log.store, "new")
    assert schedule is not None
    assert (schedule.schedule, schedule.is_on) == (DAILY, True)
    assert claim is not None
    assert moved is not None
    assert moved.due_at == claim.due_at
    assert schedulers.connection_of(log.store, command) == "new"
    assert setting_of(log, "old") is None


def test_deleted_credentials_take_the_schedule_with_them(log):
    live_in(log, "old")

    lifecycle.delete_credentials(log, "old")

    assert setting_of(log, "old") is None
    assert claims.find(log.store, "old") is None
    assert schedulers.seen(log.store) == []


def test_a_waiting_file_goes_along(log):
    connections.save(log.store, log.vault, "old", OURS)
    uploads.keep(log, "old", "list.csv", b"email\nann@example.org\n")

    lifecycle.rename(log, "old", "new")

    waiting = uploads.waiting(log, "new")
    assert waiting is not None
    assert waiting.path.read_bytes() == b"email\nann@example.org\n"
    assert uploads.waiting(log, "old") is None


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("old", "taken"),
        ("old", "environment"),
        ("old", "practice"),
        ("old", ""),
        ("environment", "new"),
        ("unknown", "new"),
    ],
)
def test_a_name_that_cannot_be_is_refused(log, name, new):
    live_in(log, "old")
    live_in(log, "taken")

    with pytest.raises(UsageError):
        lifecycle.rename(log, name, new)

    assert connections.names(log.store) == ["old", "taken"]


def test_a_deleted_connection_whose_history_stays_keeps_its_name(log):
    live_in(log, "old")
    connections.save(log.store, log.vault, "other", OURS)
    lifecycle.delete_credentials(log, "old")

    with pytest.raises(UsageError, match="already a connection named old"):
        lifecycle.rename(log, "other", "old")

    assert connections.history(log.store, "old").runs == 1
    assert ledger.pending(log.store, "old/00D000000000001EAA") != []


def test_deleting_everything_needs_the_numbers_that_were_shown(log):
    live_in(log, "old")
    shown = connections.history(log.store, "old")
    assert (shown.runs, shown.people, shown.lists) == (1, 2, 1)
    runs.start(log.store, connection="old", started_by="cron", dry_run=True, source="jangomail")
    runs.close_dead(log.store, runs.latest(log.store, connection="old")[0].id)

    with pytest.raises(UsageError, match="has changed"):
        lifecycle.delete_everything(log, "old", shown)
    lifecycle.delete_everything(log, "old", connections.history(log.store, "old"))

    assert connections.all_names(log.store) == []
    assert {word for words in words_in(log).values() for word in words} == set()


def test_nothing_is_renamed_or_deleted_while_a_run_is_in_progress(log):
    live_in(log, "old")
    runs.start(log.store, connection="old", started_by="cron", dry_run=False, source="jangomail")

    for act in (
        lambda: lifecycle.rename(log, "old", "new"),
        lambda: lifecycle.delete_credentials(log, "old"),
        lambda: lifecycle.delete_everything(log, "old", connections.history(log.store, "old")),
    ):
        with pytest.raises(BusyError):
            act()

    assert connections.names(log.store) == ["old"]
    assert not leases.is_there(log.store, "old")


def test_a_pause_by_a_person_lasts_until_a_person_ends_it(log):
    live_in(log, "old")

    lifecycle.pause(log, "old", "Ann")
    lifecycle.pause(log, "old", "Ben")

    with pytest.raises(PausedByPerson, match="paused by Ann"):
        pause.refuse_if_halted(log.store, "old")
    connections.unpause(log.store, "old")
    with pytest.raises(PausedByPerson):
        pause.refuse_if_halted(log.store, "old")
    lifecycle.resume(log, "old")
    pause.refuse_if_halted(log.store, "old")


def test_an_unknown_connection_is_not_paused(log):
    with pytest.raises(UsageError):
        lifecycle.pause(log, "nobody", "Ann")
