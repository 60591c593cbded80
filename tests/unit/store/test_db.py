"""Opening the log: permissions, migrations, other processes, newer and broken files, full disks."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lib.clock import to_text
from lib.errors import StoreDamaged, StoreFromTheFuture, StoreUnwritable
from lib.store import changes, ledger, runs
from lib.store.db import Store
from lib.store.migrations import MIGRATIONS
from lib.values import RunResult

ROOT = Path(__file__).resolve().parents[3]
MARK = "insert into watermark (scope, stream, moment) values (?, 's', 'm')"
MARKS = "select scope from watermark order by scope"


def marks(store: Store) -> list[str]:
    return [row["scope"] for row in store.query(MARKS)]


def write_and_fail(store: Store, scope: str) -> None:
    with store.writing():
        store.execute(MARK, [scope])
        raise KeyError


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A child process that runs `code` and can import lib."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
def test_only_the_owner_can_open_the_folder_and_files_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        with Store.open(tmp_path / "home") as store:
            store.execute(MARK, ["a"])
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode)
                for path in (tmp_path / "home").iterdir()
            }
    finally:
        os.umask(before)

    assert modes == {
        "optback.sqlite": 0o600,
        "optback.sqlite-wal": 0o600,
        "optback.sqlite-shm": 0o600,
    }
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_an_existing_folder_is_closed_to_other_users(home):
    Store.open(home).close()
    home.chmod(0o755)
    (home / "optback.sqlite").chmod(0o644)

    Store.open(home).close()

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "optback.sqlite").stat().st_mode) == 0o600


def test_the_log_uses_wal_foreign_keys_and_full_syncing(store):
    settings = {
        name: store.query(f"pragma {name}")[0][0]
        for name in ("journal_mode", "foreign_keys", "synchronous")
    }

    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


def test_all_our_tables_are_strict(store):
    tables = store.query("pragma table_list")

    ours = {
        row["name"]: row["strict"]
        for row in tables
        if row["type"] == "table" and not row["name"].startswith(("sqlite_", "_"))
    }

    assert len(ours) > 20
    assert set(ours.values()) == {1}


def test_an_exception_rolls_back_the_whole_transaction(store):
    with pytest.raises(KeyError):
        write_and_fail(store, "a")

    assert marks(store) == []


def test_an_inner_transaction_can_fail_alone(store):
    with store.writing():
        store.execute(MARK, ["outer"])
        with pytest.raises(KeyError):
            write_and_fail(store, "inner")

    assert marks(store) == ["outer"]


def test_a_reader_sees_all_of_a_transaction_or_nothing(home, store):
    with Store.open(home) as reader:
        with store.writing():
            store.execute(MARK, ["a"])
            seen_before = marks(reader)
        seen_after = marks(reader)

    assert (seen_before, seen_after) == ([], ["a"])


def test_the_revision_counts_transactions_that_changed_something(store):
    start = store.revision()

    with store.writing():
        store.execute(MARK, ["a"])
        store.execute(MARK, ["b"])
    with store.writing():
        marks(store)

    assert store.revision() == start + 1


OPEN = """
import sys; from pathlib import Path; from lib.store.db import Store
print("ready", flush=True); sys.stdin.readline()
mark = "insert into watermark (scope, stream, moment) values (?, 's', 'm')"
with Store.open(Path(sys.argv[1])) as store:
    store.execute(mark, sys.argv[2:])
