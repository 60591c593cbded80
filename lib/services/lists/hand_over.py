"""Hand a pull over to JangoMail as a process of its own, and go on with one that stopped."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from threading import Thread

from lib.errors import BusyError, UsageError
from lib.lists.hand_over import HandOverParts, hand_over
from lib.lists.pulled_file import PulledFile, gone
from lib.services.connections.chosen import choose
from lib.services.lists.freshness import check
from lib.services.lists.pulls import file_of
from lib.services.lists.saved import lease_of, live_hand_over, somebody
from lib.services.log import Log, open_log
from lib.sources.jangomail.groups import Groups
from lib.store import hand_overs, pulls
from lib.store.hand_overs import HandOver
from lib.store.pulls import Pull
from lib.sync.lease import leased
from lib.values import Fault

_SYNC = Path(__file__).resolve().parents[3] / "sync.py"
LONGEST_NAME = 100  # JangoMail publishes no limit


def start_hand_over(
    log: Log,
    environment: Mapping[str, str],
    pull: Pull,
    group_name: str,
    columns: Sequence[str],
) -> str:
    """Write the hand-over's row, start its process, and return the id to follow in the log.

    Raises UsageError for a name that cannot be read, and BusyError while another is under way.
    """
    name = _readable(group_name)
    _refuse_if_busy(log, pull.connection)
    hand_over_id = hand_overs.start(
        log.store,
        connection=pull.connection,
        pull_id=pull.id,
        group_name=name,
        columns=columns,
        by=somebody(),
    )
    _start(log, environment, pull.connection, hand_over_id)
    return hand_over_id


def go_on(
    log: Log, environment: Mapping[str, str], stopped: HandOver, group_name: str | None = None
) -> None:
    """Go on with a hand-over that stopped, under another name where that was the trouble."""
    _refuse_if_busy(log, stopped.connection)
    if group_name is not None:
        hand_overs.rename(log.store, stopped.id, _readable(group_name))
    hand_overs.begin_again(log.store, stopped.id)
    _start(log, environment, stopped.connection, stopped.id)


def carry_out(log: Log, environment: Mapping[str, str], hand_over_id: str) -> HandOver | None:
    """What the process does. Raises what stopped it, which the log has noted then.

    BusyError, too, while another process carries out one of the same connection.
    """
    order = hand_overs.get(log.store, hand_over_id)
    pull = pulls.get(log.store, order.pull_id) if order else None
    if order is None or pull is None:
        raise UsageError(
            "The log has no such list to send",
            remedy="Start it on the Lists page of the dashboard.",
        )
    path = file_of(log, pull)
    if path is None:
        error = gone()
        fault = Fault(error.code, error.message, error.remedy)
        hand_overs.finish(log.store, order.id, "failed", error=fault)
        raise error
    login = choose(log, environment, order.connection).credentials.jangomail.checked()
    with leased(log.store, lease_of(order.connection), order.id) as fence:
        parts = HandOverParts(
            store=log.store,
            groups=Groups(login),
            file=PulledFile(log.store, pull.id, path),
            check_freshness=lambda: check(
                log, environment, pull.connection, [pull.id], strictly=True
            ),
            fence=fence,
        )
        return hand_over(parts, order.id)


def name_for(log: Log, connection: str, title: str, zone: tzinfo) -> str:
    """A name for the new group: the list's and the date, numbered where it was given before."""
    stem = f"{title} {log.store.now().astimezone(zone):%Y-%m-%d}"
    return another_name(log, connection, stem)


def another_name(log: Log, connection: str, stem: str) -> str:
    """The name itself, or with the first number that no hand-over of ours has borne."""
    known = {one.group_name.casefold() for one in hand_overs.of_connection(log.store, connection)}
    name, number = stem, 1
    while name.casefold() in known:
        number += 1
        name = f"{stem} ({number})"
    return name


def _refuse_if_busy(log: Log, connection: str) -> None:
    if live_hand_over(log, connection) is not None:
        raise BusyError(
            "Another list is being sent to JangoMail",
            remedy="Wait until it's done, then try again.",
        )


def _readable(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or not tidy.isprintable() or len(tidy) > LONGEST_NAME:
        raise UsageError(
            "The new list in JangoMail needs a readable name",
            remedy=f"Enter a name of up to {LONGEST_NAME} characters, with the date in it.",
        )
    return tidy


def _start(log: Log, environment: Mapping[str, str], connection: str, hand_over_id: str) -> None:
    home = log.store.home
    arguments = ["--home", str(home), "--connection", connection]
    child = subprocess.Popen(
        [sys.executable, str(_SYNC), "list", *arguments, "--hand-over-id", hand_over_id, "--quiet"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = (child, home, dict(environment), hand_over_id)
    Thread(target=_wait, args=waiting, daemon=True).start()


def _wait(
    child: "subprocess.Popen[bytes]",
    home: Path,
    environment: Mapping[str, str],
    hand_over_id: str,
) -> None:
    """Close the row of a process that died; one that another process goes on with stays."""
    child.wait()
    with open_log(home, environment) as log:
        order = hand_overs.get(log.store, hand_over_id)
        is_open = order is not None and not order.is_finished
        if is_open and child.returncode != BusyError.exit_code:
            hand_overs.finish(log.store, hand_over_id, "failed", error=INTERRUPTED)


INTERRUPTED = Fault(
    code="interrupted",
    message="Sending stopped before it was done, because its process ended",
    remedy="No one is lost, and no one is added twice. Press Continue.",
)
