"""Killed runs, two runs at once, an unusable log: nothing is lost, and nothing is done twice."""

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
ANNA = "anna@example.org"


def start_run(house, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "sync.py", "run", "--json", "--home", str(house.home)]
    return subprocess.Popen(
        [*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def crowd(house, count: int = 30) -> list[str]:
    ids = [house.contact(f"person{number}@example.org") for number in range(count)]
    house.unsubscribe(*(f"person{number}@example.org" for number in range(count)))
    return ids


def test_the_next_run_picks_up_a_run_killed_after_its_write_arrived(house):
    ids = crowd(house)
    house.act("fault", kind="reset_after", method="PATCH", times=50)
    # The lookup is slow, so that the run can't finish before it is killed.
    house.act("fault", kind="slow", method="POST", path="composite/sobjects/", seconds=30)
    dying = start_run(house)
    wait_until(lambda: any(house.is_opted_out(record_id) for record_id in ids))
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    house.act("clear-faults")

    code, result = house.sync("run")

    assert (code, result["status"]) == (0, "succeeded")
    assert all(house.is_opted_out(record_id) for record_id in ids)
    runs = house.sync("history")[1]["runs"]
    assert runs[1]["status"] == "failed"
    assert runs[1]["errors"][0]["code"] == "interrupted"
    assert sum(run["updated"] for run in runs) == len(ids)


def test_the_next_run_finishes_a_run_killed_before_its_write(house, short_silence):
    ids = crowd(house)
    house.act("fault", kind="slow", method="PATCH", seconds=30)
    dying = start_run(house)
    wait_until(lambda: has_sent(house.home))
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    house.act("clear-faults")

    code, _ = house.sync("run")

    assert code == 0
    assert all(house.is_opted_out(record_id) for record_id in ids)


def test_invariant_6_of_two_runs_at_once_the_second_is_busy(house):
    crowd(house)
    house.act("fault", kind="slow", method="PATCH", seconds=4)
    first = start_run(house)
    wait_until(lambda: has_sent(house.home))

    with house.practice.world.org.lock:  # the first write isn't answered until the second run ends
        code, result = house.sync("run")

    assert (code, result["status"]) == (5, "busy")
    out, _ = first.communicate(timeout=60)
    assert json.loads(out)["status"] == "succeeded"


def test_sigterm_ends_a_run_after_its_batch_and_the_next_run_goes_on(house):
    ids = crowd(house)
    house.act("fault", kind="slow", method="POST", path="composite", seconds=2)
    stopping = start_run(house)
    wait_until(lambda: is_running(house.home))
    stopping.send_signal(signal.SIGTERM)
    out, _ = stopping.communicate(timeout=60)

    assert stopping.returncode == 1
    assert json.loads(out)["errors"][0]["code"] == "stopped"
    assert house.sync("run")[0] == 0
    assert all(house.is_opted_out(record_id) for record_id in ids)


def test_a_log_from_a_newer_version_is_left_alone(house):
    house.sync("history")
    with sqlite3.connect(house.home / "optback.sqlite") as database:
        database.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('optback', 'from_the_future', '2030-01-01')"
        )
    database.close()

    code, result = house.sync("run")

    assert code == 1
    assert result["errors"][0]["code"] == "store_newer"


def test_a_run_whose_log_cannot_be_written_fails_with_a_remedy(house, tmp_path):
    target = tmp_path / "file"
    target.write_text("no folder")
    house.home = target

    code, result = house.sync("run")

    assert code == 1
    assert result["errors"][0]["code"] == "store_unwritable"
    assert result["errors"][0]["remedy"]


def has_sent(home: Path) -> bool:
    return _count(home, "select count(*) from change where sent_at is not null") > 0


def is_running(home: Path) -> bool:
    return _count(home, "select count(*) from run where status = 'running'") > 0


def _count(home: Path, sql: str) -> int:
    path = home / "optback.sqlite"
    if not path.exists() or path.stat().st_size == 0:
        return 0
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return int(database.execute(sql).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()