"""


def test_several_processes_can_open_a_new_home_at_once(home):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(home), str(number)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()

    answers = [child.communicate("go\n")[1] for child in children]

    assert answers == [""] * 4
    with Store.open(home) as store:
        assert marks(store) == ["0", "1", "2", "3"]


def test_a_log_from_an_earlier_version_keeps_its_runs(home, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr("lib.store.db.MIGRATIONS", MIGRATIONS[:2])
        with Store.open(home) as store:
            store.execute(
                "insert into run (id, connection, status, started_by, source, dry_run,"
                " started_at, beat_at) values ('1', 'a', 'running', 'b', 'file', 0, ?, ?)",
                [to_text(store.now())] * 2,
            )

    with Store.open(home) as store:
        [run] = runs.latest(store)
        runs.finish(store, run.id, RunResult(run.id, "a", "succeeded", left_out=3))
        [done] = runs.latest(store)

    assert (run.left_out, run.who_asked, done.left_out) == (None, None, 3)


def test_a_newer_log_is_refused_and_not_changed(home):
    Store.open(home).close()
    file = home / "optback.sqlite"
    with sqlite3.connect(file) as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('optback', 'm0099_later', 'then')"
        )
    db.close()
    before = file.read_bytes()

    with pytest.raises(StoreFromTheFuture, match="m0099_later"):
        Store.open(home)

    assert file.read_bytes() == before


def test_a_file_that_is_not_a_database_is_damaged_and_not_changed(home):
    home.mkdir()
    (home / "optback.sqlite").write_text("a shopping list, and not a short one\n" * 99)

    with pytest.raises(StoreDamaged):
        Store.open(home)

    assert (home / "optback.sqlite").read_text().startswith("a shopping list")


def test_a_torn_database_is_damaged(home):
    Store.open(home).close()
    with (home / "optback.sqlite").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)

    with pytest.raises(StoreDamaged), Store.open(home) as store:
        runs.latest(store)


def test_a_home_that_is_a_file_cannot_be_used(tmp_path):
    (tmp_path / "home").write_text("in the way")

    with pytest.raises(StoreUnwritable) as caught:
        Store.open(tmp_path / "home")

    assert "OPTBACK_HOME" in caught.value.remedy


def test_a_full_disk_is_reported_and_nothing_of_the_transaction_stays(store):
    pages = store.query("pragma page_count")[0][0]
    store.query(f"pragma max_page_count = {pages + 2}")

    with pytest.raises(StoreUnwritable, match="the disk is full") as caught, store.writing():
        store.execute_many(MARK, ([f"scope {number}"] for number in range(100_000)))

    assert "Free up space" in caught.value.remedy
    assert marks(store) == []
    store.query(f"pragma max_page_count = {pages + 9999}")
    store.execute(MARK, ["room again"])
    assert marks(store) == ["room again"]


FILL = """
import resource, sys; from pathlib import Path; from lib.store.db import Store
from lib.clock import to_text
from lib.errors import StoreUnwritable
with Store.open(Path(sys.argv[1])) as store:
    store.execute("insert into watermark (scope, stream, moment) values ('kept', 's', 'm')")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        with store.writing():
            store.execute_many(
                "insert into watermark (scope, stream, moment) values (?, 's', 'm')",
                ([str(n) * 20] for n in range(100_000)))
    except StoreUnwritable as error:
        print(error.code)
"""


def test_a_file_at_its_size_limit_is_reported_and_the_log_stays_whole(home):
    answer = python(FILL, home).communicate()

    assert answer == ("store_unwritable\n", "")
    with Store.open(home) as store:
        assert marks(store) == ["kept"]


def test_a_writer_that_waits_too_long_says_that_another_process_is_writing(home, store):
    with Store.open(home) as other:
        other.query("pragma busy_timeout = 1")
        with (
            store.writing(),
            pytest.raises(StoreUnwritable, match="another process"),
            other.writing(),
        ):
            pass


def test_a_mistake_in_sql_raises_the_exception_of_sqlite(store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.query("select * from nowhere")


KILLED = """
import os, signal, sys; from pathlib import Path
from lib.store import changes, ledger, runs
from lib.store.db import Store
from lib.values import Change, Outcome, Reading, Sighting

statements = 0

def write(home, limit):
    store = Store.open(home)

    def count(sql):
        global statements
        statements += 1
        if statements == limit:
            os.kill(os.getpid(), signal.SIGKILL)

    store.conn.set_trace_callback(count)
    run_id = runs.start(store, connection="c", started_by="test", dry_run=False, source="jangomail")
    people = [f"p{n}@example.org" for n in range(3)]
    reading = Reading("report", None, store.now(), map(Sighting, people))
    ledger.take(store, "c/o", reading, source="jangomail:x", run_id=run_id)
    rows = [Change("Contact", f"003{n}", who, Outcome.PENDING) for n, who in enumerate(people)]
    with store.writing():
        changes.announce(store, run_id, "c/o", rows)
    changes.sending(store, run_id, ["0030", "0031", "0032"])
    with store.writing():
        answers = ((row.record_id, Outcome.UPDATED, None, None) for row in rows)
        changes.settle(store, run_id, answers)
        ledger.settle(store, "c/o", people)

folder = Path(sys.argv[1])
limit, status = 0, signal.SIGKILL
while status == signal.SIGKILL:
    limit += 1
    child = os.fork()
    if child == 0:
        write(folder / str(limit), limit)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
print(limit, status)
"""


def test_invariant_2_a_writer_killed_at_any_statement_leaves_the_log_whole(tmp_path):
    printed, errors = python(KILLED, tmp_path).communicate()
    unharmed, status = map(int, printed.split())
    assert (status, errors) == (0, "")
    assert unharmed > 20

    for limit in range(1, unharmed):
        with Store.open(tmp_path / str(limit)) as store:
            assert store.query("pragma integrity_check")[0][0] == "ok"
            pending = ledger.pending(store, "c/o")
            has_read = ledger.watermark(store, "c/o", "jangomail:x") is not None
            outcomes = [row["outcome"] for row in store.query("select outcome from change")]
            assert len(pending) in ((0, 3) if has_read else (0,))
            assert outcomes in ([], ["pending"] * 3, ["updated"] * 3)
            assert (has_read and not pending) == (outcomes == ["updated"] * 3)
            assert len(changes.unanswered(store, "c/o")) in (0, 3)


def test_opening_the_log_does_not_import_pandas_or_numpy_and_leaves_them_importable():
    code = (
        "import sys, lib.store.db; assert not {'pandas', 'numpy'} & set(sys.modules); "
        "import numpy; print('fine')"
    )

    assert python(code).communicate() == ("fine\n", "")
