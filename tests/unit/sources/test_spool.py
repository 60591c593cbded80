"""The temporary file that holds an answer."""

import gc
from pathlib import Path

from lib.sources.spool import Spool


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_two_readers_of_a_spool_do_not_move_each_other() -> None:
    spool = Spool()
    spool.write(b"one\ntwo\n")

    first, second = spool.open(), spool.open()

    assert first.readline() == b"one\n"
    assert second.read() == b"one\ntwo\n"
    assert first.readline() == b"two\n"


def test_a_reader_keeps_its_spool_alive_and_nothing_stays_open_after_it() -> None:
    gc.collect()
    before = open_files()
    spool = Spool()
    spool.write(b"x" * 200_000)
    reader = spool.open()

    del spool
    gc.collect()

    assert len(reader.read()) == 200_000
    reader.close()
    del reader
    gc.collect()
    assert open_files() == before
