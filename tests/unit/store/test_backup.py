"""A backup is the log at one moment, for its owner alone, and never replaces a file."""

import os
import threading

import pytest

from lib.errors import FileUnwritable, UsageError
from lib.store import backup, ledger
from lib.store.db import Store
from lib.values import Reading, Sighting


def take(store, number):
    reading = Reading("report", None, store.now(), iter([Sighting(f"p{number}@example.org")]))
    ledger.take(store, "default/00D", reading, source="jangomail:x", run_id=f"r{number}")


def people(store):
    return len(ledger.pending(store, "default/00D"))


def test_a_backup_has_what_was_committed_and_is_a_log_that_opens(store, tmp_path):
    take(store, 1)
    with store.writing():
        pass

    size = backup.copy_to(store, tmp_path / "copy.sqlite")

    home = tmp_path / "restored"
    home.mkdir()
    (tmp_path / "copy.sqlite").rename(home / "optback.sqlite")
    with Store.open(home) as restored:
        assert people(restored) == 1
    assert size > 0


def test_it_is_whole_while_another_process_writes(home, store, clock, tmp_path):
    stop, written = threading.Event(), threading.Event()

    def write():
        with Store.open(home, clock=clock) as other:
            number = 0
            while not stop.is_set():
                take(other, number)
                number += 1
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(60)
    try:
        for number in range(5):
            backup.copy_to(store, tmp_path / f"{number}.sqlite")
    finally:
        stop.set()
        writer.join()

    for number in range(5):
        folder = tmp_path / f"home{number}"
        folder.mkdir()
        (tmp_path / f"{number}.sqlite").rename(folder / "optback.sqlite")
        with Store.open(folder) as restored:
            [row] = restored.query("pragma integrity_check")
            assert row[0] == "ok"
            assert people(restored) >= 1


def test_only_its_owner_can_read_it_and_nothing_else_is_left(store, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    before = os.umask(0)
    try:
        backup.copy_to(store, folder / "copy.sqlite")
    finally:
        os.umask(before)

    assert [path.name for path in folder.iterdir()] == ["copy.sqlite"]
    assert oct((folder / "copy.sqlite").stat().st_mode & 0o777) == "0o600"


def test_a_file_that_is_there_is_never_replaced(store, tmp_path):
    taken, dangling = tmp_path / "taken", tmp_path / "dangling"
    taken.write_text("precious")
    dangling.symlink_to(tmp_path / "nowhere")

    for path in (taken, dangling):
        with pytest.raises(UsageError, match="never replaces a file"):
            backup.copy_to(store, path)

    assert taken.read_text() == "precious"


@pytest.mark.parametrize("name", ["", "missing/copy.sqlite"])
def test_a_path_that_cannot_be_is_a_usage_error(store, tmp_path, name):
    with pytest.raises(UsageError):
        backup.copy_to(store, tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(store, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    with pytest.raises(FileUnwritable):
        backup.copy_to(store, closed / "copy.sqlite")
