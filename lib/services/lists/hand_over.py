"""Send a pulled list to JangoMail in a separate process, and resume a hand-over that stopped."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from lib.errors import BusyError, UsageError
from lib.lists.hand_over import HandOverParts, hand_over
from lib.lists.pulled_file import PulledFile, gone
from lib.services.child_process import start_sync
from lib.services.connections.chosen import choose
from lib.services.connections.source import groups_of
from lib.services.lists.freshness import check
from lib.services.lists.pulls import file_of
from lib.services.lists.saved import lease_of, live_hand_over
from lib.services.log import Log, open_log
from lib.services.started_by import user
from lib.store import hand_overs, pulls
from lib.store.hand_overs import HandOver
from lib.store.pulls import Pull
from lib.sync.lease import leased
from lib.values import Fault

LONGEST_NAME = 100  # JangoMail publishes no limit


def start_hand_over(
    log: Log,
    environment: Mapping[str, str],
    pull: Pull,
    group_name: str,
    columns: Sequence[str],
) -> str:
    """Write the hand-over's row, start its process, and return the ID to follow in the log.

    Raises UsageError for a name that isn't readable, and BusyError while another one runs.
    """
    name = _readable(group_name)
    _refuse_if_busy(log, pull.connection)
    hand_over_id = hand_overs.start(
        log.store,
        connection=pull.connection,
        pull_id=pull.id,
        group_name=name,
        columns=columns,
        by=user(),
    )
    _start(log, environment, pull.connection, hand_over_id)
    return hand_over_id


def go_on(
    log: Log, environment: Mapping[str, str], stopped: HandOver, group_name: str | None = None
) -> None:
    """Resume a hand-over that stopped, under another name if the name was the problem."""
    _refuse_if_busy(log, stopped.connection)
    if group_name is not None:
        hand_overs.rename(log.store, stopped.id, _readable(group_name))
    hand_overs.begin_again(log.store, stopped.id)
    _start(log, environment, stopped.connection, stopped.id)


def carry_out(log: Log, environment: Mapping[str, str], hand_over_id: str) -> HandOver | None:
    """What the process does. Raises what stopped it, once the log has it.

    Raises BusyError while another process carries out a hand-over of the same connection.
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
    groups = groups_of(choose(log, environment, order.connection).credentials)
    with leased(log.store, lease_of(order.connection), order.id) as fence:
        parts = HandOverParts(
            store=log.store,
            groups=groups,
            file=PulledFile(log.store, pull.id, path),
            check_freshness=lambda: check(
                log, environment, pull.connection, [pull.id], strictly=True
            ),
            fence=fence,
        )
        return hand_over(parts, order.id)


def name_for(log: Log, connection: str, title: str, zone: tzinfo) -> str:
    """A name for the new group: the list's name and the date, with a number if it was used."""
    stem = f"{title} {log.store.now().astimezone(zone):%Y-%m-%d}"
    return another_name(log, connection, stem)


def another_name(log: Log, connection: str, stem: str) -> str:
    """The name, with the first number that makes it new among our hand-overs if it isn't."""
    earlier = hand_overs.of_connection(log.store, connection)
    known = {each.group_name.casefold() for each in earlier}
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
    known = dict(environment)

    def close_if_dead(exit_code: int) -> None:
        """A row that another process works on stays open."""
        with open_log(home, known) as ended:
            order = hand_overs.get(ended.store, hand_over_id)
            is_open = order is not None and not order.is_finished
            if is_open and exit_code != BusyError.exit_code:
                hand_overs.finish(ended.store, hand_over_id, "failed", error=INTERRUPTED)

    arguments = ["--home", str(home), "--connection", connection]
    start_sync(
        ["list", *arguments, "--hand-over-id", hand_over_id, "--quiet"],
        known,
        at_end=close_if_dead,
    )


INTERRUPTED = Fault(
    code="interrupted",
    message="Sending stopped before it was done, because its process ended",
    remedy="No one is lost, and no one is added twice. Press Continue.",
)
