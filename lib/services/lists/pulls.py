"""Pull a list as a process of its own, and follow it in the log: as a run, it survives a reload.

The page writes the pull's row before the process starts, so that it has an id to follow at once.
The process reads query and options from that row: a query may be longer than an argument can be.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Thread

from lib.errors import OptbackError, UsageError
from lib.lists import costs, preview
from lib.lists.fetch import way_of
from lib.lists.list_file import check_place, file_at
from lib.lists.numbers import count_all
from lib.lists.pull import pull
from lib.lists.pull_log import Listener, LoggedPull, Silent, numbers_of
from lib.lists.pull_plan import make_plan
from lib.lists.values import Look, Options, PullResult, Way, Why
from lib.services.connections.chosen import Chosen, choose
from lib.services.lists.saved import options_of
from lib.services.lists.session import at_work
from lib.services.log import Log, open_log
from lib.soql import STANDARD, guard_text, parse, render
from lib.store import folder, pulls
from lib.values import Fault

_SYNC = Path(__file__).resolve().parents[3] / "sync.py"


@dataclass(frozen=True, slots=True)
class PullOrder:
    """What is to be pulled, for whom, and where to.

    With `pull_id` the pull is the one whose row the page wrote: query and options are that row's,
    its people go into the log, and its CSV to the folder `lists` of the home (see `file_of`).
    Else it goes to `out`: `bom` marks a CSV as UTF-8 for Excel; `safe_cells` disarms formulas,
    `None` does so in .xlsx and leaves CSV as it is.
    """

    connection: str
    soql: str
    options: Options = field(default_factory=Options)
    pulled_by: str = ""
    list_id: str | None = None
    pull_id: str | None = None
    out: Path | None = None
    bom: bool = False
    safe_cells: bool | None = None


def start_pull(log: Log, environment: Mapping[str, str], order: PullOrder) -> str:
    """Write the pull's row, start its process, and return the id to follow (store/pulls.py)."""
    pulls.close_silent(log.store, order.connection)
    pull_id = pulls.start(
        log.store,
        connection=order.connection,
        soql=order.soql,
        options=asdict(order.options),
        pulled_by=order.pulled_by,
        list_id=order.list_id,
    )
    home = log.store.home
    child = subprocess.Popen(
        [sys.executable, str(_SYNC), "list", *_arguments(home, order.connection, pull_id)],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = (child, home, dict(environment), pull_id)
    Thread(target=_wait, args=waiting, daemon=True).start()
    return pull_id


def pull_once(log: Log, chosen: Chosen, order: PullOrder) -> PullResult:
    """Pull a list to its end; with a row in the log that is closed, whatever happens.

    Raises UsageError (SoqlError for a refused query) before any row is fetched, SalesforceError,
    FileUnwritable, StoreError; then nothing stands under the file's name.
    """
    if order.pull_id is not None:
        return _pull_in_log(log, chosen, order.pull_id)
    if order.out is None:
        raise UsageError("Nothing says where to write the list", remedy="Give --out PATH.")
    check_place(order.out)
    return _pulled(log, chosen, order, order.out, Silent())


def look(
    log: Log, environment: Mapping[str, str], connection: str, soql: str, options: Options
) -> Look:
    """A list before it is pulled. Costs a sign-in and about 5 API calls; JangoMail is not read."""
    parse(soql)  # what cannot be read is refused before anybody is contacted
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, options, reads_news=False) as work:
        return preview.look_at(work, make_plan(work.org, soql, options))


def why(
    log: Log,
    environment: Mapping[str, str],
    connection: str,
    soql: str,
    options: Options,
    address: str,
) -> Why:
    """Why somebody is on a list or not, by his address. Costs a sign-in and some API calls."""
    parse(soql)  # what cannot be read is refused before anybody is contacted
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, options, reads_news=False) as work:
        return preview.why(work, make_plan(work.org, soql, options), address)


@dataclass(frozen=True, slots=True)
class Explained:
    """A query as it is sent, and how: `way` and `cost` are `None` where no org was asked."""

    guarded: str
    conditions: tuple[str, ...]
    added: tuple[str, ...]
    taken_out: tuple[str, ...]
    bulk_cannot: str = ""
    rows: int | None = None  # about how many will come
    way: Way | None = None
    cost: costs.Cost | None = None


def explain(log: Log, chosen: Chosen, soql: str, options: Options) -> Explained:
    """The guarded query and how it would be fetched; no row is. Costs a sign-in and 3 API calls."""
    parse(soql)
    with at_work(log, chosen, options, reads_news=False) as work:
        plan = make_plan(work.org, soql, options)
        rows = count_all(work.door, plan, ()).expected(plan)
        way, cost = way_of(plan, rows)
        return Explained(
            guarded=plan.text,
            conditions=plan.guarded.conditions,
            added=plan.guarded.added,
            taken_out=plan.guarded.taken_out,
            bulk_cannot=plan.bulk_cannot,
            rows=rows,
            way=way,
            cost=cost,
        )


def explain_unconnected(soql: str) -> Explained:
    """The query as it would be sent to an org with standard fields; nothing is contacted."""
    found = guard_text(soql, STANDARD)
    return Explained(render(found.query), found.conditions, found.added, found.taken_out)


def file_of(log: Log, pull: pulls.Pull) -> Path | None:
    """The CSV of a pull in the log, if it is still there."""
    if pull.file is None:
        return None
    path = _folder(log) / pull.file
    return path if path.exists() else None


def _pulled(
    log: Log, chosen: Chosen, order: PullOrder, out: Path, listener: Listener
) -> PullResult:
    pull_id = order.pull_id
    parse(order.soql)
    with at_work(log, chosen, order.options, reads_news=True, pull_id=pull_id) as work:
        if pull_id is not None:
            pulls.set_scope(log.store, pull_id, work.context.scope)
        plan = make_plan(work.org, order.soql, order.options)
        return pull(
            work,
            plan,
            lambda titles: file_at(out, titles, bom=order.bom, safe_cells=order.safe_cells),
            listener,
            str(out),
        )


def _pull_in_log(log: Log, chosen: Chosen, pull_id: str) -> PullResult:
    """The pull of a row that the page wrote; its file stands in the home's folder `lists`."""
    row = pulls.adopt(log.store, pull_id)
    if row is None:
        raise UsageError(
            "This pull isn't waiting in the log", remedy="Start the pull on the Lists page."
        )
    with _closed_when_failing(log, pull_id):
        lists = _folder(log)
        folder.prepare(lists)
        out = lists / f"{pull_id}.csv"
        order = PullOrder(row.connection, row.soql, options_of(row.options), pull_id=pull_id)
        result = _pulled(log, chosen, order, out, LoggedPull(log.store, pull_id))
        for name in pulls.finish(log.store, pull_id, numbers_of(result), file=out.name):
            (lists / name).unlink(missing_ok=True)
        return result


@contextmanager
def _closed_when_failing(log: Log, pull_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        (_folder(log) / f"{pull_id}.csv").unlink(missing_ok=True)
        pulls.fail(log.store, pull_id, _fault(error))
        raise


def _fault(error: BaseException) -> Fault:
    if isinstance(error, OptbackError):
        return Fault(error.code, error.message, error.remedy)
    return Fault(
        "error",
        f"Optback stopped because of a bug ({type(error).__name__})",
        "Nothing was changed. Please report this bug.",
    )


def _folder(log: Log) -> Path:
    return log.store.home / "lists"


def _arguments(home: Path, connection: str, pull_id: str) -> list[str]:
    arguments = ["--home", str(home), "--connection", connection]
    return [*arguments, "--pull-id", pull_id, "--quiet"]


def _wait(
    child: "subprocess.Popen[bytes]", home: Path, environment: Mapping[str, str], pull_id: str
) -> None:
    child.wait()
    with open_log(home, environment) as log:
        pulls.close_dead(log.store, pull_id)
